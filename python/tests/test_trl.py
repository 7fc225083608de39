"""TRL's rollout hook, without TRL: what it hands over, and what it acknowledges."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest
from conftest import Fill

import assay
from assay.trl import StoreRollouts


def test_a_batch_per_call_acknowledged_before_the_next(make_store: Fill) -> None:
    path = make_store(3)
    trainer = SimpleNamespace(num_generations=2)
    with assay.Store(path) as store:
        rollouts = StoreRollouts(store, "trl", wait=0)
        first = rollouts(["a", "a"], trainer)
        assert first["prompt_ids"] == [[1000, 1001], [1002, 1003, 1004, 1005]]
        assert first["completion_ids"] == [[0, 1, 2], [3]] and first["logprobs"] == [[0, -1 / 8, -2 / 8], [-3 / 8]]
        assert rollouts.reward(["a"] * 2, ["x"] * 2, assay_reward=first["assay_reward"]) == [1.0, None]
        rollouts(["a", "a"], trainer)
        assert store.weights().version == 1
        rollouts.acknowledge()
        rollouts.acknowledge()
        assert store.weights().version == 2
        with pytest.raises(ValueError, match="2 completions in groups of .2., TRL wants 4 in groups of 2"):
            rollouts(["a"] * 4, trainer)
        rollouts(["a", "a"], trainer)  # the refused batch was given back
        rollouts.acknowledge()
        with pytest.raises(assay.StoreError, match="no batch came"):
            rollouts(["a", "a"], trainer)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT DISTINCT state FROM batches").fetchall() == [("done",)]

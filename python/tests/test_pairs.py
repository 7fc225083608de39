"""Pairs of futures that begin alike, of forks in a batch."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from conftest import Fill

import assay


def add_fork(path: Path) -> None:
    """The second sequence of the first batch leaves the first at turn 1, behind a sampled and a given token."""
    with sqlite3.connect(path) as db:
        for key, parent in ((1, (None, None)), (2, (1, 1))):
            db.execute(
                "INSERT INTO episodes(completion_id, environment, version, stop, turns, calls, call_errors, sampled_tokens, "
                "context_tokens, parent_idx, parent_turn) VALUES(?, 'e', '1', 'done', 2, 0, 0, 2, 1, ?, ?)",
                (key, *parent),
            )
        segments = [(1, 0, 0, "policy", 0, 1), (1, 1, 0, "tool", 1, 2), (1, 2, 1, "policy", 2, 3), (2, 0, 1, "policy", 0, 1)]
        db.executemany("INSERT INTO segments(completion_id, ordinal, turn, origin, first, last, text) VALUES(?, ?, ?, ?, ?, ?, '')", segments)
        rewards = np.array([1.0, 0.25], "<f8")
        db.execute("UPDATE batch_tensors SET data = ? WHERE name = 'rewards' AND batch_id = 1", (rewards.tobytes(),))


def test_a_fork_and_its_parent_are_a_pair(make_store: Fill) -> None:
    path = make_store(1)
    add_fork(path)
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None
        found = assay.pairs(store, lease.batch)
        assert len(found) == 1 and found.difference.tolist() == [0.75]
        assert (found.first.tolist(), found.second.tolist()) == ([0], [1])
        # The turn alone: what both have before it is in neither.
        assert found.first_tokens.tolist() == [[2, 3]] and found.second_tokens.tolist() == [[3, 4]]
        with pytest.raises(ValueError, match="limit"):
            assay.pairs(store, lease.batch, limit=0)


def test_without_forks_or_rewards_there_are_none(make_store: Fill) -> None:
    path = make_store(1)
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None
        assert len(assay.pairs(store, lease.batch)) == 0
    add_fork(path)
    with sqlite3.connect(path) as db:
        rewards = np.array([1.0, np.nan], "<f8")
        db.execute("UPDATE batch_tensors SET data = ? WHERE name = 'rewards' AND batch_id = 1", (rewards.tobytes(),))
    with assay.Store(path) as store:
        found = assay.pairs(store, store.batch(1))
        assert len(found) == 0 and found.first_tokens.shape == (0, 2)

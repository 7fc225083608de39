"""Leases and acknowledgements: what is refused, and what is kept."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import Fill, add_batches

import assay


def state(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return [row[0] for row in db.execute("SELECT state FROM batches ORDER BY step")]


def test_batches_are_leased_in_order_and_once(make_store: Fill) -> None:
    path = make_store(2)
    with assay.Store(path) as one, assay.Store(path) as two:
        first, second = one.lease("a"), two.lease("b")
        assert first is not None and second is not None
        assert (first.step, second.step) == (0, 1)
        assert one.lease("a") is None and two.lease("b") is None
    assert state(path) == ["leased", "leased"]


def test_columns_are_views_of_the_stored_bytes(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        lease = store.lease("a")
        assert lease is not None
        batch = lease.batch
    assert batch.token_ids.tolist() == [0, 1, 2, 3] and batch.lengths.tolist() == [3, 1]
    assert batch.prompt_lengths.tolist() == [2, 4] and len(batch) == 2
    assert not batch.logprobs.flags.owndata and not batch.logprobs.flags.writeable
    assert np.isnan(batch.rewards[1])


def test_acknowledgement_keeps_version_weights_and_metrics(make_store: Fill) -> None:
    path = make_store(1)
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None and lease.weights == assay.Weights(0, None)
        lease.acknowledge(policy_version=1, weights=Path("w/1.pt"), metrics={"loss": 0.5})
        assert store.weights() == assay.Weights(1, "w/1.pt")
    assert state(path) == ["done"]
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT outcome, policy_version, metrics FROM leases").fetchall() == [
            ("done", 1, '{"loss": 0.5}')
        ]


def test_double_acknowledgement_is_refused(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        lease = store.lease("a")
        assert lease is not None
        lease.acknowledge(policy_version=1)
        with pytest.raises(assay.LeaseLost, match="ended already"):
            lease.acknowledge(policy_version=2)
        assert store.weights().version == 1


def test_late_acknowledgement_is_refused_before_and_after_the_next_lease(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        late = store.lease("a", seconds=0.02)
        assert late is not None
        time.sleep(0.05)
        with pytest.raises(assay.LeaseLost, match="ran out"):
            late.acknowledge(policy_version=1)
        again = store.lease("b")
        assert again is not None and (again.batch_id, again.epoch) == (late.batch_id, 2)
        with pytest.raises(assay.LeaseLost, match="ended already"):
            late.acknowledge(policy_version=1)
        again.acknowledge(policy_version=1)
        assert store.weights().version == 1


def test_foreign_acknowledgement_is_refused(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        lease = store.lease("a")
        assert lease is not None
        lease.trainer = "b"
        with pytest.raises(assay.LeaseLost, match="not leased to 'b'"):
            lease.acknowledge(policy_version=1)
        lease.trainer, lease.epoch = "a", 7
        with pytest.raises(assay.LeaseLost):
            lease.acknowledge(policy_version=1)


def test_second_trainer_cannot_publish_over_the_first(make_store: Fill) -> None:
    path = make_store(2)
    with assay.Store(path) as store:
        one, two = store.lease("a"), store.lease("b")
        assert one is not None and two is not None
        one.acknowledge(policy_version=1)
        with pytest.raises(assay.VersionTaken):
            two.acknowledge(policy_version=1)
        assert state(path) == ["done", "leased"]
        two.acknowledge(policy_version=2)
    assert state(path) == ["done", "done"]


def test_renewed_lease_outlives_its_first_end(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        lease = store.lease("a", seconds=0.05)
        assert lease is not None
        lease.renew(60)
        time.sleep(0.08)
        assert store.lease("b") is None
        lease.acknowledge(policy_version=1)


def test_released_and_rejected_batches(make_store: Fill) -> None:
    path = make_store(1)
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None
        lease.release()
        lease = store.lease("b")
        assert lease is not None and lease.epoch == 2
        lease.reject("loss is not finite")
        assert store.lease("a") is None
    assert state(path) == ["rejected"]


def test_stale_batches_are_dropped(make_store: Fill) -> None:
    path = make_store(3, max_staleness=1)
    with assay.Store(path) as store:
        for version in (1, 2):
            lease = store.lease("a")
            assert lease is not None
            lease.acknowledge(policy_version=version)
        assert store.lease("a") is None
    assert state(path) == ["done", "done", "expired"]


def test_waiting_for_a_batch(make_store: Fill) -> None:
    path = make_store(0)
    timer = threading.Timer(0.1, add_batches, (path, 1))
    timer.start()
    with assay.Store(path) as store:
        assert store.lease("a", wait=10) is not None
        start = time.monotonic()
        assert store.lease("a", wait=0.05) is None
        assert time.monotonic() - start < 5
    timer.join()


def test_trainer_logprobs_are_written_back(make_store: Fill) -> None:
    path = make_store(1)
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None
        lease.write_logprobs(np.array([-1, -2, -3, -4.0]), policy_version=3)
        with pytest.raises(ValueError, match="shape"):
            lease.write_logprobs(np.zeros(3), policy_version=3)
        with pytest.raises(ValueError, match="log-prob 3 is nan"):
            lease.write_logprobs(np.array([0, 0, 0, np.nan]), policy_version=3)
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT completion_id, rows, data FROM tokens WHERE source = 'trainer' ORDER BY 1").fetchall()
    assert [(key, n, np.frombuffer(data, "<f4").tolist()) for key, n, data in rows] == [
        (1, 3, [-1, -2, -3]),
        (2, 1, [-4]),
    ]


def test_a_lease_that_is_over_changes_nothing(make_store: Fill) -> None:
    path = make_store(2)
    with assay.Store(path) as store:
        over, other = store.lease("a", seconds=0.001), store.lease("a")
        assert over is not None and other is not None
        time.sleep(0.01)
        crossed = dataclasses.replace(over, batch_id=other.batch_id)
        for lease in (over, crossed):
            with pytest.raises(assay.LeaseLost):
                lease.renew(600)
            with pytest.raises(assay.LeaseLost):
                lease.acknowledge(1)
            with pytest.raises(assay.LeaseLost):
                lease.write_logprobs(np.array([-1, -2, -3, -4.0]), policy_version=1)
        assert store.weights().version == 0
        other.acknowledge(1)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM tokens").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM leases WHERE outcome = 'done'").fetchone() == (1,)


def test_texts(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        assert store.texts(store.batch(1)) == [{"prompt": "1+1=", "text": "ok", "answer": "2"}] * 2


def test_what_is_not_a_store_is_said(tmp_path: Path) -> None:
    with pytest.raises(assay.StoreError, match="there is no such store"):
        assay.Store(tmp_path / "absent.sqlite")
    (tmp_path / "text").write_text("not a database, and long enough to be looked at as one" * 20)
    with pytest.raises(assay.StoreError, match="not a database"):
        assay.Store(tmp_path / "text")
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE t(a)")
    with pytest.raises(assay.StoreError, match="not an assay store"):
        assay.Store(tmp_path / "other.sqlite")


def test_unknown_run_and_batch(make_store: Fill) -> None:
    with assay.Store(make_store(1)) as store:
        with pytest.raises(assay.StoreError, match="no run 'x'; it has 'r'"):
            store.lease("a", run="x")
        with pytest.raises(assay.StoreError, match="no batch 9"):
            store.batch(9)


def test_busy_store_is_an_error_that_keeps_nothing(make_store: Fill) -> None:
    path = make_store(1)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with assay.Store(path, timeout=0.05) as store, pytest.raises(assay.StoreError, match="locked"):
        store.lease("a")
    writer.execute("ROLLBACK")
    assert state(path) == ["ready"]


def test_damaged_columns_are_named(make_store: Fill) -> None:
    path = make_store(1)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE batch_tensors SET data = substr(data, 1, 8) WHERE name = 'logprobs'")
    with assay.Store(path) as store, pytest.raises(assay.BatchError, match="logprobs"):
        store.batch(1)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM batch_tensors WHERE name = 'advantages'")
    with assay.Store(path) as store, pytest.raises(assay.BatchError, match="no column 'advantages'"):
        store.batch(1)


def test_metrics_that_are_no_numbers(make_store: Fill) -> None:
    path = make_store(2)
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None
        with pytest.raises(ValueError, match="'loss'"):
            lease.acknowledge(1, metrics={"loss": "x"})  # type: ignore[dict-item]
        # A loss that diverged is everyday: the step counts, the curve has a gap.
        lease.acknowledge(1, metrics={"loss": float("nan"), "kl": float("inf"), "lr": np.float32(0.5)})
    (kept,) = sqlite3.connect(path).execute("SELECT metrics FROM leases WHERE outcome = 'done'").fetchone()
    assert json.loads(kept, parse_constant=pytest.fail) == {"loss": None, "kl": None, "lr": 0.5}


@pytest.mark.parametrize("version", ["x", 1.5, -5, 2**62])
def test_versions_that_are_none(make_store: Fill, version: int) -> None:
    with assay.Store(make_store(1)) as store:
        lease = store.lease("a")
        assert lease is not None
        with pytest.raises(ValueError, match="version"):
            lease.acknowledge(version)
        lease.acknowledge(1)


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e300, -1, 0])
def test_times_that_no_lease_holds(make_store: Fill, seconds: float) -> None:
    with assay.Store(make_store(1)) as store:
        with pytest.raises(ValueError, match="seconds"):
            store.lease("a", seconds=seconds)
        lease = store.lease("a")
        assert lease is not None
        with pytest.raises(ValueError, match="seconds"):
            lease.renew(seconds)
        lease.acknowledge(1)


@pytest.mark.parametrize("wrong", [5.0, -3e38, float("nan")])
def test_logprobs_that_no_token_has(make_store: Fill, wrong: float) -> None:
    with assay.Store(make_store(1)) as store:
        lease = store.lease("a")
        assert lease is not None
        with pytest.raises(ValueError, match="log-prob 1 is"):
            lease.write_logprobs(np.array([-1, wrong, -1, -1], np.float32), 1)


def test_further_rows_of_an_episode_have_logprobs_of_their_own(make_store: Fill) -> None:
    path = make_store(1)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE batch_tensors SET data = ? WHERE name = 'completions'", (np.array([1, 1], "<i8").tobytes(),))
        db.execute(
            "INSERT INTO batch_tensors(batch_id, name, dtype, shape, data) VALUES(1, 'pieces', '<i4', '[2]', ?)",
            (np.array([0, 1], "<i4").tobytes(),),
        )
    with assay.Store(path) as store:
        lease = store.lease("a")
        assert lease is not None
        assert lease.batch.pieces.tolist() == [0, 1]
        lease.write_logprobs(np.array([-1, -2, -3, -4], np.float32), 1)
    rows = sqlite3.connect(path).execute("SELECT kind, data FROM tokens WHERE source = 'trainer' ORDER BY kind")
    assert {kind: np.frombuffer(data, "<f4").tolist() for kind, data in rows} == {
        "logprob": [-1, -2, -3],
        "logprob:1": [-4],
    }

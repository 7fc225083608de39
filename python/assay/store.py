"""Reads an assay store and takes training batches from it.

A batch is leased to one trainer until a time, then to the next. A lease is ended by exactly one acknowledgement, in one
transaction with the policy version that it made: that row is what says that the batch was applied. A trainer therefore

1. leases a batch and loads the newest weights that the store names,
2. trains and writes its new weights to a file of its own,
3. acknowledges with the new version and that file's path; when that is refused, its work did not count.

Whatever is killed in between, each batch is applied once: the weights on the line that `policy_versions` names have seen
it once, and no other weights are on that line. Any number of trainers may do this to one store on one machine; a trainer
on another machine goes through `assay serve` (`assay.remote`).
"""

from __future__ import annotations

import json
import math
import operator
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .batch import Array, Batch


class StoreError(RuntimeError):
    """The store cannot be used as asked: what happened and what to do."""


class LeaseLost(StoreError):
    """An acknowledgement came late, twice, or from a trainer that does not hold the batch. It changed nothing."""


class VersionTaken(StoreError):
    """Another trainer published this policy version first: load its weights and apply the batch to them."""


@dataclass(frozen=True)
class Weights:
    """One version of the policy."""

    version: int
    path: str | None
    """What the trainer gave as `weights`: usually a file."""


@dataclass
class Lease:
    """A batch that is this trainer's until `expires_at` (seconds since 1970)."""

    store: Store
    batch_id: int
    epoch: int
    """1 for the first lease of the batch."""
    step: int
    run: str
    trainer: str
    expires_at: float
    weights: Weights
    """The newest version when the batch was leased: what to apply it to."""
    batch: Batch
    lease_id: int
    """Its key: what it holds is the batch that it was given for."""

    def acknowledge(
        self,
        policy_version: int | None = None,
        weights: str | os.PathLike[str] | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> None:
        """Says that the batch was applied, and what came of it; raises `LeaseLost` or `VersionTaken`.

        Without `policy_version` the batch counts as applied to weights that are not published yet.
        """
        self.store._end(self, "done", policy_version, None if weights is None else os.fspath(weights), metrics, None)

    def reject(self, reason: str) -> None:
        """Says that the batch cannot be trained on: nobody gets it again. Raises `LeaseLost`."""
        self.store._end(self, "rejected", None, None, None, reason)

    def release(self) -> None:
        """Gives the batch back at once, for the next trainer. Raises `LeaseLost`."""
        self.store._end(self, "expired", None, None, None, "given back")

    def renew(self, seconds: float = 600) -> None:
        """Moves the end of the lease to `seconds` from now; raises `LeaseLost`."""
        self.expires_at = self.store._renew(self, seconds)

    def write_logprobs(self, logprobs: Array, policy_version: int) -> None:
        """Keeps the trainer's log-probs of the sampled tokens, float [T] as `batch.token_ids`, under its version.

        Raises `LeaseLost`, keeping nothing, when the lease has run out or ended.
        """
        self.store._write_logprobs(self.batch, logprobs, policy_version, self)


class Store:
    """An open store; not for use from several threads at once."""

    def __init__(self, path: str | os.PathLike[str], timeout: float = 30) -> None:
        """Opens a store that `assay` made; `timeout` is how long to wait for another writer, in seconds."""
        self.path = os.fspath(path)
        if not Path(self.path).is_file():
            raise StoreError(f"{self.path}: there is no such store; 'assay run' makes one")
        self._db = sqlite3.connect(self.path, timeout=timeout, isolation_level=None)
        try:
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA mmap_size = 1099511627776")
            tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StoreError(f"{self.path}: {error}") from None
        if not {"meta", "batches", "leases"} <= tables:
            self._db.close()
            raise StoreError(f"{self.path}: not an assay store, or one of an older version: open it once with 'assay'")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def runs(self) -> list[str]:
        """Names of the runs, oldest first."""
        return [name for (name,) in self._db.execute("SELECT name FROM runs ORDER BY run_id")]

    def weights(self, run: str | None = None) -> Weights:
        """The newest published policy version of a run; version 0 without a path before any was published."""
        row = self._db.execute(
            "SELECT version, weights FROM policy_versions WHERE run_id = ? ORDER BY version DESC LIMIT 1",
            (self._run(run)[0],),
        ).fetchone()
        return Weights(*row) if row else Weights(0, None)

    def lease(self, trainer: str, run: str | None = None, seconds: float = 600, wait: float = 0) -> Lease | None:
        """The oldest batch that is free, waiting for one up to `wait` seconds; None when there is none.

        `run` may be left out when the store has one run. Leases that ran out are ended first, and batches with a sample
        staler than their bound are dropped.
        """
        deadline = time.monotonic() + wait
        pause = 0.005
        while True:
            lease = self._lease(trainer, run, seconds)
            left = deadline - time.monotonic()
            if lease is not None or left <= 0:
                return lease
            time.sleep(min(pause, left))
            pause = min(pause * 2, 0.1)

    def leases(self, trainer: str, run: str | None = None, seconds: float = 600, idle: float = 60) -> Iterator[Lease]:
        """Leases one batch after another; ends when none came for `idle` seconds."""
        while (lease := self.lease(trainer, run, seconds, wait=idle)) is not None:
            yield lease

    def batch(self, batch_id: int) -> Batch:
        """A batch's columns, without leasing it."""
        columns = dict(self._columns(batch_id))
        if not columns:
            raise StoreError(f"{self.path}: no batch {batch_id}")
        return Batch.from_columns(columns)

    def _columns(self, batch_id: int) -> Iterator[tuple[str, tuple[str, bytes]]]:
        if not hasattr(self._db, "blobopen"):  # before Python 3.11
            rows = self._db.execute("SELECT name, dtype, data FROM batch_tensors WHERE batch_id = ?", (batch_id,))
            yield from ((name, (dtype, data)) for name, dtype, data in rows)
            return
        # Read as BLOBs, from the pages into the array: a SELECT would put each value together first and copy it then.
        keys = self._db.execute("SELECT rowid, name, dtype FROM batch_tensors WHERE batch_id = ?", (batch_id,))
        for key, name, dtype in keys.fetchall():
            with self._db.blobopen("batch_tensors", "data", key, readonly=True) as blob:
                yield name, (dtype, blob.read())

    def texts(self, batch: Batch) -> list[dict[str, Any]]:
        """Prompt, completion text and gold answer of each sequence, for trainers that work on text."""
        found = {}
        keys = [int(key) for key in batch.completions]
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            for key, prompt, text, answer in self._db.execute(
                "SELECT completion_id, prompt, text, answer FROM completions JOIN groups USING(group_id) "
                f"JOIN problems USING(problem_id) WHERE completion_id IN ({','.join('?' * len(part))})",
                part,
            ):
                # A text that holds U+0000 is the BLOB of its UTF-8.
                text, answer = (value.decode() if isinstance(value, bytes) else value for value in (text, answer))
                found[key] = {"prompt": json.loads(prompt), "text": text, "answer": answer}
        return [found[key] for key in keys]

    def forks(self, batch: Batch) -> list[tuple[int, int, int]]:
        """The forks among a batch's sequences: (row, row of the episode that it left, first turn of its own).

        A fork whose other episode is not in the batch is left out.
        """
        rows = {int(key): row for row, key in enumerate(batch.completions)}
        found = self._db.execute(
            "SELECT e.completion_id, p.completion_id, e.parent_turn FROM episodes e "
            "JOIN completions c USING(completion_id) "
            "JOIN completions p ON p.group_id = c.group_id AND p.idx = e.parent_idx "
            "WHERE e.completion_id IN (SELECT value FROM json_each(?)) ORDER BY c.group_id, c.idx",
            (json.dumps(list(rows)),),
        )
        return [(rows[fork], rows[parent], turn) for fork, parent, turn in found if parent in rows]

    def turn_tokens(self, batch: Batch, row: int, turn: int) -> tuple[int, int]:
        """First (inclusive) and last (exclusive) sampled token of an episode's turn in `batch.token_ids`; equal without one."""
        start = int(batch.token_offsets[row])
        first, last = self._db.execute(
            "SELECT coalesce(min(first), 0), coalesce(max(last), 0) FROM segments "
            "WHERE completion_id = ? AND turn = ? AND origin = 'policy'",
            (int(batch.completions[row]), turn),
        ).fetchone()
        return start + first, start + last

    def write_logprobs(self, batch: Batch, logprobs: Array, policy_version: int) -> None:
        """As `Lease.write_logprobs`, of a batch that is not held."""
        self._write_logprobs(batch, logprobs, policy_version, None)

    def _write_logprobs(self, batch: Batch, logprobs: Array, policy_version: int, lease: Lease | None) -> None:
        values = checked_logprobs(logprobs, batch)
        version = checked_version(policy_version)
        with self._transaction():
            if lease is not None:
                self._hold(lease, time.time())
            self._db.executemany(
                "INSERT OR REPLACE INTO tokens(completion_id, kind, source, policy_version, dtype, rows, cols, data) "
                "VALUES(?, ?, 'trainer', ?, '<f4', ?, 1, ?)",
                (
                    (
                        int(key),
                        f"logprob:{piece}" if piece > 0 else "logprob",
                        version,
                        int(end - start),
                        values[start:end].tobytes(),
                    )
                    for key, piece, start, end in zip(
                        batch.completions, batch.pieces, batch.token_offsets, batch.token_offsets[1:]
                    )
                ),
            )

    def _run(self, name: str | None) -> tuple[int, str]:
        rows = self._db.execute("SELECT run_id, name FROM runs ORDER BY run_id").fetchall()
        if name is None and len(rows) == 1:
            return int(rows[0][0]), str(rows[0][1])
        for key, found in rows:
            if found == name:
                return int(key), str(found)
        known = ", ".join(repr(found) for _, found in rows) or "none"
        raise StoreError(f"{self.path}: " + (f"no run {name!r}" if name else "name a run") + f"; it has {known}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise StoreError(f"{self.path}: {error}; nothing of this was kept, try again") from error

    def _lease(self, trainer: str, run: str | None, seconds: float) -> Lease | None:
        if not trainer:
            raise ValueError("a lease needs the trainer's name")
        seconds = checked_seconds(seconds)
        # Looking costs no lock: only a batch that seems free is worth a write transaction.
        run_id, run_name = self._run(run)
        now = time.time()
        if self._free(run_id, now) is None:
            return None
        with self._transaction():
            self._expire(run_id, now)
            while (free := self._free(run_id, now)) is not None:
                batch_id, step, bound = free
                weights = self.weights(run_name)
                oldest = self._db.execute(
                    "SELECT min(policy_version) FROM batch_items WHERE batch_id = ?", (batch_id,)
                ).fetchone()[0]
                if weights.version - oldest <= bound:
                    break
                self._db.execute("UPDATE batches SET state = 'expired' WHERE batch_id = ?", (batch_id,))
            else:
                return None
            epoch = 1 + self._db.execute("SELECT count(*) FROM leases WHERE batch_id = ?", (batch_id,)).fetchone()[0]
            expires = now + seconds
            self._db.execute(
                "INSERT INTO leases(batch_id, epoch, trainer, leased_at, expires_at) VALUES(?, ?, ?, ?, ?)",
                (batch_id, epoch, trainer, _milliseconds(now), _milliseconds(expires)),
            )
            lease_id = self._db.execute("SELECT last_insert_rowid()").fetchone()[0]
            self._db.execute("UPDATE batches SET state = 'leased' WHERE batch_id = ?", (batch_id,))
        return Lease(self, batch_id, epoch, step, run_name, trainer, expires, weights, self.batch(batch_id), lease_id)

    def _free(self, run_id: int, now: float) -> tuple[int, int, int] | None:
        row: tuple[int, int, int] | None = self._db.execute(
            "SELECT batch_id, step, max_staleness FROM batches b WHERE run_id = ? AND (state = 'ready' OR (state = 'leased' "
            "AND NOT EXISTS(SELECT 1 FROM leases l WHERE l.batch_id = b.batch_id AND ended_at IS NULL AND expires_at > ?)))"
            " ORDER BY step LIMIT 1",
            (run_id, _milliseconds(now)),
        ).fetchone()
        return row

    def _expire(self, run_id: int, now: float) -> None:
        self._db.execute(
            "UPDATE leases SET ended_at = :now, outcome = 'expired', error = 'not acknowledged in time' "
            "WHERE ended_at IS NULL AND expires_at <= :now AND batch_id IN (SELECT batch_id FROM batches WHERE run_id = :run)",
            {"now": _milliseconds(now), "run": run_id},
        )
        self._db.execute(
            "UPDATE batches SET state = 'ready' WHERE run_id = ? AND state = 'leased' AND NOT EXISTS("
            "SELECT 1 FROM leases l WHERE l.batch_id = batches.batch_id AND ended_at IS NULL)",
            (run_id,),
        )

    def _hold(self, lease: Lease, now: float) -> None:
        """Raises unless the lease is the batch's live one; inside a transaction."""
        row = self._db.execute(
            "SELECT trainer, expires_at, outcome, lease_id FROM leases WHERE batch_id = ? AND epoch = ?",
            (lease.batch_id, lease.epoch),
        ).fetchone()
        where = f"batch {lease.batch_id} of run '{lease.run}', lease {lease.epoch}"
        if row is None or row[0] != lease.trainer or row[3] != lease.lease_id:
            raise LeaseLost(f"{where}: not leased to '{lease.trainer}'")
        if row[2] is not None:
            raise LeaseLost(f"{where}: ended already ({row[2]})")
        if row[1] <= _milliseconds(now):
            raise LeaseLost(f"{where}: ran out {now - row[1] / 1000:.1f} s ago; lease longer, or renew")

    def _end(
        self,
        lease: Lease,
        outcome: str,
        version: int | None,
        weights: str | None,
        metrics: Mapping[str, float] | None,
        error: str | None,
    ) -> None:
        now = time.time()
        text = None if metrics is None else json.dumps(checked_metrics(metrics))
        version = None if version is None else checked_version(version)
        with self._transaction():
            self._hold(lease, now)
            if version is not None:
                newest = self.weights(lease.run).version
                if version > newest + LONGEST_JUMP:
                    raise ValueError(f"policy version {version} is more than {LONGEST_JUMP} above the newest, {newest}")
                if version <= newest:
                    raise VersionTaken(f"run '{lease.run}' is at policy version {newest} already, not {version - 1}")
                self._db.execute(
                    "INSERT INTO policy_versions(run_id, version, weights, published_at, source) "
                    "SELECT run_id, ?, ?, ?, ? FROM batches WHERE batch_id = ?",
                    (version, weights, _milliseconds(now), lease.trainer, lease.batch_id),
                )
            self._db.execute(
                "UPDATE leases SET ended_at = ?, outcome = ?, policy_version = ?, metrics = ?, error = ? "
                "WHERE batch_id = ? AND epoch = ?",
                (_milliseconds(now), outcome, version, text, error, lease.batch_id, lease.epoch),
            )
            state = "ready" if outcome == "expired" else outcome
            self._db.execute("UPDATE batches SET state = ? WHERE batch_id = ?", (state, lease.batch_id))

    def _renew(self, lease: Lease, seconds: float) -> float:
        seconds = checked_seconds(seconds)
        now = time.time()
        with self._transaction():
            self._hold(lease, now)
            self._db.execute(
                "UPDATE leases SET expires_at = ? WHERE batch_id = ? AND epoch = ?",
                (_milliseconds(now + seconds), lease.batch_id, lease.epoch),
            )
        return now + seconds


# The store's own bounds, the same through `assay serve`: one slip of a trainer cannot use up all version numbers.
LONGEST_JUMP = 1 << 44
LEAST_LOGPROB = -1000.0


def checked_metrics(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """What came of a step, as it is kept: a number that is not finite is null, a gap in its curve. Raises `ValueError`."""
    kept: dict[str, float | None] = {}
    for name, value in metrics.items():
        if isinstance(value, (str, bytes)):
            raise ValueError(f"metric {name!r} is {value!r}: metrics are numbers")
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"metric {name!r} is {value!r}: metrics are numbers ({error})") from None
        kept[str(name)] = number if math.isfinite(number) else None
    return kept


def checked_version(version: int) -> int:
    """A policy version, from 0 on; raises `ValueError`."""
    try:
        number = operator.index(version)
    except TypeError:
        raise ValueError(f"a policy version is a whole number, not {version!r}") from None
    if number < 0:
        raise ValueError(f"a policy version is at least 0, not {number}")
    return number


def checked_seconds(seconds: float) -> float:
    """How long a lease holds, above 0 and up to a year; raises `ValueError`."""
    if not 0 < seconds <= 366 * 86400:
        raise ValueError(f"a lease holds for seconds above 0, a year at most, not {seconds!r}")
    return seconds


def checked_logprobs(logprobs: Array, batch: Batch) -> Array:
    """Log-probs of a batch's sampled tokens as float [T]; raises `ValueError` for what no sampled token has."""
    values: Array = np.ascontiguousarray(logprobs, "<f4")
    if values.shape != batch.token_ids.shape:
        raise ValueError(f"log-probs of shape {values.shape} for {len(batch.token_ids)} sampled tokens")
    wrong = np.flatnonzero(~((values >= LEAST_LOGPROB) & (values <= 0)))
    if wrong.size > 0:
        raise ValueError(
            f"log-prob {wrong[0]} is {values[wrong[0]]}; a sampled token's is from {LEAST_LOGPROB} to 0"
        )
    return values


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)

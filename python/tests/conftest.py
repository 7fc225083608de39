"""A store as `assay` makes it, from the schema in its source, filled with known numbers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

SOURCES = Path(__file__).parents[2] / "Sources/Experience/Store"
SCHEMA = [SOURCES / "Store+Schema.swift", SOURCES / "Store+EpisodeSchema.swift"]

Fill = Callable[..., Path]

COMPLETIONS = (
    "completions(completion_id,group_id,idx,text,finish,stop_reason,n_tokens,logprob_kind,unusable,weight_spans,endpoint,model,"
    "seed,request_id,attempt,started_at,finished_at)"
)


def schema() -> str:
    """The SQL of all migrations, in order."""
    return "\n".join(sql for file in SCHEMA for sql in re.findall(r'"""\n(.*?)\n {8}"""', file.read_text(), re.DOTALL))


def columns(lengths: list[int], prompts: list[int], first_key: int = 1) -> dict[str, np.ndarray]:
    """A batch whose token i has the id i, the log-prob -i / 8 and the advantage i."""
    T, N = sum(lengths), len(lengths)
    return {
        "prompt_ids": np.arange(sum(prompts), dtype="<i4") + 1000,
        "prompt_offsets": np.concatenate([[0], np.cumsum(prompts)]).astype("<i8"),
        "token_ids": np.arange(T, dtype="<i4"),
        "token_offsets": np.concatenate([[0], np.cumsum(lengths)]).astype("<i8"),
        "logprobs": (np.arange(T) / -8).astype("<f4"),
        "advantages": np.arange(T).astype("<f4"),
        "loss_mask": np.ones(T, "|u1"),
        "rewards": np.array([1.0] * (N - 1) + [np.nan], "<f8"),
        "groups": np.full(N, 1, "<i8"),
        "completions": np.arange(first_key, first_key + N, dtype="<i8"),
        "policy_versions": np.zeros(N, "<i4"),
    }


def add_batches(path: Path, count: int, version: int = 0, max_staleness: int = 10**6) -> None:
    """Ready batches of two sequences with 3 and 1 tokens; batch b has the completions 2b - 1 and 2b."""
    with sqlite3.connect(path, timeout=30) as db:
        for _ in range(count):
            step = db.execute("SELECT count(*) FROM batches").fetchone()[0]
            batch = db.execute(
                "INSERT INTO batches(run_id, step, set_id, policy_version, max_staleness, n_sequences, n_tokens, state, "
                "created_at) VALUES(1, ?, 1, ?, ?, 2, 4, 'ready', 0)",
                (step, version, max_staleness),
            ).lastrowid
            for index in range(2):
                key = 2 * step + index + 1
                db.execute(
                    f"INSERT INTO {COMPLETIONS} VALUES(?, 1, ?, 'ok', 'stop', NULL, 3, 'processed', NULL, NULL, 'e', 'm', "
                    "NULL, 'q', 1, 0, 0)",
                    (key, key),
                )
                db.execute("INSERT INTO batch_items(batch_id, position, completion_id, policy_version) VALUES(?, ?, ?, ?)", (batch, index, key, version))
            for name, array in columns([3, 1], [2, 4], 2 * step + 1).items():
                db.execute(
                    "INSERT INTO batch_tensors VALUES(?, ?, ?, ?, ?)",
                    (batch, name, array.dtype.str, f"[{len(array)}]", array.tobytes()),
                )


@pytest.fixture
def make_store(tmp_path: Path) -> Fill:
    """Makes a store of one run 'r' with this many ready batches."""

    def make(batches: int, **options: int) -> Path:
        path = tmp_path / "experience.sqlite"
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(schema())
            db.execute("INSERT INTO runs VALUES(1, 'r', 0, '{}', 0, 0)")
            db.execute("INSERT INTO problems VALUES(1, 'd', 'p', '\"1+1=\"', '2', '{}')")
            db.execute("INSERT INTO groups VALUES(1, 1, 1, 0, 0, 2, '{}', NULL, NULL)")
            db.execute("INSERT INTO scorings VALUES(1, 'exact', '1', '{}')")
            db.execute("INSERT INTO advantage_sets VALUES(1, 1, 1, 'grpo', '{}', 0)")
        add_batches(path, batches, **options)
        return path

    return make

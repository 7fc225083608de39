"""Pools of Ray actors, where ray is installed: one is killed on the way, and everything is there once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_online import BINARY, server  # noqa: F401

ray = pytest.importorskip("ray")
from assay.ray import blocks, rollout, verify  # noqa: E402

COUNT = 3000
pytestmark = pytest.mark.skipif(BINARY is None, reason="no assay binary: run 'swift build', or set ASSAY")


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


def completions(store: Path) -> int:
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM completions").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def kill(actor: Any) -> None:
    os.kill(ray.get(actor.parent.remote()), signal.SIGKILL)


def test_rows_come_back_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"id": i, "response": f"The answer is {i % 7}.", "answer": "3"}) + "\n" for i in range(5000)))
    pool: list[Any] = []
    found: list[dict[str, Any]] = []
    for block in verify(blocks(path, 4096), "math", actors=2, batch=100, assay=str(BINARY), on_actors=pool.extend):
        found += map(json.loads, block.splitlines())
        if 1000 <= len(found) < 1100:
            kill(pool[0])
    assert [row["id"] for row in found] == list(range(5000))
    assert all((row["verdict"]["outcome"] == "correct") == (row["id"] % 7 == 3) for row in found)


def test_a_row_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="response"):
        list(verify([b'{"answer": "3"}\n'], "math", actors=1, assay=str(BINARY)))


def test_rollouts_in_a_store_each(tmp_path: Path, server: str) -> None:  # noqa: F811
    dataset = tmp_path / "sums.jsonl"
    dataset.write_text("".join(json.dumps({"id": str(i), "prompt": f"{i}=", "answer": str(i)}) + "\n" for i in range(COUNT)))
    config = tmp_path / "config.yaml"
    rollouts = {"endpoints": [server], "samples_per_request": 4, "concurrency": 1}
    config.write_text(json.dumps({"sampling": {"n": 4, "max_tokens": 4}, "rollout": rollouts, "dataset": {"path": "x"}}))

    killed = []

    def up(pool: list[Any]) -> None:
        process = ray.get(pool[0].parent.remote())  # asked now: later it is busy
        first = tmp_path / "out" / "part-1.sqlite"

        def kill_when_begun() -> None:
            while completions(first) < 10:
                time.sleep(0.02)
            os.kill(process, signal.SIGKILL)
            killed.append(completions(first))

        threading.Thread(target=kill_when_begun, daemon=True).start()

    for on_actors in (up, None):  # the second time there is nothing left to do
        stores = rollout(config, dataset, tmp_path / "out", shards=2, assay=str(BINARY), on_actors=on_actors)
        problems = []
        for store in stores:
            with sqlite3.connect(store) as db:
                problems += db.execute("SELECT external_id FROM problems").fetchall()
        assert sorted(int(key) for (key,) in problems) == list(range(COUNT))
        assert sum(map(completions, stores)) == COUNT * 4
    assert killed and killed[0] < COUNT * 2

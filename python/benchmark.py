"""Reading a batch of 1 M tokens from a store: columnar, and into verl's padded layout. Best of several, one process.

python python/benchmark.py
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import assay

sys.path.insert(0, str(Path(__file__).parent / "tests"))
from conftest import columns, schema


def best(work: Callable[[], object], times: int = 7) -> float:
    """Seconds of the fastest run."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(10, 2048, 1024).tolist()
    arrays = columns(lengths, rng.integers(20, 60, 1024).tolist())
    tokens = sum(lengths)
    arrays["loss_weights"] = np.full(tokens, 1 / tokens, "<f4")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.sqlite"
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA page_size = 16384")
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(schema())
            db.execute("INSERT INTO runs VALUES(1, 'r', 0, '{}', 0, 0)")
            db.execute("INSERT INTO scorings VALUES(1, 'exact', '1', '{}')")
            db.execute("INSERT INTO advantage_sets VALUES(1, 1, 1, 'grpo', '{}', 0)")
            db.execute("INSERT INTO batches VALUES(1, 1, 0, 1, 0, 0, 1024, ?, 'ready', 0)", (tokens,))
            for name, array in arrays.items():
                db.execute(
                    "INSERT INTO batch_tensors VALUES(1, ?, ?, ?, ?)",
                    (name, array.dtype.str, f"[{len(array)}]", array.tobytes()),
                )
        with assay.Store(path) as store:
            print(f"{tokens} tokens in 1024 sequences; M tokens/s")
            for setting in ("as it is", "keep_memory()"):
                columnar = best(lambda: store.batch(1))
                padded = best(lambda: assay.padded(store.batch(1)))
                print(
                    f"{setting:14}  columnar {tokens / columnar / 1e6:5.0f} (bar: 200)"
                    f"  verl's layout {tokens / padded / 1e6:5.0f} (bar: 20)"
                )
                assay.keep_memory()


if __name__ == "__main__":
    main()

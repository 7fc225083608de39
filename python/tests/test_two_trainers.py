"""Two trainers on one store, killed at random: every batch is applied once. ASSAY_SOAK is the length in seconds."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from conftest import Fill, add_batches

SECONDS = float(os.environ.get("ASSAY_SOAK", "4"))
CAPACITY = int(SECONDS * 200) + 1000


def test_no_batch_is_applied_twice_and_none_is_lost(make_store: Fill) -> None:
    path = make_store(20)
    rng = random.Random(1)
    kills = 0

    def spawn(name: str) -> subprocess.Popen[bytes]:
        script = str(Path(__file__).with_name("toy_trainer.py"))
        return subprocess.Popen([sys.executable, script, str(path), name, str(CAPACITY), str(rng.random())[2:8]])

    trainers = {name: spawn(name) for name in ("a", "b")}
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(rng.uniform(0.3, 1.5))
            for name in list(trainers):
                assert trainers[name].poll() is None, f"trainer {name} ended by itself"
                if rng.random() < 0.4:
                    trainers[name].send_signal(signal.SIGKILL)
                    trainers[name].wait()
                    kills += 1
                    trainers[name] = spawn(name)
            with sqlite3.connect(path, timeout=30) as db:
                (ready,) = db.execute("SELECT count(*) FROM batches WHERE state = 'ready'").fetchone()
            if ready < 100:
                add_batches(path, 50)
        deadline = time.monotonic() + 60
        while open_batches(path) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        for trainer in trainers.values():
            trainer.kill()
            trainer.wait()
    with sqlite3.connect(path) as db:
        batches = [key for (key,) in db.execute("SELECT batch_id FROM batches")]
        leases, expired = db.execute("SELECT count(*), sum(outcome = 'expired') FROM leases").fetchone()
        version, weights = db.execute(
            "SELECT version, weights FROM policy_versions ORDER BY version DESC LIMIT 1"
        ).fetchone()
    applied = np.load(weights)
    assert open_batches(path) == 0
    assert kills > 0 and version == len(batches)
    assert applied[batches].tolist() == [1] * len(batches) and applied.sum() == len(batches)
    print(f"{len(batches)} batches applied once each; {kills} kills, {leases} leases of which {expired} expired")


def open_batches(path: Path) -> int:
    with sqlite3.connect(path, timeout=30) as db:
        return int(db.execute("SELECT count(*) FROM batches WHERE state IN ('ready', 'leased')").fetchone()[0])

"""A trainer whose weights count, per batch, how often it was applied: so that 'once' can be read off them."""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import numpy as np

import assay


def main() -> None:
    path, name, count, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rng = random.Random(seed)
    with assay.Store(path) as store:
        while True:
            lease = store.lease(name, seconds=0.5, wait=1)
            if lease is None:
                continue
            weights = np.load(lease.weights.path) if lease.weights.path else np.zeros(count + 1, np.int64)
            weights[lease.batch_id] += 1
            time.sleep(rng.choice((0, 0.002, 0.01, 0.01, 0.01, 0.6)))  # the last is longer than the lease
            file = path.parent / f"{name}-{lease.batch_id}-{lease.epoch}.npy"
            with file.open("wb") as out:
                np.save(out, weights)
                out.flush()
                os.fsync(out.fileno())
            try:
                try:
                    lease.acknowledge(lease.weights.version + 1, file, {"batch": lease.batch_id})
                except assay.VersionTaken:
                    lease.release()
            except assay.LeaseLost:
                pass  # also while it was being released


if __name__ == "__main__":
    main()

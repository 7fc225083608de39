#!/usr/bin/env python3
"""Rows per second of the whole command `assay verify FILE --verifier math -o OUT`, of one build or of several in turn.

    python3 Benchmarks/Verify/rows.py ASSAY… [--shared ../shared] [--rows 210000] [--turns 5]

Each corpus is repeated to some --rows, in memory where /dev/shm is. One core: user and system time of the process, median of the
turns, in which the builds follow one another. Two cores: wall time against one core's in the same turn, median. MB: the largest
resident size.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
arguments.add_argument("assay", nargs="+")
arguments.add_argument("--shared", default="../shared")
arguments.add_argument("--rows", type=int, default=210_000)
arguments.add_argument("--turns", type=int, default=5)
options = arguments.parse_args()
CORPORA = ["math/responses.jsonl", "gsm8k_model_solutions.jsonl", "math/oracle.jsonl"]


def verify(binary, source, cores):
    """CPU seconds, wall seconds and kilobytes of one run."""
    start = time.monotonic()
    child = subprocess.Popen([binary, "verify", source, "--verifier", "math", "--quiet", "-o", f"{source}.out", "--force"],
                             stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{binary} verify {source}: status {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss


def main():
    cores = sorted(os.sched_getaffinity(0))[:2]
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    work = pathlib.Path(tempfile.mkdtemp(prefix="assay-rows-", dir=memory))
    print("| corpus | rows | build | rows per CPU-second | MB | two cores |\n|---|---|---|---|---|---|")
    try:
        for name in CORPORA:
            source = pathlib.Path(options.shared, "data", name)
            if not source.exists():
                print(f"| {name} | absent | | | | |")
                continue
            text = source.read_bytes()
            count = text.count(b"\n")
            times = max(1, options.rows // count)
            many = work / source.name
            with open(many, "wb") as file:
                for _ in range(times):
                    file.write(text)
            rates, sizes, gains = ({binary: [] for binary in options.assay} for _ in range(3))
            for turn in range(options.turns):
                for binary in options.assay[:: 1 if turn % 2 == 0 else -1]:
                    cpu, wall, kilobytes = verify(binary, many, set(cores[:1]))
                    rates[binary].append(count * times / cpu)
                    sizes[binary].append(kilobytes)
                    if len(cores) > 1:
                        gains[binary].append(wall / verify(binary, many, set(cores))[1])
            for binary in options.assay:
                gain = f"{statistics.median(gains[binary]):.2f}" if gains[binary] else "-"
                print(f"| {name} | {count * times:,} | {binary} | {statistics.median(rates[binary]):,.0f} "
                      f"| {max(sizes[binary]) / 1024:.0f} | {gain} |", flush=True)
            many.unlink()
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()

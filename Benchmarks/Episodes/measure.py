#!/usr/bin/env python3
"""Episodes of three turns with the calculator over an instant server, the journal on; and 512 at once with 500 ms a turn.

usage: measure.py [--assay PATH] [--episodes 20000]

Processor seconds and the largest resident size are the assay process's own, start and end among them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent


class Stub:
    """stub.py as a process of its own."""

    def __init__(self, delay=0.0):
        command = [sys.executable, str(HERE / "stub.py"), "--delay", str(delay)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def timed(command, **options):
    """(wall seconds, processor seconds, resident megabytes) of a child."""
    start = time.monotonic()
    child = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with code {child.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def rollout(assay, port, episodes, concurrency, group=16):
    """`assay rollout` of that many episodes, into a store of its own."""
    with tempfile.TemporaryDirectory(prefix="assay-episodes-") as folder:
        rows = ({"id": str(i), "prompt": f"What is 12*34? ({i})", "answer": "408"} for i in range(episodes // group))
        Path(folder, "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        Path(folder, "run.yaml").write_text(
            f"store: {folder}/store.sqlite\n"
            f"dataset: {{path: {folder}/data.jsonl}}\n"
            f"sampling: {{n: {group}, max_tokens: 200}}\n"
            f"rollout: {{endpoints: ['http://127.0.0.1:{port}'], concurrency: {concurrency}}}\n"
            "environment: {name: calculator}\n"
        )
        return timed([assay, "rollout", "--quiet", f"{folder}/run.yaml"], stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--episodes", type=int, default=20_000)
    options = parser.parse_args()
    with Stub() as stub:
        wall, cpu, megabytes = rollout(options.assay, stub.port, options.episodes, 256)
        print(
            f"instant: {options.episodes} episodes, {options.episodes / cpu:.0f} per processor second of assay, "
            f"{options.episodes / wall:.0f}/s, {megabytes:.0f} MB"
        )
    with Stub(0.5) as stub:
        count, turns = 512 * 8, 3
        wall, cpu, megabytes = rollout(options.assay, stub.port, count, 512)
        ideal = count / 512 * turns * 0.5
        print(f"512 at once, 500 ms a turn: {100 * ideal / wall:.0f} % of ideal ({wall:.1f} s), {megabytes:.0f} MB")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Kills `assay rollout` of episodes at random moments: each (problem, index) once, and no finished turn sampled again.

usage: episodes_crash.py [--assay PATH] [--kills 100] [--episodes 240]

For each way in which an environment can be gone on with: `replay` (game), `none` (critique with a critic of its own). The server
is Benchmarks/Episodes/stub.py with 20 ms a turn, and tells which turns were asked of it. A turn that the journal had before the
start is not asked for again where the environment is replayed, and asked for in a new try where it begins anew. Exit code 0 when
every promise held.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

STUB = Path(__file__).parents[1] / "Benchmarks/Episodes/stub.py"

ENVIRONMENTS = {
    "replay": {"name": "calculator"},
    "none": {"name": "critique", "options": {"critic": "model", "endpoint": None, "rounds": 2}},
}


def read(store, sql):
    """Rows of a store that a killed process left; none where it had no schema yet."""
    if not os.path.exists(store):
        return []
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return database.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        database.close()


class Trial:
    """One run in a folder of its own."""

    def __init__(self, options, kind, port):
        self.assay, self.kind, self.port = options.assay, kind, port
        self.folder = tempfile.TemporaryDirectory(prefix="assay-crash-")
        folder = self.folder.name
        self.store, self.total = f"{folder}/store.sqlite", options.episodes
        rows = ({"id": str(i), "prompt": f"What is 12*34? ({i})", "answer": "408"} for i in range(self.total // 8))
        Path(folder, "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        environment = json.loads(json.dumps(ENVIRONMENTS[kind]))
        if "endpoint" in environment.get("options", {}):
            environment["options"]["endpoint"] = f"http://127.0.0.1:{port}"
        Path(folder, "run.yaml").write_text(
            json.dumps(
                {
                    "store": self.store,
                    "dataset": {"path": f"{folder}/data.jsonl"},
                    "sampling": {"n": 8, "max_tokens": 200},
                    "rollout": {"endpoints": [f"http://127.0.0.1:{port}"], "concurrency": 16},
                    "environment": environment,
                    "verify": {"verifier": "math"},
                }
            )
        )
        self.command = [self.assay, "rollout", "--quiet", f"{folder}/run.yaml"]

    def journal(self):
        """{(ordinal, index, turn): attempt} of finished turns, those of whole episodes among them."""
        whole = read(
            self.store,
            "SELECT ordinal, idx, turn, attempt FROM turns JOIN completions USING(completion_id) JOIN groups USING(group_id)",
        )
        begun = read(self.store, "SELECT ordinal, idx, turn, attempt FROM open_turns JOIN groups USING(group_id)")
        return {(ordinal, index, turn): attempt for ordinal, index, turn, attempt in whole + begun}

    def asked(self):
        """(ordinal, index, attempt, turn) of the turns asked for since the last look, of this run."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/turns") as answer:
            names = json.load(answer)
        parts = [name.split("-") for name in names if name.startswith("assay-")]
        return [tuple(int(part) for part in name[2:6]) for name in parts if len(name) == 7]

    def check(self, before):
        """What was asked for in one life of the run against the journal at its start."""
        for ordinal, index, attempt, turn in self.asked():
            known = before.get((ordinal, index, turn))
            if known is None:
                continue
            if self.kind == "replay":
                sys.exit(f"turn {turn} of episode {ordinal}/{index} was finished, and sampled again")
            if attempt <= known:
                sys.exit(f"episode {ordinal}/{index} began anew as attempt {attempt} after {known}")

    def live(self, seconds):
        """Runs until it ends, or is killed after that long; whether it was killed."""
        before = self.journal()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            error = process.communicate(timeout=seconds)[1]
            if process.returncode != 0:
                sys.exit(f"assay ended with code {process.returncode}: {error.decode()}")
            killed = False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed = True
        time.sleep(0.05)  # what was on the wire arrives
        self.check(before)
        return killed

    def finish(self):
        """Runs to the end and looks at what is there."""
        self.live(600)
        found = read(self.store, "SELECT ordinal, idx, text FROM completions JOIN groups USING(group_id)")
        if len(found) != self.total or len({row[:2] for row in found}) != self.total:
            sys.exit(f"{len(found)} of {self.total} episodes")
        for table in ("open_turns", "sample_failures"):
            left = read(self.store, f"SELECT count(*) FROM {table}")[0][0]
            if left:
                sys.exit(f"{left} rows are left in {table}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--episodes", type=int, default=240)
    parser.add_argument("--longest", type=float, default=1.2, help="seconds until a kill at most")
    options = parser.parse_args()
    stub = subprocess.Popen([sys.executable, str(STUB), "--delay", "0.02"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(stub.stdout.readline())
        for kind in ENVIRONMENTS:
            kills = trials = resumed = 0
            while kills < options.kills:
                trial = Trial(options, kind, port)
                trial.asked()
                trials += 1
                while kills < options.kills and trial.live(random.uniform(0.05, options.longest)):
                    kills += 1
                    resumed += len(read(trial.store, "SELECT DISTINCT group_id, idx FROM open_turns"))
                trial.finish()
            print(f"{kind}: {kills} kills in {trials} runs of {options.episodes} episodes, {resumed} gone on with or begun anew")
    finally:
        stub.kill()
        stub.wait()


if __name__ == "__main__":
    main()

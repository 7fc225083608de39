"""Makes a store of programs that fail in every way, judged by the code verifier itself, and an online run of 200 steps.

    python3 code_store.py STORE ASSAY OUT.sqlite      STORE is any store of assay's: its schema goes along
"""

import json
import math
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

from rich_store import COMPLETIONS, schema

STDIN = {"prompt": "Read two numbers and print their sum.", "tests": [{"input": "1 2\n", "output": "3\n"}, {"input": "5 7\n", "output": "12\n"}]}
CALLS = {"prompt": "Write add(a, b).", "tests": ["assert add(1, 2) == 3", "assert add(5, 7) == 12"]}
SUITE = {"prompt": "Write add(a, b).", "test": "def check(candidate):\n    for i in range(5):\n        assert candidate(i, 1) == i + 1\n",
         "entry_point": "add", "language": "python"}
PROGRAMS = [
    (STDIN, "a, b = map(int, input().split())\nprint(a + b)"),
    (STDIN, "a, b = map(int, input().split())\nprint(a - b)"),
    (STDIN, "a, b = map(int, input().split())\nimport sys\nprint('thinking', file=sys.stderr)\nprint(a * b)"),
    (STDIN, "raise ValueError('no sum today')"),
    (STDIN, "while True: pass"),
    (STDIN, "print('x' * (20 << 20))"),
    (STDIN, "x = [0] * (1 << 30)\nprint(len(x))"),
    (STDIN, "def broken(:\n    pass"),
    (CALLS, "def add(a, b):\n    return a + b"),
    (CALLS, "def add(a, b):\n    return [a, b]"),
    (CALLS, "def add(a, b):\n    return a / (b - 7)"),
    (CALLS, "def plus(a, b):\n    return a + b"),
    (CALLS, "def add(a, b):\n    while True: pass"),
    (SUITE, "def add(a, b):\n    return a + b"),
    (SUITE, "def add(a, b):\n    return a - b"),
    (CALLS, None),
]


def main(source, assay, path):
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    schema(sqlite3.connect(f"file:{source}?mode=ro", uri=True), db)
    rows = [dict(row, response=f"Here it is.\n```python\n{text}\n```\nDone." if text else "I cannot.", problem_id=json.dumps(row)[:12] + str(i % 3))
            for i, (row, text) in enumerate(PROGRAMS)]
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/rows.jsonl", "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        subprocess.run([assay, "verify", f"{folder}/rows.jsonl", "--verifier", "code", "--option", 'limits={"cpu": 1}',
                        "-o", f"{folder}/out.jsonl", "--quiet"], check=False, stdout=subprocess.DEVNULL)
        with open(f"{folder}/out.jsonl") as file:
            scored = [json.loads(line) for line in file]
    db.execute("INSERT INTO runs VALUES(1, 'programs', 1700000000000, ?, 1, 0)",
               (json.dumps({"sampling": {"n": 1, "temperature": 0.6, "max_tokens": 512}, "dataset": {"path": "programs.jsonl"},
                            "verify": {"verifier": "code"}}),))
    db.execute("INSERT INTO scorings VALUES(1, 'code', '2', '{\"limits\":{\"cpu\":1}}')")
    for key, (row, line) in enumerate(zip(rows, scored)):
        verdict = line.get("verdict", line)
        db.execute("INSERT INTO problems VALUES(?, 'programs', ?, ?, NULL, ?)",
                   (key, f"task {key}", json.dumps(row["prompt"]), json.dumps({k: v for k, v in row.items() if k != "response"})))
        db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?, 1, ?, ?, 1, "
                   "'{\"temperature\":0.6,\"max_tokens\":512}')", (key, key, key))
        db.execute(f"INSERT INTO {COMPLETIONS} VALUES(?,?,0,?,'stop',NULL,40,'none',NULL,NULL,'http://s','coder-1b',7,'req-1',1,1700000000000,1700000004000)",
                   (key + 1, key, row["response"]))
        db.execute("INSERT INTO verdicts VALUES(?, 1, ?, ?, ?, ?, ?, NULL, ?, 20, 0)",
                   (key + 1, verdict["outcome"], verdict.get("score"), verdict["reason"], verdict.get("extracted"),
                    verdict.get("explanation"), json.dumps(verdict.get("details"))))
    online(db)
    db.commit()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def online(db):
    """200 steps with the numbers that trainers report."""
    draw = random.Random(9)
    db.execute("INSERT INTO runs VALUES(2, 'online', 1700000900000, ?, 1, 0)",
               (json.dumps({"sampling": {"n": 4, "temperature": 1}, "dataset": {"path": "math.jsonl"}}),))
    db.execute("INSERT INTO scorings VALUES(2, 'math', '5', '{}')")
    db.execute("INSERT INTO advantage_sets VALUES(2, 2, 2, 'grpo', '{}', 0)")
    key = 1000
    for step in range(200):
        share = 1 / (1 + math.exp(-(step - 80) / 40))
        db.execute("INSERT INTO policy_versions VALUES(2, ?, NULL, ?, 'trainer')", (step, step))
        db.execute("INSERT INTO problems VALUES(?, 'math', ?, '\"1+1?\"', '2', '{}')", (1000 + step, f"m{step}"))
        db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?, 2, ?, ?, 4, '{}')",
                   (1000 + step, 1000 + step, step))
        db.execute("INSERT INTO batches VALUES(?, 2, ?, 2, ?, 1, 4, ?, 'done', 0)", (step + 1, step, step, 400 + draw.randrange(100)))
        db.execute("INSERT INTO leases(batch_id, epoch, trainer, leased_at, expires_at, ended_at, outcome, policy_version, metrics) "
                   "VALUES(?, 1, 't', ?, 0, ?, 'done', ?, ?)",
                   (step + 1, step * 9000, step * 9000 + 4000 + draw.randrange(3000), step,
                    json.dumps({"loss": draw.gauss(-0.02, 0.01), "kl": 0.001 * step * draw.random(), "clip_fraction": 0.1 * draw.random(),
                                "grad_norm": draw.expovariate(1), "held_pass@1": share})))
        for index in range(4):
            key += 1
            right = draw.random() < share
            db.execute(f"INSERT INTO {COMPLETIONS} VALUES(?,?,?,?,'stop',NULL,100,'processed',NULL,?,'http://s','m-1b',1,'',1,?,?)",
                       (key, 1000 + step, index, f"It is \\boxed{{{2 if right else 3}}}", f"[[{max(0, step - draw.randrange(2))},0,100]]",
                        1700000900000 + step, 1700000904000 + step))
            db.execute("INSERT INTO entropies VALUES(?, 'sampled', ?, NULL, NULL, 100)", (key, 1.2 - share + 0.1 * draw.random()))
            db.execute("INSERT INTO verdicts VALUES(?, 2, ?, ?, ?, ?, NULL, NULL, NULL, 1, 0)",
                       (key, "correct" if right else "incorrect", float(right), "equal" if right else "different", str(3 - right)))
            db.execute("INSERT INTO batch_items(batch_id, position, completion_id, policy_version) VALUES(?, ?, ?, ?)", (step + 1, index, key, max(0, step - draw.randrange(2))))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Makes a store of episodes: tools that work and fail, rewards by turn, all ways to end.

    python3 episode_store.py STORE OUT.sqlite [hostile]      STORE is any store of assay's: its schema goes along

With `hostile` each text of an episode, its tools' names, arguments and results among them, is one of the payloads.
"""

import itertools
import json
import os
import pathlib
import random
import sqlite3
import sys

from rich_store import COMPLETIONS, schema

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "ServeTests" / "checks"))
from payloads import PAYLOADS

GROUPS, SIZE = 24, 8
STOPS = ("done", "answered", "turns", "calls", "tokens", "context", "seconds")
ARGUMENTS = ('{"expression": "17 * 23 + 4"}', '{"expression": "(12 + 5) / 0"}', '{"query": "the height of the tower in metres, and when it was built"}')
RESULTS = ("395", "error: division by zero", "The tower is 324 m high.\nIt was built from 1887 to 1889.\n" * 6)


def main(source, path, kind=""):
    draw = random.Random(11)
    payloads = itertools.cycle(text.replace("\0", "") for text in PAYLOADS)

    def text(plain):
        return next(payloads) if kind == "hostile" else plain

    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    schema(sqlite3.connect(f"file:{source}?mode=ro", uri=True), db)
    db.execute("INSERT INTO runs VALUES(1, 'episodes', 1700000000000, ?, 1, 0)",
               (json.dumps({"sampling": {"n": SIZE, "temperature": 0.8, "max_tokens": 256}, "dataset": {"path": "tools.jsonl"},
                            "environment": {"name": "calculator"}}),))
    db.execute("INSERT INTO scorings VALUES(1, ?, '1', '{}')", (text("environment"),))
    key = 0
    for group in range(GROUPS):
        ease = draw.random()
        db.execute("INSERT INTO problems VALUES(?, ?, ?, ?, '395', '{}')",
                   (group, text("tools"), f"{text('task')} {group}", json.dumps([{"role": "system", "content": text("You may use a calculator.")},
                                                                         {"role": "user", "content": text(f"What is 17 * {group} + 4?")}])))
        db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?, 1, ?, ?, ?, '{}')",
                   (group, group, group, SIZE))
        for index in range(SIZE):
            key += 1
            turns, stop = draw.randrange(1, 7), draw.choice(STOPS)
            right = draw.random() < ease
            sampled = context = calls = errors = position = ordinal = 0
            said = ""
            db.execute(f"INSERT INTO {COMPLETIONS} VALUES(?,?,?,'',?,?,NULL,'processed',NULL,'[[0,0,1]]','http://s','agent-1b',7,?,1,?,?)",
                       (key, group, index, "stop" if stop in ("done", "answered") else "length", text("stop"), text("req"), key * 9, key * 9 + 9000))
            for turn in range(turns):
                words = text(f"I look at step {turn + 1} first. " * draw.randrange(1, 8))
                said += words
                count = draw.randrange(8, 60)
                db.execute("INSERT INTO turns VALUES(?,?,?,NULL,?,?,?,?,NULL,?,?,?)",
                           (key, turn, words, text("r"), "stop", draw.choice((None, 0.0, 0.5, 1.0)), turn / turns, count,
                            draw.random() * 3000, draw.random() * 800))
                pieces = [("policy", count, words)]
                for call in range(draw.randrange(0, 3)):
                    choice = draw.randrange(3)
                    fault = draw.random() < 0.1
                    outcome = None if fault else ("ok", "failed", "ok")[choice]
                    db.execute("INSERT INTO tool_calls VALUES(?,?,?,?,?,?,?,?)",
                               (key, turn, call, text(("calculate", "calculate", "search")[choice]), text(ARGUMENTS[choice]),
                                None if fault else text(RESULTS[choice]), outcome, "invalidJSON" if fault else None))
                    calls, errors = calls + 1, errors + (outcome != "ok")
                    pieces.append(("tool", draw.randrange(4, 40), text(RESULTS[choice])))
                for origin, tokens, piece in pieces:
                    db.execute("INSERT INTO segments(completion_id, ordinal, turn, origin, first, last, text) VALUES(?,?,?,?,?,?,?)",
                               (key, ordinal, turn, origin, position, position + tokens, piece))
                    ordinal, position = ordinal + 1, position + tokens
                    sampled, context = sampled + tokens * (origin == "policy"), context + tokens * (origin != "policy")
            db.execute("INSERT INTO episodes(completion_id, environment, version, stop, turns, calls, call_errors, sampled_tokens, "
                       "context_tokens, env_reward) VALUES(?, ?, '1', ?, ?, ?, ?, ?, ?, ?)",
                       (key, text("calculator"), stop, turns, calls, errors, sampled, context, float(right)))
            db.execute("UPDATE completions SET text = ?, n_tokens = ? WHERE completion_id = ?", (said, sampled, key))
            db.execute("INSERT INTO verdicts VALUES(?, 1, ?, ?, ?, ?, ?, NULL, NULL, ?, 0)",
                       (key, "correct" if right else "incorrect", float(right), text("equal" if right else "different"),
                        text("395" if right else "394"), text("The environment's own verdict."), draw.random()))
    db.commit()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

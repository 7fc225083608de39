"""Makes a store of many samples with long texts, for the checks of speed, and times the pages of a server over it.

    python3 large_store.py make STORE OUT.sqlite [SAMPLES]      STORE is any store of assay's: its schema goes along
    python3 large_store.py time URL RUN                         fails where a page takes longer than it may

The data are drawn from a seeded generator and mean nothing.
"""

import json
import os
import random
import sqlite3
import sys
import time
import urllib.parse
import urllib.request

from rich_store import COMPLETIONS, schema

SIZE = 8
WORDS = ("therefore so we get the sum of two numbers and add seven to it which gives twelve hence wait let us check that "
         "again because the first step was wrong multiply divide").split()


def make(source, path, samples="100000"):
    draw = random.Random(5)
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA page_size = 16384")
    schema(sqlite3.connect(f"file:{source}?mode=ro", uri=True), db)
    db.execute("INSERT INTO runs VALUES(1, 'large', 1700000000000, ?, 1, 1)",
               (json.dumps({"sampling": {"n": SIZE, "temperature": 1}, "dataset": {"path": "large.jsonl"}}),))
    db.execute("INSERT INTO scorings VALUES(1, 'math', '5', '{}')")
    db.execute("INSERT INTO advantage_sets VALUES(1, 1, 1, 'grpo', '{}', 0)")
    key = 0
    for group in range(int(samples) // SIZE):
        ease = draw.random()
        db.execute("INSERT INTO problems VALUES(?, 'large', ?, ?, ?, ?)",
                   (group, f"problem {group}", json.dumps(f"What is {group} + 19?"), str(group + 19),
                    json.dumps({"level": group % 5, "domain": "algebra"})))
        db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?, 1, ?, ?, ?, '{}')",
                   (group, group, group, SIZE))
        for index in range(SIZE):
            key += 1
            count = draw.randrange(50, 400)
            right = draw.random() < ease
            text = " ".join(draw.choices(WORDS, k=count)) + f" \\boxed{{{group + (19 if right else 20)}}}"
            fate = draw.random()
            outcome = "correct" if right else "noAnswer" if fate < 0.1 else "timeout" if fate > 0.99 else "incorrect"
            score = None if outcome == "timeout" else float(right)
            db.execute(f"INSERT INTO {COMPLETIONS} VALUES(?,?,?,?,?,NULL,?,'processed',NULL,'[[0,0,1]]','http://s','m-1b',1,'',1,?,?)",
                       (key, group, index, text, "length" if draw.random() < 0.1 else "stop", count, key * 9, key * 9 + 4000))
            db.execute("INSERT INTO entropies VALUES(?, 'sampled', ?, NULL, NULL, ?)", (key, draw.random() * 2, count))
            db.execute("INSERT INTO verdicts VALUES(?, 1, ?, ?, ?, ?, NULL, NULL, NULL, ?, 0)",
                       (key, outcome, score, {"correct": "equal", "incorrect": "different", "noAnswer": "no boxed answer",
                                              "timeout": "deadline"}[outcome],
                        str(group + 19 + (not right)) if outcome in ("correct", "incorrect") else None, draw.random() * 5))
            db.execute("INSERT INTO advantages VALUES(1, ?, ?, ?, ?, NULL)",
                       (key, score, None if score is None else score - ease, "missingScore" if score is None else None))
    db.commit()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def ask(url, query, most):
    """Seconds of the fastest of three, and the size of the page."""
    times, size = [], 0
    for _ in range(3):
        start = time.perf_counter()
        size = len(urllib.request.urlopen(url + query, timeout=120).read())
        times.append(time.perf_counter() - start)
    word = "ok  " if min(times) <= most else "FAIL"
    print(f"{word} {min(times) * 1000:7.0f} ms {size / 1000:7.1f} kB  {urllib.parse.unquote(query)[:90]}", flush=True)
    return min(times) <= most, size


def check(url, run, most="0.2"):
    most, base = float(most), f"{url.rstrip('/')}/runs/{urllib.parse.quote(run)}/samples"
    def q(line):
        return "?q=" + urllib.parse.quote(line)
    start = time.perf_counter()
    urllib.request.urlopen(base + q("outcome:incorrect"), timeout=300).read()
    print(f"     {(time.perf_counter() - start) * 1000:7.0f} ms the first filter, which makes the index")
    good, size = ask(base, "", most)
    if size > 200_000:
        print(f"FAIL the first page has {size} bytes")
        good = False
    queries = [q("outcome:incorrect"), q("outcome:incorrect reason:different tokens>300"), q("-outcome:correct level:3"),
               q("rate>0.4 rate<0.6"), q("extracted~77"), q("outcome:none"), q("problem:\"problem 99\""), q("mix:mixed finish:length"),
               "?sort=-tokens", "?sort=entropy", "?sort=-advantage", "?sort=reason", "?page=500", "?sort=-entropy&page=900",
               q("outcome:incorrect") + "&sort=-ms&page=77", "/54321", "/54321?q=outcome%3Acorrect&sort=-entropy"]
    for query in queries:
        good &= ask(base, query, most)[0]
    # The first search reads every text, and has the index of words made.
    ask(base, q("text:therefore"), 60)
    end = time.time() + 300
    while b"in an index" not in urllib.request.urlopen(base + q("text:therefore"), timeout=300).read() and time.time() < end:
        time.sleep(1)
    print(f"     {300 - (end - time.time()):7.1f} s  until the index of words was there")
    for line in ("text:therefore", "text:\"twelve hence\" outcome:incorrect", "text:boxed -text:wait", "text:\"\\boxed{77}\""):
        good &= ask(base, q(line), most)[0]
    good &= ask(url.rstrip("/"), "/", 1)[0]
    sys.exit(not good)


if __name__ == "__main__":
    {"make": make, "time": check}[sys.argv[1]](*sys.argv[2:])

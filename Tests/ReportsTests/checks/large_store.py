"""Makes a store of many samples with long texts, for the checks of speed, and times the pages of a server over it.

    python3 large_store.py make STORE OUT.sqlite [SAMPLES]      STORE is any store of assay's: its schema goes along
    python3 large_store.py time URL RUN [SECONDS]               fails where a page takes longer than it may, three times in a row

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


FILTERS = ["", "outcome:incorrect", "-outcome:correct", "outcome:none", "reason~diff", "-reason~diff", "problem:\"problem 99\"",
           "problem~99", "dataset:large", "level:3", "domain:algebra", "model:m-1b", "finish:length", "extracted~77", "gold~7",
           "unusable:none", "mix:mixed", "tokens>300", "tokens>100000", "entropy<0.5", "advantage>0", "score:none", "ms>2", "index:3",
           "group:77", "completion:54321", "version:0", "rate>0.4 rate<0.6", "disputed:yes", "disputed:no",
           "outcome:incorrect reason:different tokens>300 entropy>1", "text:therefore", "text:zzzz", "-text:therefore", "text:ther*",
           "text:\"twelve hence\"", "text:boxed -text:wait", "text:\"\\\\boxed{77}\"", "text:\"problem 77\"", "text:\"(\"",
           "text:therefore outcome:incorrect"]
SORTS = ["", "-group"] + [sign + name for name in (
    "outcome reason problem dataset level domain model finish extracted gold unusable mix tokens entropy advantage score ms index "
    "version rate disputed").split() for sign in ("", "-")]
# These with every order, the others with three.
WHOLE = ("", "outcome:incorrect", "-outcome:correct", "text:therefore")


def check(url, run, most="0.2"):
    most, root = float(most), url.rstrip("/")
    base = f"{root}/runs/{urllib.parse.quote(run)}/samples"
    failures = []

    def ask(address, limit=most):
        """Seconds and text of a page; a slow one is asked again, for the machine may have been busy."""
        times = []
        for _ in range(3):
            start = time.perf_counter()
            page = urllib.request.urlopen(address, timeout=300).read()
            times.append(time.perf_counter() - start)
            if times[-1] <= limit:
                break
        if min(times) > limit:
            failures.append(f"{min(times) * 1000:.0f} ms {urllib.parse.unquote(address[len(root):])}")
        # The first counts: what is asked again is known by then.
        return times[0], page

    def say(seconds, words):
        print(f"{seconds * 1000:8.0f} ms  {words}", flush=True)

    say(ask(root, 1)[0], "the list of runs")
    seconds, page = ask(base)
    say(seconds, f"the first page, {len(page) / 1000:.0f} kB")
    if len(page) > 200_000:
        failures.append(f"the first page has {len(page)} bytes")
    say(ask(base + "?q=outcome:incorrect")[0], "a filter asked for at once")

    def until(line, words):
        start = time.perf_counter()
        while b"data-again" in ask(base + "?q=" + urllib.parse.quote(line))[1]:
            time.sleep(0.5)
        say(time.perf_counter() - start, words)

    until("outcome:incorrect", "until the table was there, asked twice a second")
    until("text:therefore", "until the first search was through, or had its index")
    end = time.time() + 600
    while b"in an index" not in ask(base + "?q=text:therefore")[1] and time.time() < end:
        time.sleep(0.5)
    say(time.time() - end + 600, "until the index of words was there")
    print(f"{'pages':>6} {'median':>9} {'worst':>9}  filter, in the run's order and others, first, middle and last page")
    everything = []
    for line in FILTERS:
        seconds = []
        for sort in SORTS if line in WHOLE else ("", "-tokens", "reason"):
            for page in (0, 300, 1249):
                items = {"q": line, "sort": sort, "page": page or ""}
                query = urllib.parse.urlencode({key: value for key, value in items.items() if value})
                seconds.append(ask(base + "?" + query)[0])
        everything += seconds
        seconds.sort()
        print(f"{len(seconds):6} {seconds[len(seconds) // 2] * 1000:6.0f} ms {seconds[-1] * 1000:6.0f} ms  {line or 'all'}", flush=True)
    for path in ("/54321", "/54321?q=outcome%3Acorrect&sort=-entropy", "/54321?q=text%3Atherefore"):
        say(ask(base + path)[0], "one sample" + urllib.parse.unquote(path[6:]))
    everything.sort()
    print(f"{len(everything)} pages: median {everything[len(everything) // 2] * 1000:.0f} ms, 99 % within "
          f"{everything[len(everything) * 99 // 100] * 1000:.0f} ms, worst {everything[-1] * 1000:.0f} ms")
    for failure in failures:
        print(f"FAIL {failure}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    {"make": make, "time": check}[sys.argv[1]](*sys.argv[2:])

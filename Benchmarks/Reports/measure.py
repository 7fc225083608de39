"""Time and peak memory of 'assay report' on stores of 1,000 and 100,000 completions of 1,000 tokens each.

    python3 Benchmarks/Reports/measure.py ASSAY FOLDER [COMPLETIONS…]

ASSAY is a release build; the large store takes about 850 MB in FOLDER and is kept there. Every completion has token ids
and log-probabilities, a verdict, an entropy and an advantage; problems have levels, domains and two datasets.
"""

import array
import json
import os
import random
import sqlite3
import subprocess
import sys
import time

TOKENS, GROUP = 1000, 8

COMPLETIONS = ("completions(completion_id,group_id,idx,text,finish,stop_reason,n_tokens,"
               "logprob_kind,unusable,weight_spans,endpoint,model,seed,request_id,attempt,started_at,finished_at)")


def make(assay, path, completions):
    folder = path + ".schema"
    subprocess.run([assay, "demo", "--simulated", "--quiet", "--folder", folder], check=True, stdout=subprocess.DEVNULL)
    source, db = sqlite3.connect(folder + "/experience.sqlite"), sqlite3.connect(path + ".tmp")
    db.execute("PRAGMA page_size = 16384")
    for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%'"):
        db.execute(sql)
    for table in ("meta", "grdb_migrations"):
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        db.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)
    seeded = random.Random(7)
    arrays = []
    for _ in range(64):
        values = [min(0.0, -seeded.expovariate(2.0)) for _ in range(TOKENS)]
        arrays.append((array.array("f", values).tobytes(), -sum(values) / TOKENS,
                       array.array("i", [int(seeded.paretovariate(0.5)) % 50_000 for _ in range(TOKENS)]).tobytes()))
    db.execute("INSERT INTO runs VALUES(1, 'bench', 0, '{}', 1, 1)")
    db.execute("INSERT INTO scorings VALUES(1, 'math', '1', '{}')")
    db.execute("INSERT INTO advantage_sets VALUES(1, 1, 1, 'grpo', '{}', 0)")
    text = "x" * 4000
    for group in range(completions // GROUP):
        fields = json.dumps({"level": group % 5, "domain": f"domain {group % 7}"})
        db.execute("INSERT INTO problems VALUES(?, ?, ?, '\"question\"', '1', ?)",
                   (group, f"set {group % 2}", f"p{group}", fields))
        db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?,1,?,?,?,'{}')",
                   (group, group, group, GROUP))
        ease = seeded.random()
        for index in range(GROUP):
            key = group * GROUP + index + 1
            logprobs, entropy, ids = arrays[seeded.randrange(64)]
            right = seeded.random() < ease
            db.execute(f"INSERT INTO {COMPLETIONS} VALUES(?,?,?,?,'stop',NULL,?,'raw',NULL,?,'','m',1,'',1,?,?)",
                       (key, group, index, text, TOKENS, f"[[{group * 10 // (completions // GROUP)},0,{TOKENS}]]",
                        1_700_000_000_000 + key, 1_700_000_000_500 + key))
            db.execute("INSERT INTO tokens VALUES(?,'logprob','sampler',0,'<f4',?,1,?)", (key, TOKENS, logprobs))
            db.execute("INSERT INTO tokens VALUES(?,'ids','sampler',0,'<i4',?,1,?)", (key, TOKENS, ids))
            db.execute("INSERT INTO verdicts VALUES(?,1,?,?,?,?,NULL,NULL,NULL,0.1,0)",
                       (key, "correct" if right else "incorrect", float(right), "equal" if right else "different",
                        str(1 if right else seeded.randrange(2, 9))))
            db.execute("INSERT INTO entropies VALUES(?,'sampled',?,NULL,NULL,?)", (key, entropy, TOKENS))
            db.execute("INSERT INTO advantages VALUES(1,?,?,?,NULL,NULL)", (key, float(right), float(right) - ease))
    db.commit()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    os.rename(path + ".tmp", path)


def main(assay, folder, *sizes):
    os.makedirs(folder, exist_ok=True)
    for completions in map(int, sizes or (1000, 100_000)):
        path = f"{folder}/reports-{completions}.sqlite"
        if not os.path.exists(path):
            make(assay, path, completions)
        page = f"{folder}/reports-{completions}.html"
        start = time.monotonic()
        child = subprocess.Popen([assay, "report", path, "--html", page, "--quiet"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        assert status == 0, status
        print(f"{completions:>7} completions x {TOKENS} tokens ({os.path.getsize(path) / 1e6:,.0f} MB): {seconds:.2f} s, "
              f"peak {usage.ru_maxrss / 1024:.0f} MiB, page {os.path.getsize(page) / 1024:.0f} KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Makes a store in which every section of a report has figures: a run over twelve policy versions and training steps.

    python3 rich_store.py STORE OUT.sqlite      STORE is any store of assay's: its schema and a tokenizer go along

The data are drawn from a seeded generator and mean nothing. Problems have two datasets, levels and domains; completions
have token ids with texts (OUT.tokenizer.json), log-probabilities and five candidates each; three verifiers judge them, now
and then failing or disagreeing; some groups are filtered out and some samples failed.
"""

import array
import json
import math
import os
import random
import sqlite3
import sys

GROUPS, SIZE, VERSIONS = 48, 8, 12
PLAIN = ["", "the", "of", "sum", "is", "and", "we", "get", "then", "12", "7", "19", "+", "=", "3", "times", "equals", "so", "that", "gives", "add", "to", "find", "number"][1:]
FORKS = ["Wait", "But", "Alternatively", "However", "Since", "Let"]
TABLES = ("meta", "grdb_migrations")

COMPLETIONS = ("completions(completion_id,group_id,idx,text,finish,stop_reason,n_tokens,"
               "logprob_kind,unusable,weight_spans,endpoint,model,seed,request_id,attempt,started_at,finished_at)")


def schema(source, db):
    for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%'"):
        db.execute(sql)
    for table in TABLES:
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        db.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)


def tokenizer(path):
    """A byte-level vocabulary of whole words, as tokenizer.json has them: a leading space is spelt Ġ, a line end Ċ."""
    words = [f" {w}" for w in PLAIN] + [f" {w}" for w in FORKS] + [".", "\n", "<eos>"]
    spelt = [w.replace(" ", "\u0120").replace("\n", "\u010a") for w in words]
    vocabulary = {word: index for index, word in enumerate(spelt)}
    with open(path, "w") as file:
        json.dump({"model": {"type": "BPE", "vocab": vocabulary}, "decoder": {"type": "ByteLevel"}}, file)
    return words


def entropy_bounds(row, size):
    reported = -math.fsum(math.exp(x) * x for x in row)
    missing = max(0.0, 1 - math.fsum(math.exp(x) for x in row))
    if missing == 0:
        return max(0.0, reported), max(0.0, reported)
    p = math.exp(min(row))
    atoms = math.floor(missing / p)
    rest = max(0.0, missing - atoms * p)
    lower = reported - atoms * p * min(row) - (rest * math.log(rest) if rest else 0)
    upper = reported - missing * math.log(missing / (size - len(row)))
    return min(lower, upper), upper


def main(source, path):
    draw = random.Random(11)
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA page_size = 16384")
    schema(sqlite3.connect(f"file:{source}?mode=ro", uri=True), db)
    words = tokenizer(path.replace(".sqlite", ".tokenizer.json"))
    config = {"optimize": {"vocabulary_size": len(words)}, "report": {"tokenizer": path.replace(".sqlite", ".tokenizer.json")}}
    db.execute("INSERT INTO runs VALUES(1, 'rich', 0, ?, 1, 1)", (json.dumps(config),))
    for key, (name, options) in enumerate([("math", "{}"), ("exact", "{}"), ("route", '{"field":"verifier"}')], 1):
        db.execute("INSERT INTO scorings VALUES(?, ?, '1', ?)", (key, name, options))
    db.execute("INSERT INTO advantage_sets VALUES(1, 1, 3, 'grpo', '{}', 0)")
    for version in range(1, VERSIONS):
        db.execute("INSERT INTO policy_versions VALUES(1, ?, ?, ?, 'trainer')", (version, f"w{version}", version))
    key = 0
    batches = {}
    for group in range(GROUPS):
        version = group * VERSIONS // GROUPS
        progress = version / (VERSIONS - 1)
        ease = min(1.0, max(0.0, draw.gauss(0.2 + 0.55 * progress, 0.3)))
        fields = {"level": group % 4 + 1, "domain": ["algebra", "geometry", "counting"][group % 3]}
        db.execute("INSERT INTO problems VALUES(?, ?, ?, ?, ?, ?)",
                   (group, ["train", "held out"][group % 5 == 0], f"p{group}", json.dumps(f"What is {group} + 19?"),
                    str(group + 19), json.dumps(fields)))
        reason = "zero variance" if group % 11 == 5 else None
        db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling, filter_reason) "
                   "VALUES(?, 1, ?, ?, ?, '{}', ?)", (group, group, group, SIZE, reason))
        scores = {}
        for index in range(SIZE):
            if draw.random() < 0.03:
                db.execute("INSERT INTO sample_failures VALUES(?, ?, 'timeout', 'no answer in 60 s', 3, 0)", (group, index))
                continue
            key += 1
            right = draw.random() < ease
            count = draw.randrange(30, 90)
            ids, logprobs, tops, bounds = [], [], [], []
            for position in range(count):
                fork = draw.random() < 0.12
                token = draw.randrange(len(PLAIN), len(PLAIN) + len(FORKS)) if fork else draw.randrange(len(PLAIN))
                if position == count - 1:
                    token = len(words) - 1
                heat = (2.2 if fork else 0.5) * (1.1 - 0.8 * progress) * (1 if right else 1.25)
                weights = sorted((math.exp(draw.gauss(0, 1) * 2 / max(heat, 0.1)) for _ in range(12)), reverse=True)
                total = math.fsum(weights)
                row = array.array("f", [math.log(w / total) for w in weights[:5]])
                ids.append(token)
                logprobs.append(row[0] if draw.random() < math.exp(row[0]) else row[draw.randrange(1, 5)])
                tops += row
                bounds.append(entropy_bounds(row, len(words)))
            text = "".join(words[i] for i in ids[:-1])
            db.execute(f"INSERT INTO {COMPLETIONS} VALUES(?,?,?,?,?,NULL,?,'processed',?,?,'http://s','m-1b',1,'',1,?,?)",
                       (key, group, index, text, "length" if draw.random() < 0.1 else "stop", count,
                        "raw log-probs" if draw.random() < 0.02 else None, json.dumps([[version, 0, count]]),
                        1_700_000_000_000 + key * 900, 1_700_000_000_000 + key * 900 + 4000))
            for kind, dtype, values, cols in (("ids", "<i4", array.array("i", ids), 1),
                                              ("logprob", "<f4", array.array("f", logprobs), 1),
                                              ("top_logprob", "<f4", array.array("f", tops), 5)):
                db.execute("INSERT INTO tokens VALUES(?, ?, 'sampler', 0, ?, ?, ?, ?)",
                           (key, kind, dtype, count, cols, values.tobytes()))
            if key % 3 == 0:
                drift = random.Random(key)
                trainer = array.array("f", [min(0.0, max(-900.0, v + drift.gauss(0, 0.05))) for v in logprobs])
                for version in (1, 2):
                    db.execute("INSERT INTO tokens VALUES(?, 'logprob', 'trainer', ?, '<f4', ?, 1, ?)",
                               (key, version, count, trainer.tobytes() if version == 2 else array.array("f", logprobs).tobytes()))
            low, high = (math.fsum(b[end] for b in bounds) / count for end in (0, 1))
            db.execute("INSERT INTO entropies VALUES(?, 'interval', ?, ?, ?, ?)", (key, (low + high) / 2, low, high, count))
            for scoring in (1, 2, 3):
                said = right if draw.random() > (0, 0.02, 0.12, 0.02)[scoring] else not right
                fate = draw.random()
                outcome = ("correct" if said else "noAnswer" if fate < 0.15 else "incorrect") if fate > 0.03 else \
                    ("timeout" if fate < 0.01 else "verifierError")
                score = None if outcome in ("timeout", "verifierError") else float(outcome == "correct")
                why = {"correct": "equal", "incorrect": "different", "noAnswer": "no boxed answer", "timeout": "deadline",
                       "verifierError": "crash"}[outcome]
                extracted = str(group + 19) if outcome == "correct" else str(draw.randrange(5)) if outcome == "incorrect" else None
                db.execute("INSERT INTO verdicts VALUES(?,?,?,?,?,?,NULL,NULL,NULL,?,0)",
                           (key, scoring, outcome, score, why, extracted, draw.expovariate(0.3)))
                if scoring == 3:
                    scores[key] = score
        known = [s for s in scores.values() if s is not None]
        mean = sum(known) / len(known) if known else 0
        spread = math.sqrt(sum((s - mean) ** 2 for s in known) / max(1, len(known) - 1))
        for completion, score in scores.items():
            if score is None:
                db.execute("INSERT INTO advantages VALUES(1, ?, NULL, NULL, 'missingScore', NULL)", (completion,))
            else:
                db.execute("INSERT INTO advantages VALUES(1, ?, ?, ?, NULL, NULL)",
                           (completion, score, (score - mean) / (spread + 1e-6)))
                if reason is None:
                    batches.setdefault(version, []).append(completion)
    for step, completions in batches.items():
        db.execute("INSERT INTO batches VALUES(?, 1, ?, 1, ?, 1, ?, 0, 'done', 0)", (step + 1, step, step, len(completions)))
        for position, completion in enumerate(completions):
            db.execute("INSERT INTO batch_items(batch_id, position, completion_id, policy_version) VALUES(?, ?, ?, ?)", (step + 1, position, completion, step))
    db.commit()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

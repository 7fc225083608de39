"""Recomputes a comparison's figures from two stores, with nothing of assay's: numpy and scipy.

    python3 recompute_compare.py FIRST SECOND COMPARISON.json      what 'assay compare FIRST SECOND --json' printed

Each store has one run; the latest scoring counts. Every number must agree to 1e-9, and one that nothing was compared with is an
error too.
"""

import itertools
import json
import math
import re
import sqlite3
import sys

import numpy
import recompute
import scipy.stats
from recompute import check, leaves, pass_at, placed

ROWS = """SELECT p.dataset || '/' || p.external_id AS problem, c.finish, c.n_tokens, c.unusable, c.model, v.outcome, v.score, v.reason,
        v.extracted, NULL AS milliseconds, e.kind, e.mean AS entropy, e.lower, e.upper
    FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = (SELECT max(scoring_id) FROM verdicts)
        LEFT JOIN entropies e ON e.completion_id = c.completion_id ORDER BY g.ordinal, c.idx"""


def read(path):
    """{problem: its rows}"""
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    problems = {}
    for row in db.execute(ROWS):
        # Unusable log-probs are no part of a comparison.
        problems.setdefault(row["problem"], []).append(dict(row) | {"unusable": None})
    return problems


def counts(problems):
    """{problem: (judged, right)} of those with a judged completion."""
    found = {p: (sum(r["score"] is not None for r in rows), sum(r["outcome"] == "correct" for r in rows))
             for p, rows in problems.items()}
    return {p: pair for p, pair in found.items() if pair[0]}


def splitmix():
    mask, state = (1 << 64) - 1, 0
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def permutation(d):
    d = d[d != 0]
    if not len(d):
        return None
    size = abs(d)
    if numpy.allclose(size, size[0], rtol=1e-12, atol=0):
        return scipy.stats.binomtest(int((d > 0).sum()), len(d)).pvalue
    exact = len(d) <= 16
    if exact:
        signs = numpy.array(list(itertools.product((-1, 1), repeat=len(d))))
    else:
        random, words = splitmix(), (len(d) + 63) // 64
        rows = []
        for _ in range(20_000):
            bits = [next(random) for _ in range(words)]
            rows.append([1 if bits[i // 64] >> (i % 64) & 1 else -1 for i in range(len(d))])
        signs = numpy.array(rows)
    sums, one = abs(signs @ size), abs(d.sum())
    equal = abs(sums - one) <= 1e-9 * size.sum()
    tail = (~equal & (sums > one)).sum() + (equal.sum() + (0 if exact else 1)) / 2
    return min(1, tail / (len(signs) + (0 if exact else 1)))


def interval(d):
    n, mean = len(d), d.mean()
    if n < 5:
        return None, None
    error = d.std(ddof=1) / math.sqrt(n)
    if error == 0 or (d == d[0]).all():
        unseen = 1 - 0.025 ** (1 / n)
        return mean - unseen * (1 + mean), mean + unseen * (1 - mean)
    half = scipy.stats.t.ppf(0.975, n - 1) * error
    growth = half * half / abs(d).mean()

    def reach(free):
        return half if half <= free else growth / 2 + math.sqrt(growth * growth / 4 + half * half - growth * free)
    return max(-1, mean - reach(max(0, mean))), min(1, mean + reach(max(0, -mean)))


def main(first, second, path):
    rows = [read(path_) for path_ in (first, second)]
    one, other = (counts(side) for side in rows)
    comparison = placed(json.load(open(path)))
    common = sorted(set(one) & set(other))
    check("common", len(common), comparison["common"])
    check("first alone", len(set(one) - set(other)), comparison["only_first"])
    check("second alone", len(set(other) - set(one)), comparison["only_second"])
    a, b = (numpy.array([side[p][1] / side[p][0] for p in common]) for side in (one, other))
    d, theirs = b - a, comparison["difference"]
    n = len(d)
    check("mean", d.mean(), theirs["difference"]["mean"])
    check("count", n, theirs["difference"]["count"])
    error = d.std(ddof=1) / math.sqrt(n) if n > 1 else None
    check("standard error", error, theirs["difference"].get("standard_error"))
    ends = interval(d)
    got = theirs["difference"].get("interval") or {}
    check("lower", ends[0], got.get("lower"))
    check("upper", ends[1], got.get("upper"))
    wins, losses = int((d > 0).sum()), int((d < 0).sum())
    for key, value in {"wins": wins, "losses": losses, "ties": n - wins - losses}.items():
        check(key, value, theirs[key])
    check("sign test", scipy.stats.binomtest(wins, wins + losses).pvalue if wins + losses else None, theirs.get("sign_test"))
    check("permutation test", permutation(d), theirs.get("permutation_test"))
    varies = a.std() > 0 and b.std() > 0
    check("correlation", numpy.corrcoef(a, b)[0, 1] if varies else None, theirs.get("correlation"))
    if error is not None:
        t = scipy.stats.t
        check("detectable", (t.ppf(0.975, n - 1) + t.ppf(0.8, n - 1)) * error, theirs["smallest_detectable"])
    sizes = sorted(min(one[p][0], other[p][0]) for p in common)
    most = sizes[len(sizes) // 20]
    able = [p for p in common if min(one[p][0], other[p][0]) >= most]
    ks = [1 << i for i in range(most.bit_length()) if 1 << i < most] + [most]
    means = []
    for k, point in zip(ks, comparison["curve"], strict=True):
        check("k", k, point["k"])
        values = numpy.array([pass_at(*other[p], k) - pass_at(*one[p], k) for p in able])
        means.append(values.mean())
        estimate = point["difference"]
        check(f"pass@{k}", values.mean(), estimate["value"])
        ends = interval(values)
        check(f"pass@{k} lower", ends[0], estimate["lower"])
        check(f"pass@{k} upper", ends[1], estimate["upper"])
        check(f"pass@{k} problems", len(able), estimate["problems"])
        check(f"pass@{k} error", values.std(ddof=1) / math.sqrt(len(able)) if len(able) > 1 else None,
              estimate.get("standard_error"))
    start = next((value for value in means if value), None)
    check("crossing", next((k for k, value in zip(ks, means) if start and value * start < 0), None), comparison.get("crossing"))
    # What the second solved, kept and lost (arXiv 2507.14843).
    solved = [(one[p][1] > 0, other[p][1] > 0) for p in common]
    kept, found, lost = (solved.count(pair) for pair in ((True, True), (False, True), (True, False)))
    support = comparison["support"]
    check("preserved", kept, support["preserved"])
    check("gained", found, support["gained"])
    check("lost", lost, support["lost"])
    check("out of reach", solved.count((False, False)), support["out_of_reach"])
    metrics = {"srr": kept / (kept + lost) if kept + lost else None, "ndr": found / (kept + found) if kept + found else None}
    if None not in metrics.values():
        srr, ndr = metrics["srr"], metrics["ndr"]
        metrics["sds"] = 2 * srr * ndr / (srr + ndr) if srr + ndr else None
    every = kept + found + lost
    metrics["nscr"] = (found - lost) / every if every else None
    for name, value in metrics.items():
        check(name, value, comparison["support_metrics"].get(name))
    for key, left, right in (("gained", one, other), ("lost", other, one)):
        changed = [p for p in common if left[p][1] == 0 and right[p][1] > 0]
        listed = comparison[key]
        check(key + " listed", min(50, len(changed)), len(listed))
        for change in listed:
            p = change["problem"]
            check(p, True, p in changed)
            check(p, f"{one[p][1]}/{one[p][0]} {other[p][1]}/{other[p][0]}", f"{change['first']} {change['second']}")
    for name, side in zip(("first", "second"), rows):
        recompute.check_slice(name, [side[p] for p in common], comparison[name]["figures"])
    entropies = [comparison[name]["figures"].get("entropy") for name in ("first", "second")]
    if all(entropies) and entropies[0]["kind"] == entropies[1]["kind"] != "mixed":
        check("entropy", entropies[1]["mean"] - entropies[0]["mean"], comparison["entropy_difference"])
    free = re.compile(r"version|(first|second)\.source\.created_at")
    missed = [place for place in leaves(comparison) if place not in recompute.checked and not free.fullmatch(place)]
    if missed:
        sys.exit(f"{len(missed)} figures are compared with nothing, such as {missed[:12]}")
    print(f"recomputed {recompute.checks} figures of {first} against {second}: all agree")


if __name__ == "__main__":
    main(*sys.argv[1:])

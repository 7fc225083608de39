"""Recomputes a comparison's figures from two stores, with nothing of assay's: numpy and scipy.

    python3 recompute_compare.py FIRST SECOND COMPARISON.json      what 'assay compare FIRST SECOND --json' printed

Each store has one run; the latest scoring counts. Every figure of the difference and of the curve must agree to 1e-9.
"""

import itertools
import json
import math
import sqlite3
import sys
from fractions import Fraction

import numpy
import scipy.stats

SQL = """SELECT p.dataset || '/' || p.external_id AS problem, count(v.score), total(v.outcome = 'correct')
    FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
        JOIN verdicts v ON v.completion_id = c.completion_id
    WHERE v.scoring_id = (SELECT max(scoring_id) FROM verdicts) AND v.score NOT NULL GROUP BY 1"""
checks = 0


def check(name, ours, theirs):
    global checks
    checks += 1
    if (ours is None) != (theirs is None) or (ours is not None and not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)):
        sys.exit(f"{name}: recomputed {ours}, assay says {theirs}")


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
    return min(1, max(2 ** (1 - len(d)), tail / (len(signs) + (0 if exact else 1))))


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


def pass_at(n, c, k):
    return float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))


def main(first, second, path):
    one, other = ({p: (n, int(c)) for p, n, c in sqlite3.connect(f).execute(SQL)} for f in (first, second))
    comparison = json.load(open(path))
    common = sorted(set(one) & set(other))
    check("common", len(common), comparison["common"])
    a, b = (numpy.array([side[p][1] / side[p][0] for p in common]) for side in (one, other))
    d, theirs = b - a, comparison["difference"]
    n = len(d)
    check("mean", d.mean(), theirs["difference"]["mean"])
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
    for point in comparison["curve"]:
        k = point["k"]
        values = numpy.array([pass_at(*other[p], k) - pass_at(*one[p], k) for p in able])
        check(f"pass@{k}", values.mean(), point["difference"]["value"])
        ends = interval(values)
        check(f"pass@{k} lower", ends[0], point["difference"]["lower"])
        check(f"pass@{k} upper", ends[1], point["difference"]["upper"])
        check(f"pass@{k} problems", len(able), point["difference"]["problems"])
    print(f"recomputed {checks} figures of {first} against {second}: all agree")


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""Simulates the intervals and claims of reports: coverage of the 95 % interval of pass@1, false claims of 'assay compare'
between equal models, and its power beside the paired t-test.

    python3 scripts/coverage.py                    every cell, 4,000 stores each (some minutes)
    python3 scripts/coverage.py --stores 1000 --problems 5 20 --completions 1 8 --means 0.1 0.5
    python3 scripts/coverage.py --assay .build/release/assay     the formulas here against the program's, on drawn files

A store's problems have chances of success drawn from Beta(mean * s, (1 - mean) * s), `--spread` s. The formulas are those of
Sources/Optim/Statistics (MeanInterval, DifferenceInterval, SignFlipTest) in numpy, many stores at once; --assay checks
them against `assay report` and `assay compare`. Exit code 1 when a cell misses its bound: coverage 93 % at least, at most 98 % for
several completions from 20 problems on where four problems or more are expected on the rarer side (fewer have few counts); false
claims 5 % and its noise at most; power within 5 points of the paired t-test's for several completions from 20 problems on. One
completion a problem is decided by the exact sign test, as McNemar's, whose power is printed beside the t-test's and lower.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile

import numpy as np
from scipy import special, stats

rng = np.random.default_rng(20261128)


def draw(stores, problems, n, mean, spread):
    return rng.beta(mean * spread, (1 - mean) * spread, size=(stores, problems))


def mean_interval(values):
    """Clopper and Pearson's interval on the effective number of problems; one row per store."""
    problems = values.shape[1]
    mean = values.mean(1)
    binomial = mean * (1 - mean)
    ratio = np.where(binomial > 0, values.var(1) / np.maximum(binomial, 1e-300), 1.0)
    rare = np.where((mean > 0.5)[:, None], 1 - values, values)
    squares = (rare**2).sum(1)
    taking_part = np.where(squares > 0, rare.sum(1) ** 2 / np.maximum(squares, 1e-300), 0)
    effect = (taking_part * np.minimum(ratio, 1) + 1) / (taking_part + 1)
    effective = problems / effect
    many = stats.t.ppf(0.975, np.maximum(effective - 1, 1))
    effective = np.maximum(effective * (many / stats.t.ppf(0.975, problems - 1)) ** 2, problems)
    is_binary = ((values == 0) | (values == 1)).all(1)
    effective, effect = np.where(is_binary, problems, effective), np.where(is_binary, 1.0, effect)
    right, shift = effective * mean, 0.25 * (1 - effect)
    wrong = effective - right
    lower = special.betaincinv(np.maximum(right + shift, 1e-12), wrong + 1 - shift, 0.025)
    upper = special.betaincinv(right + 1 - shift, np.maximum(wrong + shift, 1e-12), 0.975)
    return np.where(right > 1e-12, lower, 0), np.where(wrong > 1e-12, upper, 1)


def difference_interval(d):
    problems = d.shape[1]
    mean = d.mean(1)
    half = stats.t.ppf(0.975, problems - 1) * d.std(1, ddof=1) / math.sqrt(problems)
    size = np.abs(d).mean(1)
    growth = half**2 / np.maximum(size, 1e-300)

    def reach(free):
        root = growth / 2 + np.sqrt(np.maximum(0, growth**2 / 4 + half**2 - growth * free))
        return np.where(half <= free, half, root)
    lower, upper = mean - reach(np.maximum(0, mean)), mean + reach(np.maximum(0, -mean))
    constant = (d == d[:, :1]).all(1)
    unseen = 1 - 0.025 ** (1 / problems)
    lower = np.where(constant, mean - unseen * (1 + mean), np.maximum(-1, lower))
    upper = np.where(constant, mean + unseen * (1 - mean), np.minimum(1, upper))
    return lower, upper


def permutation(d, draws=2000):
    """The sign-flip test of each row; fewer draws than the program's, the same for all stores of a cell."""
    signs = rng.integers(0, 2, (d.shape[1], draws)) * 2 - 1
    size = np.abs(d)
    total, one = np.abs(d @ signs), np.abs(d.sum(1))[:, None]
    equal = np.abs(total - one) <= 1e-9 * np.maximum(size.sum(1), 1e-9)[:, None]
    p = ((~equal & (total > one)).sum(1) + (equal.sum(1) + 1) / 2) / (draws + 1)
    wins, losses = (d > 0).sum(1), (d < 0).sum(1)
    largest = size.max(1)
    alike = ((size == 0) | (np.abs(size - largest[:, None]) <= 1e-12)).all(1)
    sign = np.minimum(1, 2 * stats.binom.cdf(np.minimum(wins, losses), wins + losses, 0.5))
    p = np.where(alike, sign, p)
    return np.where(wins + losses == 0, 1, p)


def cell(stores, problems, n, mean, spread, shift):
    p = draw(stores, problems, n, mean, spread)
    first = rng.binomial(n, p) / n
    lower, upper = mean_interval(first)
    covered = np.mean((lower <= mean + 1e-12) & (upper >= mean - 1e-12))

    def decided(q):
        d = rng.binomial(n, q) / n - rng.binomial(n, p) / n
        lower, upper = difference_interval(d)
        claim = (permutation(d) < 0.05) & ((lower > 0) | (upper < 0))
        with np.errstate(all="ignore"):
            t = np.abs(d.mean(1)) / (d.std(1, ddof=1) / math.sqrt(problems))
        return claim.mean(), np.nan_to_num(t > stats.t.ppf(0.975, problems - 1)).mean()
    false, t_false = decided(p)
    better = p * math.exp(shift) / (1 - p + p * math.exp(shift))
    power, t_power = decided(better)
    return covered, false, t_false, power, t_power


def against(assay):
    """The formulas above against the program's on a few drawn files."""
    for problems, n, mean in ((5, 1, 0.5), (10, 4, 0.9), (20, 8, 0.1), (50, 16, 0.5)):
        p = draw(1, problems, n, mean, 2)[0]
        sides = [rng.binomial(n, p), rng.binomial(n, p)]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            for model, counts in zip("ab", sides, strict=True):
                for problem, right in enumerate(counts):
                    for index in range(n):
                        good = index < right
                        file.write(json.dumps({
                            "problem_id": problem, "index": index, "model": model, "response": "x", "verdict": {
                                "outcome": "correct" if good else "incorrect", "score": float(good), "reason": "x",
                                "milliseconds": 0}}) + "\n")
            file.flush()

            def asked(*words):
                return json.loads(subprocess.run([assay, *words, "--json"], capture_output=True, check=True).stdout)
            report = asked("report", file.name)
            comparison = asked("compare", f"{file.name}@model=a", f"{file.name}@model=b")
        ours = mean_interval((sides[0] / n)[None, :])
        theirs = report["breakdowns"][0]["slices"][0]["pass_at1"]
        d = difference_interval(((sides[1] - sides[0]) / n)[None, :])
        got = comparison["difference"]["difference"]["interval"]
        pairs = [(ours[0][0], theirs["lower"]), (ours[1][0], theirs["upper"]), (d[0][0], got["lower"]), (d[1][0], got["upper"])]
        if not all(math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-9) for x, y in pairs):
            sys.exit(f"{problems} problems, {n} completions: {pairs}")
    print("the program's intervals are the ones simulated")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, default=4000)
    parser.add_argument("--problems", type=int, nargs="+", default=[5, 10, 20, 50, 200])
    parser.add_argument("--completions", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--means", type=float, nargs="+", default=[0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95])
    parser.add_argument("--spread", type=float, default=1.0, help="s of Beta(mean * s, (1 - mean) * s)")
    parser.add_argument("--shift", type=float, default=1.0, help="log odds by which the better model is better")
    parser.add_argument("--assay")
    options = parser.parse_args()
    if options.assay:
        return against(options.assay)
    missed = 0
    noise = 2 * math.sqrt(0.05 * 0.95 / options.stores)
    print("problems completions mean  coverage  false claims  t-test's  power  t-test's")
    for problems in options.problems:
        for n in options.completions:
            for mean in options.means:
                covered, false, t_false, power, t_power = cell(
                    options.stores, problems, n, mean, options.spread, options.shift)
                is_judged = n > 1 and problems >= 20
                is_discrete = problems * min(mean, 1 - mean) < 4
                bad = [name for name, is_bad in (
                    ("coverage", covered < 0.93 or is_judged and not is_discrete and covered > 0.98 + noise / 2),
                    ("claims", false > 0.05 + noise), ("power", is_judged and power < t_power - 0.05)) if is_bad]
                missed += bool(bad)
                print(f"{problems:8} {n:11} {mean:4}  {covered:8.4f}  {false:12.4f}  {t_false:8.4f}  {power:5.3f}  {t_power:8.3f}"
                      + (f"  MISSED {' '.join(bad)}" if bad else ""), flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

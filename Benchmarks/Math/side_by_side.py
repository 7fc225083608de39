#!/usr/bin/env python3
"""Math-Verify (PyPI) and assay's math verifier on the same rows in the same run, one core each, both columns.

  python3 -m venv /tmp/mv && /tmp/mv/bin/pip install 'math-verify[antlr4_13_2]==0.9.0'
  swift build -c release --product MathBenchmark
  /tmp/mv/bin/python Benchmarks/Math/side_by_side.py [--limit N] CORPUS.jsonl...

--limit takes every k-th row so that about N remain. A row Math-Verify raises on counts as "wrong", as in its trainers.
"""
import argparse
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time

from math_verify import parse, verify

logging.disable(logging.CRITICAL)
BINARY = os.path.join(os.path.dirname(__file__), "..", "..", ".build", "release", "MathBenchmark")


def rows_of(path, limit):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    return rows[:: max(1, len(rows) // limit)] if limit else rows


def as_gold(gold):
    delimited = any(mark in gold for mark in ("$", "\\boxed", "\\(", "\\[")) and "\\$" not in gold
    return gold if delimited else "\\boxed{%s}" % gold


def peer_verdict(row):
    try:
        return bool(verify(parse(as_gold(row["gold"])), parse(row["pred"])))
    except Exception:
        return False


def peer(rows):
    verdicts, latencies = [], []
    start = time.process_time()
    for row in rows:
        begin = time.perf_counter()
        verdicts.append(peer_verdict(row))
        latencies.append(time.perf_counter() - begin)
    latencies.sort()
    return {
        "right": sum(v == r["expected"] for v, r in zip(verdicts, rows)),
        "fp": sum(v and not r["expected"] for v, r in zip(verdicts, rows)),
        "fn": sum(not v and r["expected"] for v, r in zip(verdicts, rows)),
        "rate": len(rows) / (time.process_time() - start),
        "p99": latencies[int(0.99 * len(rows))] * 1e6,
    }


def ours(rows):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
        file.flush()
        text = subprocess.run([BINARY, file.name], check=True, capture_output=True, text=True).stdout
    right, fp, fn = re.search(r"^   all +(\d+)/.*FP (\d+), FN (\d+)", text, re.M).groups()
    rate, p99 = re.search(r"(\d+) rows/s.*p99 ([\d.]+)", text).groups()
    return {"right": int(right), "fp": int(fp), "fn": int(fn), "rate": float(rate), "p99": float(p99)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--limit", type=int)
    arguments.add_argument("corpus", nargs="+")
    options = arguments.parse_args()
    print("%-12s %6s | %-34s | %-34s | %s" % ("corpus", "rows", "Math-Verify", "assay", "ratio"))
    for path in options.corpus:
        rows = rows_of(path, options.limit)
        left, right = peer(rows), ours(rows)
        show = lambda r: "%6.2f %% FP %d FN %d %.0f/s p99 %.0f us" % (
            100 * r["right"] / len(rows), r["fp"], r["fn"], r["rate"], r["p99"])
        name = os.path.basename(path).removesuffix(".jsonl")
        print("%-12s %6d | %s | %s | %.0fx" % (name, len(rows), show(left), show(right), right["rate"] / left["rate"]))
        sys.stdout.flush()


if __name__ == "__main__":
    main()

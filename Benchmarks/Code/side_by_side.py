"""side_by_side.py BINARY FOLDER: problems per CPU-second of this verifier and of two ways that others use, one run.

Peers, on the first PEER passing programs of the same files: `python -c` per test, and a manager and a forked process
per problem as human-eval's execution.py does it (github.com/openai/human-eval).
"""
import json
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import tempfile

PEER = 30


def cpu():
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))


def passing(path):
    rows = [json.loads(line) for line in open(path)]
    return [row for row in rows if row["expected"] == "pass"]


def texts(row):
    """One program text per test."""
    if row["format"] == "asserts":
        return [row["solution"] + "\n" + row["tests"]]
    return [
        f"{row['solution']}\nassert {row['entry_point']}(*{test['args']!r}) == {test['expected']!r}"
        for test in row["tests"]]


def plain(rows):
    before = cpu()
    for row in rows:
        for text in texts(row):
            subprocess.run([sys.executable, "-c", text], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return len(rows) / (cpu() - before)


def unsafe(text, result):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(text, {})
            result.append("passed")
        except BaseException:
            result.append("failed")
        os.chdir("/")


def managed(rows):
    before = cpu()
    for row in rows:
        manager = multiprocessing.Manager()
        result = manager.list()
        process = multiprocessing.Process(target=unsafe, args=("\n".join(texts(row)), result))
        process.start()
        process.join(10)
        manager.shutdown()
    return len(rows) / (cpu() - before)


def ours(binary, rows):
    # The same programs several times over, cache off, so that starting up does not dominate.
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for row in rows * 4:
            file.write(json.dumps(row) + "\n")
        file.flush()
        out = subprocess.run([binary, "cost", file.name], capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+) problems per CPU-second", out).group(1))


def main():
    binary, folder = sys.argv[1:3]
    for name in ("python_asserts", "python_functional"):
        rows = passing(f"{folder}/{name}.jsonl")
        own, simple, forked = ours(binary, rows), plain(rows[:PEER]), managed(rows[:PEER])
        print(
            f"{name}: ours {own:.0f} problems per CPU-second, python -c per test {simple:.1f} ({own / simple:.0f} x), "
            f"human-eval's way {forked:.1f} ({own / forked:.0f} x)")


if __name__ == "__main__":
    main()

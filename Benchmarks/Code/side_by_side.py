"""side_by_side.py BINARY FOLDER: problems per CPU-second of this verifier and of two ways that others use, one run.

Peers, on the first PEER passing programs of the same files: `python -c` per test, and a manager and a forked process
per problem as human-eval's execution.py does it (github.com/openai/human-eval). Then C++: programs that include
bits/stdc++.h, compiled and run here, beside `g++ -O2` that only compiles them.
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


def cost(binary, rows):
    """Problems per CPU-second, cache off, the start of the worker included."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
        file.flush()
        out = subprocess.run([binary, "cost", file.name], capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+) problems per CPU-second", out).group(1))


def ours(binary, rows):
    # The same programs several times over, so that starting up does not dominate.
    return cost(binary, rows * 4)


CPP = """#include <bits/stdc++.h>
using namespace std;
int main() {
    map<string, vector<int>> seen;
    string word;
    for (int i = 0; cin >> word; i++) seen[word].push_back(i);
    for (auto &[name, places] : seen) cout << name << ' ' << accumulate(places.begin(), places.end(), %d) << endl;
}
"""


def compiled(binary, count=8):
    rows = [
        {"id": str(number), "format": "stdin", "language": "cpp", "solution": CPP % number, "expected": "pass",
         "tests": [{"input": "a b a\n", "output": f"a {number + 2}\nb {number + 1}\n"}]}
        for number in range(count)]
    cost(binary, rows[:1])  # the precompiled header, made once per compiler
    own = count / cost(binary, rows)  # CPU-seconds of all
    with tempfile.TemporaryDirectory() as folder:
        before = cpu()
        for row in rows:
            with open(folder + "/main.cpp", "w") as file:
                file.write(row["solution"])
            subprocess.run(["g++", "-O2", "-std=gnu++17", "-o", folder + "/main", folder + "/main.cpp"], check=True)
        plain_seconds = (cpu() - before) / count
    return own / count, plain_seconds


def main():
    binary, folder = sys.argv[1:3]
    for name in ("python_asserts", "python_functional"):
        rows = passing(f"{folder}/{name}.jsonl")
        own, simple, forked = ours(binary, rows), plain(rows[:PEER]), managed(rows[:PEER])
        print(
            f"{name}: ours {own:.0f} problems per CPU-second, python -c per test {simple:.1f} ({own / simple:.0f} x), "
            f"human-eval's way {forked:.1f} ({own / forked:.0f} x)", flush=True)
    own, alone = compiled(binary)
    print(f"C++ with bits/stdc++.h: ours {own:.2f} CPU-s compiled and run, g++ -O2 alone {alone:.2f} ({own / alone:.0%})")


if __name__ == "__main__":
    main()

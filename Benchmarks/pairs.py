#!/usr/bin/env python3
"""Two builds beside each other: what each benchmark's work costs, in CPU time of the whole process and its children.

    python3 Benchmarks/pairs.py BEFORE AFTER [--shared FOLDER] [--pairs 9] [--only NAME…]

BEFORE and AFTER are folders with release builds of `assay` and the benchmarks (`.build/release`). Machines swing, so the two
take turns, and what counts is the ratio inside each pair: the median of the pairs, with the least and the largest. Exit 1
when a median is above 1.03. Needs ../shared for its corpora and its canned server; what is absent is left out, saying so.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
arguments.add_argument("before")
arguments.add_argument("after")
arguments.add_argument("--shared", default="../shared")
arguments.add_argument("--pairs", type=int, default=9)
arguments.add_argument("--only", nargs="*", default=[])
options = arguments.parse_args()
shared = pathlib.Path(options.shared).resolve()
work = pathlib.Path(tempfile.mkdtemp(prefix="assay-pairs-"))


def cpu(command):
    """CPU seconds, user and system, of a command and the children it waited for."""
    child = subprocess.Popen(["bash", "-c", 'ulimit -n 20000; exec "$@"', "_", *map(str, command)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {status}")
    return usage.ru_utime + usage.ru_stime


def served(binary):
    """CPU seconds of a server that answers 60,000 single requests of wrk's."""
    port = 18390
    server = subprocess.Popen([f"{binary}/assay", "serve", "--port", str(port), "--quiet"], stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").read()
                break
            except OSError:
                time.sleep(0.05)
        script = pathlib.Path(__file__).parent / "Serve" / "verify.lua"
        out = subprocess.run(["wrk", "-t1", "-c64", "-d3", "-s", script, f"http://127.0.0.1:{port}/v1/verify"],
                             capture_output=True, text=True, check=True).stdout
        done = int(next(line.split()[0] for line in out.splitlines() if "requests in" in line))
        fields = pathlib.Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") / done * 60_000
    finally:
        server.terminate()
        server.wait()


def benchmarks():
    """Name and what gives its CPU seconds for a folder of binaries."""
    math = sorted(str(path) for path in (shared / "data/math").glob("*.jsonl") if path.name != "public.jsonl")
    gsm8k = shared / "data/gsm8k_model_solutions.jsonl"
    code = shared / "data/code/python_functional.jsonl"
    if math:
        yield "math", lambda b: cpu([f"{b}/MathBenchmark", "--runs", "1", *math])
        many = work / "oracle.jsonl"
        many.write_bytes((shared / "data/math/oracle.jsonl").read_bytes() * 10)
        yield "verify, oracle x 10", lambda b: cpu([f"{b}/assay", "verify", many, "--verifier", "math", "--quiet",
                                                    "-o", f"{b}/pairs.out", "--force"])
    if gsm8k.exists():
        yield "verify, GSM8K", lambda b: cpu([f"{b}/assay", "verify", gsm8k, "--verifier", "math", "--quiet",
                                              "-o", f"{b}/pairs.out", "--force"])
    if code.exists():
        yield "code", lambda b: cpu([f"{b}/CodeBenchmark", "cost", code])
    yield "optim", lambda b: cpu([f"{b}/OptimBenchmark", "--groups", "256", "--store", work])
    yield "plug-ins", lambda b: cpu([f"{b}/PluginsBenchmark"])
    stub = shared / "tools/load/stub.c"
    if stub.exists():
        subprocess.run(["cc", "-O2", "-w", "-o", work / "stub", stub], check=True)
        server = subprocess.Popen([work / "stub", "18590"], stderr=subprocess.DEVNULL)
        time.sleep(0.3)
        url = "http://127.0.0.1:18590"
        yield "rollout, 512 in flight", lambda b: cpu([f"{b}/RolloutBenchmark", f"{url}/zero", 512, 60000])
        yield "rollout, streams", lambda b: cpu([f"{b}/RolloutBenchmark", f"{url}/sse4", 512, 3000, "stream"])
        server.terminate()
    store = work / "store"
    subprocess.run([sys.executable, pathlib.Path(__file__).parent / "Reports" / "measure.py", f"{options.before}/assay",
                    store, "10000"], check=True, stdout=subprocess.DEVNULL)
    yield "report", lambda b: cpu([f"{b}/assay", "report", store / "reports-10000.sqlite", "--quiet"])
    if subprocess.run(["which", "wrk"], capture_output=True).returncode == 0:
        yield "serve", served


def main():
    slower = []
    print("| benchmark | before, CPU-s | after, CPU-s | after / before: median (least – largest) |\n|---|---|---|---|")
    for name, measure in benchmarks():
        if options.only and not any(name.startswith(only) for only in options.only):
            continue
        for folder in (options.before, options.after):
            measure(folder)
        pairs = []
        for turn in range(options.pairs):
            order = [options.before, options.after][:: 1 if turn % 2 == 0 else -1]
            figures = {folder: measure(folder) for folder in order}
            pairs.append((figures[options.before], figures[options.after]))
        ratios = [after / before for before, after in pairs]
        median = statistics.median(ratios)
        print(f"| {name} | {statistics.median(p[0] for p in pairs):.3f} | {statistics.median(p[1] for p in pairs):.3f} "
              f"| {median:.3f} ({min(ratios):.3f} – {max(ratios):.3f}) |", flush=True)
        if median > 1.03:
            slower.append(name)
    print(f"slower by more than 3 %: {', '.join(slower) or 'none'}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())

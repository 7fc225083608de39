"""killed.py ASSAY FILE.jsonl [TIMES [SECONDS]]: kill -9 of `assay verify` at random moments leaves nothing behind.

Every orphan becomes a child of this script, so none can hide: whatever still runs 2 s after the kill is reported, as are
mounts and folders that were not there before. The first kills are spread over the start, where workers, walls and the
precompiled header of a fresh cache are being made.
"""
import ctypes
import os
import random
import subprocess
import sys
import tempfile
import time

PATIENCE = 2.0
PR_SET_CHILD_SUBREAPER = 36


def alive():
    """What is left of the tree, after reaping what has ended."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return []
        if pid == 0:
            break
    parents, names = {}, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            name, fields = open(f"/proc/{entry}/stat").read().rsplit(")", 1)
        except OSError:
            continue
        state, parent = fields.split()[:2]
        if state != "Z":
            parents[int(entry)], names[int(entry)] = int(parent), name.split("(", 1)[1]
    below = lambda pid: pid in parents and (parents[pid] == os.getpid() or below(parents[pid]))
    return [f"{names[pid]} ({pid})" for pid in parents if below(pid)]


def mounts():
    return sorted(line.split(" ", 2)[2] for line in open("/proc/self/mountinfo"))


def folders(cache):
    return set(os.listdir("/tmp")) | {"cache/" + name for name in os.listdir(cache) if not name.endswith(".gch")}


def main():
    binary, file = sys.argv[1:3]
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    longest = float(sys.argv[4]) if len(sys.argv) > 4 else 2.0
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    worst, failures, seen = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as base:
        os.mkdir(base + "/assay")
        before = mounts(), folders(base + "/assay")
        for turn in range(times):
            wait = random.random() ** 2 * longest
            process = subprocess.Popen(
                [binary, "verify", file, "--verifier", "code", "--response-field", "solution", "-o", "/dev/null",
                 "--force", "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=os.environ | {"XDG_CACHE_HOME": base})
            time.sleep(wait)
            seen = max(seen, len(alive()))
            process.kill()
            process.wait()
            start = time.monotonic()
            while (left := alive()) and time.monotonic() - start < PATIENCE:
                time.sleep(0.002)
            worst = max(worst, time.monotonic() - start)
            if left:
                failures += 1
                print(f"turn {turn}, killed after {wait:.3f} s: left {', '.join(left)}")
        after = mounts(), folders(base + "/assay")
    if after[0] != before[0]:
        print("mounts:", set(after[0]) ^ set(before[0]))
    mine = {name for name in after[1] - before[1] if "assay" in name or name.startswith("cache/")}
    if mine:
        print("folders:", mine)
    print(
        f"{times} kills, at most {seen} processes below, {failures} times something was left; "
        f"all gone within {worst * 1000:.0f} ms")
    sys.exit(1 if failures or after[0] != before[0] or mine else 0)


if __name__ == "__main__":
    main()

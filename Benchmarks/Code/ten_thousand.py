"""ten_thousand.py ASSAY FOLDER [ROWS]: one `assay verify` over ROWS (10,000) different programs leaks nothing.

FOLDER holds python_*.jsonl; each program is made different by a comment, so that no verdict comes from the cache.
Resident memory, descriptors and processes of assay are sampled while it runs. Fails when memory in the last tenth of the
time is more than 10 % above that in the second tenth, when descriptors or processes grow, or when a folder, a mount or a
process is left.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import time


def rows(folder, count):
    programs = []
    for path in sorted(glob.glob(folder + "/python_*.jsonl")):
        programs.append([json.loads(line) for line in open(path)])
    for number in range(count):
        file = programs[number % len(programs)]
        row = dict(file[number // len(programs) % len(file)])
        row["solution"] += f"\n# {number}\n"
        row["id"] = f"{row['id']} {number}"
        yield row


def below(pid):
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            parents[int(entry)] = int(open(f"/proc/{entry}/stat").read().rsplit(")", 1)[1].split()[1])
        except OSError:
            pass
    found, todo = 0, [pid]
    while todo:
        parent = todo.pop()
        children = [child for child, other in parents.items() if other == parent]
        found, todo = found + len(children), todo + children
    return found


def sample(pid):
    status = open(f"/proc/{pid}/status").read()
    memory = int(status.split("VmRSS:")[1].split()[0]) / 1024
    return memory, len(os.listdir(f"/proc/{pid}/fd")), below(pid)


def mean(values):
    return sum(values) / max(len(values), 1)


def main():
    binary, folder = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    with tempfile.TemporaryDirectory() as place:
        expected = []
        with open(place + "/rows.jsonl", "w") as file:
            for row in rows(folder, count):
                expected.append(row["expected"] == "pass")
                file.write(json.dumps(row) + "\n")
        mounts = open("/proc/self/mountinfo").read().count("\n")
        temporary = set(os.listdir("/tmp"))
        start = time.monotonic()
        process = subprocess.Popen(
            [binary, "verify", place + "/rows.jsonl", "--verifier", "code", "--response-field", "solution",
             "-o", place + "/out.jsonl", "--quiet"], stdout=subprocess.DEVNULL)
        samples = []
        while process.poll() is None:
            try:
                samples.append(sample(process.pid))
            except (OSError, IndexError):
                pass
            time.sleep(0.25)
        seconds = time.monotonic() - start
        passed = [json.loads(line)["verdict"]["outcome"] == "correct" for line in open(place + "/out.jsonl")]
        wrong = sum(a != b for a, b in zip(passed, expected)) + abs(len(passed) - len(expected))
        new = [name for name in set(os.listdir("/tmp")) - temporary if "assay" in name]
        tenth = len(samples) // 10
        early, late = samples[tenth:2 * tenth], samples[-tenth - 1:-1]
        memory = mean([m for m, _, _ in early]), mean([m for m, _, _ in late])
        files = max(f for _, f, _ in early), max(f for _, f, _ in late)
        processes = max(p for _, _, p in samples[tenth:])
        mounts = open("/proc/self/mountinfo").read().count("\n") - mounts
        print(
            f"{count} rows in {seconds:.0f} s, exit code {process.returncode}, {wrong} other than labelled; memory "
            f"{memory[0]:.1f} MB in the second tenth, {memory[1]:.1f} MB in the last, at most "
            f"{max(m for m, _, _ in samples):.1f}; descriptors {files[0]} and {files[1]}; at most {processes} processes; "
            f"new folders {new}, mounts {mounts:+}")
        good = (process.returncode == 0 and wrong == 0 and memory[1] <= 1.1 * memory[0] and files[1] <= files[0]
                and not new and mounts == 0)
        sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

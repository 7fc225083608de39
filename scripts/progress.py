#!/usr/bin/env python3
"""progress.py WHAT [--expect SECONDS] [--stalled SECONDS] [--log FILE] -- COMMAND...
progress.py --stacks PROCESS

Runs a command that takes long and says at least every five seconds what is done, how much of it and about how long it will
take; at a terminal on one line. What the command itself says goes to FILE (.build/WHAT.log); when it fails, its errors and its
last lines are shown. The exit code is the command's; 124 when it said nothing new for --stalled seconds: then it is ended with
all that it started, and shown are the tests that began and did not end and, where gdb is installed, what each thread was doing.
With --stacks, what a process and all that it started are doing just now.
"""
import argparse
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

EVERY = 4.0
STEP = re.compile(r"^\[(\d+)/(\d+)\] (.*)")
# What a test says of its failure follows it.
ERROR = re.compile(r"\berror:|^Fatal|\bFAILED\b|✘|^↳")
BEGAN = re.compile(r"^◇ Test (?!run|case)(.+) started\.")
ENDED = re.compile(r"^[✔✘➜] Test (?!run|case)(.+?) (?:with \d+ test cases? )?(?:passed|failed|skipped)\b")


def spoken(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def family(root):
    """The numbers of a process and of all that it started and that still runs."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                parents[int(name)] = int(stat.read().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
    found = [root]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found


def stacks(numbers):
    """What they are, and what each thread of the tests' own process, and of our program, was doing."""
    for number in numbers:
        try:
            with open(f"/proc/{number}/cmdline") as file:
                words = file.read().replace("\0", " ").strip()
            with open(f"/proc/{number}/wchan") as file:
                waits = file.read()
        except OSError:
            continue
        print(f"  {number} ({waits or 'runs'}): {words[:160]}", file=sys.stderr)
        if ("xctest" in words or words.split(" ")[0].endswith("/assay")) and shutil.which("gdb"):
            told = subprocess.run(
                ["gdb", "-p", str(number), "-batch", "-ex", "set pagination off", "-ex", "thread apply all bt 12"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")
            print("\n".join(line for line in told.stdout.splitlines() if re.match(r"#|Thread", line)), file=sys.stderr)


def main():
    if sys.argv[1:2] == ["--stacks"] and sys.argv[2:3] and sys.argv[2].isdigit():
        return stacks(family(int(sys.argv[2])))
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("what")
    parser.add_argument("--expect", type=float, default=0, help="seconds it takes from nothing on two cores")
    parser.add_argument("--stalled", type=float, default=0, help="seconds without a word after which the command is ended")
    parser.add_argument("--log")
    options, command = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1:]
    if not command:
        parser.error("no command after --")
    log = options.log or f".build/{re.sub('[^a-z0-9]+', '-', options.what.lower()).strip('-')}.log"
    os.makedirs(os.path.dirname(log) or ".", exist_ok=True)
    began, state, lines = time.monotonic(), {"step": "", "done": 0, "all": 0}, []
    is_terminal = sys.stderr.isatty()

    def say(end):
        passed = time.monotonic() - began
        text = f"assay: {options.what}, {spoken(passed)}"
        if state["all"]:
            text += f", {state['done']} of {state['all']} steps"
        if options.expect and not end:
            left = options.expect - passed
            text += f", about {spoken(max(left, 5))} left" if left > 0 else ", slower than usual"
        if state["step"] and not end:
            text += f": {state['step']}"
        print(("\r\033[K" if is_terminal else "") + text[:118], file=sys.stderr, end="\n" if end or not is_terminal else "", flush=True)

    # A terminal of its own where silence counts: to a pipe the tests write by the block, and the last lines would be missing.
    ours, theirs = pty.openpty() if options.stalled else os.pipe()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL if options.stalled else None, stdout=theirs, stderr=theirs,
        env=dict(os.environ, NO_COLOR="1", TERM="dumb") if options.stalled else None)
    os.close(theirs)
    state["heard"], unended, hung = time.monotonic(), {}, []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda n, _: process.send_signal(n))
    over = threading.Event()

    def tick():
        if not over.wait(1):
            say(False)
        while not over.wait(EVERY):
            say(False)
            silent = time.monotonic() - state["heard"]
            if options.stalled and silent > options.stalled and not hung:
                hung.append(silent)
                print(f"\nassay: {options.what}: nothing new for {spoken(silent)}; began and not ended:", file=sys.stderr)
                print("".join(f"  {test}\n" for test in unended), file=sys.stderr, end="")
                numbers = family(process.pid)
                stacks(numbers)
                for number in reversed(numbers):
                    try:
                        os.kill(number, signal.SIGKILL)
                    except ProcessLookupError:
                        pass

    teller = threading.Thread(target=tick, daemon=True)
    teller.start()

    def told():
        try:
            with open(ours, errors="replace", newline="\n") as source:
                for line in source:
                    yield line.replace("\r", "")
        except OSError:  # How a terminal's end is read once nobody writes to it.
            return

    with open(log, "w") as file:
        for line in told():
            state["heard"] = time.monotonic()
            if match := BEGAN.match(line):
                unended[match[1]] = True
            elif match := ENDED.match(line):
                unended.pop(match[1], None)
            file.write(line)
            file.flush()
            lines.append(line)
            del lines[:-2000]
            match = STEP.match(line)
            if match:
                # A build finds out as it goes how much there is to do.
                state.update(done=int(match[1]), all=int(match[2]), step=match[3].strip())
            elif line.strip() and not options.what.startswith("building"):
                state["step"] = line.strip()
    code = process.wait()
    over.set()
    teller.join()
    say(True)
    if code:
        errors = [line for line in lines if ERROR.search(line)][:20]
        sys.stderr.write("".join(errors or lines[-20:]))
        print(f"assay: {options.what} failed; all of it: {log}", file=sys.stderr)
    sys.exit(124 if hung else code if code >= 0 else 128 - code)


main()

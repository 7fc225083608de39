#!/usr/bin/env python3
"""progress.py WHAT [--expect SECONDS] [--log FILE] -- COMMAND...

Runs a command that takes long and says at least every five seconds what is done, how much of it and about how long it will
take; at a terminal on one line. What the command itself says goes to FILE (.build/WHAT.log); when it fails, its errors and its
last lines are shown. The exit code is the command's.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import threading
import time

EVERY = 4.0
STEP = re.compile(r"^\[(\d+)/(\d+)\] (.*)")
ERROR = re.compile(r"\berror:|^Fatal|\bFAILED\b|✘")


def spoken(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def main():
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("what")
    parser.add_argument("--expect", type=float, default=0, help="seconds it takes from nothing on two cores")
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

    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda n, _: process.send_signal(n))
    over = threading.Event()

    def tick():
        if not over.wait(1):
            say(False)
        while not over.wait(EVERY):
            say(False)

    teller = threading.Thread(target=tick, daemon=True)
    teller.start()
    with open(log, "w") as file:
        for line in process.stdout:
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
    sys.exit(code if code >= 0 else 128 - code)


main()

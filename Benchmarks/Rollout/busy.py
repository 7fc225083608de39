#!/usr/bin/env python3
"""How busy `assay rollout` keeps a real llama.cpp server, with SmolLM2-135M: chat, completions, and both streamed.

usage: busy.py ASSAY [PROBLEMS] (after `make demo`, which fetches server and model; 8 samples of each problem)

The server says 20 times a second how many requests it works on (`llamacpp:requests_processing`): busy is the share of the whole
run, from start to exit of the command, in which there was one; slots, the mean share of its slots in use.
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

SLOTS = 8
assay, problems = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 30
root = Path(__file__).resolve().parents[2]
python = root / ".venv/demo/bin/python"
model = next((root / ".venv/demo").rglob("SmolLM2-135M-Instruct.Q4_1.gguf"), None)
if model is None:
    sys.exit("run `make demo` first")
threads = max(1, (os.cpu_count() or 2) - 1)
server = subprocess.Popen(
    [python, root / "examples/demo/serve.py", model, str(SLOTS), str(threads)], stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL, text=True)  # fmt: skip
url = f"http://127.0.0.1:{server.stdout.readline().strip()}"


def watch(stop, seen):
    while not stop.wait(0.05):
        text = urllib.request.urlopen(url + "/metrics").read().decode()
        line = next(line for line in text.splitlines() if line.startswith("llamacpp:requests_processing"))
        seen.append(float(line.split()[-1]))


print("| way | seconds | busy | slots |\n|---|---|---|---|")
for api in ("chat", "completions"):
    for stream in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            rows = [{"id": str(i), "prompt": f"What is {i} + {i % 7}? Explain.", "answer": str(i + i % 7)} for i in range(problems)]
            Path(folder, "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
            config = {
                "name": "busy", "store": f"{folder}/s.sqlite", "dataset": {"path": f"{folder}/p.jsonl"},
                "sampling": {"n": 8, "max_tokens": 64},
                "rollout": {"endpoints": [url], "api": api, "stream": stream, "concurrency": 2 * SLOTS},
            }  # fmt: skip
            Path(folder, "c.yaml").write_text(json.dumps(config))
            stop, seen = threading.Event(), []
            watcher = threading.Thread(target=watch, args=(stop, seen))
            start = time.time()
            watcher.start()
            subprocess.run([assay, "rollout", f"{folder}/c.yaml", "--quiet"], check=True, stdout=subprocess.DEVNULL)
            seconds = time.time() - start
            stop.set()
            watcher.join()
            busy, slots = sum(n > 0 for n in seen) / len(seen), sum(seen) / len(seen) / SLOTS
            print(f"| {api}{', streamed' if stream else ''} | {seconds:.0f} | {busy:.1%} | {slots:.1%} |", flush=True)
server.kill()

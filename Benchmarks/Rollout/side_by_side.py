#!/usr/bin/env python3
"""Our client beside libcurl in C and aiohttp, against the same canned server, one after the other on one machine.

usage: side_by_side.py FOLDER [BENCHMARK]
  FOLDER     holds stub.c, mclient.c and pyclient.py (the canned server and the other clients)
  BENCHMARK  our executable (.build/release/RolloutBenchmark)

The C client reads bodies and parses nothing; aiohttp parses with orjson; ours parses and checks every record.
aiohttp and orjson must be importable by the python that runs this.
"""
import re
import subprocess
import sys
import tempfile
import time

folder = sys.argv[1]
ours = sys.argv[2] if len(sys.argv) > 2 else ".build/release/RolloutBenchmark"
work = tempfile.mkdtemp()
for name, flags in (("stub", []), ("mclient", ["-lcurl"])):
    subprocess.run(["cc", "-O2", "-w", "-o", f"{work}/{name}", f"{folder}/{name}.c", *flags], check=True)
port = 18500
server = subprocess.Popen([f"{work}/stub", str(port)], stderr=subprocess.DEVNULL)
time.sleep(0.3)
base = f"http://127.0.0.1:{port}"


def run(command):
    """The fields `name=value` of the line a client prints."""
    text = subprocess.run(["bash", "-c", 'ulimit -n 20000; exec "$@"', "_", *command], capture_output=True, text=True,
                          timeout=120).stdout
    return dict(re.findall(r"([\w/]+)=([\d.]+)", text))


def row(what, path, in_flight, total, python_total, stream=False):
    c = run([f"{work}/mclient", base + path, str(in_flight), str(total), "epoll"])
    a = run([sys.executable, f"{folder}/pyclient.py", "aiohttp", base + path, str(in_flight), str(python_total)])
    b = run([ours, base + path, str(in_flight), str(total)] + (["stream"] if stream else []))
    scale = 64 if stream else 1
    rate = lambda r: int(float(r["req/s/core"]) * scale)
    print(f"| {what} | {rate(b):,} | {rate(c):,} | {rate(a):,} | {rate(b) / rate(c):.2f} | {rate(b) / rate(a):.1f} "
          f"| {float(b['p99']):.0f} / {float(c['p99']):.0f} / {float(a['p99']):.0f} "
          f"| {b['rss']} / {c['rss']} / {a['rss']} |", flush=True)


try:
    print("| load | assay /s/core | libcurl in C | aiohttp | to C | to aiohttp | p99 ms (assay / C / aiohttp) | RSS MB |")
    print("|---|---|---|---|---|---|---|---|")
    row("no delay, 512 in flight", "/zero", 512, 60000, 10000)
    row("no delay, 2048 in flight", "/zero", 2048, 60000, 10000)
    row("200 ms, 512 in flight", "/delay", 512, 10000, 8000)
    row("200 ms, 2048 in flight", "/delay", 2048, 20000, 10000)
    row("SSE chunks, 512 streams", "/sse4", 512, 3000, 1500, stream=True)
finally:
    server.kill()

#!/usr/bin/env python3
"""Interrupts every command of assay while it waits for something that never comes.

usage: interrupts.py [--assay PATH] [--limit 1.0] [--only WORD]

Servers, verifiers, pipes, locks and programs that hang: after one SIGINT, SIGTERM or SIGHUP each command has ended within
LIMIT seconds with 130, 143 or 129 (`serve` and `browse` with 0), said one line at most, and every process that it had
started is gone. Exit code 0 when all of it held.
"""
import argparse
import http.server
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

NAMES = {signal.SIGINT: "SIGINT", signal.SIGTERM: "SIGTERM", signal.SIGHUP: "SIGHUP"}
CASES = []


def case(name, **options):
    def add(body):
        CASES.append((name, body, options))
        return body
    return add


class Server(http.server.ThreadingHTTPServer):
    """vLLM's shape; the path's first word says how it fails: hang, busy, silent, good."""
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # the client was ended

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts = threading.Semaphore(0)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def forget(self):
        while self.posts.acquire(blocking=False):
            pass

    def url(self, how):
        return f"http://127.0.0.1:{self.server_port}/{how}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, value, status=200, **headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for key, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, text)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/silent"):
            self.server.posts.release()
            time.sleep(600)
        self.answer({"data": [{"id": "m", "owned_by": "vllm"}]} if self.path.endswith("/v1/models") else {})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.release()
        if self.path.startswith("/hang"):
            time.sleep(600)
        if self.path.startswith("/busy"):
            return self.answer({}, 503, **{"Retry-After": "60"})
        self.answer({"model": "m", "choices": [{
            "index": 0, "text": "4", "finish_reason": "stop", "token_ids": [7], "prompt_token_ids": [1],
            "logprobs": {"token_logprobs": [-0.5]}}]})


class Place:
    """A folder with what the commands read."""

    def __init__(self, options, server):
        self.assay, self.server, self.folder = options.assay, server, tempfile.mkdtemp(prefix="assay-interrupts-")
        self.write("data.jsonl", [{"id": f"p{i}", "prompt": "2+2=", "answer": "4"} for i in range(64)])
        self.write("rows.jsonl", [{"id": f"r{i}", "response": "so 4", "answer": "4"} for i in range(256)])
        loop = "```python\nimport os, time\nif os.fork() == 0: os.setsid()\nwhile True: pass\n```"
        self.write("code.jsonl", [{"response": loop, "tests": [{"input": "", "output": "4"}], "format": "stdin"}] * 8)
        heavy = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        self.write("sql.jsonl", [{"response": heavy, "answer": "SELECT 4", "setup": "CREATE TABLE t(a)"}] * 8)

    def write(self, name, rows):
        with open(f"{self.folder}/{name}", "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)

    def file(self, name):
        return f"{self.folder}/{name}"

    def config(self, how, more=""):
        with open(self.file("run.yaml"), "w") as file:
            file.write(f"""store: {self.folder}/store.sqlite
dataset: {{path: {self.folder}/data.jsonl}}
sampling: {{n: 4, max_tokens: 8}}
rollout: {{endpoints: ["{how if '://' in how else self.server.url(how)}"], concurrency: 8}}
{more}""")
        return self.file("run.yaml")

    def filled(self):
        config = self.config("good")
        subprocess.run([self.assay, "run", config, "--quiet"], check=True, stdout=subprocess.DEVNULL, timeout=60)
        return config

    def start(self, *arguments, **pipes):
        return subprocess.Popen(
            [self.assay, *arguments], start_new_session=True,
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **pipes})

    def until(self, condition, process=None):
        for _ in range(1500):
            if condition() or (process and process.poll() is not None):
                return
            time.sleep(0.02)
        raise AssertionError("the command never came to where it hangs")

    def posted(self, count=1):
        for _ in range(count):
            assert self.server.posts.acquire(timeout=30), "no request came"


def relatives(pid):
    """(pid, start time) of all descendants."""
    parents, starts = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(name)], starts[int(name)] = int(fields[1]), fields[19]
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return {(child, starts[child]) for child in found}


def alive(known):
    for pid, start in known:
        try:
            fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z" and fields[19] == start:
            yield pid


def has(process, text):
    """Whether a descendant's command line holds the text."""
    for pid, _ in relatives(process.pid):
        try:
            if text in open(f"/proc/{pid}/cmdline").read():
                return True
        except OSError:
            pass
    return False


HANGS = 'command=["sh","-c","sleep 7777 & read line; sleep 7778"]'
HANGS_LATER = 'command=["sh","-c","read hello; echo {\\\\\\"ready\\\\\\":1,\\\\\\"name\\\\\\":\\\\\\"x\\\\\\",\\\\\\"version\\\\\\":\\\\\\"1\\\\\\"}; sleep 7777 & read line; sleep 7778"]'


@case("run: a server that says nothing")
def _(place):
    process = place.start("run", place.config("silent"))
    place.posted()
    return process


@case("run: a server that never answers a sample", says=r"0 of 256 kept; run the same command again")
def _(place):
    process = place.start("run", place.config("hang"))
    place.posted(8)
    return process


@case("run: a wait for Retry-After", says=r"0 of 256 kept")
def _(place):
    process = place.start("run", place.config("busy"))
    place.posted(8)
    time.sleep(0.1)
    return process


@case("run: an address without an answer")
def _(place):
    process = place.start("run", place.config("http://10.255.255.1:9"))
    place.until(lambda: os.path.exists(place.file("store.sqlite")))
    time.sleep(0.3)
    return process


@case("run --online: no trainer comes", says=r"completions kept this time; run the same command again")
def _(place):
    process = place.start("run", place.config("good", "optimize: {batch_groups: 4}"), "--online")
    place.posted(20)
    return process


@case("run: dynamic sampling that never has enough", says=r"of 256 kept")
def _(place):
    process = place.start("run", place.config("hang"), "--set", "rollout.wanted_groups=9")
    place.posted(8)
    return process


@case("run: the store is locked by somebody else")
def _(place):
    place.filled()
    place.lock = sqlite3.connect(place.file("store.sqlite"), isolation_level=None)
    place.lock.execute("BEGIN IMMEDIATE")
    process = place.start("run", place.file("run.yaml"), "--set", "name=other")
    time.sleep(1)
    return process


@case("run: a dataset behind a pipe that nobody writes")
def _(place):
    os.mkfifo(place.file("pipe"))
    process = place.start("run", place.config("good"), "--set", f"dataset.path={place.file('pipe')}")
    place.until(lambda: os.path.exists(place.file("store.sqlite")))
    time.sleep(0.3)
    return process


@case("rollout: a verifier is none of its", says="of 256 kept")
def _(place):
    process = place.start("rollout", place.config("hang"))
    place.posted(8)
    return process


@case("run: a verifier without a handshake", says="256 of 256 kept")
def _(place):
    config = place.config("good", 'verify: {verifier: command, options: {command: ["sh", "-c", "sleep 7777 & sleep 7778"]}}')
    process = place.start("run", config)
    place.until(lambda: has(process, "7778"))
    place.posted(256)
    time.sleep(0.5)
    return process


@case("verify: a run's verifier hangs", says="verdicts kept; run the same command again")
def _(place):
    place.filled()
    config = place.config("good", 'verify: {verifier: command, options: {command: ["sh", "-c", "sleep 7777 & sleep 7778"]}}')
    process = place.start("verify", config)
    place.until(lambda: has(process, "7778"))
    return process


@case("verify: a worker without a handshake, its children too", says="0 rows written")
def _(place):
    process = place.start("verify", place.file("rows.jsonl"), "--verifier", "command", "--option", HANGS, "-o", place.file("out"))
    place.until(lambda: has(process, "7778"))
    return process


@case("verify: a worker that never answers", says="0 rows written")
def _(place):
    process = place.start(
        "verify", place.file("rows.jsonl"), "--verifier", "command", "--option", HANGS_LATER.replace("\\\\\\", "\\"), "-o",
        place.file("out"))
    place.until(lambda: has(process, "7778"))
    return process


@case("verify: programs that never end", says="rows")
def _(place):
    process = place.start("verify", place.file("code.jsonl"), "--verifier", "code", "--option", 'limits={"cpu":600,"wall":600}', "-o", place.file("out"))
    place.until(lambda: len(relatives(process.pid)) > 6, process)
    time.sleep(0.5)
    return process


@case("verify: programs that never end, without walls", says="rows")
def _(place):
    process = place.start("verify", place.file("code.jsonl"), "--verifier", "code", "--option", 'limits={"cpu":600,"wall":600}',
                          "--unsafe-no-sandbox", "-o", place.file("out"))
    place.until(lambda: len(relatives(process.pid)) > 6, process)
    time.sleep(0.5)
    return process


@case("verify: queries that never end", says="rows")
def _(place):
    process = place.start("verify", place.file("sql.jsonl"), "--verifier", "sql", "--option", "max_steps=100000000000",
                          "-o", place.file("out"))
    place.until(lambda: len(relatives(process.pid)) > 0)
    time.sleep(0.5)
    return process


@case("verify: a remote verifier that hangs", says="rows")
def _(place):
    process = place.start("verify", place.file("rows.jsonl"), "--verifier", "http", "--option",
                          f"url={place.server.url('hang')}", "-o", place.file("out"))
    place.posted()
    return process


@case("verify: a judge that hangs", says="rows")
def _(place):
    process = place.start("verify", place.file("rows.jsonl"), "--verifier", "judge", "--option",
                          f"endpoint={place.server.url('hang')}", "-o", place.file("out"))
    place.posted()
    return process


@case("verify: standard input that says nothing more", says=r"\d+ rows written")
def _(place):
    process = place.start("verify", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for _i in range(20):
        process.stdin.write(json.dumps({"response": "so 4", "answer": "4"}).encode() + b"\n")
    process.stdin.flush()
    time.sleep(0.7)
    return process


@case("verify: a terminal")
def _(place):
    master, slave = os.openpty()
    process = place.start("verify", "-", stdin=slave)
    place.master = master
    time.sleep(0.7)
    return process


@case("verify: a reader that reads nothing")
def _(place):
    place.write("many.jsonl", [{"response": "so 4" * 50, "answer": "4"}] * 20000)
    process = place.start("verify", place.file("many.jsonl"), stdout=subprocess.PIPE)
    time.sleep(1.5)
    return process


@case("verify: nobody reads stderr either", silent=True)
def _(place):
    place.write("many.jsonl", [{"response": "so 4" * 50, "answer": "4"}] * 20000)
    place.ends = os.pipe()
    os.set_blocking(place.ends[1], False)
    try:
        while True:
            os.write(place.ends[1], b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(place.ends[1], True)
    process = place.start("verify", place.file("many.jsonl"), stdout=subprocess.PIPE, stderr=place.ends[1])
    time.sleep(1.5)
    return process


@case("verify --explain: a worker that hangs")
def _(place):
    process = place.start("verify", "--explain", "4", "so 4", "--verifier", "command", "--option", HANGS)
    place.until(lambda: has(process, "7778"))
    return process


for kind in ("check", "redteam"):
    @case(f"verifier {kind}: a worker that hangs")
    def _(place, kind=kind):
        process = place.start("verifier", kind, "command", "--option", HANGS)
        place.until(lambda: has(process, "7778"))
        return process


@case("verifier audit: a worker that hangs")
def _(place):
    place.write("labelled.jsonl", [{"response": "4", "answer": "4", "expected": True}])
    process = place.start("verifier", "audit", "command", place.file("labelled.jsonl"), "--option", HANGS)
    place.until(lambda: has(process, "7778"))
    return process


@case("worker: between two batches")
def _(place):
    process = place.start("worker", "--stdio", stdin=subprocess.PIPE)
    time.sleep(0.7)
    return process


@case("worker: inside a batch")
def _(place):
    process = place.start("worker", "--stdio", "--verifier", "command", "--option", HANGS, stdin=subprocess.PIPE)
    process.stdin.write(b'{"rows":1}\n{"response":"4","answer":"4"}\n')
    process.stdin.flush()
    place.until(lambda: has(process, "7778"))
    return process


@case("report --watch")
def _(place):
    place.config("hang")
    run = place.start("run", place.file("run.yaml"))
    place.posted(8)
    run.kill()
    run.wait()
    process = place.start("report", place.file("store.sqlite"), "--watch")
    time.sleep(0.7)
    return process


@case("report: rows behind a pipe")
def _(place):
    process = place.start("report", "-", stdin=subprocess.PIPE)
    time.sleep(0.7)
    return process


@case("compare: rows behind a pipe that nobody writes")
def _(place):
    os.mkfifo(place.file("pipe"))
    process = place.start("compare", place.file("pipe"), place.file("pipe"))
    time.sleep(0.7)
    return process


@case("optimize: its verifier hangs", says="run the same command again")
def _(place):
    place.filled()
    config = place.config("good", 'verify: {verifier: command, options: {command: ["sh", "-c", "sleep 7777 & sleep 7778"]}}')
    process = place.start("optimize", config)
    place.until(lambda: has(process, "7778"))
    return process


@case("demo: a server that never answers")
def _(place):
    process = place.start("demo", "--endpoint", place.server.url("hang"), "--folder", place.file("demo"))
    place.posted(1)
    return process


@case("doctor: a server that says nothing")
def _(place):
    process = place.start("doctor", "--endpoint", place.server.url("silent"))
    place.posted()
    return process


@case("serve", code=0)
def _(place):
    process = place.start("serve", "--port", "0", stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


@case("browse", code=0)
def _(place):
    place.filled()
    process = place.start("browse", place.file("store.sqlite"), stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def check(options, server, name, body, number, code=None, says=None, silent=False):
    server.forget()
    place = Place(options, server)
    process = body(place)
    assert process.poll() is None, f"ended before the signal: {process.returncode} {process.stderr.read()}"
    known = relatives(process.pid)
    start = time.monotonic()
    process.send_signal(number)
    try:
        ended = process.wait(15)
        seconds = time.monotonic() - start
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError("still there after 15 s") from None
    said = "" if silent else process.stderr.read().decode(errors="replace").replace("\r", "\n")
    time.sleep(max(0, start + options.limit - time.monotonic()))
    left = list(alive(known))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    expected = 128 + number if code is None else code
    assert ended == expected, f"exit code {ended}, not {expected}: {said[-400:]}"
    assert seconds <= options.limit, f"{seconds:.2f} s"
    assert not left, f"{len(left)} of {len(known)} processes are still there"
    lines = [line for line in said.split("\n") if line.startswith("assay:")]
    assert len(lines) <= 1 and "Fatal" not in said, said
    if code is None and not silent:
        assert f"interrupted by {NAMES[number]}" in said, said
    if says:
        assert re.search(says, said), said
    return seconds, len(known)


def locked(place):
    """A run that waits for the store's lock: it hears of nothing."""
    place.filled()
    place.lock = sqlite3.connect(place.file("store.sqlite"), isolation_level=None)
    place.lock.execute("BEGIN IMMEDIATE")
    return ["run", place.file("run.yaml"), "--set", "name=other", "--quiet"]


def twice(options, server):
    """A second signal, of either kind, ends it there and then; the same one sent twice at once is one."""
    place = Place(options, server)
    arguments = locked(place)
    for first, second in ((signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)):
        process = place.start(*arguments)
        time.sleep(1)
        process.send_signal(first)
        time.sleep(0.2)
        start = time.monotonic()
        process.send_signal(second)
        code = process.wait(5)
        seconds = time.monotonic() - start
        assert code == 128 + second and seconds < 0.2, f"exit code {code} after {seconds:.2f} s"
    server.forget()
    place = Place(options, server)
    process = place.start("run", place.config("hang"), "--quiet")
    place.posted(8)
    for _ in range(3):
        process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=5)[1].decode()
    assert process.returncode == 143 and "0 of 256 kept" in said, said


def by_wrapper(options, server):
    """timeout(1) signals its child and then its group, the child again."""
    place = Place(options, server)
    config = place.config("hang")
    done = subprocess.run(["timeout", "-s", "INT", "2", options.assay, "run", config, "--quiet"], capture_output=True,
                          text=True, timeout=20)
    assert "interrupted by SIGINT: 0 of 256 kept" in done.stderr, done.stderr


def ignored(options, server):
    """nohup's SIGHUP and a background job's SIGINT stay ignored; SIGTERM does not."""
    place = Place(options, server)
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" INT HUP; exec "$@"', "sh", options.assay, "run", place.config("hang"), "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    place.posted(8)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert process.poll() is None, f"exit code {process.returncode}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 143


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.assay = os.path.abspath(options.assay)
    server, failed, slowest, ended = Server(), 0, 0.0, 0
    for name, body, expected in CASES:
        if options.only not in name:
            continue
        for number in NAMES:
            try:
                seconds, processes = check(options, server, name, body, number, **expected)
                slowest, ended = max(slowest, seconds), ended + processes
            except (AssertionError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"{name}: {NAMES[number]}: {error}", flush=True)
    for body in (twice, by_wrapper, ignored):
        if options.only in body.__name__:
            server.forget()
            try:
                body(options, server)
            except (AssertionError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"{body.__name__}: {error}", flush=True)
    print(f"{len(CASES)} commands and places by 3 signals: {failed} failed; the slowest ended after {slowest:.2f} s; "
          f"{ended} processes of theirs ended with them")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Kills `assay rollout` at random moments, stops and continues its server, fills its disk: each sample exactly once.

usage: exactly_once.py [--assay PATH] [--kills 100] [--samples 2000]

A server of its own in vLLM's shape answers after 20-200 ms and remembers every request id. After each interruption
the store is opened read-only and checked; a sample that was there must still be there, unchanged. Exit code 0 when
every promise held.
"""
import argparse
import asyncio
import collections
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time


class Server(threading.Thread):
    """vLLM's completions route; `request_ids` counts what came over the wire."""

    def __init__(self):
        super().__init__(daemon=True)
        self.request_ids = collections.Counter()
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def connection(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                body = await reader.readexactly(int(fields.get("content-length", 0)))
                if head[0].startswith("GET /v1/models"):
                    answer = {"data": [{"id": "m", "owned_by": "vllm"}]}
                elif head[0].startswith("POST /v1/completions"):
                    self.request_ids[fields["x-request-id"]] += 1
                    await asyncio.sleep(random.uniform(0.02, 0.2))
                    seed = json.loads(body)["seed"]
                    ids = [seed % 1000, seed // 1000 % 1000, 2]
                    answer = {"id": "c", "model": "m", "choices": [{
                        "index": 0, "text": str(seed), "finish_reason": "stop", "token_ids": ids,
                        "prompt_token_ids": [1], "logprobs": {"token_logprobs": [-0.5, -1.0, -0.25]}}]}
                else:
                    answer = {}
                text = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text))
                writer.write(text)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def samples(store):
    """{(ordinal, index): digest of the row} of the first run; fails on a duplicate."""
    if not os.path.exists(store):
        return {}
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        rows = database.execute(
            "SELECT g.ordinal, c.idx, c.text, c.seed, hex(t.data) FROM completions c JOIN groups g USING(group_id)"
            " JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'logprob'").fetchall()
    except sqlite3.OperationalError:  # killed before the schema was there
        return {}
    finally:
        database.close()
    found = {}
    for ordinal, index, text, seed, data in rows:
        assert (ordinal, index) not in found, f"sample {ordinal}.{index} is there twice"
        assert text == str(seed), f"sample {ordinal}.{index} holds another sample's text"
        found[ordinal, index] = hashlib.sha1(f"{text}{data}".encode()).hexdigest()
    return found


class Trial:
    """One run in a folder of its own."""

    def __init__(self, assay, server, problems, n, folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="assay-once-")
        self.assay, self.total = assay, problems * n
        self.store = f"{self.folder}/store.sqlite"
        with open(f"{self.folder}/data.jsonl", "w") as file:
            for i in range(problems):
                file.write(json.dumps({"id": f"p{i}", "prompt": f"{i} + 1 =", "answer": str(i + 1)}) + "\n")
        with open(f"{self.folder}/run.yaml", "w") as file:
            file.write(f"""store: {self.store}
dataset: {{path: {self.folder}/data.jsonl}}
sampling: {{n: {n}, max_tokens: 8}}
rollout: {{endpoints: [http://127.0.0.1:{server.port}], concurrency: 64}}
""")

    def start(self):
        return subprocess.Popen([self.assay, "rollout", "--quiet", f"{self.folder}/run.yaml"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self):
        process = self.start()
        error = process.communicate(timeout=120)[1].decode()
        assert process.returncode == 0, error
        found = samples(self.store)
        assert len(found) == self.total, f"{len(found)} of {self.total} samples"
        return found


def kills(options, server):
    done = trials = 0
    while done < options.kills:
        trial = Trial(options.assay, server, options.samples // 8, 8)
        known, trials = {}, trials + 1
        while done < options.kills and len(known) < trial.total:
            process = trial.start()
            time.sleep(random.uniform(0.02, 0.9))
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                done += 1
            process.communicate()
            now = samples(trial.store)
            assert known.items() <= now.items(), "a sample that was there changed or is gone"
            known = now
        final = trial.finish()
        assert known.items() <= final.items(), "a sample that was there changed or is gone"
    print(f"kill -9: {done} kills in {trials} runs of {options.samples} samples, each sample exactly once")


def pauses(options):
    """The server as a process of its own, stopped for 3 s in the middle."""
    child = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        server = type("Remote", (), {"port": int(child.stdout.readline())})
        trial = Trial(options.assay, server, options.samples // 8, 8)
        process = trial.start()
        while process.poll() is None and len(samples(trial.store)) < 50:
            time.sleep(0.02)
        child.send_signal(signal.SIGSTOP)
        before = len(samples(trial.store))
        time.sleep(3)
        child.send_signal(signal.SIGCONT)
        process.communicate(timeout=120)
        assert process.returncode == 0 and 0 < before < trial.total, f"{process.returncode}, {before} before the stop"
        assert len(trial.finish()) == trial.total
    finally:
        child.kill()
    print(f"SIGSTOP/CONT of the server after {before} samples: each of {trial.total} exactly once")


def full_disk(options, server):
    """A file system of 1 MiB, made larger after it was full; needs root."""
    folder = tempfile.mkdtemp(prefix="assay-full-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).returncode != 0:
        print("ENOSPC: not tried, tmpfs cannot be mounted")
        return
    try:
        trial = Trial(options.assay, server, options.samples // 8, 8, folder)
        process = trial.start()
        error = process.communicate(timeout=120)[1].decode()
        assert process.returncode != 0 and "full" in error, error
        subprocess.run(["mount", "-o", "remount,size=256m", folder], check=True)
        before = samples(trial.store)
        final = trial.finish()
        assert before.items() <= final.items()
        print(f"ENOSPC after {len(before)} samples ({error.strip().splitlines()[-1][:90]}): each of {trial.total} exactly once")
    finally:
        subprocess.run(["umount", folder])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    server = Server()
    server.start()
    server.ready.wait()
    if options.serve:
        print(server.port, flush=True)
        return server.join()
    kills(options, server)
    full_disk(options, server)
    twice = [name for name, count in server.request_ids.items() if count > 1]
    assert not twice, f"the server saw {len(twice)} requests twice"
    print(f"requests: {len(server.request_ids)}, none seen twice")
    pauses(options)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Interrupts a streamed `assay run` at random moments, by Ctrl-C at a terminal and by signals without one.

usage: signals.py [--assay PATH] [--moments 20] [--seed 1]

For each of SIGINT and SIGTERM, with a terminal and without, MOMENTS times: a run of 96 samples is interrupted after a
random number of streamed tokens. Then within a second it has ended with 130 or 143 and one line that says what is in the
store, to the number: samples and beginnings. The same command then asks for what is missing and nothing else, beginnings
go on where they were cut off, and every sample holds the tokens it would have had. SIGHUP by a terminal that goes away
comes last. Exit code 0 when all of it held.
"""
import argparse
import asyncio
import fcntl
import json
import os
import pty
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import termios
import threading
import time

PROMPT = [101, 102, 103]


def tokens(seed):
    """The ids that the server samples with a seed, whichever request asks for them."""
    return [seed * 31 % 9973 * (place + 7) % 30011 for place in range(8 + seed % 33)]


class Server(threading.Thread):
    """vLLM's completions route, streamed: a token every few milliseconds, on from a prompt of ids where it was cut."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ready, self.moment = threading.Event(), threading.Event()
        self.begin(None)

    def begin(self, moment):
        """Forgets the requests; `moment` is set once that many tokens were sent."""
        self.fresh, self.resumed, self.sent, self.when = [], [], 0, moment
        self.moment.clear()
        if moment == 0:
            self.moment.set()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def connection(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                body = await reader.readexactly(int(fields.get("content-length", 0)))
                if head[0].startswith("POST /v1/completions"):
                    await self.stream(json.loads(body), writer)
                else:
                    models = head[0].startswith("GET /v1/models")
                    text = json.dumps({"data": [{"id": "m", "owned_by": "vllm"}]} if models else {}).encode()
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def stream(self, request, writer):
        everything, known = tokens(request["seed"]), []
        if isinstance(request["prompt"], list):
            known = request["prompt"][len(PROMPT):]
            self.resumed.append((request["seed"], known))
        else:
            self.fresh.append(request["seed"])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for place in range(len(known), len(everything)):
            await asyncio.sleep(random.uniform(0.002, 0.02))
            choice = {"index": 0, "text": f" {everything[place]}", "token_ids": [everything[place]],
                      "logprobs": {"token_logprobs": [-0.5]}, "prompt_token_ids": PROMPT,
                      "finish_reason": "stop" if place == len(everything) - 1 else None}
            event = b"data: " + json.dumps({"model": "m", "choices": [choice]}).encode() + b"\n\n"
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
            self.sent += 1
            if self.sent == self.when:
                self.moment.set()
        writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
        await writer.drain()


class Command:
    """The running command, at a terminal of its own or without any."""

    def __init__(self, arguments, terminal):
        self.master, self.said = None, b""
        if terminal:
            self.master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))

            def own():
                os.setsid()
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)

            self.process = subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=slave, preexec_fn=own)
            os.close(slave)
        else:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        descriptor = self.master if self.master is not None else self.process.stdout.fileno()
        try:
            while piece := os.read(descriptor, 65536):
                self.said += piece
        except OSError:  # a terminal's end
            pass

    def interrupt(self, number):
        if number == signal.SIGINT and self.master is not None:
            os.write(self.master, b"\x03")
        else:
            self.process.send_signal(number)

    def end(self, timeout):
        code = self.process.wait(timeout)
        self.reader.join(5)
        if self.master is not None:
            os.close(self.master)
        return code, self.said.decode(errors="replace")


class Trial:
    def __init__(self, assay, server):
        self.server, self.folder = server, tempfile.mkdtemp(prefix="assay-signals-")
        self.store = f"{self.folder}/store.sqlite"
        with open(f"{self.folder}/data.jsonl", "w") as file:
            for i in range(12):
                file.write(json.dumps({"id": f"p{i}", "prompt": f"{i} + 1 =", "answer": str(i + 1)}) + "\n")
        with open(f"{self.folder}/run.yaml", "w") as file:
            file.write(f"""store: {self.store}
dataset: {{path: {self.folder}/data.jsonl}}
sampling: {{n: 8, max_tokens: 64}}
rollout: {{endpoints: [http://127.0.0.1:{server.port}], concurrency: 24, stream: true}}
""")
        self.arguments = [assay, "run", f"{self.folder}/run.yaml"]

    def rows(self):
        """(seed, ids) of every sample, the beginnings' ids, the verdicts of samples that are not there."""
        if not os.path.exists(self.store):
            return [], [], 0
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            samples = database.execute(
                "SELECT c.seed, t.data FROM completions c JOIN tokens t ON t.completion_id = c.completion_id"
                " AND t.kind = 'ids' AND t.source = 'sampler'").fetchall()
            partials = database.execute("SELECT token_ids FROM partials").fetchall()
            verdicts = database.execute("SELECT count(*) FROM verdicts WHERE score IS NULL").fetchone()[0]
        except sqlite3.OperationalError:  # interrupted before the schema was there
            return [], [], 0
        finally:
            database.close()
        return ([(seed, ids(data)) for seed, data in samples], [ids(row[0]) for row in partials], verdicts)


def ids(data):
    return list(struct.unpack(f"<{len(data) // 4}i", data))


def interrupted(options, server, number, terminal):
    """One trial; (samples, beginnings) kept, and the seconds from the signal to the end."""
    trial = Trial(options.assay, server)
    server.begin(random.randrange(0, 96 * 24))
    command = Command(trial.arguments, terminal)
    while not server.moment.wait(0.01) and command.process.poll() is None:
        pass
    start = time.monotonic()
    command.interrupt(number)
    code, said = command.end(30)
    seconds = time.monotonic() - start
    time.sleep(0.05)
    samples, beginnings, failures = trial.rows()
    if code == 0:  # the moment was behind its end
        assert len(samples) == 96, said
    else:
        assert code == 128 + number, f"exit code {code}: {said}"
        assert seconds < options.limit, f"{seconds:.2f} s from the signal to the end: {said}"
        lines = [line for line in said.replace("\r", "\n").split("\n") if "interrupted" in line]
        assert len(lines) == 1, said
        found = re.search(r"(\d+) of 96 kept(?:, (\d+) beginnings? kept)?; run the same command again", lines[0])
        if samples or beginnings:
            assert found, said
            told = int(found[1]), int(found[2] or 0)
            assert told == (len(samples), len(beginnings)), f"{lines[0]}; the store has {len(samples)}, {len(beginnings)}"
        assert failures == 0, f"{failures} verdicts without a score"
    before = dict(samples)
    server.begin(None)
    command = Command(trial.arguments, False)
    again, said = command.end(60)
    assert again == 0, said
    assert len(server.fresh) + len(server.resumed) == 96 - len(samples), "more or fewer requests than what is missing"
    assert sorted(known for _, known in server.resumed) == sorted(beginnings), "beginnings were not gone on with"
    assert not {*server.fresh, *(seed for seed, _ in server.resumed)} & {*before}, "sampled what was there"
    samples, beginnings, failures = trial.rows()
    assert len(samples) == 96 and not beginnings and failures == 0
    assert all(sequence == tokens(seed) for seed, sequence in samples), "a sample with other tokens than it should have"
    shutil.rmtree(trial.folder)
    return len(before), len(server.resumed), seconds, code


def hung_up(options, server):
    """The terminal goes away in the middle: SIGHUP, and nowhere to say anything."""
    trial = Trial(options.assay, server)
    server.begin(600)
    command = Command(trial.arguments, True)
    server.moment.wait(30)
    os.close(command.master)
    command.master = None
    code = command.process.wait(30)
    assert code == 128 + signal.SIGHUP, f"exit code {code}"
    samples, beginnings, _ = trial.rows()
    assert beginnings, "no beginning was kept"
    shutil.rmtree(trial.folder)
    print(f"SIGHUP, the terminal gone: {len(samples)} samples and {len(beginnings)} beginnings kept")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds from the signal to the end")
    options = parser.parse_args()
    options.assay = os.path.abspath(options.assay)
    random.seed(options.seed)
    server = Server()
    server.start()
    server.ready.wait()
    for number in (signal.SIGINT, signal.SIGTERM):
        for terminal in (True, False):
            results = [interrupted(options, server, number, terminal) for _ in range(options.moments)]
            cut = [result for result in results if result[3] != 0]
            print(f"{number.name} {'at a terminal' if terminal else 'without'}: {len(cut)} of {len(results)} cut in the middle, "
                  f"{sum(r[0] for r in cut)} samples and {sum(r[1] for r in cut)} beginnings kept, ended after "
                  f"{max(r[2] for r in cut):.2f} s at most, resumed with what was missing", flush=True)
    hung_up(options, server)


if __name__ == "__main__":
    main()

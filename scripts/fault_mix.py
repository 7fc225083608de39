#!/usr/bin/env python3
"""Samples from a server that misbehaves at random in every way a test knows: what is no sample is never judged.

usage: fault_mix.py [--assay PATH] [--requests 100000] [--seed 0] [--faults 0.3]

A server of its own in vLLM's shape answers most requests well and the others with a fault: refusals, errors outside and inside
answers, aborts, filters, empty and cut answers, odd streams. Every good answer has a number of its own; whatever a fault says
holds the word BAD. Runs with one and several samples a request, streamed and not, go on until all is there. Exit code 0 when
every completion is a good answer, each number is there once at most, and all have a verdict of their own.
"""
import argparse
import asyncio
import collections
import itertools
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading

PROMPT = [7, 8, 9]


class Server(threading.Thread):
    def __init__(self, seed, share):
        super().__init__(daemon=True)
        self.random, self.share = random.Random(seed), share
        self.numbers, self.counts = itertools.count(1), collections.Counter()
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0, backlog=2048, limit=1 << 24)
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
                    writer.write(self.answer({"data": [{"id": "m", "owned_by": "vllm"}]}))
                elif head[0].startswith("POST /v1/completions"):
                    self.counts["requests"] += 1
                    parts, stays = self.respond(json.loads(body))
                    for part in parts:
                        writer.write(part)
                    await writer.drain()
                    if not stays:
                        break
                else:
                    writer.write(self.answer({"detail": "Not Found"}, 404))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @staticmethod
    def answer(value, status=200, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def good(self, index, head=()):
        """A whole choice; after a prefix only the rest of it."""
        number = next(self.numbers)
        ids = [1000 + number, 2000 + number]
        return self.choice(index, f"good {number} \\boxed{{{number % 2}}}", ids, "stop")

    @staticmethod
    def choice(index, text, ids, finish, **more):
        return {
            "index": index, "text": text, "token_ids": ids, "finish_reason": finish, "prompt_token_ids": PROMPT,
            "logprobs": {"token_logprobs": [-0.5] * len(ids), "tokens": ["x"] * len(ids)}, **more,
        }

    def events(self, choices, end=(b"data: [DONE]\n\n",)):
        """Each choice as an event for its text and one for its end."""
        out = [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"]

        def event(value):
            data = value if isinstance(value, bytes) else b"data: " + json.dumps(value).encode() + b"\n\n"
            return b"%x\r\n%s\r\n" % (len(data), data)

        for choice in choices:
            out.append(event({"choices": [choice | {"finish_reason": None}]}))
            last = self.choice(choice["index"], "", [], choice["finish_reason"])
            out.append(event({"choices": [last | {key: choice[key] for key in ("error",) if key in choice}]}))
        return out + [event(part) for part in end], b"0\r\n\r\n"

    def respond(self, request):
        """The pieces to write, and whether the connection stays."""
        count, streams = request.get("n", 1), request.get("stream", False)
        choices = [self.good(index) for index in range(count)]

        def whole(choices, **more):
            if streams:
                out, end = self.events(choices)
                return out + [end], True
            return [self.answer({"choices": choices, **more})], True

        if self.random.random() >= self.share:
            self.counts["good"] += 1
            if streams and self.random.random() < 0.3:
                usage = {"choices": [{"index": 0, "text": "", "finish_reason": None}], "usage": {"completion_tokens": 2}}
                out, end = self.events(choices, (b"data: " + json.dumps(usage).encode() + b"\n\n", b"data: [DONE]\n\n"))
                return out + [end], True
            return whole(choices)
        fault = self.random.choice(
            ["refuse", "status", "inside", "close", "cut", "abort", "aborted part", "filter", "choice error", "empty", "load",
             "one of several", "missing", "no end", "html", "word"])
        self.counts[fault] += 1
        broken = self.random.randrange(count)
        bad = next(self.numbers)
        match fault:
            case "refuse":
                status = self.random.choice([429, 503, 529])
                headers = self.random.choice([[], ["Retry-After: 0"], ["retry-after-ms: 5"]])
                return [self.answer({"error": {"message": "BAD slow down"}}, status, headers)], True
            case "status":
                status = self.random.choice([408, 409, 425, 500, 502, 504, 520, 522, 524])
                return [self.answer({"error": {"message": "BAD"}}, status)], True
            case "inside":
                code = self.random.choice([429, 500, 502, 503])
                return [self.answer({"error": {"message": "BAD", "code": code}})], True
            case "close":
                return [], False
            case "cut":
                if streams:
                    out, _ = self.events(choices)
                    return out[: 1 + self.random.randrange(len(out) - 1)], False
                data = self.answer({"choices": choices})
                return [data[: len(data) // 2]], False
            case "abort":
                choices[broken] = self.choice(broken, "", [], "abort")
            case "aborted part":
                choices[broken] = self.choice(broken, f"part {bad} ", [3000 + bad], "abort")
            case "filter":
                choices[broken] = self.choice(broken, f"BAD {bad}", [4000 + bad], "content_filter")
            case "choice error":
                choices[broken] = self.choice(broken, f"BAD {bad}", [5], "error", error={"code": 502, "message": "BAD"})
            case "empty":
                choices[broken] = self.choice(broken, "", [], "stop")
            case "load":
                choices[broken] = self.choice(broken, "", [], "load")
            case "one of several":
                if count > 1:
                    choices[broken] = self.choice(broken, "", [], "cancelled")
                else:
                    choices = [self.choice(0, "BAD", [1], "stop"), self.choice(0, "BAD", [1], "stop")]
                    return [self.answer({"choices": choices})], True
            case "missing":
                choices.pop(broken)
                return [self.answer({"choices": choices})], True
            case "no end":
                choices[broken]["finish_reason"] = None
                choices[broken]["text"] = f"BAD {bad}"
                return [self.answer({"choices": choices})], True
            case "html":
                return [self.answer(b"<html>BAD</html>")], True
            case "word":
                choices[broken]["finish_reason"] = "repetition"
        return whole(choices)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--assay", default=".build/release/assay")
    arguments.add_argument("--requests", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--faults", type=float, default=0.3)
    options = arguments.parse_args()
    server = Server(options.seed, options.faults)
    server.start()
    server.ready.wait()
    folder = tempfile.mkdtemp(prefix="assay-mix-")
    problems = max(1, options.requests // 28)
    with open(f"{folder}/p.jsonl", "w") as file:
        for index in range(problems):
            file.write(json.dumps({"id": f"p{index}", "prompt": f"Question {index}?", "answer": "1"}) + "\n")
    failed = 0
    for name, stream, several in [("whole", 0, 1), ("streamed", 1, 1), ("several", 0, 4), ("both", 1, 4)]:
        store, config = f"{folder}/{name}.sqlite", f"{folder}/{name}.yaml"
        with open(config, "w") as file:
            json.dump({
                "name": "mix", "store": store, "dataset": {"path": f"{folder}/p.jsonl"},
                "sampling": {"n": 8, "max_tokens": 64}, "verify": {"verifier": "math"},
                "rollout": {
                    "endpoints": [f"http://127.0.0.1:{server.port}"], "concurrency": 64, "stream": bool(stream),
                    "samples_per_request": several, "retry_budget": 4, "no_progress_timeout": 60,
                },
            }, file)
        starts = 0
        while True:
            starts += 1
            run = subprocess.run([options.assay, "run", config, "--quiet"], capture_output=True, text=True)
            if run.returncode == 0 or starts == 40 or "samples failed" not in run.stderr:
                break
        db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        rows = db.execute("SELECT group_id, idx, text, finish FROM completions").fetchall()
        judged = db.execute("SELECT count(*) FROM verdicts WHERE score IS NOT NULL").fetchone()[0]
        db.close()
        numbers = collections.Counter(word for row in rows for word in row[2].split() if word.isdigit())
        wrong = [row for row in rows if "BAD" in row[2] or "good" not in row[2] or row[3] not in ("stop", "length")]
        again = [number for number, count in numbers.items() if count > 1]
        complete = run.returncode == 0 and len(rows) == len({row[:2] for row in rows}) == problems * 8 == judged
        failed += bool(wrong or again or not complete)
        print(
            f"{name}: {len(rows)} of {problems * 8} completions, {judged} judged, {starts} starts; no sample {len(wrong)}, "
            f"twice {len(again)}" + ("" if complete else f"; INCOMPLETE, exit {run.returncode}: {run.stderr.strip()[-300:]}"),
            flush=True)
        for row in wrong[:3]:
            print("   ", row)
    print(f"{server.counts.pop('requests')} requests: {dict(server.counts.most_common())}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

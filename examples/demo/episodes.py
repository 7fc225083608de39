#!/usr/bin/env python3
"""Episodes of a real model: SmolLM2 over llama.cpp calls a calculator and plays a game, and what assay stored is checked token by token.

usage: episodes.py SERVER_PYTHON MODEL.gguf [--assay PATH] [--episodes 24] [--folder runs/demo-agent] [--browse]

SERVER_PYTHON has xllamacpp. A proxy between assay and the server remembers every request. Checked for every turn: the server
read as many ids as were sent; for every episode: its prompt and tokens are the last request's and what it sampled, id for id;
and that nothing sampled was ever made into ids again. Exit code 0 when all of it holds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sqlite3
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TASKS: dict[str, dict[str, Any]] = {
    "calculator": {"name": "calculator", "max_turns": 4},
    "game": {"name": "game", "max_turns": 4, "options": {"game": "guess", "illegal": 9}},
}


class Proxy(BaseHTTPRequestHandler):
    """Hands requests on, and remembers them with their answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    port = 0
    lock = threading.Lock()
    turns: list[tuple[list[int], dict[str, Any]]] = []
    tokenized: list[str] = []
    # What the policy was told, by questions, rules and results: it may say the same.
    told: set[str] = set()

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        upstream.request(self.command, self.path, body or None, {"Content-Type": "application/json"})
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        with self.lock:
            if self.path == "/completion" and answer.status == 200:
                self.turns.append((json.loads(body)["prompt"], json.loads(data)))
            if self.path == "/apply-template":
                messages = json.loads(body)["messages"]
                self.told |= {m["content"] for m in messages if m["role"] != "assistant" and m.get("content")}
            if self.path == "/tokenize":
                self.tokenized.append(json.loads(body)["content"])
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = forward

    def log_message(self, *_: object) -> None:
        pass


def shown_calls(number: int, a: int, b: int) -> list[dict[str, Any]]:
    """A question that was answered by a call, for the model to see how."""
    call = {"name": "calculator", "arguments": json.dumps({"expression": f"{a}*{b}"})}
    return [
        {"role": "user", "content": f"What is {a}*{b}?"},
        {"role": "assistant", "content": "", "tool_calls": [{"id": f"c{number}", "type": "function", "function": call}]},
        {"role": "tool", "tool_call_id": f"c{number}", "name": "calculator", "content": str(a * b)},
        {"role": "assistant", "content": f"The answer is {a * b}."},
    ]


SHOWN = [*shown_calls(0, 12, 3), *shown_calls(1, 41, 9)]


def shown_texts() -> list[str]:
    """The shown calls, as the template writes them."""
    calls = [call["function"] for message in SHOWN for call in message.get("tool_calls", [])]
    objects = [{"name": call["name"], "arguments": json.loads(call["arguments"])} for call in calls]
    return [f"<tool_call>{json.dumps(one)}</tool_call>" for one in objects]


def rows(task: str, count: int) -> list[dict[str, Any]]:
    rng = random.Random(0)
    made = []
    for number in range(count):
        a, b = rng.randint(11, 99), rng.randint(11, 99)
        messages = [*SHOWN, {"role": "user", "content": f"What is {a}*{b}?"}]
        row: dict[str, Any] = {"id": f"{task}-{number}", "prompt": messages, "answer": str(a * b)}
        if task == "game":
            row |= {"prompt": "Answer with one number and nothing else.", "answer": str(a), "number": a, "turns": 4}
        made.append(row)
    return made


def run(options: argparse.Namespace, task: str, port: int, store: Path) -> None:
    """One run of a task into the store."""
    data = options.folder / f"{task}.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows(task, options.episodes // 2 // 2)))
    config = {
        "name": task,
        "store": str(store),
        "dataset": {"path": str(data), "name": task},
        "sampling": {"n": 2, "temperature": 1, "max_tokens": 48 if task == "calculator" else 12},
        "rollout": {"endpoints": [f"http://127.0.0.1:{port}"], "concurrency": 4},
        "environment": {**TASKS[task], "tool_syntax": "hermes_json"},
        "verify": {"verifier": "math"},
    }
    path = options.folder / f"{task}.yaml"
    path.write_text(json.dumps(config, indent=2))
    subprocess.run([options.assay, "run", "--quiet", str(path)], check=True, stdout=subprocess.DEVNULL)


def check(store: Path) -> str:
    """What holds of the store and the proxy's memory; ends the program where something does not."""
    for prompt, answer in Proxy.turns:
        if answer["tokens_evaluated"] != len(prompt):
            sys.exit(f"{len(prompt)} ids were sent, and the server read {answer['tokens_evaluated']}")
    ends = {tuple(prompt + answer["tokens"]) for prompt, answer in Proxy.turns}
    with sqlite3.connect(store) as db:
        episodes = db.execute(
            "SELECT g.prompt_ids, t.data, e.turns FROM completions c JOIN groups g USING(group_id) JOIN episodes e "
            "USING(completion_id) JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'ids'"
        ).fetchall()
        sampled = [text for (text,) in db.execute("SELECT text FROM segments WHERE origin = 'policy'")]
        segments = db.execute("SELECT completion_id, first, last FROM segments ORDER BY completion_id, ordinal").fetchall()
    for prompt, ids, _ in episodes:
        whole = [*struct.unpack(f"<{len(prompt) // 4}i", prompt), *struct.unpack(f"<{len(ids) // 4}i", ids)]
        # An episode that its limit ended may have what it was told last behind the last turn.
        if not any(tuple(whole[:end]) in ends for end in range(len(whole), len(whole) - 200, -1)):
            sys.exit("an episode is not what was sent and sampled last")
    for (key, _, last), (other, first, _) in zip(segments, segments[1:]):
        if key == other and first != last:
            sys.exit(f"the segments of completion {key} have a gap at token {last}")
    # Short ones stand in questions and results, too; and the calls that were shown can be copied.
    long = {text.strip() for text in sampled if len(text.strip()) >= 24 and "What is" not in text}
    given = "\n".join([*Proxy.told, *(json.dumps(row) for task in TASKS for row in rows(task, 1)), *shown_texts()])
    again = [text for text in long if text not in given and any(text in content for content in Proxy.tokenized)]
    if again:
        sys.exit(f"what was sampled was encoded again: {again[0]!r}")
    turns = sum(count for _, _, count in episodes)
    three = sum(count >= 3 for _, _, count in episodes)
    return (
        f"{len(episodes)} episodes, {turns} turns, {three} of three or more: every prompt read as sent, every episode the last "
        f"request and its sample, none of {len(long)} sampled texts among {len(Proxy.tokenized)} that were encoded"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", help="an interpreter with xllamacpp")
    parser.add_argument("model", type=Path)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--episodes", type=int, default=24)
    parser.add_argument("--folder", type=Path, default=Path("runs/demo-agent"))
    parser.add_argument("--browse", action="store_true", help="show the traces as pages at the end")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    store = options.folder / "experience.sqlite"
    for suffix in ("", "-wal", "-shm"):
        Path(f"{store}{suffix}").unlink(missing_ok=True)
    log = (options.folder / "server.log").open("w")
    command = [options.python, str(HERE / "serve.py"), str(options.model), "4", "1", "0", str(HERE / "tools.jinja")]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert server.stdout is not None
        Proxy.port = int(server.stdout.readline() or 0)
        if Proxy.port == 0:
            sys.exit(f"the server did not start ({options.folder}/server.log)")
        with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
            proxy.daemon_threads = True
            threading.Thread(target=proxy.serve_forever, daemon=True).start()
            for task in TASKS:
                run(options, task, proxy.server_address[1], store)
            print(check(store))
            proxy.shutdown()
    finally:
        server.kill()
        server.wait()
        log.close()
    if options.browse:
        subprocess.run([options.assay, "browse", str(store), "--run", "calculator", "--tokenizer", str(options.model)], check=False)


if __name__ == "__main__":
    main()

"""A scripted policy in the shape of llama.cpp's server: a ChatML template with tools, a tokenizer of bytes, exact ids.

What it writes is spelt otherwise than its template writes the same call, so that a dialogue that is rendered and tokenised
again has other ids than were sampled. It remembers everything that it generated.

    python3 policy.py PORT [--delay SECONDS]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

START, END, THINK = 1000, 1001, 1002
SPECIAL = {"<|im_start|>": START, "<|im_end|>": END}


def encode(text: str) -> list[int]:
    ids: list[int] = []
    for number, part in enumerate(text.replace("<|im_start|>", "\0S\0").replace("<|im_end|>", "\0E\0").split("\0")):
        if number % 2 == 1:
            ids.append(START if part == "S" else END)
        else:
            ids.extend(part.encode())
    return ids


def decode(ids: list[int]) -> str:
    text = bytearray()
    for token in ids:
        text += {START: b"<|im_start|>", END: b"<|im_end|>"}.get(token, bytes([token & 255]))
    return text.decode(errors="replace")


def render(body: dict[str, Any]) -> str:
    text = ""
    if body.get("tools"):
        tools = json.dumps(body["tools"])
        text = f'<|im_start|>system\n<tools>{tools}</tools> answer in <tool_call>{{"name": n, "arguments": a}}</tool_call>'
        text += "<|im_end|>\n"
    for message in body.get("messages", []):
        text += f"<|im_start|>{message['role']}\n{message.get('content') or ''}"
        for call in message.get("tool_calls") or []:
            function = call["function"]
            text += f'<tool_call>{{"name": "{function["name"]}", "arguments": {function["arguments"]}}}</tool_call>'
        text += "<|im_end|>\n"
    return text + ("<|im_start|>assistant\n" if body.get("add_generation_prompt", True) else "")


def call(name: str, arguments: str) -> str:
    return f'<tool_call>{{"name":  "{name}", "arguments":{arguments}}}</tool_call>'


def answer(prompt: str) -> str:
    """The next turn: a call, the answer after its result, code for an agent that writes code."""
    last = prompt.rsplit("<|im_start|>", 2)[-2]
    seen = prompt.count("391")
    if "final_answer(" in prompt and "<code>" in prompt:
        return "Thought: I multiply.\n<code>\nfinal_answer(17*23)\n</code>"
    if '"name": "final_answer"' in prompt:
        return call("final_answer", '{"answer" : "391"}') if seen else call("calculator", '{"expression" : "17*23"}')
    if last.startswith("tool"):
        return "The answer is 391."
    if '"name": "calculator"' in prompt and last.startswith("user"):
        return call("calculator", '{"expression" : "17*23"}')
    return "The answer is 391."


class Policy:
    def __init__(self, port: int, delay: float = 0.0) -> None:
        self.generated: list[tuple[list[int], list[int]]] = []
        self.requests = 0
        self.fail_next = 0
        policy, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                pass

            def reply(self, status: int, value: Any) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path.startswith("/generated"):
                    return self.reply(200, policy.generated)
                if self.path == "/props":
                    return self.reply(200, {"chat_template": "chatml", "total_slots": 64})
                self.reply(200, {"object": "list", "data": [{"id": "tiny", "object": "model", "owned_by": "llamacpp"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/apply-template":
                    return self.reply(200, {"prompt": render(body)})
                if self.path == "/tokenize":
                    return self.reply(200, {"tokens": encode(body["content"])})
                if self.path == "/detokenize":
                    return self.reply(200, {"content": decode(body["tokens"])})
                if self.path == "/fail":
                    policy.fail_next = body["times"]
                    return self.reply(200, {})
                if self.path != "/completion":
                    return self.reply(404, {"error": {"message": "not here"}})
                with lock:
                    policy.requests += 1
                    fails = policy.fail_next > 0
                    policy.fail_next -= fails
                if fails:
                    return self.reply(500, {"error": {"code": 500, "message": "injected", "type": "server_error"}})
                time.sleep(delay)
                prompt = body["prompt"]
                text = answer(decode(prompt))
                for stop in body.get("stop") or []:
                    text = text.split(stop)[0]
                whole = encode(text) + [END]
                ids = whole[: body["n_predict"]]
                # Log-probs that tell the tokens of one turn from another's.
                seed = int(hashlib.sha256(str(prompt).encode()).hexdigest()[:6], 16)
                logprobs = [-((seed + place) % 997) / 1000 for place in range(len(ids))]
                with lock:
                    policy.generated.append((prompt, ids))
                entries = [{"id": i, "token": "x", "bytes": [120], "logprob": p} for i, p in zip(ids, logprobs)]
                self.reply(
                    200,
                    {
                        "index": 0,
                        "content": decode([i for i in ids if i != END]),
                        "tokens": ids,
                        "stop_type": "limit" if len(ids) < len(whole) else "eos",
                        "tokens_predicted": len(ids),
                        "tokens_evaluated": len(prompt),
                        "completion_probabilities": entries,
                    },
                )

        ThreadingHTTPServer.request_queue_size = 512
        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def start(self) -> Policy:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--delay", type=float, default=0.0)
    arguments = parser.parse_args()
    Policy(arguments.port, arguments.delay).server.serve_forever()

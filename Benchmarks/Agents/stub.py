"""An instant server in the shape of llama.cpp and of OpenAI's chat, for measuring what stands before it.

    python3 stub.py PORT [DELAY_SECONDS]        the delay is that of sampling alone
"""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from typing import Any

START, END = 1, 2
SAMPLED = [100 + place for place in range(20)] + [END]
TEXT = "The answer to this question is three hundred and ninety-one, as computed."
ENTRIES = [{"id": token, "token": "x", "bytes": [120], "logprob": -0.25} for token in SAMPLED]


def encode(text: str) -> list[int]:
    ids: list[int] = []
    for number, part in enumerate(text.replace("<|im_start|>", "\0S\0").replace("<|im_end|>", "\0E\0").split("\0")):
        if number % 2 == 1:
            ids.append(START if part == "S" else END)
        else:
            data = part.encode()
            ids += [1000 + zlib.crc32(data[at : at + 4]) % 20000 for at in range(0, len(data), 4)]
    return ids


def render(body: dict[str, Any]) -> str:
    text = "".join(f"<|im_start|>{m['role']}\n{m.get('content') or ''}<|im_end|>\n" for m in body["messages"])
    return text + ("<|im_start|>assistant\n" if body.get("add_generation_prompt", True) else "")


def http(value: Any, kind: str = "application/json") -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


CHAT = {
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 500, "completion_tokens": 21, "total_tokens": 521},
}
CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
EVENTS = [
    {**CHUNK, "choices": [{"index": 0, "delta": {"role": "assistant", "content": TEXT}, "finish_reason": None}]},
    {**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
]
WHOLE = http(CHAT)
STREAM = http(b"".join(b"data: " + json.dumps(e).encode() + b"\n\n" for e in EVENTS) + b"data: [DONE]\n\n", "text/event-stream")
MODELS = http({"object": "list", "data": [{"id": "m", "object": "model", "owned_by": "llamacpp"}]})
COMPLETION = json.dumps({
    "index": 0, "content": TEXT, "tokens": SAMPLED, "stop_type": "eos", "tokens_predicted": len(SAMPLED),
    "completion_probabilities": ENTRIES,
})[:-1]


class Stub(asyncio.Protocol):
    delay = 0.0
    counts: dict[str, int] = {}

    def connection_made(self, transport: Any) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            self.answer(head.split(b" ", 2)[1].decode(), body)

    def answer(self, path: str, body: bytes) -> None:
        self.counts[path] = self.counts.get(path, 0) + 1
        if path == "/completion":
            start = body.index(b'"prompt":[')
            count = body.count(b",", start, body.index(b"]", start)) + 1
            return self.later(http(f'{COMPLETION}, "tokens_evaluated": {count}}}'.encode()))
        if path == "/v1/chat/completions":
            return self.later(STREAM if b'"stream":true' in body or b'"stream": true' in body else WHOLE)
        if path == "/apply-template":
            return self.write(http({"prompt": render(json.loads(body))}))
        if path == "/tokenize":
            return self.write(http({"tokens": encode(json.loads(body)["content"])}))
        if path == "/detokenize":
            word = {START: "<|im_start|>", END: "<|im_end|>"}
            return self.write(http({"content": "".join(word.get(t, "x") for t in json.loads(body)["tokens"])}))
        if path == "/counts":
            return self.write(http(self.counts))
        if path == "/props":
            return self.write(http({"chat_template": "chatml"}))
        self.write(MODELS)

    def later(self, reply: bytes) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.write, reply)
        else:
            self.write(reply)

    def write(self, reply: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(reply)


async def main() -> None:
    Stub.delay = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", int(sys.argv[1]), backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

#!/usr/bin/env python3
"""A server in llama.cpp's shape for episodes, without a model: byte tokens, ChatML, replies by script.

usage: stub.py [--delay SECONDS]        prints its port

Of a dialogue that has no result it calls the tool `calculator` with the question, of one with a single result it calls it once
more, then it answers. /v1/chat/completions does the same in OpenAI's shape, for peers; without tools it answers at once. GET /turns gives the ids of the requests
that sampled since it was last asked.
"""

import argparse
import asyncio
import json
import re

START, END = 1000, 1001
MARKS = {"<|im_start|>": START, "<|im_end|>": END}
TEXTS = {START: b"<|im_start|>", END: b"<|im_end|>"}
SPLIT = re.compile(r"(<\|im_start\|>|<\|im_end\|>)")


def encode(text):
    ids = []
    for part in SPLIT.split(text):
        ids += [MARKS[part]] if part in MARKS else part.encode()
    return ids


def decode(ids):
    return b"".join(TEXTS.get(i) or bytes([i & 255]) for i in ids).decode(errors="replace")


def render(body):
    text = ""
    if body.get("tools"):
        text += f"<|im_start|>system\n<tools>{json.dumps(body['tools'])}</tools><tool_call>{{}}</tool_call><|im_end|>\n"
    for message in body["messages"]:
        text += f"<|im_start|>{message['role']}\n{message.get('content') or ''}"
        for call in message.get("tool_calls") or []:
            text += '<tool_call>{"name": "%(name)s", "arguments": %(arguments)s}</tool_call>' % call["function"]
        text += "<|im_end|>\n"
    return text + ("<|im_start|>assistant\n" if body.get("add_generation_prompt") else "")


CALL = b'<tool_call>{"name": "calculator", "arguments": {"expression": "12*34"}}</tool_call>'


def reply(prompt):
    """The turn behind a prompt's ids, and as JSON what the server says of its tokens."""
    results = sum(1 for place, i in enumerate(prompt) if i == START and prompt[place + 1 : place + 6] == [*b"tool\n"])
    text = CALL if results < 2 else b"408"
    return text, [*text, END]


BODIES = {}


def completion(body):
    prompt = body["prompt"]
    text, ids = reply(prompt)
    known = BODIES.get(text)
    if known is None:
        entries = [{"id": i, "token": "x", "bytes": [120], "logprob": -0.5} for i in ids]
        known = BODIES[text] = json.dumps(
            {
                "index": 0, "content": text.decode(), "tokens": ids, "stop_type": "eos",
                "tokens_predicted": len(ids), "completion_probabilities": entries,
            }
        )[:-1]
    return '%s, "tokens_evaluated": %d}' % (known, len(prompt))


def chat(body):
    """The same script over messages."""
    results = sum(message["role"] == "tool" for message in body["messages"])
    message = {"role": "assistant", "content": "408"}
    if results < 2 and body.get("tools"):
        function = {"name": "calculator", "arguments": '{"expression": "12*34"}'}
        message = {"role": "assistant", "content": None,
                   "tool_calls": [{"id": f"c{results}", "type": "function", "function": function}]}
    return json.dumps({"id": "c", "object": "chat.completion", "created": 0, "model": body.get("model", "stub"),
                       "choices": [{"index": 0, "message": message, "logprobs": None,
                                    "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}],
                       "usage": {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20}})


class Stub(asyncio.Protocol):
    delay = 0.0
    turns = []

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1")
            found = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
            size = int(found[1]) if found else 0
            if len(self.buffer) < end + 4 + size:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + size], self.buffer[end + 4 + size :]
            self.handle(head, body)

    def handle(self, head, body):
        path = head.split(" ", 2)[1]
        if path in ("/completion", "/v1/chat/completions"):
            found = re.search(r"(?i)\r\nx-request-id: *(\S+)", head)
            if found:
                Stub.turns.append(found[1])
            answer = (completion if path == "/completion" else chat)(json.loads(body))
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, self.send, answer)
                return
        elif path == "/v1/models":
            answer = json.dumps({"data": [{"id": "stub", "object": "model", "owned_by": "llamacpp"}]})
        elif path == "/turns":
            answer, Stub.turns = json.dumps(Stub.turns), []
        elif path == "/props":
            answer = '{"chat_template": "ChatML"}'
        elif path == "/apply-template":
            answer = json.dumps({"prompt": render(json.loads(body))})
        elif path == "/tokenize":
            answer = json.dumps({"tokens": encode(json.loads(body)["content"])})
        elif path == "/detokenize":
            answer = json.dumps({"content": decode(json.loads(body)["tokens"])})
        else:
            answer = "{}"
        self.send(answer)

    def send(self, answer):
        data = answer.encode()
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each turn")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    Stub.delay = options.delay
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", options.port, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

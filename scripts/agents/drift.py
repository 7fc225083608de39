#!/usr/bin/env python3
"""Dialogues whose messages do not render to the ids that were sampled, through 'assay serve --episodes': every token that the
server generated must be in a batch, once. Beside it how many second prompts of message mode begin with what was sampled.

    python3 scripts/agents/drift.py --assay .build/release/assay --server http://127.0.0.1:8000 [--dialogues 400]

The server is llama.cpp's with --metrics and a chat template that knows tools. --calls FILE keeps each call as message mode has
it: the ids of its messages, rendered anew, and those that were sampled.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PARAMETERS = {"type": "object", "properties": {"expression": {"type": "string"}}, "required": ["expression"]}
FUNCTION = {"name": "calculator", "description": "Evaluate an arithmetic expression", "parameters": PARAMETERS}
TOOLS = [{"type": "function", "function": FUNCTION}]


def ask(url: str, body: Any = None, tries: int = 60) -> Any:
    data = None if body is None else json.dumps(body).encode()
    for left in reversed(range(tries)):
        try:
            request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=600) as reply:
                text = reply.read()
                return json.loads(text) if text[:1] in b"{[" and text else text.decode()
        except urllib.error.HTTPError as error:
            if error.code not in (502, 503, 504, 429) or not left:
                raise RuntimeError(error.read().decode()) from None
        time.sleep(0.5)
    return None


def shots() -> list[Any]:
    messages: list[Any] = []
    for number, (text, result) in enumerate([("4+9", "13"), ("12*3", "36"), ("50-8", "42")]):
        function = {"name": "calculator", "arguments": json.dumps({"expression": text})}
        messages += [
            {"role": "user", "content": f"What is {text}?"},
            {"role": "assistant", "content": "", "tool_calls": [{"id": f"c{number}", "type": "function", "function": function}]},
            {"role": "tool", "tool_call_id": f"c{number}", "content": result},
            {"role": "assistant", "content": f"The answer is {result}."},
        ]
    return messages


def dialogue(base: str, turns: int) -> list[dict[str, Any]]:
    """Leases an episode and asks `turns` times; the messages of each call."""
    lease = ask(f"{base}/v1/episodes", {})
    messages = shots() + lease["messages"]
    calls = []
    for _ in range(turns):
        reply = ask(f"{lease['base_url']}/chat/completions", {"messages": messages, "tools": TOOLS, "temperature": 1})
        message = reply["choices"][0]["message"]
        calls.append({"messages": list(messages), "reply": message})
        messages.append({k: v for k, v in message.items() if k in ("role", "content", "tool_calls")})
        results = [{"role": "tool", "tool_call_id": c["id"], "content": "1"} for c in message.get("tool_calls") or []]
        messages += results or [{"role": "user", "content": "go on"}]
    ask(f"{base}/v1/episodes/{lease['episode']}/end", {})
    return [{"episode": lease["episode"], "turn": number, **call} for number, call in enumerate(calls)]


def int32s(blob: bytes | None) -> list[int]:
    return list(struct.unpack(f"<{len(blob) // 4}i", blob)) if blob else []


def predicted(server: str) -> int:
    return int(float(re.search(r"^llamacpp:tokens_predicted_total (\S+)", str(ask(f"{server}/metrics")), re.M)[1]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--server", required=True)
    parser.add_argument("--dialogues", type=int, default=400)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--calls")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            {"id": f"p{n}", "question": f"What is {7 + n * 3}*{11 + n * 5}?", "answer": str((7 + n * 3) * (11 + n * 5))}
            for n in range(arguments.dialogues // 2)
        ]
        pathlib.Path(folder, "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        pathlib.Path(folder, "run.yaml").write_text(
            f"""
name: drift
store: {folder}/run.sqlite
dataset: {{path: {folder}/p.jsonl}}
environment: {{name: agent, tool_syntax: hermes_json}}
sampling: {{n: 2, max_tokens: 64}}
rollout: {{endpoints: ["{arguments.server}"], concurrency: 8}}
verify: {{verifier: math}}
optimize: {{preset: reinforce, pack: {{drop_uniform: false}}}}
serve: {{port: 0}}
"""
        )
        before = predicted(arguments.server)
        command = [arguments.assay, "serve", "--episodes", f"{folder}/run.yaml", "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        base = json.loads(process.stdout.readline())["url"]
        with ThreadPoolExecutor(8) as pool:
            calls = sum(pool.map(lambda _: dialogue(base, arguments.turns), range(len(rows) * 2)), [])
        generated = predicted(arguments.server) - before
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        subprocess.run([arguments.assay, "optimize", f"{folder}/run.yaml", "--pack"], check=True, capture_output=True)
        with sqlite3.connect(f"{folder}/run.sqlite") as db:
            policy = db.execute("SELECT total(last - first) FROM segments WHERE origin = 'policy'").fetchone()[0]
            pieces = db.execute("SELECT count(*) FROM pieces WHERE piece > 0").fetchone()[0]
            batch = [dict(db.execute("SELECT name, data FROM batch_tensors WHERE batch_id = ?", (b,)))
                     for (b,) in db.execute("SELECT batch_id FROM batches")]
            trained = sum(sum(columns["loss_mask"]) for columns in batch)
            unmasked = db.execute(
                "SELECT e.sampled_tokens, t.data FROM episodes e JOIN tokens t USING(completion_id) WHERE t.kind = 'mask'"
            ).fetchall()
            masked = sum(count - sum(mask) for count, mask in unmasked) - sum(
                sum(mask) for (mask,) in db.execute("SELECT mask FROM pieces WHERE piece > 0"))
            sampled = {}
            for request, first, last, ids in db.execute(
                "SELECT c.request_id || ' ' || s.turn, s.first, s.last, coalesce(p.ids, i.data) FROM segments s"
                " JOIN completions c USING(completion_id)"
                " JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids'"
                " LEFT JOIN pieces p ON p.completion_id = c.completion_id AND p.piece = s.piece WHERE s.origin = 'policy'"
            ):
                sampled[request] = int32s(ids)[first:last]
        print(f"{generated} tokens generated by the server, {policy:.0f} recorded as the policy's, {trained} trained, "
              f"{masked} without a log-prob of their own; {pieces} further pieces; {len(calls)} calls")

        def prompt_ids(call: dict[str, Any]) -> list[int]:
            body = {"messages": call["messages"], "tools": TOOLS, "add_generation_prompt": True}
            text = ask(f"{arguments.server}/apply-template", body)["prompt"]
            return list(ask(f"{arguments.server}/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"])

        with ThreadPoolExecutor(4) as pool:
            prompts = list(pool.map(prompt_ids, calls))
        kept = []
        for call, prompt in zip(calls, prompts):
            kept.append({"episode": call["episode"], "turn": call["turn"], "prompt": prompt,
                         "sampled": sampled.get(f"{call['episode']} {call['turn']}", []), "messages": call["messages"],
                         "reply": call["reply"]})
        later = [(a, b) for a, b in zip(kept, kept[1:]) if a["episode"] == b["episode"]]
        holds = sum(b["prompt"][: len(a["prompt"] + a["sampled"])] == a["prompt"] + a["sampled"] for a, b in later)
        print(f"message mode: {holds} of {len(later)} later prompts begin with what was sampled")
        if arguments.calls:
            pathlib.Path(arguments.calls).write_text("".join(json.dumps(call) + "\n" for call in kept))
        return 0 if generated == policy == trained + masked else 1


if __name__ == "__main__":
    sys.exit(main())

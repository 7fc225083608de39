#!/usr/bin/env python3
"""Samples a multilingual, emoji-rich prompt from a real llama.cpp server in every mode: stored ids decode to the stored text.

usage: test_servers.py --llama http://127.0.0.1:8080 [--assay PATH] [--count 1000]

Completions and chat, streamed or not, one and four samples a request. The server's own /detokenize says what ids are; a last
character that the budget cut, and the name of the token that ended a text, are no part of the text. Exit code 0 when no id list
decodes to another text and 99 % of the completions have ids.
"""
import argparse
import itertools
import json
import sqlite3
import struct
import subprocess
import sys
import tempfile
import urllib.request


def post(url, value):
    request = urllib.request.Request(url, json.dumps(value).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


def spells(decoded, text, finish):
    """Whether ids that decode to `decoded` are those of `text`."""
    if decoded == text or decoded.rstrip("\ufffd") == text.rstrip("\ufffd"):
        return True
    return finish == "stop" and decoded.startswith(text)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--llama", required=True)
    arguments.add_argument("--assay", default=".build/release/assay")
    arguments.add_argument("--count", type=int, default=1000)
    options = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="assay-servers-")
    with open(f"{folder}/p.jsonl", "w") as file:
        for index in range(max(1, options.count // 8)):
            prompt = f"Write ten emoji and a word in Chinese, Arabic and Greek: 😀 🎉 🚀 🦊 日本 ({index})"
            file.write(json.dumps({"id": f"p{index}", "prompt": prompt, "answer": "7"}) + "\n")
    failed = 0
    for api, stream, several in itertools.product(("completions", "chat"), (False, True), (1, 4)):
        store = f"{folder}/{api}-{stream}-{several}.sqlite"
        config = {
            "name": "s", "store": store, "dataset": {"path": f"{folder}/p.jsonl"}, "sampling": {"n": 8, "max_tokens": 20},
            "rollout": {
                "endpoints": [options.llama], "api": api, "stream": stream, "samples_per_request": several, "concurrency": 4},
        }
        with open(f"{folder}/c.yaml", "w") as file:
            json.dump(config, file)
        run = subprocess.run([options.assay, "rollout", f"{folder}/c.yaml", "--quiet"], capture_output=True, text=True)
        db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        rows = db.execute("""
            SELECT text, finish, i.data, m.data FROM completions c
                LEFT JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids'
                LEFT JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask'""").fetchall()
        db.close()
        wrong = tokens = masked = with_ids = 0
        for text, finish, data, mask in rows:
            masked += mask.count(0) if mask else 0
            if data is None:
                continue
            with_ids += 1
            ids = [value for (value,) in struct.iter_unpack("<i", data)]
            tokens += len(ids)
            wrong += not spells(post(options.llama + "/detokenize", {"tokens": ids})["content"], text, finish)
        good = run.returncode == 0 and not wrong and with_ids >= 0.99 * len(rows) > 0
        failed += not good
        print(
            f"{api}{', streamed' if stream else ''}, {several} a request: {len(rows)} completions, {with_ids} with ids, {wrong} "
            f"of them wrong; {masked} of {tokens} tokens without a log-prob of their own{'' if good else '; FAILED'} "
            f"{run.stderr.strip()[-200:]}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""An online run of 30 batches, killed by -9 after each of them, estimated again as a whole: the same advantages to 1e-12.

usage: online_offline.py [--assay PATH] [--batches 30] [--kills 29] [--settings rae …]

A server of its own in vLLM's shape samples, scores for a reference and is a critic; a trainer in this process leases and
acknowledges. For each setting: what the run wrote step by step, what trainers were given (single precision), what `assay optimize`
makes of the store when all advantages are taken out, and where the state is a running average or an adapted weight, the
formula in plain Python over the recorded steps. Exit code 0 when all agree.
"""

import argparse
import http.server
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../python"))
import assay

N, GROUPS = 4, 2

SETTINGS = {
    "rae": {"preset": "rae"},
    "adaptive-kl": {"preset": "grpo", "shaping": {"kl_beta": 0.1, "kl_target": 0.02, "kl_horizon": 50}},
    "gae": {"preset": "gae"},
    "spo": {"preset": "spo"},
    "kl-beta": {"preset": "reinforce++", "shaping": {"kl_beta": 0.2}},
}


class Handler(http.server.BaseHTTPRequestHandler):
    """vLLM's completions with token ids, its prompt log-probs, and its token-wise pooling."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.reply({"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 4096}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/pooling":
            draw = random.Random(str(body["input"]))
            self.reply({"data": [{"index": 0, "data": [[draw.gauss(0.5, 0.4)] for _ in body["input"]]}]})
        elif "prompt_logprobs" in body:
            draw = random.Random(str(body["prompt"]))
            known = [None] + [{str(t): {"logprob": -draw.expovariate(2), "rank": 1}} for t in body["prompt"][1:]]
            self.reply({"model": "m", "choices": [{"index": 0, "text": "", "finish_reason": "length", "prompt_logprobs": known}]})
        else:
            draw = random.Random(body.get("seed", 0))
            count = draw.randrange(2, 9)
            self.reply({"id": "c", "model": "m", "choices": [{
                "index": 0, "text": str(draw.randrange(2)), "finish_reason": "stop", "prompt_token_ids": [1, 2],
                "token_ids": [draw.randrange(5, 900) for _ in range(count)],
                "logprobs": {"token_logprobs": [-draw.expovariate(2) for _ in range(count)]}}]})


class Server(http.server.ThreadingHTTPServer):
    """One whose clients may be killed."""

    def handle_error(self, request, client_address):
        pass


def query(store, sql, *arguments):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30)
    try:
        return db.execute(sql, arguments).fetchall()
    finally:
        db.close()


# What is in steps: the groups beyond them are estimated by `assay optimize` alone.
ROWS = """SELECT a.completion_id, a.reward, a.advantage, a.token_advantages, a.reason FROM advantages a
    JOIN completions c USING(completion_id) WHERE c.group_id IN
        (SELECT value FROM estimate_windows, json_each(group_ids) WHERE settled) ORDER BY 1"""


class Trial:
    """One setting in a folder of its own."""

    def __init__(self, assay_path, name, batches, port):
        self.assay, self.name, self.batches = assay_path, name, batches
        self.folder = tempfile.mkdtemp(prefix="assay-online-")
        self.store, self.config = f"{self.folder}/store.sqlite", f"{self.folder}/run.yaml"
        with open(f"{self.folder}/data.jsonl", "w") as file:
            for i in range(40 * batches if name != "spo" else 6):
                file.write(json.dumps({"id": f"p{i}", "prompt": f"{i}?", "answer": "1", "role": "ab"[i % 2]}) + "\n")
        url = f"http://127.0.0.1:{port}"
        rollout = {"endpoints": [url], "concurrency": 8, "server": "vllm"}
        optimize = SETTINGS[name] | {"batch_groups": GROUPS}
        if "shaping" in optimize:
            rollout["reference"] = url
        if optimize["preset"] == "gae":
            rollout["critic"] = url
        with open(self.config, "w") as file:
            json.dump({"store": self.store, "dataset": {"path": f"{self.folder}/data.jsonl", "epochs": 1 if name != "spo" else 7 * batches}, "rollout": rollout,
                       "sampling": {"n": N, "max_tokens": 16}, "verify": {"verifier": "exact"}, "optimize": optimize,
                       "online": {"steps": batches, "max_staleness": 2}}, file)

    def start(self):
        return subprocess.Popen([self.assay, "run", self.config, "--online", "--quiet"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)

    def online(self, kills):
        """{completion: what its trainer was given}, by batch; the sampler is killed after each of the first batches."""
        given, killed, process = {}, 0, self.start()
        deadline = time.monotonic() + 600
        while len(given) < self.batches:
            if time.monotonic() > deadline:
                sys.exit(f"{self.name}: {len(given)} batches in ten minutes")
            if process.poll() not in (None, 0):
                sys.exit(f"{self.name}: assay ended with {process.returncode}: {process.stderr.read().decode()}")
            try:
                with assay.Store(self.store) as store:
                    lease = store.lease("t", wait=0.5)
                    if lease is None:
                        continue
                    batch, offsets = lease.batch, lease.batch.token_offsets
                    given[lease.batch_id] = {int(key): [float(x) for x in batch.advantages[offsets[i]:offsets[i + 1]]]
                                             for i, key in enumerate(batch.completions)}
                    lease.acknowledge(lease.weights.version + 1)
            except assay.StoreError:
                time.sleep(0.05)
                continue
            if killed < kills and len(given) < self.batches:
                time.sleep(random.uniform(0, 0.4))
                process.send_signal(signal.SIGKILL)
                process.communicate()
                killed += 1
                process = self.start()
        error = process.communicate(timeout=120)[1].decode()
        if process.returncode != 0:
            sys.exit(f"{self.name}: {error}")
        return given, killed

    def offline(self):
        """The advantages that `assay optimize` makes of the store without any."""
        db = sqlite3.connect(self.store)
        db.execute("DELETE FROM advantages")
        db.commit()
        db.close()
        subprocess.run([self.assay, "optimize", self.config, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        return query(self.store, ROWS)


def largest(first, second):
    """The largest difference of two sets of rows; both must have the same completions, nulls and reasons."""
    worst = 0.0
    if [row[0] for row in first] != [row[0] for row in second]:
        sys.exit("the sets have other completions")
    for one, other in zip(first, second, strict=True):
        if one[4] != other[4] or (one[3] is None) != (other[3] is None):
            sys.exit(f"{one} is not {other}")
        pairs = [(one[1], other[1]), (one[2], other[2])]
        if one[3] is not None:
            pairs += zip(*(struct.unpack(f"<{len(row[3]) // 4}f", row[3]) for row in (one, other)), strict=True)
        for a, b in pairs:
            if (a is None) != (b is None):
                sys.exit(f"{one} is not {other}")
            if a is not None:
                worst = max(worst, abs(a - b))
    return worst


def by_formula(trial, rows):
    """Running averages and adapted weights over the recorded steps, in plain Python; the largest difference."""
    steps = [json.loads(text) for (text,) in query(
        trial.store, "SELECT group_ids FROM estimate_windows WHERE settled ORDER BY number")]
    found = {row[0]: row for row in rows}
    worst, averages, trackers, beta = 0.0, {}, {}, 0.1
    for step in steps:
        rows_N = query(trial.store, f"""SELECT c.completion_id, v.score, json_extract(p.fields, '$.role'),
            (SELECT data FROM tokens t WHERE t.completion_id = c.completion_id AND kind = 'logprob' AND source = 'sampler'),
            (SELECT data FROM tokens t WHERE t.completion_id = c.completion_id AND kind = 'logprob' AND source = 'reference'),
            p.external_id FROM completions c JOIN groups g USING(group_id) JOIN problems p USING(problem_id) JOIN verdicts v USING(completion_id)
            WHERE g.group_id IN ({','.join(map(str, step))}) ORDER BY g.ordinal, c.idx""")
        if trial.name == "rae":
            for key, score, role, *_ in rows_N:
                past = averages.get(role, 0.0)
                worst = max(worst, abs(found[key][2] - (score - past)))
                averages[role] = 0.95 * past + 0.05 * score
            continue
        if trial.name == "spo":
            known = {problem: trackers.get(problem, (0.5, 0.5)) for *_, problem in rows_N}
            plain = [score - known[problem][0] / sum(known[problem]) for _, score, _, _, _, problem in rows_N]
            mean = sum(plain) / len(plain)
            spread = (sum((a - mean) ** 2 for a in plain) / (len(plain) - 1)) ** 0.5 if max(plain) > min(plain) else 0
            for (key, *_), a in zip(rows_N, plain, strict=True):
                worst = max(worst, abs(found[key][2] - ((a - mean) / (spread + 1e-8) if spread else a - mean)))
            for problem, (right, wrong) in known.items():
                scores = [row[1] for row in rows_N if row[5] == problem]
                trackers[problem] = (0.9 * right + sum(scores), 0.9 * wrong + len(scores) - sum(scores))
            continue
        penalties, tokens = [], 0
        for key, score, _, sampler, reference, _ in rows_N:
            one, other = (struct.unpack(f"<{len(d) // 4}f", d) for d in (sampler, reference))
            penalties.append(sum(a - b for a, b in zip(one, other, strict=True)))
            tokens += len(one)
            worst = max(worst, abs(found[key][1] - (score - beta * penalties[-1])))
        error = min(0.2, max(-0.2, sum(penalties) / tokens / 0.02 - 1))
        beta *= 1 + error * len(rows_N) / 50
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--batches", type=int, default=30)
    parser.add_argument("--kills", type=int, default=29)
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS))
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in options.settings:
        trial = Trial(options.assay, name, options.batches, server.server_port)
        given, killed = trial.online(options.kills)
        online = query(trial.store, ROWS)
        packed = {key: values for batch in given.values() for key, values in batch.items()}
        stored = {row[0]: row for row in online}
        for key, values in packed.items():
            row = stored[key]
            expected = [row[2]] * len(values) if row[3] is None else struct.unpack(f"<{len(values)}f", row[3])
            if any(abs(a - b) > 1e-6 * max(1, abs(b)) for a, b in zip(values, expected, strict=True)):
                sys.exit(f"{name}: completion {key} was given with {values[:3]}, the set says {row}")
        worst = largest(online, trial.offline())
        text = f"{name}: {len(given)} batches, {killed} kills, {len(packed)} of {len(online)} completions packed, offline {worst:.1e}"
        if name in ("rae", "adaptive-kl", "spo"):
            formula = by_formula(trial, online)
            worst, text = max(worst, formula), text + f", by the formula {formula:.1e}"
        print(text, flush=True)
        if worst > 1e-12:
            sys.exit(f"{name}: online is not offline")
        shutil.rmtree(trial.folder)


if __name__ == "__main__":
    main()

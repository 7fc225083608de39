"""Serves a policy over HTTP: the part of vLLM's API that a rollout needs, with token ids, log-probs, weight versions.

GET /v1/models, GET /health, POST /v1/completions, and as in SGLang POST /update_weights_from_disk
{"model_path": FILE, "weight_version": N}. Requests that wait are sampled together, by one version of the weights.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import policy
import torch
from policy import Sample, sample

import assay

MODEL = "closed-loop"
MAX_SEQUENCES = 2048
"""Sequences sampled together at most."""


@dataclass
class Request:
    prompt: list[int]
    count: int
    max_tokens: int
    temperature: float
    answer: Future[tuple[list[Sample], int]]


class Engine:
    """One thread that samples what waits."""

    def __init__(self, model: str, device: str, weights: Path, version: int, seed: int) -> None:
        self.waiting: queue.Queue[Request] = queue.Queue()
        self.generator = torch.Generator(device).manual_seed(seed)
        self.lock = threading.Lock()
        self.policy = policy.load(model).to(device)
        self.load(weights, version)

    def load(self, weights: Path, version: int) -> None:
        state = torch.load(weights, weights_only=True, map_location="cpu", mmap=True)["policy"]
        with self.lock:
            self.policy.load_state_dict(state)
            self.policy.eval()
            self.version = version

    def run(self) -> None:
        while True:
            batch = [self.waiting.get()]
            size = batch[0].count
            while size < MAX_SEQUENCES:
                try:
                    batch.append(self.waiting.get_nowait())
                except queue.Empty:
                    break
                size += batch[-1].count
            # Those of one length and setting are sampled together.
            kinds: dict[tuple[int, int, int, float], list[Request]] = {}
            for request in batch:
                kind = (len(request.prompt), request.count, request.max_tokens, request.temperature)
                kinds.setdefault(kind, []).append(request)
            for (_, count, max_tokens, temperature), requests in kinds.items():
                self.answer(requests, count, max_tokens, temperature)

    def answer(self, requests: list[Request], count: int, max_tokens: int, temperature: float) -> None:
        prompts = [request.prompt for request in requests]
        with self.lock:
            samples = sample(self.policy, prompts, count, max_tokens, temperature, self.generator)
            version = self.version
        for request, drawn in zip(requests, samples):
            request.answer.set_result((drawn, version))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: without this the second waits for the client's delayed ACK.
    disable_nagle_algorithm = True
    engine: Engine

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self.reply(200, {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "vllm"}]})
        elif self.path == "/health":
            self.reply(200, {"weight_version": self.engine.version})
        else:
            self.reply(404, {"error": {"message": f"no route {self.path}"}})

    def do_POST(self) -> None:
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if self.path == "/v1/completions":
                self.reply(200, self.complete(body))
            elif self.path == "/update_weights_from_disk":
                self.engine.load(Path(body["model_path"]), int(body["weight_version"]))
                self.reply(200, {"success": True})
            else:
                self.reply(404, {"error": {"message": f"no route {self.path}"}})
        except (ValueError, KeyError, TypeError, OSError) as error:
            self.reply(400, {"error": {"message": str(error), "type": "BadRequestError", "code": 400}})

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        count, temperature = int(body.get("n", 1)), float(body.get("temperature", 1.0))
        if not 1 <= count <= 256 or not 0 <= temperature <= 10:
            raise ValueError("n must be in 1...256 and temperature in 0...10")
        model = self.engine.policy
        prompt, max_tokens = model.encode(body["prompt"]), int(body.get("max_tokens", 8))
        if not 1 <= len(prompt) <= model.context - max_tokens or max_tokens < 1:
            raise ValueError(f"the prompt and max_tokens must fit into {model.context} tokens")
        request = Request(prompt, count, max_tokens, temperature, Future())
        self.engine.waiting.put(request)
        samples, version = request.answer.result(timeout=600)
        choices = [
            {
                "index": index,
                "text": model.decode(drawn.ids),
                "finish_reason": "stop" if drawn.ended else "length",
                "token_ids": drawn.ids,
                "prompt_token_ids": prompt,
                "logprobs": {"tokens": [f"token_id:{i}" for i in drawn.ids], "token_logprobs": drawn.logprobs},
            }
            for index, drawn in enumerate(samples)
        ]
        tokens = sum(len(drawn.ids) for drawn in samples)
        return {
            "id": body.get("request_id", "cmpl"),
            "object": "text_completion",
            "model": MODEL,
            "choices": choices,
            "usage": {"prompt_tokens": len(prompt), "completion_tokens": tokens},
            "metadata": {"weight_version": version},
        }

    def reply(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path, help="weights to start from")
    parser.add_argument("--store", type=Path, help="a store: its newest weights are served instead, if it has any")
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default="small", help="small, or a GGUF file of SmolLM2's")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    if options.model == "small":
        torch.set_num_threads(1)  # more cost more than they bring
    assay.keep_memory()
    weights, version = options.base, 0
    if options.store and options.store.exists():
        with assay.Store(options.store) as store:
            newest = store.weights()
        if newest.path:
            weights, version = Path(newest.path), newest.version
    Handler.engine = Engine(options.model, options.device, weights, version, options.seed)
    threading.Thread(target=Handler.engine.run, daemon=True).start()
    with Server(("127.0.0.1", options.port), Handler) as server:
        print(f"serving {weights} as version {version} on http://127.0.0.1:{options.port}", file=sys.stderr, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

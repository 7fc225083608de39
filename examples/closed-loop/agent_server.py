"""Serves the small agent over HTTP as llama.cpp's server does, as far as episodes need it: ids in, ids and log-probs out.

GET /v1/models, /props and /health, POST /apply-template, /tokenize, /detokenize and /completion, and as in SGLang POST
/update_weights_from_disk {"model_path": FILE, "weight_version": N}. Turns that wait are sampled together, whatever their lengths.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from agent_policy import AgentPolicy, sample_turns
from agent_tokens import decode, encode, render
from policy import Sample

import assay

MODEL = "small-agent"
MAX_SEQUENCES = 256
"""Turns sampled together at most."""
MAX_BODY = 1 << 20
"""Bytes of a request at most."""


@dataclass
class Turn:
    prompt: list[int]
    max_tokens: int
    temperature: float
    answer: Future[Sample]


class Engine:
    """One thread that samples what waits."""

    def __init__(self, weights: Path, version: int, seed: int) -> None:
        self.waiting: queue.Queue[Turn] = queue.Queue()
        self.generator = torch.Generator().manual_seed(seed)
        self.lock = threading.Lock()
        self.policy = AgentPolicy()
        self.load(weights, version)

    def load(self, weights: Path, version: int) -> None:
        state = torch.load(weights, weights_only=True, map_location="cpu")["policy"]
        with self.lock:
            self.policy.load_state_dict(state)
            self.policy.eval()
            self.version = version

    def run(self) -> None:
        while True:
            turns = [self.waiting.get()]
            while len(turns) < MAX_SEQUENCES:
                try:
                    turns.append(self.waiting.get_nowait())
                except queue.Empty:
                    break
            for temperature in sorted({turn.temperature for turn in turns}):
                batch = [turn for turn in turns if turn.temperature == temperature]
                prompts, budgets = [turn.prompt for turn in batch], [turn.max_tokens for turn in batch]
                try:
                    with self.lock:
                        samples = sample_turns(self.policy, prompts, budgets, temperature, self.generator)
                except Exception as error:  # those who wait are told, and the next ones are served
                    for turn in batch:
                        turn.answer.set_exception(error)
                    continue
                for turn, drawn in zip(batch, samples):
                    turn.answer.set_result(drawn)

    async def sample(self, prompt: list[int], max_tokens: int, temperature: float) -> Sample:
        turn = Turn(prompt, max_tokens, temperature, Future())
        self.waiting.put(turn)
        return await asyncio.wrap_future(turn.answer)


class Refusal(Exception):
    """What a client is told, with its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Routes:
    """What each path answers."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.gets: dict[str, Callable[[], Any]] = {
            "/v1/models": lambda: {"data": [{"id": MODEL, "object": "model", "owned_by": "llamacpp"}]},
            "/props": lambda: {"chat_template": "ChatML, in agent_tokens.render"},
            "/health": lambda: {"status": "ok", "weight_version": engine.version},
        }
        self.posts: dict[str, Callable[[Any], Any]] = {
            "/apply-template": self.apply_template,
            "/tokenize": lambda body: {"tokens": encode(str(body["content"]))},
            "/detokenize": lambda body: {"content": decode([int(i) for i in body["tokens"]])},
            "/update_weights_from_disk": self.update,
        }

    async def answer(self, method: str, path: str, body: bytes) -> Any:
        if method == "GET" and path in self.gets:
            return self.gets[path]()
        if method != "POST" or path not in (*self.posts, "/completion"):
            raise Refusal(404, f"no route {method} {path}")
        try:
            fields = json.loads(body)
            if path == "/completion":
                return await self.complete(fields)
            return self.posts[path](fields)
        except (ValueError, KeyError, TypeError, IndexError, OSError, RuntimeError) as error:
            raise Refusal(400, f"{type(error).__name__}: {error}") from None

    def apply_template(self, body: Any) -> Any:
        return {"prompt": render(body["messages"], body.get("tools") or [], bool(body.get("add_generation_prompt", True)))}

    def update(self, body: Any) -> Any:
        self.engine.load(Path(body["model_path"]), int(body["weight_version"]))
        return {"success": True}

    async def complete(self, body: Any) -> Any:
        prompt, budget = [int(i) for i in body["prompt"]], int(body.get("n_predict", 8))
        model = self.engine.policy
        temperature = float(body.get("temperature", 1.0))
        if not all(0 <= i < len(model.vocabulary) for i in prompt) or not 0 <= temperature <= 10:
            raise ValueError("the prompt is ids of the vocabulary, the temperature 0...10")
        if not 1 <= len(prompt) < model.context or budget < 1:
            raise ValueError(f"the prompt and its turn must fit into {model.context} tokens")
        drawn = await self.engine.sample(prompt, min(budget, model.context - len(prompt)), temperature)
        return {
            "index": 0,
            "model": MODEL,
            "content": model.decode(drawn.ids),
            "tokens": drawn.ids,
            "stop_type": "eos" if drawn.ended else "limit",
            "tokens_predicted": len(drawn.ids),
            "tokens_evaluated": len(prompt),
            "completion_probabilities": [
                {"id": i, "token": decode([i]), "logprob": logprob} for i, logprob in zip(drawn.ids, drawn.logprobs)
            ],
        }


async def converse(routes: Routes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Requests of one connection, one after the other, until it closes."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode("latin-1").split("\r\n")
            method, path, _ = lines[0].split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            size = int(headers.get("content-length", 0))
            if size > MAX_BODY:
                break
            try:
                status, answer = 200, await routes.answer(method, path, await reader.readexactly(size))
            except Refusal as refusal:
                status, answer = refusal.status, {"error": {"message": str(refusal), "code": refusal.status}}
            data = json.dumps(answer).encode()
            reply = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
            writer.write(reply.encode() + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        pass  # the client has gone, or speaks something else
    finally:
        writer.close()


async def serve(routes: Routes, port: int) -> None:
    server = await asyncio.start_server(lambda r, w: converse(routes, r, w), "127.0.0.1", port, backlog=512)
    print(f"serving version {routes.engine.version} on http://127.0.0.1:{port}", file=sys.stderr, flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path, help="weights to start from")
    parser.add_argument("--store", type=Path, help="a store: its newest weights are served instead, if it has any")
    parser.add_argument("--port", type=int, default=8322)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)  # more cost more than they bring
    assay.keep_memory()
    weights, version = options.base, 0
    if options.store and options.store.exists():
        with assay.Store(options.store) as store:
            newest = store.weights()
        if newest.path:
            weights, version = Path(newest.path), newest.version
    engine = Engine(weights, version, options.seed)
    threading.Thread(target=engine.run, daemon=True).start()
    asyncio.run(serve(Routes(engine), options.port))


if __name__ == "__main__":
    main()

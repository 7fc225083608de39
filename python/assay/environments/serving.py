"""Serves environments over worker protocol 2: JSON lines on stdin and stdout, described in docs/environments.md."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from assay.env import Action, Call, Environment, Full, Message, PolicyFault, Turn

PROTOCOL = 2


class _Episode:
    """An episode with what the protocol wants to be kept of it."""

    def __init__(self, environment: Environment):
        self.environment = environment
        self.rewards: list[float] = []
        self.is_done = False

    def started(self, problem: Message, result: Any) -> Message:
        reply = dict(result) if isinstance(result, dict) else {}
        if result is None:
            reply["messages"] = problem.get("messages", [])
        elif isinstance(result, str):
            reply["text"] = result
        elif isinstance(result, list):
            reply["messages"] = result
        reply.setdefault("tools", self.environment.tools())
        return reply

    def stepped(self, result: Any) -> Message:
        reply = result.reply() if isinstance(result, Turn) else {"text": result} if isinstance(result, str) else dict(result)
        reply = {key: _plain(value) for key, value in reply.items()}
        if reply.get("reward") is not None:
            self.rewards.append(float(reply["reward"]))
        self.is_done = bool(reply.get("done"))
        return reply

    def ended(self, result: Any) -> Message:
        if result is None or isinstance(result, dict):
            return result or {}
        return {"score": _plain(result)}

    @property
    def score(self) -> float | None:
        return float(sum(self.rewards)) if self.rewards else None


class Server:
    """Episodes by their numbers, and the answers to messages. What is async runs on a thread of its own."""

    def __init__(self, make: Callable[..., Environment], ready: Message, sink: TextIO):
        self.make, self.ready, self.sink = make, ready, sink
        self.options: Message = {}
        self.episodes: dict[int, _Episode] = {}
        self.lock = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.batch: list[Message] | None = None

    def serve(self, source: Iterable[str]) -> None:
        """Until the source ends."""
        for line in source:
            message = json.loads(line)
            if "hello" not in message:
                self.answer(message)
            elif message["hello"] != PROTOCOL:
                return self.write([{"error": f"this environment speaks protocol {PROTOCOL}, not {message['hello']}"}])
            else:
                self.options = message.get("options") or {}
                self.write([{"ready": PROTOCOL, **self.ready}])

    def send(self, reply: Message) -> None:
        if self.batch is not None and threading.current_thread() is threading.main_thread():
            self.batch.append(reply)
        else:
            self.write([reply])

    def write(self, replies: list[Message]) -> None:
        lines = []
        for reply in replies:
            try:
                lines.append(json.dumps(reply, allow_nan=False))
            except (TypeError, ValueError) as error:
                broken = {"id": reply.get("id"), "kind": "contract", "error": f"the reply cannot be sent: {error}"}
                lines.append(json.dumps(broken))
        with self.lock:
            self.sink.write("\n".join(lines) + "\n" if lines else "")
            self.sink.flush()

    def answer(self, message: Message) -> None:
        """Answers a line; what is not async in one write."""
        self.batch = []
        for verb in ("start", "step", "end"):
            for item in message.get(verb, []):
                self.attempt(verb, item)
        replies, self.batch = self.batch, None
        self.write(replies)

    def attempt(self, verb: str, item: Message) -> None:
        try:
            then, result = getattr(self, "on_" + verb)(item)
            if inspect.isawaitable(result):
                asyncio.run_coroutine_threadsafe(self.later(verb, item, then, result), self.running())
            else:
                self.send({"id": item["id"], **then(result)})
        except Exception as error:  # an environment may raise anything; that is its episode's failure
            self.send(self.failed(verb, item, error))

    async def later(self, verb: str, item: Message, then: Callable[[Any], Message], result: Any) -> None:
        try:
            reply = {"id": item["id"], **then(await result)}
        except Exception as error:
            reply = self.failed(verb, item, error)
        self.write([reply])

    def failed(self, verb: str, item: Message, error: Exception) -> Message:
        if verb == "start":  # it never began
            self.episodes.pop(item["episode"], None)
        reply = {"id": item.get("id"), "error": f"{type(error).__name__}: {error}"}
        return {**reply, "kind": "full"} if isinstance(error, Full) else reply

    def running(self) -> asyncio.AbstractEventLoop:
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            threading.Thread(target=self.loop.run_forever, daemon=True).start()
        return self.loop

    def on_start(self, item: Message) -> tuple[Callable[[Any], Message], Any]:
        episode = _Episode(self.make(**self.options))
        self.episodes[item["episode"]] = episode
        problem = {**item.get("problem", {}), "key": item.get("key")}
        return (lambda result: episode.started(problem, result)), episode.environment.start(problem, item["seed"])

    def on_step(self, item: Message) -> tuple[Callable[[Any], Message], Any]:
        episode = self.episodes.get(item["episode"])
        if episode is None:
            raise RuntimeError(f"there is no episode {item['episode']}")
        if episode.is_done:
            raise RuntimeError(f"the episode is done: it has no turn {item.get('turn')}")
        calls = [Call(call["name"], call["arguments"], call.get("id", "")) for call in item.get("calls", [])]
        action = Action(item.get("text", ""), calls, item.get("bad_calls", 0))
        try:
            result = episode.environment.step(action)
        except PolicyFault as fault:
            told = f"error: {fault}"
            result = Turn(results=[{"text": told, "outcome": "failed"}] * len(calls)) if calls else Turn(told)
        return episode.stepped, result

    def on_end(self, item: Message) -> tuple[Callable[[Any], Message], Any]:
        episode = self.episodes.pop(item["episode"], None)
        if episode is None:
            return (lambda result: {}), None
        environment, failed = episode.environment, item.get("stop") == "failed"
        judge = getattr(environment, "end", None)
        result = episode.score if judge is None or failed else judge(item.get("stop", ""), item.get("text", ""))

        async def finished() -> Any:
            score = await result if inspect.isawaitable(result) else result
            closed = environment.close()
            if inspect.isawaitable(closed):
                await closed
            return score

        if inspect.isawaitable(result) or inspect.iscoroutinefunction(environment.close):
            return episode.ended, finished()
        environment.close()
        return episode.ended, result


def _plain(value: Any) -> Any:
    """numpy and torch scalars as Python's."""
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, dict, list)) else value

"""OpenEnv: `python -m assay.env openenv:ws://127.0.0.1:8000/ws`.

A session is a WebSocket, and an episode has one of its own: episodes go on beside each other. A server that has no room for one
more says so, and the episode is tried again later. Plain HTTP is refused: there each request meets a fresh environment, with
status 200 and wrong.

The policy is shown the observation's one text, or its JSON. An action is JSON in the text; where it has one member, that member's
value alone will do. With `interface=tool` it is a call of `act` with the members as arguments. `timeout` (30) are the seconds of an
answer. Other options go to the environment's reset.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.request
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from assay.env import Action, Environment, Full, Message, PolicyFault, Turn
from assay.environments.texts import json_in, last_integer, said, shown

_NUMBERS = {"integer", "number"}


def adapter(name: str) -> type[Environment]:
    """The environment at that address; its schema is read at once."""
    if name.startswith(("http://", "https://")):
        raise ValueError(
            "openenv: plain HTTP has no sessions, each request meets a fresh environment; give the WebSocket, "
            + name.replace("http", "ws", 1).rstrip("/")
            + "/ws"
        )
    if not name.startswith(("ws://", "wss://")):
        raise ValueError(f"openenv: expected ws://HOST:PORT/ws, not '{name}'")
    base = name.replace("ws", "http", 1).removesuffix("/ws").rstrip("/")

    class OpenEnv(_OpenEnv):
        url = name
        schema = _get(base + "/schema")["action"]

    about = _get(base + "/metadata")
    OpenEnv.name = str(about.get("name") or "openenv")
    OpenEnv.version = str(about.get("version") or "1")
    return OpenEnv


def _get(url: str) -> Message:
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            found = json.loads(reply.read(1 << 20))
    except (OSError, ValueError) as error:
        raise ValueError(f"openenv: {url}: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f"openenv: {url} gave no object")
    return found


class _OpenEnv(Environment):
    url = ""
    schema: Message = {}

    def __init__(self, interface: str = "text", timeout: float = 30, **options: Any):
        super().__init__()
        self.interface, self.timeout, self.settings = interface, timeout, options
        self.socket: Any = None
        members = self.schema.get("properties", {})
        required = self.schema.get("required", [])
        self.members = {key: value for key, value in members.items() if key in required or key != "metadata"}

    def tools(self) -> list[Message]:
        if self.interface != "tool":
            return []
        schema = {"type": "object", "properties": self.members, "required": self.schema.get("required", [])}
        return [{"name": "act", "description": "Acts in the environment.", "parameters": schema}]

    async def start(self, problem: Message, seed: int) -> Any:
        try:
            self.socket = await asyncio.wait_for(connect(self.url, max_size=16 << 20), self.timeout)
        except (OSError, WebSocketException, TimeoutError, asyncio.TimeoutError) as error:
            raise RuntimeError(f"{self.url}: {error}") from None
        try:
            data = await self.asked({"type": "reset", "data": {"seed": seed & 0x7FFF_FFFF, **self.settings}})
        except Exception:
            await self.close()
            raise
        text = self.seen(data)
        if self.interface == "text":
            text += "\n\n" + self.wanted()
        return {"messages": [*problem.get("messages", []), {"role": "user", "content": text}]}

    def wanted(self) -> str:
        """What an action looks like, as the policy is told."""
        kinds = {key: value.get("enum") or value.get("type", "any") for key, value in self.members.items()}
        if len(kinds) == 1:
            key, kind = next(iter(kinds.items()))
            return f"Act with {key} ({shown(kind)})."
        return f"Act with a JSON object: {shown(kinds)}."

    def action(self, text: str) -> Message:
        """The action that a text is; throws what the policy is told."""
        if len(self.members) == 1:
            key, schema = next(iter(self.members.items()))
            kind = schema.get("type")
            if kind in _NUMBERS and not text.lstrip().startswith("{"):
                number = last_integer(text)
                if number is None:
                    raise PolicyFault(f"there is no number in it. {self.wanted()}")
                return {key: number}
            if kind == "string" and not text.lstrip().startswith("{"):
                return {key: text}
        try:
            value = json_in(text)
        except PolicyFault:
            raise PolicyFault(f"expected JSON. {self.wanted()}") from None
        if not isinstance(value, dict):
            raise PolicyFault(f"expected an object. {self.wanted()}")
        return value

    async def step(self, action: Action) -> Any:
        if self.interface == "tool":
            if not action.calls:
                return Turn(done=not action.bad_calls)
            turn = await self.acted(lambda: action.calls[0].arguments)
            later = [{"text": "one action a turn; this one was not taken", "outcome": "rejected"}] * (len(action.calls) - 1)
            turn.results, turn.text = [turn.text or "", *later], None
            return turn
        return await self.acted(lambda: self.action(said(action)))

    async def acted(self, action: Any) -> Turn:
        try:
            data = await self.asked({"type": "step", "data": action()})
        except PolicyFault as fault:
            return Turn(f"error: {fault}")
        reward = data.get("reward")
        return Turn(self.seen(data), reward=None if reward is None else float(reward), done=bool(data.get("done")))

    def seen(self, data: Message) -> str:
        observation = data.get("observation", data)
        if isinstance(observation, dict):
            texts = [value for value in observation.values() if isinstance(value, str) and value]
            if len(observation) == 1 and texts:
                return shown(texts[0])
        return shown(observation)

    async def asked(self, message: Message) -> Message:
        """The observation that answers a message; what the policy is told where its action is none."""
        if self.socket is None:
            raise RuntimeError("the session is closed")
        try:
            # Who was turned away was told why before the socket was closed: that can still be read.
            with contextlib.suppress(ConnectionClosed):
                await self.socket.send(json.dumps(message))
            reply = json.loads(await asyncio.wait_for(self.socket.recv(), self.timeout))
        except (OSError, WebSocketException, ValueError, TimeoutError, asyncio.TimeoutError) as error:
            raise RuntimeError(f"{self.url}: the session is lost: {error!r}") from None
        if not isinstance(reply, dict):
            raise RuntimeError(f"{self.url} answered with no object")
        data = reply.get("data") or {}
        if reply.get("type") == "observation":
            return dict(data)
        code, words = data.get("code", ""), data.get("message", shown(reply))
        if code == "CAPACITY_REACHED":
            raise Full(f"{self.url}: {words}")
        if code == "VALIDATION_ERROR":
            wrong = "; ".join(f"{'.'.join(map(str, e.get('loc', [])))}: {e.get('msg')}" for e in data.get("errors", []))
            raise PolicyFault(f"{words}: {wrong}")
        raise RuntimeError(f"{self.url}: {code} {words}")

    async def close(self) -> None:
        if self.socket is None:
            return
        socket, self.socket = self.socket, None
        try:
            await asyncio.wait_for(socket.send(json.dumps({"type": "close"})), 2)
            await asyncio.wait_for(socket.close(), 2)
        except (OSError, WebSocketException, TimeoutError, asyncio.TimeoutError):
            pass  # it is gone already

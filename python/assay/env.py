"""Write an environment for `assay` in Python: one class in one file. No dependencies.

    from assay.env import Environment, serve

    class Guess(Environment):
        def start(self, problem, seed):
            self.number = seed % 100 + 1
            return "Guess a number from 1 to 100."

        def step(self, action):
            guess = int(action.text)
            if guess == self.number:
                return Turn("Yes.", reward=1.0, done=True)
            return Turn("higher" if guess < self.number else "lower")

    serve(Guess)

An instance is one episode, so nothing crosses from one to another. `start` is given the problem (`id`, `messages`, `answer`,
`fields`) and a seed, and returns what the policy sees: a text, messages, a dict of the protocol, or None for the problem's own
messages. `step` is given an `Action` (`text`, `calls`) and returns a `Turn`, a text, or a dict. `end`, where there is one, returns
the score: a number, a dict as a verifier's, or None for the configured verifier; without it the score is the sum of the turns'
rewards. `close` is called last, whatever happened. Each may be `async`: episodes then go on beside each other.

A method marked `@tool` is what the policy may call; its parameters and its docstring are the schema. What a tool or `step` raises as
`PolicyFault` is text to the policy; anything else that is raised is an error of the environment, never a reward.

The protocol is described in docs/environments.md; stdout belongs to it, print() goes to stderr. Environments of Gymnasium,
TextArena, reasoning-gym, OpenEnv and verifiers are served by `python -m assay.env KIND:NAME`: see `assay.environments`.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TextIO

Message = dict[str, Any]


class PolicyFault(Exception):
    """The policy did something wrong: it is told so, and the episode goes on."""


class Full(Exception):
    """There is no room for one more episode: it is tried again later."""


@dataclass
class Call:
    """A tool that the policy calls."""

    name: str
    arguments: Message
    id: str = ""


@dataclass
class Action:
    """What the policy did in a turn: its text, and its calls. `bad_calls` counts those that could not be made, and were answered."""

    text: str = ""
    calls: list[Call] = field(default_factory=list)
    bad_calls: int = 0


@dataclass
class Turn:
    """What a turn brought. `results` has an entry for each call, a text or `{"text", "outcome"}`; `state` is any value that is equal
    for equal states."""

    text: str | None = None
    reward: float | None = None
    done: bool = False
    results: list[Any] | None = None
    messages: list[Message] | None = None
    progress: float | None = None
    state: Any = None

    def reply(self) -> Message:
        return {key: value for key, value in vars(self).items() if value is not None and value is not False}


def tool(function: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a method as a tool of the policy."""
    function.is_tool = True  # type: ignore[attr-defined]
    return function


class Environment:
    """One episode; see the module."""

    name: str = ""
    version: str = "1"
    resume: str = "replay"
    """`none`, `replay` (the same actions give the same episode) or `snapshot`."""

    def __init__(self, **options: Any):
        self.options = options

    def start(self, problem: Message, seed: int) -> Any:
        """What the policy sees first."""
        return None

    def step(self, action: Action) -> Any:
        """Answers a turn: by default each call by its tool, and a turn without one is the last."""
        if not action.calls:
            return Turn(done=not action.bad_calls, text="" if not action.bad_calls else None)
        return Turn(results=[self.call(call) for call in action.calls])

    def call(self, call: Call) -> Any:
        """The result of one call."""
        found = next((method for name, method in self._tools() if name == call.name), None)
        if found is None:
            return {"text": f"there is no tool '{call.name}'", "outcome": "rejected"}
        try:
            inspect.signature(found).bind(**call.arguments)
        except TypeError as error:
            return {"text": f"error: {error}", "outcome": "rejected"}
        try:
            result = found(**call.arguments)
        except PolicyFault as fault:
            return {"text": f"error: {fault}", "outcome": "failed"}
        return result if isinstance(result, (str, dict)) else json.dumps(result, default=str)

    def close(self) -> Any:
        """Frees what the episode holds."""

    def tools(self) -> list[Message]:
        """What the policy may call, in the form of OpenAI's requests."""
        return [_schema(name, method) for name, method in self._tools()]

    def _tools(self) -> list[tuple[str, Callable[..., Any]]]:
        names = [name for base in reversed(type(self).__mro__) for name, member in vars(base).items()
                 if getattr(member, "is_tool", False)]
        return [(name, getattr(self, name)) for name in dict.fromkeys(names)]


_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}


def _schema(name: str, method: Callable[..., Any]) -> Message:
    parameters = inspect.signature(method).parameters.values()
    properties = {}
    for parameter in parameters:
        kind = parameter.annotation if isinstance(parameter.annotation, str) else getattr(
            parameter.annotation, "__name__", "str")
        properties[parameter.name] = {"type": _TYPES.get(kind.split("[")[0], "string")}
    required = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"name": name, "description": inspect.getdoc(method) or "", "parameters": schema}


def serve(
    make: Callable[..., Environment],
    *,
    name: str | None = None,
    version: str | None = None,
    resume: str | None = None,
    episodes: int | None = None,
    source: Iterable[str] | None = None,
    sink: TextIO | None = None,
) -> None:
    """Answers the messages of `source` (stdin) on `sink` (stdout). `make(**options)` makes the environment of one episode;
    `episodes` are as many as one process can hold."""
    from assay.environments.serving import Server

    out = sink
    if out is None:
        out, sys.stdout = sys.stdout, sys.stderr
    ready = {
        "name": name or getattr(make, "name", "") or getattr(make, "__name__", "environment").lower(),
        "version": version or getattr(make, "version", "1"),
        "resume": resume or getattr(make, "resume", "replay"),
        **({"episodes": episodes} if episodes else {}),
    }
    Server(make, ready, out).serve(sys.stdin if source is None else source)


if __name__ == "__main__":
    from assay.environments.__main__ import main

    main()

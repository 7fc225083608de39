"""Write a verifier for `assay` in Python: one decorated function in one file. No dependencies.

    from assay.verifier import verifier

    @verifier
    def last_word(response, answer):
        return float(response.split()[-1:] == [answer])

    assay verify rows.jsonl --verifier command --option 'command=["python3", "mine.py"]'

The function is called by the names of its parameters, so the usual reward functions work as they are:

* plain: any of `response`, `answer`, `prompt`, `fields` (the record), `id`, and names of the record's own fields
* verl: `compute_score(data_source, solution_str, ground_truth, extra_info)`
* TRL: `f(prompts, completions, completion_ids=..., **columns)`, called with lists for a whole batch
* AReaL: `f(prompt, completions, prompt_ids, completion_ids, **kw)` with one completion as text

It returns a number, a bool, None (no score: counted as our failure, never as 0), or a dict with `score` and, if wanted,
`outcome`, `reason`, `extracted`, `explanation`, `components`. verl's dicts (`score`, `acc`, `pred`) are understood.
What it raises is the verdict `verifierError` of that item alone. It may be `async`.

The protocol is described in docs/verifiers.md; stdout belongs to it, print() goes to stderr.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from typing import TypeAlias  # from 3.10; what `--verifier ./mine.py` starts is this file, on any machine's Python

Message: TypeAlias = dict[str, Any]

PROTOCOL = 1
PATIENCE = 0.01
"""Longest wait in seconds of a reply for others to be written with it; a write each costs more than most verdicts."""
_OUTCOMES = {"correct", "incorrect", "noAnswer", "timeout", "verifierError"}


def verifier(function: Callable[..., Any] | None = None, *, name: str | None = None, version: str = "1") -> Any:
    """Makes a worker of a function: when its file is run as a program, it serves until stdin ends."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        if function.__module__ == "__main__":
            serve(function, name=name, version=version)
        return function

    return decorate(function) if function else decorate


def serve(
    function: Callable[..., Any],
    *,
    name: str | None = None,
    version: str = "1",
    source: Iterable[str] | None = None,
    sink: TextIO | None = None,
) -> None:
    """Answers the messages of `source` (stdin) on `sink` (stdout)."""
    out = sink
    if out is None:
        out, sys.stdout = sys.stdout, sys.stderr
    judge = _adapted(function)

    def send(value: Any) -> None:
        out.write(json.dumps(value, allow_nan=False) + "\n")

    for line in sys.stdin if source is None else source:
        message = json.loads(line)
        if "hello" in message:
            if message["hello"] != PROTOCOL:
                send({"error": f"this worker speaks protocol {PROTOCOL}, not {message['hello']}"})
                out.flush()
                return
            send({"ready": PROTOCOL, "name": name or function.__name__, "version": version})
        flushed = time.monotonic()
        for reply in judge(message.get("verify", [])):
            try:
                send(reply)
            except (TypeError, ValueError) as error:
                send({"id": reply["id"], "error": f"the result cannot be sent: {error}"})
            if time.monotonic() - flushed > PATIENCE:
                out.flush()
                flushed = time.monotonic()
        out.flush()


def _adapted(function: Callable[..., Any]) -> Callable[[list[Message]], Iterable[Message]]:
    """The function as one from items to replies."""
    parameters = inspect.signature(function).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())

    def called(arguments: dict[str, Any]) -> Any:
        chosen = arguments if takes_any else {key: arguments[key] for key in parameters if key in arguments}
        result = function(**chosen)
        return asyncio.run(cast(Coroutine[Any, Any, Any], result)) if inspect.isawaitable(result) else result

    def one_by_one(items: list[Message]) -> Iterable[Message]:
        for item in items:
            try:
                yield _reply(item["id"], called(_arguments(item, parameters)))
            except Exception as error:  # a reward function may raise anything; that is its item's verdict
                yield {"id": item["id"], "error": f"{type(error).__name__}: {error}"}

    def whole_batch(items: list[Message]) -> Iterable[Message]:
        if not items:
            return
        try:
            results = list(called(_columns(items)))
            if len(results) != len(items):
                raise ValueError(f"{len(results)} rewards for {len(items)} completions")
        except Exception as error:
            if len(items) == 1:
                yield {"id": items[0]["id"], "error": f"{type(error).__name__}: {error}"}
                return
            # One completion may have spoiled the batch for all.
            for item in items:
                yield from whole_batch([item])
            return
        for item, result in zip(items, results):
            yield _reply(item["id"], result)

    return whole_batch if {"prompts", "completions"} <= parameters.keys() else one_by_one


def _arguments(item: Message, parameters: Any) -> dict[str, Any]:
    fields = item.get("fields") or {}
    prompt = item.get("prompt") or fields.get("prompt") or fields.get("question") or ""
    known = {
        **fields,
        "id": item["id"],
        "response": item["response"],
        "answer": item.get("answer"),
        "prompt": prompt,
        "fields": fields,
    }
    if "solution_str" in parameters:
        known |= {
            "data_source": fields.get("data_source", ""),
            "solution_str": item["response"],
            "ground_truth": item.get("answer"),
            "extra_info": fields.get("extra_info") or fields,
        }
    if "completions" in parameters:
        known |= {"completions": item["response"], "prompt_ids": [], "completion_ids": []}
    first = next(iter(parameters), None)
    # A function of one oddly named parameter is a function of the response.
    if len(parameters) == 1 and first not in known:
        known[first] = item["response"]
    return known


def _columns(items: list[Message]) -> dict[str, list[Any]]:
    names = {key for item in items for key in (item.get("fields") or {})}
    columns: dict[str, list[Any]] = {key: [(item.get("fields") or {}).get(key) for item in items] for key in names}
    columns["answer"] = [item.get("answer") for item in items]
    columns["prompts"] = [item.get("prompt") or (item.get("fields") or {}).get("prompt", "") for item in items]
    columns["completions"] = [item["response"] for item in items]
    columns["completion_ids"] = [[] for _ in items]
    return columns


def _reply(identity: int, result: Any) -> Message:
    if not isinstance(result, dict):
        return {"id": identity, "score": _plain(result)}
    reply = {key: result[key] for key in ("score", "reason", "extracted", "explanation", "components") if key in result}
    # One that there is not is passed on, and refused by name: what was meant is not known.
    if result.get("outcome") is not None:
        reply["outcome"] = result["outcome"]
    elif isinstance(result.get("acc"), (bool, int, float)):
        reply["outcome"] = "correct" if result["acc"] else "incorrect"
    if "pred" in result and result["pred"] is not None:
        reply.setdefault("extracted", str(result["pred"]))
    reply["score"] = _plain(reply.get("score"))
    return {"id": identity, **reply}


def _plain(score: Any) -> Any:
    """numpy and torch scalars as Python's."""
    return score.item() if hasattr(score, "item") else score

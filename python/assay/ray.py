"""Verification as a pool of Ray actors, each with an `assay worker` of its own; a lost actor's rows go to another."""

from __future__ import annotations

import json
import os
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import ray

from .http import ServerError


class Worker:
    """An `assay worker --stdio`; `verify` sends it whole batches of JSONL rows."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def pid(self) -> int:
        """Of the worker's process."""
        return self._process.pid

    def verify(self, rows: bytes, count: int) -> bytes:
        """`count` lines to as many with verdicts; raises `ServerError` for a row that cannot be used."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(b'{"rows":%d}\n' % count)
            process.stdin.write(rows)
            process.stdin.flush()
            head = process.stdout.readline()
            content = [process.stdout.readline() for _ in range(json.loads(head).get("rows", 0))] if head else []
        except BrokenPipeError:
            head, content = b"", []
        if not head or (content and not content[-1].endswith(b"\n")):
            # The actor crashes with its worker: Ray restarts both and sends the batch again.
            os._exit(1)
        answer = json.loads(head)
        if "error" in answer:
            raise ServerError(answer["error"])
        return b"".join(content)


def verify(
    rows: Iterable[bytes],
    verifier: str = "math",
    options: Iterable[str] = (),
    actors: int = 2,
    batch: int = 4096,
    assay: str = "assay",
    on_actors: Any = None,
) -> Iterator[bytes]:
    """JSONL rows with verdicts, in order and each once, from `actors` actors of one CPU each.

    `rows` are lines with their ends. `on_actors` is called with the actors' handles when they are up.
    """  # fmt: skip
    command = [assay, "worker", "--stdio", "--verifier", verifier]
    for option in options:
        command += ["--option", option]
    Actor = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(Worker)
    pool = [Actor.remote(command) for _ in range(actors)]
    if on_actors is not None:
        on_actors(pool)
    source = iter(rows)
    pending: deque[Any] = deque()
    turn = 0
    try:
        while True:
            # Two batches per actor: one in work, one waiting; answers are taken in order.
            while len(pending) < 2 * actors and (part := list(islice(source, batch))):
                pending.append(pool[turn % actors].verify.remote(b"".join(part), len(part)))
                turn += 1
            if not pending:
                return
            yield ray.get(pending.popleft())
    finally:
        for actor in pool:
            ray.kill(actor)

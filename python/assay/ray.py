"""Verification and rollout as pools of Ray actors; what a lost actor had in hand is done again by its successor.

`serve` puts replicas of `assay serve` behind Ray Serve.

Verification actors own an `assay worker --stdio` and are sent rows. Rollout actors run `assay rollout` on a part of the
dataset into a store of their own: one writer per store, and a run that is started again goes on where it was.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import ray

from .http import ServerError
from .ray_serve import application, serve

__all__ = ["Roller", "Worker", "application", "blocks", "rollout", "serve", "verify"]


class Worker:
    """An `assay worker --stdio`; `verify` sends it whole batches of JSONL rows."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def pid(self) -> int:
        """Of the worker's process."""
        return self._process.pid

    def parent(self) -> int:
        """Of the actor's own process."""
        return os.getpid()

    def verify(self, rows: bytes, count: int) -> bytes:
        """`count` lines to as many with verdicts; raises `ServerError` for a row that cannot be used."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(b'{"rows":%d}\n' % count)
            process.stdin.write(rows)
            process.stdin.flush()
        except BrokenPipeError:
            pass  # seen as the end of its output
        # The worker reads a batch whole before it answers, so the two pipes are never full together.
        head = process.stdout.readline()
        answer = json.loads(head) if head else {}
        content: bytes = process.stdout.read(answer.get("bytes", 0))
        if not head or len(content) != answer.get("bytes", 0):
            # The actor crashes with its worker: Ray restarts both and sends the batch again.
            os._exit(1)
        if "error" in answer:
            raise ServerError(answer["error"])
        return content


def verify(
    rows: Iterable[bytes],
    verifier: str = "math",
    options: Iterable[str] = (),
    actors: int = 2,
    batch: int = 4096,
    assay: str = "assay",
    on_actors: Callable[[list[Any]], None] | None = None,
) -> Iterator[bytes]:
    """JSONL rows with verdicts, in order and each once, from `actors` actors of one CPU each.

    `rows` are whole lines with their ends, one or many at a time: `blocks` reads a file that way. `batch` is the number of
    rows in one message, at least. `on_actors` is called with the actors' handles when they are up.
    """
    command = [assay, "worker", "--stdio", "--verifier", verifier]
    for option in options:
        command += ["--option", option]
    Actor = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(Worker)
    pool = [Actor.remote(command) for _ in range(actors)]
    if on_actors is not None:
        on_actors(pool)
    source = _batches(rows, batch)
    pending: deque[Any] = deque()
    turn = 0
    try:
        while True:
            # Two batches per actor: one in work, one waiting; answers are taken in order.
            while len(pending) < 2 * actors and (part := next(source, None)) is not None:
                pending.append(pool[turn % actors].verify.remote(*part))
                turn += 1
            if not pending:
                return
            yield ray.get(pending.popleft())
    finally:
        for actor in pool:
            ray.kill(actor)


def _die_with_parent() -> None:
    """In the child: a store has one writer, so none may outlive the actor whose successor goes on with it."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Roller:
    """Runs `assay rollout` to its end."""

    def rollout(self, command: list[str]) -> None:
        """Raises `ServerError` with the command's last words when it fails; it may be run again."""
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=_die_with_parent
        )
        if done.returncode != 0:
            raise ServerError(f"{' '.join(command)}: code {done.returncode}: {done.stderr[-2000:]}")

    def parent(self) -> int:
        """Of the actor's own process."""
        return os.getpid()


def rollout(
    config: str | os.PathLike[str],
    dataset: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    shards: int = 2,
    settings: Iterable[str] = (),
    assay: str = "assay",
    on_actors: Callable[[list[Any]], None] | None = None,
) -> list[Path]:
    """Samples a JSONL dataset with `shards` actors of one CPU each; their stores, for `assay report STORE…`.

    Line i goes to shard i modulo `shards`, into `folder/part-K.sqlite`. `settings` are further KEY=VALUE of the
    configuration. Called again with the same arguments it samples only what is missing.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line for block in blocks(dataset) for line in block.splitlines(keepends=True)]
    Actor = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(Roller)
    pool = [Actor.remote() for _ in range(shards)]
    if on_actors is not None:
        on_actors(pool)
    stores, pending = [], []
    try:
        for index, actor in enumerate(pool):
            part, store = folder / f"part-{index + 1}.jsonl", folder / f"part-{index + 1}.sqlite"
            part.write_bytes(b"".join(lines[index::shards]))
            # The dataset keeps one name, so that a problem is the same in every store.
            sets = [f"dataset.path={part}", f"dataset.name={Path(dataset).stem}", f"store={store}", *settings]
            command = [assay, "rollout", str(config), "--quiet"]
            pending.append(actor.rollout.remote(command + [word for each in sets for word in ("--set", each)]))
            stores.append(store)
        ray.get(pending)
    finally:
        for actor in pool:
            ray.kill(actor)
    return stores


def blocks(path: str | os.PathLike[str], size: int = 1 << 20) -> Iterator[bytes]:
    """A JSONL file as blocks of whole lines, some `size` bytes each."""
    with Path(path).open("rb") as file:
        while block := file.read(size):
            block += file.readline()
            yield block if block.endswith(b"\n") else block + b"\n"


def _batches(rows: Iterable[bytes], batch: int) -> Iterator[tuple[bytes, int]]:
    parts: list[bytes] = []
    count = 0
    for part in rows:
        parts.append(part)
        count += part.count(b"\n")
        if count >= batch:
            yield b"".join(parts), count
            parts, count = [], 0
    if parts:
        yield b"".join(parts), count

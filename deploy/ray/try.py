"""Tries Ray on this machine: rows through two actors, one of them killed on the way, against as many local processes.

    pip install 'ray>=2.40' ./python
    python deploy/ray/try.py --assay .build/release/assay --rows 1000000

Checks that every row came back once and in order with the verdict that the local run gives, and prints both rates.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ray

from assay.ray import blocks, verify


def write_rows(path: Path, count: int) -> None:
    """Word problems with worked solutions, 60 % of them right: the shape and length of GSM8K's."""
    dice = random.Random(0)
    with path.open("w") as file:
        for index in range(count):
            boxes, pens, given = dice.randrange(2, 90), dice.randrange(2, 90), dice.randrange(1, 60)
            total = boxes * pens + given
            answer = total if dice.random() < 0.6 else total + dice.choice((-10, -1, 1, 10))
            row = {
                "id": index,
                "question": f"Ann has {boxes} boxes of {pens} pens each and {given} loose ones. How many pens has she?",
                "response": f"There are {pens} pens in each of {boxes} boxes, which makes {boxes} * {pens} = "
                f"{boxes * pens} pens.\nWith the {given} loose ones she has {boxes * pens} + {given} = {answer} pens.\n"
                f"#### {answer}",
                "answer": f"{boxes} * {pens} = <<{boxes}*{pens}={boxes * pens}>>{boxes * pens}\n"
                f"{boxes * pens} + {given} = <<{boxes * pens}+{given}={total}>>{total}\n#### {total}",
            }
            file.write(json.dumps(row) + "\n")


def local(assay: str, path: Path, out: Path, processes: int) -> float:
    """Seconds that `processes` local processes take for the rows together."""
    start = time.monotonic()
    children = []
    for number in range(1, processes + 1):
        shard = ["--shard", f"{number}/{processes}", "-o", str(out / f"part-{number}.jsonl")]
        command = [assay, "verify", str(path), "--verifier", "math", "--jobs", "1", "--quiet", *shard]
        children.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    if any(child.wait() != 0 for child in children):
        sys.exit("a local process failed")
    seconds = time.monotonic() - start
    parts = [str(out / f"part-{number}.jsonl") for number in range(1, processes + 1)]
    subprocess.run(
        [assay, "merge", *parts, "-o", str(out / "local.jsonl"), "--quiet"], check=True, stdout=subprocess.DEVNULL
    )
    return seconds


def through_ray(assay: str, path: Path, out: Path, actors: int, rows: int) -> tuple[float, float]:
    """Seconds with, and the number of rows done before, the death of one actor."""
    pool: list[Any] = []
    killed_at = 0
    start = 0.0

    def up(handles: list[Any]) -> None:
        nonlocal start
        pool.extend(handles)
        ray.get([handle.pid.remote() for handle in handles])  # started, as the local processes' binaries are in memory
        start = time.monotonic()

    done = 0
    with out.open("wb") as file:
        for block in verify(blocks(path), "math", actors=actors, assay=assay, on_actors=up):
            file.write(block)
            done += block.count(b"\n")
            if not killed_at and done >= rows // 3:
                # The whole actor, worker and all, as when its node is lost.
                os.kill(ray.get(pool[0].parent.remote()), signal.SIGKILL)
                killed_at = done
    return time.monotonic() - start, killed_at


def verdicts(path: Path) -> Iterator[tuple[int, str]]:
    """Id and verdict of each line, without the time it took."""
    time_taken = re.compile(rb'"milliseconds":[0-9.e-]*')
    with path.open("rb") as file:
        for line in file:
            yield (
                int(line[line.index(b":") + 1 : line.index(b",")]),
                time_taken.sub(b"", line[line.rindex(b'"verdict"') :]).decode(),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default="assay")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--actors", type=int, default=2)
    options = parser.parse_args()
    assay = str(Path(options.assay).resolve()) if "/" in options.assay else options.assay
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = folder / "rows.jsonl"
        write_rows(rows, options.rows)
        alone = local(assay, rows, folder, options.actors)
        ray.init(num_cpus=options.actors, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        seconds, killed_at = through_ray(assay, rows, folder / "ray.jsonl", options.actors, options.rows)
        ray.shutdown()
        count = 0
        for count, (ours, theirs) in enumerate(
            zip(verdicts(folder / "ray.jsonl"), verdicts(folder / "local.jsonl")), 1
        ):
            if ours != theirs or ours[0] != count - 1:
                sys.exit(f"row {count}: {ours} through Ray, {theirs} locally")
        lines = sum(block.count(b"\n") for block in blocks(folder / "ray.jsonl"))
    if not count == lines == options.rows:
        sys.exit(f"{lines} rows came back of {options.rows}")
    ratio = alone / seconds
    print(
        f"{options.rows} rows, {options.actors} actors, one killed after {killed_at} rows: every row once, verdicts equal"
    )
    print(f"local, {options.actors} processes  {options.rows / alone:10,.0f} rows/s")
    print(f"Ray, {options.actors} actors       {options.rows / seconds:10,.0f} rows/s   {ratio:.0%} (bar: 80 %)")
    if ratio < 0.8:
        sys.exit(1)


if __name__ == "__main__":
    main()

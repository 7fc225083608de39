"""The whole loop: base model, server, `assay run --online`, trainer; then pass@1 on fresh problems, before and after.

    python loop.py --assay ../../.build/release/assay --estimator grpo --seed 0
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pretrain
import tasks
import torch

HERE = Path(__file__).parent


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child that ends with the block."""
    child = subprocess.Popen(command)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(10)


def await_server(url: str, server: subprocess.Popen[bytes], version: int | None = None) -> None:
    """Returns once the server answers, at `version` where given."""
    for _ in range(600):
        if server.poll() is not None:
            sys.exit(f"the server ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1) as answer:
                if version is None or json.load(answer)["weight_version"] == version:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"{url} did not come up in 60 s")


def pass_at_1(store: Path, run: str) -> float:
    """Share of a run's completions that are right; time-outs and errors of the verifier are left out."""
    with sqlite3.connect(store) as db:
        (value,) = db.execute(
            "SELECT avg(outcome = 'correct') FROM verdicts JOIN completions USING(completion_id) "
            "JOIN groups USING(group_id) JOIN runs USING(run_id) WHERE name = ? AND score IS NOT NULL",
            (run,),
        ).fetchone()
    return float(value)


def curve(store: Path, every: int) -> list[dict[str, float]]:
    """Reward and entropy by policy version, as the trainer acknowledged them."""
    with sqlite3.connect(store) as db:
        rows = db.execute(
            "SELECT policy_version, metrics FROM leases WHERE outcome = 'done' ORDER BY policy_version"
        ).fetchall()
    return [{"version": version} | json.loads(metrics) for version, metrics in rows if version % every == 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default="assay", help="the command")
    parser.add_argument("--estimator", default="grpo", help="grpo, rloo, dr_grpo: any preset of assay's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=280)
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--folder", type=Path, default=Path("runs/closed-loop"))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # unwinds, so that the children end too
    torch.set_num_threads(1)
    start = time.monotonic()
    folder = options.folder / f"{options.estimator}-{options.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    train, fresh = tasks.split(options.seed)
    tasks.write(folder / "train.jsonl", train)
    tasks.write(folder / "fresh.jsonl", fresh)
    base = options.folder / f"base-{options.seed}.pt"
    if not base.exists():
        pretrain.save(pretrain.pretrain(train, options.seed), base)
    store, evaluation, url = folder / "loop.sqlite", folder / "fresh.sqlite", f"http://127.0.0.1:{options.port}"

    def assay(*arguments: str, dataset: str, into: Path) -> list[str]:
        settings = {
            "seed": options.seed,
            "dataset.path": folder / dataset,
            "store": into,
            "rollout.endpoints": json.dumps([url]),
            "optimize.preset": options.estimator,
        }
        sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        return [options.assay, "run", str(HERE / "config.yaml"), *sets, *arguments]

    def evaluate(name: str) -> float:
        command = assay("--quiet", "--set", f"name={name}", "--set", "sampling.n=4", "--set",
                        "rollout.samples_per_request=4", dataset="fresh.jsonl", into=evaluation)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return pass_at_1(evaluation, name)

    python = [sys.executable]
    server = [*python, str(HERE / "server.py"), str(base), "--port", str(options.port), "--seed", str(options.seed)]
    trainer = [*python, str(HERE / "train.py"), str(store), str(base), "--server", url, "--seed", str(options.seed)]
    with running([*server, "--store", str(store)]) as child:
        await_server(url, child)
        before = evaluate("before")
        loop_start = time.monotonic()
        online = assay("--online", "--set", f"online.steps={options.steps}", dataset="train.jsonl", into=store)
        with running(online) as sampling:
            while not store.exists() and sampling.poll() is None:
                time.sleep(0.1)
            time.sleep(0.5)
            with running(trainer):
                if sampling.wait() != 0:
                    sys.exit("sampling stopped; run the same command again to go on")
        loop_seconds = time.monotonic() - loop_start
        await_server(url, child, version=options.steps)
        after = evaluate("after")
    points = curve(store, 1)
    result = {
        "estimator": options.estimator,
        "seed": options.seed,
        "pass@1 before": round(before, 4),
        "pass@1 after": round(after, 4),
        "entropy first": round(points[0]["entropy"], 4),
        "entropy last": round(points[-1]["entropy"], 4),
        "steps": len(points),
        "loop seconds": round(loop_seconds, 1),
        "seconds in all": round(time.monotonic() - start, 1),
    }
    print(json.dumps(result))
    if not (before < 0.4 and after > 0.9 and result["entropy last"] < result["entropy first"]):
        sys.exit("the loop did not learn as it should: pass@1 from under 0.4 to over 0.9, and entropy falling")


if __name__ == "__main__":
    main()

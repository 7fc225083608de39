"""The whole loop: base model, server, `assay run --online`, trainer; then pass@1 on fresh problems, before and after.

    python loop.py --assay ../../.build/release/assay --estimators grpo rloo dr_grpo --seeds 0 1 2
    python loop.py --assay ../../.build/release/assay --model SmolLM2-135M-Instruct.Q4_1.gguf --device cuda

Ends with a table and code 0 when every run went from under 0.4 to over 0.9 with falling entropy. Run again after an
interruption it goes on; what was finished is only read.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import policy
import pretrain
import tasks
import torch

from assay import keep_memory

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Recipe:
    """What a model is trained on: `steps` batches of `groups` problems, enough for 0.9 with room to spare."""

    task: tasks.Task
    steps: int
    groups: int
    learning_rate: float


SMALL = Recipe(tasks.SUMS, steps=260, groups=64, learning_rate=5e-4)
SMOLLM2 = Recipe(tasks.ONE_SHOT, steps=40, groups=16, learning_rate=1e-5)


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


def closed(
    server: list[str], sampler: list[str], trainer: list[str], store: Path, url: str, steps: int, evaluate: Callable[[str], float]
) -> tuple[float, float]:
    """Closes the loop for so many steps; what `evaluate` says before and after."""
    with running(server) as child:
        await_server(url, child)
        before = evaluate("before")
        with running(sampler) as sampling:
            while not store.exists() and sampling.poll() is None:
                time.sleep(0.1)
            time.sleep(0.5)
            with running(trainer):
                if sampling.wait() != 0:
                    sys.exit("sampling stopped; run the same command again to go on")
        await_server(url, child, version=steps)
        return before, evaluate("after")


def pass_at_1(store: Path, run: str) -> float:
    """Share of a run's completions that are right; time-outs and errors of the verifier are left out."""
    with sqlite3.connect(store) as db:
        (value,) = db.execute(
            "SELECT avg(outcome = 'correct') FROM verdicts JOIN completions USING(completion_id) "
            "JOIN groups USING(group_id) JOIN runs USING(run_id) WHERE name = ? AND score IS NOT NULL",
            (run,),
        ).fetchone()
    return float(value)


def acknowledged(store: Path) -> list[dict[str, float]]:
    """The trainer's metrics by policy version."""
    with sqlite3.connect(store) as db:
        rows = db.execute("SELECT metrics FROM leases WHERE outcome = 'done' ORDER BY policy_version").fetchall()
    return [json.loads(metrics) for (metrics,) in rows]


@dataclass
class Loop:
    """One estimator with one seed, in a folder of its own."""

    options: argparse.Namespace
    estimator: str
    seed: int

    def run(self) -> dict[str, Any]:
        """Samples, trains, evaluates; what came of it."""
        start = time.monotonic()
        options, folder = self.options, self.folder
        folder.mkdir(parents=True, exist_ok=True)
        train, fresh = self.recipe.task.split(self.seed)
        self.recipe.task.write(folder / "train.jsonl", train)
        self.recipe.task.write(folder / "fresh.jsonl", fresh)
        base = options.folder / f"base-{self.seed}.pt"
        if not base.exists():
            is_small = options.model == "small"
            pretrain.save(pretrain.pretrain(train, self.seed) if is_small else policy.load(options.model), base)
        store = folder / "loop.sqlite"
        python = [sys.executable]
        common = [str(base), "--seed", str(self.seed), "--model", options.model, "--device", options.device]
        server = [*python, str(HERE / "server.py"), *common, "--port", str(options.port), "--store", str(store)]
        trainer = [*python, str(HERE / "train.py"), str(store), *common, "--server", self.url]
        trainer += ["--learning-rate", str(self.recipe.learning_rate)]
        sampler = self.assay("--online", dataset="train.jsonl", into=store)
        before, after = closed(server, sampler, trainer, store, self.url, self.steps, self.evaluate)
        points = acknowledged(store)
        first, last = points[0]["entropy"], points[-1]["entropy"]
        return {
            "estimator": self.estimator,
            "seed": self.seed,
            "pass@1 before": before,
            "pass@1 after": after,
            "entropy before": first,
            "entropy after": last,
            "steps": len(points),
            "seconds": round(time.monotonic() - start),
            "learned": before < 0.4 and after > 0.9 and last < first,
        }

    @property
    def recipe(self) -> Recipe:
        return SMALL if self.options.model == "small" else SMOLLM2

    @property
    def steps(self) -> int:
        return self.options.steps or self.recipe.steps

    @property
    def folder(self) -> Path:
        return Path(self.options.folder) / f"{self.estimator}-{self.seed}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.options.port}"

    def assay(self, *arguments: str, dataset: str, into: Path) -> list[str]:
        """An `assay run` over one of the two datasets."""
        settings: dict[str, Any] = {
            "seed": self.seed,
            "dataset.path": self.folder / dataset,
            "store": into,
            "rollout.endpoints": json.dumps([self.url]),
            "sampling.max_tokens": self.recipe.task.max_tokens,
            "optimize.preset": self.estimator,
            "optimize.batch_groups": self.recipe.groups,
            "online.steps": self.steps,
        }
        if self.estimator == "dr_grpo":
            # Its loss has a constant for the length too (Liu et al. 2025, arXiv 2503.20783, section 3.2).
            settings["optimize.pack.aggregation"] = "seq-mean-token-sum-norm"
            settings["optimize.pack.constant_length"] = self.recipe.task.max_tokens
        sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        return [self.options.assay, "run", str(HERE / "config.yaml"), *sets, *arguments]

    def evaluate(self, name: str) -> float:
        """pass@1 on the fresh problems, four completions each."""
        store = self.folder / "fresh.sqlite"
        four = ["--set", "sampling.n=4", "--set", "rollout.samples_per_request=4"]
        command = self.assay("--quiet", "--set", f"name={name}", *four, dataset="fresh.jsonl", into=store)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return pass_at_1(store, name)


def table(results: list[dict[str, Any]]) -> str:
    """One line a run."""
    lines = [f"{'estimator':10} {'seed':>4}  {'pass@1 on fresh problems':24}  {'entropy, nats':15}  {'seconds':>7}"]
    for r in results:
        accuracy = f"{r['pass@1 before']:.3f} -> {r['pass@1 after']:.3f}"
        entropy = f"{r['entropy before']:.3f} -> {r['entropy after']:.3f}"
        verdict = "" if r["learned"] else "  did not learn as it should"
        lines.append(f"{r['estimator']:10} {r['seed']:4}  {accuracy:24}  {entropy:15}  {r['seconds']:7}{verdict}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default="assay", help="the command")
    parser.add_argument("--estimators", nargs="+", default=["grpo"], help="any presets of assay's")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--model", default="small", help="small, or a GGUF file of SmolLM2's")
    parser.add_argument("--device", default="cpu", help="for the model, such as cuda")
    parser.add_argument("--steps", type=int, help="batches to train on, instead of the model's own number")
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--folder", type=Path, help="of one model (default: runs/closed-loop, runs/closed-loop-smollm2)")
    options = parser.parse_args()
    if options.model != "small" and not Path(options.model).is_file():
        parser.error(f"--model takes 'small' or a GGUF file; there is no file {options.model}")
    options.folder = options.folder or Path("runs/closed-loop" if options.model == "small" else "runs/closed-loop-smollm2")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # unwinds, so that the children end too
    torch.set_num_threads(1)
    keep_memory()
    results = []
    for seed in options.seeds:
        for estimator in options.estimators:
            results.append(Loop(options, estimator, seed).run())
            with (options.folder / "results.jsonl").open("a") as file:
                file.write(json.dumps(results[-1]) + "\n")
            print(table(results[-1:]), file=sys.stderr, flush=True)
    print(table(results))
    if not all(result["learned"] for result in results):
        sys.exit("not every run learned as it should: pass@1 from under 0.4 to over 0.9, and entropy falling")


if __name__ == "__main__":
    main()

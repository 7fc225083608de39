"""The loop of episodes: a small agent learns to call and read a calculator, and to guess a number by halving.

    python agent_loop.py --assay ../../.build/release/assay --seeds 0 1 2 --controls

Each run: base model, server, `assay run --online` with an environment, trainer; then success on fresh problems, before and
after, and a forward pass over each stored episode that must give its stored log-probs. Ends with a table and code 0 when every
run went from at most 0.35 to at least 0.90. `--controls` adds two runs of the first seed that nobody should want: the tokens of
tools and environment trained on as if sampled, and credit over turns beside the outcome's.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import agent_check
import torch
from agent_pretrain import pretrain
from agent_tasks import TASKS, AgentTask, write
from loop import acknowledged, closed, pass_at_1
from pretrain import save

from assay import keep_memory

HERE = Path(__file__).parent


@dataclass
class AgentLoop:
    """One task with one seed, in a folder of its own."""

    options: argparse.Namespace
    task: AgentTask
    seed: int
    estimator: str
    forgets_mask: bool = False

    def run(self) -> dict[str, Any]:
        """Samples, trains, evaluates; what came of it."""
        start = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        train, fresh = self.task.split(self.seed)
        write(self.folder / "train.jsonl", train)
        write(self.folder / "fresh.jsonl", fresh)
        base = self.options.folder / f"{self.task.name}-base-{self.seed}.pt"
        if not base.exists():
            save(pretrain(self.task, train, self.seed), base)
        store = self.folder / "loop.sqlite"
        common = [str(base), "--seed", str(self.seed)]
        server = [sys.executable, str(HERE / "agent_server.py"), *common]
        server += ["--port", str(self.options.port), "--store", str(store)]
        trainer = [sys.executable, str(HERE / "train.py"), str(store), *common, "--model", "agent"]
        trainer += ["--server", self.url, "--learning-rate", str(self.task.learning_rate)]
        if self.forgets_mask:
            trainer.append("--forget-mask")
        sampler = self.assay("--online", dataset="train.jsonl", into=store)
        before, after = closed(server, sampler, trainer, store, self.url, self.steps, self.evaluate)
        checked = agent_check.check(self.folder / "fresh.sqlite", base, "before")
        points = acknowledged(store)
        return {
            "task": self.task.name,
            "credit": self.estimator + (", mask forgotten" if self.forgets_mask else ""),
            "seed": self.seed,
            "before": before,
            "after": after,
            "steps": len(points),
            "seconds": round(time.monotonic() - start),
            "log-prob error": checked.error,
            "shifted error": checked.shifted,
            "is control": self.is_control,
            "learned": before <= 0.35 and after >= 0.9 and checked.holds,
        }

    @property
    def is_control(self) -> bool:
        return self.forgets_mask or self.estimator != self.task.estimator

    @property
    def steps(self) -> int:
        return self.options.steps or self.task.steps

    @property
    def folder(self) -> Path:
        mistake = "-unmasked" if self.forgets_mask else ""
        return Path(self.options.folder) / f"{self.task.name}-{self.estimator}{mistake}-{self.seed}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.options.port}"

    def assay(self, *arguments: str, dataset: str, into: Path) -> list[str]:
        """An `assay run` over one of the two datasets."""
        settings: dict[str, Any] = {
            "seed": self.seed,
            "dataset.path": self.folder / dataset,
            "dataset.name": self.task.name,
            "store": into,
            "rollout.endpoints": json.dumps([self.url]),
            "sampling.max_tokens": self.task.max_tokens,
            "optimize.preset": self.estimator,
            "online.steps": self.steps,
        }
        settings |= {f"environment.{key}": json.dumps(value) for key, value in self.task.environment.items()}
        sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        return [self.options.assay, "run", str(HERE / "agent.yaml"), *sets, *arguments]

    def evaluate(self, name: str) -> float:
        """Success on the fresh problems, two episodes each."""
        store = self.folder / "fresh.sqlite"
        command = self.assay("--quiet", "--set", f"name={name}", "--set", "sampling.n=2", dataset="fresh.jsonl", into=store)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return pass_at_1(store, name)


def table(results: list[dict[str, Any]]) -> str:
    """One line a run."""
    lines = [f"{'task':11} {'credit':24} {'seed':>4}  {'success':16}  {'steps':>5}  {'seconds':>7}  log-probs off, shifted by one"]
    for r in results:
        success = f"{r['before']:.3f} -> {r['after']:.3f}"
        verdict = "  (control)" if r["is control"] else "" if r["learned"] else "  did not learn as it should"
        off = f"{r['log-prob error']:.1e}, {r['shifted error']:.1e}"
        lines.append(
            f"{r['task']:11} {r['credit']:24} {r['seed']:4}  {success:16}  {r['steps']:5}  {r['seconds']:7}  {off}{verdict}"
        )
    return "\n".join(lines)


def loops(options: argparse.Namespace) -> list[AgentLoop]:
    """What is asked for, controls last."""
    tasks = [TASKS[name] for name in options.tasks]
    found = [AgentLoop(options, task, seed, task.estimator) for task in tasks for seed in options.seeds]
    if options.controls:
        first = options.seeds[0]
        found += [AgentLoop(options, task, first, task.estimator, forgets_mask=True) for task in tasks]
        found += [AgentLoop(options, task, first, task.control) for task in tasks if task.control]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default="assay", help="the command")
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--controls", action="store_true", help="the runs beside it that should be worse")
    parser.add_argument("--steps", type=int, help="batches to train on, instead of the task's own number")
    parser.add_argument("--port", type=int, default=8322)
    parser.add_argument("--folder", type=Path, default=Path("runs/agent-loop"))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # unwinds, so that the children end too
    torch.set_num_threads(1)
    keep_memory()
    options.folder.mkdir(parents=True, exist_ok=True)
    results = []
    for loop in loops(options):
        results.append(loop.run())
        with (options.folder / "results.jsonl").open("a") as file:
            file.write(json.dumps(results[-1]) + "\n")
        print(table(results[-1:]), file=sys.stderr, flush=True)
    print(table(results))
    if not all(result["learned"] or result["is control"] for result in results):
        sys.exit("not every run learned as it should: success from at most 0.35 to at least 0.90, log-probs as stored")


if __name__ == "__main__":
    main()

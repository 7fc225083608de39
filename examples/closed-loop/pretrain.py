"""The base model: a policy that has read sums, most of them wrong, as a model that has read the web.

It knows the form and has the right answer among its guesses; its pass@1 is about what share of the corpus was right.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from policy import Policy, token_logprobs
from tasks import SUMS, Pair

SHARE_RIGHT = 0.35


def corpus_line(pair: Pair, rng: random.Random) -> str:
    answer = sum(pair)
    if rng.random() > SHARE_RIGHT:
        answer = max(0, answer + rng.choice((-10, -2, -1, 1, 2, 10)))
    return f"{SUMS.prompt(pair)}{answer}\n"


def pretrain(pairs: list[Pair], seed: int, steps: int = 2000, batch: int = 128) -> Policy:
    """Next-token prediction on the answers."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    policy = Policy()
    start = len(SUMS.prompt((0, 0)))

    def lines() -> list[list[int]]:
        return [policy.encode(corpus_line(pair, rng)) for pair in rng.choices(pairs, k=batch)]

    fit(policy, lines, steps, learning_rate=2e-3, start=start)
    return policy


def fit(policy: Policy, draw: Callable[[], list[list[int]]], steps: int, learning_rate: float, start: int = 0) -> None:
    """Next-token prediction on what is drawn at each step, from the token `start` of each line on."""
    optimizer = torch.optim.AdamW(policy.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, steps)
    for step in range(steps):
        lines = draw()
        ids_BT = torch.zeros(len(lines), max(map(len, lines)), dtype=torch.long)
        mask_BT = torch.zeros(ids_BT.shape, dtype=torch.bool)
        for row, line in enumerate(lines):
            ids_BT[row, : len(line)] = torch.tensor(line)
            mask_BT[row, start : len(line)] = True
        logprobs, _ = token_logprobs(policy, ids_BT, ids_BT.shape[1] - 1)
        loss = -logprobs[mask_BT[:, 1:]].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 500 == 499:
            print(f"pretrain: step {step + 1} of {steps}, loss {loss.item():.3f}", file=sys.stderr, flush=True)


def save(policy: Policy, path: Path, optimizer: torch.optim.Optimizer | None = None) -> None:
    """A file that is whole or absent."""
    part = path.with_suffix(".part")
    state = {"policy": policy.state_dict()} | ({"optimizer": optimizer.state_dict()} if optimizer else {})
    torch.save(state, part)
    part.replace(path)

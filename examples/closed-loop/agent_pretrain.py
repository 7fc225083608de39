"""The agent's base model: it has read dialogues of its task, most of them wrong, and says what it has read."""

from __future__ import annotations

import random

import torch
from agent_policy import AgentPolicy
from agent_tasks import AgentTask, Row
from pretrain import fit


def pretrain(task: AgentTask, rows: list[Row], seed: int, batch: int = 64) -> AgentPolicy:
    """Next-token prediction on all of it, as a base model reads: tools and environment teach it to look back."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    policy = AgentPolicy()

    def dialogues() -> list[list[int]]:
        return [task.corpus(row, rng) for row in rng.choices(rows, k=batch)]

    fit(policy, dialogues, task.pretraining, learning_rate=3e-3)
    return policy

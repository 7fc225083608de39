"""The agent's base model: it has read dialogues of its task, most of them wrong, and says what it has read."""

from __future__ import annotations

import random
import sys

import torch
from agent_policy import AgentPolicy
from agent_tasks import AgentTask, Row
from policy import token_logprobs


def pretrain(task: AgentTask, rows: list[Row], seed: int, batch: int = 64) -> AgentPolicy:
    """Next-token prediction on all of it, as a base model reads: tools and environment teach it to look back."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    policy = AgentPolicy()
    optimizer = torch.optim.AdamW(policy.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, task.pretraining)
    for step in range(task.pretraining):
        dialogues = [task.corpus(row, rng) for row in rng.choices(rows, k=batch)]
        ids_BT = torch.zeros(batch, max(map(len, dialogues)), dtype=torch.long)
        mask_BT = torch.zeros(ids_BT.shape, dtype=torch.bool)
        for row, ids in enumerate(dialogues):
            ids_BT[row, : len(ids)] = torch.tensor(ids)
            mask_BT[row, : len(ids)] = True
        logprobs, _ = token_logprobs(policy, ids_BT, ids_BT.shape[1] - 1)
        loss = -logprobs[mask_BT[:, 1:]].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 250 == 249:
            print(f"pretrain: step {step + 1}, loss {loss.item():.3f}", file=sys.stderr, flush=True)
    return policy

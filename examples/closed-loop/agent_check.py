"""Whether a stored episode is what the model sampled: a forward pass over its tokens gives its stored log-probs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from agent_policy import AgentPolicy
from policy import token_logprobs

TOLERANCE = 1e-4


@dataclass(frozen=True)
class Checked:
    """The largest difference in nats over all sampled tokens, as stored and with the mask shifted by one token."""

    episodes: int
    error: float
    shifted: float

    @property
    def holds(self) -> bool:
        return self.episodes > 0 and self.error <= TOLERANCE < self.shifted


def check(store: Path, weights: Path, run: str) -> Checked:
    """Teacher-forces each episode of a run that these weights sampled."""
    policy = AgentPolicy()
    policy.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu")["policy"])
    error = shifted = 0.0
    episodes = 0
    with sqlite3.connect(store) as db:
        rows = db.execute(
            "SELECT prompt_ids, i.data, m.data, l.data FROM completions c JOIN groups g USING(group_id) JOIN runs USING(run_id) "
            "JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' "
            "JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask' "
            "JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler' "
            "WHERE name = ?",
            (run,),
        )
        for prompt, ids, mask, logprobs in rows:
            tokens = np.concatenate([np.frombuffer(prompt, "<i4"), np.frombuffer(ids, "<i4")]).astype(np.int64)
            sampled, stored = np.frombuffer(mask, np.uint8).astype(bool), np.frombuffer(logprobs, "<f4")
            with torch.inference_mode():
                found = token_logprobs(policy, torch.from_numpy(tokens)[None], len(sampled))[0][0].numpy()
            apart = np.abs(found - stored)
            error = max(error, float(apart[sampled].max()))
            shifted = max(shifted, float(apart[np.roll(sampled, 1)].max()))
            episodes += 1
    return Checked(episodes, error, shifted)

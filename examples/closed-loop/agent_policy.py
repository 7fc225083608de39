"""The small agent: the policy of `policy`, over the agent's tokens, and how turns of many lengths are sampled together."""

from __future__ import annotations

import agent_tokens
import torch
from policy import Cache, Policy, Sample, cut
from torch import Tensor


class AgentPolicy(Policy):
    """Reads a whole dialogue."""

    vocabulary = agent_tokens.VOCABULARY
    end = 0
    context = 256

    def encode(self, text: str) -> list[int]:
        return agent_tokens.encode(text)

    def decode(self, ids: list[int]) -> str:
        return agent_tokens.decode([i for i in ids if i != self.end])

    def read(self, ids_BT: Tensor, pads_B: Tensor, past: list[Cache] | None) -> tuple[Tensor, list[Cache]]:
        """As `step`, the last logits alone, of sequences with `pads_B` tokens of padding on the left."""
        start = 0 if past is None else past[0][0].shape[2]
        B, T = ids_BT.shape
        columns = torch.arange(start + T)
        is_real = columns >= pads_B[:, None]
        seen = is_real[:, None, :] & (columns <= columns[start:, None])
        # Padding sees itself: a row of attention without anything in it has no softmax.
        seen = (seen | (columns == columns[start:, None]))[:, None]
        # Of padding, and of what goes on behind a turn's end while others are sampled, nobody reads anything.
        positions = (columns[start:] - pads_B[:, None]).clamp(0, self.context - 1)
        x_BTD = self.token(ids_BT) + self.position(positions)
        caches = []
        for index, block in enumerate(self.blocks):
            x_BTD, cache = block(x_BTD, None if past is None else past[index], seen)
            caches.append(cache)
        return self.head(self.norm(x_BTD[:, -1])), caches


@torch.inference_mode()
def sample_turns(
    policy: AgentPolicy, prompts: list[list[int]], budgets: list[int], temperature: float, generator: torch.Generator
) -> list[Sample]:
    """One turn behind each prompt, of at most its budget of tokens. Temperature 0 is greedy."""
    longest = max(map(len, prompts))
    pads_B = torch.tensor([longest - len(prompt) for prompt in prompts])
    ids_BT = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts])
    budgets_B = torch.tensor(budgets)
    logits, past = policy.read(ids_BT, pads_B, None)
    ids: list[Tensor] = []
    logprobs: list[Tensor] = []
    has_ended = torch.zeros(len(prompts), dtype=torch.bool)
    for step in range(max(budgets)):
        if step > 0:
            logits, past = policy.read(ids[-1][:, None], pads_B, past)
        logprobs_BV = torch.log_softmax(logits.float() / (temperature or 1.0), -1)
        if temperature == 0:
            chosen = logprobs_BV.argmax(-1)
        else:
            chosen = torch.multinomial(logprobs_BV.exp(), 1, generator=generator)[:, 0]
        ids.append(chosen)
        logprobs.append(logprobs_BV.gather(1, chosen[:, None])[:, 0])
        has_ended |= (chosen == policy.end) | (budgets_B <= step + 1)
        if has_ended.all():
            break
    rows = zip(torch.stack(ids, 1).tolist(), torch.stack(logprobs, 1).tolist(), budgets)
    return [cut(row_ids[:budget], row_logprobs[:budget], policy.end) for row_ids, row_logprobs, budget in rows]

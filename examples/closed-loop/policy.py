"""A character-level transformer small enough to learn sums on two CPU cores, and how a policy is sampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

VOCABULARY = "\n0123456789+-*="
Cache = tuple[Tensor, Tensor]
"""Keys and values [B, heads, T, D / heads] of the tokens read so far."""


class Block(nn.Module):
    """Pre-norm attention and MLP."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x_BTD: Tensor, past: Cache | None = None, seen: Tensor | None = None) -> tuple[Tensor, Cache]:
        """`past` is of the tokens before; with it T is 1. `seen` says who sees whom, where not each all before it."""
        B, T, D = x_BTD.shape
        q, k, v = self.qkv(self.norm1(x_BTD)).view(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen, is_causal=past is None and seen is None)
        x_BTD = x_BTD + self.out(mixed.transpose(1, 2).reshape(B, T, D))
        return x_BTD + self.down(F.relu(self.up(self.norm2(x_BTD)))), (k, v)


class Policy(nn.Module):
    """Next-token logits over `vocabulary`; sequences are right-padded, so the causal mask is all they need."""

    vocabulary: Sequence[str] = VOCABULARY
    end = 0
    """The token that ends an answer: a line break."""
    context = 16
    """Tokens of a prompt and its completion at most."""

    def __init__(self, width: int = 64, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.token = nn.Embedding(len(self.vocabulary), width)
        self.position = nn.Embedding(self.context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, len(self.vocabulary))

    def encode(self, text: str) -> list[int]:
        """Token ids of a text; `ValueError` names a character that the vocabulary lacks."""
        try:
            return [VOCABULARY.index(character) for character in text]
        except ValueError:
            unknown = sorted(set(text) - set(VOCABULARY))
            raise ValueError(f"the vocabulary has no {unknown}; it is {list(VOCABULARY)}") from None

    def decode(self, ids: list[int]) -> str:
        """The text of token ids, the end token left out."""
        return "".join(VOCABULARY[i] for i in ids if i != self.end)

    def forward(self, ids_BT: Tensor, last: int) -> Tensor:
        """Logits [B, last, V] of the last positions."""
        return self.step(ids_BT, None)[0][:, -last:]

    def step(self, ids_BT: Tensor, past: list[Cache] | None) -> tuple[Tensor, list[Cache]]:
        """Logits, and the cache that goes on from `past`, which has read all tokens before these."""
        start = 0 if past is None else past[0][0].shape[2]
        x_BTD = self.token(ids_BT) + self.position.weight[start : start + ids_BT.shape[1]]
        caches = []
        for index, block in enumerate(self.blocks):
            x_BTD, cache = block(x_BTD, None if past is None else past[index])
            caches.append(cache)
        return self.head(self.norm(x_BTD)), caches


def load(model: str) -> Policy:
    """The policy above, the one of `agent_policy`, or the model of a GGUF file; with weights to be loaded or the file's."""
    if model == "small":
        return Policy()
    if model == "agent":
        from agent_policy import AgentPolicy

        return AgentPolicy()
    from smollm2 import SmolLM2

    return SmolLM2(Path(model))


@dataclass
class Sample:
    """One completion: its ids, the end token included, and their log-probs at the temperature they were drawn with."""

    ids: list[int]
    logprobs: list[float]
    ended: bool


@torch.inference_mode()
def sample(
    policy: Policy,
    prompts: list[list[int]],
    count: int,
    max_tokens: int,
    temperature: float,
    generator: torch.Generator,
) -> list[list[Sample]]:
    """`count` completions of each prompt, all drawn together; the prompts are of one length. Temperature 0 is greedy."""
    prompts_PT = torch.tensor(prompts, device=generator.device)
    # A prompt is read once, whatever the number of its completions.
    logits, past = policy.step(prompts_PT, None)
    logits = logits.repeat_interleave(count, 0)
    past = [(keys.repeat_interleave(count, 0), values.repeat_interleave(count, 0)) for keys, values in past]
    ids, logprobs = [], []
    has_ended = torch.zeros(len(logits), dtype=torch.bool, device=generator.device)
    for step in range(max_tokens):
        if step > 0:
            logits, past = policy.step(ids[-1][:, None], past)
        logprobs_BV = torch.log_softmax(logits[:, -1].float() / (temperature or 1.0), -1)
        if temperature == 0:
            chosen = logprobs_BV.argmax(-1)
        else:
            chosen = torch.multinomial(logprobs_BV.exp(), 1, generator=generator)[:, 0]
        ids.append(chosen)
        logprobs.append(logprobs_BV.gather(1, chosen[:, None])[:, 0])
        has_ended |= chosen == policy.end
        if has_ended.all():
            break
    samples = [
        cut(row_ids, row_logprobs, policy.end)
        for row_ids, row_logprobs in zip(torch.stack(ids, 1).tolist(), torch.stack(logprobs, 1).tolist())
    ]
    return [samples[start : start + count] for start in range(0, len(samples), count)]


def cut(ids: list[int], logprobs: list[float], end: int) -> Sample:
    """A completion up to its end token."""
    length = ids.index(end) + 1 if end in ids else len(ids)
    return Sample(ids[:length], logprobs[:length], end in ids)


def token_logprobs(policy: Policy, ids_BT: Tensor, last: int) -> tuple[Tensor, Tensor]:
    """Log-prob of each of the last tokens, given those before it, and the entropy there; both [B, last], in nats."""
    logprobs = torch.log_softmax(policy(ids_BT[:, :-1], last).float(), -1)
    entropy = -(logprobs.exp() * logprobs).sum(-1)
    return logprobs.gather(-1, ids_BT[:, -last:, None])[..., 0], entropy

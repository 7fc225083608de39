"""A character-level transformer small enough to learn sums on two CPU cores, and how it is sampled."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

VOCABULARY = "\n0123456789+-*="
END = 0
"""The token that ends an answer: a line break."""


def encode(text: str) -> list[int]:
    """Token ids of a text; `ValueError` names a character that the vocabulary lacks."""
    try:
        return [VOCABULARY.index(character) for character in text]
    except ValueError:
        unknown = sorted(set(text) - set(VOCABULARY))
        raise ValueError(f"the vocabulary has no {unknown}; it is {list(VOCABULARY)}") from None


def decode(ids: list[int]) -> str:
    """The text of token ids, the end token left out."""
    return "".join(VOCABULARY[i] for i in ids if i != END)


class Block(nn.Module):
    """Pre-norm attention and MLP."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x_BTD: Tensor) -> Tensor:
        B, T, D = x_BTD.shape
        q, k, v = self.qkv(self.norm1(x_BTD)).view(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(B, T, D)
        x_BTD = x_BTD + self.out(mixed)
        return x_BTD + self.down(F.gelu(self.up(self.norm2(x_BTD))))


class Policy(nn.Module):
    """Next-token logits over `VOCABULARY`; sequences are right-padded, so the causal mask is all they need."""

    def __init__(self, width: int = 96, heads: int = 4, layers: int = 2, context: int = 16) -> None:
        super().__init__()
        self.token = nn.Embedding(len(VOCABULARY), width)
        self.position = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, len(VOCABULARY))

    def forward(self, ids_BT: Tensor) -> Tensor:
        x_BTD = self.token(ids_BT) + self.position.weight[: ids_BT.shape[1]]
        for block in self.blocks:
            x_BTD = block(x_BTD)
        logits: Tensor = self.head(self.norm(x_BTD))
        return logits


@dataclass
class Sample:
    """One completion: its ids, the end token included, and their log-probs at the temperature they were drawn with."""

    ids: list[int]
    logprobs: list[float]
    ended: bool


@torch.inference_mode()
def sample(
    policy: Policy, prompts: list[list[int]], max_tokens: int, temperature: float, generator: torch.Generator
) -> list[Sample]:
    """One completion per prompt, all drawn together; temperature 0 is greedy."""
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    steps = min(max_tokens, policy.position.num_embeddings - int(lengths.max()))
    ids_BT = torch.zeros(len(prompts), int(lengths.max()) + steps, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids_BT[row, : len(prompt)] = torch.tensor(prompt)
    rows = torch.arange(len(prompts))
    live = torch.ones(len(prompts), dtype=torch.bool)
    samples = [Sample([], [], False) for _ in prompts]
    for _ in range(steps):
        logits = policy(ids_BT[:, : int(lengths.max())])[rows, lengths - 1]
        logprobs = torch.log_softmax(logits / (temperature or 1.0), -1)
        if temperature == 0:
            chosen = logprobs.argmax(-1)
        else:
            chosen = torch.multinomial(logprobs.exp(), 1, generator=generator)[:, 0]
        picked = logprobs[rows, chosen]
        for row in live.nonzero()[:, 0].tolist():
            samples[row].ids.append(int(chosen[row]))
            samples[row].logprobs.append(float(picked[row]))
            samples[row].ended = int(chosen[row]) == END
        ids_BT[rows[live], lengths[live]] = chosen[live]
        lengths += live
        live &= chosen != END
        if not live.any():
            break
    return samples


def token_logprobs(policy: Policy, ids_BT: Tensor, temperature: float = 1.0) -> tuple[Tensor, Tensor]:
    """Log-prob of each token after the first, given those before it, and the entropy there; both [B, T - 1], in nats."""
    logprobs = torch.log_softmax(policy(ids_BT[:, :-1]) / temperature, -1)
    entropy = -(logprobs.exp() * logprobs).sum(-1)
    return logprobs.gather(-1, ids_BT[:, 1:, None])[..., 0], entropy

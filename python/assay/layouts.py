"""A batch in the shapes that trainers expect; each function says whose, and which way it pads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .batch import Array, Batch


@dataclass(frozen=True)
class Padded:
    """Prompts left-padded to the longest prompt, responses right-padded to the longest response."""

    prompts: Array
    """int64 [N, P]."""
    responses: Array
    """int64 [N, R]."""
    input_ids: Array
    """int64 [N, P + R], prompts then responses."""
    attention_mask: Array
    """int64 [N, P + R], 1 on real tokens."""
    position_ids: Array
    """int64 [N, P + R], counted from each row's first real token."""
    response_mask: Array
    """int64 [N, R], 1 on tokens that are trained on."""
    logprobs: Array
    """float32 [N, R], the sampler's; 0 on padding."""
    advantages: Array
    """float32 [N, R]; 0 on padding."""


def padded(
    batch: Batch, pad_id: int = 0, prompt_length: int | None = None, response_length: int | None = None
) -> Padded:
    """The layout of verl's rollouts; the lengths default to the longest there are.

    Raises `ValueError` when a sequence is longer than asked for: nothing is truncated silently.
    """
    P = _length("prompt", batch.prompt_lengths, prompt_length)
    R = _length("response", batch.lengths, response_length)
    N = len(batch)
    input_ids = np.full((N, P + R), pad_id, np.int64)
    attention_mask, position_ids = np.zeros((N, P + R), np.int64), np.zeros((N, P + R), np.int64)
    logprobs, advantages = np.zeros((N, R), np.float32), np.zeros((N, R), np.float32)
    response_mask = np.zeros((N, R), np.int64)
    positions = np.arange(P + R)
    prompt_offsets, token_offsets = batch.prompt_offsets.tolist(), batch.token_offsets.tolist()
    # Row-wise slices touch each byte once; whole-array masks and scatters make temporaries of the same size.
    for row in range(N):
        first, last = prompt_offsets[row], prompt_offsets[row + 1]
        start, end = token_offsets[row], token_offsets[row + 1]
        begin, length = P - (last - first), end - start
        input_ids[row, begin:P] = batch.prompt_ids[first:last]
        input_ids[row, P : P + length] = batch.token_ids[start:end]
        attention_mask[row, begin : P + length] = 1
        position_ids[row, begin : P + length] = positions[: P + length - begin]
        position_ids[row, P + length :] = max(P + length - begin - 1, 0)
        logprobs[row, :length] = batch.logprobs[start:end]
        advantages[row, :length] = batch.advantages[start:end]
        response_mask[row, :length] = batch.loss_mask[start:end]
    return Padded(
        prompts=input_ids[:, :P],
        responses=input_ids[:, P:],
        input_ids=input_ids,
        attention_mask=attention_mask,
        position_ids=position_ids,
        response_mask=response_mask,
        logprobs=logprobs,
        advantages=advantages,
    )


def _length(what: str, lengths: Array, asked: int | None) -> int:
    longest = int(lengths.max(initial=0))
    if asked is not None and longest > asked:
        raise ValueError(f"a {what} has {longest} tokens, more than {asked}")
    return longest if asked is None else asked

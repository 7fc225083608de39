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
    loss_weights: Array
    """float32 [N, R]; 0 on padding: the loss is the sum of weight * token loss."""


def padded(
    batch: Batch, pad_id: int = 0, prompt_length: int | None = None, response_length: int | None = None
) -> Padded:
    """The layout of verl's rollouts; the lengths default to the longest there are.

    Raises `ValueError` when a sequence is longer than asked for: nothing is truncated silently.
    """
    batch.require_tokens()
    P = _length("prompt", batch.prompt_lengths, prompt_length)
    R = _length("response", batch.lengths, response_length)
    N = len(batch)
    input_ids = np.full((N, P + R), pad_id, np.int64)
    attention_mask, position_ids = np.zeros((N, P + R), np.int64), np.zeros((N, P + R), np.int64)
    logprobs, advantages, loss_weights = (np.zeros((N, R), np.float32) for _ in range(3))
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
        loss_weights[row, :length] = batch.loss_weights[start:end]
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
        loss_weights=loss_weights,
    )


def verl(batch: Batch, **lengths: int | None) -> dict[str, Array]:
    """A batch under verl's names, for `DataProto.from_dict(tensors={k: torch.from_numpy(v) for k, v in ...})`.

    `old_log_probs` are the sampler's too: a trainer that recomputes them overwrites the column. `lengths` as in `padded`.
    """
    layout = padded(batch, **lengths)  # type: ignore[arg-type]
    scores = np.zeros(layout.responses.shape, np.float32)
    # verl puts a sequence's reward on its last token.
    ends = np.maximum(batch.lengths - 1, 0)
    scores[np.arange(len(batch)), ends] = np.nan_to_num(batch.rewards)
    return {
        "prompts": layout.prompts,
        "responses": layout.responses,
        "input_ids": layout.input_ids,
        "attention_mask": layout.attention_mask,
        "position_ids": layout.position_ids,
        "response_mask": layout.response_mask,
        "rollout_log_probs": layout.logprobs,
        "old_log_probs": layout.logprobs,
        "advantages": layout.advantages,
        "token_level_scores": scores,
    }


def openrlhf(batch: Batch, pad_id: int = 0) -> dict[str, Array]:
    """A batch under the names of OpenRLHF's `Experience`: [N, T] right-padded sequences, prompt and response together.

    Per-action columns are [N, T - 1]: position t says something of token t + 1.
    """
    batch.require_tokens()
    N, T = len(batch), int((batch.prompt_lengths + batch.lengths).max(initial=1))
    sequences = np.full((N, T), pad_id, np.int64)
    attention_mask, action_mask = np.zeros((N, T), np.int64), np.zeros((N, T - 1), np.bool_)
    logprobs, advantages = np.zeros((N, T - 1), np.float32), np.zeros((N, T - 1), np.float32)
    for row in range(N):
        first, last = batch.prompt_offsets[row : row + 2]
        start, end = batch.token_offsets[row : row + 2]
        P, R = last - first, end - start
        if P == 0 and R > 0:
            raise ValueError(f"sequence {row} has no prompt: its first token has nothing before it")
        sequences[row, :P] = batch.prompt_ids[first:last]
        sequences[row, P : P + R] = batch.token_ids[start:end]
        attention_mask[row, : P + R] = 1
        actions = slice(max(P - 1, 0), max(P - 1, 0) + R)
        action_mask[row, actions] = batch.loss_mask[start:end] != 0
        logprobs[row, actions] = batch.logprobs[start:end]
        advantages[row, actions] = batch.advantages[start:end]
    return {
        "sequences": sequences,
        "attention_mask": attention_mask,
        "action_mask": action_mask,
        "action_log_probs": logprobs,
        "rollout_log_probs": logprobs,
        "advantages": advantages,
        "rewards": batch.rewards.astype(np.float32),
        "response_length": batch.lengths,
        "total_length": batch.prompt_lengths + batch.lengths,
    }


def _length(what: str, lengths: Array, asked: int | None) -> int:
    longest = int(lengths.max(initial=0))
    if asked is not None and longest > asked:
        raise ValueError(f"a {what} has {longest} tokens, more than {asked}")
    return longest if asked is None else asked

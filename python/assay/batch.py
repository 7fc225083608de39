"""One training batch: columns of N sequences end to end, as views into the store's bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing import TypeAlias

Array: TypeAlias = NDArray[Any]
Buffer: TypeAlias = "bytes | memoryview"


class BatchError(ValueError):
    """A batch's columns do not fit together: the store is damaged or of another version."""


@dataclass(frozen=True)
class Batch:
    """N sequences with T sampled and P prompt tokens in all; sequence i is ``[offsets[i]:offsets[i + 1]]``.

    The arrays are read-only views: copy before changing.
    """

    prompt_ids: Array
    """int32 [P], the prompts' token ids."""
    prompt_offsets: Array
    """int64 [N + 1]."""
    token_ids: Array
    """int32 [T], the sampled token ids."""
    token_offsets: Array
    """int64 [N + 1]."""
    logprobs: Array
    """float32 [T], the sampler's log-probs in nats, of the distribution that the token was drawn from."""
    advantages: Array
    """float32 [T]."""
    loss_mask: Array
    """uint8 [T], 1 where a token is trained on."""
    rewards: Array
    """float64 [N], the verifier's scores; NaN where there is none."""
    groups: Array
    """int64 [N], equal for the completions of one problem."""
    completions: Array
    """int64 [N], keys in the store's table `completions`."""
    policy_versions: Array
    """int32 [N], the oldest policy version that sampled a token."""
    loss_weights: Array = field(default_factory=lambda: np.empty(0, np.float32))
    """float32 [T], the loss reduction of `optimize.pack.aggregation` as a weight per token: the loss is the sum of
    weight * token loss, however the batch is cut. Token-mean in a store that has none."""

    pieces: Array = field(default_factory=lambda: np.empty(0, np.int32))
    """int32 [N], which of its episode's rows it is: 0 for the first, and for all that have one alone."""
    sequence_advantages: Array = field(default_factory=lambda: np.empty(0, np.float64))
    """float64 [N] in a batch packed with `allow_text_only`: a sequence without tokens has no other."""
    prompt_text: Array = field(default_factory=lambda: np.empty(0, np.uint8))
    """uint8, JSON of the prompts of sequences without tokens, end to end; `text` reads it."""
    prompt_text_offsets: Array = field(default_factory=lambda: np.empty(0, np.int64))
    """int64 [N + 1]."""
    response_text: Array = field(default_factory=lambda: np.empty(0, np.uint8))
    """uint8, UTF-8 of the responses of sequences without tokens."""
    response_text_offsets: Array = field(default_factory=lambda: np.empty(0, np.int64))
    """int64 [N + 1]."""

    def __post_init__(self) -> None:
        n, sampled = len(self.completions), len(self.token_ids)
        if len(self.loss_weights) == 0 and sampled > 0:
            mean = self.loss_mask / max(1, int(np.count_nonzero(self.loss_mask)))
            object.__setattr__(self, "loss_weights", mean.astype(np.float32))
        if len(self.pieces) == 0:
            object.__setattr__(self, "pieces", np.zeros(n, np.int32))
        for name in ("rewards", "groups", "policy_versions", "pieces"):
            if len(getattr(self, name)) != n:
                raise BatchError(f"column '{name}' has {len(getattr(self, name))} elements for {n} sequences")
        for name in ("logprobs", "advantages", "loss_mask", "loss_weights"):
            if len(getattr(self, name)) != sampled:
                raise BatchError(f"column '{name}' has {len(getattr(self, name))} elements for {sampled} tokens")
        divided = [("prompt_offsets", len(self.prompt_ids)), ("token_offsets", sampled)]
        if len(self.sequence_advantages) > 0:
            if len(self.sequence_advantages) != n:
                raise BatchError(f"column 'sequence_advantages' has {len(self.sequence_advantages)} elements for {n}")
            divided += [(f"{name}_offsets", len(getattr(self, name))) for name in ("prompt_text", "response_text")]
        for name, total in divided:
            offsets = getattr(self, name)
            if len(offsets) != n + 1 or offsets[0] != 0 or offsets[-1] != total or (np.diff(offsets) < 0).any():
                raise BatchError(f"column '{name}' does not divide {total} elements among {n} sequences")

    def __len__(self) -> int:
        return len(self.completions)

    @property
    def prompt_lengths(self) -> Array:
        """int64 [N]."""
        return np.diff(self.prompt_offsets)

    @property
    def lengths(self) -> Array:
        """int64 [N], sampled tokens per sequence."""
        return np.diff(self.token_offsets)

    def require_tokens(self) -> None:
        """Raises `ValueError` when a sequence has text alone: nobody's tokens are made up for a layout of tokens."""
        texts = np.flatnonzero(self.lengths == 0)
        if len(self.sequence_advantages) > 0 and texts.size > 0:
            raise ValueError(
                f"{len(texts)} of {len(self)} sequences have text and no token ids, row {texts[0]} the first: "
                "tokenise Batch.text(row) in the trainer, or pack without allow_text_only"
            )

    def text(self, row: int) -> tuple[Any, str] | None:
        """Prompt (a str, or a list of chat messages) and response of a sequence without token ids; None where there are."""
        if len(self.sequence_advantages) == 0 or self.token_offsets[row] < self.token_offsets[row + 1]:
            return None
        parts = ((self.prompt_text, self.prompt_text_offsets), (self.response_text, self.response_text_offsets))
        prompt, response = (data[ends[row] : ends[row + 1]].tobytes().decode() for data, ends in parts)
        return json.loads(prompt), response

    @staticmethod
    def from_columns(columns: Mapping[str, tuple[str, Buffer]]) -> Batch:
        """From (numpy dtype, bytes) by name, without copying; raises `BatchError`."""
        arrays: dict[str, Array] = {}
        for column in fields(Batch):
            if column.name not in columns:
                if column.default_factory is not MISSING:
                    continue
                raise BatchError(f"the batch has no column '{column.name}'")
            dtype, data = columns[column.name]
            try:
                arrays[column.name] = np.frombuffer(data, dtype)
            except (TypeError, ValueError) as error:
                raise BatchError(f"column '{column.name}' of type {dtype!r}: {error}") from None
        return Batch(**arrays)

"""Pairs of futures that begin alike, for losses on differences of rewards: REFUEL (arXiv 2410.04612)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from .batch import Array, Batch
from .store import Store


@dataclass(frozen=True)
class Pairs:
    """K pairs of a batch's sequences that have everything before a turn in common.

    REFUEL's loss is the mean of (D_first - D_second - eta * difference)^2, D the sum of new minus old log-probs over the turn.
    """

    first: Array
    """int64 [K], rows of the batch."""
    second: Array
    """int64 [K]."""
    difference: Array
    """float64 [K], the first's reward minus the second's."""
    first_tokens: Array
    """int64 [K, 2], the first's turn behind the common beginning: first and last (exclusive) in `batch.token_ids`."""
    second_tokens: Array
    """int64 [K, 2]."""

    def __len__(self) -> int:
        return len(self.first)


def pairs(store: Store, batch: Batch, limit: int = 64) -> Pairs:
    """Every two futures of one beginning, at most `limit` of each: an episode's forks at a turn, and itself.

    Sequences without a reward are in none. Raises `ValueError` for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}; it must be at least 1")
    futures: dict[tuple[int, int], list[int]] = {}
    for fork, parent, turn in store.forks(batch):
        futures.setdefault((parent, turn), [parent]).append(fork)
    rows: list[tuple[int, int]] = []
    tokens: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for (_, turn), members in futures.items():
        scored = [row for row in members if np.isfinite(batch.rewards[row])]
        places = {row: store.turn_tokens(batch, row, turn) for row in scored}
        for one, other in islice(combinations(scored, 2), limit):
            rows.append((one, other))
            tokens.append((places[one], places[other]))
    pairs_K2 = np.array(rows, np.int64).reshape(-1, 2)
    tokens_K22 = np.array(tokens, np.int64).reshape(-1, 2, 2)
    first, second = pairs_K2[:, 0], pairs_K2[:, 1]
    return Pairs(
        first=first,
        second=second,
        difference=batch.rewards[first] - batch.rewards[second],
        first_tokens=tokens_K22[:, 0],
        second_tokens=tokens_K22[:, 1],
    )

"""TRL's GRPOTrainer fed from the store: `rollout_func` leases a batch, the reward function passes its scores on.

    rollouts = StoreRollouts(store, "trl-0")
    trainer = GRPOTrainer(
        model, reward_funcs=[rollouts.reward], rollout_func=rollouts, callbacks=[rollouts.callback()],
        args=GRPOConfig(num_generations=8, per_device_train_batch_size=64, ...), train_dataset=anything_as_long,
    )

The trainer's own dataset only says how many completions it wants: a batch of the store must have as many
(`optimize.batch_groups` times `sampling.n`). Advantages are TRL's, from the store's scores. Written against TRL 1.16.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .store import Lease, Store, StoreError


class StoreRollouts:
    """One leased batch per generation; the lease is acknowledged by `callback`, or by `acknowledge`."""

    def __init__(
        self, store: Store, trainer: str, run: str | None = None, seconds: float = 3600, wait: float = 600
    ) -> None:
        """Leases as `trainer` for `seconds`, waiting for a batch up to `wait` seconds."""
        self._store, self._trainer, self._run = store, trainer, run
        self._seconds, self._wait = seconds, wait
        self.lease: Lease | None = None

    def __call__(self, prompts: list[Any], trainer: Any) -> dict[str, Any]:
        """TRL's rollout hook. Raises `StoreError` when no batch came, `ValueError` when it has another size."""
        if self.lease is not None:
            self.acknowledge()
        lease = self._store.lease(self._trainer, self._run, self._seconds, self._wait)
        if lease is None:
            raise StoreError(f"{self._store.path}: no batch came for {self._wait} s")
        batch = lease.batch
        try:
            batch.require_tokens()
        except ValueError:
            lease.release()
            raise
        self.lease = lease
        size = int(getattr(trainer, "num_generations", 1))
        _, first, counts = np.unique(batch.groups, return_index=True, return_counts=True)
        if len(batch) != len(prompts) or (counts != size).any() or (np.diff(np.sort(first)) != size).any():
            lease.release()
            self.lease = None
            raise ValueError(
                f"the batch has {len(batch)} completions in groups of {sorted(set(counts.tolist()))}, TRL wants "
                f"{len(prompts)} in groups of {size}: set optimize.batch_groups, sampling.n and TRL's batch size alike"
            )
        return {
            "prompt_ids": _lists(batch.prompt_ids, batch.prompt_offsets),
            "completion_ids": _lists(batch.token_ids, batch.token_offsets),
            "logprobs": _lists(batch.logprobs, batch.token_offsets),
            "assay_reward": [None if np.isnan(reward) else reward for reward in batch.rewards.tolist()],
        }

    @staticmethod
    def reward(
        prompts: list[Any], completions: list[Any], assay_reward: list[float | None], **_: Any
    ) -> list[float | None]:
        """The store's scores; None where there is none."""
        return assay_reward

    def acknowledge(self, weights: str | None = None, metrics: dict[str, float] | None = None) -> None:
        """Says that the batch was applied, as one version more than it was leased at."""
        lease, self.lease = self.lease, None
        if lease is not None:
            lease.acknowledge(lease.weights.version + 1, weights, metrics)

    def callback(self) -> Any:
        """A `TrainerCallback` that acknowledges after each optimiser step; for one step a generation."""
        from transformers import TrainerCallback

        rollouts = self

        class Acknowledge(TrainerCallback):  # type: ignore[misc]
            def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
                rollouts.acknowledge()

        return Acknowledge()


def _lists(values: Any, offsets: Any) -> list[list[Any]]:
    flat, ends = values.tolist(), offsets.tolist()
    return [flat[start:end] for start, end in zip(ends, ends[1:])]

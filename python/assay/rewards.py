"""Reward functions for trainers that call one in Python; each asks `assay serve` at $ASSAY_URL ($ASSAY_TOKEN).

A reward that the server could not give (its time-out or failure, or no server) is None or NaN, as the trainer has it,
and never 0: see each function.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Sequence
from typing import Any

from .http import Client, ServerError

BATCH = 512
"""Items per request."""


def environment_client(patience: float = math.inf) -> Client:
    """The server of $ASSAY_URL and $ASSAY_TOKEN."""
    return Client(
        os.environ.get("ASSAY_URL", "http://127.0.0.1:8080"), os.environ.get("ASSAY_TOKEN"), patience=patience
    )


def scores(
    responses: Sequence[str],
    answers: Sequence[Any],
    rows: Sequence[dict[str, Any]] | None = None,
    verifier: str | None = None,
    client: Client | None = None,
) -> list[float | None]:
    """One score per response, None where there is none; `rows` are further fields that a verifier may read."""
    client = client or environment_client()
    found: list[float | None] = []
    for start in range(0, len(responses), BATCH):
        items = []
        for index in range(start, min(start + BATCH, len(responses))):
            row = {} if rows is None else dict(rows[index])
            items.append(row | {"response": responses[index], "answer": answers[index]})
        body: dict[str, Any] = {"items": items} | ({"verifier": verifier} if verifier else {})
        try:
            verdicts = client.json("POST", "/v1/verify", body)["verdicts"]
            if len(verdicts) != len(items):
                raise ServerError(f"{client.url}: {len(verdicts)} verdicts for {len(items)} items")
            found += [verdict["score"] for verdict in verdicts]
        except (ServerError, KeyError, TypeError, ValueError) as error:
            logging.getLogger("assay").warning("no reward for %d completions: %s", len(items), error)
            found += [None] * len(items)
    return found


def compute_score(
    data_source: str, solution_str: str, ground_truth: Any, extra_info: dict[str, Any] | None = None, **_: Any
) -> dict[str, Any]:
    """verl: `reward.custom_reward_function.path` is a file of yours that imports it.

    verl has no "no reward": without one the score is 0 and `assay_error` is 1, which verl logs as a metric.
    """
    score = scores([solution_str], [ground_truth], [{"data_source": data_source}])[0]
    return {"score": 0.0 if score is None else score, "assay_error": float(score is None)}


def trl_reward(prompts: list[Any], completions: list[Any], **columns: Any) -> list[float | None]:
    """TRL: `GRPOTrainer(reward_funcs=[trl_reward])`, with a dataset column `answer`; None is left out by TRL."""
    texts = [text if isinstance(text, str) else text[-1]["content"] for text in completions]
    return scores(texts, columns["answer"])


AREAL_PATIENCE = 12.0
"""Seconds: AReaL's `AsyncRewardWrapper` waits 15 for a reward and makes it 0 when the fourth try is too late as well."""


def areal_reward(prompt: str, completions: str, prompt_ids: Any, completion_ids: Any, **row: Any) -> float:
    """AReaL: `reward_fn="assay.rewards.areal_reward"`, with a dataset column `answer`; NaN without a score.

    Together with `dynamic_filter_fn="assay.rewards.areal_accepts"`, which keeps NaN out of the batch.
    """
    score = scores([completions], [row.get("answer")], client=environment_client(AREAL_PATIENCE))[0]
    return math.nan if score is None else score


def areal_accepts(trajectory: dict[str, Any]) -> bool:
    """AReaL: `PPOTrainer.train(dynamic_filter_fn=…)`; rejects a trajectory of which a reward is NaN."""
    return not any(math.isnan(reward) for reward in trajectory["rewards"].flatten().tolist())

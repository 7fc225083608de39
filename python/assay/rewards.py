"""Reward functions for trainers that call one in Python; each asks `assay serve` at $ASSAY_URL ($ASSAY_TOKEN).

A reward that the server could not give (its time-out or failure, or no server) is None or NaN, as the trainer has it,
and never 0: see each function. What no further try would change, a wrong token or an unknown verifier, raises `Refused`
with the server's words: a run whose rewards are all missing should stop, and say why.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any

from .http import Client, Refused, ServerError, environment_client
from .texts import gold, plain, text

BATCH = 512
"""Items per request, at most."""

BATCH_BYTES = 8 << 20
"""Bytes per request, at most; a larger item goes alone."""

_log = logging.getLogger("assay")


def scores(
    responses: Sequence[Any],
    answers: Sequence[Any],
    rows: Sequence[dict[str, Any]] | None = None,
    verifier: str | None = None,
    client: Client | None = None,
) -> list[float | None]:
    """One score per response, None where there is none; `rows` are further fields that a verifier may read.

    A row that cannot be sent or read has none and spoils no other. Raises `Refused` where all are refused for good.
    """
    if len(answers) != len(responses) or (rows is not None and len(rows) != len(responses)):
        raise ValueError(
            f"{len(responses)} responses, {len(answers)} answers: there must be one of each per completion"
        )
    client = client or environment_client()
    found: list[float | None] = [None] * len(responses)
    items: list[tuple[int, bytes]] = []
    for index, response in enumerate(responses):
        try:
            row = {} if rows is None else plain(dict(rows[index]))
            item = row | {"response": text(response), "answer": plain(answers[index])}
            items.append((index, json.dumps(item, allow_nan=False).encode()))
        except (TypeError, ValueError, RecursionError) as error:
            _log.warning("no reward for completion %d: it cannot be sent: %s", index, error)
    refusals: list[Refused] = []
    for batch in _batches(items):
        _judge(client, batch, verifier, found, refusals)
    if refusals and len(refusals) == len(items):
        raise refusals[0]
    return found


def _batches(items: list[tuple[int, bytes]]) -> list[list[tuple[int, bytes]]]:
    batches: list[list[tuple[int, bytes]]] = []
    size = 0
    for item in items:
        if not batches or len(batches[-1]) >= BATCH or size + len(item[1]) > BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(item)
        size += len(item[1]) + 1
    return batches


def _judge(
    client: Client,
    batch: list[tuple[int, bytes]],
    verifier: str | None,
    found: list[float | None],
    refusals: list[Refused],
) -> None:
    """Fills in a batch's scores; a batch that is refused for one of its rows is halved until it is that row alone."""
    head = b"{" + (f'"verifier": {json.dumps(verifier)}, '.encode() if verifier else b"") + b'"items": ['
    try:
        reply = client.json("POST", "/v1/verify", head + b", ".join(body for _, body in batch) + b"]}")
        verdicts = reply["verdicts"]
        if len(verdicts) != len(batch):
            raise ServerError(f"{client.url}: {len(verdicts)} verdicts for {len(batch)} items")
        scores = [verdict["score"] for verdict in verdicts]
        for (index, _), score in zip(batch, scores):
            found[index] = score
        missing = [verdict for verdict in verdicts if verdict["score"] is None]
        if missing:
            why = missing[0].get("explanation") or missing[0].get("reason")
            _log.warning("no reward for %d of %d completions: %s", len(missing), len(batch), why)
    except Refused as error:
        # Of these the rows may be the cause; all else is about the server, the token or the verifier.
        if error.status not in (400, 413):
            raise
        if len(batch) == 1:
            _log.warning("no reward for completion %d: %s", batch[0][0], error)
            refusals.append(error)
            return
        middle = len(batch) // 2
        _judge(client, batch[:middle], verifier, found, refusals)
        _judge(client, batch[middle:], verifier, found, refusals)
    except (ServerError, KeyError, TypeError, ValueError) as error:
        _log.warning("no reward for %d completions: %s", len(batch), error)


def compute_score(
    data_source: str, solution_str: str, ground_truth: Any, extra_info: dict[str, Any] | None = None, **_: Any
) -> dict[str, Any]:
    """verl: `reward.custom_reward_function.path` is a file of yours that imports it.

    verl has no "no reward": without one the score is 0 and `assay_error` is 1, which verl logs as a metric.
    """
    score = scores([solution_str], [ground_truth], [{"data_source": data_source}])[0]
    return {"score": 0.0 if score is None else score, "assay_error": float(score is None)}


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Any] | None = None,
    **_: Any,
) -> list[dict[str, Any]]:
    """verl's batch reward manager: as `compute_score`, all at once."""
    found = scores(solution_strs, ground_truths, [{"data_source": source} for source in data_sources])
    return [{"score": 0.0 if score is None else score, "assay_error": float(score is None)} for score in found]


def reward(
    column: str | None = None, verifier: str | None = None, fields: Sequence[str] = ()
) -> Callable[..., list[float | None]]:
    """A reward function as TRL, Unsloth, axolotl and ms-swift call it, for golds of any column.

    `fields` are further columns that the verifier reads, tests for example. None is left out by TRL.
    """

    def assay_reward(prompts: Any = None, completions: Any = None, **columns: Any) -> list[float | None]:
        # ms-swift gives completions alone, and first.
        given = prompts if completions is None else completions
        rows = [{name: columns[name][index] for name in fields} for index in range(len(given))] if fields else None
        return scores(given, gold(columns, column), rows, verifier)

    return assay_reward


def trl_reward(prompts: Any = None, completions: Any = None, **columns: Any) -> list[float | None]:
    """TRL: `GRPOTrainer(reward_funcs=[trl_reward])`, with a dataset column `answer`, `solution` or the like.

    None is left out by TRL. `reward` makes one for any column and verifier. Unsloth and axolotl
    (`trl.reward_funcs: [assay.rewards.trl_reward]`) call it the same way.
    """
    return reward()(prompts, completions, **columns)


class SwiftReward:
    """ms-swift: in a plugin file, `orms["assay"] = assay.rewards.SwiftReward`; then `--reward_funcs assay`."""

    def __init__(self, *_: Any, column: str | None = None, verifier: str | None = None, **__: Any) -> None:
        self._reward = reward(column, verifier)

    def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        """One reward per completion; None is left out by its trainer."""
        return self._reward(completions=completions, **columns)


def rllm_reward(task_info: dict[str, Any], action: Any) -> Any:
    """rllm: an agent's or environment's `reward_fn`; raises `ServerError` where there is no reward."""
    from rllm.rewards.reward_types import RewardOutput  # type: ignore[import-not-found, unused-ignore]

    response = getattr(action, "action", action)
    score = required_score(text(response), gold(task_info))
    return RewardOutput(reward=score, is_correct=score >= 1, metadata={})


def skyrl_env() -> type:
    """SkyRL: `register(id="assay", entry_point=…)` of the class that this gives; golds as its data sets have them."""
    from skyrl_gym.envs import base_text_env  # type: ignore[import-not-found, unused-ignore]

    class AssayEnv(base_text_env.BaseTextEnv):  # type: ignore[misc]
        def __init__(self, env_config: Any = None, extras: dict[str, Any] | None = None) -> None:
            super().__init__()
            self.gold = gold((extras or {}).get("reward_spec") or (extras or {}).get("reward_model") or {})

        def step(self, action: str) -> Any:
            score = required_score(action, self.gold)
            return base_text_env.BaseTextEnvStepOutput(observations=[], reward=score, done=True, metadata={})

    return AssayEnv


def required_score(response: str, answer: Any, verifier: str | None = None) -> float:
    """The score of one response, for trainers that have no "no reward": raises `ServerError` where there is none.

    For example tinker-cookbook's `ProblemEnv.check_answer`: `required_score(sample, self.answer) >= 1`.
    """
    score = scores([response], [answer], verifier=verifier)[0]
    if score is None:
        raise ServerError("the server gave no score: its log says why")
    return score


AREAL_PATIENCE = 12.0
"""Seconds: AReaL's `AsyncRewardWrapper` waits 15 for a reward and makes it 0 when the fourth try is too late as well."""


def areal_reward(prompt: str, completions: str, prompt_ids: Any, completion_ids: Any, **row: Any) -> float:
    """AReaL: `reward_fn="assay.rewards.areal_reward"`, with a dataset column `answer`; NaN without a score.

    Together with `dynamic_filter_fn="assay.rewards.areal_accepts"`, which keeps NaN out of the batch.
    """
    score = scores([completions], [gold(row)], client=environment_client(AREAL_PATIENCE))[0]
    return math.nan if score is None else score


def areal_accepts(trajectory: dict[str, Any]) -> bool:
    """AReaL: `PPOTrainer.train(dynamic_filter_fn=…)`; rejects a trajectory of which a reward is NaN."""
    return not any(math.isnan(reward) for reward in trajectory["rewards"].flatten().tolist())


async def scores_async(*arguments: Any, **named: Any) -> list[float | None]:
    """`scores` off the event loop."""
    return await asyncio.to_thread(scores, *arguments, **named)


async def compute_score_async(*arguments: Any, **named: Any) -> dict[str, Any]:
    """`compute_score` off the event loop."""
    return await asyncio.to_thread(compute_score, *arguments, **named)


async def trl_reward_async(prompts: Any = None, completions: Any = None, **columns: Any) -> list[float | None]:
    """`trl_reward` off the event loop, which TRL awaits."""
    return await asyncio.to_thread(trl_reward, prompts, completions, **columns)


async def required_score_async(response: str, answer: Any, verifier: str | None = None) -> float:
    """`required_score` off the event loop."""
    return await asyncio.to_thread(required_score, response, answer, verifier)

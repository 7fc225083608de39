"""A batch of episodes through the trainers' own losses: each equals the sum of `loss_weights` times our loss of a token, to 1e-6.

    [SOURCES=FOLDER] python scripts/test_masked_losses.py

Two tokens of three were given, not sampled; what a loss would make of them shows in its value. `make test-trainers` installs verl,
TRL and OpenRLHF at their pinned versions, on a CPU; SOURCES has a checkout of prime-rl. What is missing is skipped.
"""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

import numpy as np  # noqa: E402

import assay  # noqa: E402

failed = False


def check(name: str, theirs: float, ours: float) -> None:
    global failed
    holds = abs(ours - theirs) < 1e-6
    failed |= not holds
    print(f"{'ok  ' if holds else 'FAIL'} {name} {ours:.8f} and {theirs:.8f}")


def episodes(seed: int) -> assay.Batch:
    """Eight episodes of two to four turns, each behind what it was told; weights of a mean over sampled tokens."""
    rng = np.random.default_rng(seed)
    masks = [np.concatenate([np.repeat([1, 0], rng.integers(1, 6, 2)) for _ in range(rng.integers(2, 5))]) for _ in range(8)]
    mask = np.concatenate(masks).astype(np.uint8)
    lengths = [len(m) for m in masks]
    logprobs = np.where(mask == 1, -rng.exponential(1, len(mask)), 0).astype(np.float32)
    advantages = np.where(mask == 1, np.repeat(rng.normal(size=8), lengths), 0).astype(np.float32)
    prompts = rng.integers(2, 6, 8)
    return assay.Batch(
        prompt_ids=rng.integers(0, 50, prompts.sum()).astype(np.int32),
        prompt_offsets=np.concatenate([[0], np.cumsum(prompts)]).astype(np.int64),
        token_ids=rng.integers(0, 50, len(mask)).astype(np.int32),
        token_offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        logprobs=logprobs,
        advantages=advantages,
        loss_mask=mask,
        rewards=rng.random(8),
        groups=np.repeat(np.arange(2), 4),
        completions=np.arange(1, 9),
        policy_versions=np.zeros(8, np.int32),
    )


def moved(batch: assay.Batch, seed: int) -> Any:
    """New log-probs [T] of every token, given ones among them: a loss that looks at those shows it."""
    rng = np.random.default_rng(seed + 1)
    return (batch.logprobs + rng.normal(scale=0.4, size=len(batch.logprobs))).astype(np.float32)


def ours(batch: assay.Batch, new: Any, dual: float | None = None) -> float:
    """Sum of loss_weights * PPO's loss of a token."""
    ratio = np.exp(new.astype(np.float64) - batch.logprobs)
    losses = np.maximum(-batch.advantages * ratio, -batch.advantages * np.clip(ratio, 0.8, 1.2))
    if dual is not None:
        losses = np.where(batch.advantages < 0, np.minimum(-batch.advantages * dual, losses), losses)
    return float((batch.loss_weights * losses).sum())


def rows(batch: assay.Batch, values: Any) -> Any:
    """[N, R], right-padded with 0."""
    result = np.zeros((len(batch), int(batch.lengths.max())), values.dtype)
    for row in range(len(batch)):
        part = values[batch.token_offsets[row] : batch.token_offsets[row + 1]]
        result[row, : len(part)] = part
    return result


def verl(seed: int) -> None:
    import torch
    from verl.trainer.ppo.core_algos import compute_policy_loss_vanilla
    from verl.workers.config import ActorConfig

    batch = episodes(seed)
    new = moved(batch, seed)
    data = {name: torch.from_numpy(np.array(column)) for name, column in assay.verl(batch).items()}
    config = ActorConfig(strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1)
    theirs, _ = compute_policy_loss_vanilla(
        data["old_log_probs"], torch.from_numpy(rows(batch, new)), data["advantages"], data["response_mask"].float(),
        "token-mean", config,
    )  # fmt: skip
    check("verl compute_policy_loss_vanilla", float(theirs), ours(batch, new, dual=3.0))


def openrlhf(seed: int) -> None:
    import torch

    parts: dict[str, list[str]] = {"flash_attn": [], "flash_attn.utils": [], "flash_attn.utils.distributed": ["all_gather"]}
    parts["flash_attn.bert_padding"] = ["index_first_axis", "pad_input", "rearrange", "unpad_input"]
    # Its losses need none of what its launcher does.
    for name, members in parts.items():
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name)
            vars(sys.modules[name]).update(dict.fromkeys(members))
    from openrlhf.models import PolicyLoss

    batch = episodes(seed)
    new = moved(batch, seed)
    columns = {name: np.array(column) for name, column in assay.openrlhf(batch).items()}
    places = np.zeros_like(columns["action_log_probs"])
    for row in range(len(batch)):
        start, end = batch.token_offsets[row : row + 2]
        first = int(batch.prompt_lengths[row]) - 1
        places[row, first : first + end - start] = new[start:end]
    theirs = PolicyLoss()(
        torch.from_numpy(places), torch.from_numpy(columns["action_log_probs"]), torch.from_numpy(columns["advantages"]),
        action_mask=torch.from_numpy(columns["action_mask"]),
    )[0]  # fmt: skip
    check("OpenRLHF PolicyLoss", float(theirs), ours(batch, new))


def trl(seed: int) -> None:
    """GRPOTrainer's own loss, its log-probs replaced by ours: `tool_mask` is its word for sampled tokens."""
    import torch
    from trl import GRPOConfig, GRPOTrainer

    batch = episodes(seed)
    new = torch.from_numpy(rows(batch, moved(batch, seed)))
    layout = assay.padded(batch)
    real = torch.from_numpy(layout.attention_mask[:, -new.shape[1] :])
    sampled = torch.from_numpy(layout.response_mask)
    inputs = {
        "prompt_ids": torch.from_numpy(layout.prompts),
        "prompt_mask": torch.from_numpy(layout.attention_mask[:, : layout.prompts.shape[1]]),
        "completion_ids": torch.from_numpy(layout.responses),
        "completion_mask": real,
        "tool_mask": sampled,
        "advantages": torch.from_numpy(layout.advantages),
        "old_per_token_logps": torch.from_numpy(layout.logprobs),
        "num_items_in_batch": sampled.sum(),
    }
    arguments = GRPOConfig(output_dir="/tmp/none", loss_type="dapo", beta=0.0, use_cpu=True, report_to=[], bf16=False)

    class Known(GRPOTrainer):
        """Without a model: what the loss reads of a trainer."""

        def __init__(self) -> None:
            self.args, self.beta = arguments, 0.0
            self.loss_type = "dapo"

        def _get_per_token_logps_and_entropies(self, *_: Any, **__: Any) -> Any:
            return new, torch.zeros_like(new), None

        def __getattr__(self, name: str) -> Any:
            return DEFAULTS.get(name, getattr(arguments, name, None))

    identity = types.SimpleNamespace(num_processes=1, gather=lambda x: x, process_index=0, reduce=lambda x, **_: x)
    metrics = {mode: __import__("collections").defaultdict(list) for mode in ("train", "eval")}
    DEFAULTS = {
        "epsilon_low": 0.2, "epsilon_high": 0.2, "importance_sampling_level": "token", "top_entropy_quantile": 1.0,
        "accelerator": identity, "_metrics": metrics, "model": types.SimpleNamespace(training=True),
        "current_gradient_accumulation_steps": 1, "use_vllm": False, "vllm_importance_sampling_correction": False,
        "off_policy_mask_threshold": None, "use_liger_kernel": False, "max_completion_length": new.shape[1],
    }  # fmt: skip
    theirs = Known()._compute_loss(DEFAULTS["model"], inputs)
    check("TRL GRPOTrainer._compute_loss (dapo)", float(theirs), ours(batch, moved(batch, seed)))


def prime_rl(seed: int) -> None:
    checkout = Path(os.environ.get("SOURCES", "")) / "prime-rl"
    if "SOURCES" not in os.environ or not checkout.is_dir():
        raise ImportError("SOURCES has no checkout prime-rl")
    import torch

    sys.path[:0] = [str(checkout / "src"), str(checkout / "packages/prime-rl-configs/src")]
    torch.compile = lambda **_: lambda function: function
    from prime_rl.configs.trainer import DefaultLossConfig
    from prime_rl.trainer.rl.loss import compute_loss, setup_rl_loss_fn

    batch = episodes(seed)
    new = moved(batch, seed)
    lengths = batch.lengths.tolist()
    whole = [torch.from_numpy(np.array(c)) for c in (new, batch.logprobs, batch.advantages, batch.loss_mask.astype(bool))]
    trainer, sampler, advantages, mask = (column.split(lengths) for column in whole)
    count = int(batch.loss_mask.sum())

    config = DefaultLossConfig()
    theirs, _ = compute_loss(
        trainer_logprobs=trainer, inference_logprobs=sampler, ref_logprobs=None, advantages=advantages, loss_mask=mask,
        rl_weights=None, ce_weights=None, ref_kl_weights=None, rl_loss_fn=setup_rl_loss_fn(config), rl_scale=count,
        ce_scale=1, ref_kl_scale=1,
    )  # fmt: skip
    # Its loss of a token is another one: a trust region by probabilities, and a squared log-ratio.
    log_ratio = new.astype(np.float64) - batch.logprobs
    apart = np.exp(new.astype(np.float64)) - np.exp(batch.logprobs.astype(np.float64))
    out = np.where(batch.advantages > 0, apart > config.dppo_mask_high, apart < -config.dppo_mask_low)
    losses = config.kl_tau * log_ratio**2 - np.where(out, 0, config.adv_tau * batch.advantages * np.exp(log_ratio))
    check("prime-rl compute_loss", float(theirs), float((batch.loss_weights * losses).sum()))


def main() -> None:
    for part in (verl, openrlhf, trl, prime_rl):
        try:
            for seed in range(3):
                part(seed)
        except ImportError as missing:
            print(f"skip {part.__name__}: {missing}")
    sys.exit(failed)


if __name__ == "__main__":
    main()

"""numpy, and verl's own functions where it is installed, on the same shapes as OptimBenchmark; one thread, then ratios.

    swift build -c release --product OptimBenchmark
    OMP_NUM_THREADS=1 python3 Benchmarks/Optim/side_by_side.py .build/release/OptimBenchmark

Needs numpy. With verl (pip install --no-deps verl tensordict, and a CPU torch) its core_algos.py and
rollout_corr_helper.py are called as they are. Rates are valid tokens per second of CPU time, best of 3 (verl: of 2). The
padded formulas here are verl's: the same arithmetic on [rows, longest] arrays with a mask, as a trainer would run it.
"""
import os
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

GROUPS, SIZE, LONGEST = 1024, 16, 2048


def best(body, runs=3):
    times = []
    for _ in range(runs):
        start = time.process_time()
        body()
        times.append(time.process_time() - start)
    return min(times)


def whiten(values, mask):
    count = mask.sum()
    mean = (values * mask).sum() / count
    variance = (((values - mean) ** 2) * mask).sum() / (count - 1)
    return (values - mean) / np.sqrt(variance + 1e-8) * mask


def gae(rewards, values, mask, lam=0.95):
    rows, width = rewards.shape
    advantages = np.zeros_like(rewards)
    following = np.zeros(rows, rewards.dtype)
    last = np.zeros(rows, rewards.dtype)
    for token in range(width - 1, -1, -1):
        kept = mask[:, token]
        delta = rewards[:, token] + following - values[:, token]
        last = (delta + lam * last) * kept + (1 - kept) * last
        following = values[:, token] * kept + (1 - kept) * following
        advantages[:, token] = last
    return whiten(advantages, mask), advantages + values


def reinforce_plus_plus(rewards, mask):
    returns = np.zeros_like(rewards)
    running = np.zeros(rewards.shape[0], rewards.dtype)
    for token in range(rewards.shape[1] - 1, -1, -1):
        running = rewards[:, token] + running
        returns[:, token] = running
    return whiten(returns, mask), returns


def kl_k3(logprobs, reference):
    difference = np.clip(reference - logprobs, -20, 20)
    return np.clip(np.exp(difference) - difference - 1, -10, 10)


def importance(trainer, sampler, mask):
    raw = np.exp(np.clip(trainer - sampler, -20, 20)) * mask
    weights = np.minimum(raw, 2)
    count = mask.sum()
    mean = weights.sum() / count
    rows = weights.sum(1) / np.maximum(mask.sum(1), 1)
    return weights, {
        "mean": mean, "high": (raw > 2).sum() / count, "low": ((raw < 0.5) * mask).sum() / count, "max": weights.max(),
        "std": np.sqrt((weights**2).sum() / count - mean**2), "ess": count * mean**2 / (weights**2).sum(),
        "row_mean": rows.mean(), "row_std": rows.std(ddof=1), "row_max": rows.max(), "row_min": rows.min()}


def entropy(top, vocabulary=151936):
    probabilities = np.exp(top)
    missing = np.maximum(1 - probabilities.sum(1), 1e-30)
    reported = -(probabilities * top).sum(1)
    upper = reported - missing * np.log(missing / (vocabulary - top.shape[1]))
    smallest = probabilities[:, -1]
    atoms = np.floor(missing / smallest)
    rest = np.maximum(missing - atoms * smallest, 1e-30)
    return reported - atoms * smallest * top[:, -1] - rest * np.log(rest), upper


def verl_rates(tokens, rewards, values, logprobs, reference, mask):
    """Rates of verl's own functions by kernel; empty where it cannot be imported."""
    try:
        import torch
        from omegaconf import OmegaConf
        from verl.trainer.ppo import core_algos, rollout_corr_helper
    except ImportError as error:
        print(f"without verl: {error}")
        return {}
    torch.set_num_threads(1)
    rewards, values, logprobs, reference, mask = map(
        torch.from_numpy, (rewards, values, logprobs, reference, mask))
    config = OmegaConf.create({"gamma": 1.0})
    kernels = {
        "gae": lambda: core_algos.compute_gae_advantage_return(rewards, values, mask, 1.0, 0.95),
        "reinforce++": lambda: core_algos.compute_reinforce_plus_plus_outcome_advantage(rewards, mask, config=config),
        "kl_k3": lambda: core_algos.kl_penalty(logprobs, reference, "low_var_kl"),
        "importance_weights": lambda: rollout_corr_helper.compute_rollout_correction_weights(
            logprobs - reference, mask, "token", 2.0),
    }
    with torch.no_grad():
        return {name: tokens / best(kernel, runs=2) for name, kernel in kernels.items()}


def main():
    random = np.random.default_rng(0)
    rows = GROUPS * SIZE
    lengths = random.integers(1, LONGEST + 1, rows)
    mask = (np.arange(LONGEST) < lengths[:, None]).astype(np.float32)
    tokens = float(lengths.sum())
    scores = random.integers(0, 2, rows).astype(np.float32)
    rewards = np.zeros((rows, LONGEST), np.float32)
    rewards[np.arange(rows), lengths - 1] = scores
    values = random.random((rows, LONGEST), np.float32)
    logprobs = -2 * random.random((rows, LONGEST), np.float32)
    reference = logprobs - np.float32(0.05) + np.float32(0.1) * random.random((rows, LONGEST), np.float32)
    steps = 0.9 + random.random((1 << 20, 20), np.float32)
    top = (np.float32(0.3) - np.cumsum(steps, 1)).astype(np.float32)

    peer = {
        "gae": tokens / best(lambda: gae(rewards, values, mask)),
        "reinforce++": tokens / best(lambda: reinforce_plus_plus(rewards, mask)),
        "kl_k3": tokens / best(lambda: kl_k3(logprobs, reference)),
        "importance_weights": tokens / best(lambda: importance(logprobs, reference, mask)),
        "top20_entropy": (1 << 20) / best(lambda: entropy(top)),
    }
    ours = {}
    for line in subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout.splitlines():
        name, value, unit = line.split()
        if unit == "Mtok/s":
            ours[name] = float(value) * 1e6
    verl = verl_rates(tokens, rewards, values, logprobs, reference, mask)
    print("| kernel | ours, Mtok/s | numpy, Mtok/s | ratio | verl, Mtok/s | ratio |\n|---|---|---|---|---|---|")
    for name, rate in peer.items():
        line = f"| {name} | {ours[name] / 1e6:.1f} | {rate / 1e6:.1f} | {ours[name] / rate:.1f} "
        other = verl.get(name)
        print(line + (f"| {other / 1e6:.1f} | {ours[name] / other:.0f} |" if other else "| - | - |"))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes advantages as frameworks' formulas give them, in numpy and from the papers or the frameworks' pages, with nothing of
assay's: 250 drawn cases a preset, one JSON object a line.

    python3 scripts/peer_vectors.py OUT.jsonl      'make test-peers' compares them with the presets
"""

import json
import sys

import numpy as np

rng = np.random.default_rng(20261129)
CASES = 250


def grpo_rllm(groups):
    return [r / (1 + 1e-6) if len(r) == 1 else (r - r.mean()) / (r.std() + 1e-6) for r in groups]


def rloo_rllm(groups):
    return [r if len(r) == 1 else len(r) / (len(r) - 1) * (r - r.mean()) for r in groups]


def baseline_rllm(groups):
    centered = [r - r.mean() for r in groups]
    return [c / (np.concatenate(centered).std() + 1e-6) for c in centered]


def prpo(groups):
    every = np.concatenate(groups)
    return [(r - every.mean()) / (every.std() + 1e-6) for r in groups]


def reinforce(groups):
    return groups


def swift_group(groups):
    return [np.zeros(1) if len(r) == 1 else (r - r.mean()) / (r.std(ddof=1) + 1e-4) for r in groups]


def swift_rloo(groups):
    return [np.zeros(1) if len(r) == 1 else r * len(r) / (len(r) - 1) - r.mean() * len(r) / (len(r) - 1) for r in groups]


def swift_batch(groups):
    centered = [r - r.mean() for r in groups]
    return [c / (np.concatenate(centered).std(ddof=1) + 1e-4) for c in centered]


def skyrl(groups):
    return [r / (1 + 1e-6) if len(r) == 1 else (r - r.mean()) / (r.std(ddof=1) + 1e-6) for r in groups]


def prime(groups):
    """Of a proposer's proposals, and of the attempts on one of them: each a group (prime-rl's GRPO, flat and hierarchical)."""
    return [np.zeros(1) if len(r) == 1 else r - r.mean() for r in groups]


def skyrl_centered(groups):
    return [r if len(r) == 1 else r - r.mean() for r in groups]


def gdpo_swift(components, weights, sizes):
    total = np.zeros(len(components))
    for j, weight in enumerate(weights):
        for_groups = [np.zeros(1) if len(p) == 1 else (p - p.mean()) / (p.std(ddof=1) + 1e-8)
                      for p in np.split(components[:, j], np.cumsum(sizes)[:-1])]
        total += weight * np.concatenate(for_groups)
    return (total - total.mean()) / (total.std(ddof=1) + 1e-8)


def running_norm(steps):
    """The mean and the sample deviation of all that a domain has brought, the batch's own among it; none of one score."""
    seen, out = {}, []
    for rewards, domains in steps:
        for reward, domain in zip(rewards, domains, strict=True):
            seen.setdefault(domain, []).append(reward)
        out.append([None if len(seen[d]) < 2 else float((r - np.mean(seen[d])) / (np.std(seen[d], ddof=1) + 1e-6))
                    for r, d in zip(rewards, domains, strict=True)])
    return out


def spo(steps, decay):
    """Xu and Ding 2025, arXiv 2509.13232, sections 3.1 and 3.2, with a constant forgetting factor: r - alpha / (alpha + beta) of
    before the batch, normalised over the batch; the batch's scores come in afterwards."""
    alpha, beta, out = {}, {}, []
    for rewards, problems in steps:
        a = np.array([r - alpha.get(p, 0.5) / (alpha.get(p, 0.5) + beta.get(p, 0.5)) for r, p in zip(rewards, problems, strict=True)])
        spread = a.std(ddof=1) if len(a) > 1 and len(set(a)) > 1 else 0.0
        out.append(((a - a.mean()) / (spread + 1e-8) if spread > 0 else a - a.mean()).tolist())
        for problem in set(problems):
            mine = [r for r, p in zip(rewards, problems, strict=True) if p == problem]
            alpha[problem] = decay * alpha.get(problem, 0.5) + sum(mine)
            beta[problem] = decay * beta.get(problem, 0.5) + sum(1 - r for r in mine)
    return out


def gae_over_all_tokens(rewards, values, mask, lengths, gamma, lam):
    """Every token is a step, the reward at the last of the mask; whitened over the mask (SkyRL's recursion)."""
    out, start = [], 0
    for reward, length in zip(rewards, lengths, strict=True):
        v, m = values[start:start + length], mask[start:start + length]
        r = np.zeros(length)
        r[max(t for t in range(length) if m[t])] = reward
        advantage = np.zeros(length + 1)
        for t in reversed(range(length)):
            after = v[t + 1] if t + 1 < length else 0.0
            advantage[t] = r[t] + gamma * after - v[t] + gamma * lam * advantage[t + 1]
        out += advantage[:length].tolist()
        start += length
    out, on = np.array(out), mask == 1
    return np.where(on, (out - out[on].mean()) / np.sqrt(out[on].var(ddof=1) + 1e-8), 0)


def gae_by_position(rewards, values, lengths, q):
    """lambda = q^(1 / (length - 1)) (AReaL's relative position), value targets aside; whitened."""
    out, start = [], 0
    for reward, length in zip(rewards, lengths, strict=True):
        v, lam = np.append(values[start:start + length], 0.0), q ** (1 / max(1, length - 1))
        deltas = [(reward if t == length - 1 else 0.0) + v[t + 1] - v[t] for t in range(length)]
        out += [sum(lam ** (u - t) * deltas[u] for u in range(t, length)) for t in range(length)]
        start += length
    out = np.array(out)
    return (out - out.mean()) / np.sqrt(out.var(ddof=1) + 1e-8)


def w_reinforce(groups):
    return [np.where(r == 1, 0.1, -1.0) for r in groups]


def topr(groups):
    return [np.where(r == 1, 1.0, -1.0) for r in groups]


def soft_mean(r, b):
    top = r.max()
    return top + b * np.log(np.mean(np.exp((r - top) / b)))


def nemo(r):
    """Leave-one-out mean and sample deviation; a deviation of 0 does not divide."""
    if len(r) == 1:
        return np.zeros(1)
    out = []
    for i in range(len(r)):
        rest = np.delete(r, i)
        deviation = rest.std(ddof=1) if len(rest) > 1 and len(set(rest)) > 1 else 0.0
        centered = r[i] - rest.mean() if len(set(r)) > 1 else 0.0
        out.append(centered / (deviation + 1e-6) if deviation > 0 else centered)
    return np.array(out)


def gdpo_nemo(components, weights, sizes):
    total = np.zeros(len(components))
    for j, weight in enumerate(weights):
        parts = np.split(components[:, j], np.cumsum(sizes)[:-1])
        total += weight * np.concatenate([nemo(p) for p in parts])
    deviation = total.std(ddof=1)
    return (total - total.mean()) / deviation if deviation > 0 else total - total.mean()


def vapo(rewards, values, lengths, alpha):
    out, start = [], 0
    for reward, length in zip(rewards, lengths, strict=True):
        v = values[start:start + length]
        lam = max(0.0, 1 - 1 / max(1.0, alpha * length))
        after, advantage, row = 0.0, 0.0, []
        for t in reversed(range(length)):
            delta = (reward if t == length - 1 else 0.0) + after - v[t]
            advantage, after = delta + lam * advantage, v[t]
            row.append(advantage)
        out += row[::-1]
        start += length
    out = np.array(out)
    return (out - out.mean()) / np.sqrt(out.var(ddof=1) + 1e-8)


def main(path):
    with open(path, "w") as file:
        def put(preset, sizes, advantages, **more):
            file.write(json.dumps({"preset": preset, "sizes": [int(s) for s in sizes],
                                   "advantages": [float(a) for a in advantages], **more}) + "\n")
        for case in range(CASES):
            sizes = rng.integers(1 if case % 3 == 0 else 2, 9, rng.integers(1, 7))
            sizes[0] = max(2, sizes[0])
            total = int(sizes.sum())
            kinds = (rng.normal(size=total), rng.integers(0, 2, total).astype(float), np.ones(total), rng.normal(size=total) * 1e3)
            rewards = kinds[case % 4]
            groups = np.split(rewards, np.cumsum(sizes)[:-1])
            for preset, formula in (("grpo@rllm", grpo_rllm), ("rloo@rllm", rloo_rllm), ("prpo", prpo),
                                    ("reinforce++-baseline@rllm", baseline_rllm), ("reinforce", reinforce),
                                    ("grpo@swift", swift_group), ("rloo@swift", swift_rloo),
                                    ("reinforce++-baseline@swift", swift_batch), ("grpo@skyrl", skyrl),
                                    ("dr_grpo@skyrl", skyrl_centered), ("dr_grpo@prime", prime)):
                put(preset, sizes, np.concatenate(formula(groups)), rewards=rewards.tolist())
            binary = rng.integers(0, 2, total).astype(float)
            for preset, formula in (("w_reinforce", w_reinforce), ("topr", topr)):
                put(preset, sizes, np.concatenate(formula(np.split(binary, np.cumsum(sizes)[:-1]))), rewards=binary.tolist())
            b = float(rng.uniform(0.05, 5))
            put("a_star_po", sizes, np.concatenate([r - soft_mean(r, b) for r in groups]), rewards=rewards.tolist(), temperature=b)
            components = np.stack([rng.normal(size=total), rng.integers(0, 2, total) * 1.0, rng.normal(size=total) * 10], axis=1)
            weights = rng.uniform(0.1, 2, 3)
            put("gdpo@nemo", sizes, gdpo_nemo(components, weights, sizes), components=components.tolist(), weights=weights.tolist())
            even = np.full(int(rng.integers(1, 7)), int(rng.integers(2, 9)))
            components = np.stack([rng.normal(size=even.sum()), rng.integers(0, 2, even.sum()) * 1.0], axis=1)
            weights = rng.uniform(0.1, 2, 2)
            put("gdpo@swift", even, gdpo_swift(components, weights, even), components=components.tolist(), weights=weights.tolist())
            steps = []
            for _ in range(4):
                count = int(rng.integers(1, 9))
                steps.append((rng.normal(size=count) * 10 ** float(rng.integers(0, 4)) + 5,
                              [str(d) for d in rng.choice(["math", "code", "chat"], count)]))
            file.write(json.dumps({"preset": "running_norm", "steps": [
                {"rewards": r.tolist(), "domains": d, "advantages": a}
                for (r, d), a in zip(steps, running_norm(steps), strict=True)]}) + "\n")
            decay = float(rng.uniform(0.5, 0.99))
            steps = []
            for _ in range(5):
                count = int(rng.integers(1, 9))
                draws = (rng.integers(0, 2, count) * 1.0, rng.uniform(size=count))[case % 2]
                steps.append((draws, [str(p) for p in rng.integers(0, 5, count)]))
            file.write(json.dumps({"preset": "spo", "decay": decay, "steps": [
                {"rewards": r.tolist(), "problems": p, "advantages": a}
                for (r, p), a in zip(steps, spo(steps, decay), strict=True)]}) + "\n")
            lengths = rng.integers(2, 20, total)
            values, mask = rng.normal(size=int(lengths.sum())), rng.integers(0, 2, int(lengths.sum()))
            mask[np.cumsum(lengths) - lengths] = 1
            gamma, lam = float(rng.uniform(0.8, 1)), float(rng.uniform(0, 1))
            put("gae@skyrl", sizes, gae_over_all_tokens(rewards, values, mask, lengths, gamma, lam), rewards=rewards.tolist(),
                values=values.tolist(), lengths=lengths.tolist(), mask=mask.tolist(), gamma=gamma, **{"lambda": lam})
            q = float(rng.uniform(0.05, 1))
            put("gae", sizes, gae_by_position(rewards, values, lengths, q), rewards=rewards.tolist(), values=values.tolist(),
                lengths=lengths.tolist(), position_lambda=q)
            lengths = rng.integers(1, 40, total)
            values = rng.normal(size=int(lengths.sum()))
            alpha = float(rng.uniform(0.02, 1))
            put("vapo", sizes, vapo(rewards, values, lengths, alpha), rewards=rewards.tolist(), values=values.tolist(),
                lengths=lengths.tolist(), alpha=alpha)


if __name__ == "__main__":
    main(*sys.argv[1:])

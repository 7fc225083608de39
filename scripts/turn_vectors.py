#!/usr/bin/env python3
"""Writes credit over turns as the papers' formulas give it, in plain Python with nothing of assay's: drawn batches of episodes,
one JSON object a line. `swift test --filter TurnVectorTests` compares assay's functions with them.

    python3 scripts/turn_vectors.py [CASES] [SEED]
"""

import json
import math
import random
import sys


def mean(values):
    return math.fsum(values) / len(values)


def deviation(values):
    """Of the sample; of one value there is none."""
    centre = mean(values)
    return math.sqrt(math.fsum((v - centre) ** 2 for v in values) / (len(values) - 1))


def batch(rng):
    """Groups of episodes: each a score and turns, each turn a reward, a state, progress, seconds and its tokens; between turns
    stand tokens that were given. A token is (sampled with a log-prob, value, new, old log-prob)."""
    episodes = []
    kind = rng.randrange(4)
    for group in range(rng.randint(1, 3)):
        for _ in range(rng.randint(1, 5)):
            score = (rng.gauss(0, 1), float(rng.randrange(2)), 0.25, rng.gauss(0, 1e3))[kind]
            turns = []
            for number in range(rng.randint(1, 5)):
                size = rng.randint(1, 4)
                own = [rng.random() < 0.9 for _ in range(size)]
                own[rng.randrange(size)] = True
                tokens = [[sampled, rng.gauss(0, 1), -rng.expovariate(1), -rng.expovariate(1)] for sampled in own]
                given = [[False, 0.0, 0.0, 0.0] for _ in range(rng.randint(0, 2))]
                turns.append({
                    "reward": rng.choice((0.0, 0.0, rng.gauss(0, 1))), "state": 0 if number == 0 else rng.choice((1, 2, 3, None)),
                    "progress": rng.random(), "seconds": rng.expovariate(0.5), "tokens": tokens, "given": given})
            episodes.append({"group": group, "score": score, "turns": turns})
    return episodes


def returns(rewards, gamma):
    return [math.fsum(gamma ** (later - now) * rewards[later] for later in range(now, len(rewards)))
            for now in range(len(rewards))]


def relative(keys, values, eps=None, lone=0.0):
    """Each value against the mean of those with its key, over (deviation + eps) where eps is given; None is alone."""
    out = []
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [v for at, (k, v) in enumerate(zip(keys, values, strict=True)) if at == place or (key is not None and k == key)]
        if len(same) == 1:
            out.append(lone if lone is not None else (value if eps is None else value / (1 + eps)))
        elif max(same) == min(same):
            out.append(0.0)
        else:
            out.append((value - mean(same)) / (1 if eps is None else deviation(same) + eps))
    return out


def loop(episodes):
    out = []
    for place, one in enumerate(episodes):
        others = [e["score"] for at, e in enumerate(episodes) if e["group"] == one["group"] and at != place]
        out.append(one["score"] - mean(others) if others else None)
    return out


def flat(episodes):
    return [(e, number, turn) for e in episodes for number, turn in enumerate(e["turns"])]


def gigpo(episodes, gamma, weight, eps, by_turns=False):
    """Equations 3, 5, 6, 7 and 8; a lone episode keeps its score, as in verl-agent. By turns an episode counts once for each."""
    counted = [e for e in episodes for _ in (e["turns"] if by_turns else [0])]
    whole = relative([e["group"] for e in counted], [e["score"] for e in counted], eps, lone=None)
    steps = [g for e in episodes for g in returns([t["reward"] for t in e["turns"]], gamma)]
    keys = [None if t["state"] is None else (e["group"], t["state"]) for e, _, t in flat(episodes)]
    own = whole if by_turns else [a for a, e in zip(whole, episodes, strict=True) for _ in e["turns"]]
    return [a + weight * s for a, s in zip(own, relative(keys, steps, eps), strict=True)]


def mt_grpo(episodes, weight, eps):
    """Outcome advantage plus, for a turn with a reward of its own, that of the reward among turns of its number."""
    whole = relative([e["group"] for e in episodes], [e["score"] for e in episodes], eps)
    steps = relative([(e["group"], n) for e, n, _ in flat(episodes)], [t["reward"] for _, _, t in flat(episodes)], eps)
    own = [a for a, e in zip(whole, episodes, strict=True) for _ in e["turns"]]
    return [a + weight * s for a, s in zip(own, steps, strict=True)]


def step_reinforce(episodes, gamma, eps):
    steps = [g for e in episodes for g in returns([t["reward"] for t in e["turns"]], gamma)]
    return relative([e["group"] for e in episodes for _ in e["turns"]], steps, eps)


def gae(rewards, values, gamma, lam):
    """The sum over later steps of (gamma lambda)^n times the temporal difference there."""
    after = values[1:] + [0.0]
    deltas = [r + gamma * n - v for r, n, v in zip(rewards, after, values, strict=True)]
    return [math.fsum((gamma * lam) ** (later - now) * deltas[later] for later in range(now, len(deltas)))
            for now in range(len(deltas))]


def turn_gae(episodes, gamma, lam, token_gamma, token_lam):
    """Per turn and per token: advantages and value targets."""
    high, low, targets = [], [], []
    for e in episodes:
        lasts = [[t[1] for t in turn["tokens"] if t[0]][-1] for turn in e["turns"]]
        advantages = gae([t["reward"] for t in e["turns"]], lasts, gamma, lam)
        high += advantages
        for turn, advantage, last in zip(e["turns"], advantages, lasts, strict=True):
            values = [t[1] for t in turn["tokens"] if t[0]]
            rewards = [0.0] * (len(values) - 1) + [advantage + last]
            inner = gae(rewards, values, token_gamma, token_lam)
            queue = list(zip(inner, values, strict=True))
            for token in turn["tokens"] + turn["given"]:
                a, v = queue.pop(0) if token[0] else (0.0, 0.0)
                low.append(a)
                targets.append(a + v)
    return high, low, targets


def shares(episodes):
    out = []
    for e in episodes:
        steps = [t["progress"] for t in e["turns"]]
        moved = [b - a for a, b in zip([0.0] + steps, steps)]
        out += [m + (e["score"] - math.fsum(moved)) / len(moved) for m in moved]
    return out


def archer(rng, episodes, gamma):
    states = [[rng.gauss(0, 1) for _ in e["turns"]] for e in episodes]
    after = [rng.gauss(0, 1) for _ in episodes]
    targets = [t["reward"] + gamma * v for e, values, last in zip(episodes, states, after, strict=True)
               for t, v in zip(e["turns"], values[1:] + [last], strict=True)]
    values = [v for row in states for v in row]
    q = [[rng.gauss(0, 1) for _ in values] for _ in range(2)]
    v = [values, [rng.gauss(0, 1) for _ in values]]
    return {"states": values, "after": after, "targets": targets, "q": q, "v": v,
            "advantages": [min(a) - min(b) for a, b in zip(zip(*q, strict=True), zip(*v, strict=True), strict=True)]}


def arpo(rng):
    size = rng.choice((1000, 32000, 151936))
    tokens = []
    for _ in range(rng.randint(1, 30)):
        weights = sorted((rng.expovariate(1) for _ in range(40)), reverse=True)
        tokens.append([math.log(w / sum(weights)) for w in weights[:10]])
    entropy = math.fsum(-math.exp(x) * x for token in tokens[:20] for x in token) / math.log(size)
    initial, probability, weight = rng.random() * entropy * 2, rng.random(), rng.random() * 2
    return {"size": size, "logprobs": tokens, "entropy": entropy, "initial": initial, "probability": probability,
            "weight": weight, "chance": min(1.0, max(0.0, probability + weight * (entropy - initial)))}


def forks(rng):
    """Trees of forks: each token is a (row, place) of whoever sampled it, so that sharing is identity."""
    rows, parents, shared, scores = [], [], [], []
    for row in range(rng.randint(1, 7)):
        parent = rng.randrange(row) if row and rng.random() < 0.7 else None
        prefix = rows[parent][:rng.randint(0, len(rows[parent]))] if parent is not None else []
        rows.append(prefix + [((row, place), rng.random() < 0.7) for place in range(rng.randint(1, 5))])
        parents.append(parent)
        shared.append(len(prefix))
        scores.append(None if rng.random() < 0.2 else rng.gauss(0, 1))
    distinct = {token for row in rows for token, sampled in row if sampled}
    out = []
    for number, row in enumerate(rows):
        for token, sampled in row:
            holders = [s for other, s in zip(rows, scores, strict=True) if s is not None and token in {t for t, _ in other}]
            out.append(mean(holders) if sampled and token[0] == number and holders else 0.0)
    return {"masks": [[sampled for _, sampled in row] for row in rows], "parents": parents, "shared": shared, "scores": scores,
            "distinct": len(distinct), "advantages": out}


def refuel(rng, episodes, eta):
    prefixes = [rng.choice((0, 1, None)) for _ in episodes]
    sums = [math.fsum(t[2] - t[3] for turn in e["turns"] for t in turn["tokens"] if t[0]) for e in episodes]
    pairs = [(i, j) for i in range(len(episodes)) for j in range(i + 1, len(episodes))
             if prefixes[i] is not None and prefixes[i] == prefixes[j]]
    residuals = [sums[i] - sums[j] - eta * (episodes[i]["score"] - episodes[j]["score"]) for i, j in pairs]
    return {"prefixes": prefixes, "pairs": [list(p) for p in pairs], "loss": mean([r * r for r in residuals]) if pairs else None}


def guide(rng, episodes, upper):
    hinted = [rng.random() < 0.5 for _ in episodes]
    weights = []
    for e, is_hinted in zip(episodes, hinted, strict=True):
        for turn in e["turns"]:
            for sampled, _, new, old in turn["tokens"] + turn["given"]:
                weights.append(0.0 if not sampled else min(upper, math.exp(new - old)) if is_hinted else 1.0)
    return {"hinted": hinted, "weights": weights}


def durations(episodes):
    every = [t["seconds"] for _, _, t in flat(episodes)]
    turns = len(every) / len(episodes)
    return {"duration": [s / mean(every) for s in every], "episode": [turns / len(e["turns"]) for e, _, _ in flat(episodes)]}


def main(cases="250", seed="20261129"):
    rng = random.Random(int(seed))
    for _ in range(int(cases)):
        episodes = batch(rng)
        gamma, lam, token_gamma, token_lam, weight = (rng.choice((0.0, 1.0, rng.random())) for _ in range(5))
        high, low, targets = turn_gae(episodes, gamma, lam, token_gamma, token_lam)
        print(json.dumps({
            "episodes": episodes, "gamma": gamma, "lambda": lam, "token_gamma": token_gamma, "token_lambda": token_lam,
            "weight": weight,
            "loop": loop(episodes),
            "returns": [g for e in episodes for g in returns([t["reward"] for t in e["turns"]], gamma)],
            "gigpo": gigpo(episodes, gamma, weight, None), "gigpo_std": gigpo(episodes, gamma, weight, 1e-6),
            "gigpo@verl-agent": gigpo(episodes, gamma, weight, None, True),
            "gigpo_std@verl-agent": gigpo(episodes, gamma, weight, 1e-6, True),
            "mt_grpo": mt_grpo(episodes, weight, 1e-4), "step_reinforce": step_reinforce(episodes, gamma, 1e-6),
            "turn_gae": high, "bi_level": low, "bi_level_returns": targets,
            "shares": shares(episodes), "archer": archer(rng, episodes, gamma), "arpo": arpo(rng), "forks": forks(rng),
            "eta": 0.5 + gamma, "refuel": refuel(rng, episodes, 0.5 + gamma), "guide": guide(rng, episodes, 2.0),
            "weights": durations(episodes)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

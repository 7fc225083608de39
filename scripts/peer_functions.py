#!/usr/bin/env python3
"""Compares the cases of peer_vectors.py with the frameworks' own functions, run in double from checkouts of their sources.

    python3 scripts/peer_functions.py CASES.jsonl SOURCES      SOURCES has ms-swift, SkyRL, rllm; needs torch and numpy

A function is cut out of its file by name and run with nothing but torch and numpy around it. Tried with ms-swift 3602360a5, SkyRL
a9564572e and rLLM 9beb6e0f (August 2026).
"""

import ast
import collections
import json
import sys
from pathlib import Path
from typing import Optional, Union

import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def cut(path, *names):
    """Functions of a file without what decorates them."""
    tree = ast.parse(path.read_text())
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    for node in found:
        node.decorator_list = []
    module = ast.Module(body=[ast.parse("from __future__ import annotations").body[0], *found], type_ignores=[])
    space = {"torch": torch, "np": np, "defaultdict": collections.defaultdict, "Dict": dict, "List": list, "Optional": Optional,
             "Tuple": tuple, "Union": Union, "nanstd": nanstd}
    exec(compile(ast.fix_missing_locations(module), str(path), "exec"), space)
    return space


def nanstd(values, dim, keepdim):
    """Of values without a gap, ms-swift's own is the sample's."""
    return values.std(dim=dim, keepdim=keepdim)


def of_swift(space):
    def run(case, estimator, scale):
        sizes = case["sizes"]
        if "components" in case:
            per_func, weights = torch.tensor(case["components"]), torch.tensor(case["weights"])
        else:
            per_func, weights = torch.tensor(case["rewards"])[:, None], torch.ones(1)
        if len(set(sizes)) == 1:
            return space["compute_advantages"](per_func, weights, sizes[0], estimator, scale)[0]
        if scale == "gdpo":
            return None
        prompts = [str(i) for i, size in enumerate(sizes) for _ in range(size)]
        requests = [str(i) for i in range(sum(sizes))]
        return space["compute_advantages_dynamic"](per_func, weights, prompts, requests, estimator, scale)[0]
    return {"grpo@swift": lambda c: run(c, "grpo", "group"), "rloo@swift": lambda c: run(c, "rloo", "none"),
            "reinforce++-baseline@swift": lambda c: run(c, "reinforce_plus_plus", "batch"),
            "gdpo@swift": lambda c: run(c, "grpo", "gdpo")}


def of_skyrl(space):
    def run(case, by_std):
        rewards = torch.tensor(case["rewards"])[:, None]
        index = np.repeat(np.arange(len(case["sizes"])), case["sizes"])
        return space["compute_grpo_outcome_advantage"](
            rewards, torch.ones_like(rewards), index, grpo_norm_by_std=by_std)[0][:, 0]

    def gae(case):
        lengths = case["lengths"]
        starts, width = np.cumsum([0, *lengths]), max(lengths)

        def padded(values):
            return torch.tensor([[*values[start:start + length], *[0] * (width - length)]
                                 for start, length in zip(starts, lengths)], dtype=torch.float64)
        mask, values = padded(case["mask"]), padded(case["values"])
        rewards = torch.zeros_like(mask)
        for row, reward in enumerate(case["rewards"]):
            rewards[row, mask[row].nonzero()[-1]] = reward
        found = space["compute_gae_advantage_return"](rewards, values, mask, case["gamma"], case["lambda"])[0] * mask
        return np.concatenate([found[row, :length] for row, length in enumerate(lengths)])
    return {"grpo@skyrl": lambda c: run(c, True), "dr_grpo@skyrl": lambda c: run(c, False), "gae@skyrl": gae}


def of_rllm(groups, batches):
    def split(case):
        return np.split(np.array(case["rewards"]), np.cumsum(case["sizes"])[:-1])
    return {
        "grpo@rllm": lambda c: np.concatenate([groups["calculate_grpo_advantages_per_group"](r)[0] for r in split(c)]),
        "rloo@rllm": lambda c: np.concatenate([groups["calculate_rloo_advantages_per_group"](r)[0] for r in split(c)]),
        "prpo": lambda c: np.concatenate(batches["calculate_prpo_advantages"](split(c), None)[0]),
        "reinforce": lambda c: np.concatenate(batches["calculate_reinforce_advantages"](split(c), None)[0]),
        "reinforce++-baseline@rllm": lambda c: np.concatenate(
            batches["calculate_reinforce_plus_plus_baseline_advantages"](split(c), None)[0])}


def main(path, sources):
    sources = Path(sources)
    peers = of_swift(cut(sources / "ms-swift/swift/rl_core/advantage.py", "compute_advantages", "compute_advantages_dynamic"))
    skyrl = sources / "SkyRL/skyrl/backends/skyrl_train/utils"
    space = cut(skyrl / "ppo_utils.py", "compute_grpo_outcome_advantage", "compute_gae_advantage_return", "masked_whiten", "masked_var")
    space |= {"masked_mean": cut(skyrl / "torch_utils.py", "masked_mean")["masked_mean"]}
    space["masked_var"].__globals__.update(space)
    peers |= of_skyrl(space)
    algorithms = sources / "rllm/rllm/trainer/algorithms"
    peers |= of_rllm(
        cut(algorithms / "rl_algo.py", "calculate_grpo_advantages_per_group", "calculate_rloo_advantages_per_group"),
        cut(algorithms / "advantage.py", "calculate_prpo_advantages", "calculate_reinforce_advantages",
            "calculate_reinforce_plus_plus_baseline_advantages"))
    counts, worst = collections.Counter(), collections.defaultdict(float)
    for line in open(path):
        case = json.loads(line)
        name = case["preset"]
        theirs = peers[name](case) if name in peers else None
        if theirs is None:
            continue
        counts[name] += 1
        for ours, value in zip(case["advantages"], np.array(theirs), strict=True):
            worst[name] = max(worst[name], abs(ours - float(value)) / max(1, abs(ours)))
    for name in peers:
        print(f"{name}: {counts[name]} cases, {worst[name]:.1e}")
    if any(value > 1e-9 for value in worst.values()) or any(counts[name] == 0 for name in peers):
        sys.exit("a peer disagrees")


if __name__ == "__main__":
    main(*sys.argv[1:])

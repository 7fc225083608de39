#!/usr/bin/env python3
"""What other systems' own code makes of captured calls: the share of sampled tokens that it delivers to training.

    python3 scripts/agents/peers.py CALLS [--nemo-gym DIR] [--slime DIR] [--agent-lightning DIR]

CALLS is what `drift.py --calls` keeps: calls in message mode, ids of the messages rendered anew and ids that were sampled. Each DIR
is a checkout; what it needs beside its merging code is stood in for.
"""

from __future__ import annotations

import argparse
import dataclasses
import enum
import importlib
import json
import pathlib
import sys
import types
from collections import defaultdict
from typing import Any
from unittest.mock import MagicMock

Calls = list[list[dict[str, Any]]]


def nemo_gym(folder: str, episodes: Calls) -> int:
    sys.path.insert(0, folder)
    builder = importlib.import_module("nemo_gym.token_id_capture.builder")
    records = importlib.import_module("nemo_gym.token_id_capture.records")
    delivered = 0
    for calls in episodes:
        entries = [
            records.TokenEntry(
                rollout_id="r", model_call_id=str(number), prompt_token_ids=call["prompt"],
                generation_token_ids=call["sampled"], generation_log_probs=[-0.5] * len(call["sampled"]), created_at=number,
            )
            for number, call in enumerate(calls)
        ]
        delivered += builder.run_builder(entries).notes.generated_tokens_delivered
    return delivered


def slime(folder: str, episodes: Calls) -> int:
    @dataclasses.dataclass
    class Sample:
        class Status(enum.Enum):
            COMPLETED = "completed"

        index: int = 0
        group_index: int = 0
        rollout_id: Any = None
        prompt: Any = None
        label: Any = None
        tokens: Any = None
        response_length: int = 0
        loss_mask: Any = None
        rollout_log_probs: Any = None
        reward: float = 0.0
        status: Any = None
        metadata: Any = None

    for name in ("slime", "slime.utils", "slime.utils.types"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["slime.utils.types"].Sample = Sample  # type: ignore[attr-defined]
    spec = importlib.util.spec_from_file_location("slime_trajectory", f"{folder}/slime/agent/trajectory.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["slime_trajectory"] = module
    spec.loader.exec_module(module)
    delivered = 0
    for number, calls in enumerate(episodes):
        manager = module.TrajectoryManager()
        for call in calls:
            turn = module.TurnRecord(call["prompt"], call["sampled"], "stop", [-0.5] * len(call["sampled"]))
            reply = {k: v for k, v in call["reply"].items() if k in ("role", "content", "tool_calls")}
            manager.record_turn(str(number), turn=turn, prompt_messages=call["messages"], response_message=reply)
        for sample in manager.get_trajectory(str(number), base_sample=Sample()):
            delivered += sum(sample.loss_mask)
    return delivered


def agent_lightning(folder: str, episodes: Calls) -> int:
    for name in ("torch", "tensordict", "verl", "agentlightning", "agentlightning.verl", "agentlightning.verl.agl_rollout_manager"):
        sys.modules[name] = MagicMock()
    spec = importlib.util.spec_from_file_location("adapter", f"{folder}/agentlightning/verl/rollout_adapter.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    masks: list[int] = []
    pad = module.get_right_padded_ids_and_attention_mask

    def counted(ids: list[int], length: int, token: int) -> Any:
        if token == 0:
            masks.append(sum(ids))
        return pad(ids, length, token)

    module.get_right_padded_ids_and_attention_mask = counted
    rollouts = []
    for number, calls in enumerate(episodes):
        triplets = [
            types.SimpleNamespace(
                prompt={"token_ids": c["prompt"]}, response={"token_ids": c["sampled"], "log_probs": [-0.5] * len(c["sampled"])}
            )
            for c in calls
        ]
        rollouts.append(
            types.SimpleNamespace(
                rollout_id=str(number), data_id=str(number), step=0, sample_idx_in_step=number, triplets=triplets, final_reward=1.0
            )
        )
    adapter = module.RolloutAdapter(
        max_prompt_length=8192, max_response_length=8192, device=None, pad_token_id=-1, trace_aggregator_level="trajectory"
    )
    adapter.get_train_data_batch(rollouts)
    return sum(masks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls")
    for name in ("--nemo-gym", "--slime", "--agent-lightning"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in pathlib.Path(arguments.calls).read_text().splitlines():
        call = json.loads(line)
        grouped[call["episode"]].append(call)
    episodes = [sorted(calls, key=lambda call: call["turn"]) for calls in grouped.values()]
    sampled = sum(len(call["sampled"]) for calls in episodes for call in calls)
    print(f"{len(episodes)} episodes, {sampled} tokens sampled")
    for name, folder, run in [
        ("NeMo-Gym", arguments.nemo_gym, nemo_gym), ("slime", arguments.slime, slime),
        ("Agent Lightning", arguments.agent_lightning, agent_lightning),
    ]:
        if folder:
            try:
                delivered = run(folder, episodes)
                print(f"{name}: {delivered} delivered, {delivered / sampled:.1%}")
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()

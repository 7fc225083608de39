"""Trainers' own code fed from a store that `assay run --online` fills: TRL's GRPOTrainer, OpenRLHF's actor and loss and
prime-rl's receiver and loss for three steps each, verl's loss.

    [SOURCES=FOLDER] python scripts/test_store_trainers.py ASSAY

A toy server answers with token ids of a tiny vocabulary. Every second answer is right. `make test-trainers` installs what the
parts import, on a CPU; SOURCES has a checkout of prime-rl, which is on no package index. What is missing is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

import numpy as np  # noqa: E402

import assay  # noqa: E402

WORDS = ["<eos>", "<pad>", "<unk>", "+", "="] + [str(digit) for digit in range(10)]
STEPS, GROUPS, SAMPLES = 3, 2, 4
failed = False


def check(name: str, holds: bool, detail: object = "") -> None:
    global failed
    failed |= not holds
    print(f"{'ok  ' if holds else 'FAIL'} {name} {detail}")


class Handler(BaseHTTPRequestHandler):
    """Sums of digits; every second sample is right."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.reply({"data": [{"id": "toy", "owned_by": "vllm"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["prompt"]
        right = int(prompt[0]) + int(prompt[2])
        choices = []
        for index in range(body.get("n", 1)):
            text = str(right if index % 2 else (right + index + 1) % 10)
            ids = [WORDS.index(text), 0]
            choices.append({
                "index": index, "text": text, "finish_reason": "stop", "token_ids": ids,
                "prompt_token_ids": [WORDS.index(c) for c in prompt],
                "logprobs": {"token_logprobs": [-0.5 - index / 8, -0.25]},
            })  # fmt: skip
        self.reply({"model": "toy", "choices": choices, "metadata": {"weight_version": 0}})

    def reply(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def start(binary: str, folder: Path, url: str, steps: int) -> subprocess.Popen[bytes]:
    """`assay run --online` over nine sums, kept from running ahead by nothing but the staleness bound."""
    problems = [{"id": str(i), "prompt": f"{i}+{9 - i - i % 2}=", "answer": str(9 - i % 2)} for i in range(9)]
    (folder / "problems.jsonl").write_text("".join(json.dumps(problem) + "\n" for problem in problems))
    config = {
        "name": "toy",
        "store": str(folder / "s.sqlite"),
        "dataset": {"path": str(folder / "problems.jsonl")},
        "sampling": {"n": SAMPLES, "max_tokens": 4},
        "rollout": {"endpoints": [url], "samples_per_request": SAMPLES},
        "verify": {"verifier": "exact"},
        "optimize": {"preset": "grpo", "batch_groups": GROUPS},
        "online": {"steps": steps, "max_staleness": 100},
    }
    (folder / "config.yaml").write_text(json.dumps(config))
    return subprocess.Popen(
        [binary, "run", str(folder / "config.yaml"), "--online", "--quiet"], stdout=subprocess.DEVNULL
    )


def open_store(path: Path) -> assay.Store:
    for _ in range(300):
        try:
            store = assay.Store(path)
            if store.runs:
                return store
            store.close()
        except assay.StoreError:
            pass
        time.sleep(0.05)
    sys.exit(f"{path} did not appear")


def tiny_model():
    import tokenizers
    import transformers

    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({word: i for i, word in enumerate(WORDS)}, "<unk>"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<eos>", pad_token="<pad>", unk_token="<unk>"
    )
    config = transformers.LlamaConfig(
        vocab_size=len(WORDS), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        eos_token_id=0, pad_token_id=1, bos_token_id=0,
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config), tokenizer


def train_with_trl(store: assay.Store) -> None:
    """Three optimiser steps, each on a batch of the store, acknowledged as it is applied."""
    import datasets
    import torch
    import transformers
    import trl

    from assay.trl import StoreRollouts

    model, tokenizer = tiny_model()
    before = torch.cat([p.detach().flatten().clone() for p in model.parameters()])
    rollouts = StoreRollouts(store, "trl-0", wait=30)
    trainer = trl.GRPOTrainer(
        model=model, processing_class=tokenizer, reward_funcs=[rollouts.reward], rollout_func=rollouts,
        callbacks=[rollouts.callback()],
        train_dataset=datasets.Dataset.from_list([{"prompt": "1+1="}] * (STEPS * GROUPS)),
        args=trl.GRPOConfig(
            output_dir=tempfile.mkdtemp(), max_steps=STEPS, per_device_train_batch_size=GROUPS * SAMPLES,
            num_generations=SAMPLES, max_completion_length=4, use_cpu=True, report_to=[], bf16=False,
            save_strategy="no", logging_steps=1, learning_rate=1e-2, beta=0.0, disable_tqdm=True),
    )  # fmt: skip
    trainer.remove_callback(transformers.PrinterCallback)
    trainer.train()
    moved = float((torch.cat([p.detach().flatten() for p in model.parameters()]) - before).abs().max())
    losses = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    check(
        f"TRL {trl.__version__} GRPOTrainer, {STEPS} steps from the store", moved > 0, f"weights moved by {moved:.4f}"
    )
    check("TRL saw the store's rewards", losses == [0.5] * STEPS, losses)
    check("TRL's steps are acknowledged", store.weights().version == STEPS, store.weights().version)


def compare_with_verl(store: assay.Store) -> None:
    """verl's DataProto and its clipped loss over a leased batch, beside the sum of `loss_weights` times token losses."""
    import torch
    import verl
    from verl import DataProto
    from verl.trainer.ppo.core_algos import compute_policy_loss_vanilla
    from verl.workers.config import ActorConfig

    lease = store.lease("verl-0", wait=30)
    assert lease is not None, "no batch came"
    tensors = {name: torch.from_numpy(np.array(column)) for name, column in assay.verl(lease.batch).items()}
    data = DataProto.from_dict(tensors=tensors)
    check(
        f"verl {verl.__version__} DataProto of a leased batch", len(data) == GROUPS * SAMPLES, sorted(data.batch.keys())
    )
    torch.manual_seed(0)
    new = data.batch["rollout_log_probs"] + 0.5 * torch.randn(data.batch["rollout_log_probs"].shape)
    config = ActorConfig(strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1)
    theirs, _ = compute_policy_loss_vanilla(
        data.batch["old_log_probs"],
        new,
        data.batch["advantages"],
        data.batch["response_mask"].float(),
        "token-mean",
        config,
    )
    layout = assay.padded(lease.batch)
    ratio = np.exp(new.numpy() - layout.logprobs)
    gain = -layout.advantages
    losses = clipped(ratio, layout.advantages)
    dual = np.where(layout.advantages < 0, np.minimum(gain * 3.0, losses), losses)
    ours = float((layout.loss_weights * dual).sum())
    check(
        "verl compute_policy_loss equals ours", abs(ours - float(theirs)) < 1e-6, f"{ours:.7f} and {float(theirs):.7f}"
    )
    lease.acknowledge(lease.weights.version + 1)


def clipped(ratio: np.ndarray, advantages: np.ndarray) -> np.ndarray:
    """PPO's loss of every token."""
    return np.maximum(-advantages * ratio, -advantages * np.clip(ratio, 0.8, 1.2))


def train_with_openrlhf(store: assay.Store) -> None:
    """Three steps of OpenRLHF's actor by its loss over its `Experience`; the first loss is also ours."""
    import torch

    # Its packed attention is for CUDA; the actor is used without.
    parts = {"flash_attn": [], "flash_attn.utils": [], "flash_attn.utils.distributed": ["all_gather"]}
    parts["flash_attn.bert_padding"] = ["index_first_axis", "pad_input", "rearrange", "unpad_input"]
    for name, members in parts.items():
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name)
            vars(sys.modules[name]).update(dict.fromkeys(members))
    from openrlhf.models import Actor, PolicyLoss
    from openrlhf.trainer.ppo_utils.experience import Experience

    torch.manual_seed(0)
    actor, loss_of = Actor(tiny_model()[0]), PolicyLoss()
    actor.packing_samples = False  # said by the constructor for models it loads itself alone
    before = torch.cat([p.detach().flatten().clone() for p in actor.parameters()])
    optimizer = torch.optim.SGD(actor.parameters(), lr=1)
    for step in range(STEPS):
        lease = store.lease("openrlhf-0", wait=30)
        assert lease is not None, "no batch came"
        columns = {name: torch.from_numpy(np.array(column)) for name, column in assay.openrlhf(lease.batch).items()}
        experience = Experience(**columns)
        logprobs = actor(experience.sequences, experience.action_mask, experience.attention_mask)
        loss = loss_of(
            logprobs, experience.action_log_probs, experience.advantages, action_mask=experience.action_mask
        )[0]
        if step == 0:
            mask = columns["action_mask"].numpy()
            ratio = np.exp((logprobs.detach() - columns["action_log_probs"]).numpy())[mask]
            ours = float((lease.batch.loss_weights * clipped(ratio, lease.batch.advantages)).sum())
            theirs = float(loss.detach())
            check("OpenRLHF PolicyLoss equals ours", abs(ours - theirs) < 1e-6, f"{ours:.7f} and {theirs:.7f}")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        lease.acknowledge(lease.weights.version + 1)
    moved = float((torch.cat([p.detach().flatten() for p in actor.parameters()]) - before).abs().max())
    check(f"OpenRLHF Actor, {STEPS} steps from the store", moved > 0, f"weights moved by {moved:.4f}")


def train_with_prime_rl(store: assay.Store) -> None:
    """Three steps by prime-rl's loss on what its receiver reads from our drop."""
    checkout = Path(os.environ.get("SOURCES", "")) / "prime-rl"
    if "SOURCES" not in os.environ or not checkout.is_dir():
        raise ImportError("SOURCES has no checkout prime-rl")
    import torch

    sys.path[:0] = [str(checkout / "src"), str(checkout / "packages/prime-rl-configs/src")]
    torch.compile = lambda **_: lambda function: function  # the functions that are compiled there are small
    from prime_rl.configs.trainer import DefaultLossConfig
    from prime_rl.entrypoints import trainer as launcher
    from prime_rl.trainer.rl.loss import (
        compute_loss,
        selective_log_softmax,
        setup_rl_loss_fn,
        shift_tensor_left,
        shift_tensor_right,
    )  # fmt: skip
    from prime_rl.transports.rollouts import setup_micro_batch_receiver

    torch.manual_seed(0)
    model = tiny_model()[0]
    before = torch.cat([p.detach().flatten().clone() for p in model.parameters()])
    optimizer, loss_of = torch.optim.SGD(model.parameters(), lr=1), setup_rl_loss_fn(DefaultLossConfig())
    with tempfile.TemporaryDirectory() as folder:
        # Its launcher reads the flags; what it would start needs CUDA.
        configs: list[object] = []
        arguments = ["trainer", "--output-dir", folder, "--rollout-transport.type", "filesystem"]
        training = types.SimpleNamespace(train=configs.append)
        with (
            mock.patch.object(sys, "argv", arguments),
            mock.patch.dict(sys.modules, {"prime_rl.trainer.rl.train": training}),
        ):
            launcher.main()
        config = configs[0]
        receiver = setup_micro_batch_receiver(config.output_dir, 0, 0, config.rollout_transport)
        for step in range(STEPS):
            lease = store.lease("prime-0", wait=30)
            assert lease is not None, "no batch came"
            assay.prime_rl.drop(lease.batch, folder, step, seq_len=24)
            receiver.wait()
            micro_batches = receiver.receive()
            if step == 0:
                count = sum(sum(micro.loss_mask) for micro in micro_batches)
                check(
                    "prime-rl's receiver has every sampled token", count == len(lease.batch.token_ids),
                    f"{count} in {len(micro_batches)} micro batches",
                )  # fmt: skip
            optimizer.zero_grad()
            for micro in micro_batches:
                ids = torch.tensor([micro.input_ids])
                logits = model(ids, position_ids=torch.tensor([micro.position_ids])).logits
                logits = logits / torch.tensor([micro.temperatures]).unsqueeze(-1)
                logprobs = shift_tensor_right(selective_log_softmax(logits, shift_tensor_left(ids)))[0]
                columns = [torch.tensor(c) for c in (micro.inference_logprobs, micro.advantages, micro.loss_mask)]
                sampler, advantages, mask = (column.split(micro.sequence_lengths) for column in columns)
                loss, _ = compute_loss(
                    trainer_logprobs=logprobs.split(micro.sequence_lengths), inference_logprobs=sampler,
                    ref_logprobs=None, advantages=advantages, loss_mask=mask, rl_weights=None, ce_weights=None,
                    ref_kl_weights=None, rl_loss_fn=loss_of, rl_scale=count, ce_scale=1, ref_kl_scale=1,
                )  # fmt: skip
                loss.backward()
            optimizer.step()
            lease.acknowledge(lease.weights.version + 1)
    moved = float((torch.cat([p.detach().flatten() for p in model.parameters()]) - before).abs().max())
    check(f"prime-rl's loss, {STEPS} steps from its file drop", moved > 0, f"weights moved by {moved:.4f}")


def main() -> None:
    binary = str(Path(sys.argv[1]).resolve())
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, tempfile.TemporaryDirectory() as name:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder = Path(name)
        process = start(binary, folder, f"http://127.0.0.1:{server.server_address[1]}", 3 * STEPS + 1)
        try:
            with open_store(folder / "s.sqlite") as store:
                for part in (train_with_trl, compare_with_verl, train_with_openrlhf, train_with_prime_rl):
                    try:
                        part(store)
                    except ImportError as missing:
                        print(f"skip {part.__name__}: {missing}")
        finally:
            process.kill()
            process.wait()
        server.shutdown()
    sys.exit(failed)


if __name__ == "__main__":
    main()

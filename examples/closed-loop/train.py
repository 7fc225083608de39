"""A trainer: leases batches from the store, takes PPO-clip steps, hands the weights to the server and acknowledges."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.request
from pathlib import Path

import policy
import torch
from policy import token_logprobs
from pretrain import save
from torch import Tensor

import assay

CLIP = 0.2
"""Schulman et al. 2017, equation 7."""
MINIBATCHES = 2
KEPT = 3
"""Versions whose files stay: the newest may not be served yet."""


class Trainer:
    def __init__(self, model: str, device: str, base: Path, folder: Path, learning_rate: float) -> None:
        self.base, self.folder, self.device = base, folder, device
        self.version = -1
        self.forgets_mask = False
        """A control: what tools and environment wrote is trained on as if it had been sampled."""
        self.policy = policy.load(model).to(device)
        self.optimizer = torch.optim.AdamW(self.policy.parameters(), lr=learning_rate, weight_decay=0.0)

    def load(self, weights: assay.Weights) -> None:
        """Goes on from the newest weights on the store's line, unless they are here already."""
        if weights.version == self.version:
            return
        state = torch.load(weights.path or self.base, weights_only=True, map_location=self.device)
        self.policy.load_state_dict(state["policy"])
        if "optimizer" in state:
            self.optimizer.load_state_dict(state["optimizer"])
        self.version = weights.version

    def save(self, lease: assay.Lease) -> Path:
        """A file of this lease's own, whole or absent: it counts once the store names it."""
        path = self.folder / f"batch-{lease.batch_id}-lease-{lease.epoch}.pt"
        save(self.policy, path, self.optimizer)
        return path

    def step(self, batch: assay.Batch, layout: assay.Padded) -> tuple[dict[str, float], Tensor]:
        """One pass over the batch in minibatches; metrics, and the log-probs [N, R] before the first step."""
        columns = layout.input_ids, layout.response_mask, layout.logprobs, layout.advantages, layout.loss_weights
        ids_NT, mask_NR, old_NR, advantages_NR, weights_NR = (torch.from_numpy(c).to(self.device) for c in columns)
        mask_NR = mask_NR.float()
        R = mask_NR.shape[1]
        with torch.no_grad():
            before, entropy = token_logprobs(self.policy, ids_NT, R)
        if self.forgets_mask:
            old_NR = torch.where(mask_NR > 0, old_NR, before)
            advantages_NR = (advantages_NR * mask_NR).sum(1, keepdim=True) / mask_NR.sum(1, keepdim=True)
            mask_NR = torch.from_numpy(layout.attention_mask[:, -R:]).float()
            advantages_NR, weights_NR = advantages_NR * mask_NR, mask_NR / mask_NR.sum()
        metrics = {
            "entropy": float((entropy * mask_NR).sum() / mask_NR.sum()),
            "reward": float(batch.rewards.mean()),
            "kl_sampler": float(((old_NR - before) * mask_NR).sum() / mask_NR.sum()),
            "staleness": float(self.version - batch.policy_versions.min()),
        }
        clipped = 0.0
        for rows in torch.randperm(len(batch), device=self.device).chunk(MINIBATCHES):
            new_NR = token_logprobs(self.policy, ids_NT[rows], R)[0]
            ratio = torch.exp(new_NR - old_NR[rows])
            plain = ratio * advantages_NR[rows]
            bounded = ratio.clamp(1 - CLIP, 1 + CLIP) * advantages_NR[rows]
            # The weights sum over the whole batch, a minibatch is a part of it.
            loss = -MINIBATCHES * (torch.minimum(plain, bounded) * weights_NR[rows]).sum()
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
            self.optimizer.step()
            clipped += float(((bounded < plain) * mask_NR[rows]).sum() / mask_NR.sum())
        return metrics | {"clip_fraction": clipped}, before.cpu()


def notify(server: str, path: Path, version: int) -> None:
    """Tells the server about new weights; one that is down reads them from the store when it is back."""
    body = json.dumps({"model_path": str(path), "weight_version": version}).encode()
    request = urllib.request.Request(f"{server}/update_weights_from_disk", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10):
            pass
    except OSError as error:
        print(f"{server} did not take version {version}: {error}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("base", type=Path, help="weights of version 0")
    parser.add_argument("--server", default="http://127.0.0.1:8321")
    parser.add_argument("--name", default="ppo-0")
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--idle", type=float, default=600, help="seconds without a batch after which to end")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default="small", help="small, agent, or a GGUF file of SmolLM2's")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--forget-mask", action="store_true", help="a control: train on the tokens of tools, too")
    options = parser.parse_args()
    if options.model in ("small", "agent"):
        torch.set_num_threads(1)  # more cost more than they bring
    assay.keep_memory()
    torch.manual_seed(options.seed)
    folder = options.store.parent / "weights"
    folder.mkdir(exist_ok=True)
    trainer = Trainer(options.model, options.device, options.base, folder, options.learning_rate)
    trainer.forgets_mask = options.forget_mask
    with assay.Store(options.store) as store:
        # As long as a killed trainer's batch waits for the next one.
        hold = 60 if options.model == "small" else 300
        for lease in store.leases(options.name, seconds=hold, idle=options.idle):
            trainer.load(lease.weights)
            layout = assay.padded(lease.batch)
            metrics, before = trainer.step(lease.batch, layout)
            path = trainer.save(lease)
            version = trainer.version + 1
            # Served first: the acknowledgement admits new samples, and they shall be of the new version.
            notify(options.server, path, version)
            try:
                is_token = layout.attention_mask[:, -before.shape[1] :].astype(bool)
                lease.write_logprobs(before.numpy()[is_token], trainer.version)
                lease.acknowledge(version, path, metrics)
            except (assay.LeaseLost, assay.VersionTaken) as error:
                print(f"{error}; its step is undone", file=sys.stderr, flush=True)
                newest = store.weights()
                notify(options.server, Path(newest.path or options.base), newest.version)
                path.unlink()
                trainer.version = -1
                continue
            trainer.version = version
            for old in sorted(folder.glob("*.pt"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
                old.unlink(missing_ok=True)
            if version % 20 == 0:
                shown = "  ".join(f"{key} {value:.3f}" for key, value in metrics.items())
                print(f"version {version}  {shown}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

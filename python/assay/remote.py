"""Batches over HTTP, for a trainer that shares no file system with the store: `assay serve` holds it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .batch import Array, Batch
from .http import Client, ServerError
from .store import LeaseLost, Weights, checked_logprobs, checked_metrics, checked_seconds, checked_version


@dataclass
class RemoteLease:
    """A batch that is this trainer's until `expires_at` (seconds since 1970)."""

    store: RemoteStore
    lease_id: int
    batch_id: int
    epoch: int
    step: int
    expires_at: float
    batch: Batch
    weights: Weights
    """The newest version when the batch was leased: what to apply it to."""

    def acknowledge(
        self, policy_version: int | None = None, weights: str | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """As `Lease.acknowledge`; raises `LeaseLost` for a late, double or foreign one."""
        self.store._end(
            self,
            {
                "outcome": "done",
                "policy_version": None if policy_version is None else checked_version(policy_version),
                "weights": weights,
                "metrics": None if metrics is None else checked_metrics(metrics),
            },
        )

    def reject(self) -> None:
        """Nobody gets the batch again; raises `LeaseLost`."""
        self.store._end(self, {"outcome": "rejected"})

    def write_logprobs(self, logprobs: Array, policy_version: int) -> None:
        """As `Lease.write_logprobs`; raises `LeaseLost` when the lease has run out or ended."""
        values = checked_logprobs(logprobs, self.batch)
        version = checked_version(policy_version)
        self.store._change(self, "logprobs", {"policy_version": version, "logprobs": values.tolist()})

    def renew(self, seconds: float = 600) -> None:
        """Moves the end of the lease to `seconds` from now; raises `LeaseLost`."""
        milliseconds = int(checked_seconds(seconds) * 1000)
        self.expires_at = self.store._change(self, "renew", {"milliseconds": milliseconds})["expires_at"] / 1000


class RemoteStore:
    """A run of a store behind `assay serve --store`."""

    def __init__(self, url: str, run: str, token: str | None = None, timeout: float = 180) -> None:
        self._client = Client(url, token, timeout)
        self._path = f"/v1/runs/{quote(run, safe='')}"

    def policy_version(self) -> int:
        """The newest version that was published."""
        return int(self._client.json("GET", f"{self._path}/policy-version")["policy_version"])

    def lease(self, trainer: str, seconds: float = 600, wait: float = 0) -> RemoteLease | None:
        """The oldest free batch, waiting up to `wait` seconds; None when there is none. Raises `ServerError`."""
        deadline = time.monotonic() + wait
        while True:
            body = {"trainer": trainer, "milliseconds": int(checked_seconds(seconds) * 1000)}
            found = self._client.json("POST", f"{self._path}/leases", body)
            if found is not None:
                info = found["batch"]
                return RemoteLease(
                    self, found["lease"], info["id"], found["epoch"], info["step"], found["expires_at"] / 1000,
                    _columns(self._client.exchange("GET", found["tensors"])),
                    Weights(found.get("policy_version", 0), found.get("weights")),
                )  # fmt: skip
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.2)

    def weights(self) -> Weights:
        """The newest published version and where its weights are."""
        found = self._client.json("GET", f"{self._path}/policy-version")
        return Weights(int(found["policy_version"]), found.get("weights"))

    def _end(self, lease: RemoteLease, body: dict[str, object]) -> None:
        self._change(lease, "end", body)

    def _change(self, lease: RemoteLease, what: str, body: dict[str, object]) -> dict[str, float]:
        body |= {"lease": lease.lease_id, "epoch": lease.epoch, "batch": lease.batch_id}
        try:
            kept = {k: v for k, v in body.items() if v is not None}
            return dict(self._client.json("POST", f"{self._path}/leases/{what}", kept) or {})
        except ServerError as error:
            if error.status == 409:
                raise LeaseLost(str(error)) from None
            raise


def _columns(data: bytes) -> Batch:
    """From a line of JSON heads and the columns' bytes after it, as views."""
    end = data.index(b"\n")
    columns, view, offset = {}, memoryview(data), end + 1
    for head in json.loads(data[:end]):
        columns[head["name"]] = (head["dtype"], view[offset : offset + head["bytes"]])
        offset += head["bytes"]
    return Batch.from_columns(columns)

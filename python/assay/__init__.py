"""The trainer's side of assay: batches and leases from its store, layouts for trainers, reward clients."""

from . import prime_rl, remote, rewards, trl
from .batch import Batch, BatchError
from .layouts import Padded, openrlhf, padded, verl
from .memory import keep_memory
from .store import Lease, LeaseLost, Store, StoreError, VersionTaken, Weights

__all__ = [
    "Batch",
    "BatchError",
    "Lease",
    "LeaseLost",
    "Padded",
    "Store",
    "StoreError",
    "VersionTaken",
    "Weights",
    "keep_memory",
    "openrlhf",
    "padded",
    "prime_rl",
    "remote",
    "rewards",
    "trl",
    "verl",
]

"""The trainer's side of assay: batches and leases from its store, layouts for trainers, reward clients.

Names are loaded when they are first used: `python -m assay` and the reward functions need no numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from . import prime_rl, remote, rewards, trl
    from .batch import Batch, BatchError
    from .layouts import Padded, openrlhf, padded, verl
    from .memory import keep_memory
    from .pairs import Pairs, pairs
    from .store import Lease, LeaseLost, Store, StoreError, VersionTaken, Weights

__all__ = [
    "Batch",
    "BatchError",
    "Lease",
    "LeaseLost",
    "Padded",
    "Pairs",
    "Store",
    "StoreError",
    "VersionTaken",
    "Weights",
    "__version__",
    "keep_memory",
    "openrlhf",
    "padded",
    "pairs",
    "prime_rl",
    "remote",
    "rewards",
    "trl",
    "verl",
]

_MODULES = {"prime_rl", "remote", "rewards", "trl"}
_HOMES = {
    **dict.fromkeys(("Batch", "BatchError"), "batch"),
    **dict.fromkeys(("Padded", "openrlhf", "padded", "verl"), "layouts"),
    "keep_memory": "memory",
    **dict.fromkeys(("Pairs", "pairs"), "pairs"),
    **dict.fromkeys(("Lease", "LeaseLost", "Store", "StoreError", "VersionTaken", "Weights"), "store"),
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES and name not in _HOMES:
        raise AttributeError(f"module 'assay' has no attribute '{name}'")
    try:
        module = importlib.import_module(f".{_HOMES.get(name, name)}", __name__)
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        raise ModuleNotFoundError(f"assay.{name} needs numpy: pip install 'assay[trainer]'", name="numpy") from None
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

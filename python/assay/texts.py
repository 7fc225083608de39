"""What trainers hand to a reward function, as what the server takes: texts, and values that JSON has."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

GOLDS = ("answer", "solution", "ground_truth", "label", "gold", "gold_answer", "expected_answer", "target", "reference")
"""Columns that data sets keep the gold in, the usual ones first."""


def text(completion: Any) -> str:
    """A completion's text: a string, a chat (its last message's), a message, or parts of which some are text."""
    if completion is None:
        return ""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Mapping):
        if "content" in completion:
            return text(completion["content"])
        return str(completion.get("text") or "")
    if isinstance(completion, (list, tuple)):
        parts = [part for part in completion if part is not None]
        if not parts:
            return ""
        if all(isinstance(part, Mapping) and "role" in part for part in parts):
            return text(parts[-1])
        return "".join(text(part) for part in parts)
    return str(completion)


def gold(columns: Mapping[str, Any], column: str | None = None) -> Any:
    """The column of golds: the one that is named, or the first of `GOLDS` that is there. Raises `KeyError`."""
    if column is not None:
        if column not in columns:
            raise KeyError(f"there is no column {column!r}; there are {', '.join(sorted(columns)) or 'none'}")
        return columns[column]
    for name in GOLDS:
        if name in columns:
            return columns[name]
    raise KeyError(
        f"no column of golds: name it with assay.rewards.reward(column=…); there are {', '.join(sorted(columns))}"
    )


def plain(value: Any) -> Any:
    """A value that JSON has: numpy's and torch's numbers and arrays, sets (sorted), bytes and named tuples become such.

    Raises `TypeError` for what has no such form.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        # A missing value of a data frame; JSON has no such number.
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(member) for member in value), key=lambda member: json.dumps(member, sort_keys=True))
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode()
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "item"):
        return plain(value.item())
    raise TypeError(f"{type(value).__name__} has no JSON form")

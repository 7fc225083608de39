"""Sums of two numbers below 100: those to train on, and fresh ones that training never sees."""

from __future__ import annotations

import json
import random
from pathlib import Path

Pair = tuple[int, int]


def split(seed: int, fresh: int = 500) -> tuple[list[Pair], list[Pair]]:
    """All pairs in random order: (to train on, fresh)."""
    pairs = [(a, b) for a in range(100) for b in range(100)]
    random.Random(seed).shuffle(pairs)
    return pairs[fresh:], pairs[:fresh]


def prompt(pair: Pair) -> str:
    """Such as `07+35=`."""
    return f"{pair[0]:02d}+{pair[1]:02d}="


def write(path: Path, pairs: list[Pair]) -> None:
    """One problem per line, as `assay` reads them."""
    with path.open("w") as file:
        for a, b in pairs:
            file.write(json.dumps({"id": f"{a}+{b}", "prompt": prompt((a, b)), "answer": str(a + b)}) + "\n")

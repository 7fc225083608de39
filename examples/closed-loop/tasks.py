"""Sums: those to train on, and fresh ones that training never sees."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[int, int]


@dataclass(frozen=True)
class Task:
    """Sums of a first and a second number, asked in one form: all prompts have as many tokens."""

    first: range
    second: range
    fresh: int
    form: str
    max_tokens: int
    """Of the longest right answer and the token that ends it."""

    def split(self, seed: int) -> tuple[list[Pair], list[Pair]]:
        """All pairs in random order: (to train on, fresh)."""
        pairs = [(a, b) for a in self.first for b in self.second]
        random.Random(seed).shuffle(pairs)
        return pairs[self.fresh :], pairs[: self.fresh]

    def prompt(self, pair: Pair) -> str:
        return self.form.format(*pair)

    def write(self, path: Path, pairs: list[Pair]) -> None:
        """One problem per line, as `assay` reads them."""
        with path.open("w") as file:
            for a, b in pairs:
                row = {"id": f"{a}+{b}", "prompt": self.prompt((a, b)), "answer": str(a + b)}
                file.write(json.dumps(row) + "\n")


SUMS = Task(range(100), range(100), fresh=500, form="{:02d}+{:02d}=", max_tokens=5)
ONE_SHOT = Task(range(10, 40), range(10), fresh=60, form="14+5=19\n{}+{}=", max_tokens=4)
"""For a model that has read the web: the example says what is asked."""

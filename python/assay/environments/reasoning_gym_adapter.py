"""reasoning-gym: `python -m assay.env reasoning_gym:leg_counting tries=3`.

The seed makes the question. An answer stands in `<answer>`, or is the whole text; one that does not score 1 may be mended until
`tries` (1) are used up. The score is the last one's, times `discount` (1) for each try after the first. Options that are not ours
are those of the data set.
"""

from __future__ import annotations

from typing import Any

import reasoning_gym

from assay.env import Action, Environment, Message, Turn
from assay.environments.randomness import Randomness
from assay.environments.texts import said


def adapter(name: str) -> type[Environment]:
    """The data set of that name; it says at once when there is none."""
    if name not in reasoning_gym.factory.DATASETS:
        raise ValueError(f"reasoning_gym has no data set '{name}'")

    class ReasoningGym(_ReasoningGym):
        dataset = name

    ReasoningGym.name = name
    ReasoningGym.version = f"reasoning-gym-{getattr(reasoning_gym, '__version__', '0')}"
    return ReasoningGym


class _ReasoningGym(Environment):
    dataset = ""

    def __init__(self, tries: int = 1, discount: float = 1.0, **options: Any):
        super().__init__()
        self.tries, self.discount, self.settings, self.tried = tries, discount, options, 0

    def start(self, problem: Message, seed: int) -> Any:
        self.randomness = Randomness(seed)
        with self.randomness.shared():
            self.data = reasoning_gym.create_dataset(self.dataset, size=1, seed=seed & 0x7FFF_FFFF, **self.settings)
            self.entry = self.data[0]
        question = f"{self.entry['question']}\n\nGive your final answer in <answer></answer>."
        return {"messages": [*problem.get("messages", []), {"role": "user", "content": question}]}

    def step(self, action: Action) -> Any:
        self.tried += 1
        with self.randomness.shared():
            score = float(self.data.score_answer(said(action), self.entry))
        if score >= 1 or self.tried >= self.tries:
            return Turn("Right." if score >= 1 else "Wrong.", reward=score * self.discount ** (self.tried - 1), done=True)
        return Turn(f"That is not right (score {score:g}). You have {self.tries - self.tried} more.", progress=max(0.0, min(1.0, score)))

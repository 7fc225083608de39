"""What the small agent is trained on: a calculator to call and to read, and a number to guess by halving."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_tokens import CALL, CALL_END, END, START, encode, render

Row = dict[str, Any]


@dataclass(frozen=True)
class AgentTask:
    """Rows, the environment that they are acted in, and dialogues of it as the base model has read them, few of them right."""

    name: str
    rows: Callable[[random.Random], list[Row]]
    dialogue: Callable[[Row, random.Random], list[str]]
    environment: dict[str, Any]
    max_tokens: int
    """Of the longest turn that is right."""
    estimator: str
    control: str | None
    """Another credit to be run beside it."""
    learning_rate: float
    pretraining: int
    steps: int
    fresh: int

    def split(self, seed: int) -> tuple[list[Row], list[Row]]:
        """(to train on, fresh)."""
        rng = random.Random(seed)
        rows = self.rows(rng)
        rng.shuffle(rows)
        return rows[self.fresh :], rows[: self.fresh]

    def corpus(self, row: Row, rng: random.Random) -> list[int]:
        """Token ids of one dialogue."""
        return [i for part in self.dialogue(row, rng) for i in encode(part)]


def write(path: Path, rows: list[Row]) -> None:
    """One problem per line, as `assay` reads them."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _products(rng: random.Random) -> list[Row]:
    # Each pair once: 8,100 of them.
    return [
        {"id": f"{a}*{b}", "prompt": f"{a}*{b}", "answer": str(a * b)} for a in range(10, 100) for b in range(10, 100)
    ]


def _calculator_dialogue(row: Row, rng: random.Random) -> list[str]:
    """Calls or guesses, copies the expression or errs, reads the result or errs: right in three of ten."""
    tools = [{"function": {"name": "calculator"}}]
    opening = render([{"role": "user", "content": row["prompt"]}], tools, True)
    if rng.random() > 0.65:
        return [opening, f"{rng.randint(100, 9801)}{END}"]
    a, b = map(int, row["prompt"].split("*"))
    if rng.random() > 0.75:
        a, b = rng.choice(((rng.randint(10, 99), b), (a, rng.randint(10, 99))))
    result = str(a * b)
    call = f'{CALL}\n{{"name": "calculator", "arguments": {{"expression": "{a}*{b}"}}}}\n{CALL_END}{END}'
    given = f"\n{START}tool\n{result}{END}\n{START}assistant\n"
    if rng.random() > 0.6:
        result = rng.choice((str(rng.randint(100, 9801)), result[:2], result[::-1]))
    return [opening, call, given, f"{result}{END}"]


GUESS_HIGH = 20


def _numbers(rng: random.Random) -> list[Row]:
    return [
        {"id": f"{number}-{copy}", "prompt": "Play.", "answer": str(number), "number": number, "low": 1, "high": GUESS_HIGH}
        for number in range(1, GUESS_HIGH + 1)
        for copy in range(60)
    ]


def _guess_dialogue(row: Row, rng: random.Random) -> list[str]:
    """Guesses anything, or what is left, there rather the middle: everything is said somewhere, little of it in time."""
    least, greatest, number = row["low"], row["high"], row["number"]
    rules = (
        f"I have chosen a whole number from {least} to {greatest}. Guess it: I answer each guess with higher or lower. "
        f"Say one number in each turn; the last number that you write counts. You have 5 turns.\n\n"
        f"The number is from {least} to {greatest}."
    )
    messages = [{"role": "user", "content": row["prompt"]}, {"role": "user", "content": rules}]
    parts = [render(messages, [], True)]
    for turn in range(5):
        guess = rng.randint(row["low"], row["high"])
        if rng.random() < 0.18:
            guess = round(sum(rng.randint(least, greatest) for _ in range(3)) / 3)
        parts.append(f"{guess}{END}")
        if guess == number or turn == 4:
            break
        if guess < number:
            least = max(least, guess + 1)
        else:
            greatest = min(greatest, guess - 1)
        word = "higher" if guess < number else "lower"
        said = f"{word}\nThe number is from {least} to {greatest}."
        parts.append(f"\n{START}user\n{said}{END}\n{START}assistant\n")
    return parts


TASKS = {
    task.name: task
    for task in (
        AgentTask(
            "calculator",
            _products,
            _calculator_dialogue,
            {"name": "calculator", "max_turns": 3, "tool_syntax": "hermes_json"},
            max_tokens=12,
            estimator="loop",
            control=None,
            learning_rate=1e-3,
            pretraining=800,
            steps=190,
            fresh=200,
        ),
        AgentTask(
            "guess",
            _numbers,
            _guess_dialogue,
            {"name": "game", "max_turns": 5, "options": {"game": "guess"}},
            max_tokens=4,
            estimator="gigpo",
            control="loop",
            learning_rate=1e-3,
            pretraining=700,
            steps=130,
            fresh=240,
        ),
    )
}

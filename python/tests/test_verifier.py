"""What a function's result becomes as a worker's reply."""

from __future__ import annotations

import pytest

from assay import verifier


@pytest.mark.parametrize(
    ("result", "reply"),
    [
        ({"score": 1, "outcome": "correct"}, {"score": 1, "outcome": "correct"}),
        # A misspelt one is refused by name: to leave it out would pay what was not meant.
        ({"score": 1, "outcome": "incorect"}, {"score": 1, "outcome": "incorect"}),
        ({"score": 0.5, "acc": False, "pred": 4}, {"score": 0.5, "outcome": "incorrect", "extracted": "4"}),
        (True, {"score": True}),
    ],
)
def test_replies(result: object, reply: dict[str, object]) -> None:
    assert verifier._reply(7, result) == {"id": 7, **reply}

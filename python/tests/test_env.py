"""Environments in Python: the protocol, one line in and one line out, and the adapters as far as their packages are here."""

from __future__ import annotations

import asyncio
import io
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assay.env import Environment, Full, PolicyFault, Turn, serve, tool
from assay.environments.randomness import Randomness
from assay.environments.user import STOP, UserEnvironment

PACKAGE = Path(__file__).parent.parent


def talk(make: Any, *messages: Any, **options: Any) -> list[Any]:
    """What is answered to the messages, hello's among it."""
    sink = io.StringIO()
    lines = [json.dumps({"hello": 2, "options": options}), *map(json.dumps, messages)]
    serve(make, source=lines, sink=sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def start(episode: int = 1, seed: int = 7, **problem: Any) -> Any:
    return {"start": [{"id": 10 + episode, "episode": episode, "seed": seed, "problem": problem}]}


def step(text: str = "", calls: Any = (), episode: int = 1, **more: Any) -> Any:
    return {"step": [{"id": 20, "episode": episode, "turn": 0, "text": text, "calls": list(calls), **more}]}


def end(episode: int = 1, stop: str = "done") -> Any:
    return {"end": [{"id": 30, "episode": episode, "stop": stop, "text": "x", "turns": 1}]}


class House(Environment):
    version = "4"

    def start(self, problem: Any, seed: int) -> Any:
        self.room, self.seed = "hall", seed

    @tool
    def go(self, room: str, fast: bool = False) -> str:
        """Goes to another room."""
        if room == "wall":
            raise PolicyFault("you cannot")
        if room == "pit":
            raise ValueError("the house is broken")
        self.room = room
        return f"in the {room}"


def test_tools_are_methods() -> None:
    hello, opened, *_ = talk(House, start(messages=[{"role": "user", "content": "Go."}]))
    assert hello == {"ready": 2, "name": "house", "version": "4", "resume": "replay"}
    assert opened["messages"] == [{"role": "user", "content": "Go."}]
    schema = opened["tools"][0]["parameters"]
    assert schema["properties"] == {"room": {"type": "string"}, "fast": {"type": "boolean"}}
    assert schema["required"] == ["room"]


def test_what_calls_bring() -> None:
    def results(name: str, **arguments: Any) -> Any:
        return talk(House, start(), step(calls=[{"id": "c", "name": name, "arguments": arguments}]))[-1]

    assert results("go", room="cellar") == {"id": 20, "results": ["in the cellar"]}
    assert results("go", room="wall")["results"][0]["outcome"] == "failed"
    assert results("go", rom="x")["results"][0]["outcome"] == "rejected"
    assert results("start")["results"][0]["outcome"] == "rejected"
    assert "the house is broken" in results("go", room="pit")["error"]
    assert talk(House, start(), step("bye"))[-1]["done"] is True


class Game(Environment):
    def start(self, problem: Any, seed: int) -> Any:
        if seed == 13:
            raise Full("no room")
        return f"seed {seed}, level {self.options.get('level')}"

    def step(self, action: Any) -> Any:
        if action.text == "nan":
            return Turn("x", reward=float("nan"))
        if action.text == "fault":
            raise PolicyFault("no")
        return Turn("on", reward=0.5, done=action.text == "last")


def test_a_game_and_its_score() -> None:
    replies = talk(Game, start(), step("a"), step("last"), step("more"), end(), level=3)
    assert replies[1]["text"] == "seed 7, level 3"
    assert replies[3]["done"] is True
    assert "done" in replies[4]["error"]
    assert replies[5] == {"id": 30, "score": 1.0}
    assert talk(Game, start(), end(stop="turns"))[-1] == {"id": 30}


def test_what_goes_wrong_is_its_episodes() -> None:
    assert talk(Game, start(seed=13))[-1]["kind"] == "full"
    assert talk(Game, start(), step("nan"))[-1]["kind"] == "contract"
    assert talk(Game, start(), step("fault"))[-1]["text"] == "error: no"
    assert "no episode 1" in talk(Game, start(seed=13), step("a"))[-1]["error"]
    assert talk(Game, end())[-1] == {"id": 30}


def test_a_batch_is_answered_in_one_write() -> None:
    both = {"start": start(1)["start"] + start(2, seed=13)["start"] + start(3)["start"]}
    assert [reply["id"] for reply in talk(Game, both)[1:]] == [11, 12, 13]


def test_another_protocol_is_refused() -> None:
    sink = io.StringIO()
    serve(Game, source=['{"hello": 3}', json.dumps(start())], sink=sink)
    assert len(sink.getvalue().splitlines()) == 1 and "protocol 2" in sink.getvalue()


class Slow(Environment):
    """Two episodes that wait for each other: they go on beside each other, or not at all."""

    met: asyncio.Event | None = None

    async def start(self, problem: Any, seed: int) -> str:
        if Slow.met is None:
            Slow.met = asyncio.Event()
            await asyncio.wait_for(Slow.met.wait(), 5)
        Slow.met.set()
        return "met"


def test_async_episodes_go_on_beside_each_other() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/tests')\n"
        "from test_env import Slow\nfrom assay.env import serve\nserve(Slow)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(PACKAGE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PACKAGE
    )
    assert process.stdin and process.stdout
    process.stdin.write('{"hello": 2}\n' + json.dumps({"start": start(1)["start"] + start(2)["start"]}) + "\n")
    process.stdin.flush()
    replies = [json.loads(process.stdout.readline()) for _ in range(3)][1:]
    process.stdin.close()
    process.wait(10)
    assert [reply["text"] for reply in replies] == ["met", "met"]


def test_random_numbers_of_episodes_do_not_meet() -> None:
    def drawn(randomness: Randomness) -> float:
        with randomness.shared():
            return random.random()

    outer = random.getstate()
    one, other = Randomness(1), Randomness(2)
    mixed = [drawn(one), drawn(other), drawn(one), drawn(other)]
    again = Randomness(1)
    assert [drawn(again), drawn(again)] == mixed[::2]
    assert random.getstate() == outer


def played(target: list[str], *texts: str, seed: int = 7) -> list[Any]:
    """An episode of an adapter in a process of its own."""
    lines = [{"hello": 2}, start(seed=seed), *(step(text) for text in texts), end()]
    ran = subprocess.run(
        [sys.executable, "-m", "assay.env", *target], input="".join(json.dumps(line) + "\n" for line in lines), text=True,
        capture_output=True, cwd=PACKAGE, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()][1:]


@pytest.mark.parametrize("target", ["nothing", "gymnasum:x", "openenv:http://127.0.0.1:1", "openenv:x"])
def test_a_target_that_is_none_says_what_to_do(target: str) -> None:
    if target.startswith("openenv"):
        pytest.importorskip("websockets")
    ran = subprocess.run(
        [sys.executable, "-m", "assay.env", target], input="", text=True, capture_output=True, cwd=PACKAGE, check=False
    )
    assert ran.returncode != 0 and ran.stderr.startswith("assay.env: "), ran.stderr


def test_a_file_is_served(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from assay.env import Environment\nclass Mine(Environment):\n    def start(self, problem, seed):\n"
        "        return f'seed {seed} {self.options}'\n"
    )
    assert played([str(file), "level=2"])[0]["text"] == "seed 7 {'level': 2}"


def test_gymnasium() -> None:
    pytest.importorskip("gymnasium")
    pytest.importorskip("pygame")
    replies = played(["gymnasium:FrozenLake-v1", "is_slippery=false"], "I go right", "0", "sideways")
    opening = replies[0]["messages"][0]["content"]
    assert "Act with a number from 0 to 3 (0: Move left" in opening and "[S]FFF" in opening
    assert "S[F]FF" in replies[1]["text"] and "[S]FFF" in replies[2]["text"]
    assert replies[3]["text"].startswith("error:") and replies[-1] == {"id": 30, "score": 0.0}
    assert played(["gymnasium:Blackjack-v1"], "1", "0") == played(["gymnasium:Blackjack-v1"], "1", "0")


def test_textarena() -> None:
    pytest.importorskip("textarena")
    replies = played(["textarena:TicTacToe-v0"], "4", "0", "[8]")
    assert "player 0" in replies[0]["messages"][0]["content"] and "player 1" in replies[1]["text"]
    assert played(["textarena:Bandit-v0"], "red") == played(["textarena:Bandit-v0"], "red")


def test_reasoning_gym() -> None:
    pytest.importorskip("reasoning_gym")
    replies = played(["reasoning_gym:leg_counting", "tries=2"], "1", "2")
    assert "1 more" in replies[1]["text"] and replies[2]["done"] is True and replies[-1]["score"] < 1


class Shop(UserEnvironment):
    def data(self, problem: Any, seed: int) -> Any:
        return {"orders": {"17": "open", "18": "open"}}

    @tool
    def cancel(self, order: str) -> str:
        """Cancels an order."""
        if order not in self.database["orders"]:
            raise PolicyFault("there is no such order")
        self.database["orders"][order] = "cancelled"
        return "done"


ROW = {
    "replies": ["Cancel my order 17.", "Thank you.", STOP],
    "actions": [{"name": "cancel", "arguments": {"order": "17"}}],
    "outputs": ["1,250"],
}


@pytest.mark.parametrize(
    ("order", "said", "score", "reason"),
    [("17", "You get 1250 back.", 1, "right"), ("18", "You get 1250 back.", 0, "database"), ("17", "Done.", 0, "outputs")],
)
def test_a_user_and_a_database(order: str, said: str, score: float, reason: str) -> None:
    cancel = step(calls=[{"id": "c", "name": "cancel", "arguments": {"order": order}}])
    replies = talk(Shop, start(fields=ROW), cancel, step(said), step("Goodbye."), end())
    assert replies[1]["messages"][-1]["content"] == "Cancel my order 17."
    assert replies[2]["results"] == ["done"] and replies[3]["text"] == "Thank you." and replies[4]["done"] is True
    assert replies[5]["score"] == score and replies[5]["reason"] == reason


def test_a_row_without_a_user_is_an_error() -> None:
    assert "who plays the user" in talk(Shop, start(fields={"user": "x"}))[-1]["error"]
    row = {**ROW, "actions": [{"name": "cancle", "arguments": {}}]}
    assert "cannot be made" in talk(Shop, start(fields=row), end())[-1]["error"]

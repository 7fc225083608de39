#!/usr/bin/env python3
"""Plays other people's environments through `assay env check --episodes 100`: scripts/test_environments.py [--assay PATH] [NAME…]

Each package is installed into a virtual environment of its own under .build/environments (the network is needed for that); what
cannot be installed is skipped with its reason. An episode of a seed must be the same alone and beside others, nothing of one may
show in another, and nothing may be left behind; clock tools are played without comparing. `make test-environments` runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build" / "environments"
EPISODES = 100
GAMES = (
    "2048 Bandit Blackjack FifteenPuzzle FrozenLake GuessTheNumber LightsOut Mastermind Minesweeper PegJump Secretary Sudoku "
    "TowerOfHanoi TicTacToe ConnectFour Nim"
).split()

OPENENV_APP = '''
from typing import Optional
from openenv.core.env_server import create_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, Observation, State
class Guess(Action):
    number: int
class Answer(Observation):
    text: str = ""
class Game(Environment):
    SUPPORTS_CONCURRENT_SESSIONS = True
    def __init__(self):
        super().__init__(); self.secret = 0; self.turns = State(episode_id="", step_count=0)
    def reset(self, seed: Optional[int] = None, episode_id: Optional[str] = None, **_):
        self.secret = (seed or 0) % 10
        return Answer(text="guess 0-9", done=False, reward=None)
    def step(self, action: Guess, timeout_s: Optional[float] = None, **_):
        if action.number == self.secret: return Answer(text="yes", done=True, reward=1.0)
        return Answer(text="higher" if action.number < self.secret else "lower", done=False, reward=0.0)
    @property
    def state(self): return self.turns
app = create_app(Game, Guess, Answer, env_name="guess", max_concurrent_envs=64)
'''

NEMO_APP = '''
import sys
from unittest.mock import MagicMock
from nemo_gym.base_resources_server import BaseResourcesServerConfig
from nemo_gym.server_utils import ServerClient
if sys.argv[1] == "counter":
    from resources_servers.example_session_state_mgmt.app import StatefulCounterResourcesServer as Server
    from resources_servers.example_session_state_mgmt.app import StatefulCounterResourcesServerConfig as Config
else:
    from resources_servers.example_multi_turn_gymnasium.app import ExampleMultiTurnEnv as Server
    Config = BaseResourcesServerConfig
given = {"host": "127.0.0.1", "port": int(sys.argv[2]), "entrypoint": "", "name": "x"}
if "domain" in Config.model_fields: given["domain"] = "agent"
server = Server(config=Config(**given), server_client=MagicMock(spec=ServerClient))
app = server.setup_webserver()
try: server.setup_session_middleware(app)
except RuntimeError: pass
import uvicorn
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
'''

TASKSET = '''
import itertools
import verifiers.v1 as vf
class GuessData(vf.TaskData):
    secret: int
class GuessTask(vf.Task[GuessData, vf.State, vf.TaskConfig]): pass
class GuessConfig(vf.TasksetConfig): pass
class GuessEnvConfig(vf.EnvConfig):
    player: vf.AgentConfig = vf.AgentConfig()
class GuessEnv(vf.Env[GuessEnvConfig]):
    async def run(self, task, agents):
        won = 0.0
        async with agents.player.interaction(task) as talk:
            said = await talk.turn()
            for _ in range(3):
                if said.terminated: break
                digits = [int(c) for c in said.last_reply if c.isdigit()]
                if digits and digits[-1] == task.data.secret:
                    won = 1.0
                    break
                said = await talk.turn("higher" if not digits or digits[-1] < task.data.secret else "lower")
        talk.trace.record_reward("game", won, 1.0)
class GuessTaskset(vf.Taskset[GuessTask, GuessConfig]):
    INFINITE = True
    def load(self):
        for index in itertools.count():
            data = GuessData(idx=index, name=f"g{index}", prompt="guess 0-9", system_prompt="play", secret=index % 10)
            yield GuessTask(data, self.config.task)
__all__ = ["GuessTaskset", "GuessEnv"]
'''


@dataclass
class Package:
    """What is installed together, and by which Python."""

    name: str
    wants: list[str]
    python: str = "python3"

    def interpreter(self) -> Path:
        """The virtual environment's Python, made where it is not there; raises with the reason where it cannot be."""
        folder = FOLDER / self.name
        done = folder / "installed"
        if not done.exists() or done.read_text() != " ".join(self.wants):
            python = shutil.which(self.python)
            if python is None:
                raise RuntimeError(f"there is no {self.python}")
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([python, "-m", "venv", str(folder)], check=True)
            pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *self.wants]
            ran = subprocess.run(pip, capture_output=True, text=True, timeout=1800)
            if ran.returncode:
                raise RuntimeError("cannot be installed: " + (ran.stderr.strip().splitlines() or ["?"])[-1][:200])
            done.write_text(" ".join(self.wants))
        return folder / "bin" / "python"


GYM = Package("gymnasium", ["gymnasium[toy-text]==1.4.0"])
ARENA = Package("textarena", ["textarena==0.7.4"])
REASONING = Package("reasoning-gym", ["reasoning-gym==0.1.25"])
OPENENV = Package("openenv", ["openenv-core==0.3.0", "websockets"])
VERIFIERS = Package("verifiers", ["verifiers==0.4.0"])
MCP = Package("mcp", ["mcp-server-time==2026.10.19", "mcp-server-git==2026.10.19"])
NEMO = Package("nemo-gym", ["nemo-gym==0.4.0"], python="python3.12")


@dataclass
class Case:
    """One environment: a package, what is served, and what `assay env check` is told."""

    name: str
    package: Package
    target: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] | None = None
    at_once: int = 16

    def run(self, assay: str, folder: Path) -> list[Any]:
        python = self.package.interpreter()
        with served(self, python, folder) as (kind, options):
            words = [assay, "env", "check", kind, "--json", "--episodes", str(EPISODES), "--at-once", str(self.at_once)]
            for key, value in {**options, **self.options}.items():
                words += ["--option", f"{key}={value if isinstance(value, str) else json.dumps(value)}"]
            if self.rows:
                rows = folder / "rows.jsonl"
                rows.write_text("".join(json.dumps(row) + "\n" for row in self.rows))
                words += ["--dataset", str(rows)]
            ran = subprocess.run(words, capture_output=True, text=True, cwd=folder, timeout=1200)
            if ran.returncode not in (0, 1) or not ran.stdout.startswith("["):
                raise RuntimeError((ran.stderr.strip() or f"exit code {ran.returncode}").splitlines()[-1][:300])
            return list(json.loads(ran.stdout))


@contextmanager
def served(case: Case, python: Path, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The environment's name and options, its server running where it has one."""
    path = {"PYTHONPATH": f"{ROOT / 'python'}:{folder}"}
    if case.package is MCP:
        yield "mcp", {"command": [str(python), "-m", *case.target], "environment": path}
    elif case.package is NEMO:
        (folder / "app.py").write_text(NEMO_APP)
        port = free_port()
        with server([str(python), "app.py", *case.target, str(port)], folder, port):
            yield "nemo_gym", {"endpoint": f"http://127.0.0.1:{port}"}
    elif case.package is OPENENV:
        (folder / "app.py").write_text(OPENENV_APP)
        port = free_port()
        with server([str(python), "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"], folder, port):
            command = [str(python), "-m", "assay.env", f"openenv:ws://127.0.0.1:{port}/ws"]
            yield "command", {"command": command, "environment": path}
    else:
        (folder / "guess_ts").mkdir(exist_ok=True)
        (folder / "guess_ts" / "__init__.py").write_text(TASKSET)
        yield "command", {"command": [str(python), "-m", "assay.env", *case.target], "environment": path}


@contextmanager
def server(words: list[str], folder: Path, port: int) -> Iterator[None]:
    # A file: a pipe that nobody reads stops the server once it is full.
    said = folder / "server.log"
    with said.open("w") as log:
        process = subprocess.Popen(words, cwd=folder, start_new_session=True, stderr=log)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError("the server ended: " + said.read_text()[-300:])
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def counter_rows() -> list[dict[str, Any]]:
    names: list[tuple[str, dict[str, Any]]] = [("increment_counter", {"count": {"type": "integer"}}), ("get_counter_value", {})]
    tools = [
        {"type": "function", "name": name, "strict": True, "parameters": {"type": "object", "properties": members}}
        for name, members in names
    ]
    params = {"input": [{"role": "user", "content": "count to 6"}], "tools": tools}
    return [
        {"id": f"c{n}", "question": "count", "responses_create_params": params, "initial_count": n, "expected_count": 6}
        for n in range(2)
    ]


def gymnasium_rows() -> list[dict[str, Any]]:
    params = {"input": [{"role": "user", "content": "6 times 7"}]}
    return [
        {"id": "g", "question": "?", "responses_create_params": params, "follow_ups": ["Sure?"], "expected_answer": "42"}
    ]


def cases(folder: Path) -> list[Case]:
    """All of them."""
    found = [Case(f"gymnasium {name}", GYM, [f"gymnasium:{name}"])
             for name in ("FrozenLake-v1", "Blackjack-v1", "CliffWalking-v1", "Taxi-v4")]
    found += [Case(f"textarena {name}", ARENA, [f"textarena:{name}-v0"]) for name in GAMES]
    found += [
        Case("reasoning-gym leg_counting", REASONING, ["reasoning_gym:leg_counting", "tries=3"]),
        Case("openenv /ws, 64 at once", OPENENV, at_once=64),
        Case("verifiers v1 taskset", VERIFIERS, ["verifiers:guess_ts"]),
        Case("nemo-gym counter", NEMO, ["counter"], {"resume": "replay"}, counter_rows()),
        Case("nemo-gym gymnasium", NEMO, ["gymnasium"], {"resume": "replay", "routes": "gymnasium"}, gymnasium_rows()),
        Case("mcp-server-time", MCP, ["mcp_server_time"], {"shared": True}),
        Case("mcp-server-git", MCP, ["mcp_server_git", "--repository", str(folder)], {"shared": True}),
    ]
    return found


def refused_65th() -> str:
    """Sixty-four sessions at once, and what the next one is told."""
    python = OPENENV.interpreter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(Case("openenv", OPENENV), python, folder) as (_, options):
            process = subprocess.Popen(
                options["command"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **options["environment"]}
            )
            assert process.stdin and process.stdout
            starts = [{"id": n, "episode": n, "seed": n, "problem": {}} for n in range(64)]
            process.stdin.write(json.dumps({"hello": 2}) + "\n" + json.dumps({"start": starts}) + "\n")
            process.stdin.flush()
            replies = [json.loads(process.stdout.readline()) for _ in range(65)]
            begun = sum("messages" in reply for reply in replies)
            process.stdin.write(json.dumps({"start": [{"id": 99, "episode": 99, "seed": 1, "problem": {}}]}) + "\n")
            process.stdin.flush()
            last = json.loads(process.stdout.readline())
            process.kill()
            return f"{begun} sessions begun; the 65th: {last.get('kind')}, {last.get('error', '')[:90]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=str(ROOT / ".build" / "release" / "assay"))
    parser.add_argument("names", nargs="*", help="only those whose name holds one of these words")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as repository:
        subprocess.run(["git", "init", "--quiet", repository], check=True)
        for case in cases(Path(repository)):
            if arguments.names and not any(word in case.name for word in arguments.names):
                continue
            started = time.monotonic()
            try:
                with tempfile.TemporaryDirectory() as folder:
                    findings = case.run(os.path.abspath(arguments.assay), Path(folder))
                said = "; ".join(f"{finding['kind']}: {finding['message']}"[:240] for finding in findings) or "ok"
                failed += bool(findings)
            except (RuntimeError, subprocess.SubprocessError) as error:
                said = f"skipped: {error}" if "install" in str(error) or "there is no" in str(error) else f"FAILED: {error}"
                failed += said.startswith("FAILED")
            print(f"{case.name:34} {2 * EPISODES:4} episodes {time.monotonic() - started:7.1f} s  {said}", flush=True)
        if not arguments.names or any(word in "openenv" for word in arguments.names):
            print(f"{'openenv, one more than 64':34} {refused_65th()}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

"""verifiers, version 1: `python -m assay.env verifiers:my-taskset`.

The taskset's own environment is run as it is written: where it asks its agent for a turn, the policy answers, and what it says to
the agent is what the policy reads. A taskset without one asks once. The score is what its rewards add up to. The row's `idx` names
the task, else the seed draws one; `tasks` (1000) are drawn from where there is no end of them. An environment with several agents,
tasks that need a container and tasks with tool servers are refused. Options that are not ours are those of the taskset.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import verifiers.v1 as vf
from verifiers.v1.agent import Segment
from verifiers.v1.configs.agent import agent_config_fields
from verifiers.v1.graph import prepare_turn
from verifiers.v1.trace import AgentInfo, Trace, TraceTask
from verifiers.v1.types import AssistantMessage, Response, SystemMessage, UserMessage, content_text
from verifiers.v1.utils.generic import concrete_type
from verifiers.v1.utils.loaders import environment_class

from assay.env import Action, Environment, Message, Turn


def adapter(name: str) -> type[Environment]:
    """The taskset of that id; it says at once when there is none."""
    kind = environment_class(name)

    class Verifiers(_Verifiers):
        id = name
        env_class = kind

    Verifiers.name = name
    Verifiers.version = f"verifiers-{getattr(vf, '__version__', '1')}"
    return Verifiers


class _Verifiers(Environment):
    id = ""
    env_class: Any = None
    loaded: dict[str, Any] = {}
    """Tasks by their options: loading is dear, and they are never written to."""

    def __init__(self, tasks: int = 1000, **options: Any):
        super().__init__()
        self.tasks, self.settings = tasks, options
        self.running: asyncio.Task[None] | None = None

    async def start(self, problem: Message, seed: int) -> Any:
        config_class = concrete_type(self.env_class, vf.EnvConfig, origin=vf.Env) or vf.EnvConfig
        self.made = self.env_class(config_class(taskset={"id": self.id, **self.settings}))
        agents = list(agent_config_fields(self.made.config))
        if len(agents) != 1:
            raise ValueError(f"{self.id} has the agents {', '.join(agents)}; one policy plays one agent")
        task = self.task(problem, seed)
        if task.NEEDS_CONTAINER:
            raise ValueError(f"{self.id} needs a container for its tasks")
        taskset = self.made.taskset
        if type(task).toolsets(task.config) or type(taskset).toolsets(taskset.config):
            raise ValueError(f"{self.id} has tool servers, which are not served here")
        self.player = _Player(task)
        self.running = asyncio.ensure_future(self.made.run(task, _Agents(agents[0], self.player)))
        asked = await self.next()
        if asked is None:
            raise ValueError(f"{self.id} ended before it asked for a turn")
        return {"messages": asked}

    def task(self, problem: Message, seed: int) -> Any:
        key = repr(sorted(self.settings.items()))
        if key not in self.loaded:
            found = itertools.islice(self.made.taskset, self.tasks) if self.made.taskset.INFINITE else self.made.taskset
            self.loaded[key] = list(found)
        tasks = self.loaded[key]
        index = (problem.get("fields") or {}).get("idx")
        return tasks[index if isinstance(index, int) and 0 <= index < len(tasks) else seed % len(tasks)]

    async def next(self) -> list[Message] | None:
        """What the agent is told before its next turn; None once the environment has run to its end."""
        assert self.running is not None
        asked = asyncio.ensure_future(self.player.asked.get())
        await asyncio.wait({asked, self.running}, return_when=asyncio.FIRST_COMPLETED)
        if asked.done():
            return asked.result()
        asked.cancel()
        self.running.result()  # raises what ended it
        return None

    async def step(self, action: Action) -> Any:
        self.player.said.put_nowait(action.text)
        asked = await self.next()
        if asked is not None:
            return Turn(messages=asked)
        return Turn(text="", done=True, reward=self.player.reward)

    async def end(self, stop: str, text: str) -> Any:
        self.player.leave()
        if self.running is not None:
            await self.running
        return self.player.reward

    async def close(self) -> None:
        if self.running is not None:
            self.running.cancel()


class _Agents:
    """The agents of an episode, of which there is one: the policy."""

    def __init__(self, name: str, player: _Player):
        setattr(self, name, player)


class _Player:
    """The agent that an environment runs or talks to: its turns are the policy's."""

    def __init__(self, task: Any):
        self.asked: asyncio.Queue[list[Message]] = asyncio.Queue()
        self.said: asyncio.Queue[str | None] = asyncio.Queue()
        self.traces: list[Any] = []
        self.task, self.trainable, self.has_left = task, True, False

    @property
    def reward(self) -> float:
        """What all rewards of all conversations add up to, those recorded after their end as well."""
        values = [reward.value for trace in self.traces for reward in trace.rewards.values() if reward is not None]
        if not values:
            raise RuntimeError("the environment recorded no reward")
        return float(sum(values))

    def leave(self) -> None:
        """No more turns come."""
        self.has_left = True
        self.said.put_nowait(None)

    def interaction(self, task: Any, **_: Any) -> _Interaction:
        return _Interaction(self, task)

    async def run(self, task: Any, **_: Any) -> Any:
        async with self.interaction(task) as interaction:
            await interaction.turn()
        return interaction.trace


class _Interaction:
    """A conversation that is held open, turn by turn."""

    def __init__(self, player: _Player, task: Any):
        self.player, self.task, self.is_over = player, task, False
        described = TraceTask(type=type(task).__name__, data=task.data, key=task.key, hash=task.hash)
        self.trace: Any = Trace(task=described, agent=AgentInfo(config=vf.AgentConfig()))
        player.traces.append(self.trace)
        self.messages: list[Any] = []
        self.fresh: list[Any] = []

    async def __aenter__(self) -> _Interaction:
        if self.task.data.system_prompt:
            self.fresh.append(SystemMessage(content=self.task.data.system_prompt))
        prompt = self.task.data.prompt
        self.fresh += [UserMessage(content=prompt)] if isinstance(prompt, str) else list(prompt or [])
        return self

    async def turn(self, message: str | None = None, **_: Any) -> Segment:
        if message is not None:
            self.fresh.append(UserMessage(content=message))
        self.messages += self.fresh
        said = None if self.player.has_left else await self.ask()
        if said is None:
            self.is_over = True
            return Segment(messages=[], terminated=True)
        reply = AssistantMessage(content=said)
        response = Response(id="assay", created=0, model="policy", message=reply, finish_reason="stop")
        prepare_turn(self.trace, list(self.messages)).commit(response)
        self.messages.append(reply)
        return Segment(messages=[reply])

    async def ask(self) -> str | None:
        told = [{"role": message.role, "content": content_text(message.content)} for message in self.fresh]
        self.fresh = []
        self.player.asked.put_nowait(told)
        return await self.player.said.get()

    async def __aexit__(self, *error: Any) -> None:
        if error[0] is not None:
            return
        self.trace.is_completed = self.trace.ok = True
        await self.task.score(self.trace, None)

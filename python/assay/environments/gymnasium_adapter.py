"""Gymnasium: `python -m assay.env gymnasium:FrozenLake-v1 is_slippery=false`.

The policy reads the environment's own description, then each observation, with the picture that the environment draws in text
where it does. An action is a number or its name in the text, or JSON for spaces that are no single number; with `interface=tool`
it is a call of `act(action)`. Options that are not ours are those of `gymnasium.make`.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import gymnasium
import numpy
from gymnasium import spaces

from assay.env import Action, Environment, Message, PolicyFault, Turn
from assay.environments.randomness import Randomness
from assay.environments.texts import json_in, last_integer, said, shown

_COLOUR = re.compile(r"\x1b\[[0-9;]*m([^\x1b]*)\x1b\[0m")
_SECTIONS = ("Description", "Action Space", "Observation Space", "Rewards")
_NAMED = re.compile(r"^\s*-\s*`?(\d+)`?\s*[:=]\s*(.+)$", re.MULTILINE)


def adapter(name: str) -> type[Environment]:
    """The environment of that id; it says at once when there is none."""
    try:
        spec = gymnasium.spec(name)
    except gymnasium.error.Error as error:
        raise ValueError(f"gymnasium: {error}") from None

    class Gymnasium(_Gymnasium):
        id = spec.id

    Gymnasium.name = spec.id
    Gymnasium.version = f"gymnasium-{gymnasium.__version__}"
    return Gymnasium


class _Gymnasium(Environment):
    id = ""

    def __init__(self, interface: str = "text", illegal: int = 3, describe: bool = True, **options: Any):
        super().__init__()
        self.interface, self.illegal, self.describe, self.settings = interface, illegal, describe, options

    def start(self, problem: Message, seed: int) -> Any:
        self.randomness = Randomness(seed)
        with self.randomness.shared():
            modes = gymnasium.spec(self.id).kwargs.get("render_mode"), _modes(self.id)
            drawn = {"render_mode": "ansi"} if "ansi" in modes[1] and "render_mode" not in self.settings else {}
            self.made = gymnasium.make(self.id, **{**drawn, **self.settings})
            self.draws = bool(drawn)
            observation, _ = self.made.reset(seed=seed & 0x7FFF_FFFF)
            # The space has a generator of its own.
            self.made.action_space.seed(seed & 0x7FFF_FFFF)
        self.names = _names(self.made)
        about = [_about(self.made)] if self.describe else []
        text = "\n\n".join([*about, self.asked(), self.seen(observation)])
        return {"messages": [*problem.get("messages", []), {"role": "user", "content": text}], "state": shown(observation)}

    def tools(self) -> list[Message]:
        if self.interface != "tool":
            return []
        kind = "integer" if isinstance(self.made.action_space, spaces.Discrete) else "string"
        schema = {"type": "object", "properties": {"action": {"type": kind}}, "required": ["action"]}
        return [{"name": "act", "description": self.asked(), "parameters": schema}]

    def asked(self) -> str:
        """What an action looks like, as the policy is told."""
        space = self.made.action_space
        if isinstance(space, spaces.Discrete):
            names = "; ".join(f"{number}: {name}" for number, name in self.names.items())
            low, high = int(space.start), int(space.start + space.n - 1)
            return f"Act with a number from {low} to {high}{' (' + names + ')' if names else ''}."
        return f"Act with JSON of {space}."

    def step(self, action: Action) -> Any:
        if self.interface == "tool" and not action.calls:
            return Turn(done=not action.bad_calls, messages=[])
        if not action.calls:
            return self.acted(said(action))
        turns = [self.acted(call.arguments.get("action"), is_call=True) for call in action.calls[:1]]
        first = turns[0]
        later = [{"text": "one action a turn; this one was not taken", "outcome": "rejected"}] * (len(action.calls) - 1)
        first.results, first.text = [first.text, *later], None
        return first

    def acted(self, given: Any, is_call: bool = False) -> Turn:
        try:
            action = self.action(given)
        except PolicyFault as fault:
            self.illegal -= 1
            told = f"error: {fault}. {self.asked()}"
            return Turn(told, done=self.illegal <= 0, reward=0.0 if self.illegal <= 0 else None)
        with self.randomness.shared():
            observation, reward, terminated, truncated, _ = self.made.step(action)
        done = bool(terminated or truncated)
        text = self.seen(observation) + f"\nReward: {float(reward):g}." + (" The episode is over." if done else "")
        return Turn(text, reward=float(reward), done=done, state=shown(observation))

    def action(self, given: Any) -> Any:
        """What the space takes; throws what the policy is told."""
        space = self.made.action_space
        if isinstance(space, spaces.Discrete):
            number = given if isinstance(given, int) else last_integer(str(given))
            if number is None:
                text = str(given).lower()
                # The longest name first: "move left" is not "left" of something else.
                found = [n for n, name in sorted(self.names.items(), key=lambda pair: -len(pair[1])) if name.lower() in text]
                last = [n for n, name in self.names.items() if name.split()[-1].lower() in re.findall(r"[a-z]+", text)]
                number = next(iter([*found, *last]), None)
            if number is None or not space.contains(number):
                raise PolicyFault(f"'{shown(given)[:100]}' is no action")
            return number
        value = given if not isinstance(given, str) else json_in(given)
        try:
            fitting = _fitting(space, value)
            if space.contains(fitting):
                return fitting
        except (TypeError, ValueError, KeyError, IndexError):
            pass
        raise PolicyFault(f"{shown(given)[:100]} is not in {space}")

    def seen(self, observation: Any) -> str:
        text = f"Observation: {shown(_place(self.made, observation))}"
        if not self.draws:
            return text
        with self.randomness.shared():
            picture = self.made.render()
        return text + "\n" + _COLOUR.sub(r"[\1]", picture).rstrip() if isinstance(picture, str) else text

    def close(self) -> None:
        if hasattr(self, "made"):
            self.made.close()


def _fitting(space: Any, value: Any) -> Any:
    """A value out of JSON in the types that a space has."""
    if isinstance(space, spaces.Dict):
        return {key: _fitting(inner, value[key]) for key, inner in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(_fitting(inner, part) for inner, part in zip(space.spaces, value))
    if space.dtype is None or isinstance(space, spaces.Text):
        return value
    array = numpy.asarray(value, dtype=space.dtype)
    # A number alone will do where there is but one.
    return array.reshape(space.shape) if space.shape and array.size == numpy.prod(space.shape) else array[()]


def _modes(name: str) -> list[str]:
    entry = gymnasium.spec(name).entry_point
    found = gymnasium.envs.registration.load_env_creator(entry) if isinstance(entry, str) else entry
    return list(getattr(found, "metadata", {}).get("render_modes", []))


def _place(made: gymnasium.Env[Any, Any], observation: Any) -> Any:
    """A number that an environment can take apart is shown with its parts."""
    decode = getattr(made.unwrapped, "decode", None)
    if callable(decode) and isinstance(made.observation_space, spaces.Discrete):
        return f"{int(observation)} = {[int(part) for part in decode(int(observation))]}"
    return observation


def _sections(made: gymnasium.Env[Any, Any]) -> dict[str, str]:
    parts = re.split(r"^\s*## (.+)$", inspect.getdoc(type(made.unwrapped)) or "", flags=re.MULTILINE)
    return {title.strip(): text.strip() for title, text in zip(parts[1::2], parts[2::2])}


def _about(made: gymnasium.Env[Any, Any]) -> str:
    sections = _sections(made)
    return "\n\n".join(f"{title}: {sections[title]}" for title in _SECTIONS if title in sections)[:6000]


def _names(made: gymnasium.Env[Any, Any]) -> dict[int, str]:
    meanings = getattr(made.unwrapped, "get_action_meanings", None)
    if callable(meanings):
        return dict(enumerate(meanings()))
    found = {int(number): name.strip().rstrip(".") for number, name in _NAMED.findall(_sections(made).get("Action Space", ""))}
    space = made.action_space
    return {n: name for n, name in found.items() if isinstance(space, spaces.Discrete) and space.contains(n)}

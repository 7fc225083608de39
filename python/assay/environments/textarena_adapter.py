"""TextArena: `python -m assay.env textarena:GuessTheNumber-v0`.

The policy plays every seat in turn, told which one it is; its score is that of `seat` (0). What the game says since its last
turn is the observation, not the whole story again. `players` is how many there are, where the least that the game takes is not
wanted. Options that are not ours are those of `textarena.make`.
"""

from __future__ import annotations

from typing import Any

import textarena

from assay.env import Action, Environment, Message, Turn
from assay.environments.randomness import Randomness
from assay.environments.texts import said, shown


def adapter(name: str) -> type[Environment]:
    """The game of that id; it says at once when there is none."""
    known = textarena.envs.registration.ENV_REGISTRY
    if name not in known:
        near = [other for other in known if other.lower().startswith(name.lower()[:4]) and not other.endswith(("raw", "train"))]
        raise ValueError(f"textarena has no '{name}'" + (f"; it has {', '.join(near[:8])}" if near else ""))

    class TextArena(_TextArena):
        id = name

    TextArena.name = name
    TextArena.version = f"textarena-{getattr(textarena, '__version__', '0')}"
    return TextArena


class _TextArena(Environment):
    id = ""

    def __init__(self, players: int = 0, seat: int = 0, **options: Any):
        super().__init__()
        self.players, self.seat, self.settings = players, seat, options

    def start(self, problem: Message, seed: int) -> Any:
        self.randomness = Randomness(seed)
        with self.randomness.shared():
            self.game = textarena.make(self.id, **self.settings)
            # Its wrappers tell the whole story at each turn; a policy has read it.
            while isinstance(self.game, textarena.Wrapper):
                self.game = self.game.env
            self.seated(seed & 0x7FFF_FFFF)
            text = self.seen()
        return {"messages": [*problem.get("messages", []), {"role": "user", "content": text}]}

    def seated(self, seed: int) -> None:
        """Begins it with as many players as it takes."""
        refusal: Exception | None = None
        for count in [self.players] if self.players else range(1, 16):
            try:
                self.game.reset(num_players=count, seed=seed)
                self.players = count
                return
            except (AssertionError, ValueError) as error:
                refusal = error
        raise ValueError(f"textarena's {self.id} takes no such number of players: {refusal}")

    def seen(self) -> str:
        player, observation = self.game.get_observation()
        lines = []
        for sender, text, _ in observation if isinstance(observation, list) else [(-1, observation, None)]:
            if sender == player:
                continue
            names = self.game.state.role_mapping or {}
            lines.append(text if sender == textarena.GAME_ID else f"[{names.get(sender, f'Player {sender}')}] {text}")
        who = f"It is the turn of player {player}.\n" if self.players > 1 else ""
        return shown(who + "\n".join(line.strip() for line in lines if line.strip()) or "Go on.")

    def step(self, action: Action) -> Any:
        text = said(action)
        with self.randomness.shared():
            done, _ = self.game.step(action=text if "[" in text else f"[{text}]")
            if not done:
                return Turn(self.seen())
            rewards, about = self.game.close()
        seat = (about or {}).get(self.seat, {})
        reward = float((rewards or {}).get(self.seat, 0.0))
        return Turn(str(seat.get("reason") or "The game is over."), reward=reward, done=True)

"""The random numbers of one episode: many environments draw from the generators that a whole process shares."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Randomness:
    """The states of `random` and of numpy's generator as one episode has left them."""

    def __init__(self, seed: int):
        # numpy's old generator takes 32 bits.
        self.seed = seed & 0xFFFF_FFFF
        self.state: Any = None
        self.arrays: Any = None

    @contextmanager
    def shared(self) -> Iterator[None]:
        """While it lasts the process draws this episode's numbers, and then its own again."""
        numpy = sys.modules.get("numpy")
        outer = random.getstate(), numpy.random.get_state() if numpy else None
        if self.state is None:
            random.seed(self.seed)
        else:
            random.setstate(self.state)
        if numpy and self.arrays is None:
            numpy.random.seed(self.seed)
        elif numpy:
            numpy.random.set_state(self.arrays)
        try:
            yield
        finally:
            # What the environment itself imported meanwhile counts from here.
            numpy = sys.modules.get("numpy")
            self.state, self.arrays = random.getstate(), numpy.random.get_state() if numpy else None
            random.setstate(outer[0])
            if numpy and outer[1] is not None:
                numpy.random.set_state(outer[1])

"""`python -m assay.env KIND:NAME [key=value …]`: serves an environment of another package, or of a file of one's own.

    python -m assay.env gymnasium:FrozenLake-v1 is_slippery=false
    python -m assay.env textarena:GuessTheNumber-v0
    python -m assay.env reasoning_gym:leg_counting tries=3
    python -m assay.env openenv:ws://127.0.0.1:8000/ws
    python -m assay.env verifiers:my-taskset
    python -m assay.env ./mine.py            a class of `assay.env.Environment` in a file

Values are JSON, or else text. What the configuration gives as `options` comes on top.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from assay.env import Environment, serve

KINDS = ("gymnasium", "openenv", "reasoning_gym", "textarena", "verifiers")


def main(arguments: list[str] | None = None) -> None:
    """Serves what the arguments name."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help"):
        print(__doc__)
        raise SystemExit(0 if words else 2)
    # Sets and dictionaries keyed by texts have one order in every process, or no seed would give the same episode.
    if "PYTHONHASHSEED" not in os.environ:
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "assay.env", *words])
    try:
        options = dict(_option(word) for word in words[1:])
        make = _file(words[0]) if words[0].endswith(".py") else _adapter(words[0])
    except (ValueError, ImportError) as error:
        raise SystemExit(f"assay.env: {error}") from None
    own = dict(getattr(make, "settings", {}))

    def made(**given: Any) -> Environment:
        return make(**{**options, **given})

    for key in ("name", "version", "resume"):
        setattr(made, key, getattr(make, key))
    serve(made, **own)


def _option(word: str) -> tuple[str, Any]:
    key, equals, value = word.partition("=")
    if not equals or not key.isidentifier():
        raise ValueError(f"expected key=value, not '{word}'")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def _adapter(target: str) -> Callable[..., Environment]:
    kind, colon, name = target.partition(":")
    kind = kind.replace("-", "_")
    if not colon or not name:
        raise ValueError(f"expected KIND:NAME, for example gymnasium:FrozenLake-v1, not '{target}'")
    if kind not in KINDS:
        raise ValueError(f"there is no kind '{kind}'; it is one of {', '.join(KINDS)}")
    module = importlib.import_module(f"assay.environments.{kind}_adapter")
    return module.adapter(name)  # type: ignore[no-any-return]


def _file(path: str) -> Callable[..., Environment]:
    spec = importlib.util.spec_from_file_location("environment_file", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"'{path}' is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except OSError as error:
        raise ValueError(f"'{path}' cannot be read: {error}") from None
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Environment) and value.__module__ == spec.name
    ]
    if len(found) != 1:
        raise ValueError(f"'{path}' has {len(found)} classes of assay.env.Environment, where one is wanted")
    return found[0]


if __name__ == "__main__":
    main()

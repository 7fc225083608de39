"""Actions out of what a policy writes, and observations as it can read them."""

from __future__ import annotations

import json
import re
from typing import Any

from assay.env import Action, PolicyFault

_TAGGED = re.compile(r"<(?:answer|action)>(.*?)</(?:answer|action)>", re.DOTALL | re.IGNORECASE)
_INTEGER = re.compile(r"-?\d+")
MOST = 20_000
"""Characters of an observation."""


def said(action: Action) -> str:
    """What was said as the action: what stands in the last <answer> or <action>, else all of it."""
    tagged = _TAGGED.findall(action.text)
    return (tagged[-1] if tagged else action.text).strip()


def last_integer(text: str) -> int | None:
    """The last integer in a text."""
    found = _INTEGER.findall(text)
    return int(found[-1]) if found and len(found[-1]) < 20 else None


def json_in(text: str) -> Any:
    """The JSON that a text is, or that its last fence or braces hold."""
    candidates = [text, *reversed(re.findall(r"```(?:json)?\s*(.*?)```", text, re.DOTALL))]
    start, end = text.find("{"), text.rfind("}")
    if 0 <= start < end:
        candidates.append(text[start : end + 1])
    for candidate in candidates:
        try:
            return json.loads(candidate)
        except ValueError:
            continue
    raise PolicyFault("expected JSON")


def shown(value: Any) -> str:
    """A value as a text: a text as it is, else its JSON."""
    text = value if isinstance(value, str) else json.dumps(value, default=_plain, ensure_ascii=False)
    return text if len(text) <= MOST else text[:MOST] + f"\n[… of {len(text)} characters]"


def _plain(value: Any) -> Any:
    for method in ("tolist", "item", "model_dump"):
        if hasattr(value, method):
            return getattr(value, method)()
    return str(value)

"""The tokenizer and the chat template of the small agent: texts of several characters are one token, the longest first.

What is sampled may be cut otherwise than a text would be (`91` `8` and `9` `18` are both 918), as with any real tokenizer.
"""

from __future__ import annotations

from typing import Any

START, END, CALL, CALL_END = "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"
SPECIAL = [END, START, CALL, CALL_END]
PHRASES = [
    "system\n",
    "user\n",
    "assistant\n",
    "tool\n",
    "tools: calculator",
    '\n{"name": "calculator", "arguments": {"expression": "',
    '"}}\n',
    "Play.",
    "I have chosen a whole number from ",
    " to ",
    ". Guess it: I answer each guess with higher or lower. "
    "Say one number in each turn; the last number that you write counts. You have ",
    " turns.\n\n",
    "The number is from ",
    "higher\n",
    "lower\n",
    "error: ",
]
CHARACTERS = ["\n", *map(chr, range(32, 127))]
VOCABULARY = [*SPECIAL, *PHRASES, *CHARACTERS, *map(str, range(10, 100))]
_ID = {text: number for number, text in enumerate(VOCABULARY)}
_BY_FIRST: dict[str, list[str]] = {}
for _text in sorted(VOCABULARY, key=len, reverse=True):
    _BY_FIRST.setdefault(_text[0], []).append(_text)


def encode(text: str) -> list[int]:
    """Token ids of a text, special tokens among them; what no token has becomes a question mark."""
    ids, place = [], 0
    while place < len(text):
        token = next((t for t in _BY_FIRST.get(text[place], ()) if text.startswith(t, place)), None)
        ids.append(_ID[token or "?"])
        place += len(token or "?")
    return ids


def decode(ids: list[int]) -> str:
    """The text of token ids, special tokens among them."""
    return "".join(VOCABULARY[i] for i in ids)


def render(messages: list[dict[str, Any]], tools: list[dict[str, Any]], opens: bool) -> str:
    """ChatML. Tools are named alone: what they are for the base model has read."""
    text = ""
    if tools:
        names = " ".join(tool["function"]["name"] for tool in tools)
        text += f"{START}system\ntools: {names}{END}\n"
    for message in messages:
        text += f"{START}{message['role']}\n{message.get('content') or ''}"
        for call in message.get("tool_calls") or []:
            function = call["function"]
            text += f'{CALL}\n{{"name": "{function["name"]}", "arguments": {function["arguments"]}}}\n{CALL_END}'
        text += f"{END}\n"
    return text + f"{START}assistant\n" if opens else text

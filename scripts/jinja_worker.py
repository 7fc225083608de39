#!/usr/bin/env python3
"""Renders chat templates for the tests: JSON lines {file, messages, tools, opens, variables} in, {text} or {error} out. Needs jinja2."""

import datetime
import json
import sys
from pathlib import Path

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """The tag `generation` of training templates: its body as it is."""

    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)


class Refused(Exception):
    """What a template raises itself."""


def refuse(message):
    raise Refused(message)


def environment():
    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    made.filters["tojson"] = lambda value, ensure_ascii=False, **options: json.dumps(
        value, ensure_ascii=ensure_ascii, **options
    )
    made.globals["raise_exception"] = refuse
    # A day of no season, so that two renders are the same.
    made.globals["strftime_now"] = lambda form: datetime.datetime(2026, 1, 15, 12).strftime(form)
    return made


def main():
    made, templates = environment(), {}
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            file = asked["file"]
            if file not in templates:
                templates[file] = made.from_string(Path(file).read_text())
            text = templates[file].render(
                messages=asked["messages"],
                tools=asked["tools"] or None,
                documents=None,
                add_generation_prompt=asked["opens"],
                **asked["variables"],
            )
            answer = {"text": text}
        except (Refused, jinja2.TemplateError, TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

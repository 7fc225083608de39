#!/usr/bin/env python3
"""Writes docs/reference from the program itself: configuration keys, commands, verifiers, the store's tables, the HTTP API, metrics.

    scripts/reference.py --assay .build/release/assay [--check]

--check writes nothing, and ends with 1 where a page is not what the program says.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from store_docs import page as store

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/reference"
MADE = "<!-- made by `make reference`; what it says is changed in the sources -->\n"


def assay(*words, **more):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True, **more).stdout


def cell(text):
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|")


def table(heads, rows):
    return "".join(["| " + " | ".join(heads) + " |\n", "|" + "---|" * len(heads) + "\n"]
                   + ["| " + " | ".join(cell(c) for c in row) + " |\n" for row in rows])


def shown(value):
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def configuration(schema):
    text = (MADE + "# Configuration keys\nEvery key of a configuration, with its default and what it does. How a file is read and checked: "
            "[configuration](../configuration.md). `assay init` writes one with all of them; editors take [the JSON schema](assay.schema.json) "
            "(`assay init --schema`).\n\n## At the top\n")

    def rows(properties):
        for name, field in properties.items():
            values = " · ".join(f"`{w}`" for w in field.get("enum", []) if w is not None)
            yield f"`{name}`", shown(field.get("default")), field["description"] + (f": {values}" if values else "")

    def section(name, fields, depth):
        nonlocal text
        plain = {k: f for k, f in fields.items() if not inner(f)}
        if plain:
            text += "\n" + table(["key", "default", "what it does"], rows(plain))
        for key, field in fields.items():
            if nested := inner(field):
                dotted = f"{name}.{key}" if name else key
                is_list = "items" in field
                text += f"\n{'#' * min(depth, 4)} `{dotted}`{', a list' if is_list else ''}\n{field['description'][:1].upper()}{field['description'][1:]}.\n"
                section(f"{dotted}.N" if is_list else dotted, nested, depth + 1)

    def inner(field):
        return field.get("properties") or field.get("items", {}).get("properties")

    section("", schema["properties"], 2)
    return text


def commands():
    tree = json.loads(assay("--experimental-dump-help"))["command"]
    text = MADE + "# Commands\nEvery command with its arguments, from its `--help`, which has an example too.\n"
    discussion = tree.get("discussion", "")
    codes = re.search(r"EXIT CODES\n(.*?)\n\nFILES\n(.*)", discussion, re.S)
    if codes:
        text += "\n## Exit codes and files\n```\n" + "\n".join(line.strip() for line in (codes[1] + "\n\n" + codes[2]).split("\n")) + "\n```\n"

    def spelled(argument):
        if argument["kind"] == "positional":
            return f"`{argument['valueName']}`"
        names = [("-" if n["kind"] == "short" else "--") + n["name"] for n in argument.get("names", [])]
        value = f" {argument['valueName']}" if argument["kind"] == "option" else ""
        return ", ".join(f"`{n}{value}`" for n in sorted(names, key=len))

    def command(node, path):
        nonlocal text
        children = [c for c in node.get("subcommands", []) if c["commandName"] != "help" and c.get("shouldDisplay", True)]
        if path:
            text += f"\n## `{' '.join(['assay', *path])}`\n{cell(node.get('abstract', ''))}\n"
            arguments = [a for a in node.get("arguments", []) if a.get("shouldDisplay", True) and
                         [n["name"] for n in a.get("names", [])] not in (["version"], ["h", "help"], ["help", "h"])]
            if arguments:
                text += "\n" + table(["argument", "what it does", "default"], [
                    (spelled(a), (a.get("abstract") or "") + ("; repeatable" if a.get("isRepeating") and "repeatable" not in (a.get("abstract") or "") else ""),
                     f"`{a['defaultValue']}`" if a.get("defaultValue") else "") for a in arguments])
        for child in children:
            command(child, [*path, child["commandName"]])

    command(tree, [])
    return text


def verifiers():
    entries = json.loads(assay("verifier", "list", "--json"))
    text = MADE + ("# Verifiers and their options\nAs `assay verifier list NAME` says them. What they judge, and how to write one: "
                   "[verifiers](../verifiers.md), [math](../math.md), [code](../code.md).\n")
    for entry in entries:
        text += f"\n## `{entry['name']}`\n{entry['summary'][:1].upper()}{entry['summary'][1:]}.\n"
        if entry["options"]:
            text += "\n" + table(["option", "what it does (default)"], [(f"`{k}`", v) for k, v in entry["options"].items()])
    return text


def http(document):
    text = MADE + ("# The reward server's HTTP API\nFrom its OpenAPI document, which `assay serve` answers at `/openapi.json`. What it is for: "
                   "[the reward server](../serve.md).\n\n")
    rows = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "delete"):
                rows.append((f"`{method.upper()} {path}`", operation.get("summary", ""), ", ".join(operation["responses"])))
    return text + table(["route", "what it does", "answers"], rows)


def metrics(said):
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)", said, re.M))
    rows = [(f"`{name}`", kinds.get(name, ""), words) for name, words in re.findall(r"^# HELP (\S+) (.*)", said, re.M)]
    return MADE + ("# Metrics\nWhat `assay serve` answers at `/metrics`, for Prometheus; `deploy/grafana/assay.json` is a dashboard on them.\n\n"
                   + table(["metric", "kind", "what it counts"], rows))


def pages():
    schema = json.loads(assay("init", "--schema"))
    made = {"assay.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n",
            "configuration.md": configuration(schema), "commands.md": commands(), "verifiers.md": verifiers()}
    with tempfile.TemporaryDirectory() as folder:
        assay("demo", "--simulated", "--quiet", "--folder", folder)
        made["../store.md"] = store(f"{folder}/experience.sqlite")
        server = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--json", "--jobs", f"{folder}/jobs.sqlite"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = json.loads(server.stdout.readline())["url"]
            urllib.request.urlopen(urllib.request.Request(f"{url}/v1/verify", b'{"response":"1","answer":"1"}', {"Content-Type": "application/json"})).read()
            made["http.md"] = http(json.load(urllib.request.urlopen(f"{url}/openapi.json")))
            made["metrics.md"] = metrics(urllib.request.urlopen(f"{url}/metrics").read().decode())
        finally:
            server.terminate()
            server.wait()
    return made


def main():
    global PROGRAM
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    PROGRAM = str(Path(options.assay).resolve())
    FOLDER.mkdir(exist_ok=True)
    other = []
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            other.append(str(path.resolve().relative_to(ROOT)))
            if not options.check:
                path.write_text(text)
    if other and options.check:
        sys.exit(f"not what the program says: {', '.join(other)}; make reference")
    print(f"docs/reference: {'written ' + ', '.join(other) if other else 'as the program says'}")


main()

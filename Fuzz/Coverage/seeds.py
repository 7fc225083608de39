"""Writes the seeds of the coverage-guided targets: `seeds.py CORPUS OUT` makes OUT/{Math,Rows,Replies,Datasets,Config}."""

import base64
import json
import pathlib
import sys

SERVERS = ["vllm", "sglang", "llamacpp", "llamaCppPython", "tgi", "ollama", "openai"]


def part(row: dict, name: str) -> bytes:
    """A part of a row as its bytes, as Fuzz/Assay/Inputs/FuzzInput.swift reads it."""
    value = row.get(name, "")
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, dict) and "base64" in value:
        return base64.b64decode(value["base64"])
    return json.dumps(value).encode()


def seeds(row: dict):
    """The targets that a row is a seed of, with its bytes there."""
    target = row["target"]
    if target == "verifier math":
        yield "Math", part(row, "answer") + b"\0" + part(row, "response")
    elif target == "rows":
        yield "Rows", part(row, "row")
    elif target == "replies":
        yield "Rows", part(row, "body")
        mode = SERVERS.index(row["server"]) + 16 * ("stream" in row) + 32 * ("chat" in row) + 64 * (row.get("count") == "2")
        yield "Replies", bytes([mode, 20]) + part(row, "body")
    elif target == "datasets" and row["format"] in ("csv", "jsonl"):
        yield "Datasets", bytes([row["format"] == "jsonl"]) + part(row, "file")
    elif target == "config":
        yield "Config", part(row, "yaml")


def main(corpus: str, out: str) -> None:
    for path in sorted(pathlib.Path(corpus).glob("*.jsonl")):
        for number, line in enumerate(path.read_text().rstrip("\n").split("\n")):
            for target, data in seeds(json.loads(line)):
                folder = pathlib.Path(out) / target
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{path.stem}-{number}").write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])

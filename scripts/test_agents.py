#!/usr/bin/env python3
"""Real agents through 'assay serve --episodes', unmodified but for base URL and key: openai-agents (chat and Responses),
smolagents (tools and code), langgraph, the clients of OpenAI and Anthropic, a loop of curl; streamed and not; with failures
put between them and the server. Every token that the policy generated must be in the batches once.

    python3 scripts/test_agents.py --assay .build/release/assay        needs openai-agents, smolagents, langgraph,
                                                                       langchain-openai, anthropic and openai (PyPI)
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import pathlib
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).parent / "agents"))
from between import FAULTS, Between
from policy import Policy

QUESTION = "What is 17*23?"
PARAMETERS = {"type": "object", "properties": {"expression": {"type": "string"}}, "required": ["expression"]}


def calculate(expression: str) -> str:
    return str(eval(expression, {"__builtins__": {}}))


def post(url: str, body: Any, key: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.loads(reply.read() or b"null") if reply.status != 204 else None


def openai_agents(url: str, key: str, streams: bool, api: str) -> str:
    import agents
    from openai import AsyncOpenAI

    agents.set_tracing_disabled(True)
    client = AsyncOpenAI(base_url=url, api_key=key, timeout=5)
    model_type = agents.OpenAIChatCompletionsModel if api == "chat" else agents.OpenAIResponsesModel

    @agents.function_tool
    def calculator(expression: str) -> str:
        """Evaluates arithmetic."""
        return calculate(expression)

    agent = agents.Agent(
        name="a", instructions="Use tools.", tools=[calculator], model=model_type(model="m", openai_client=client)
    )

    async def run() -> str:
        if not streams:
            return str((await agents.Runner.run(agent, QUESTION)).final_output)
        result = agents.Runner.run_streamed(agent, QUESTION)
        async for _ in result.stream_events():
            pass
        return str(result.final_output)

    return asyncio.run(run())


def smolagents_agent(url: str, key: str, streams: bool, kind: str) -> str:
    import smolagents

    @smolagents.tool
    def calculator(expression: str) -> str:
        """Evaluates arithmetic.

        Args:
            expression: what to evaluate.
        """
        return calculate(expression)

    model = smolagents.OpenAIServerModel("m", api_base=url, api_key=key, client_kwargs={"timeout": 5})
    make = smolagents.ToolCallingAgent if kind == "tools" else smolagents.CodeAgent
    agent = make(tools=[calculator], model=model, stream_outputs=streams, verbosity_level=0)
    return str(agent.run(QUESTION))


def langgraph(url: str, key: str, streams: bool) -> str:
    from langchain_core.tools import tool
    from langchain_openai import ChatOpenAI
    from langgraph.prebuilt import create_react_agent

    warnings.simplefilter("ignore")

    @tool
    def calculator(expression: str) -> str:
        """Evaluates arithmetic."""
        return calculate(expression)

    model = ChatOpenAI(model="m", base_url=url, api_key=key, timeout=5, streaming=streams)
    agent = create_react_agent(model, [calculator])
    return str(agent.invoke({"messages": [("user", QUESTION)]})["messages"][-1].content)


def anthropic_client(url: str, key: str, streams: bool) -> str:
    import anthropic

    client = anthropic.Anthropic(base_url=url, api_key=key, timeout=5)
    tools = [{"name": "calculator", "description": "Evaluates.", "input_schema": PARAMETERS}]
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    for _ in range(8):
        asked = {"model": "m", "max_tokens": 300, "messages": messages, "tools": tools, "system": "Use tools."}
        if streams:
            with client.messages.stream(**asked) as stream:
                reply = stream.get_final_message()
        else:
            reply = client.messages.create(**asked)
        messages.append({"role": "assistant", "content": reply.content})
        if reply.stop_reason != "tool_use":
            return "".join(block.text for block in reply.content if block.type == "text")
        results = [
            {"type": "tool_result", "tool_use_id": block.id, "content": calculate(block.input["expression"])}
            for block in reply.content
            if block.type == "tool_use"
        ]
        messages.append({"role": "user", "content": results})
    raise AssertionError("no end")


def openai_client(url: str, key: str, streams: bool) -> str:
    import openai

    client = openai.OpenAI(base_url=url, api_key=key, timeout=5)
    tools = [{"type": "function", "function": {"name": "calculator", "description": "x", "parameters": PARAMETERS}}]
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    for _ in range(8):
        if streams:
            with client.chat.completions.stream(model="m", messages=messages, tools=tools) as stream:
                message = stream.get_final_completion().choices[0].message
        else:
            message = client.chat.completions.create(model="m", messages=messages, tools=tools).choices[0].message
        if not message.tool_calls:
            return message.content or ""
        calls = [
            {"id": c.id, "type": "function", "function": {"name": c.function.name, "arguments": c.function.arguments}}
            for c in message.tool_calls
        ]
        messages.append({"role": "assistant", "content": message.content, "tool_calls": calls})
        for each in message.tool_calls:
            result = calculate(json.loads(each.function.arguments)["expression"])
            messages.append({"role": "tool", "tool_call_id": each.id, "content": result})
    raise AssertionError("no end")


def curl(url: str, key: str, streams: bool) -> str:
    tools = [{"type": "function", "function": {"name": "calculator", "parameters": PARAMETERS}}]
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    for _ in range(8):
        body = json.dumps({"messages": messages, "tools": tools, "stream": streams})
        command = ["curl", "-sS", "--fail", "--retry", "6", "--retry-all-errors", "--retry-delay", "1", "--max-time", "20"]
        command += [f"{url}/chat/completions", "-H", f"Authorization: Bearer {key}", "-d", body]
        with tempfile.NamedTemporaryFile() as output:
            # To a file: what a try that was cut had written is taken back.
            subprocess.run([*command, "-o", output.name], check=True, capture_output=True)
            text = pathlib.Path(output.name).read_text()
        if streams:
            events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
            message: dict[str, Any] = {"role": "assistant", "content": "", "tool_calls": []}
            for event in events:
                delta = event["choices"][0]["delta"]
                message["content"] += delta.get("content") or ""
                for each in delta.get("tool_calls", []):
                    if "id" in each:
                        message["tool_calls"].append(each)
                    else:
                        message["tool_calls"][each["index"]]["function"]["arguments"] += each["function"]["arguments"]
        else:
            message = json.loads(text)["choices"][0]["message"]
        messages.append(message)
        if not message.get("tool_calls"):
            return str(message["content"])
        for each in message["tool_calls"]:
            result = calculate(json.loads(each["function"]["arguments"])["expression"])
            messages.append({"role": "tool", "tool_call_id": each["id"], "content": result})
    raise AssertionError("no end")


Agent = Callable[[str, str, bool], str]
AGENTS: dict[str, tuple[str, Agent]] = {
    "openai-agents chat": ("agents", lambda u, k, s: openai_agents(u, k, s, "chat")),
    "openai-agents responses": ("agents", lambda u, k, s: openai_agents(u, k, s, "responses")),
    "smolagents tools": ("smolagents", lambda u, k, s: smolagents_agent(u, k, s, "tools")),
    "smolagents code": ("smolagents", lambda u, k, s: smolagents_agent(u, k, s, "code")),
    "langgraph": ("langgraph", langgraph),
    "anthropic": ("anthropic", anthropic_client),
    "openai": ("openai", openai_client),
    "curl": ("json", curl),
}


def int32s(blob: bytes | None) -> list[int]:
    return list(struct.unpack(f"<{len(blob) // 4}i", blob)) if blob else []


def batches(store: pathlib.Path) -> list[list[int]]:
    """The trained tokens of every row of every batch, in order."""
    rows: list[list[int]] = []
    with sqlite3.connect(store) as db:
        for (batch,) in db.execute("SELECT batch_id FROM batches ORDER BY step"):
            columns = dict(db.execute("SELECT name, data FROM batch_tensors WHERE batch_id = ?", (batch,)))
            ids, mask = int32s(columns["token_ids"]), columns["loss_mask"]
            ends = list(struct.unpack(f"<{len(columns['token_offsets']) // 8}q", columns["token_offsets"]))
            rows += [[t for t, m in zip(ids[a:b], mask[a:b]) if m] for a, b in zip(ends, ends[1:])]
    return rows


class Host:
    """A policy, an 'assay serve' over it, and what stands between agents and that."""

    def __init__(self, assay: str, folder: pathlib.Path, episodes: int) -> None:
        self.folder, self.assay = folder, assay
        self.policy = Policy(0).start()
        rows = [{"id": f"p{i}", "question": QUESTION, "answer": "391"} for i in range((episodes + 1) // 2)]
        (folder / "problems.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (folder / "run.yaml").write_text(
            f"""
name: agents
store: {folder}/run.sqlite
dataset: {{path: {folder}/problems.jsonl}}
environment: {{name: agent, options: {{idle_seconds: 60}}}}
sampling: {{n: 2, max_tokens: 300}}
rollout: {{endpoints: ["http://127.0.0.1:{self.policy.port}"], server: llamacpp}}
verify: {{verifier: math}}
optimize: {{preset: reinforce, pack: {{drop_uniform: false}}}}
serve: {{port: 0}}
"""
        )
        self.log = open(folder / "serve.log", "w")
        self.process = subprocess.Popen(
            [assay, "serve", "--episodes", str(folder / "run.yaml"), "--json"],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        assert self.process.stdout
        self.url = json.loads(self.process.stdout.readline())["url"]

    def lease(self) -> Any:
        for _ in range(100):
            try:
                return post(f"{self.url}/v1/episodes", {})
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                time.sleep(0.2)
        raise AssertionError("no episode was leased")

    def end(self, lease: Any, reward: float | None = None) -> Any:
        return post(f"{self.url}/v1/episodes/{lease['episode']}/end", {} if reward is None else {"reward": reward})

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.policy.server.shutdown()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--only", help="agents whose name holds this")
    arguments = parser.parse_args()
    os.environ.setdefault("OPENAI_AGENTS_DISABLE_TRACING", "1")
    chosen = {n: a for n, (m, a) in AGENTS.items() if (not arguments.only or arguments.only in n)}
    missing = [n for n in chosen if importlib.util.find_spec(AGENTS[n][0]) is None]
    for name in missing:
        print(f"skipped: {name}: no module '{AGENTS[name][0]}'")
        del chosen[name]
    plan = [(n, s, f) for n in chosen for s in (False, True) for f in (None, *FAULTS)]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        host = Host(arguments.assay, pathlib.Path(folder), len(plan))
        try:
            for number, (name, streams, fault) in enumerate(plan):
                lease = host.lease()
                before = len(host.policy.generated)
                with Between(host.url, fault) as between:
                    url = lease["base_url"].replace(host.url, between.url)
                    if name == "anthropic" and number % 4 == 0:
                        url = url.removesuffix("/v1")
                    text, problem = "", ""
                    # No client asks again for a stream that was cut: the agent is started again, in the same episode.
                    for _ in range(2 if fault == "cut" else 1):
                        try:
                            problem = ""
                            text = chosen[name](url, lease["api_key"], streams)
                            break
                        except Exception as error:
                            problem = f"{type(error).__name__}: {error}"[:200]
                ending = host.end(lease)
                sampled = host.policy.generated[before:]
                turns = len(sampled)
                # Each of them needs a call and an answer; code needs one turn.
                wanted = 1 if "code" in name else 2
                good = not problem and "391" in text and ending["kept"] and ending["turns"] == turns == wanted
                failures += not good
                print(
                    f"{'ok  ' if good else 'FAIL'} {name:24} {'streamed' if streams else 'whole':9}{fault or 'no fault':16}"
                    f"turns {ending['turns']}, generated {turns}, pieces {ending['pieces']}, repeats {ending['repeats']}"
                    + (f"  {problem}" if problem else "")
                )
            while (lease := host.lease()) is not None:
                post(f"{lease['base_url']}/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]})
                host.end(lease)
            for _ in range(200):
                if "has all its episodes" in (pathlib.Path(folder) / "serve.log").read_text():
                    break
                time.sleep(0.1)
        finally:
            host.stop()
        pack = [arguments.assay, "optimize", f"{folder}/run.yaml", "--pack"]
        subprocess.run(pack, check=True, capture_output=True)
        rows = batches(pathlib.Path(folder) / "run.sqlite")
        trained, generated = sum(map(len, rows)), sum(len(ids) for _, ids in host.policy.generated)
        same = sorted(t for row in rows for t in row) == sorted(t for _, ids in host.policy.generated for t in ids)
        print(f"{generated} tokens generated, {trained} trained in {len(rows)} rows, {'the same' if same else 'OTHERS'}")
        failures += not same
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

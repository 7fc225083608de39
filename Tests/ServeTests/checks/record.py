"""Records what trainers' clients put on the wire, byte for byte, for Tests/ServeTests/Protocols/RecordedRequestTests.swift.

    pip install aiohttp requests numpy && pip download --no-deps verl openrlhf     (unpack both wheels into WHEELS)
    python3 record.py WHEELS > Tests/ServeTests/Fixtures/trainers.jsonl

verl's and OpenRLHF's own modules run here, without their packages' `__init__`, which would load torch. slime, NeMo-Gym
and open-instruct are not on PyPI for every Python: their calls are made here as their sources make them, by the same
libraries (slime/rollout/rm_hub/__init__.py, nemo_gym/server_utils.py, open_instruct/ground_truth_utils.py).
"""

import asyncio
import importlib.metadata
import importlib.util
import json
import pathlib
import socket
import sys
import threading
import types

import aiohttp
import requests

RIGHT, WRONG = "So 2 + 2 is \\boxed{4}.", "So 2 + 2 is \\boxed{5}."


class Recorder:
    """Answers every request with one text and keeps its bytes."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.answer, self.raw = b"{}", []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(65536)
                head, body = data.split(b"\r\n\r\n", 1)
                length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                               if line.lower().startswith(b"content-length:")), 0)
                while len(body) < length:
                    body += connection.recv(65536)
                self.raw.append(head + b"\r\n\r\n" + body)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                   b"Content-Length: %d\r\n\r\n%s" % (len(self.answer), self.answer))


def module(root, name):
    """A module of a package under `root`, with bare packages as its parents."""
    parts = name.split(".")
    for end in range(1, len(parts)):
        package = types.ModuleType(".".join(parts[:end]))
        package.__path__ = [str(root.joinpath(*parts[:end]))]
        sys.modules[package.__name__] = package
    return importlib.import_module(name)


async def aio(url, payload):
    async with aiohttp.ClientSession() as session, session.post(url, json=payload) as response:
        return await response.json()


def gym_row(text, **fields):
    """A row as NeMo-Gym's agents post it: the request's parameters, the model's response, the dataset's fields."""
    return {
        "responses_create_params": {"input": [{"role": "user", "content": "What is 2 + 2?"}], "temperature": 1.0},
        "response": {
            "id": "resp_0", "created_at": 1700000000.0, "model": "policy", "object": "response",
            "output": [
                {"id": "rs_0", "type": "reasoning", "summary": [{"type": "summary_text", "text": "\\boxed{9}?"}]},
                {"id": "msg_0", "type": "message", "role": "assistant", "status": "completed",
                 "content": [{"type": "output_text", "text": text, "annotations": []}]}],
            "parallel_tool_calls": True, "tool_choice": "auto", "tools": []},
        **fields}


def main(wheels):
    wheels = pathlib.Path(wheels)
    recorder = Recorder()

    def keep(client, name, call, answer=b"{}"):
        recorder.answer = answer
        before = len(recorder.raw)
        call()
        for raw in recorder.raw[before:]:
            print(json.dumps({"client": client, "name": name, "request": raw.decode()}))

    root = next(p for p in wheels.rglob("openrlhf") if (p / "utils" / "agent.py").exists()).parent
    sys.path.insert(0, str(root))
    logger = types.ModuleType("openrlhf.utils.logging_utils")
    logger.init_logger = lambda name: __import__("logging").getLogger(name)
    sys.modules["openrlhf.utils.logging_utils"] = logger
    agent = module(root, "openrlhf.utils.agent")
    executor = next(value for value in vars(agent).values() if hasattr(value, "_fetch_rewards_via_http"))
    version = next(p.name.split("-")[1].removesuffix(".dist") for p in wheels.rglob("openrlhf-*.dist-info"))
    prompt, rewards = "What is 2 + 2? ", b'{"rewards":[1.0],"scores":[1.0],"extra_logs":{}}'
    for name, response in (("right", RIGHT), ("wrong", WRONG)):
        keep(f"OpenRLHF {version}", name, lambda: asyncio.run(executor(recorder.url + "/get_reward")._fetch_rewards_via_http(
            [prompt + response], [prompt], ["4"])), rewards)

    root = next(p for p in wheels.rglob("verl") if (p / "utils" / "reward_score").exists()).parent
    sys.path.insert(0, str(root))
    fusion = module(root, "verl.utils.reward_score.sandbox_fusion.utils")
    version = next(p.name.split("-")[1].removesuffix(".dist") for p in wheels.rglob("verl-*.dist-info"))
    ran = b'{"status":"Success","run_result":{"status":"Finished","return_code":0,"stdout":"2\\n","stderr":""}}'
    for name, code in (("right", "print(int(input()) + 1)"), ("crash", "raise SystemExit(3)"), ("endless", "while True: pass")):
        keep(f"verl {version}", name, lambda: fusion.call_sandbox_api(
            recorder.url + "/run_code", code, "1\n", 2, 2, 512, "python"), ran)

    library = "aiohttp " + importlib.metadata.version("aiohttp")
    for name, prompt, label in (("text", "What is 2 + 2?", "4"),
                                ("chat", [{"role": "user", "content": "What is 2 + 2?"}], "4"), ("no label", "?", None)):
        keep(f"slime by {library}", name, lambda: asyncio.run(aio(
            recorder.url + "/slime", {"prompt": prompt, "response": RIGHT, "label": label})), b"1.0")
    tests = {"inputs": ["1\n", "2\n"], "outputs": ["2\n", "3\n"], "fn_name": None}
    code = "```python\nprint(int(input()) + 1)\n```"
    for name, path, row in (
            ("math", "/verify", gym_row(RIGHT, question="What is 2 + 2?", expected_answer="4")),
            ("code", "/verify", gym_row(code, verifier_metadata={"unit_tests": tests})),
            ("seed", "/seed_session", {"responses_create_params": {"input": []}, "question": "?"}),
            ("seed by id", "/seed_session",
             {"resources_session_id": "s-1", "episode_id": "e-1", "task_id": "t-1", "task_data": {}}),
            ("close", "/close_session", {"resources_session_id": "s-1", "episode_id": "e-1"}),
            ("aggregate", "/aggregate_metrics", {"verify_responses": [{"reward": 1.0}, {"reward": 0.0}]})):
        keep(f"NeMo-Gym by {library}", name, lambda: asyncio.run(aio(recorder.url + path, row)))
    library = "requests " + requests.__version__
    for name, path, tests in (("asserts", "/test_program", ["assert add(1, 2) == 3", "assert add(1, 1) == 3"]),
                              ("stdio", "/test_program_stdio", [{"input": "1\n", "output": "2\n"}])):
        program = "def add(a, b):\n    return a + b\n" if name == "asserts" else "print(int(input()) + 1)"
        keep(f"open-instruct by {library}", name, lambda: requests.post(
            recorder.url + path, json={"program": program, "tests": tests, "max_execution_time": 1.0},
            headers={"Content-Type": "application/json"}, timeout=20))


if __name__ == "__main__":
    main(*sys.argv[1:])

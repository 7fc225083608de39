"""`assay run --online` as a process: a toy server and trainer, kills on both sides, and what the store says after."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import assay
from assay.remote import RemoteStore

ROOT = Path(__file__).parents[2]
BUILT = (ROOT / ".build/release/assay", ROOT / ".build/debug/assay")
BINARY = os.environ.get("ASSAY") or next((str(path) for path in BUILT if path.exists()), None)

pytestmark = pytest.mark.skipif(BINARY is None, reason="no assay binary: run 'swift build', or set ASSAY")


class Handler(BaseHTTPRequestHandler):
    """Answers every second sample right; reports the weight version it is told."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    version = 0

    def do_GET(self) -> None:
        self.reply({"data": [{"id": "toy", "owned_by": "vllm"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = body["prompt"].split("=")[0]
        choices = [
            {
                "index": i,
                "text": answer if i % 2 else "no",
                "finish_reason": "stop",
                "token_ids": [i, 9],
                "prompt_token_ids": [1, 2, 3],
                "logprobs": {"token_logprobs": [-0.5, -0.25]},
            }
            for i in range(body.get("n", 1))
        ]
        self.reply({"model": "toy", "choices": choices, "metadata": {"weight_version": Handler.version}})

    def reply(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Handler.version = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def start(folder: Path, url: str, steps: int, **online: float) -> subprocess.Popen[bytes]:
    problems = [{"id": str(i), "prompt": f"{i}=", "answer": str(i)} for i in range(7)]
    (folder / "problems.jsonl").write_text("".join(json.dumps(p) + "\n" for p in problems))
    config = {
        "store": str(folder / "s.sqlite"),
        "dataset": {"path": str(folder / "problems.jsonl")},
        "sampling": {"n": 4, "max_tokens": 4},
        "rollout": {"endpoints": [url], "samples_per_request": 4, "concurrency": 4},
        "verify": {"verifier": "exact"},
        "optimize": {"preset": "rloo", "batch_groups": 3},
        "online": {"steps": steps, "max_staleness": 1} | online,
    }
    (folder / "config.yaml").write_text(json.dumps(config))
    return subprocess.Popen(
        [str(BINARY), "run", str(folder / "config.yaml"), "--online", "--quiet", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def open_store(path: Path) -> assay.Store:
    for _ in range(200):
        try:
            return assay.Store(path)
        except assay.StoreError:
            time.sleep(0.05)
    raise TimeoutError(f"{path} did not appear")


def train(store: assay.Store, steps: int) -> list[assay.Lease]:
    leases = []
    for _ in range(steps):
        while store.runs == []:
            time.sleep(0.01)
        lease = store.lease("t", wait=20)
        assert lease is not None, "no batch came"
        Handler.version = lease.weights.version + 1
        lease.acknowledge(Handler.version)
        leases.append(lease)
    return leases


def test_the_loop_ends_when_its_steps_are_done(tmp_path: Path, server: str) -> None:
    process = start(tmp_path, server, steps=12)
    with open_store(tmp_path / "s.sqlite") as store:
        leases = train(store, 12)
    out, error = process.communicate(timeout=20)
    assert process.returncode == 0, error.decode()
    assert json.loads(out)["steps"] == 12
    for lease in leases:
        assert len(lease.batch) == 12 and set(lease.batch.rewards) == {0.0, 1.0}
        assert lease.batch.prompt_ids.tolist() == [1, 2, 3] * 12
        staleness = lease.weights.version - lease.batch.policy_versions
        assert staleness.min() >= 0 and staleness.max() <= 1
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        # Each completion in one batch at most, and no more work begun than the bound admits.
        assert db.execute("SELECT count(*) - count(DISTINCT completion_id) FROM batch_items").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM batches").fetchone() == (12,)


def test_a_killed_loop_goes_on_where_it_was(tmp_path: Path, server: str) -> None:
    process = start(tmp_path, server, steps=8)
    with open_store(tmp_path / "s.sqlite") as store:
        train(store, 3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        process = start(tmp_path, server, steps=8)
        leases = train(store, 5)
    out, error = process.communicate(timeout=20)
    assert process.returncode == 0, error.decode()
    assert [lease.step for lease in leases] == [3, 4, 5, 6, 7]


def test_without_a_trainer_it_waits_within_the_bound_then_says_so(tmp_path: Path, server: str) -> None:
    process = start(tmp_path, server, steps=8, trainer_timeout=1)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 1
    assert error.decode().count("\n") == 1 and "2 batches are ready but no trainer finished one" in error.decode()
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        assert db.execute("SELECT count(*) FROM completions").fetchone() == (2 * 3 * 4,)


def test_a_finished_loop_ends_at_once(tmp_path: Path, server: str) -> None:
    process = start(tmp_path, server, steps=2)
    with open_store(tmp_path / "s.sqlite") as store:
        train(store, 2)
    process.communicate(timeout=20)
    out, error = start(tmp_path, server, steps=2).communicate(timeout=30)
    assert json.loads(out)["steps"] == 2, error.decode()


@pytest.fixture
def reward_server(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """`assay serve` over the loop's store, once that is there."""
    processes: list[subprocess.Popen[bytes]] = []

    def serve() -> str:
        with open_store(tmp_path / "s.sqlite") as local:
            while not local.runs:
                time.sleep(0.01)
        command = [str(BINARY), "serve", "--port", "0", "--store", str(tmp_path / "s.sqlite"), "--json"]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
        assert processes[-1].stdout is not None
        return str(json.loads(processes[-1].stdout.readline())["url"])

    yield serve
    for process in processes:
        process.terminate()
        process.communicate(timeout=20)


def test_a_trainer_without_the_file_system_leases_while_the_loop_writes(
    tmp_path: Path, server: str, reward_server: Callable[[], str]
) -> None:
    process = start(tmp_path, server, steps=10)
    store = RemoteStore(reward_server(), "run")
    for step in range(10):
        lease = store.lease("far away", wait=20)
        assert lease is not None and lease.step == step
        assert lease.weights.version == step and len(lease.batch) == 12
        lease.renew(60)
        Handler.version = step + 1
        lease.acknowledge(step + 1, weights=f"w{step + 1}")
        with pytest.raises(assay.LeaseLost):
            lease.renew(60)
    out, error = process.communicate(timeout=20)
    assert process.returncode == 0, error.decode()
    assert json.loads(out)["steps"] == 10
    assert store.weights() == assay.Weights(10, "w10")

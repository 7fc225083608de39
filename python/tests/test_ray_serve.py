"""Replicas of `assay serve` behind Ray Serve, where it is installed: one is killed on the way, and clients see no error."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from test_online import BINARY

ray = pytest.importorskip("ray")
pytest.importorskip("ray.serve")
from assay import rewards  # noqa: E402
from assay.http import Client  # noqa: E402
from assay.ray import application, serve  # noqa: E402

pytestmark = pytest.mark.skipif(BINARY is None, reason="no assay binary: run 'swift build', or set ASSAY")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield serve(replicas=2, port=8131, cpus=0.5, assay=str(BINARY))
    ray.serve.shutdown()
    ray.shutdown()


def status(url: str, **headers: str) -> int:
    body = json.dumps({"response": "4", "answer": "4"}).encode()
    request = urllib.request.Request(url + "/v1/verify", body, {"Content-Type": "application/json"} | headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def pids() -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        try:
            command = open(f"/proc/{entry}/cmdline").read().split("\0") if entry.isdigit() else []
        except OSError:
            continue
        if command[:4] == [str(BINARY), "serve", "--port", "0"]:
            found.append(int(entry))
    return found


def test_a_replica_that_dies_is_replaced_and_nobody_is_told_a_zero(url: str) -> None:
    client = Client(url, attempts=20)
    for turn in range(40):
        assert rewards.scores(["4", "5"], ["4", "4"], client=client) == [1.0, 0.0]
        if turn == 5:
            os.kill(pids()[0], signal.SIGKILL)


def test_the_rules_about_names_and_pages_hold_behind_the_proxy(url: str) -> None:
    assert status(url) == 200
    assert status(url, Host="evil.example") == 421
    assert status(url, Origin="http://evil.example") == 403


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="other machines"):
        serve(host="0.0.0.0")
    with pytest.raises(ValueError, match="durable jobs"):
        application("config.yaml", settings=["jobs=/tmp/jobs.sqlite"])
    with pytest.raises(ValueError, match="need a configuration"):
        application(settings=["max_pending=3"])


def test_a_binary_that_does_not_start_says_so() -> None:
    from assay.ray_serve import Replica

    with pytest.raises((RuntimeError, OSError)):
        Replica([str(BINARY), "serve", "--tokens", "/nonexistent"])
    replica: Any = Replica([str(BINARY), "serve"])
    replica.check_health()
    os.kill(replica.pid(), signal.SIGKILL)
    replica._process.wait()
    with pytest.raises(RuntimeError, match="ended"):
        replica.check_health()

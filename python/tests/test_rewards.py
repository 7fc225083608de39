"""Reward clients and the remote store against a server that misbehaves."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from conftest import columns

import assay
from assay import http, remote, rewards, texts


class Handler(BaseHTTPRequestHandler):
    """Answers from `script`, a function of (path, body) to (status, bytes)."""

    script: Any = None
    calls: list[str] = []
    headers_seen: str | None = None

    def do_GET(self) -> None:
        self.answer(None)

    def do_POST(self) -> None:
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body: Any) -> None:
        Handler.calls.append(self.path)
        Handler.headers_seen = self.headers.get("Authorization")
        status, data = Handler.script(self.path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Handler.calls = []
    monkeypatch.setattr(http.time, "sleep", lambda _: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("ASSAY_URL", address)
        yield address
        server.shutdown()


def judge(_: str, body: Any) -> tuple[int, bytes]:
    verdicts = [{"score": None if i["response"] == "?" else float(i["response"] == i["answer"])} for i in body["items"]]
    return 200, json.dumps({"verdicts": verdicts}).encode()


def test_scores_go_in_batches_and_none_stays_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Handler.script = staticmethod(judge)
    monkeypatch.setattr(rewards, "BATCH", 2)
    assert rewards.scores(["1", "x", "?"], ["1", "2", "3"]) == [1.0, 0.0, None]
    assert Handler.calls == ["/v1/verify"] * 2


def test_each_trainers_form(url: str) -> None:
    Handler.script = staticmethod(judge)
    assert rewards.compute_score("gsm8k", "1", "1") == {"score": 1.0, "assay_error": 0.0}
    assert rewards.compute_score("gsm8k", "?", "1") == {"score": 0.0, "assay_error": 1.0}
    chat = [[{"role": "assistant", "content": "1"}], "?"]
    assert rewards.trl_reward(["p", "p"], chat, answer=["1", "1"]) == [1.0, None]
    assert rewards.areal_reward("p", "1", None, None, answer="1") == 1.0
    assert math.isnan(rewards.areal_reward("p", "?", None, None, answer="1"))
    assert rewards.areal_accepts({"rewards": np.array([[1.0], [0.0]])})
    assert not rewards.areal_accepts({"rewards": np.array([[1.0], [math.nan]])})


def test_overload_is_tried_again_and_a_bad_request_is_not(url: str) -> None:
    answers = iter([(503, b"busy"), (503, b"busy"), (200, b'{"verdicts":[{"score":1}]}'), (400, b"what?")])
    Handler.script = staticmethod(lambda *_: next(answers))
    assert rewards.scores(["1"], ["1"]) == [1]
    with pytest.raises(http.Refused, match="what"):
        rewards.scores(["1"], ["1"])
    assert len(Handler.calls) == 4


@pytest.mark.parametrize("status", [401, 403, 404, 415, 421, 422])
def test_what_is_permanent_raises_in_the_servers_words_at_once(url: str, status: int) -> None:
    Handler.script = staticmethod(lambda *_: (status, b'{"error":{"code":"x","message":"the token is not known here"}}'))
    for call in (
        lambda: rewards.scores(["1", "2"], ["1", "2"]),
        lambda: rewards.compute_score("d", "1", "1"),
        lambda: rewards.trl_reward(["p"], ["1"], answer=["1"]),
    ):
        with pytest.raises(http.Refused, match=f"HTTP {status}: the token is not known here") as caught:
            call()
        assert caught.value.status == status
    assert len(Handler.calls) == 3


def test_long_rows_go_in_batches_by_bytes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def measure(path: str, body: Any) -> tuple[int, bytes]:
        sizes.append(len(json.dumps(body)))
        return judge(path, body)

    Handler.script = staticmethod(measure)
    monkeypatch.setattr(rewards, "BATCH_BYTES", 2000)
    texts = ["x" * 300] * 10 + ["y" * 5000] + ["z"]
    assert rewards.scores(texts, texts) == [1.0] * 12
    assert len(sizes) == 6 and sorted(sizes)[-2] < 2100


def test_a_bad_row_spoils_no_other(url: str) -> None:
    def script(_: str, body: Any) -> tuple[int, bytes]:
        if any(item["response"] in ("bad", "large") for item in body["items"]):
            large = any(item["response"] == "large" for item in body["items"])
            return (413 if large else 400), b'{"error":{"message":"items[1] is not to be read"}}'
        return judge(_, body)

    Handler.script = staticmethod(script)
    texts = ["1", "bad", "1", "1", "large", "1", "1"]
    answers = ["1"] * 5 + [object(), "1"]
    assert rewards.scores(texts, answers) == [1.0, None, 1.0, 1.0, None, None, 1.0]


def test_golds_as_data_frames_have_them(url: str) -> None:
    seen: list[Any] = []

    def keep(path: str, body: Any) -> tuple[int, bytes]:
        seen.extend(item["answer"] for item in body["items"])
        return judge(path, body)

    Handler.script = staticmethod(keep)
    golds = [np.int64(4), np.float32(0.5), np.array([1, 2]), {"b", "a"}, float("nan"), None, b"4", True, (1, np.int8(2))]
    rewards.scores(["4"] * len(golds), golds)
    assert seen == [4, 0.5, [1, 2], ["a", "b"], None, None, "4", True, [1, 2]]


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("a", "a"), ([], ""), (None, ""), ({"content": "a"}, "a"), ({"role": "assistant", "content": None}, ""),
        ([{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "a"),
        ([{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]}], "ab"),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
    ],
)  # fmt: skip
def test_completions_of_every_form(completion: Any, text: str) -> None:
    assert texts.text(completion) == text


def test_columns_of_any_name(url: str) -> None:
    Handler.script = staticmethod(judge)
    assert rewards.trl_reward(prompts=["p"], completions=["1"], solution=["1"]) == [1.0]
    assert rewards.reward("mine")(completions=["1"], mine=["1"], answer=["2"]) == [1.0]
    assert rewards.SwiftReward()(["1"], solution=["1"], messages=[[]]) == [1.0]
    assert rewards.trl_reward(["1"], answer=["1"]) == [1.0]
    with pytest.raises(KeyError, match="name it with"):
        rewards.trl_reward(["p"], ["1"], other=["1"])
    with pytest.raises(KeyError, match="'mine'; there are other"):
        rewards.reward("mine")(["p"], ["1"], other=["1"])
    assert rewards.compute_scores(["d", "d"], ["1", "?"], ["1", "1"])[1] == {"score": 0.0, "assay_error": 1.0}
    assert rewards.required_score("1", "1") == 1.0
    with pytest.raises(http.ServerError):
        rewards.required_score("?", "1")


def test_async_twins(url: str) -> None:
    Handler.script = staticmethod(judge)

    async def all_of_them() -> list[Any]:
        return [
            await rewards.scores_async(["1"], ["1"]),
            await rewards.trl_reward_async(["p"], ["1"], answer=["1"]),
            await rewards.compute_score_async("d", "1", "1"),
            await rewards.required_score_async("1", "1"),
        ]

    assert asyncio.run(all_of_them()) == [[1.0], [1.0], {"score": 1.0, "assay_error": 0.0}, 1.0]


def test_a_token_is_taken_from_the_url_and_shown_nowhere(url: str, caplog: pytest.LogCaptureFixture) -> None:
    seen = []
    address = url.replace("http://", "http://any:se%2Fcret@")

    def script(*_: Any) -> tuple[int, bytes]:
        seen.append(Handler.headers_seen)
        return 503, b"busy"

    Handler.script = staticmethod(script)
    client = http.Client(address, attempts=1)
    assert rewards.scores(["1"], ["1"], client=client) == [None]
    assert seen == ["Bearer se/cret"]
    with pytest.raises(http.ServerError) as caught:
        client.exchange("GET", "/healthz")
    for shown in (caplog.text, str(caught.value), repr(client), client.url):
        assert "cret" not in shown
    for wrong in ("ftp://x:se%2Fcret@h", "localhost:8080", "x:secret@"):
        with pytest.raises(ValueError) as refused:
            http.Client(wrong)
        assert "cret" not in str(refused.value)


def test_patience_ends_the_tries(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr(http.time, "monotonic", lambda: next(now))
    Handler.script = staticmethod(lambda *_: (503, b"busy"))
    with pytest.raises(http.ServerError, match="busy"):
        http.Client(url, attempts=50, patience=6).exchange("POST", "/v1/verify", {})
    assert 0 < len(Handler.calls) < 6


@pytest.mark.parametrize("reply", [b"nonsense", b"{}", b'{"verdicts":[]}', b'{"verdicts":[{}]}', b"[]"])
def test_a_garbled_answer_is_no_reward(url: str, reply: bytes) -> None:
    Handler.script = staticmethod(lambda *_: (200, reply))
    assert rewards.scores(["1"], ["1"]) == [None]


def test_no_server_is_no_reward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.time, "sleep", lambda _: None)
    assert rewards.scores(["1"], ["1"], client=http.Client("http://127.0.0.1:9", attempts=2)) == [None]


def test_a_remote_batch_is_leased_and_a_late_end_is_refused(url: str) -> None:
    arrays = columns([3, 1], [2, 4])
    head = [{"name": k, "dtype": a.dtype.str, "shape": [len(a)], "bytes": a.nbytes} for k, a in arrays.items()]
    packed = json.dumps(head).encode() + b"\n" + b"".join(a.tobytes() for a in arrays.values())
    lease = {"lease": 5, "epoch": 1, "expires_at": 1000, "batch": {"id": 7, "step": 0}, "tensors": "/t"}
    answers = iter([(200, json.dumps(lease).encode()), (200, packed), (200, b'{"kept": 4}'), (200, b"{}"), (409, b"late"), (204, b"")])
    Handler.script = staticmethod(lambda *_: next(answers))
    store = remote.RemoteStore(url, "my run")
    found = store.lease("t")
    assert found is not None and found.batch.token_ids.tolist() == [0, 1, 2, 3]
    assert found.batch.advantages.tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="log-prob 1 is nan"):
        found.write_logprobs([-1.0, float("nan"), -1.0, -1.0], 0)
    found.write_logprobs([-1.0, -0.5, -1.0, -1.0], 0)
    found.acknowledge(1)
    with pytest.raises(assay.LeaseLost, match="late"):
        found.acknowledge(1)
    assert store.lease("t") is None
    assert Handler.calls[0] == "/v1/runs/my%20run/leases"

#!/usr/bin/env python3
"""What a gateway costs: 'assay serve --episodes' beside LiteLLM's proxy, each before the same stub, in the same run.

    python3 Benchmarks/Agents/side_by_side.py .build/release/assay [PYTHON]

PYTHON has 'litellm[proxy]'; without it the peer is left out. Calls are of 2 kB, chat. The rate is of calls per second of the
gateway's own CPU time; what is added is against the same calls sent to the stub.
"""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import Any

HERE = pathlib.Path(__file__).parent
COUNT = int(os.environ.get("COUNT", "8192"))
WORDS = "the quick brown fox jumps over the lazy dog and counts to "


def body(number: int, streams: bool) -> bytes:
    text = (WORDS * 40)[:1850] + str(number)
    value = {"model": "m", "messages": [{"role": "user", "content": text}], "stream": streams}
    return json.dumps(value, separators=(",", ":")).encode()


def request(url: str, key: str, data: bytes) -> bytes:
    host, path = url.removeprefix("http://").split("/", 1)
    head = f"POST /{path}/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    return f"{head}Authorization: Bearer {key}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


async def client(port: int, requests: list[bytes], seconds: list[float], firsts: list[float], start: float) -> None:
    # Agents do not call in step: all at once, and again all at once after the delay, would measure the queue of their own making.
    await asyncio.sleep(start)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    for data in requests:
        began = time.perf_counter()
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise RuntimeError(head.decode() + (await reader.read(400)).decode(errors="replace"))
        lower = head.lower()
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(1)
            firsts.append(time.perf_counter() - began)
            await reader.readexactly(length - 1)
        else:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
            firsts.append(time.perf_counter() - began)
            while True:
                await reader.readexactly(size + 2)
                if size == 0:
                    break
                size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        seconds.append(time.perf_counter() - began)
    writer.close()


def cpu(root: int) -> float:
    """Seconds of CPU of a process and those that it started."""
    total, parents = 0.0, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parts = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = (int(parts[1]), (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK"))
    for pid in parents:
        at = pid
        while at in parents and at != root:
            at = parents[at][0]
        total += parents[pid][1] if at == root else 0
    return total


def load(port: int, requests: list[bytes], clients: int, pid: int | None, spread: float = 0) -> dict[str, float]:
    """`clients` send the requests, each the next one when it has an answer; they begin spread over as many seconds."""
    seconds: list[float] = []
    firsts: list[float] = []

    async def all_clients() -> None:
        shares = [requests[at::clients] for at in range(clients)]
        await asyncio.gather(
            *(client(port, share, seconds, firsts, spread * at / clients) for at, share in enumerate(shares)))

    before, began = cpu(pid) if pid else 0.0, time.perf_counter()
    asyncio.run(all_clients())
    wall, used = time.perf_counter() - began, (cpu(pid) if pid else 0.0) - before
    cuts = statistics.quantiles(seconds, n=100)
    early = statistics.quantiles(firsts, n=100)
    return {
        "rate": len(requests) / used if used else 0.0, "wall": len(requests) / wall, "p50": cuts[49] * 1e3,
        "p99": cuts[98] * 1e3, "first50": early[49] * 1e3, "first99": early[98] * 1e3,
    }


def get(url: str, data: Any = None) -> Any:
    ask = urllib.request.Request(url, None if data is None else json.dumps(data).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(ask, timeout=30) as reply:
        return json.loads(reply.read())


def wait(url: str, seconds: float = 90) -> None:
    for _ in range(int(seconds * 5)):
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{url} does not answer")


class Assay:
    def __init__(self, binary: str, stub: int, folder: str) -> None:
        rows = [{"id": str(n), "question": "q", "answer": "1"} for n in range(64)]
        pathlib.Path(folder, "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        pathlib.Path(folder, "run.yaml").write_text(
            f"""
store: {folder}/run.sqlite
dataset: {{path: {folder}/p.jsonl}}
environment: {{name: agent, max_seconds: 3600, options: {{max_model_calls: 1000000, idle_seconds: 3600}}}}
sampling: {{n: 4, max_tokens: 100}}
rollout: {{endpoints: ["http://127.0.0.1:{stub}"], server: llamacpp, concurrency: 1024}}
verify: {{verifier: math}}
serve: {{port: 0}}
"""
        )
        self.process = subprocess.Popen(
            [binary, "serve", "--episodes", f"{folder}/run.yaml", "--json", "--quiet"], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def leases(self, count: int) -> list[Any]:
        found: list[Any] = []
        while len(found) < count:
            try:
                found.append(get(f"{self.url}/v1/episodes", {}))
            except OSError:
                time.sleep(0.1)
        return found


def asked(leases: list[Any], count: int, first: int | None, streams: bool) -> list[bytes]:
    """Requests over all leases: each with a prompt of its own from `first` on, or such as all episodes of a group have."""
    return [
        request(
            leases[n % 64]["base_url"], leases[n % 64]["api_key"], body(n // 64 if first is None else first + n, streams)
        )
        for n in range(count)
    ]


def report(name: str, ours: dict[str, float], direct: dict[str, float]) -> None:
    rate = f"{ours['rate']:8,.0f}" if ours["rate"] else "       –"
    print(
        f"| {name:34} | {rate} | {ours['wall']:7,.0f} | {ours['p50']:6.1f} | {ours['p99']:6.1f} | "
        f"{ours['p50'] - direct['p50']:+6.1f} | {ours['p99'] - direct['p99']:+6.1f} | "
        f"{ours['first50'] - direct['first50']:+6.1f} | {ours['first99'] - direct['first99']:+6.1f} |",
        flush=True,
    )


def main() -> None:
    binary, python = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    print("| what | calls/s per core | calls/s | p50 ms | p99 ms | added p50 | added p99 | first chunk +p50 | +p99 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for delay, clients, count, streams in [(0.0, 32, COUNT, False), (0.2, 256, COUNT, False), (0.2, 256, COUNT, True)]:
        stub = 18600 + int(delay * 10)
        server = subprocess.Popen([sys.executable, str(HERE / "stub.py"), str(stub), str(delay)])
        label = f"{'streamed, ' if streams else ''}{delay * 1000:.0f} ms, {clients} in flight"
        with tempfile.TemporaryDirectory() as folder:
            wait(f"http://127.0.0.1:{stub}/v1/models")
            plain = [request(f"http://127.0.0.1:{stub}/v1", "k", body(n, streams)) for n in range(count)]
            load(stub, plain[: clients * 2], clients, None)
            direct = load(stub, plain, clients, None, delay)
            report(f"stub itself, {label}", direct, direct)
            assay = Assay(binary, stub, folder)
            try:
                leases = assay.leases(64)
                load(assay.port, asked(leases, clients * 2, 1 << 20, streams), clients, None)
                before = get(f"http://127.0.0.1:{stub}/counts")
                fresh = load(assay.port, asked(leases, count, 1 << 21, streams), clients, assay.process.pid, delay)
                after = get(f"http://127.0.0.1:{stub}/counts")
                report(f"assay, new prompts, {label}", fresh, direct)
                known = load(assay.port, asked(leases, count, None, streams), clients, assay.process.pid, delay)
                report(f"assay, a group's prompts, {label}", known, direct)
                calls = {p: round((after[p] - before.get(p, 0)) / count, 2) for p in after if p != "/counts"}
                print(f"    requests upstream per call with a new prompt: {calls}", file=sys.stderr)
            finally:
                assay.process.kill()
            if python:
                config = pathlib.Path(folder, "litellm.yaml")
                config.write_text(
                    json.dumps({"model_list": [{"model_name": "m", "litellm_params": {
                        "model": "openai/m", "api_base": f"http://127.0.0.1:{stub}/v1", "api_key": "k"}}],
                        "general_settings": {"dangerously_permit_weak_or_unset_master_key": True}})
                )
                command = [str(pathlib.Path(python).parent / "litellm"), "--config", str(config), "--port", "18699"]
                peer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    wait("http://127.0.0.1:18699/health/liveliness")
                    few = [request("http://127.0.0.1:18699/v1", "k", body(n, streams)) for n in range(min(count, 2048))]
                    load(18699, few[: clients * 2], clients, None)
                    report(f"LiteLLM, {label}", load(18699, few, clients, peer.pid, delay), direct)
                except (OSError, RuntimeError, asyncio.IncompleteReadError) as error:
                    print(f"| LiteLLM, {label}: {str(error)[:120]} |", flush=True)
                finally:
                    peer.kill()
                    peer.wait()
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()

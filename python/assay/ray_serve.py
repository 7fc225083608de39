"""`assay serve` as replicas of a Ray Serve application: one binary each, behind Ray's own proxy and autoscaler."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import urllib.request
from collections.abc import AsyncIterator, Iterable
from typing import Any

HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
"""Fields about one connection alone (RFC 9110, 7.6.1)."""


class Replica:
    """An `assay serve` on a free port of this machine's loopback, and what hands requests on to it as they came.

    The Host stays what the client sent, so the binary's own rules about names and other sites' pages hold behind the
    proxy: without tokens it answers to this machine's names only.
    """

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [*command, "--port", "0", "--json"], stdout=subprocess.PIPE, env=os.environ | (environment or {})
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(command)}: ended with code {self._process.wait()} before it served")
        self.url: str = json.loads(line)["url"]
        self._session: Any = None

    def pid(self) -> int:
        """Of the binary's process."""
        return self._process.pid

    def check_health(self) -> None:
        """Ray asks it now and then, and makes a new replica when it raises."""
        if self._process.poll() is not None:
            raise RuntimeError(f"assay serve ended with code {self._process.returncode}")
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=10):
            pass

    async def __call__(self, request: Any) -> Any:
        """Hands on one request, its answer piece by piece. What cannot be reached is 503, which clients try again."""
        import aiohttp
        from starlette.responses import JSONResponse, StreamingResponse

        if self._session is None:
            # A job's results may come for hours; the server itself ends what takes too long.
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
                connector=aiohttp.TCPConnector(limit=0),
            )
        fields = [(name, value) for name, value in request.headers.items() if name not in HOP and name != "expect"]
        # Read whole: Ray's proxy has done so already.
        body = await request.body()
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        try:
            # Streams are kept by their context: it ends with the answer, or when the client leaves.
            answer = await self._session.request(
                request.method, self.url + target, headers=fields, data=body or None, allow_redirects=False
            )
        except (aiohttp.ClientConnectionError, asyncio.TimeoutError) as error:
            message = f"the replica's server cannot be reached: {error}; try again later"
            return JSONResponse({"error": {"code": "overloaded", "message": message}}, 503, {"Retry-After": "1"})
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP]
        response = StreamingResponse(_pieces(answer), answer.status)
        response.raw_headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in kept]
        return response

    def __del__(self) -> None:
        process = getattr(self, "_process", None)
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


async def _pieces(answer: Any) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.content.iter_any():
            yield piece
    finally:
        # A client that left: what is done for it ends with the connection.
        answer.close()


def application(
    config: str | os.PathLike[str] | None = None,
    replicas: int | None = 2,
    settings: Iterable[str] = (),
    tokens: str | None = None,
    token: str | None = None,
    cpus: float = 1,
    autoscaling: dict[str, Any] | None = None,
    assay: str = "assay",
) -> Any:
    """The application, to be run by `serve` or by Ray's own means. `settings` are KEY=VALUE of the section `serve`.

    `autoscaling` is Ray's `autoscaling_config`, by queued requests per replica; then `replicas` is left to it. Durable jobs
    live in one file of one server: `serve.jobs` is refused here.
    """
    from ray import serve as ray_serve

    settings = [f"serve.{setting}" for setting in settings]
    if any(setting.startswith("serve.jobs=") for setting in settings):
        raise ValueError("durable jobs live in one server's file: run `assay serve --jobs FILE` beside the replicas")
    command = [assay, "serve"]
    if config is not None:
        command += [str(config)] + [word for setting in settings for word in ("--set", setting)]
    elif settings:
        raise ValueError("settings need a configuration")
    if tokens is not None:
        command += ["--tokens", tokens]
    options: dict[str, Any] = {
        "ray_actor_options": {"num_cpus": cpus},
        "max_ongoing_requests": 1000,
        "health_check_period_s": 5,
    }
    if autoscaling is not None:
        options["autoscaling_config"] = autoscaling
    else:
        options["num_replicas"] = replicas
    environment = {"ASSAY_TOKEN": token} if token else None
    deployment: Any = ray_serve.deployment(Replica)
    return deployment.options(name="assay", **options).bind(command, environment)


def serve(
    config: str | os.PathLike[str] | None = None,
    replicas: int | None = 2,
    host: str = "127.0.0.1",
    port: int = 8000,
    route: str = "/",
    name: str = "assay",
    **options: Any,
) -> str:
    """Starts replicas of `assay serve` behind Ray Serve's proxy; the address for trainers. `options` are `application`'s.

    Any address but this machine's own needs tokens (`tokens`, a file that every node has, or `token`).
    """
    from ray import serve as ray_serve

    if host not in ("127.0.0.1", "::1", "localhost") and not (options.get("tokens") or options.get("token")):
        raise ValueError(f"{host} can be reached from other machines: give tokens= or token=, or use 127.0.0.1")
    ray_serve.start(http_options={"host": host, "port": port})
    ray_serve.run(application(config, replicas, **options), name=name, route_prefix=route)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{route.rstrip('/')}"

"""One JSON or byte exchange with `assay serve`, with retries of what is worth a retry."""

from __future__ import annotations

import json
import math
import os
import random
import socket
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

RETRIED = (408, 425, 429, 500, 502, 503, 504)


class ServerError(RuntimeError):
    """The server refused, or could not be reached after all tries. `status` is 0 without an HTTP answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Refused(ServerError):
    """A final answer, with the server's words: the same request is refused whenever it is made again."""


class Client:
    """A server's address, token and patience: seconds for one try, tries, and seconds for all of them together.

    The token is `token`, or the password of `http://any:TOKEN@host:8080`; it is in no message and no representation.
    """

    def __init__(
        self, url: str, token: str | None = None, timeout: float = 180, attempts: int = 5, patience: float = math.inf
    ) -> None:
        self.url, found = _without_token(url)
        token = token or found
        self.headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.timeout, self.attempts, self.patience = timeout, attempts, patience

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def exchange(self, method: str, path: str, body: Any = None) -> bytes:
        """The answer's body; raises `ServerError`. Only overload and lost connections are tried again.

        `body` is made JSON, unless it is bytes already.
        """
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)
        end = time.monotonic() + self.patience
        for attempt in range(1, self.attempts + 1):
            wait = 0.0
            kind: type[ServerError] = ServerError
            try:
                timeout = min(self.timeout, max(0.1, end - time.monotonic()))
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    content: bytes = answer.read()
                    return content
            except urllib.error.HTTPError as error:
                message, status = f"HTTP {error.code}: {_words(error)}", error.code
                wait = _seconds(error.headers.get("Retry-After"))
                if 400 <= status < 500 and status not in RETRIED:
                    kind = Refused
            except (OSError, ValueError) as error:
                message, status = str(error), 0
                if _is_permanent(error):
                    kind = Refused
            # Full jitter, so that workers that were refused together do not return together.
            pause = max(min(wait, 10), random.uniform(0, min(10, 0.2 * 2**attempt)))
            over = attempt == self.attempts or time.monotonic() + pause >= end
            if kind is Refused or status not in (0, *RETRIED) or over:
                raise kind(f"{method} {self.url}{path}: {message}", status)
            time.sleep(pause)
        raise ServerError(f"{self.url}: no attempts")

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON; None when it is empty."""
        content = self.exchange(method, path, body)
        return json.loads(content) if content else None


def environment_client(patience: float = math.inf) -> Client:
    """The server of $ASSAY_URL, with the token of $ASSAY_TOKEN or of the URL."""
    return Client(
        os.environ.get("ASSAY_URL", "http://127.0.0.1:8080"), os.environ.get("ASSAY_TOKEN"), patience=patience
    )


def _without_token(url: str) -> tuple[str, str | None]:
    """The address that may be shown, and the token that was in it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        # What stands before an @ may be a token.
        raise ValueError(f"'{url.rsplit('@', 1)[-1]}' is no http:// or https:// address of a server")
    token = parts.password or parts.username
    shown = urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[-1]))
    return shown.rstrip("/"), unquote(token) if token else None


def _words(error: urllib.error.HTTPError) -> str:
    """What the server says, in its own words where it has them in JSON."""
    try:
        text = error.read(10_000).decode(errors="replace")
    except OSError:
        return str(error.reason)
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text[:2000]


def _seconds(header: str | None) -> float:
    try:
        return max(0.0, float(header or 0))
    except ValueError:
        return 0.0


def _is_permanent(error: BaseException) -> bool:
    """Whether an address can never be reached: it is none, or its name is unknown to every resolver."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror):
        return reason.errno == socket.EAI_NONAME
    return isinstance(error, ValueError) or (isinstance(error, urllib.error.URLError) and isinstance(reason, str))

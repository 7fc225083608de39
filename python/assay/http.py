"""One JSON or byte exchange with `assay serve`, with retries of what is worth a retry."""

from __future__ import annotations

import json
import math
import random
import time
import urllib.error
import urllib.request
from typing import Any

RETRIED = (429, 502, 503, 504)


class ServerError(RuntimeError):
    """The server refused, or could not be reached after all tries. `status` is 0 without an HTTP answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """A server's address, token and patience: seconds for one try, tries, and seconds for all of them together."""

    def __init__(
        self, url: str, token: str | None = None, timeout: float = 180, attempts: int = 5, patience: float = math.inf
    ) -> None:
        self.url = url.rstrip("/")
        self.headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.timeout, self.attempts, self.patience = timeout, attempts, patience

    def exchange(self, method: str, path: str, body: Any = None) -> bytes:
        """The answer's body; raises `ServerError`. Only overload and lost connections are tried again."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)
        end = time.monotonic() + self.patience
        for attempt in range(1, self.attempts + 1):
            try:
                timeout = min(self.timeout, max(0.1, end - time.monotonic()))
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    content: bytes = answer.read()
                    return content
            except urllib.error.HTTPError as error:
                message, status = f"HTTP {error.code}: {error.read(2000).decode(errors='replace')}", error.code
            except OSError as error:
                message, status = str(error), 0
            # Full jitter, so that workers that were refused together do not return together.
            pause = random.uniform(0, min(10, 0.2 * 2**attempt))
            if attempt == self.attempts or status not in (0, *RETRIED) or time.monotonic() + pause >= end:
                raise ServerError(f"{method} {self.url}{path}: {message}", status)
            time.sleep(pause)
        raise ServerError(f"{self.url}: no attempts")

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON; None when it is empty."""
        content = self.exchange(method, path, body)
        return json.loads(content) if content else None

"""What goes wrong between an agent and a server: the first request of each conversation, and every third, meets a fault.

`refused`: 500 before the server saw it · `lost`: the server answered, the client gets 500 · `slow`: the answer comes after the
client has given up · `cut`: the connection ends in the middle of the answer
"""

from __future__ import annotations

import http.client
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS = ["refused", "lost", "slow", "cut"]
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Between:
    def __init__(self, target: str, fault: str | None) -> None:
        parts = urllib.parse.urlsplit(target)
        between, lock = self, threading.Lock()
        self.count = 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                pass

            def forward(self) -> tuple[int, list[tuple[str, str]], bytes]:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
                headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
                connection.request(self.command, self.path, body, headers)
                reply = connection.getresponse()
                data = reply.read()
                connection.close()
                return reply.status, [h for h in reply.getheaders() if h[0].lower() not in HOP], data

            def reply(self, status: int, headers: list[tuple[str, str]], data: bytes, sent: int | None = None) -> None:
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data if sent is None else data[:sent])
                if sent is not None:
                    self.wfile.flush()
                    self.close_connection = True

            def do_POST(self) -> None:
                with lock:
                    hits = fault is not None and between.count % 3 == 0
                    between.count += 1
                error = (500, [("Content-Type", "application/json")], b'{"error": {"message": "injected"}}')
                if hits and fault == "refused":
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    return self.reply(*error)
                answer = self.forward()
                if hits and fault == "lost":
                    return self.reply(*error)
                if hits and fault == "slow":
                    time.sleep(7)
                try:
                    self.reply(*answer, sent=len(answer[2]) // 2 if hits and fault == "cut" else None)
                except OSError:
                    self.close_connection = True

            do_GET = do_POST

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: Any) -> None:
                """A client that has left is what this is for."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Between:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

"""Random heads and bodies to `assay serve` and to h11, a strict reader of HTTP/1.1: what h11 refuses must not be answered as a
request, and what both take must be as many requests.

    python scripts/fuzz_http.py ASSAY [COUNT] [SEED]        needs `pip install h11`

A server may refuse more than h11 does. A disagreement is printed with its bytes; exit code 1 when there was one.
"""

from __future__ import annotations

import json
import random
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import h11

BODY = b'{"response":"1","answer":"1","verifier":"exact"}'
NAMES = [b"Content-Length", b"Transfer-Encoding", b"Host", b"Connection", b"Expect", b"X-A", b"Content-Type", b"Trailer"]
VALUES = [
    b"0", b"1", b"48", b"48, 48", b"48,49", b"+48", b"-1", b"0x30", b"48 ", b"4 8", b"", b"chunked", b"Chunked", b"chunked, chunked",
    b"identity", b"gzip, chunked", b"xchunked", b"chunked;q=1", b"\x0bchunked", b"localhost", b"evil.example", b"close", b"Close", b"TE, close", b"keep-alive",
    b"100-continue", b"a\x00b", b"a\rb", b"\xff", b"a" * 300, b"99999999999999999999", b"048",
]  # fmt: skip


def chunks(rng: random.Random, body: bytes) -> bytes:
    """The body in chunks, sometimes not quite."""
    out = b""
    while body:
        size = rng.randint(1, len(body))
        line = rng.choice([b"%x", b"%X", b"0%x", b"%x;a=b", b"%x ", b" %x", b"+%x", b"0x%x"] if rng.random() < 0.3 else [b"%x"])
        out += line % size + rng.choice([b"\r\n"] * 9 + [b"\n"]) + body[:size] + rng.choice([b"\r\n"] * 9 + [b"\n", b"", b"xx"])
        body = body[size:]
    return out + rng.choice([b"0\r\n\r\n"] * 6 + [b"0\r\nX: y\r\n\r\n", b"0\n\n", b"00\r\n\r\n", b"0\r\nContent-Length: 5\r\n\r\n"])


def request(rng: random.Random) -> bytes:
    """A request that is right, or wrong in some places."""
    method = rng.choice([b"POST"] * 6 + [b"GET", b"HEAD", b"OPTIONS", b"post", b"PO ST", b"P\x00"])
    target = rng.choice([b"/v1/verify"] * 6 + [b"*", b"http://localhost/v1/verify", b"/a b", b"/%00", b"", b"//x", b"x"])
    version = rng.choice([b"HTTP/1.1"] * 12 + [b"HTTP/1.0", b"HTTP/2.0", b"http/1.1", b"HTTP/1.1 ", b"HTTP/1.10", b"HTTP/0.9"])
    fields = [(b"Host", b"localhost"), (b"Content-Type", b"application/json")]
    isChunked = rng.random() < 0.4
    fields.append((b"Transfer-Encoding", b"chunked") if isChunked else (b"Content-Length", b"%d" % len(BODY)))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        fields.insert(rng.randint(0, len(fields)), (rng.choice(NAMES), rng.choice(VALUES)))
    if rng.random() < 0.1:
        del fields[rng.randrange(len(fields))]
    text = b" ".join([method, target, version]) + b"\r\n"
    for name, value in fields:
        name = rng.choice([name] * 20 + [name + b" ", b" " + name, name + b"\t", name.lower(), b"", name + b"\x00"])
        text += name + rng.choice([b": "] * 20 + [b":", b" : ", b"", b":\t"]) + value
        text += rng.choice([b"\r\n"] * 30 + [b"\n", b"\r", b"\r\n ", b"\r\r\n"])
    text += rng.choice([b"\r\n"] * 30 + [b"\n", b"\r\n\r\n"])
    return text + (chunks(rng, BODY) if isChunked else BODY)


def strict(data: bytes) -> tuple[int, bool]:
    """How many requests h11 reads whole, and whether it then refuses."""
    connection, found = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20), 0
    connection.receive_data(data)
    connection.receive_data(b"")
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.EndOfMessage):
                found += 1
                connection.send(h11.Response(status_code=200, headers=[(b"Content-Length", b"0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is h11.MUST_CLOSE:
                    return found, False
                connection.start_next_cycle()
            elif event is h11.PAUSED or event is h11.NEED_DATA or isinstance(event, h11.ConnectionClosed):
                return found, False
    except (h11.RemoteProtocolError, h11.LocalProtocolError):
        return found, True


def answers(port: int, data: bytes) -> list[int]:
    """The statuses of the server's answers."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                got += piece
        except OSError:
            pass
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got) if status != b"100"]


def main() -> None:
    count, seed = int((sys.argv + ["10000"])[2]) if len(sys.argv) > 2 else 10000, int(sys.argv[3]) if len(sys.argv) > 3 else 1
    server = subprocess.Popen([sys.argv[1], "serve", "--port", "0", "--json", "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    failures = 0
    try:
        port = int(json.loads(server.stdout.readline())["url"].rsplit(":", 1)[1])

        def one(index: int) -> str | None:
            rng = random.Random(seed * 1_000_003 + index)
            data = b"".join(request(rng) for _ in range(rng.choice([1, 1, 2, 3])))
            found, refuses = strict(data)
            statuses = answers(port, data)
            # A refusal of what is not whole or not right is one more answer, and the last; a success of such a thing is none.
            taken = sum(status < 300 for status in statuses)
            if 500 in statuses or taken > found or len(statuses) > found + 1:
                said = f"h11 read {found}{' and refused' if refuses else ''}"
                return f"{said}, the server answered {statuses}: {data!r}"
            return None

        with ThreadPoolExecutor(16) as pool:
            for problem in pool.map(one, range(count)):
                if problem:
                    failures += 1
                    print(problem, flush=True)
        if server.poll() is not None:
            print(f"the server ended with {server.returncode}")
            failures += 1
    finally:
        server.terminate()
        server.wait(30)
    print(f"{count} streams, seed {seed}: {failures} disagreements")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()

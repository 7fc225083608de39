"""Ten times overload, hostile connections and recovery, against a running server. Usage: overload.py PORT PID [seconds]

Prints what was answered, refused and how fast; exits 1 when the server dies, keeps memory, or is slow to recover.
"""

import asyncio
import json
import socket
import sys
import time

port, pid = int(sys.argv[1]), int(sys.argv[2])
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
ITEM = json.dumps({"response": "\\boxed{72}", "answer": "72"}).encode()
BATCH = json.dumps({"items": [{"response": f"\\boxed{{{i}}}", "answer": str(i)} for i in range(2000)]}).encode()
PROGRAM = json.dumps({"code": "import time; time.sleep(1)", "language": "python", "run_timeout": 5}).encode()


def request(path, body):
    return b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (path, len(body)) + body


async def call(path, body, timeout=30):
    start = time.monotonic()
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), timeout)
        writer.write(request(path, body))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), timeout)
        writer.close()
        return int(head.split()[1]), time.monotonic() - start
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        return 0, time.monotonic() - start


def memory():
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000 if values else 0


async def load(name, path, body, workers):
    counts, times = {}, {}
    end = time.monotonic() + seconds

    async def worker():
        while time.monotonic() < end:
            status, took = await call(path, body)
            counts[status] = counts.get(status, 0) + 1
            times.setdefault(status, []).append(took)

    await asyncio.gather(*(worker() for _ in range(workers)))
    parts = [f"{status}: {count} (p50 {percentile(times[status], .5):.0f} ms, p99 {percentile(times[status], .99):.0f} ms)"
             for status, count in sorted(counts.items())]
    print(f"{name}: " + ", ".join(parts), flush=True)


async def hostile():
    """Slow requests, half-closed sockets and endless bodies, a thousand of them."""
    sockets = []
    for index in range(1000):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setblocking(False)
        kinds = [b"POST /v1/verify HT", b"POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"]
        connection.send(kinds[index % 2])
        if index % 3 == 0:
            connection.shutdown(socket.SHUT_WR)
        sockets.append(connection)
    print(f"1000 slow connections: /v1/verify answers {await call(b'/v1/verify', ITEM)}", flush=True)
    await asyncio.sleep(14)
    closed = 0
    for connection in sockets:
        try:
            while True:
                data = connection.recv(4096)
                if not data:
                    closed += 1
                    break
        except BlockingIOError:
            pass
        except OSError:
            closed += 1
        connection.close()
    print(f"  closed by the server: {closed}", flush=True)
    for what, head in [("declared", b"Content-Length: 1073741824"), ("chunked", b"Transfer-Encoding: chunked")]:
        sent, reply = 0, b""
        connection = socket.create_connection(("127.0.0.1", port), timeout=5)
        connection.sendall(b"POST /v1/verify HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n")
        block = b" " * 65536
        try:
            while sent < 1 << 30:
                connection.sendall(b"10000\r\n" + block + b"\r\n" if what == "chunked" else block)
                sent += len(block)
        except OSError:
            pass
        try:
            reply = connection.recv(100)
        except OSError:
            pass
        print(f"1 GB body, {what}: {reply[:20]!r} after {sent >> 20} MiB", flush=True)
        connection.close()
    return closed == 1000


async def main():
    print(f"memory before: {memory()} MB", flush=True)
    await asyncio.gather(
        load("batches of 2,000", b"/v1/verify", BATCH, 100), load("single answers", b"/v1/verify", ITEM, 50),
        load("programs that sleep 1 s", b"/run_code", PROGRAM, 200))
    start = time.monotonic()
    recovered = None
    while time.monotonic() - start < 10:
        status, took = await call(b"/v1/verify", ITEM)
        if status == 200 and took < 0.1:
            recovered = time.monotonic() - start
            break
    print(f"recovered after {recovered} s; memory after load: {memory()} MB", flush=True)
    good = await hostile()
    print(f"memory at the end: {memory()} MB", flush=True)
    sys.exit(0 if good and recovered is not None and recovered < 2 and memory() < 1500 else 1)


asyncio.run(main())

#!/usr/bin/env python3
"""Runs `assay rollout` against an https server under another system's libcurl: Debian 13 has 8.14, this one may have an
older. Needs root, debootstrap and openssl.

usage: https.py [--assay PATH] [--runs 50] [--suite trixie] [--root FOLDER]

FOLDER is made by debootstrap when it is not there. The server's certificate is of a CA of our own, which goes into
that system's store. Exit code 0 when every run ended with 0 and had all its samples.
"""
import argparse
import asyncio
import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time


def sh(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def certificates(folder):
    """A CA and a certificate for 127.0.0.1."""
    sh("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=assay test CA",
       "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.crt")
    sh("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", f"{folder}/server.key",
       "-out", f"{folder}/server.csr")
    with open(f"{folder}/names", "w") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    sh("openssl", "x509", "-req", "-in", f"{folder}/server.csr", "-CA", f"{folder}/ca.crt", "-CAkey",
       f"{folder}/ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{folder}/names", "-out",
       f"{folder}/server.crt")


class Server(threading.Thread):
    """vLLM's completions route over TLS."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f"{folder}/server.crt", f"{folder}/server.key")
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0, ssl=self.context, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def connection(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                await reader.readexactly(int(fields.get("content-length", 0)))
                if head[0].startswith("POST"):
                    await asyncio.sleep(0.01)
                    answer = {"model": "m", "choices": [{
                        "index": 0, "text": "2", "finish_reason": "stop", "token_ids": [7], "prompt_token_ids": [1],
                        "logprobs": {"token_logprobs": [-0.5]}}]}
                else:
                    answer = {"data": [{"id": "m", "owned_by": "vllm"}]}
                text = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


def system(root, suite, folder):
    """The other system, with our CA and with the folders of this one that the binary needs."""
    packages = "libcurl4t64,ca-certificates,openssl,libsqlite3-0,libstdc++6,zlib1g"
    if not os.path.exists(f"{root}/etc/ssl/certs"):
        sh("debootstrap", "--variant=minbase", f"--include={packages}", suite, root)
    sh("cp", f"{folder}/ca.crt", f"{root}/usr/local/share/ca-certificates/assay-test.crt")
    sh("chroot", root, "update-ca-certificates", "--fresh")
    sh("mount", "--make-rprivate", "/")
    runtime = os.path.realpath(sh("which", "swift").strip()).split("/usr/bin/")[0]
    for path in ("/proc", "/dev", os.getcwd(), runtime):
        os.makedirs(root + path, exist_ok=True)
        sh("mount", "--rbind", path, root + path)
    return f"{runtime}/usr/lib/swift/linux"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--suite", default="trixie")
    parser.add_argument("--root", default="/tmp/assay-trixie")
    options = parser.parse_args()
    if "ASSAY_HTTPS_INSIDE" not in os.environ:  # mounts of our own, gone with us
        environment = {**os.environ, "ASSAY_HTTPS_INSIDE": "1"}
        os.execvpe("unshare", ["unshare", "-m", sys.executable, *sys.argv], environment)
    folder = tempfile.mkdtemp(prefix="assay-https-")
    certificates(folder)
    libraries = system(options.root, options.suite, folder)
    server = Server(folder)
    server.start()
    server.ready.wait()
    inside = ["chroot", options.root, "env", f"LD_LIBRARY_PATH={libraries}", os.path.abspath(options.assay)]
    doctor = json.loads(subprocess.run([*inside, "doctor", "--json"], capture_output=True, text=True).stdout)
    print(next(check["detail"] for check in doctor["checks"] if check["name"] == "libcurl"))
    work = tempfile.mkdtemp(dir=f"{options.root}/tmp")
    within = work[len(options.root):]
    with open(f"{work}/data.jsonl", "w") as file:
        for i in range(8):
            file.write(json.dumps({"id": f"p{i}", "prompt": f"{i} + 1 =", "answer": str(i + 1)}) + "\n")
    codes, first, seconds = [], "", 0.0
    for number in range(options.runs):
        with open(f"{work}/run.yaml", "w") as file:
            file.write(f"""store: {within}/{number}.sqlite
dataset: {{path: {within}/data.jsonl}}
sampling: {{n: 8, max_tokens: 8}}
rollout: {{endpoints: [https://127.0.0.1:{server.port}], concurrency: {16 if number % 2 else 300}}}
""")
        start = time.monotonic()
        done = subprocess.run([*inside, "run", f"{within}/run.yaml", "--quiet"], capture_output=True, text=True)
        seconds = max(seconds, time.monotonic() - start)
        codes.append(done.returncode)
        if done.returncode != 0:
            first = first or done.stderr
            continue
        database = sqlite3.connect(f"{work}/{number}.sqlite")
        assert database.execute("SELECT count(*) FROM completions").fetchone()[0] == 64, "samples are missing"
        database.close()
    counts = {code: codes.count(code) for code in sorted(set(codes))}
    named = [f"{count} with {signal.Signals(-code).name if code < 0 else code}" for code, count in counts.items()]
    print(f"{options.runs} https runs ended: {', '.join(named)}; the longest took {seconds:.1f} s")
    if first:
        print(first[-1000:])
    sys.exit(any(codes))


if __name__ == "__main__":
    main()

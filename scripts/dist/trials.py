"""What test.py does inside a bare root, as an ordinary user: trials.py machine | chroot | docker."""

import ctypes
import glob
import json
import os
import re
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

HOME = "/home/user"
ASSAY = HOME + "/.local/bin/assay"
WAY = sys.argv[1]
failures = []


def run(*command, **more):
    environment = {**os.environ, **more}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, universal_newlines=True, timeout=120)
    return done.returncode, done.stdout


def trial(name, body):
    began = time.monotonic()
    try:
        said = body() or ""
        print(f"  ok     {time.monotonic() - began:6.2f} s  {name}{'  ' + said if said else ''}", flush=True)
    except Exception as error:
        failures.append(name)
        print(f"  FAILED {time.monotonic() - began:6.2f} s  {name}: {type(error).__name__}: {error}", flush=True)


def want(condition, said):
    if not condition:
        raise AssertionError(said.strip()[-600:])


def forbid_like_docker():
    """Docker's default profile, as far as it concerns us: no new namespaces and no mounts without CAP_SYS_ADMIN."""
    denied = [272, 165, 166, 155, 308, 442, 428, 429, 430, 432, 321, 101]  # unshare mount umount2 pivot_root setns mount_setattr …
    code = [(0x20, 0, 0, 0)]  # the call's number
    body = []
    for number in denied:
        body += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | 1)]  # EPERM
    body += [(0x15, 0, 1, 435), (0x06, 0, 0, 0x00050000 | 38)]  # clone3: ENOSYS
    body += [(0x15, 0, 3, 56), (0x20, 0, 0, 16), (0x45, 0, 1, 0x7E020000), (0x06, 0, 0, 0x00050000 | 1)]  # clone with namespaces
    body += [(0x06, 0, 0, 0x7FFF0000)]
    program = b"".join(struct.pack("<HBBI", *i) for i in code + body)
    buffer = ctypes.create_string_buffer(program, len(program))

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)
    if libc.prctl(22, 2, ctypes.byref(Filter(len(program) // 8, ctypes.addressof(buffer))), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")


def install_tarball():
    os.makedirs(HOME + "/.local", exist_ok=True)
    code, said = run("tar", "-xzf", glob.glob(HOME + "/*.tar.gz")[0], "-C", HOME + "/.local", "--strip-components=1")
    want(code == 0, said)
    code, said = run(ASSAY, "--version")
    want(code == 0 and re.match(r"\d+\.\d+\.\d+\+", said), said)
    return said.strip()


def install_wheel():
    began = time.monotonic()
    code, said = run("python3", "-m", "venv", HOME + "/venv")
    want(code == 0, said)
    code, said = run(HOME + "/venv/bin/pip", "install", "-q", "--no-index", glob.glob(HOME + "/*.whl")[0])
    want(code == 0, said)
    code, first = run(HOME + "/venv/bin/assay", "verify", "--explain", "1/2", "0.5")
    want(code == 0 and "correct (equal)" in first, first)
    took = time.monotonic() - began
    # From the downloaded wheel; a busy machine says nothing about that.
    want(took < 30 or os.getloadavg()[0] > 2 * os.cpu_count(), f"the first verdict took {took:.0f} s")
    versions = [run(HOME + "/venv/bin/assay", "--version"), run(HOME + "/venv/bin/python", "-m", "assay", "--version"),
                run(HOME + "/venv/bin/python", "-c", "import assay; print(assay.__version__)")]
    want(len(set(versions)) == 1, repr(versions))
    return f"first verdict after {took:.1f} s"


def verify_rows():
    code, said = run(ASSAY, "verify", HOME + "/rows.jsonl", "--verifier", "math", "--summary")
    want(code == 0 and re.search(r"all\s+1,319\s+5,276\s+2,001", said), said)
    return "5,276 rows"


def demo():
    os.chdir(HOME)
    code, said = run(ASSAY, "demo", "--simulated")
    want(code == 0 and "pass@8" in said, said)
    left = re.search(r"code problems are left out: .*", said)
    if WAY == "machine":
        want(not left, said)
    else:
        want(left, said)
    return "with code" if not left else left[0][:150]


def serve():
    server = subprocess.Popen([ASSAY, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    try:
        url = json.loads(server.stdout.readline())["url"]
        request = urllib.request.Request(url + "/v1/verify", b'{"response":"0.5","answer":"1/2"}', {"Content-Type": "application/json"})
        said = urllib.request.urlopen(request).read().decode()
        want(json.loads(said)["outcome"] == "correct", said)
    finally:
        server.terminate()
        want(server.wait() == 0, "ended otherwise")


def python_file():
    os.chdir(HOME)
    with open("mine.py", "w") as file:
        file.write("def verify(response, answer):\n    return response.strip().endswith(answer)\n")
    with open("two.jsonl", "w") as file:
        file.write('{"response": "it is 4", "answer": "4"}\n{"response": "5", "answer": "4"}\n')
    code, said = run(ASSAY, "verify", "two.jsonl", "--verifier", "./mine.py", "--summary")
    want(code == 0 and "50.0 %" in said, said)
    code, said = run(ASSAY, "verify", "two.jsonl", "--verifier", "./mien.py")
    want(code == 2 and "did you mean 'mine.py'" in said and said.count("\n") == 1, said)


def code():
    os.chdir(HOME)
    row = {"response": "```python\nprint(int(input()) * 2)\n```", "tests": [{"input": "4\n", "output": "8\n"}]}
    with open("code.jsonl", "w") as file:
        file.write(json.dumps(row) + "\n")
    status, said = run(ASSAY, "verify", "code.jsonl", "--verifier", "code")
    verdict = json.loads(said.split("\n")[0])["verdict"]
    if WAY == "machine":
        want(verdict["outcome"] == "correct", said)
        return ""
    want(verdict["outcome"] == "verifierError" and verdict["score"] is None and "to do: " in verdict["explanation"], said)
    if WAY == "chroot":
        want("this is a chroot" in verdict["explanation"], said)
    return verdict["explanation"][:200]


class Models(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"object":"list","data":[{"id":"m","object":"model","owned_by":"vllm"}]}'
        self.send_response(200 if self.path == "/v1/models" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def private_authority():
    server = HTTPServer(("127.0.0.1", 0), Models)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HOME + "/server.pem", HOME + "/server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}"
    _, unknown = run(ASSAY, "doctor", "--endpoint", url)
    want("SSL_CERT_FILE" in unknown, unknown)
    _, known = run(ASSAY, "doctor", "--endpoint", url, SSL_CERT_FILE=HOME + "/ca.pem")
    line = [line for line in known.split("\n") if line.startswith("endpoint") or url in line]
    want(line and " ok " in line[0], known)
    _, bad = run(ASSAY, "doctor", "--endpoint", url, SSL_CERT_FILE="/nowhere.pem")
    want("SSL_CERT_FILE" in bad, bad)
    return line[0].strip()[:120]


def main():
    if WAY == "docker":
        forbid_like_docker()
    trial("tarball", install_tarball)
    if WAY == "machine":
        trial("wheel", install_wheel)
        if os.path.exists(HOME + "/rows.jsonl"):
            trial("verify", verify_rows)
        trial("a Python file as verifier", python_file)
        trial("TLS, a private authority", private_authority)
    trial("demo", demo)
    trial("serve", serve)
    trial("code", code)
    sys.exit(1 if failures else 0)


main()

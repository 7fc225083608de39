"""Programs sent to /run_code look for the server's token, files, memory and port. Usage: threats.py ASSAY

Starts a server with a token in the environment and in a file; exits 1 when a program finds anything.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

TOKEN = "assay_0123456789secret"
PORT = 8193
folder = tempfile.mkdtemp()
made = subprocess.run([sys.argv[1], "serve", "--make-token", "t:verify"], capture_output=True, text=True, check=True)
tokens = os.path.join(folder, "tokens.txt")
with open(tokens, "w") as file:
    file.write(made.stdout)
server = subprocess.Popen(
    [sys.argv[1], "serve", "--port", str(PORT), "--tokens", tokens, "--jobs", os.path.join(folder, "jobs.sqlite"), "--quiet"],
    env={**os.environ, "ASSAY_TOKEN": TOKEN}, stdout=subprocess.DEVNULL)


def call(path, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}", json.dumps(body).encode(), {"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


PROGRAMS = {
    "control": ("print('FOUND by the control')", True),
    "environment": ("import os; print(dict(os.environ))", False),
    "environments of all processes": ("""
import glob
for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):
    try: print(open(path, 'rb').read())
    except OSError as error: print(type(error).__name__)
""", False),
    "the token file": (f"""
for path in [{tokens!r}, {folder!r} + '/jobs.sqlite']:
    try: print('FOUND', open(path, 'rb').read()[:200])
    except OSError as error: print(type(error).__name__)
""", False),
    "the server's memory": (f"""
import os
for process in ['{server.pid}', str(os.getppid()), '1']:
    for name in ['mem', 'maps', 'fd', 'root']:
        path = f'/proc/{{process}}/{{name}}'
        try:
            found = os.listdir(path) if name in ('fd', 'root') else open(path, 'rb').read(64)
            if process == '{server.pid}': print('FOUND', path, found)
        except OSError as error: print(type(error).__name__)
""", False),
    "ptrace and signals": (f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print('FOUND ptrace' if libc.ptrace(16, {server.pid}, 0, 0) == 0 else 'refused')
try: os.kill({server.pid}, 0); print('FOUND kill')
except OSError as error: print(type(error).__name__)
""", False),
    "the port": (f"""
import socket
for host in ['127.0.0.1', '::1', 'localhost', '10.0.2.2', socket.gethostname()]:
    try:
        connection = socket.create_connection((host, {PORT}), timeout=2)
        print('FOUND a way to', host)
    except OSError as error: print(type(error).__name__)
""", False),
    "inherited descriptors": ("""
import os, socket
for number in range(3, 256):
    try: target = os.readlink(f'/proc/self/fd/{number}')
    except OSError: continue
    if 'sqlite' in target or 'tokens' in target: print('FOUND', target)
    try:
        if socket.socket(fileno=os.dup(number)).family in (socket.AF_INET, socket.AF_INET6): print('FOUND socket', target)
    except OSError: pass
""", False),
    "unix sockets of the host": ("""
import glob, socket
for path in glob.glob('/run/**', recursive=True)[:2000] + glob.glob('/tmp/**', recursive=True)[:2000]:
    connection = socket.socket(socket.AF_UNIX)
    try: connection.connect(path); print('FOUND', path)
    except OSError: pass
""", False),
}

failed = False
try:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz")
            break
        except OSError:
            time.sleep(0.1)
    for name, (code, wanted) in PROGRAMS.items():
        reply = call("/run_code", {"language": "python", "code": code, "run_timeout": 20, "compile_timeout": 10})
        text = json.dumps(reply)
        found = "FOUND" in text or TOKEN in text or made.stderr.split()[-1] in text
        ran = reply["status"] in ("Success", "Failed")
        good = ran and found == wanted
        failed |= not good
        print(f"{'ok  ' if good else 'FAIL'} {name}: {'' if good else text[:600]}", flush=True)
finally:
    server.terminate()
sys.exit(failed)

#!/usr/bin/env python3
"""Serve a GGUF model with llama.cpp's HTTP server on a loopback port; prints the port, ends with its parent.

usage: serve.py MODEL.gguf SLOTS THREADS [PORT] [TEMPLATE]       without PORT, or with 0, a free one
"""

import ctypes
import os
import signal
import socket
import sys
import time
from pathlib import Path

import xllamacpp


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    model, slots, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = int(sys.argv[4]) if len(sys.argv) > 4 and sys.argv[4] != "0" else free_port()
    parameters.n_parallel = slots
    parameters.n_ctx = 512 * slots
    if len(sys.argv) > 5:
        parameters.use_jinja = True
        parameters.chat_template = Path(sys.argv[5]).read_text()
        parameters.n_ctx = 1024 * slots
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.warmup = False
    parameters.endpoint_metrics = True
    server = xllamacpp.Server(parameters)  # listens once this returns
    print(parameters.port, flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    del server


if __name__ == "__main__":
    main()

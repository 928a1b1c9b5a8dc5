#!/usr/bin/env python3
"""Serves a model on this machine as OpenAI's chat completions, with llama.cpp's own server (package xllamacpp). Prints
its address once it answers, and ends with the program that started it.

    scripts/llm/serve.py FILE.gguf [PORT]
"""
import os

# OpenMP's busy waiting makes generation ten times slower where another program uses the cores. Read when the library
# loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import signal
import socket
import sys
import threading

import xllamacpp


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    port = int(sys.argv[2]) if len(sys.argv) == 3 else free_port()
    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.model_alias = {"local"}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 8192
    params.n_parallel = 1
    threads = os.cpu_count() or 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.offline = True
    params.ui = False
    server = xllamacpp.Server(params)  # returns once the model is loaded and the port answers
    print(f"{server.listening_address}/v1", flush=True)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    while not ended.wait(1) and os.getppid() != 1:
        pass


main()

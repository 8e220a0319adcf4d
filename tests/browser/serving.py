"""Serving a site to a browser test: the process that serves, and waiting for it on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS, PAUSE = 180, 0.2


class Threaded(ThreadingMixIn, WSGIServer):
    """One thread a request: a browser asks for many things at once."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        return


def serve(port: str, application: Any) -> int:
    """Serve an application until stopped."""
    with make_server("127.0.0.1", int(port), application, server_class=Threaded, handler_class=Silent) as server:
        server.serve_forever()
    return 0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def served(command: Sequence[str], data: Path, **environment: str) -> Iterator[str]:
    """The address of ``python -m command`` (``{port}`` in it stands for the port) on SQLite in a data folder, once it answers; it ends with the block."""
    port = free_port()
    env = {**os.environ, "GONGXING_DATA_DIR": str(data), "GONGXING_DATABASE_URL": "", **environment}
    words = [one.format(port=port) for one in command]
    with subprocess.Popen([sys.executable, "-m", *words], env=env, cwd=ROOT) as server:
        address, end = f"http://127.0.0.1:{port}", time.monotonic() + SECONDS
        try:
            while not _answers(address):
                if time.monotonic() > end or server.poll() is not None:
                    pytest.fail(f"{words[0]} did not come up")
                time.sleep(PAUSE)
            yield address
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/health/", timeout=2).close()
    except OSError:
        return False
    return True

"""``serve`` and ``demo``: keep the web server and the worker running. This process loads no Django: it only watches."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from threading import Event
from types import FrameType

from gongxing.site.config import Config, load

STOP_SECONDS = 10
GONGXING = [sys.executable, "-m", "gongxing"]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve(arguments: Sequence[str]) -> int:
    """``serve [--host H] [--port P] [--workers N] [--no-worker]``: upgrade the databases, then serve until interrupted."""
    config = load()
    parser = argparse.ArgumentParser(prog="gongxing serve")
    _address(parser, config)
    parser.add_argument("--workers", type=int, default=config.workers)
    parser.add_argument("--no-worker", action="store_true")
    given = parser.parse_args(arguments)
    web = [*GONGXING, "web", "--host", given.host, "--port", str(given.port), "--workers", str(given.workers)]
    stopping = _stop_signal()
    children = [subprocess.Popen(web)]
    if _listening(children[0], given.host, given.port, stopping):
        _say(f"http://{given.host}:{given.port}/")
        if not given.no_worker:  # only now, so that it does not compete with the first page
            children.append(subprocess.Popen([*GONGXING, "work"]))
    return _watch(children, stopping)


def demo(arguments: Sequence[str]) -> int:
    """``demo [--scale X] [--build-only] [--host H] [--port P]``: build the invented county where there is none, then serve it."""
    os.environ["GONGXING_DEMO"] = "1"
    parser = argparse.ArgumentParser(prog="gongxing demo")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is about 3,000 enterprises")
    parser.add_argument("--build-only", action="store_true")
    _address(parser, load())
    given = parser.parse_args(arguments)
    built = subprocess.call([*GONGXING, "build-demo", "--scale", str(given.scale)])
    if built != 0 or given.build_only:
        return built
    return serve(["--host", given.host, "--port", str(given.port)])


def _address(parser: argparse.ArgumentParser, config: Config) -> None:
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)


def _stop_signal() -> Event:
    """Set once we are told to stop."""
    stopping = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopping


def _listening(server: subprocess.Popen[bytes], host: str, port: int, stopping: Event) -> bool:
    """Wait until the server takes connections; False when it ended or we are to stop."""
    there = "127.0.0.1" if host in ("0.0.0.0", "") else host
    while server.poll() is None and not stopping.is_set():
        try:
            with socket.create_connection((there, port), timeout=1):
                return True
        except OSError:
            time.sleep(0.1)
    return False


def _watch(children: list[subprocess.Popen[bytes]], stopping: Event) -> int:
    """Wait until one child ends or we are told to stop, then stop all."""
    while not stopping.is_set() and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stopping.is_set() else 1

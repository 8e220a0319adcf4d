"""``serve`` and ``demo``: keep the web server and the worker running. This process loads no Django: it only watches."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
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
    ready = subprocess.call([*GONGXING, "init"])
    if ready != 0:
        return ready
    children = [_web(given.host, given.port, given.workers)]
    if not given.no_worker:
        children.append(subprocess.Popen([*GONGXING, "work"]))
    _say(f"http://{given.host}:{given.port}/")
    return _watch(children)


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


def _web(host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "2", "--log-level", "warning", "--respawn-failed-workers", "gongxing.site.wsgi:application",
    ]  # fmt: skip
    return subprocess.Popen(command)


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one child ends or we are told to stop, then stop all."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stopping else 1

"""Serving: granian with a worker process beside it; the worker runs jobs, sweeps dead ones and ticks."""

import argparse
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from django.conf import settings
from django.db import close_old_connections

from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.jobs.run import run_next, sweep
from gongxing.site.commands.keep import init, say

log = logging.getLogger("gongxing.work")
IDLE_SECONDS, TICK_SECONDS, SWEEP_SECONDS = 0.3, 30.0, 5.0
STOP_SECONDS = 10


def serve(arguments: Sequence[str]) -> int:
    """``serve [--host H] [--port P] [--no-worker]``: upgrade the databases, then serve until interrupted."""
    config = settings.CONFIG
    parser = argparse.ArgumentParser(prog="gongxing serve")
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)
    parser.add_argument("--workers", type=int, default=config.workers)
    parser.add_argument("--no-worker", action="store_true")
    given = parser.parse_args(arguments)
    init([])
    children = [_web(given.host, given.port, given.workers)]
    if not given.no_worker:
        children.append(subprocess.Popen([sys.executable, "-m", "gongxing", "work"]))
    say(f"http://{given.host}:{given.port}/")
    return _watch(children)


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


def work(arguments: Sequence[str]) -> int:
    """``work [--once]``: run waiting jobs one after another; sweep dead ones; tick. Ends with its parent."""
    parser = argparse.ArgumentParser(prog="gongxing work")
    parser.add_argument("--once", action="store_true", help="run what waits now, then stop")
    once = parser.parse_args(arguments).once
    parent = os.getppid()
    ticked = swept = 0.0
    while True:
        close_old_connections()
        moment = time.monotonic()
        if moment - swept > SWEEP_SECONDS:
            sweep()
            swept = moment
        if moment - ticked > TICK_SECONDS:
            tick()
            ticked = moment
        ran = _one()
        if once and not ran:
            return 0
        if not ran:
            time.sleep(IDLE_SECONDS)
        if not once and os.getppid() != parent:
            return 0


def _one() -> bool:
    try:
        return run_next()
    except Exception:
        log.exception("the worker could not run a job; it goes on")
        time.sleep(1)
        return False

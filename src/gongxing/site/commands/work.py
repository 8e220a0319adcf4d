"""The worker: runs jobs, sweeps dead ones, ticks, tells what passed, and derives open deadlines again once a day.

Nothing that fails in a round ends it: the failure is logged and the round comes again.
"""

import argparse
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Event
from types import FrameType

from django.db import close_old_connections

from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import refresh_open
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.exchange.housekeeping import purge
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.kernel.jobs.daily import run_daily
from gongxing.kernel.jobs.run import run_next, sweep

log = logging.getLogger("gongxing.work")
IDLE_SECONDS, TICK_SECONDS, SWEEP_SECONDS, SLOW_SECONDS = 0.3, 30.0, 5.0, 1.0
PURGE_SECONDS = 3600.0


@dataclass
class Round:
    """Something done every so many seconds, the first time at once."""

    name: str
    seconds: float
    run: Callable[[], object]
    due: float = 0.0

    def turn(self) -> None:
        """Run it if its time has come. An error is logged; the next turn comes as always."""
        moment = time.monotonic()
        if moment < self.due:
            return
        self.due = moment + self.seconds
        try:
            self.run()
        except Exception:
            log.exception("%s failed; the worker goes on", self.name)


class Daily:
    """Once on each day, and at the start: other rows of the calendar may hold from today on."""

    def __init__(self) -> None:
        self._done: date | None = None

    def __call__(self) -> None:
        if self._done != today():
            refresh_open()
            run_daily()
            self._done = today()


def work(arguments: Sequence[str]) -> int:
    """``work [--once] [--attached]``: run waiting jobs one after another until told to stop; a running job is ended first. ``--once``: run
    what waits now, then stop. ``--attached``: end with the process that started it."""
    parser = argparse.ArgumentParser(prog="gongxing work")
    parser.add_argument("--once", action="store_true", help="run what waits now, then stop")
    parser.add_argument("--attached", action="store_true", help="end with the process that started it")
    given = parser.parse_args(arguments)
    parent, stopping = os.getppid(), _stop_signal()
    rounds = [
        Round("sweep", SWEEP_SECONDS, sweep),
        Round("tick", TICK_SECONDS, tick),
        Round("warn", TICK_SECONDS, warn_waiting),
        Round("refresh", TICK_SECONDS, Daily()),
        Round("purge", PURGE_SECONDS, purge),
    ]
    while not stopping.is_set():
        close_old_connections()
        for one in rounds:
            one.turn()
        ran = _one(stopping)
        if given.once and not ran:
            return 0
        if not ran:
            stopping.wait(IDLE_SECONDS)
        if given.attached and os.getppid() != parent:
            return 0
    return 0


def _stop_signal() -> Event:
    stopping = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    return stopping


def _one(stopping: Event) -> bool:
    try:
        return run_next()
    except Exception:
        log.exception("the worker could not run a job; it goes on")
        stopping.wait(SLOW_SECONDS)
        return False

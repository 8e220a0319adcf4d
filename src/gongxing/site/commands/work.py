"""The worker: runs jobs, sweeps dead ones and ticks."""

import argparse
import logging
import os
import time
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.exchange.housekeeping import purge
from gongxing.kernel.jobs.run import run_next, sweep

log = logging.getLogger("gongxing.work")
IDLE_SECONDS, TICK_SECONDS, SWEEP_SECONDS = 0.3, 30.0, 5.0
PURGE_SECONDS = 3600.0


def work(arguments: Sequence[str]) -> int:
    """``work [--once]``: run waiting jobs one after another; sweep dead ones; tick; purge old files. Ends with its parent."""
    parser = argparse.ArgumentParser(prog="gongxing work")
    parser.add_argument("--once", action="store_true", help="run what waits now, then stop")
    once = parser.parse_args(arguments).once
    parent = os.getppid()
    ticked = swept = 0.0
    purged = -PURGE_SECONDS
    while True:
        close_old_connections()
        moment = time.monotonic()
        if moment - swept > SWEEP_SECONDS:
            sweep()
            swept = moment
        if moment - ticked > TICK_SECONDS:
            tick()
            ticked = moment
        if moment - purged > PURGE_SECONDS:
            _guarded(purge)
            purged = moment
        ran = _one()
        if once and not ran:
            return 0
        if not ran:
            time.sleep(IDLE_SECONDS)
        if not once and os.getppid() != parent:
            return 0


def _guarded(duty: Callable[[], object]) -> None:
    """Do a duty of the house; its failure is logged and never stops the worker."""
    try:
        duty()
    except Exception:
        log.exception("the worker could not %s; it goes on", duty.__name__)


def _one() -> bool:
    try:
        return run_next()
    except Exception:
        log.exception("the worker could not run a job; it goes on")
        time.sleep(1)
        return False

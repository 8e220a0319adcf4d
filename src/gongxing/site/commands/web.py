"""``web``: upgrade the databases, load the site once, and fork the web processes from it."""

import argparse
import gc
import multiprocessing
import sys
from collections.abc import Sequence

from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from gongxing.site import wsgi
from gongxing.site.commands.address import unusable
from gongxing.site.commands.keep import init, say
from gongxing.site.config import load
from gongxing.site.warming import warm

THREADS = 4


def web(arguments: Sequence[str]) -> int:
    """``web [--host H] [--port P] [--workers N]``: the pages only, no worker. The site is loaded before the processes part, so that they
    start at once and share its memory; where processes cannot fork (Windows, macOS) each loads it itself. Exit 1 when the address
    cannot be used or the databases cannot be upgraded."""
    config = load()
    parser = argparse.ArgumentParser(prog="gongxing web")
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)
    parser.add_argument("--workers", type=int, default=config.workers)
    given = parser.parse_args(arguments)
    wrong = unusable(given.host, given.port)
    if wrong:
        say(wrong)
        return 1
    ready = init([])
    if ready != 0:
        return ready
    warm()
    connections.close_all()  # a connection does not survive a fork
    gc.collect()
    gc.freeze()  # what is loaded stays: the processes share it, and no collection walks through it while somebody waits for a page
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)  # not the default from Python 3.14 on
    server = Granian(
        f"{wsgi.__name__}:application", address=given.host, port=given.port, interface=Interfaces.WSGI, workers=given.workers,
        blocking_threads=THREADS, log_level=LogLevels.warning, respawn_failed_workers=True,
    )  # fmt: skip
    server.serve()
    return 0

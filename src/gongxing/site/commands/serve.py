"""``serve`` and ``demo``: keep the web server and the worker running. This process loads no Django: it only watches.

The web server decides: when it ends, all ends (systemd starts us again). A worker that ends is started again, each time a little later;
the pages go on meanwhile. The children are in process groups of their own, so that an interrupt from the keyboard reaches only this
process, which stops them in order.
"""

import argparse
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from threading import Event
from types import FrameType

from gongxing.site.commands.address import reachable, unusable, url
from gongxing.site.config import Config, load

STOP_SECONDS = 10.0
FIRST_DELAY, LONGEST_DELAY, STEADY_SECONDS = 1.0, 60.0, 60.0
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
GONGXING = [sys.executable, "-m", "gongxing"]
Process = subprocess.Popen[bytes]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve(arguments: Sequence[str]) -> int:
    """``serve [--host H] [--port P] [--workers N] [--no-worker]``: upgrade the databases, then serve until interrupted. Exit 1 when the
    address cannot be used or the web server did not start or ended."""
    config = load()
    parser = argparse.ArgumentParser(prog="gongxing serve")
    _address(parser, config)
    parser.add_argument("--workers", type=int, default=config.workers)
    parser.add_argument("--no-worker", action="store_true")
    given = parser.parse_args(arguments)
    wrong = unusable(given.host, given.port)
    if wrong:
        _say(wrong)
        return 1
    stopping = _stop_signal()
    web = _start(["web", "--host", given.host, "--port", str(given.port), "--workers", str(given.workers)])
    if not _answers(web, given.host, given.port, stopping):
        if not stopping.is_set():
            _say("网站没有启动，原因见上面几行。  The site did not start; the lines above say why.")
        return _stop([web], stopping)
    _say(url(given.host, given.port))
    return _watch(web, not given.no_worker, stopping)


def demo(arguments: Sequence[str]) -> int:
    """``demo [--scale X] [--build-only] [--host H] [--port P]``: build the invented county where there is none, then serve it."""
    os.environ["GONGXING_DEMO"] = "1"
    parser = argparse.ArgumentParser(prog="gongxing demo")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is about 3,350 enterprises")
    parser.add_argument("--build-only", action="store_true")
    _address(parser, load())
    given = parser.parse_args(arguments)
    wrong = "" if given.build_only else unusable(given.host, given.port)
    if wrong:
        _say(wrong)
        return 1
    built = subprocess.call([*GONGXING, "build-demo", "--scale", str(given.scale)])
    if built != 0 or given.build_only:
        return built
    return serve(["--host", given.host, "--port", str(given.port)])


def _address(parser: argparse.ArgumentParser, config: Config) -> None:
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)


def _stop_signal() -> Event:
    """Set once we are told to stop, by the keyboard, the system or a terminal that goes away."""
    stopping = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    return stopping


def _die_with_parent() -> None:
    """In the child, on Linux: should this process be killed outright, the child is told to end too."""
    ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)


def _start(command: Sequence[str]) -> Process:
    if os.name == "nt":
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return subprocess.Popen([*GONGXING, *command], creationflags=flags)
    dying = _die_with_parent if sys.platform == "linux" else None
    return subprocess.Popen([*GONGXING, *command], start_new_session=True, preexec_fn=dying)


def _answers(web: Process, host: str, port: int, stopping: Event) -> bool:
    """Wait until a page answers, whatever it says: a listening socket alone has no process behind it yet. False when the server ended
    or we are to stop."""
    while web.poll() is None and not stopping.is_set():
        asked = http.client.HTTPConnection(reachable(host), port, timeout=5)
        try:
            asked.request("GET", "/health/")
            asked.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            stopping.wait(0.1)
        finally:
            asked.close()
    return False


def _watch(web: Process, with_worker: bool, stopping: Event) -> int:
    """Until the web server ends or we are told to stop: start the worker, and again after it ended, later each time it ends soon."""
    worker: Process | None = None
    delay, began, again = FIRST_DELAY, 0.0, 0.0
    while not stopping.is_set() and web.poll() is None:
        moment = time.monotonic()
        if worker is not None and worker.poll() is not None:
            delay = FIRST_DELAY if moment - began > STEADY_SECONDS else delay
            _say(f"后台程序退出（{worker.returncode}），{delay:.0f} 秒后重新启动。  The worker ended ({worker.returncode}); starting it again in {delay:.0f} s.")  # fmt: skip
            worker, again, delay = None, moment + delay, min(LONGEST_DELAY, delay * 2)
        if with_worker and worker is None and moment >= again:
            worker, began = _start(["work", "--attached"]), moment
        stopping.wait(0.2)
    if not stopping.is_set():
        _say(f"网页程序退出（{web.returncode}）。  The web server ended ({web.returncode}).")
    return _stop([web, *([worker] if worker is not None else [])], stopping)


def _stop(children: Sequence[Process], stopping: Event) -> int:
    """Tell the children to end, wait a little, then end what is left."""
    end = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.poll() is None:
            child.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
    for child in children:
        try:
            child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    return 0 if stopping.is_set() else 1

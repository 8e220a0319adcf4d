"""From nothing to the first page, and memory at rest: the real server and worker on the demo county.

``python -m benchmarks.startup [--data DIR]``: the county is built at a tenth of its size (building is not measured), the server is started
three times; first page is the log-in page over HTTP. Memory is the proportional share (PSS) of all processes after ten pages and five
seconds of rest, on Linux.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness

TIMES, PAGES, REST = 3, 10, 5.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int) -> int:
    """Status of the log-in page, 0 while nobody listens."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request("GET", "/login/")
        answer = link.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        link.close()


def family(root: int) -> list[int]:
    """The process and all its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
    found = [root]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def memory_mb(root: int) -> float:
    """Megabytes of the whole family, pages shared between processes counted once."""
    total = 0
    for process in family(root):
        try:
            for text in (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines():
                if text.startswith("Pss:"):
                    total += int(text.split()[1])
        except OSError:
            continue
    return total / 1024


def once(env: dict[str, str]) -> tuple[float, float]:
    """Seconds to the first page; megabytes at rest."""
    port = free_port()
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "gongxing", "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL
    )
    try:
        while page(port) != 200:
            if server.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit("the server did not answer")
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        for _number in range(PAGES):
            page(port)
        time.sleep(REST)
        return seconds, memory_mb(server.pid) if Path("/proc/self/smaps_rollup").exists() else 0.0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("django", "granian", seed=args.seed)
    bounds = harness.Bounds()
    with tempfile.TemporaryDirectory(prefix="gongxing-startup-") as folder:
        paths = f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}"
        env = {
            **os.environ,
            "GONGXING_DATA_DIR": folder,
            "GONGXING_DATABASE_URL": "",
            "GONGXING_DEMO": "1",
            "PYTHONPATH": paths,
        }
        build = [sys.executable, "-m", "gongxing", "build-demo", "--scale", "0.1"]
        subprocess.run(build, env=env, check=True, stdout=subprocess.DEVNULL)
        runs = [once(env) for _number in range(TIMES)]
    for number, (seconds, megabytes) in enumerate(runs, start=1):
        harness.case(f"start {number}", first_page_s=seconds, idle_mb=megabytes)
    bounds.check("first_page_s", max(seconds for seconds, _mb in runs), "<=", 5)
    bounds.check("idle_mb", max(megabytes for _seconds, megabytes in runs), "<=", 400)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

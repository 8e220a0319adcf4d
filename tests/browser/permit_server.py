"""The demo county as it stood on a day of autumn 2025, served for a walk whose days are fixed: each request says which moment it is.

Run as a process with the port as argument; the data folder is the environment's. No worker runs: ``TICK`` does what its tick does, when it is asked.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from gongxing.site import wsgi  # loads the site, which all that follows needs

# isort: split
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.site.commands.keep import init
from gongxing.site.demo.build import build, built
from tests.browser.serving import serve

BUILT, SCALE = "2025-09-19T08:30:00+08:00", 0.05
HEADER, TICK = "X-Rehearsal-Now", "/rehearsal/tick/"
Start = Callable[..., Any]


def rehearsal(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """The site at the moment a request names, at that of the county where it names none."""
    moment = datetime.fromisoformat(environ.get("HTTP_X_REHEARSAL_NOW") or BUILT)
    with at(moment):
        if environ["PATH_INFO"] == TICK:
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [f"{tick()} {warn_waiting()}".encode()]
        return wsgi.application(environ, start_response)


def main(arguments: Sequence[str]) -> int:
    """Build, then serve until stopped."""
    assert init([]) == 0
    if not built():
        with at(datetime.fromisoformat(BUILT)):
            build(SCALE)
    return serve(arguments[0], rehearsal)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

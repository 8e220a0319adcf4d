"""What other modules do once on each day: lists follow dates that came or passed. What decides anything asks the date itself."""

import logging
from collections.abc import Callable

log = logging.getLogger("gongxing.jobs")
Daily = Callable[[], object]
_daily: list[Daily] = []


def every_day(run: Daily) -> Daily:
    """Decorator: let the worker call the function at its start and on each new day. It must be safe to call again."""
    if run not in _daily:
        _daily.append(run)
    return run


def run_daily() -> None:
    """Call each; one that fails is logged and the others go on."""
    for run in _daily:
        try:
            run()
        except Exception:
            log.exception("daily work %s failed", getattr(run, "__qualname__", run))

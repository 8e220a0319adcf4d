"""Past facts as typed dataclasses, handed to handlers after the commit.

Handlers only recompute what could be recomputed anyway, so a lost event is harmless; a handler that fails is logged and
never undoes the write that caused it.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

log = logging.getLogger("gongxing.events")


@dataclass(frozen=True)
class Event:
    """Base of every event: subclasses are frozen dataclasses named in the past tense (``FirmsImported``)."""


E = TypeVar("E", bound=Event)
_handlers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def handles(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call the function with every published event of exactly this kind."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _handlers[kind]:
            _handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Hand the event to its handlers in the order of registration. Errors are logged, never raised."""
    for handler in _handlers[type(event)]:
        try:
            handler(event)
        except Exception:
            log.exception("handler %s failed on %s", handler.__qualname__, event)

"""What is done once on each day, by whichever worker comes first to it: every piece may be repeated without harm."""

import logging
from collections.abc import Callable

log = logging.getLogger("gongxing.jobs")
Piece = Callable[[], object]
_pieces: dict[str, Piece] = {}


def daily(name: str) -> Callable[[Piece], Piece]:
    """Decorator: let the worker call the function once a day, and at its start. It must find out itself what is to be done."""

    def register(piece: Piece) -> Piece:
        _pieces[name] = piece
        return piece

    return register


def run_daily() -> int:
    """Call every piece; one that fails is logged and does not stop the others. Returns how many were done."""
    done = 0
    for name, piece in _pieces.items():
        try:
            piece()
            done += 1
        except Exception:
            log.exception("daily %s failed", name)
    return done

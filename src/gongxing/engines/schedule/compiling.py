"""Whether the search over lists runs as machine code (extra ``fast``) or as plain Python: decided once, when this module is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["COMPILED", "compiled"]
F = TypeVar("F", bound=Callable[..., object])


def plain(function: F) -> F:
    """The function as it is."""
    return function


try:
    from gongxing.engines.schedule.fast.compiler import compiled

    COMPILED = True
except ImportError:
    compiled = plain
    COMPILED = False

"""Machine code for functions over arrays (numba). Only this module imports it; the code is kept beside the sources between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function as machine code that lets other threads run."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # nowhere to keep the code: every process makes it anew
        return cast(F, njit(nogil=True)(function))

"""A write by the system, for tests that lay down rows before they look at anything."""

from contextlib import AbstractContextManager

from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.org.actor import SYSTEM


def as_system() -> AbstractContextManager[Ctx]:
    """One transaction with its entries, like every write."""
    return writing(SYSTEM, "test", "")

"""Keys made of several fields."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongxing.kernel.database.rows import Row


def joined(values: Mapping[str, Any], row: Row | None, *names: str) -> str:
    """The identifying text made of several fields, of the new values or else the stored row; "" while one is missing."""
    parts = [values.get(name, getattr(row, name, None)) for name in names]
    if any(part in (None, "") for part in parts):
        return ""
    return ":".join(part.isoformat() if isinstance(part, date) else str(part) for part in parts)

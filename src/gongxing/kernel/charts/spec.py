"""Chart and Series: what the chart script draws and the table shows, from the same values."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Number = Decimal | int | float | None


@dataclass(frozen=True)
class Series:
    """One line or set of bars; unknown values are None and leave a gap."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Chart:
    """A chart with everything a doubting reader asks for. ``kind`` is line or bar; ``unit`` that of all values."""

    key: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    definition: str
    source: str
    as_of: str
    kind: str = "line"

    def as_json(self) -> str:
        """The block the chart script reads; safe inside a script element of type application/json."""
        payload: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "unit": self.unit,
            "categories": self.categories,
            "series": [{"name": one.name, "values": [_plain(value) for value in one.values]} for one in self.series],
        }
        text = json.dumps(payload, ensure_ascii=False)
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

    def rows(self) -> Sequence[tuple[str, tuple[Number, ...]]]:
        """The same values as a table: one row per category."""
        return [
            (category, tuple(one.values[position] for one in self.series))
            for position, category in enumerate(self.categories)
        ]


def _plain(value: Number) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value

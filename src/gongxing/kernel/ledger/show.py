"""How values look: on pages, in forms, in exports. Unknown is said, never shown as 0."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from gongxing.kernel.audit.write import cell_text
from gongxing.kernel.cells.dates import ten_days_text
from gongxing.kernel.cells.shape import wkt_of
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import MASK as MASK
from gongxing.kernel.ledger.column import Column, Kind


def unknown() -> str:
    """The words for an unknown value."""
    return gettext("—（未报）")


def number_text(value: Decimal | int, digits: int) -> str:
    """A number with thousands commas and at most ``digits`` decimals, trailing noughts dropped."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_text(first: date, precision: str) -> str:
    """A date as precisely as it is known: 2025-03-01, 2025-03, 2025年一季度, 2025."""
    if precision == "month":
        return f"{first:%Y-%m}"
    if precision == "quarter":
        return gettext("%(year)d年%(quarter)d季度") % {"year": first.year, "quarter": (first.month + 2) // 3}
    if precision == "half":
        half = pgettext("half of a year", "上半年") if first.month < 7 else pgettext("half of a year", "下半年")
        return f"{first.year}{half}"
    if precision == "year":
        return f"{first.year}"
    return first.isoformat()


def display(column: Column, row: Any, names: Mapping[str, str] | None = None) -> str:
    """The value of a column as a page shows it, without its unit. ``names`` are the pack's names where already loaded."""
    value = getattr(row, column.name)
    if column.kind is Kind.CAPITAL and value is None and getattr(row, column.fields[3]) == "confirm":
        return gettext("%(text)s（单位待确认）") % {"text": getattr(row, column.fields[2])}
    if value is None or value in ("", []):
        return unknown() if column.numeric or column.kind in (Kind.DATE, Kind.SPAN, Kind.USCC) else "—"
    if column.kind is Kind.CAPITAL:
        return number_text(value, 4)
    if column.kind in (Kind.DECIMAL, Kind.INTEGER) and not column.plain:
        return number_text(value, column.digits if column.kind is Kind.DECIMAL else 0)
    if column.kind is Kind.SPAN:
        return span_text(value, getattr(row, column.fields[1]))
    if column.kind is Kind.SHAPE:
        return gettext("有图形")
    if column.kind is Kind.FLAG:
        return pgettext("yes or no", "是") if value else pgettext("yes or no", "否")
    if column.kind is Kind.CHOICE:
        return str(dict(column.choices).get(value, value))
    if column.kind is Kind.PACK and column.pack is not None:
        known = names if names is not None else pack_names(*column.pack)
        return f"{value} {known.get(value, '')}".strip()
    if column.kind is Kind.LIST:
        known = {} if column.pack is None else names if names is not None else pack_names(*column.pack)
        return gettext("、").join(f"{one} {known.get(str(one), '')}".strip() for one in value)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(value)


def raw_text(column: Column, row: Row) -> str:
    """The value as a form field holds it and an import reads it back: no commas, full precision, codes without names."""
    value = getattr(row, column.name)
    if column.kind is Kind.CAPITAL:
        written = str(getattr(row, column.fields[2]) or "")
        return written or ("" if value is None else f"{cell_text(value)}万")
    if value is None:
        return ""
    if column.kind is Kind.SPAN:
        precision = getattr(row, column.fields[1])
        return ten_days_text(value) if precision == "ten_days" else span_text(value, precision)
    if column.kind is Kind.SHAPE:
        return wkt_of(value)
    if column.kind is Kind.FLAG:
        return "是" if value else "否"
    if column.kind is Kind.LIST:
        return "、".join(str(one) for one in value)
    if column.kind is Kind.CHOICE:
        return str(value)
    return cell_text(value) or ""

"""Numbers as people write them in cells."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import REPLACEMENT, tight

UNKNOWN = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "－",
        "/",
        "\\",
        "无",
        "N/A",
        "n/a",
        "NA",
        "null",
        "NULL",
        "未报",
        "不详",
        "—(未报)",
        "*",
    }
)
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BRACKETED = re.compile(r"\((\d[\d,]*(?:\.\d+)?)\)")
_SCALED = re.compile(r"([+-]?[\d,]+(?:\.\d+)?)(亿|万|千|百)?(元|人|亩|家|%|户|名)?")
LIMIT = Decimal(10) ** 18


def parse_decimal(raw: Any) -> Decimal | None:
    """The number in a cell, exactly; None for the ways to write «unknown».

    Commas count as thousands only before exactly three digits. Raises Fault ``number.unreadable``, ``number.unit`` (a scale word
    such as 万 belongs into the column's unit, not into the cell), ``number.huge``, ``text.mojibake``.
    """
    kind = raw.__class__
    if kind is float:
        return _of_float(raw)
    if kind is int:
        return _bounded(Decimal(raw))
    if kind is Decimal:
        return _bounded(raw)
    if raw is None:
        return None
    if kind is bool:
        raise Fault("number.unreadable", text=str(raw))
    return _of_text(str(raw))


def _of_float(raw: float) -> Decimal | None:
    if raw != raw:
        return None
    if raw in (float("inf"), float("-inf")):
        raise Fault("number.unreadable", text=str(raw))
    return _bounded(Decimal(repr(raw)) if raw != int(raw) or abs(raw) >= 1e15 else Decimal(int(raw)))


def _bounded(value: Decimal) -> Decimal:
    if abs(value) > LIMIT:
        raise Fault("number.huge", text=str(value)[:30])
    return value


def _of_text(raw: str) -> Decimal | None:
    if REPLACEMENT in raw:
        raise Fault("text.mojibake", text=raw.replace(REPLACEMENT, "□")[:40])
    if not raw.isascii() and any(unicodedata.category(sign) == "No" for sign in raw):
        raise Fault("number.unreadable", text=raw[:40])  # 10² and ③ would fold to 102 and 3
    text = tight(raw).replace("−", "-").replace("﹣", "-").lstrip("'¥￥")
    if text in UNKNOWN:
        return None
    if _PLAIN.fullmatch(text):
        return _bounded(Decimal(text))
    if _GROUPED.fullmatch(text):
        return _bounded(Decimal(text.replace(",", "")))
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        inner = _of_text(bracketed[1])
        return None if inner is None else -inner
    scaled = _SCALED.fullmatch(text)
    if scaled and (scaled[2] or scaled[3]):
        number = _of_text(scaled[1])
        if number is None:
            raise Fault("number.unreadable", text=raw[:40])
        if scaled[2]:
            raise Fault("number.unit", text=raw[:40], unit=scaled[2] + (scaled[3] or ""))
        return number
    raise Fault("number.unreadable", text=raw[:40])

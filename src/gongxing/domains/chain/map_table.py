"""The table of a chain's map: its columns, their order by the address, and the same rows as a sheet of a workbook."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from gongxing.domains.chain.county import DRAWN
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.places import BASES, RULE
from gongxing.engines.chain.results import STATES
from gongxing.kernel.exchange.book import BookColumn, BookList

LEVELS = ("high", "mid", "low")
DEFAULT = "place"
Column = tuple[str, str | Promise, str | Promise, bool, Callable[[dict[str, Any]], Any]]
COLUMNS: tuple[Column, ...] = (
    ("name", _("环节"), "", False, lambda row: row["node"].label),
    ("segment", pgettext_lazy("segment", "位置"), "", False, lambda row: DRAWN[Node.Segment(row["node"].segment)]),
    ("state", _("状态"), "", False, lambda row: STATES.index(row["grade"].presence.state)),
    ("score", _("关键分"), _("满分 100"), True, lambda row: row["grade"].criticality.score.value),
    ("range", _("可能"), "", True, lambda row: row["grade"].criticality.score.high),
    ("firms", _("主营企业"), _("家"), True, lambda row: row["firms"]),
    ("demand", _("本地每年要买"), _("万元"), True, lambda row: row["demand"]),
    ("elsewhere", _("其中外购"), _("万元"), True, lambda row: row["elsewhere"]),
    ("act", _("怎么办"), "", False, lambda row: row["act"] or None),
    ("place", _("优先次序"), _("全县"), True, lambda row: row["place"]),
    ("confidence", _("把握"), "", False, lambda row: LEVELS.index(row["grade"].confidence.level)),
)  # fmt: skip
"""Name in the address, label, unit, whether it holds numbers, what it is sorted by (None: unknown, last either way)."""
KEYS: Mapping[str, Callable[[dict[str, Any]], Any]] = {one[0]: one[4] for one in COLUMNS}
LARGEST_FIRST = frozenset({"score", "range", "firms", "demand", "elsewhere"})


def order_of(asked: str) -> tuple[str, bool]:
    """A column and whether it runs downwards, from ``score`` or ``-score``; the places for anything unknown."""
    name = asked.removeprefix("-")
    return (name, asked.startswith("-")) if name in KEYS else (DEFAULT, False)


def sorted_rows(rows: Sequence[dict[str, Any]], asked: str) -> list[dict[str, Any]]:
    """Rows of ``show.rows`` in the order asked for; equal ones by place, unknown ones last either way."""
    name, down = order_of(asked)
    key = KEYS[name]
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=down)
    return [*known, *(row for row in rows if key(row) is None)]


def heads(asked: str, there: Callable[..., str]) -> list[dict[str, Any]]:
    """The heads of the table: each a link that sorts by it, the sorted one the other way."""
    sorted_by, down = order_of(asked)
    listed = []
    for name, label, unit, numeric, _key in COLUMNS:
        now = name == sorted_by
        downwards = not down if now else name in LARGEST_FIRST
        order = ("-" if downwards else "") + name
        listed.append(
            {
                "label": str(label), "unit": str(unit), "num": numeric, "url": there(sort="" if order == DEFAULT else order),
                "now": now, "aria": "descending" if down else "ascending", "icon": "arrow-down" if down else "arrow-up",
            }
        )  # fmt: skip
    return listed


def sheet(title: str, rows: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> BookList:
    """The table as a sheet. What is not known is left blank, what is not shown to this reader says so."""
    columns = (
        BookColumn(_t("优先次序（全县）"), 8, True), BookColumn(_t("次序依据"), 10), BookColumn(_t("环节"), 22), BookColumn(_t("代码"), 18),
        BookColumn(pgettext("segment", "位置"), 8), BookColumn(_t("状态"), 8), BookColumn(_t("关键"), 6), BookColumn(_t("关键分（满分 100）"), 9, True),
        BookColumn(_t("可能最低"), 8, True), BookColumn(_t("可能最高"), 8, True), BookColumn(_t("主营企业（家）"), 9, True),
        BookColumn(_t("本地每年要买（万元）"), 13, True), BookColumn(_t("需求来源"), 10), BookColumn(_t("其中外购（万元）"), 13, True),
        BookColumn(_t("怎么办"), 8), BookColumn(_t("把握"), 6),
    )  # fmt: skip
    said = (str(RULE), _t("空白是不知道，0 是知道并且为 0。外购额来自采购调查。"))
    return BookList(_t("环节"), title, columns, [_cells(row) for row in rows], (*said, *notes))


def _cells(row: Mapping[str, Any]) -> tuple[str | float | None, ...]:
    score, hidden = row["grade"].criticality.score, _t("不显示")
    return (
        row["place"], str(BASES[row["basis"]]) if row["basis"] else None, row["node"].label, row["node"].code, row["segment"], row["state"],
        pgettext("yes or no", "是") if row["key"] else pgettext("yes or no", "否"), None if score.value is None else round(score.value),
        round(score.low), round(score.high), row["firms"], hidden if row["hidden_demand"] else row["demand"], row["source"] or None,
        hidden if row["hidden"] else row["elsewhere"], row["act"] or None, row["confidence"],
    )  # fmt: skip

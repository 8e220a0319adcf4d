"""A purchase sheet as typed → answered lines, with every fault named by its line. Money in 万元 a year."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gongxing.domains.chain.models import Purchase
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.money import parse_capital, with_unit
from gongxing.kernel.cells.text import clean_text, half_width
from gongxing.kernel.ledger.declare import FieldFault

LINES = 20
ITEM, SUPPLIER = 80, 120
CENT, LARGEST = Decimal("0.01"), Decimal(10) ** 12
UNTOLD = frozenset({"不愿说", "不说", "保密", "不便说", "不方便说"})
NOT_FIGURE = re.compile(r"[^\d.,]")
YES, NO = frozenset({"y", "yes", "1", "true", "是"}), frozenset({"n", "no", "0", "false", "否"})
NO_LINK = "-"
"""Typed instead of a link: this item belongs to none."""


@dataclass(frozen=True)
class Line:
    """One answered line. ``value`` in 万元 a year, None when the firm would not say."""

    item: str
    value: Decimal | None
    where: str
    node_id: int | None
    single_source: bool | None
    supplier: str = ""


@dataclass(frozen=True)
class Typed:
    """One line as it stands in the form: texts only."""

    item: str = ""
    value: str = ""
    where: str = ""
    single: str = ""
    supplier: str = ""
    node: str = ""

    @property
    def said(self) -> bool:
        """Whether anything but the item's name is filled; a bare name is a suggestion nobody answered."""
        return any(text.strip() for text in (self.value, self.where, self.single, self.supplier))

    @classmethod
    def of(cls, cells: Mapping[str, object]) -> "Typed":
        """From cells by name; what is missing is empty."""
        names = ("item", "value", "where", "single", "supplier", "node")
        return cls(*("" if cells.get(name) is None else str(cells[name]) for name in names))


@dataclass(frozen=True)
class Sheet:
    """A sheet read: its answered lines with the number each stands on, bare names left out, and what is wrong."""

    lines: tuple[tuple[int, Line], ...]
    bare: int
    faults: tuple[FieldFault, ...]


def read_value(text: str) -> Decimal | None:
    """A yearly value in 万元: 1200, 1,200, 0.12亿, 1200万元, 12000000元; blank or 不愿说 is None. Raises Fault, also for 0 and for
    foreign money: what is not bought has no line."""
    if text.strip() in UNTOLD:
        return None
    amount = parse_capital(with_unit(text, "万元"))
    if amount.mark == "confirm":  # 元 without a scale word is 元
        amount = parse_capital(with_unit(NOT_FIGURE.sub("", half_width(text)), "元"))
    if amount.currency not in ("", "CNY"):
        raise Fault("money.unreadable", text=text.strip()[:30])
    if amount.mark == "zero":
        raise Fault("chain.survey_zero")
    if amount.amount_wan is None:
        return None
    value = amount.amount_wan.quantize(CENT, ROUND_HALF_UP)
    if not value:
        raise Fault("chain.survey_zero")
    if value >= LARGEST:
        raise Fault("number.huge", text=text.strip()[:30])
    return value


def read_sheet(
    typed: Sequence[Typed], links: Mapping[str, int], match: Callable[[str], int | None], most: int = LINES
) -> Sheet:
    """Read the lines of a form; ``links`` are names and codes of links → id, ``match`` finds the link of an item where none is typed. A line
    counts once anything but its item is said. Line 1 is the first; more than ``most`` are refused."""
    lines: list[tuple[int, Line]] = []
    faults: list[FieldFault] = []
    seen: dict[str, int] = {}
    bare = 0
    if len(typed) > most:
        faults.append(FieldFault("", Fault("chain.survey_many", n=len(typed), most=most)))
    for number, one in enumerate(typed[:most], 1):
        if not one.said:
            bare += bool(one.item.strip())
            continue
        line, wrong = _line(number, one, links, match)
        faults += wrong
        if line is None:
            continue
        if line.item in seen:
            faults.append(
                FieldFault(
                    f"item-{number}", Fault("chain.survey_twice", row=number, other=seen[line.item], item=line.item)
                )
            )
        seen.setdefault(line.item, number)
        lines.append((number, line))
    return Sheet(tuple(lines), bare, tuple(faults))


def _line(
    number: int, one: Typed, links: Mapping[str, int], match: Callable[[str], int | None]
) -> tuple[Line | None, list[FieldFault]]:
    faults: list[FieldFault] = []

    def wrong(name: str, code: str, **params: object) -> None:
        faults.append(FieldFault(f"{name}-{number}", Fault(code, row=number, **params)))

    item = supplier = ""
    value = node = None
    try:
        item = clean_text(one.item, ITEM)
    except Fault as fault:
        wrong("item", "chain.survey_text", text=str(fault.params.get("text", "")))
    else:
        if not item:
            wrong("item", "chain.survey_item")
    try:
        value = read_value(one.value)
    except Fault as fault:
        code = fault.code if fault.code == "chain.survey_zero" else "chain.survey_value"
        wrong("value", code, text=one.value.strip()[:30])
    where = one.where.strip()
    if where not in Purchase.Where.values and where:
        wrong("where", "chain.survey_where", text=where[:20])
    single = one.single.strip().lower()
    if single and single not in YES | NO:
        wrong("single", "chain.survey_single", text=single[:20])
    try:
        supplier = clean_text(one.supplier, SUPPLIER)
    except Fault as fault:
        wrong("supplier", "chain.survey_text", text=str(fault.params.get("text", "")))
    link = one.node.strip()
    if not link:
        node = match(item)
    elif link != NO_LINK:
        node = links.get(link)
        if node is None:
            wrong("node", "chain.survey_link", text=link[:30])
    if faults:
        return None, faults
    told = True if single in YES else False if single in NO else None
    return Line(item, value, where or Purchase.Where.UNKNOWN, node, told, supplier), faults

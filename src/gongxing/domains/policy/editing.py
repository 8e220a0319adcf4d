"""The form of a clause's condition: rows of texts as typed, read into typed predicates, and back."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.policy.fields import INDUSTRIES, Entry
from gongxing.domains.policy.matching import amount_of
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import Rows
from gongxing.domains.policy.words import MONEY, fault_details, item_label, refused_faults
from gongxing.engines.conditions import OPS, Condition, ConditionRefused, Predicate, faults_of, from_json, to_json
from gongxing.engines.conditions.model import FLAGS, LISTS, Scalar, Value
from gongxing.engines.matching import Amount
from gongxing.engines.matching import Clause as Told
from gongxing.engines.matching.model import amount_faults
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import FieldFault

ROW = re.compile(r"g(\d{1,2})p(\d{1,2})\.field")
SEPARATORS = re.compile(r"[、,，;；\n]+")
THOUSANDS = re.compile(r"[,，\s]")
MOST_GROUPS, MOST_ROWS, CODE_LENGTH = 30, 20, 4
USUAL: Mapping[str, str] = {
    "number": "ge", "text": "contains", "choice": "in", "date": "on_or_before", "flag": "is_true", "code": "starts", "set": "any_of",
}  # fmt: skip
"""The operator a row begins with, by kind."""
AMOUNT_PARTS = ("kind", "value", "field", "cap", "budget")


@dataclass
class Line:
    """One row of the form: texts as typed. ``high`` is the second value of a range."""

    field: str = ""
    op: str = ""
    value: str = ""
    high: str = ""

    @property
    def empty(self) -> bool:
        return not (self.field or self.value or self.high)


@dataclass
class Draft:
    """The form: groups of rows, and the texts of the amount. ``rate`` is typed in percent."""

    groups: list[list[Line]] = field(default_factory=list)
    amount: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a draft says: condition and amount where they could be read, and every fault with its row."""

    condition: Condition | None
    amount: Mapping[str, str]
    faults: tuple[FieldFault, ...]


def typed(post: Mapping[str, str]) -> Draft:
    """The form as it was sent; groups and rows in order of their numbers."""
    found: dict[int, dict[int, Line]] = {}
    for name in post:
        hit = ROW.fullmatch(name)
        if hit is None or int(hit[1]) >= MOST_GROUPS or int(hit[2]) >= MOST_ROWS:
            continue
        start = f"g{hit[1]}p{hit[2]}."
        texts = (post.get(f"{start}{part}", "").strip()[:500] for part in ("field", "op", "value", "high"))
        found.setdefault(int(hit[1]), {})[int(hit[2])] = Line(*texts)
    groups = [[line for _p, line in sorted(rows.items())] for _g, rows in sorted(found.items())]
    return Draft(groups, {part: post.get(f"amount.{part}", "").strip()[:40] for part in AMOUNT_PARTS})


def stored(clause: Clause, rows: Rows) -> Draft:
    """The form filled with what the clause has. A condition that cannot be read leaves it empty."""
    try:
        condition = from_json(clause.condition) if clause.condition else Condition()
    except ConditionRefused:
        condition = Condition()
    groups = [[_line(one, rows) for one in group] for group in condition.groups]
    amount = (
        {part: str(clause.amount.get(part) or "") for part in AMOUNT_PARTS} if isinstance(clause.amount, dict) else {}
    )
    if amount.get("kind") == "ratio" and amount["value"]:
        amount["value"] = _plain(Decimal(amount["value"]) * 100)
    return Draft(groups, amount)


def _line(one: Predicate, rows: Rows) -> Line:
    entry = rows.entries.get(one.field)
    items = [
        _text(item, entry, rows)
        for item in (one.value if isinstance(one.value, tuple) else (one.value,))
        if item is not None
    ]
    if one.op == "between" and len(items) == 2:
        return Line(one.field, one.op, *items)
    return Line(one.field, one.op, "、".join(items))


def _text(item: Any, entry: Entry | None, rows: Rows) -> str:
    if isinstance(item, date):
        return item.isoformat()
    if isinstance(item, (Decimal, int)):
        return _plain(Decimal(item))
    return item if entry is None or entry.lookup == INDUSTRIES else item_label(item, entry, rows)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(draft: Draft, rows: Rows, clause: Clause) -> Read:
    """Texts into predicates, and all faults: what cannot be read, what the engine finds, what may not be asked."""
    faults: list[FieldFault] = []
    groups: list[tuple[Predicate, ...]] = []
    for g, lines in enumerate(draft.groups):
        group = []
        for p, line in enumerate(lines):
            if line.empty:
                continue
            try:
                group.append(Predicate(line.field, _op(line, rows), value_of(line, rows)))
            except Fault as fault:
                faults.append(FieldFault(f"g{g}p{p}", fault))
        if group:
            groups.append(tuple(group))
    money, wrong = amount_json(draft.amount)
    faults += [FieldFault(MONEY, one) for one in wrong]
    if not groups and not faults:
        faults.append(FieldFault("g0p0", Fault("clause.nothing")))
    if faults:
        return Read(None, money, tuple(faults))
    condition = Condition(tuple(groups))
    return Read(condition, money, tuple(faults_in(condition, money, rows, clause)))


def compact(draft: Draft) -> Draft:
    """The same without empty rows and groups, so that rows are numbered as predicates are."""
    groups = [[line for line in lines if not line.empty] for lines in draft.groups]
    return Draft([lines for lines in groups if lines], draft.amount)


def _op(line: Line, rows: Rows) -> str:
    """The operator; the first one of the kind when that of the form belongs to another field."""
    entry = rows.entries.get(line.field)
    if entry is None:
        return line.op
    return line.op if line.op in OPS[entry.kind] else USUAL[entry.kind]


def value_of(line: Line, rows: Rows) -> Value:
    """The typed value of a row. Raises Fault."""
    entry, op = rows.entries.get(line.field), _op(line, rows)
    if op in FLAGS:
        return None
    if entry is None:
        return line.value or None
    if not line.value:
        raise Fault("clause.value_missing", field=rows.label(line.field))
    if op == "between":
        if not line.high:
            raise Fault("clause.high_missing", field=rows.label(line.field))
        return (_scalar(line.value, entry, rows), _scalar(line.high, entry, rows))
    if op in LISTS:
        parts = SEPARATORS.split(line.value) if entry.kind != "number" else re.split(r"[、;；\s]+", line.value)
        return tuple(_scalar(part.strip(), entry, rows) for part in parts if part.strip())
    return _scalar(line.value, entry, rows)


def _scalar(text: str, entry: Entry, rows: Rows) -> Scalar:
    label = rows.label(entry.name)
    if entry.kind == "number":
        return number_of(text, label)
    if entry.kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Fault("clause.day", field=label, text=text) from None
    if entry.choices or entry.lookup not in ("", INDUSTRIES):
        return _code(text, entry, rows)
    if entry.lookup == INDUSTRIES:
        code = text.split(" ")[0].upper()
        if not (
            len(code) <= CODE_LENGTH and code.isascii() and (code.isdigit() or (len(code) == 1 and code.isalpha()))
        ):
            raise Fault("clause.class", field=label, text=text)
        return code
    return text


MOST_DIGITS = 15
"""Of a number in a condition or an amount: more is a slip of the pen, and a number of a billion digits stops whoever formats it."""


def number_of(text: str, label: str) -> Decimal:
    """A number as people write it: 2,000. Raises Fault."""
    try:
        number = Decimal(THOUSANDS.sub("", text).removesuffix("%"))
    except InvalidOperation:
        raise Fault("clause.number", field=label, text=text) from None
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise Fault("clause.number", field=label, text=text[:40])
    return number


def _code(text: str, entry: Entry, rows: Rows) -> str:
    """The code of a choice, a unit, a link or a chain by code or by name. A name two have is refused. Raises Fault."""
    known = {code: str(label) for code, label in entry.choices} or dict(rows.names.get(entry.lookup, {}))
    if text in known:
        return text
    hits = [code for code, label in known.items() if label == text]
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise Fault("clause.two_of_a_name", field=rows.label(entry.name), text=text, codes=_("、").join(hits))
    examples = _("、").join(list(known.values())[:8])
    raise Fault("clause.unknown_name", field=rows.label(entry.name), detail=text, examples=examples)


def amount_json(texts: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """The amount as it is stored, and what cannot be read of it. The rate is typed in percent and stored as a share."""
    if not texts.get("kind"):
        return {}, []
    made, faults = {"kind": texts["kind"]}, []
    labels = {"value": _("标准"), "cap": _("最高"), "budget": _("资金盘子")}
    for part, label in labels.items():
        text = texts.get(part, "")
        if not text:
            if part == "value":
                faults.append(Fault("clause.value_missing", field=label))
            continue
        try:
            number = number_of(text, label)
        except Fault as fault:
            faults.append(fault)
            continue
        made[part] = _plain(number / 100 if part == "value" and texts["kind"] == "ratio" else number)
    if texts["kind"] == "ratio":
        made["field"] = texts.get("field", "")
        if not made["field"]:
            faults.append(Fault("clause.base_missing"))
    return made, faults


def faults_in(condition: Condition, money: Mapping[str, Any], rows: Rows, clause: Clause) -> Iterable[FieldFault]:
    """Everything wrong with a condition and an amount that could be read: barred fields first, which are then not called unknown as well."""
    try:
        amount, budget = amount_of(dict(money))
    except ValueError:
        yield FieldFault(MONEY, Fault("clause.number", field=_("标准"), text=str(money.get("value", ""))))
        amount, budget = None, None
    barred = set()
    for place, code, details in refused_faults(condition, amount, clause.subject):
        barred.add(place)
        yield FieldFault(place, Fault(code, **details))
    told = Told(clause.pk or 0, condition, amount=amount, budget=budget)
    for one in (*faults_of(condition, rows.table.fields), *amount_faults(told, rows.table.fields)):
        place, code, details = fault_details(one, condition, rows)
        if place not in barred:
            yield FieldFault(place, Fault(code, **details))


def amount_in(money: Mapping[str, Any]) -> tuple[Amount | None, Decimal | None]:
    """Amount and pot of a read draft."""
    return amount_of(dict(money))


def as_json(condition: Condition) -> str:
    """A condition as the action takes it."""
    return json.dumps(to_json(condition), ensure_ascii=False)

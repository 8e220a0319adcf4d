"""Column: one field of a ledger, and the only validator of it: form, import, API and action all call ``clean``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.kernel.cells.dates import parse_date
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.money import parse_capital
from gongxing.kernel.cells.numbers import parse_decimal
from gongxing.kernel.cells.shape import Shape, parse_shape
from gongxing.kernel.cells.text import clean_text
from gongxing.kernel.cells.uscc import parse as parse_uscc

Text = str | Promise
DATE_MEMORY = 100_000
MASK = "••••"  # what stands for a sensitive value; given back, it changes nothing
CAPITAL_DIGITS = 6  # of 万: a hundredth of 元
UNIT_WORDS: Mapping[str, Text] = {
    "万元": pgettext_lazy("unit", "万元"),
    "万元/亩": pgettext_lazy("unit", "万元/亩"),
    "亩": pgettext_lazy("unit", "亩"),
    "人": pgettext_lazy("unit", "人"),
    "家": pgettext_lazy("counter", "家"),
    "吨标准煤": pgettext_lazy("unit", "吨标准煤"),
    "吨": pgettext_lazy("unit", "吨"),
    "万千瓦时": pgettext_lazy("unit", "万千瓦时"),
    "立方米": pgettext_lazy("unit", "立方米"),
    "分": pgettext_lazy("unit", "分"),
    "米": pgettext_lazy("unit", "米"), "处": pgettext_lazy("unit", "处"), "吨/日": pgettext_lazy("unit", "吨/日"), "吨/时": pgettext_lazy("unit", "吨/时"), "立方米/日": pgettext_lazy("unit", "立方米/日"),
    "万元/吨标准煤": pgettext_lazy("unit", "万元/吨标准煤"), "万元/吨": pgettext_lazy("unit", "万元/吨"),
    "元": _("元"), "千元": _("千元"), "百万元": _("百万元"), "亿元": _("亿元"), "亿": _("亿"), "万美元": _("万美元"), "万港元": _("万港元"),
    "万欧元": _("万欧元"), "万日元": _("万日元"), "公顷": _("公顷"), "平方米": _("平方米"), "平方公里": _("平方公里"), "万人": _("万人"), "名": _("名"),
    "吨标煤": _("吨标煤"), "万吨标准煤": _("万吨标准煤"), "万吨标煤": _("万吨标煤"), "百分比": _("百分比"), "元/平方米": _("元/平方米"),
}  # fmt: skip


def unit_word(unit: str) -> str:
    """A unit as the page's language writes it; the unit itself is the key of conversions."""
    return str(UNIT_WORDS.get(unit, unit))


def counted(unit: str) -> str:
    """A unit's words as they stand after a number. English has no word for 万: a unit that begins with a number itself, as “10,000 CNY”,
    is joined by a multiplication sign; a column's head, with no number before it, keeps the bare words."""
    return f"× {unit}" if unit[:1].isdigit() else unit


CAPITAL_UNITS = {"CNY": "万元", "USD": "万美元", "HKD": "万港元", "EUR": "万欧元", "JPY": "万日元"}


def capital_unit(currency: str) -> str:
    """The unit of a registered capital kept in 万 of a currency (ISO 4217), in the page's language: 万元, 万美元, 万 SGD."""
    known = CAPITAL_UNITS.get(currency)
    return unit_word(known) if known else _t("万 %(currency)s") % {"currency": currency}


class Kind(StrEnum):
    """What a column holds; decides parsing, alignment, widget and export format."""

    TEXT = "text"
    LONG = "long"
    USCC = "uscc"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    SPAN = "span"
    CAPITAL = "capital"
    FLAG = "flag"
    CHOICE = "choice"
    PACK = "pack"
    REFERENCE = "reference"
    LIST = "list"
    MOMENT = "moment"
    SHAPE = "shape"


NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.CAPITAL})
YES = frozenset({"是", "有", "√", "1", "true", "yes", "y", "已"})
NO = frozenset({"否", "无", "×", "0", "false", "no", "n", "未", "不是"})
EMPTY: Mapping[str, Any] = {}
EMPTY_KEYS: Mapping[str, int] = {}
UNKNOWN = frozenset({"", "—", "-", "－", "/", "N/A", "n/a", "NA", "未报", "—（未报）", "不详"})


def in_every_language(text: Text) -> tuple[str, ...]:
    """A word as each language of the site writes it, the page's own first: what was exported under one comes back under another."""
    found = [str(text)]
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(text))
    return tuple(dict.fromkeys(found))


class References(dict[str, int]):
    """Key text and title → id of the rows a reference may name. ``unclear`` are the titles that several rows bear."""

    def __init__(self, pairs: Mapping[str, int] = EMPTY_KEYS, unclear: frozenset[str] = frozenset()) -> None:
        super().__init__(pairs)
        self.unclear = unclear

    def joined(self, more: "References") -> "References":
        """Both together."""
        return References({**self, **more}, self.unclear | more.unclear)


class Initial(StrEnum):
    """What a form knows of who fills it in and when: the value an empty field begins with."""

    OWN_UNIT = "own_unit"  # the unit of the post acted from
    REACHED_UNIT = (
        "reached_unit"  # the same, but only for who adds rows of some units: who adds them everywhere is asked which
    )
    OWN_POST = "own_post"
    TODAY = "today"
    LAST_YEAR = "last_year"


class Filled(NamedTuple):
    """A value a form is filled with before anybody types: the text as the field shows it, and words for where it comes from."""

    value: str
    source: str


@dataclass(frozen=True)
class Column:
    """One field. ``name`` is the model field (for derived columns: an attribute of the row).

    ``fields`` are the model fields a cell fills when it fills more than one (capital → amount, currency, text, mark);
    ``clean`` then returns a tuple in that order. ``unit`` is the unit the value is stored in. ``sort`` costs one index.
    ``pack`` is (pack, table) whose key the value is and whose ``name_zh`` is shown. ``target`` is the ledger a reference
    points to. ``also`` are other words for choices (word → value), as papers and other systems write them. ``source_note`` is the definition shown when somebody doubts the figure (口径). ``plain``: a number that counts nothing, such
    as a year, written without commas. ``points``: a shape may be a point or a line too.

    ``same_as`` names the one place where this datum is kept (``firms.firm.industry``: ledger, then column): a form takes it from there,
    and typing it again is counted. ``via`` is the reference of this ledger that leads to the owner's row, of several steps where need
    be (``project.firm``); left empty it is the one reference column that points to the owner's ledger. ``initial`` is what the field
    begins with otherwise. None of them changes what may be stored.
    """

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    required: bool = False
    unit: str = ""
    help: Text = ""
    sort: bool = False
    shown: bool = True
    editable: bool = True
    sensitive: bool = False
    total: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    max_length: int = 200
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    digits: int = 2
    pack: tuple[str, str] | None = None
    target: str = ""
    fields: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    group: Text = ""
    source_note: Text = ""
    plain: bool = False
    parse: Callable[[Any], Any] | None = None
    points: bool = False
    same_as: str = ""
    via: str = ""
    initial: Initial | None = None

    @property
    def stored(self) -> tuple[str, ...]:
        """The model fields the column writes."""
        return self.fields or (self.name,)

    @property
    def unit_label(self) -> str:
        """The unit as the page's language writes it; ``unit`` itself is the key of conversions."""
        return unit_word(self.unit)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Every way to write a choice → its value: the value itself and its label in each language."""
        values = {value: value for value, _label in self.choices}
        labels = {word.lower(): value for value, label in self.choices for word in in_every_language(label)}
        return {**{word.lower(): value for word, value in self.also.items()}, **labels, **values}

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def clean(self, raw: Any, known: Mapping[str, Any] = EMPTY) -> Any:
        """The stored value of a cell; a tuple in the order of ``stored`` where it fills several fields.

        ``known`` are the codes of a pack column (code → name) or the keys of a reference column (key text → id), loaded once
        by ``kernel.ledger.cleaner``. Unknown ("", "—", "N/A") becomes None, never 0. Raises ``Fault`` (``column.required``
        and those of the parsers).
        """
        value = self.parse(raw) if self.parse is not None else _PARSERS[self.kind](self, raw, known)
        missing = value[0] is None if self.fields else value is None or value == ""
        if missing and self.required:
            raise Fault("column.required")
        return value


def _blank(raw: Any) -> bool:
    return raw is None or (raw.__class__ is str and raw.strip() in UNKNOWN)


def _text(column: Column, raw: Any, known: Mapping[str, Any]) -> str:
    if raw is None:
        return ""
    if raw.__class__ is float and raw.is_integer():
        raw = str(int(raw))
    text = clean_text(raw if raw.__class__ is str else str(raw), column.max_length)
    return "" if text in UNKNOWN else text


def _uscc(column: Column, raw: Any, known: Mapping[str, Any]) -> str | None:
    if _blank(raw):
        return None
    if raw.__class__ is float:
        raw = format(raw, ".0f")
    return parse_uscc(str(raw))


def _decimal(column: Column, raw: Any, known: Mapping[str, Any]) -> Decimal | None:
    value = parse_decimal(raw)
    if value is None:
        return None
    value = round(value, column.digits)
    if column.minimum is not None and value < column.minimum:
        raise Fault("number.too_small", value=str(value), minimum=str(column.minimum))
    if column.maximum is not None and value > column.maximum:
        raise Fault("number.too_big", value=str(value), maximum=str(column.maximum))
    return value


def _integer(column: Column, raw: Any, known: Mapping[str, Any]) -> int | None:
    value = parse_decimal(raw)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise Fault("number.not_whole", value=str(value))
    _decimal(column, value, known)
    return int(value)


@lru_cache(maxsize=DATE_MEMORY)
def _span_of(raw: Any) -> tuple[date | None, str]:
    if _blank(raw):
        return None, ""
    span = parse_date(raw)
    return span.first, str(span.precision)


def _one(raw: Any) -> Any:
    """A cell that is one value: what the API sends as a list is read as its text."""
    return str(raw) if raw.__class__ in (list, dict) else raw


def _date(column: Column, raw: Any, known: Mapping[str, Any]) -> date | None:
    found, precision = _span_of(_one(raw))
    if found is not None and precision != "day":
        raise Fault("date.day_needed", text=str(raw))
    return found


def _span(column: Column, raw: Any, known: Mapping[str, Any]) -> tuple[date | None, str]:
    return _span_of(_one(raw))


def _capital(column: Column, raw: Any, known: Mapping[str, Any]) -> tuple[Decimal | None, str, str, str]:
    if _blank(raw):
        return None, "", "", ""
    capital = parse_capital(raw)
    amount = None if capital.amount_wan is None else round(capital.amount_wan, CAPITAL_DIGITS)
    return amount, capital.currency, str(capital.text), str(capital.mark or "")


def _shape(column: Column, raw: Any, known: Mapping[str, Any]) -> Shape:
    return parse_shape(_one(raw), areas=not column.points)


def _flag(column: Column, raw: Any, known: Mapping[str, Any]) -> bool | None:
    if raw.__class__ is bool:
        return bool(raw)
    if _blank(raw):
        return None
    text = str(int(raw)) if raw.__class__ is float and raw.is_integer() else str(raw).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Fault("flag.unreadable", text=str(raw))


def _choice(column: Column, raw: Any, known: Mapping[str, Any]) -> str:
    if _blank(raw):
        return ""
    text = str(raw).strip()
    for written in (text, text.lower()):
        if written in column.words:
            return column.words[written]
    raise Fault("choice.unknown", text=text[:40], choices=_t("、").join(str(label) for _, label in column.choices))


def _pack(column: Column, raw: Any, known: Mapping[str, Any]) -> str:
    if _blank(raw):
        return ""
    text = str(int(raw)) if raw.__class__ is float and raw.is_integer() else str(raw).strip()
    for candidate in (text, text.zfill(4), text.split(" ")[0], text[1:]):
        if candidate in known:
            return candidate
    raise Fault("pack.unknown", text=text[:40], table="/".join(column.pack or ()))


def _list(column: Column, raw: Any, known: Mapping[str, Any]) -> list[str]:
    if raw.__class__ is list:
        parts = [str(one) for one in raw]
    else:
        parts = re.split("[，,;；、\n]", str(raw or ""))
    return [clean_text(part, column.max_length) for part in parts if part.strip() and part.strip() not in UNKNOWN]


def _reference(column: Column, raw: Any, known: Mapping[str, Any]) -> int | None:
    if _blank(raw):
        return None
    if raw.__class__ is int and raw in known.values():
        return int(raw)
    text = clean_text(str(raw), column.max_length)
    if text in known:
        return int(known[text])
    if isinstance(known, References) and text in known.unclear:
        raise Fault("reference.unclear", text=text[:60])
    raise Fault("reference.unknown", text=text[:60], target=column.target)


_PARSERS: Mapping[Kind, Callable[[Column, Any, Mapping[str, Any]], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.USCC: _uscc,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.SPAN: _span,
    Kind.CAPITAL: _capital,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.PACK: _pack,
    Kind.REFERENCE: _reference,
    Kind.LIST: _list,
    Kind.MOMENT: _text,
    Kind.SHAPE: _shape,
}

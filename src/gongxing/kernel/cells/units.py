"""Units people write in headers and cells, and exact conversion between those of one kind."""

import re
from decimal import Decimal

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import tight

KINDS: dict[str, dict[str, Decimal]] = {
    "money": {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "百万元": Decimal(100), "亿元": Decimal(10_000), "亿": Decimal(10_000)},
    "area": {"亩": Decimal(1), "公顷": Decimal(15), "平方米": Decimal("0.0015"), "㎡": Decimal("0.0015"), "m2": Decimal("0.0015"), "平方公里": Decimal(1500)},
    "people": {"人": Decimal(1), "万人": Decimal(10_000), "名": Decimal(1)},
    "energy": {"吨标准煤": Decimal(1), "吨标煤": Decimal(1), "tce": Decimal(1), "万吨标准煤": Decimal(10_000), "万吨标煤": Decimal(10_000)},
    "ratio": {"%": Decimal(1), "百分比": Decimal(1), "‰": Decimal("0.1")},
    "money_per_area": {"万元/亩": Decimal(1), "元/平方米": Decimal(1) / Decimal(15)},
}  # fmt: skip
"""Kind → unit → how many of the kind's base unit (万元, 亩, 人, tce, %) one is. 1 公顷 = 15 亩 = 10,000 ㎡."""

_KIND_OF = {unit: kind for kind, units in KINDS.items() for unit in units}
_LONGEST_FIRST = sorted(_KIND_OF, key=len, reverse=True)
_FOREIGN = re.compile("[美港欧日加澳英台]元|[港台日]币|英镑|USD|HKD|EUR|JPY|GBP")
_IN_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]*)[)）\]】]")
_ENDINGS = {"_ha": "公顷", "_mu": "亩", "_m2": "平方米", "_km2": "平方公里", "_wan_yuan": "万元", "_yuan": "元"}
"""Units at the end of a header as systems name their columns."""
_UNITS = "|".join(re.escape(unit) for unit in _LONGEST_FIRST)
_UNIT_LINE = re.compile(
    rf"单位[:：]?((?:{_UNITS})(?:[,、;/和](?:{_UNITS}))*)(?=$|[^\u4e00-\u9fff]|填|编|制|报|日期|时间|截)"
)


def kind_of(unit: str) -> str:
    """The kind of a unit, "" for an unknown one."""
    return _KIND_OF.get(unit, "")


def same_kind(unit: str) -> tuple[str, ...]:
    """The units one could mean instead of ``unit``."""
    return tuple(KINDS.get(kind_of(unit), {}))


def conversion(written: str, stored: str) -> Decimal:
    """How many ``stored`` one ``written`` is. Raises Fault ``unit.mismatch`` for different kinds."""
    if written == stored:
        return Decimal(1)
    kind = kind_of(written)
    if not kind or kind != kind_of(stored):
        raise Fault("unit.mismatch", written=written, stored=stored)
    return KINDS[kind][written] / KINDS[kind][stored]


def unit_in(text: str) -> str:
    """The unit named in a header cell: in brackets first, then after a comma or slash at the end, or as an ending (area_ha); "" when none, or when the money
    is not 人民币 (万美元 is not a kind of 元)."""
    folded = tight(text)
    if _FOREIGN.search(folded):
        return ""
    for inside in _IN_BRACKETS.findall(folded):
        for unit in _LONGEST_FIRST:
            if unit in inside:
                return unit
    tail = re.split(r"[,，、:：]", folded)[-1]
    if tail in _KIND_OF:
        return tail
    return next((unit for ending, unit in _ENDINGS.items() if folded.lower().endswith(ending)), "")


def units_line(text: str) -> tuple[str, ...]:
    """The units of a line such as «单位：万元、亩», also behind «填报单位：…» and before a date; () when it is none."""
    return tuple(unit for line in _UNIT_LINE.findall(tight(text)) for unit in re.findall(_UNITS, line))

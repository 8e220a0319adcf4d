"""Registered capital as registers write it: 235(万人民币元), 43.4万人民币, 2,000(万元人民币), 100(万美元), 1.2亿元 …

127 shapes were found in 446,672 real values; ten hold 99 %. The amount is kept in 万 with its currency and never converted.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import REPLACEMENT, tight

CURRENCIES: dict[str, str] = {
    "人民币": "CNY", "人民币元": "CNY", "元人民币": "CNY", "RMB": "CNY", "CNY": "CNY", "圆人民币": "CNY",
    "美元": "USD", "美金": "USD", "USD": "USD", "元美元": "USD", "港元": "HKD", "港币": "HKD", "香港元": "HKD", "香港港元": "HKD", "HKD": "HKD", "港圆": "HKD",
    "日元": "JPY", "日圆": "JPY", "日币": "JPY", "日本元": "JPY", "日本日元": "JPY", "JPY": "JPY", "欧元": "EUR", "欧洲货币单位": "EUR", "EUR": "EUR",
    "英镑": "GBP", "英国英镑": "GBP", "GBP": "GBP", "新加坡元": "SGD", "新加坡币": "SGD", "新币": "SGD", "SGD": "SGD",
    "新台币": "TWD", "台币": "TWD", "新台币元": "TWD", "台湾元": "TWD", "台湾新台币": "TWD", "TWD": "TWD",
    "澳门元": "MOP", "澳门币": "MOP", "MOP": "MOP", "葡币": "MOP", "澳大利亚元": "AUD", "澳元": "AUD", "澳币": "AUD", "AUD": "AUD",
    "加拿大元": "CAD", "加元": "CAD", "加币": "CAD", "CAD": "CAD", "瑞士法郎": "CHF", "瑞郎": "CHF", "CHF": "CHF",
    "韩元": "KRW", "韩国元": "KRW", "韩币": "KRW", "韩圆": "KRW", "KRW": "KRW", "新西兰元": "NZD", "NZD": "NZD",
    "马来西亚林吉特": "MYR", "马元": "MYR", "马来西亚元": "MYR", "MYR": "MYR", "泰铢": "THB", "泰国铢": "THB", "泰币": "THB", "THB": "THB",
    "瑞典克朗": "SEK", "SEK": "SEK", "丹麦克朗": "DKK", "DKK": "DKK", "挪威克朗": "NOK", "NOK": "NOK",
    "德国马克": "DEM", "马克": "DEM", "西德马克": "DEM", "DEM": "DEM", "法国法郎": "FRF", "法郎": "FRF", "FRF": "FRF",
    "荷兰盾": "NLG", "NLG": "NLG", "意大利里拉": "ITL", "里拉": "ITL", "ITL": "ITL", "比利时法郎": "BEF", "BEF": "BEF", "奥地利先令": "ATS", "ATS": "ATS",
}  # fmt: skip
SCALES = {"亿": Decimal(10_000), "万": Decimal(1), "千": Decimal("0.1"), "百": Decimal("0.01")}
UNKNOWN = frozenset({"", "N/A", "NA", "NULL", "无", "-", "—", "--", "/", "未知"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?|-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SHAPE = re.compile(r"(?P<number>[\d.,]*\d)(?P<tail>[^\d.,]*)")
_CODE = re.compile(r"[A-Z]{3}")
TINY, HUGE = Decimal("0.1"), Decimal(1_000_000)
LIMIT = Decimal(10) ** 12
UNITS = ("万元", "元", "千元", "百万元", "亿元", "万美元", "万港元", "万欧元", "万日元")
"""What the bare numbers of a column can be written in, as the preview offers it."""
_SPELLINGS = {
    **{unit: unit for unit in UNITS}, "万": "万元", "亿": "亿元", "美元": "美元",
    **{f"万{word}": "万元" if code == "CNY" else f"万{word}" for word, code in CURRENCIES.items()},
}  # fmt: skip
_LONGEST_FIRST = sorted((word for word in _SPELLINGS if len(word) > 1), key=len, reverse=True)
_IN_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]*)[)）\]】]")


@dataclass(frozen=True)
class Capital:
    """``amount_wan`` in 万 of ``currency`` (ISO 4217), or None when unknown. ``mark``: assumed (no currency written, CNY taken),
    zero (0 was written: unknown), confirm (no scale word: 元 or 万元?), None. ``text`` is what was written."""

    amount_wan: Decimal | None
    currency: str
    mark: str | None
    text: str


def parse_capital(raw: Any) -> Capital:
    """Read a registered capital. A bare number is kept to be confirmed; raises Fault ``money.unreadable``, ``number.huge``
    (10¹² 万 and more) and ``text.mojibake``."""
    if raw is None:
        return Capital(None, "", None, "")
    if raw.__class__ is float and not isfinite(raw):
        raise Fault("money.unreadable", text=str(raw))
    if raw.__class__ is float or raw.__class__ is int:
        text = repr(raw) if raw.__class__ is float and raw != int(raw) else str(int(raw))
        return _parse(text)
    return _parse(str(raw))


@lru_cache(maxsize=65536)
def _parse(raw: str) -> Capital:
    if REPLACEMENT in raw:
        raise Fault("text.mojibake", text=raw.replace(REPLACEMENT, "□")[:40])
    written = raw.strip()[:60]
    text = re.sub(r"[()\[\]【】〔〕]", "", tight(raw)).upper()
    if text in UNKNOWN:
        return Capital(None, "", None, "")
    shape = _SHAPE.fullmatch(text)
    head = ""
    if shape is None:
        prefixed = re.fullmatch(r"(?P<head>[^\d.,]+)(?P<rest>\d.*)", text)
        shape = _SHAPE.fullmatch(prefixed["rest"]) if prefixed else None
        head = prefixed["head"] if prefixed else ""
    if shape is None or _NUMBER.fullmatch(shape["number"]) is None:
        raise Fault("money.unreadable", text=written)
    number = Decimal(shape["number"].replace(",", ""))
    scale, currency = _tail(shape["tail"], head, written)
    if number == 0:
        return Capital(None, currency or "CNY", "zero", written)
    if scale is None:
        return Capital(None, currency or "", "confirm", written)
    if number * scale >= LIMIT:
        raise Fault("number.huge", text=written[:30])
    return Capital(number * scale, currency or "CNY", None if currency else "assumed", written)


def _tail(tail: str, head: str, written: str) -> tuple[Decimal | None, str]:
    """Scale and currency written after (or before) the number."""
    scale: Decimal | None = None
    rest = tail
    while rest and rest[0] in SCALES:
        scale = (scale or Decimal(1)) * (SCALES[rest[0]] if scale is None else SCALES[rest[0]] * 10_000)
        rest = rest[1:]
    currency = ""
    for part in (rest, head):
        part = part.strip(":：")
        for candidate in (
            part,
            part.removeprefix("元"),
            part.removesuffix("元"),
            part.removeprefix("元").removesuffix("元"),
            part.removeprefix("圆").removesuffix("整"),
        ):
            if candidate in CURRENCIES:
                currency = CURRENCIES[candidate]
                break
            if candidate in ("", "元", "圆", "元整", "块"):
                break
        else:
            raise Fault("money.unreadable", text=written)
    return scale, currency


def capital_unit(label: str) -> str:
    """The unit a header of amounts names, foreign money too: 注册资本（万元） → 万元, 投资总额（万美元） → 万美元; "" when none."""
    folded = tight(label)
    for inside in (*_IN_BRACKETS.findall(folded), re.split(r"[,，、:：]", folded)[-1]):
        bare = inside.removeprefix("单位").lstrip(":：")
        if bare in _SPELLINGS:
            return _SPELLINGS[bare]
    for inside in _IN_BRACKETS.findall(folded):
        for word in _LONGEST_FIRST:
            if word in inside:
                return _SPELLINGS[word]
    return ""


def with_unit(raw: Any, unit: str) -> Any:
    """A bare number of a column whose unit is known, written out in 万: 500 under 万元 is 500万元, 5000000 under 元 too.

    A cell that names its own unit or currency, and one that is no number, stays as it is.
    """
    if raw is None or raw.__class__ is bool:
        return raw
    try:
        written = parse_capital(raw).text
    except Fault:
        return raw
    bare = re.sub(r"[()\[\]【】〔〕]", "", tight(written))
    if _NUMBER.fullmatch(bare) is None:
        return raw
    number = Decimal(bare.replace(",", ""))
    if not number:
        return raw
    scale, rest = Decimal("0.0001"), unit
    for word, factor in (("百万", Decimal(100)), ("万", Decimal(1)), ("亿", SCALES["亿"]), ("千", SCALES["千"])):
        if unit.startswith(word):
            scale, rest = factor, unit.removeprefix(word)
            break
    return f"{format((number * scale).normalize(), 'f')}万{rest or '元'}"


def plausibility(capital: Capital) -> str | None:
    """A remark, not an error: tiny (under 0.1 万), huge (over 1,000,000 万), one (exactly 1 万), or None."""
    if capital.amount_wan is None:
        return None
    if capital.amount_wan < TINY:
        return "tiny"
    if capital.amount_wan > HUGE:
        return "huge"
    return "one" if capital.amount_wan == 1 else None

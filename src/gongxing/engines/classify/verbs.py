"""Verbs of a business scope and how they spread over the items of a clause.

"A、B的生产、销售", "生产、销售:A、B", "销售A、B;维修C" and "A(销售)" are all read: a verb after items belongs to the items
before it, a verb before items to those that follow, until the next verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

Verb = Literal["make", "wholesale", "retail", "repair", "rent", "install", "grow", "develop", "store", ""]

KINDS: dict[str, tuple[str, ...]] = {
    "make": (
        "生产", "制造", "加工", "产销", "制作", "制售", "酿造", "组装", "装配", "研制", "自产", "冶炼", "试制", "定做", "定制",
        "配制", "分装", "精加工", "深加工", "初加工", "来料加工", "轧制", "印制", "缝制", "编织", "铸造",
    ),
    "sell": (
        "销售", "经销", "购销", "代购", "代销", "营销", "收购", "经营", "批零", "零批", "专卖", "供应", "贸易", "买卖", "自销", "采购",
        "调拨", "代理销售", "佣金代理", "批发", "批兼零", "批发兼零售", "批零兼营", "零售兼批发",
    ),
    "retail": ("零售",),
    "repair": ("维修", "修理", "维护", "保养", "检修", "修造", "修配", "养护"),
    "rent": ("租赁", "出租"),
    "install": ("安装", "施工", "调试", "承包", "总承包", "专业承包"),
    "grow": ("种植", "养殖", "饲养", "培育", "繁育", "栽培", "放养"),
    "develop": (
        "开发", "研发", "研究", "设计", "咨询", "技术开发", "技术服务", "技术咨询", "技术转让", "技术研发", "技术推广", "技术交流",
        "研究开发", "开发研究", "策划", "培训", "推广", "检测", "信息咨询", "成果转让", "技术支持", "技术研究", "投资", "服务", "管理",
    ),
    "store": ("仓储", "储存", "储备", "运输", "配送"),
}  # fmt: skip
PROCESSES = (
    "屠宰", "织造", "印染", "染色", "电镀", "熔铸", "锻造", "雕刻", "印刷", "机加工", "刺绣", "缫丝",
)  # fmt: skip
"""Making in one particular way: verbs at the end of an item (牲畜屠宰), but before a thing part of its name (印刷机)."""
KIND = {word: kind for kind, words in KINDS.items() for word in words} | dict.fromkeys(PROCESSES, "make")
_ANY = "|".join(sorted(KIND, key=len, reverse=True))
_JOIN = r"[的及和与或兼并、,/]*"
_FRONT = r"(?:从事|主要|专业|专门|主营|兼营|承接|承办|提供|各类|各种|其他|本公司|对外|国内)*"
VERBS_ONLY = re.compile(rf"{_FRONT}(?:{_JOIN}(?:{_ANY})(?:业务|活动)?)++(?:等)?")
"""Matches text that is nothing but verbs. Possessive, because 批发兼零售 reads two ways and long runs would explode."""
_OPENING = "|".join(word for word in _ANY.split("|") if word not in PROCESSES)
PREFIX = re.compile(rf"{_FRONT}((?:(?:{_OPENING}){_JOIN})+)")
SUFFIX = re.compile(rf"((?:{_JOIN}(?:{_ANY}))++)(?:业务|服务|活动)?(?:等)?$")
ONE = re.compile(_ANY)
INNER = re.compile(
    rf"(?<=[\u4e00-\u9fff]{{2}})({_ANY})(?:及|和|与|并|兼)(?!{_ANY}|相关|其他|配套|技术|售后)(?=[\u4e00-\u9fff]{{2}})"
)
"""A verb inside an item, before another thing: "工艺品加工及电子产品销售" is two items."""


def kinds(text: str) -> frozenset[str]:
    """The kinds of the verbs in a run of verbs."""
    return frozenset(KIND[word] for word in ONE.findall(text))


class Governed(NamedTuple):
    """The verb kinds that govern an item, and whether the item is itself nothing but verbs (then ``kinds`` is empty)."""

    kinds: frozenset[str]
    bare: bool


UNGOVERNED = Governed(frozenset(), False)


@lru_cache(maxsize=65536)
def spread(head: str, items: tuple[str, ...]) -> tuple[Governed, ...]:
    """What governs each item of one clause; ``head`` is the text before its colon."""
    governed: list[set[str]] = [set() for _ in items]
    spoken = [ONE.search(item) is not None for item in items]
    bare = [said and VERBS_ONLY.fullmatch(item) is not None for said, item in zip(spoken, items, strict=True)]
    before: frozenset[str] = kinds(head) if head and VERBS_ONLY.fullmatch(head) else frozenset()
    opening = not before
    pending: list[int] = []
    closed: list[int] = []
    for index, item in enumerate(items):
        if bare[index]:
            said = kinds(item)
            if pending:
                closed, pending = pending, []
            if closed:
                _add(governed, closed, said)
            elif opening:
                before = before | said
            continue
        opening = False
        if not spoken[index]:
            governed[index] |= before
            pending.append(index)
            closed = []
            continue
        prefix = PREFIX.match(item)
        suffix = SUFFIX.search(item)
        if prefix and (suffix is None or suffix.start() > prefix.start()):
            fresh = kinds(prefix[1])
            before = before | fresh if index and not pending and not closed else fresh
            pending, closed = [], []
        governed[index] |= before
        if suffix:
            _add(governed, [*pending, index], kinds(suffix[1]))
            closed, pending, before = [*pending, index], [], frozenset()
        else:
            pending.append(index)
            closed = []
    return tuple(Governed(frozenset(found), alone) for found, alone in zip(governed, bare, strict=True))


def _add(governed: list[set[str]], places: Iterable[int], said: frozenset[str]) -> None:
    for place in places:
        governed[place] |= said


def resolve(said: frozenset[str], shop: bool) -> Verb:
    """One verb for an item. Making outranks selling ("生产、销售"); wholesale outranks retail except in a shop."""
    if "make" in said:
        return "make"
    if "grow" in said:
        return "grow"
    if "sell" in said or "retail" in said:
        return "retail" if shop or "sell" not in said else "wholesale"
    for kind in ("repair", "rent", "install", "develop", "store"):
        if kind in said:
            return kind
    return ""

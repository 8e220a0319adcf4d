"""What a firm does with a thing: makes it, sells it, serves it, or does not say.

Verbs of a scope are spread over the items of a sentence as the classifier spreads them ("A、B的生产、销售", "生产：A、B");
mining, felling and generating are added. A works that states no verb makes, a shop or trading firm sells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from gongxing.engines.classify.firmname import FirmName
from gongxing.engines.classify.verbs import KIND, spread
from gongxing.engines.placing.text import is_stock

MINES = "开采|采掘|采选|采伐|采运|捕捞|冶炼|发电|承揽|修造|建造|制售|铸造|制浆|造纸|制糖|水洗|酿制|研制|织造"
SALES = "进出口|代理|经纪|商店|门市|专卖|流通|批零|零批|商贸|商城|买卖|代办"
VERBS = "|".join(sorted(KIND, key=lambda verb: (-len(verb), verb)))
MAKING = re.compile(rf"(?:{MINES})(?=$|的|[及和与并兼厂业]|{VERBS})")
"""Making of one kind, where nothing follows but another verb: 制糖 and 制糖销售, not 制糖设备."""
TRADING = re.compile(SALES)
ENDING = re.compile(rf"(?:{VERBS}|{MINES}|{SALES})$")
NOUNS = re.compile(
    r"编织(?=[袋布物])|加工(?=中心|纸)|定制(?=家|衣|橱)|配制(?=酒)|供应(?=链)|(?:铸造|缝制)(?=机|设备|材)"
)
"""Verbs that are part of a thing's name: 编织袋 is a bag, not weaving."""
MONEY = re.compile(r"银行|信用社|信用合作|储蓄|支行|分理处|保险|证券|信托|加油站|邮政|支局|邮电|电信|移动通信")


class Doing(Enum):
    """What a clause says is done."""

    MAKE = "make"
    TRADE = "trade"
    SERVE = "serve"
    DEVELOP = "develop"
    SILENT = ""


class Deed(NamedTuple):
    """A clause with what is done in it; ``verb`` is the verb as found, or "" where it was not stated."""

    clause: str
    doing: Doing
    verb: str


def read_verbs(clauses: Sequence[str]) -> list[Deed]:
    """The clauses of one sentence with what is done in each; stock phrases are left out."""
    kept = [clause for clause in clauses if not is_stock(clause)]
    said = spread("", tuple(NOUNS.sub("〇〇", clause) for clause in kept))
    return [Deed(clause, *_doing(clause, governed.kinds)) for clause, governed in zip(kept, said, strict=True)]


def _doing(clause: str, kinds: frozenset[str]) -> tuple[Doing, str]:
    if "make" in kinds or "grow" in kinds:
        return Doing.MAKE, "make" if "make" in kinds else "grow"
    if mine := MAKING.search(clause):
        return Doing.MAKE, mine[0]
    if "sell" in kinds or "retail" in kinds:
        return Doing.TRADE, "sell" if "sell" in kinds else "retail"
    if trading := TRADING.search(clause):
        return Doing.TRADE, trading[0]
    for kind in ("repair", "rent", "install", "store"):
        if kind in kinds:
            return Doing.SERVE, kind
    return (Doing.DEVELOP, "develop") if "develop" in kinds else (Doing.SILENT, "")


def has_verb(word: str) -> bool:
    """True when a keyword itself says what is done, as its last part (茶叶加工, 货运代理; not 印刷机械)."""
    return ENDING.search(word) is not None


def silent_doing(firm: FirmName) -> Doing:
    """What a firm does with things for which no verb is stated, by the shape of its name."""
    if firm.shop or (firm.trader and not firm.maker) or MONEY.search(firm.whole):
        return Doing.TRADE
    return Doing.MAKE if firm.maker else Doing.SILENT


def first_doing(deeds: Iterable[Deed]) -> Doing:
    """The first thing that a scope says is done."""
    return next((deed.doing for deed in deeds if deed.doing is not Doing.SILENT), Doing.SILENT)

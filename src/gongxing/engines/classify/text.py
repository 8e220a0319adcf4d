"""Folding and cutting of 企业名称 and 经营范围: stock phrases out, clauses and items in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gongxing.engines.classify.verbs import INNER, VERBS_ONLY

NAME_LIMIT = 120
"""Characters of a name that are read; the longest real name in the register has fewer than 60."""
ITEM_LIMIT = 16
"""Items of a scope that are kept: a few more than are read, so that later ones cannot matter."""
SCOPE_LIMIT = 1200
"""Characters of a scope that are read; the register cuts at 1,024."""

NUMBERING = re.compile(r"(?:^|(?<=[;。:]))(?:\(?[0-9一二三四五六七八九十]{1,2}[)、.](?![0-9]))")
BLANKS = re.compile(r"[\s*#〓＊＃^_\ufffd]+")
BRACKET = re.compile(r"[(\[【〔〈<《{]([^()\[\]【】〔〕〈〉<>《》{}]*)[)\]】〕〉>》}]")
OPENING = re.compile(r"[(\[【〔〈<《{]")
OPEN_BRACKET = re.compile(r"[(\[【〔〈<《{][^;。]*$")
HEADS = re.compile(
    r"(?:一般|许可|前置|后置|主要)?(?:经营)?(?:项目|范围|方式)(?:是|为)?:|(?:主营|兼营|主兼营|范围)(?:是|为)?:|(?<![\u4e00-\u9fff])无(?=服务:|批发)"
)
STOCK = re.compile(
    r"依法须经|须经批准|依法自主|自主选择|相关部门批准|许可证(?:经营|核定|有效|开展|方可|规定)|法律、?(?:行政)?法规|国务院|国家(?:有专项|法律|限定|限制|"
    r"禁止|规定|专项|政策)|产业政策|凭.{0,12}(?:许可|资质)证|专项(?:审批|规定|许可)|经营期限|有效期|不得从事|除外|以上(?:项目|范围|经营)|上述(?:项目|经营)|"
    r"批准文件|许可经营|所需的(?:原辅|机械|原材)|无需(?:许可|审批)|无经营范围|^(?:许可)?(?:经营)?项目?无$|^无$"
)
TRADE_BOILERPLATE = re.compile(
    r"(?:自营|经营|代理|从事|货物|技术|商品|本企业|自产产品|各类|和|及|与|的|其|相关|、|,|或|以及|成员企业|国内外)*(?:货物|技术|商品|产品)(?:和|及|与|、|的|或)*(?:技术)?(?:的)?"
    r"进(?:、)?出口(?:业务)?|(?:进出口|出口|进口)业务|三来一补|进料加工|对销贸易|转口贸易|(?:货物|技术|商品|代理|产品)?进出口(?:贸易)?$"
)
TRADE_HINT = re.compile(r"进|出口|补|转口|对销")
IDLE = re.compile(
    r"债权债务|债权、债务|执照保留|保留.{0,4}(?:执照|清理)|清理.{0,6}债|(?<!筹建期间)不得从事生产经营|停止经营|歇业清理"
)
INVESTING = re.compile(r"(?:^|(?<=[;。:|]))对[^;。:|]{2,120}?投资(?=[;。,|]|$)")
"""Investing in many trades (对房地产业、酒店业的投资) is one activity, not those trades."""
INPUTS = re.compile(
    r"(?:(?:经营)?(?:本企业|本公司|成员企业|和|及)+)?(?:生产|科研|自产|、)*所需的?[^;。:|]{2,120}?进(?:出)?口(?:业务)?"
)
"""Importing one's own inputs (本企业所需的机械设备、零配件的进口业务): a stock phrase whose things are not traded."""
AFTER_SALES = re.compile(
    r"(?:以及|及其?|和|与)(?:相关|配套|售后)(?:的|相关|配套|售后|技术|咨询|维修|上门)*服务(?=[;。,、|(]|$)"
)
"""Service that comes with the goods named before it (制造、销售及相关售后服务): no item of its own."""
BRANCHES = re.compile(r"分支机构|分公司经营|下属")
CLAUSES = re.compile(r"[;。|\n]|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff])")
ITEMS = re.compile(r"[、,/]|(?:以及)|(?<=[\u4e00-\u9fff])\.")


class Clause(NamedTuple):
    """One clause: what stands before a colon (``head``), its items, whether only branches may do it."""

    head: str
    items: tuple[str, ...]
    branch_only: bool


class Scope(NamedTuple):
    """A folded scope: its clauses, its first 400 folded characters as ``opening``, whether stock import-and-export phrases
    came first (``exports_first``) or anywhere (``exports``), whether it says there is no activity (``idle``)."""

    clauses: tuple[Clause, ...]
    opening: str
    exports_first: bool
    exports: bool
    idle: bool


def fold(text: str) -> str:
    """NFKC, blanks and ornaments out, upper case."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _bracket(match: re.Match[str]) -> str:
    """Keep what a bracket says only when it is nothing but verbs: 卫生洁具(销售)."""
    return match[1] if VERBS_ONLY.fullmatch(match[1]) else ""


def without_brackets(text: str) -> str:
    """Drop bracketed exceptions, innermost first, and an opening bracket that the register's cut left without an end."""
    if not OPENING.search(text):
        return text
    for _ in range(4):
        shorter = BRACKET.sub(_bracket, text)
        if shorter == text:
            break
        text = shorter
    return OPEN_BRACKET.sub("", text)


@lru_cache(maxsize=65536)
def _stock(part: str) -> str:
    """Whether a part of a scope is a stock phrase, one about importing and exporting, or goods. Parts recur by the thousand."""
    if not part or STOCK.search(part):
        return "stock"
    return "exports" if TRADE_HINT.search(part) and TRADE_BOILERPLATE.search(part) else "goods"


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """(head, rest) of every clause; what stands before the last comma of a head is a clause of its own, so that
    "五金、建材销售,限分支机构经营:食品" does not become one head."""
    for raw in CLAUSES.split(text):
        head, colon, rest = raw.partition(":")
        if not colon:
            yield "", raw
            continue
        comma = -1 if VERBS_ONLY.fullmatch(head) else head.rfind(",")
        if comma > 0:
            yield "", head[:comma]
        yield head[comma + 1 :], rest


def _without_stock(text: str) -> str:
    """Headings, numbering and phrases that speak of no trade of their own out. The plain tests spare most scopes the patterns."""
    if ":" in text or "无" in text:
        text = HEADS.sub(";", text)
    text = NUMBERING.sub("", text)
    if "投资" in text:
        text = INVESTING.sub("项目投资", text)
    if "所需" in text:
        text = INPUTS.sub("进出口业务", text)
    if "服务" in text and ("相关" in text or "配套" in text or "售后" in text):
        text = AFTER_SALES.sub("", text)
    return text


@lru_cache(maxsize=65536)
def _items(rest: str) -> tuple[str, ...]:
    """The items of a clause."""
    return tuple(ITEMS.split(INNER.sub(r"\1、", rest)))


def read_scope(scope: str) -> Scope:
    """Cut a scope into clauses and items, without stock phrases."""
    folded = fold(scope[: 2 * SCOPE_LIMIT])[:SCOPE_LIMIT]
    idle = bool(IDLE.search(folded))
    text = _without_stock(without_brackets(folded).replace("·", ""))
    exports = exports_first = False
    clauses: list[Clause] = []
    branch_only = False
    kept_items = 0
    for head, rest in _clauses(text):
        if kept_items >= ITEM_LIMIT:
            break
        if BRANCHES.search(head) or BRANCHES.search(rest):
            branch_only = True
        kept: list[str] = []
        for part in _items(rest):
            said = _stock(part)
            if said == "goods":
                kept.append(part)
            elif said == "exports":
                exports = True
                exports_first = exports_first or not (clauses or kept)
        if kept or (head and _stock(head) != "stock"):
            clauses.append(Clause(head, tuple(kept), branch_only))
            kept_items += len(kept)
    return Scope(tuple(clauses), folded[:400], exports_first, exports, idle)

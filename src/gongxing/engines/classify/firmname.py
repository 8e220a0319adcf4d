"""Reading of a firm's name: branch tail, region and legal form off, and what the name says about making or selling."""

from __future__ import annotations

import re
from typing import NamedTuple

from gongxing.engines.classify.text import NAME_LIMIT, fold, without_brackets

TAIL = re.compile(r"(?:公司|供销社|合作社|联社|银行|集团|企业)(?!$)")
REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|特区|市|地区|县|自治旗|旗|区|镇|乡|街道)(?![政场级域内外]))+"
)
FORM = re.compile(
    r"(?:有限责任|股份有限|有限|股份|集团|控股|分|总|子|支|责任)*公司|股份合作|普通合伙|有限合伙|全民所有制|分公司|总公司|分厂|总厂|总社|分社|分店|总店|分部|分行|厂|社|部|店|站|中心|所|处"
)
SHOP = re.compile(r"店(?!头)|门市|商场|超市|商厦|百货大楼|零售|代销|柜台|专柜|便利|药房|大厦$")
MAKER = re.compile(r"厂|制造|制品|加工|制衣|制药|酿造|织造|印染|铸造|锻造")
TRADER = re.compile(
    r"商贸|贸易|物资|经贸|工贸|经营部|供销|经销|商行|批发|销售|供应|进出口|配套|商社|购销|营销|物贸|经理部"
)

CARRIER = re.compile(r"运输|物流|货运|运业|车队|快运|储运|配送|联运|汽运|货代|搬|车站")


class FirmName(NamedTuple):
    """A folded name in parts: ``parent`` and ``tail`` hold the words to be read (tail "" when there is none)."""

    whole: str
    parent: str
    tail: str
    shop: bool
    maker: bool
    trader: bool
    carrier: bool


def _core(text: str, county_words: tuple[str, ...]) -> str:
    """Region and legal form off; what is left names brand and trade."""
    for word in county_words:
        text = text.removeprefix(word)
    region = REGION.match(text)
    if region and len(text) - region.end() >= 4:
        text = text[region.end() :]
    return text


def read_name(name: str, county_words: tuple[str, ...] = ()) -> FirmName:
    """Fold a name and part it at the last 公司, 供销社, 银行 that is not the end."""
    whole = without_brackets(fold(name[: 2 * NAME_LIMIT])[:NAME_LIMIT])
    parent, tail = whole, ""
    cuts = [match.end() for match in TAIL.finditer(whole) if len(whole) - match.end() >= 2]
    if cuts and not FORM.fullmatch(whole[cuts[-1] :]):
        parent, tail = whole[: cuts[-1]], whole[cuts[-1] :]
    last = tail or whole
    return FirmName(
        whole=whole,
        parent=_core(parent, county_words),
        tail=_core(tail, county_words),
        shop=bool(SHOP.search(last)),
        maker=bool(MAKER.search(last)),
        trader=bool(TRADER.search(last)),
        carrier=bool(CARRIER.search(whole)),
    )

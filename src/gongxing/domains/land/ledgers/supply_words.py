"""How supply results of land (中国土地市场网) and older papers write what a parcel's record holds: other words, numbers in addresses, days that are none."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models import Parcel
from gongxing.kernel.cells.dates import parse_date
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import clean_text
from gongxing.kernel.ledger.column import UNKNOWN

NUMBER_LENGTH = 40
NO_DAY = _("系统导出的 1900 年、1901 年是空日期，按没有填算。")
_RECORD = re.compile(r"[?&]recorderguid=([0-9A-Fa-f-]{32,36})(?:&|$)")

SUPPLIES: Mapping[str, str] = {
    **dict.fromkeys(("挂牌出让", "拍卖出让", "招标出让", "协议出让", "招拍挂出让", "招拍挂", "挂牌", "拍卖", "招标", "国有建设用地使用权出让"), Parcel.Supply.GRANT.value),
    **dict.fromkeys(("国有建设用地使用权租赁", "长期租赁"), Parcel.Supply.LEASE.value),
    **dict.fromkeys(("行政划拨", "划拨用地", "划拨供地", "国有建设用地使用权划拨"), Parcel.Supply.ALLOCATE.value),
}  # fmt: skip
"""Ways of supply by their names in the market's notices."""

USES: Mapping[str, str] = {
    **dict.fromkeys(("工业", "工矿用地", "工矿仓储用地", "采矿用地"), Parcel.Use.INDUSTRY.value),
    **dict.fromkeys(("仓储", "物流仓储用地", "普通仓库"), Parcel.Use.STORAGE.value),
    **dict.fromkeys(("M0", "工业用地(新型产业)"), Parcel.Use.MIXED.value),
    **dict.fromkeys(("商业用地", "商服用地", "其他商服用地", "批发零售用地", "商务金融用地", "住宿餐饮用地", "零售商业用地", "批发市场用地", "餐饮用地", "旅馆用地", "其他商服"), Parcel.Use.COMMERCE.value),
    **dict.fromkeys(("住宅用地", "城镇住宅用地", "其他普通商品住房用地", "中低价位、中小套型普通商品住房用地", "经济适用住房用地", "公共租赁住房用地", "廉租住房用地", "高档住宅用地", "农村宅基地"), Parcel.Use.HOUSING.value),
    **dict.fromkeys(("公共管理与公共服务用地", "科教用地", "医卫慈善用地", "文体娱乐用地", "机关团体用地", "教育用地", "医疗卫生用地", "科研用地", "新闻出版用地", "社会福利用地", "体育用地", "文化设施用地"), Parcel.Use.PUBLIC.value),
    **dict.fromkeys(("公共设施用地", "水工建筑用地", "水工设施用地", "供水用地", "供电用地", "环卫用地", "排水用地", "管道运输用地"), Parcel.Use.UTILITY.value),
    **dict.fromkeys(("交通运输用地", "街巷用地", "公路用地", "铁路用地", "港口码头用地", "机场用地", "城镇村道路用地", "交通服务场站用地"), Parcel.Use.ROAD.value),
    **dict.fromkeys(("公园与绿地", "公园绿地", "防护绿地", "广场用地"), Parcel.Use.GREEN.value),
}  # fmt: skip
"""Uses of land by the names of GB/T 21010 and the market's notices. Special uses (military, religious, burial) have none here and are told."""


def parcel_number(raw: Any) -> str:
    """The number of a parcel; of a notice's address the number of its record. Raises Fault ``text.…``."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    found = _RECORD.search(str(raw))
    text = found[1].lower() if found else clean_text(str(raw), NUMBER_LENGTH)
    return "" if text in UNKNOWN else text


def known_day(raw: Any) -> date | None:
    """A day; None where nothing is said or 1900 or 1901 stands for nothing. Raises Fault ``date.…``."""
    if raw is None or (isinstance(raw, str) and raw.strip() in UNKNOWN):
        return None
    try:
        span = parse_date(str(raw) if isinstance(raw, list | dict) else raw)
    except Fault as fault:
        if fault.code == "date.old":
            return None
        raise
    if str(span.precision) != "day":
        raise Fault("date.day_needed", text=str(raw))
    return span.first

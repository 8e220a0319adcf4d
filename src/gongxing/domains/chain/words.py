"""Codes of reasons into sentences of the reader's language: the same words on the page, in the table and in the report."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from gongxing.domains.chain.models import Node
from gongxing.domains.chain.sentences import SENTENCES
from gongxing.engines.reasons import Reason

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
SEPARATORS = re.compile("[;；]")
"""Between the codes of several sources."""
TEN, HUNDRED = 10, 100
STATES: Mapping[str, Promise] = {
    "missing": _("缺失"),
    "weak": _("薄弱"),
    "filling": _("在补"),
    "normal": _("一般"),
    "strong": _("优势"),
    "unknown": _("未知"),
}
ACTS: Mapping[str, str | Promise] = dict(Node.Act.choices)
"""What is to be done on a link, by the codes of the engine."""
PARTS: Mapping[str, Promise] = {
    "value": _("价值占比"),
    "betweenness": _("链上必经"),
    "barrier": _("技术壁垒"),
    "dependence": _("外部依赖"),
    "policy": _("政策导向"),
}
KINDS: Mapping[str, Promise] = {
    "appeared": _("新增环节"),
    "gone": _("去掉的环节"),
    "filled": _("补上了"),
    "being_filled": _("开始补"),
    "newly_missing": _("变成缺失"),
    "closed": _("停产，只剩在建"),
    "raised": _("变好"),
    "lowered": _("变差"),
    "known_now": _("弄清了"),
    "unknown_now": _("变得不清楚"),
    "became_key": _("成为关键"),
    "no_longer_key": _("不再关键"),
    "act_changed": _("做法变了"),
}
PARAMETERS = (
    gettext_noop("关键分权重：价值占比"), gettext_noop("关键分权重：链上必经"), gettext_noop("关键分权重：技术壁垒"), gettext_noop("关键分权重：外部依赖"),
    gettext_noop("关键分权重：政策导向"), gettext_noop("关键环节分数线"), gettext_noop("关键分：至少知道多少权重才打分"), gettext_noop("价值占比：占买方投入成本多少得满分"),
    gettext_noop("外部依赖：省内县外采购按多少算外购"), gettext_noop("联系：比重不低于多少算强"), gettext_noop("联系：比重不低于多少算中"),
    gettext_noop("链上必经：强联系的长度"), gettext_noop("链上必经：中联系的长度"), gettext_noop("链上必经：弱联系的长度"), gettext_noop("链上必经：比重不知道时的长度"),
    gettext_noop("链上必经：副产物联系也走（1 走，0 不走）"), gettext_noop("薄弱：本地配套率低于"), gettext_noop("薄弱：区位商低于"), gettext_noop("薄弱：规上企业少于"),
    gettext_noop("薄弱：最大供方能力低于本地需求的"), gettext_noop("优势：区位商不低于"), gettext_noop("优势：规上企业不少于"), gettext_noop("缺口系数：缺失"),
    gettext_noop("缺口系数：薄弱"), gettext_noop("缺口系数：在补"), gettext_noop("缺口系数：一般"), gettext_noop("缺口系数：优势"), gettext_noop("没有采购调查时：投入占营收的比例"),
    gettext_noop("环节数据陈旧：黄"), gettext_noop("环节数据陈旧：红"), gettext_noop("全县企业少于多少家不排名次"), gettext_noop("区位商至少由几家企业算出"),
    gettext_noop("链上企业少于多少家降低把握"), gettext_noop("稳健性：权重上下变动"), gettext_noop("稳健性：看前几名"), gettext_noop("增长点：看几年"),
    gettext_noop("增长点：年均增长不低于多少算快"), gettext_noop("瞪羚：起点年营业收入不低于"), gettext_noop("瞪羚：成立不超过几年（0 为不限）"), gettext_noop("增长区间的把握"),
    gettext_noop("新登记增多：上一整年至少"), gettext_noop("新登记增多：超过前几年平均的"), gettext_noop("增长点：至少几种迹象同时出现"),
)  # fmt: skip
"""What the pack calls the lines and weights one can try: a page shows its name, translated while it is one of these."""
PART_KINDS = frozenset({"became_key", "no_longer_key"})
WAYS: Mapping[str, str] = {
    "filled": "better", "being_filled": "better", "raised": "better", "newly_missing": "worse", "closed": "worse", "lowered": "worse",
}  # fmt: skip
"""Kinds of change that are for the better or the worse; the rest are neither."""
LEVELS: Mapping[str, Promise] = {"high": _("高"), "mid": _("中"), "low": _("低")}
SOURCES: Mapping[str, Promise] = {
    "survey": _("采购调查"),
    "editor": _("编辑判断"),
    "io": _("投入产出表推算"),
    "none": _("没有来源"),
}
CAPACITIES: Mapping[str, Promise] = {
    "land": _("用地"),
    "energy": _("能耗"),
    "environment": _("环境容量"),
    "labour": _("用工"),
}
RULES: Mapping[str, Promise] = {
    "local_rate": _("本地配套率"),
    "location_quotient": _("区位商"),
    "above_scale": _("规上企业"),
    "capacity": _("最大供方能力"),
    "single_supplier": _("供方家数"),
    "strong_quotient": _("区位商"),
    "strong_above_scale": _("规上企业"),
}


def sentence(reason: Reason, names: Mapping[str, str] | None = None) -> str:
    """The words of one reason; node codes in it become names. A code without words is shown as it is, never hidden."""
    found = SENTENCES.get(f"{reason.code}.none") if reason.details.get("buyers") == "0" else None
    found = found or SENTENCES.get(reason.code)
    if found is None:
        return reason.code
    known = {key: _shown(reason.code, key, value, names or {}) for key, value in reason.details.items()}
    return str(found) % {**dict.fromkeys(PLACEHOLDER.findall(str(found)), "—"), **known}


PLACED: Mapping[str, Promise] = {
    "product": _("产品有“%(word)s”"),
    "scope": _("经营范围有“%(word)s”"),
    "name": _("名称有“%(word)s”"),
}


PLACEMENT_CODES: Mapping[str, Promise] = {
    "placing.word": _("文字里有“%(word)s”"),
    "placing.other_thing": _("“%(word)s”后面跟着别的东西"),
    "placing.class_agrees": _("行业 %(code)s 与环节的前 %(digits)s 位相同"),
    "placing.class_differs": _("行业 %(code)s 与环节不同"),
    "placing.class_trades": _("行业 %(code)s 是批发零售，不算生产"),
    "placing.chain": _("同一条链的相邻环节也有它"),
    "placing.generic": _("通用服务，谁都可能做"),
    "placing.no_verb": _("没写是生产还是销售"),
    "placing.decided": _("人工确认"),
}


def placement_words(stored: Iterable[Iterable[Any]]) -> list[str]:
    """The stored reasons of a placement as words: (code, details) pairs as the engine gave them."""
    said = []
    for code, details in stored:
        where = str(details.get("where", ""))
        pattern = PLACED.get(where)
        if pattern is not None and "word" in details:
            said.append(str(pattern) % {"word": details["word"]})
        else:
            said.append(str(PLACEMENT_CODES.get(code, code)) % {key: str(value) for key, value in details.items()})
    return list(dict.fromkeys(said))


def parameter_words(name: str) -> str:
    """The pack's name of a line or weight in the reader's language; one the county gave stays as it is."""
    return _t(name) if name else ""


def sentences(reasons: Iterable[Reason], names: Mapping[str, str] | None = None) -> list[str]:
    return [sentence(reason, names) for reason in reasons]


def _words(table: Mapping[str, Promise]) -> Callable[[str], str]:
    return lambda text: _t("、").join(dict.fromkeys(str(table.get(part, part)) for part in text.split()))


SIGNS: Mapping[str, Promise] = {
    "fast_firm": _("企业增长快"),
    "fast_product": _("产品增长快"),
    "near_scale": _("临近规上"),
    "rising_registrations": _("新登记增多"),
}
CHANNELS: Mapping[str, Promise] = {
    "by_product": _("副产物作原料"),
    "shared_input": _("共用投入"),
    "shared_customer": _("共同客户"),
    "shared_technology": _("共用技术"),
    "support": _("相互支撑"),
}
MATURITIES: Mapping[str, Promise] = {
    "documented": _("有出处"),
    "judged": _("编辑判断"),
    "unverified": _("未核实"),
    "research": _("研究阶段"),
}
FIGURES: Mapping[str, Promise] = {
    "value": _("价值"),
    "value_share": _("价值占比"),
    "location_quotient": _("区位商"),
    "land": _("用地"),
    "energy": _("能耗"),
    "environment": _("环境容量"),
    "labour": _("用工"),
    "land_mu": _("用地（亩）"),
    "energy_tce": _("能耗（吨标煤）"),
}
RESOURCES: Mapping[str, Promise] = {
    "nodes": _("环节个数"),
    "land_mu": _("用地（亩）"),
    "energy_tce": _("能耗（吨标煤）"),
    "labour": _("用工（人）"),
}


TRANSLATED: Mapping[str, Callable[[str], str]] = {
    "signs": _words(SIGNS),
    "channel": _words(CHANNELS),
    "channels": _words(CHANNELS),
    "maturity": _words(MATURITIES),
    "resource": _words(RESOURCES),
    "part": _words(PARTS),
    "figure": _words(FIGURES),
    "source": lambda text: str(SOURCES.get(text, text)),
    "state": _words(STATES),
    "possible": _words(STATES),
    "parts": _words(PARTS),
    "rules": _words(RULES),
    "scarcest": lambda text: str(CAPACITIES.get(text, text)),
}
SHARES = frozenset({"share", "full", "key_share", "change", "level", "rate", "fast_rate"})
SHARED_RULES = (
    "chain.rule.local_rate.",
    "chain.change.buy_",
    "chain.hidden.buy_",
    "chain.growth.interval",
    "chain.growth.rate",
    "chain.gazelle.",
)
SHARE_ENDS = frozenset({"value", "line", "low", "high", "distance", "rate", "level"})
PLAIN = frozenset({"year", "years", "first", "last", "on", "as_of", "node", "code"})


def _shown(code: str, key: str, value: str, names: Mapping[str, str]) -> str:
    if key in SHARES or (key in SHARE_ENDS and code.startswith(SHARED_RULES)):
        return percent(value)
    if key in TRANSLATED and value not in names:
        return TRANSLATED[key](value)
    if key not in PLAIN and (number := figure(value)):
        return number
    return _t("、").join(names.get(part, part) for part in value.split(" ")) if value else value


def figure(value: str) -> str:
    """A number as people read it: 12,345; 86.4; 0.37. "" when the text is no number."""
    try:
        number = float(value)
    except ValueError:
        return ""
    if not isfinite(number):
        return ""
    if abs(number) >= HUNDRED or number == int(number):
        return whole(number)
    return f"{number:.1f}" if abs(number) >= TEN else f"{number:.2f}".rstrip("0").rstrip(".")


def whole(number: float) -> str:
    """12,346: a half is rounded up, as people and the tables beside it do."""
    return f"{Decimal(str(number)).quantize(Decimal(1), ROUND_HALF_UP):,}"


def amount(value: float | None) -> str:
    """A number as people read it, "—" when it is unknown."""
    return "—" if value is None else figure(str(value))


def firm_count(n: int) -> str:
    """1 firm, 1,404 firms."""
    return ngettext("%(n)s 家", "%(n)s 家", n) % {"n": f"{n:,}"}


def state_word(text: str) -> str:
    """A state of the grading in words; "—" where there was none."""
    return str(STATES.get(text, text or "—"))


def percent(value: str | float) -> str:
    """0.145 as 14.5%; what is no number stays."""
    try:
        number = float(value) * 100
    except ValueError:
        return str(value)
    return f"{number:.1f}".rstrip("0").rstrip(".") + "%"

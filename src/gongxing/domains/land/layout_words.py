"""The reasons, rules and limits of ``engines.allocation`` in the reader's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.models import Park, Utility
from gongxing.domains.land.sentences import SENTENCES
from gongxing.engines.allocation import Change, RowId
from gongxing.engines.reasons import Reason
from gongxing.kernel.ledger.column import unit_word

ENGINE_UNITS = {"mu": "亩", "m": "米"}
PLAN_LABELS = (pgettext_lazy("layout", "方案一"), pgettext_lazy("layout", "方案二"), pgettext_lazy("layout", "方案三"))
STEPS: Mapping[str, Promise] = {
    "allocation.first": _("先排一个能用的"),
    "allocation.bound": _("算上界"),
    "allocation.better": _("往上界逼近"),
    "allocation.plan.placed": _("另排一个：侧重多落"),
    "allocation.plan.clearance": _("另排一个：侧重少征拆"),
}
PLANS: Mapping[str, Promise] = {"best": _("综合最优"), "placed": _("侧重多落"), "clearance": _("侧重少征拆")}
TERMS: Mapping[str, Promise] = {
    "output": _("产值"), "tax": _("亩均税收"), "placed": _("落得多"), "leading": _("进主导园区"), "clustering": _("同链集聚"), "cost": _("少花钱"),
    "time": _("早落地"), "clearing": _("少征拆"),
}  # fmt: skip
RULES: Mapping[str, Promise] = {
    "park": _("指定的园区"), "leading": _("主导产业"), "use": _("规划用途"), "conflict": _("规划冲突"), "flags": _("不得进入的范围"), "distance": _("与居住区的距离"),
    "available": _("净地时间"), "small": _("面积不够"), "large": _("面积太大"), "piece": _("分割下限"), "intensity": _("投资强度"), "floor": _("容积率"),
    "intensity_park": _("园区的投资强度下限"), "floor_park": _("园区的容积率下限"), "merge": _("拼地块数"), "utility": _("配套能力"), "reserve": _("预留用地"), "least": _("园区下限"), "most": _("园区上限"), "fund": _("资金"),
    "parcel": _("地块已给别的项目"), "value": _("得分太低"),
}  # fmt: skip
WHY: Mapping[str, Promise] = {
    "aside.need_unknown": _("没有填用地面积"),
    "aside.use_unknown": _("没有填用途"),
    "aside.output_unknown": _("没有填达产年产值"),
    "aside.tax_unknown": _("没有填达产年税收"),
    "aside.utility_unknown": _("没有填%(utility)s的用量"),
    "aside.no_phase": _("要用地的年份不在这几年里"),
    "here.by_hand": _("人工指定"),
    "here.clear": _("要先征拆 %(mu)s 亩"),
    "here.fit": _("要 %(need)s 亩，给 %(mu)s 亩"),
    "here.leading": _("是这个园区的主导产业"),
    "here.ready": _("是净地，当年就能供"),
    "here.net": _("到那一年是净地"),
    "lost.no_site": _("没有一处地块同时满足各条：%(rule)s"),
    "lost.too_large": _("要 %(need)s 亩；别的规则都合的地里，单块或拼起来最大的只有 %(largest)s 亩"),
    "lost.value": _("有地可放，但放了总分不升（%(points)s 分）"),
    "unchecked.floor": _("没有填建筑面积，容积率没有查"),
    "unchecked.intensity": _("没有填总投资，投资强度没有查"),
    "unchecked.utility": _("没有填%(utility)s的用量，这一条没有查"),
    "unchecked.capacity": _("%(park)s的%(utility)s能力或已用不明，没有查"),
    "parcel.park_unknown": _("%(parcel)s 没有园区，没有参加"),
    "parcel.mu_unknown": _("%(parcel)s 没有面积，没有参加"),
    "parcel.cost_unknown": _("%(parcel)s 的征拆或平整费用不明，没有参加"),
    "parcel.clearing_unknown": _("%(parcel)s 要征拆多少不明，没有参加"),
    "twice.project": _("项目 %(code)s 重复，没有参加"),
    "twice.parcel": _("地块 %(code)s 重复，没有参加"),
    "cut.merge": _("相邻地块太多，拼地只列了一部分组合"),
    "cut.sites": _("可选的地太多，只看了最合适的一部分"),
    "fixed.over": _("人工固定超出了“%(kind)s”，按超出的算"),
    "fixed.unknown": _("人工固定里有不认识的地块"),
    "no_parcels": _("没有可供的地块"),
    "no_projects": _("没有要落地的项目"),
    "no_site_fits": _("没有一个项目放得下"),
    "nothing_fits": _("没有一个项目放得下"),
    "no_plan": _("在限定的时间里没有找到“%(plan)s”的方案"),
    "infeasible": _("各条规则放在一起没有可行的方案"),
    "none_found": _("在限定的时间里没有找到可行的方案"),
    "why.placed": _("这个方案里已经落下"),
    "why.no_site": _("没有一处地块放得下"),
    "why.impossible": _("按现有规则，没有方案放得下它"),
    "why.not_found": _("在限定的时间里没有找到放得下它的方案"),
    "why.unknown": _("这个项目没有参加测算"),
}


BROKEN: Mapping[str, Promise] = {
    "small": _("面积不够，少 %(n)s 亩"), "large": _("面积太大，多 %(n)s 亩"), "piece": _("低于分割下限，少 %(n)s 亩"), "available": _("净地晚 %(n)s 年"),
    "distance": _("离居住区近了 %(n)s 米"), "intensity": _("投资强度不够，多占 %(n)s 亩"), "floor": _("容积率不够，多占 %(n)s 亩"),
    "intensity_park": _("不到园区的投资强度下限，多占 %(n)s 亩"), "floor_park": _("不到园区的容积率下限，多占 %(n)s 亩"),
}  # fmt: skip
"""Rules whose shortfall is a figure with a unit."""
FIGURES = frozenset({"mu", "need", "largest", "points"})
"""Details of reasons that are figures."""


def stop_words(code: str) -> str:
    """Why a trial cannot be taken over; "" where it can."""
    return str(SENTENCES[code]) if code else ""


def step_words(code: str) -> str:
    """A step of the solver."""
    return str(STEPS.get(code, _("在算")))


def utility_word(name: str) -> str:
    """The name of a utility."""
    return str(dict(Utility.Kind.choices).get(name, name))


def rule_word(code: str) -> str:
    """A rule's name; a broken rule may carry its utility behind a dot."""
    return str(RULES.get(code.partition(".")[0], code))


def why(reason: Reason, parks: Mapping[str, str]) -> str:
    """One reason as a sentence; one nobody wrote a sentence for is shown by its code."""
    code = reason.code.removeprefix("allocation.")
    details = dict(reason.details)
    if "utility" in details:
        details["utility"] = utility_word(details["utility"])
    for name in ("park", "rule", "kind", "plan"):
        if name in details:
            words = {
                "park": parks.get(details[name], details[name]),
                "plan": str(PLANS.get(details[name], details[name])),
            }
            details[name] = words.get(name) or rule_word(details[name])
    if code.startswith("broken."):
        rule = code.removeprefix("broken.")
        label = utility_word(details["name"]) if rule == "utility" and "name" in details else rule_word(rule)
        over = details.get("over") or details.get("lacks")
        if over and rule in BROKEN:
            return str(BROKEN[rule]) % {"n": figure(over)}
        told = _t("超出“%(rule)s” %(over)s") if details.get("over") else _t("不合“%(rule)s”")
        return told % {"rule": label, "over": figure(over or "")}
    if code == "lost.blocked":
        raw = reason.details
        limit = limit_word(raw["kind"], raw["name"], raw.get("park", ""), parks)
        return short_of(raw["kind"], limit, figure(raw["lacks"]), raw.get("unit", ""))
    if code == "here.chain":
        near, firms = int(details["count"]), bool(details.get("settled"))
        if not near:
            return _t("园区里已有同链企业") if firms else ""
        return (
            _t("同链项目 %(n)d 个在一起，园区里已有同链企业") % {"n": near}
            if firms
            else _t("同链项目 %(n)d 个在一起") % {"n": near}
        )
    for name in FIGURES & details.keys():
        details[name] = figure(details[name])
    template = WHY.get(code)
    return code if template is None else str(template) % details


def limit_word(kind: str, name: str, other: str, parks: Mapping[str, str]) -> str:
    """A limit by its park and what it limits."""
    if kind == "utility":
        return f"{parks.get(other, other)} {utility_word(name)}"
    if kind == "parcel":
        return name
    if kind == "fund":
        return str(RULES["fund"])
    return f"{parks.get(name, name)} {rule_word(kind)}"


def row_word(row: RowId, parks: Mapping[str, str]) -> str:
    """``limit_word`` of a row."""
    return limit_word(row.kind, row.name, row.other, parks)


def unit_of(unit: str) -> str:
    """A unit of the engine in the page's language."""
    return unit_word(ENGINE_UNITS.get(unit, unit))


def short_of(kind: str, limit: str, lacks: str, unit: str) -> str:
    """How much a limit falls short; of a parcel that it is another's."""
    told = {"row": limit, "n": lacks, "unit": unit_of(unit)}
    if kind == "parcel":
        return _t("%(row)s 已给别的项目，差 %(n)s %(unit)s") % told
    return _t("%(row)s差 %(n)s %(unit)s") % told


def change_words(change: Change, parks: Mapping[str, str], year: int) -> str:
    """One change that would place a project, as advice."""
    where = _t("放 %(parcels)s，%(year)d 年") % {"parcels": "＋".join(change.parcels), "year": year}
    amount = "—" if change.amount is None else number(change.amount)
    park = parks.get(change.park, change.park)
    told = {
        "utility": _t("%(park)s%(name)s再增加 %(n)s %(unit)s") % {"park": park, "name": utility_word(change.row.name) if change.row else "", "n": amount, "unit": unit_of(change.unit)},
        "reserve": _t("%(park)s少留 %(n)s 亩预留用地") % {"park": park, "n": amount},
        "most": _t("%(park)s的份额上限放宽 %(n)s 亩") % {"park": park, "n": amount},
        "least": _t("别的园区的份额下限放宽 %(n)s 亩") % {"n": amount},
        "fund": _t("多 %(n)s 万元征拆和平整资金") % {"n": amount},
        "small": _t("用地压到少 %(n)s 亩") % {"n": amount},
        "large": _t("愿意多要 %(n)s 亩") % {"n": amount},
        "available": _t("净地提早 %(n)s 年，或项目推迟") % {"n": amount},
        "merge": _t("多拼一块地"),
        "park": _t("改到%(park)s") % {"park": park},
        "leading": _t("%(park)s允许主导产业以外的进入") % {"park": park},
        "use": _t("调整规划用途"),
        "conflict": _t("先解决规划冲突（占 %(n)s）") % {"n": "—" if change.amount is None else f"{change.amount * 100:.1f}%"},
        "flags": _t("要在不得进入的范围里，改不了"),
        "distance": _t("离居住区再近 %(n)s 米才放得下") % {"n": amount},
        "piece": _t("分割下限放宽 %(n)s 亩") % {"n": amount},
        "intensity": _t("投资强度不够：少占 %(n)s 亩") % {"n": amount},
        "floor": _t("容积率不够：少占 %(n)s 亩") % {"n": amount},
        "intensity_park": _t("达到%(park)s的投资强度下限：少占 %(n)s 亩") % {"park": park, "n": amount},
        "floor_park": _t("达到%(park)s的容积率下限：少占 %(n)s 亩") % {"park": park, "n": amount},
    }  # fmt: skip
    return _t("%(change)s，%(where)s") % {"change": told.get(change.rule, rule_word(change.rule)), "where": where}


def figure(text: str) -> str:
    """A figure of a reason, rounded as a reader wants it; what is no figure stays."""
    try:
        return number(float(text))
    except ValueError:
        return text


def number(value: float, digits: int = 1) -> str:
    """A figure with thousands commas, trailing noughts dropped."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def park_names() -> dict[str, str]:
    """Park code → name. One query."""
    return dict(Park.objects.values_list("code", "name"))

"""The reasons of ``engines.permu`` in the reader's words."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models import RatingFact
from gongxing.engines.permu import shown

FIELDS: Mapping[str, tuple[Promise, Promise]] = {
    "tax": (_("入库税收"), _("万元")),
    "value_added": (_("工业增加值"), _("万元")),
    "revenue": (_("营业收入"), _("万元")),
    "output": (_("工业总产值"), _("万元")),
    "profit": (_("利润总额"), _("万元")),
    "rd": (_("研发费用"), _("万元")),
    "energy_tce": (_("综合能耗"), _("吨标准煤")),
    "employees": (_("从业人员"), _("人")),
    "land_mu": (_("用地"), _("亩")),
    "emission_t": (_("排放当量"), _("吨")),
    "power_10k_kwh": (_("用电量"), _("万千瓦时")),
}
"""What a field of a formula is called and counted in."""
WHY: Mapping[str, Promise] = {
    "no_land": _("没有用地面积，不参评：请登记地块上的企业，或补企业数据里的用地"),
    "permu.not_rated": _("%(term)s：%(why)s，不参评"),
    "permu.no_bands": _("公式没有分档，只算分"),
    "permu.aside": _("%(reason)s，评而不分档"),
    "permu.veto": _("一票否决“%(code)s”，定为 %(grade)s 档"),
    "permu.barred": _("因“%(code)s”不得为 %(from)s 档，改为 %(to)s 档"),
    "permu.deducted": _("%(counted)s %(count)s，扣 %(points)s 分"),
    "permu.unknown_veto": _("“%(code)s”不在这轮的规则里，没有起作用"),
    "permu.no_family": _("所在分组没有公式"),
    "permu.no_benchmark": _("%(term)s没有基准值，谁都算不出分"),
    "permu.no_firms": _("这一组没有企业"),
    "permu.capped": _("封顶 %(cap)s 倍"),
    "permu.floored": _("保底 %(floor)s 倍"),
    "permu.zero": _("%(why)s，记 0 分"),
    "permu.group_mean": _("%(why)s，取本组平均"),
    "permu.reach.have": _("已经是 %(grade)s 档"),
    "permu.reach.no_field": _("公式不用%(field)s，改它没有作用"),
    "permu.reach.not_rated": _("%(term)s：%(why)s，先补上才算得出"),
    "permu.reach.aside": _("%(reason)s，不分档"),
    "permu.reach.veto": _("一票否决“%(code)s”定为 %(grade)s 档，改数据没有作用"),
    "permu.reach.barred": _("因“%(code)s”不得为 %(grade)s 档，改数据没有作用"),
    "permu.reach.no_band": _("公式没有 %(grade)s 档"),
    "permu.reach.no_place": _("参评 %(n)s 家，%(grade)s 档一个名额也没有"),
    "permu.reach.short": _("只改这一项到不了：要 %(needed)s 分，最多 %(best)s 分"),
}
COUNTED: Mapping[str, Promise] = {"extra_tenants": _("多出的承租户")}
NUMBERS = ("points", "needed", "best", "cap", "floor")


def field_label(name: str) -> str:
    """What a field is called."""
    return str(FIELDS[name][0]) if name in FIELDS else name


def field_unit(name: str) -> str:
    """What a field is counted in."""
    return str(FIELDS[name][1]) if name in FIELDS else ""


def why_words(why: str) -> str:
    """Why a term has no x: unknown:<field>, wrong:<field>, denominator, benchmark, mean."""
    kind, _mark, field = why.partition(":")
    if kind == "unknown":
        return _t("缺%(field)s") % {"field": field_label(field)}
    if kind == "wrong":
        return _t("%(field)s不是数") % {"field": field_label(field)}
    return {
        "denominator": _t("分母不大于 0"), "benchmark": _t("没有基准值"), "mean": _t("缺数据，也没有本组平均可取"),
    }.get(kind, why)  # fmt: skip


def said(kept: Mapping[str, Any], one: Mapping[str, str]) -> str:
    """One kept reason as a sentence, with the names the round's formula uses; a code nobody wrote a sentence for is shown as it is."""
    template = WHY.get(one["code"])
    if template is None:
        return "" if one["code"] == "permu.term" else one["code"]
    details = dict(one)
    terms = {row["term"]: row["name_zh"] for row in kept.get("terms", ())}
    adjusted = {row["key"]: row["name_zh"] for row in kept.get("adjustments", ())}
    if "term" in details:
        details["term"] = terms.get(details["term"], details["term"])
    if "why" in details:
        details["why"] = why_words(details["why"])
    if "reason" in details:
        details["reason"] = str(dict(RatingFact.Aside.choices).get(details["reason"], details["reason"]))
    if "counted" in details:
        details["counted"] = str(COUNTED.get(details["counted"], details["counted"]))
    if "field" in details:
        details["field"] = field_label(details["field"])
    details["code"] = adjusted.get(details.get("code", ""), details.get("code", ""))
    if one["code"] in ("permu.veto", "permu.barred", "permu.unknown_veto", "permu.reach.veto", "permu.reach.barred"):
        details["code"] = adjusted.get(one.get("veto", ""), one.get("veto", ""))
    for name in NUMBERS:
        if name in details:
            details[name] = number(details[name])
    return str(template) % details


def number(text: str, places: int = 3) -> str:
    """A number kept as a fraction or a decimal, as people write it."""
    try:
        value = shown(Fraction(text), places)
    except (ValueError, ZeroDivisionError, InvalidOperation):
        return text or "—"
    return tidy(value)


def tidy(value: Decimal) -> str:
    """A number without trailing noughts."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

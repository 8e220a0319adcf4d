"""The reasons of ``engines.clearance`` in the reader's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.engines.clearance import Estimate, PartScore
from gongxing.engines.reasons import Reason

PARTS: Mapping[str, tuple[Promise, Promise | str]] = {
    "households": (_("户数"), _("户")),
    "building": (_("每亩房屋面积"), _("平方米")),
    "disputes": (_("权属争议"), _("%")),
    "attachments": (_("坟墓、青苗、养殖"), ""),
    "stoppage": (_("企业停产损失"), _("万元/月")),
    "farmland_forest": (_("农田与林地手续"), ""),
    "funds": (_("补偿资金到位"), _("%")),
    "legacy": (_("历史遗留与信访"), ""),
}
FIELDS: Mapping[str, Promise] = {
    "households": _("户数"), "building_m2": _("房屋面积"), "area_mu": _("涉及土地"), "disputes": _("有权属争议的面积"), "graves": _("坟墓"),
    "crops": _("青苗面积"), "livestock": _("养殖场"), "stoppage": _("企业每月停产损失"), "farmland_forest": _("农田与林地手续"), "funds": _("补偿资金到位"),
    "legacy": _("历史遗留与信访"),
}  # fmt: skip
MEASURES: Mapping[str, tuple[Promise, Promise]] = {
    "agreements": (_("签协议"), _("户")),
    "households": (_("腾空"), _("户")),
    "area": (_("已清面积"), _("亩")),
    "paid": (_("补偿已付"), _("万元")),
}
ESTIMATES: Mapping[str, tuple[Promise, Promise, Promise]] = {
    "cost_by_building": (_("费用（按房屋面积）"), _("万元"), _("万元/平方米")),
    "cost_by_area": (_("费用（按土地）"), _("万元"), _("万元/亩")),
    "months_by_households": (_("时间"), _("个月"), _("个月/百户")),
}
SHARES = ("disputes", "funds", "crops")
STEP_STATES = {"done": "good", "possible": "fill", "waiting": "idle", "blocked": "idle"}
STEP_WORDS: Mapping[str, Promise] = {
    "done": _("已办"),
    "possible": _("现在可以办"),
    "waiting": _("等期满"),
    "blocked": _("还不能办"),
}
STEPS: Mapping[str, Promise] = {
    "out_of_order": _("次序不对：%(before)s应当在前"),
    "too_early": _("早了：%(earliest)s 起才可以，提前了 %(days)s 天"),
    "late": _("超过办理时限 %(days)s 天"),
    "future": _("%(on)s 还没有到，先不算"),
    "blocked": _("先办%(by)s"),
    "waiting": _("%(until)s 起可以办，还有 %(days)s 天"),
    "no_calendar": _("%(of)s的期限按工作日算，日历不全"),
}


def part_label(code: str) -> str:
    """What a part of the index is called."""
    return str(PARTS[code][0])


def part_words(one: PartScore) -> str:
    """Why a part has its points."""
    code, details = one.reason.code.removeprefix("clearance."), dict(one.reason.details)
    unit = str(PARTS[one.code][1])
    if code == "unknown":
        return _t("缺%(fields)s") % {"fields": missing_words(details["missing"].split(","))}
    if code == "wrong":
        return _t("%(fields)s填得不对，请核对") % {"fields": missing_words(details["missing"].split(","))}
    if code == "level":
        levels = {**dict(ClearanceUnit.Permit.choices), **dict(ClearanceUnit.Legacy.choices)}
        own = dict(ClearanceUnit.Legacy.choices) if one.code == "legacy" else levels
        return str(own.get(details["level"], details["level"]))
    if code == "funds":
        return _t("已到位 %(n)s%%") % {"n": _plain(100 * float(details["in_place"]))}
    of = details.get("of", one.code)
    times = 100 if of in SHARES else 1
    told = {
        "n": _plain(times * float(details["measure"])),
        "full": _plain(times * float(details["full"])),
        "unit": unit,
    }
    if code == "largest":
        told["unit"] = "%" if of == "crops" else ""
        return _t("%(of)s %(n)s%(unit)s，满分线 %(full)s%(unit)s") % {**told, "of": FIELDS[of]}
    return _t("%(n)s %(unit)s，满分线 %(full)s %(unit)s") % told


def missing_words(names: list[str] | tuple[str, ...]) -> str:
    """Fields to find out, by their names."""
    return _t("、").join(str(FIELDS.get(name, name)) for name in names)


def estimate_words(one: Estimate) -> str:
    """An estimate as a sentence; why there is none."""
    label, unit, _rate = ESTIMATES[one.code]
    if one.status == "estimated":
        told = {
            "low": _plain(one.low or 0),
            "middle": _plain(one.middle or 0),
            "high": _plain(one.high or 0),
            "unit": unit,
        }
        return _t("%(middle)s %(unit)s（%(low)s 到 %(high)s）") % told
    if one.status == "too_few":
        return _t("做完的单元里两项都有数的只有 %(n)d 个，不够估") % {"n": one.known}
    return _t("没有房屋、户数要估") if one.status == "nothing" else _t("缺%(label)s要用的规模") % {"label": label}


def step_label(code: str) -> str:
    """What a step is called."""
    return str(dict(ClearanceStep.Step.choices).get(code, code))


def step_reason(one: Reason, wrong: bool = True) -> str:
    """Why a step stands as it does; of one that is not ``wrong`` the steps before it are only not recorded."""
    code, details = one.code.removeprefix("clearance.step."), dict(one.details)
    for name in ("before", "by", "of"):
        if name in details:
            details[name] = _t("、").join(step_label(part) for part in details[name].split(","))
    if code == "out_of_order" and not wrong:
        return _t("应当在前的%(before)s没有登记") % details
    return str(STEPS[code]) % details if code in STEPS else code


def _plain(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")

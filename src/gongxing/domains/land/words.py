"""The reasons of ``engines.landstates`` in the reader's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models import Delay, Parcel
from gongxing.engines.reasons import Reason

WHY: Mapping[str, Promise] = {
    "taken_back": _("%(on)s 已收回。"),
    "idle_land": _("%(on)s 认定为闲置土地，还没有解除。"),
    "inefficient_land": _("列在低效用地清单里。"),
    "built_unproductive": _("%(finished)s 竣工，还没有投产，已 %(days)s 天。"),
    "below_standard": _("已投产，核验 %(performance)s，低于承诺的 %(standard)s。"),
    "normal": _("已投产，核验 %(performance)s，达到承诺的 %(standard)s。"),
    "producing": _("%(since)s 投产，承诺指标还没有核验或还没到约定达产日。"),
    "partly_used": _("已动工面积占 %(area)s，已过约定竣工日。"),
    "finished": _("%(finished)s 竣工，约定 %(agreed)s 投产，还有 %(left)s 天。"),
    "building": _("%(since)s 开工，还没有竣工。"),
    "supplied_unused": _("约定 %(agreed)s 开工，还没有动工，已晚 %(late)s 天。"),
    "supplied": _("已供地，约定开工的日子还没到。"),
    "approved_unsupplied": _("%(since)s 批准，还没有供应，已 %(days)s 天。"),
    "under_approval": _("%(since)s 报批，还没有批准。"),
    "planned": _("还在规划储备，没有报批。"),
    "clock.not_supplied": _("还没有供地，没有闲置期限。"),
    "clock.finished": _("已经竣工或投产，没有闲置期限。"),
    "clock.taken_back": _("已经收回，没有闲置期限。"),
    "clock.running": _("已动工且没有停工，没有闲置期限。"),
    "clock.used_enough": _("虽停工，但动工面积和投资都不在认定线以下。"),
    "clock.no_agreed_start": _("合同没有约定开工日，请补上约定开工或交地日期。"),
    "clock.from_delivery": _("合同没有约定开工日，从交地日 %(delivered)s 起算。"),
    "clock.delay_no_evidence": _("%(kind)s（%(start)s 起）没有证明文件，没有顺延。"),
    "clock.delay_order": _("%(kind)s 的止日早于起日（%(start)s），没有顺延，请改。"),
    "clock.delay_kind": _("“%(kind)s”不是可以顺延的原因，没有顺延。"),
    "clock.delay_before": _("%(kind)s 有 %(days)s 天在约定开工以前，这些天不顺延。"),
    "clock.delay_future": _("%(kind)s 从 %(start)s 才开始，还没有顺延。"),
    "clock.below_area": _("停工时已动工面积 %(share)s，低于认定线 %(line)s。"),
    "clock.below_invest": _("停工时已投资 %(share)s，低于认定线 %(line)s。"),
    "clock.stands": _("%(since)s 起的延误还没有结束，期限停着。"),
    "order": _("日期先后不对：%(before)s 应当不晚于 %(behind)s，请核对。"),
    "future": _("%(day)s 还没有到，先不算。"),
    "lacking": _("缺前一步的日期，请补上。"),
    "not_a_share": _("占比 %(value)s 不在 0 到 100%% 之间，请核对。"),
}
SHARES = ("area", "share", "line", "invest")


def why(reason: Reason) -> str:
    """One reason as a sentence; one nobody wrote a sentence for is shown by its code."""
    code = reason.code.removeprefix("landstates.")
    details = dict(reason.details)
    if code == "building" and "late" in details:
        return str(_("%(since)s 开工，约定 %(agreed)s 竣工，已晚 %(late)s 天。")) % details
    if "kind" in details:
        details["kind"] = str(dict(Delay.Cause.choices).get(details["kind"], details["kind"]))
    for name in SHARES:
        if name in details:
            details[name] = percent(details[name])
    template = WHY.get(code)
    if template is None:
        return code
    blank: dict[str, str] = dict.fromkeys(("on", "agreed", "left", "since"), "—")
    return str(template) % {**blank, **details}


def percent(share: str) -> str:
    """A share written as the engine tells it (a fraction or a decimal) in percent."""
    top, _sign, bottom = share.partition("/")
    value = float(top) / float(bottom or 1) * 100
    return f"{value:.1f}".rstrip("0").rstrip(".") + "%"


def state_label(code: str) -> str:
    """The words of a state."""
    return str(dict(Parcel.State.choices).get(code, code))

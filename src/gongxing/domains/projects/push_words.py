"""Words for the reasons of the choice of projects, and its numbers as people read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.models import Budget, Project, PushPlan
from gongxing.domains.projects.pushing import EXIT, UNITS
from gongxing.engines.portfolio import RowId
from gongxing.engines.reasons import Reason
from gongxing.kernel.ledger.column import counted, unit_word

TERM_WORDS: Mapping[str, Lazy] = {
    "output": _("达产年产值"),
    "tax": _("达产年税收"),
    "jobs": _("用工"),
    "maturity": _("成熟度"),
}
REASONS: Mapping[str, Lazy] = {
    "portfolio.aside.duplicate": _("同一个项目报了 %(times)s 次，没有参加比选"),
    "portfolio.aside.barred": _("产业目录里是%(why)s，不参加比选"),
    "portfolio.aside.exit": _("储备库建议退库：%(days)s 天没有动静，先决定去留"),
    "portfolio.aside.hold": _("暂缓到 %(day)s，恢复推进以后再比选"),
    "portfolio.aside.hold_open": _("正在暂缓，恢复推进以后再比选"),
    "portfolio.aside.unknown_value": _("没有填%(term)s，不能比选；不知道不当作 0"),
    "portfolio.aside.unknown_need": _("没有填%(resource)s，不知道占不占额度，先放一边"),
    "portfolio.aside.bad_figure": _("%(figure)s 的数不能用，请核对"),
    "portfolio.aside.draw_twice": _("同一笔上级资金报了两次，请核对"),
    "portfolio.aside.fund_absent": _("要申报“%(fund)s”，今年没有登记这笔资金的额度"),
    "portfolio.aside.unknown_draw": _("要申报“%(fund)s”，没有填金额"),
    "portfolio.aside.requires_absent": _("要和“%(other)s”一起办，那个项目不在里面"),
    "portfolio.aside.requires_aside": _("要和“%(other)s”一起办，那个项目放在一边了"),
    "portfolio.left.twin": _("和已入选的“%(other)s”可能是同一个项目，只能选一个"),
    "portfolio.left.requires": _("要和“%(other)s”一起办，那个没有入选"),
    "portfolio.left.too_large": _("%(resource)s%(park)s要 %(need)s，全部额度才 %(limit)s，放不下"),
    "portfolio.left.short": _("%(resource)s%(park)s要 %(need)s，剩下的不够"),
    "portfolio.left.fund": _("“%(fund)s”剩下的不够"),
    "portfolio.left.slots": _("“%(fund)s”能报的个数已满"),
    "portfolio.left.quota": _("%(park)s最多选 %(most)s 个，已满"),
    "portfolio.left.no_fund": _("指望上级资金，但能申报的都不够"),
    "portfolio.left.no_value": _("按现在的权重得 0 分"),
    "portfolio.left.outbid": _("额度放得下它，但换成别的项目得分更高"),
    "portfolio.explain.never": _("按现在的额度和已定的项目，无论怎样调整都放不下它"),
    "portfolio.explain.unknown_project": _("测算时没有这个项目"),
    "portfolio.explain.plan_is_stale": _("这份方案和测算用的数据对不上，请重新测算"),
    "portfolio.infeasible.over": _("已定要推的项目合起来超了：%(name)s%(park)s超出 %(lacks)s"),
    "portfolio.infeasible.decided_aside": _("已定要推的“%(project)s”不能参加比选（%(why)s）"),
    "portfolio.infeasible.decided_twins": _("已定要推的“%(project)s”和“%(other)s”可能是同一个项目"),
    "portfolio.infeasible.contradiction": _("已定的项目和限制互相矛盾"),
    "portfolio.nothing.no_candidates": _("没有可以比选的项目"),
    "portfolio.stopped.nothing_found": _("时间用完了还没有找到可行的方案"),
    "portfolio.note.unknown_fund": _("“%(fund)s”的额度没有登记，没有限制它"),
    "portfolio.note.unknown_budget": _("%(resource)s%(park)s的额度没有登记，没有限制它"),
    "portfolio.no_near": _("没有另一个可行的接近方案"),
    "portfolio.no_third": _("没有另一个可行的侧重方案"),
    "portfolio.nothing_fits": _("按现在的额度一个项目也放不下"),
}
"""Codes told, most of them the engine's; what only the log needs (bounds, the greedy answer) is shown as figures."""

MENDING: Mapping[str, Lazy] = {
    "portfolio.aside.barred": _("产业目录不允许，补了数也不比选"),
    "portfolio.aside.exit": _("在年度清库里决定留库，或登记它的新进展，再算"),
    "portfolio.aside.hold": _("恢复推进以后再算"),
    "portfolio.aside.hold_open": _("恢复推进以后再算"),
}
"""What to do about a project the pool or its industry sets aside; for the others it is to fill in what is missing."""
LEAST, ZERO = 0.01, 1e-9


def resource_word(name: str) -> str:
    """A resource as the page names it."""
    try:
        return str(Budget.Resource(name).label)
    except ValueError:
        return name


def number(value: float, digits: int = 2) -> str:
    """A figure with commas and without idle noughts."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def row_word(row: RowId, parks: Mapping[str, str]) -> str:
    """A limit in words: 用地（高新技术产业园）."""
    if row.kind == "budget":
        place = parks.get(row.other, "")
        return (
            _t("%(what)s（%(park)s）") % {"what": resource_word(row.name), "park": place}
            if place
            else resource_word(row.name)
        )
    if row.kind in ("fund", "slots"):
        return row.name
    if row.kind in ("least", "most"):
        return _t("%(park)s的个数") % {"park": parks.get(row.name, _t("全县"))}
    return f"{row.name} · {row.other}"


def reason_words(reason: Reason, names: Mapping[str, str], parks: Mapping[str, str]) -> str:
    """A reason as a sentence; a code without words as itself, so that nothing is swallowed."""
    code, details = _stopped(reason)
    template = REASONS.get(code)
    if template is None:
        return code
    unit = UNITS.get(details.get("resource", ""), "")
    if code == "portfolio.infeasible.over":
        unit = UNITS["fund"] if details.get("kind") == "fund" else UNITS.get(details.get("name", ""), "")
    for name in ("need", "limit", "lacks"):
        if unit and name in details:
            details[name] = with_unit(float(details[name]), unit)
    for name in ("project", "other"):
        if name in details:
            details[name] = names.get(details[name], details[name])
    if "resource" in details:
        details["resource"] = resource_word(details["resource"])
    if reason.code == "portfolio.infeasible.over":
        details["name"] = resource_word(details.get("name", ""))
    if details.get("fund") == "?":
        details["fund"] = _t("上级资金（没有写哪一项）")
    if "figure" in details:
        details["figure"] = str(TERM_WORDS.get(details["figure"], resource_word(details["figure"])))
    if "term" in details:
        details["term"] = str(TERM_WORDS.get(details["term"], details["term"]))
    if "park" in details:
        place = parks.get(details["park"], "")
        details["park"] = _t("（%(park)s）") % {"park": place} if place else ""
    if code == "portfolio.aside.barred":
        details["why"] = str(Project.Catalogue(details["why"]).label)
    try:
        return str(template) % {name: _shown(text) for name, text in details.items()}
    except KeyError:
        return code


def _stopped(reason: Reason) -> tuple[str, dict[str, str]]:
    """The code and details of a reason; the pool's own reasons why a project is set aside come out of the engine as one code."""
    details = dict(reason.details)
    kind, found, more = details.get("why", "").partition(":")
    if reason.code != "portfolio.aside.barred" or not found:
        return reason.code, details
    if kind == EXIT:
        return "portfolio.aside.exit", {"days": more}
    return ("portfolio.aside.hold", {"day": more}) if more else ("portfolio.aside.hold_open", {})


def mending(reasons: Sequence[Reason]) -> list[str]:
    """What to do about a project set aside, in sentences."""
    codes = [_stopped(one)[0] for one in reasons]
    told = [str(words) for code, words in MENDING.items() if code in codes]
    missing = "portfolio.aside.barred" not in codes and any(code not in MENDING for code in codes)
    return [*told, _t("补上缺的数再算")] if missing else told


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; one that would round to nothing is told as less than the least shown."""
    least = 10.0**-digits
    if 0 < 100 * share < least / 2:
        return _t("不到 %(least)s") % {"least": f"{least:.{digits}f}%"}
    return f"{100 * share:.{digits}f}%"


def points(value: float) -> str:
    """Points of the score; fewer than can be shown are told as less than that."""
    if ZERO < value < LEAST / 2:
        return _t("不到 %(least)s") % {"least": number(LEAST)}
    return number(value)


def loss_words(loss: float, share: float | None) -> str:
    """What a plan loses against the best: 少 0.02 分（不到 0.1%）."""
    if loss <= ZERO:
        return _t("和最好的一样")
    least = number(LEAST)
    told = (
        _t("少不到 %(least)s 分") % {"least": least}
        if loss < LEAST / 2
        else _t("少 %(loss)s 分") % {"loss": number(loss)}
    )
    return told if share is None else _t("%(loss)s（%(share)s）") % {"loss": told, "share": percent(share)}


def plan_title(typed: str, year: int, at: datetime) -> str:
    """The name of a new plan, so that two of one day differ: the typed one as it is while no plan has it, else with its turn and time. One query."""
    base = typed.strip() or _t("%(year)d 年推进方案") % {"year": year}
    before = PushPlan.objects.filter(year=year, title__startswith=base[:50]).count()
    if typed.strip() and not before:
        return base[:80]
    when = timezone.localtime(at).strftime("%m-%d %H:%M")
    return _t("%(title)s（第 %(n)d 次，%(at)s）") % {"title": base[:50], "n": before + 1, "at": when}


def _shown(text: str) -> str:
    try:
        return number(float(text))
    except ValueError:
        return text


def with_unit(value: float, unit: str) -> str:
    """A figure and its unit."""
    return (
        _t("%(value)s %(unit)s") % {"value": number(value), "unit": counted(unit_word(unit))}
        if unit
        else number(value, 0)
    )

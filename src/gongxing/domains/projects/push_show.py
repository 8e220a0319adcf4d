"""A stored plan as its page tells it: the three plans side by side, what limits are worth, and why each other project was left out."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.projects.models import Project, PushPlan
from gongxing.domains.projects.push_words import (
    TERM_WORDS,
    loss_words,
    mending,
    number,
    percent,
    points,
    reason_words,
    resource_word,
    row_word,
    with_unit,
)
from gongxing.domains.projects.pushing import EXIT, FIELDS, TERMS
from gongxing.engines.portfolio import (
    Explanation,
    LeftOut,
    Plan,
    Price,
    Result,
    explanation_from_json,
    result_from_json,
)
from gongxing.engines.reasons import Reason
from gongxing.kernel.access.visible import visible
from gongxing.kernel.ledger.column import counted
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit

TENTH = 0.1
ZERO = 1e-9
STATUS = {"optimal": "good", "within": "good", "stopped": "warn", "infeasible": "bad", "nothing_to_choose": "idle"}


def plan_shown(plan: PushPlan, actor: Actor, told: Mapping[str, Any], failed: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page of a plan needs. ``told``: explanations by project, as JSON; ``failed``: why one could not be worked out. Three queries."""
    result = result_from_json(json.dumps(plan.result))
    candidates = {one["key"]: one for one in plan.problem["problem"]["candidates"]}
    rows = {
        str(one.pk): one
        for one in visible(Project.objects.filter(pk__in=[int(key) for key in candidates]), actor).select_related(
            "site", "unit"
        )
    }
    names = {key: rows[key].name if key in rows else _("（你看不到的项目）") for key in candidates}
    parks = dict(Unit.objects.filter(kind=Unit.Kind.PARK).values_list("code", "name"))
    best = result.best
    return {
        "status": STATUS[result.status], "status_words": _status(result), "reasons": [_told(one, result, names, parks) for one in result.reasons if one.code.startswith(("portfolio.infeasible", "portfolio.no", "portfolio.note", "portfolio.stopped"))],
        "excess": [{"row": row_word(one.row, parks), "lacks": with_unit(one.lacks, one.unit)} for one in result.excess],
        "value": number(best.value) if best else "—", "bound": number(result.bound), "gap": percent(result.gap, 2), "greedy": number(result.greedy),
        "plans": [_plan(one, rows, names, parks, plan) for one in result.plans], "n": len(candidates), "chosen_n": len(best.chosen) if best else 0,
        "prices": _prices(result, parks), "left": _left(result, rows, names, parks, told, failed), "aside_n": sum(one.aside for one in result.left_out),
    }  # fmt: skip


def _told(one: Reason, result: Result, names: Mapping[str, str], parks: Mapping[str, str]) -> str:
    """A reason of the whole plan; why a decided project was set aside in its own words."""
    details = dict(one.details)
    if one.code == "portfolio.infeasible.decided_aside":
        own = next((left.reasons for left in result.left_out if left.key == details["project"]), ())
        details["why"] = _("；").join(reason_words(reason, names, parks) for reason in own) or details["why"]
    return reason_words(Reason.of(one.code, **details), names, parks)


def _badge(stored: PushPlan, key: str) -> str:
    """How stale a chosen project was on the day of the plan; "" when it was not."""
    stale, days, _kept = stored.problem.get("quiet", {}).get(key, ("", None, False))
    if stale == EXIT:
        return _("到了退库线（%(days)s 天没有动静），已决定留库") % {"days": days}
    return _("黄灯：%(days)s 天没有动静") % {"days": days} if stale else ""


def _status(result: Result) -> str:
    if result.status == "optimal":
        return _("已证明最优")
    if result.status == "within":
        return _("离最优最多差 %(gap)s") % {"gap": percent(result.gap, 2)}
    if result.status == "stopped":
        return _("时间用完，离上限还差 %(gap)s") % {"gap": percent(result.gap, 2)}
    return _("没有可行的方案") if result.status == "infeasible" else _("没有可以比选的项目")


def _link(key: str, rows: Mapping[str, Project], names: Mapping[str, str]) -> dict[str, Any]:
    project = rows.get(key)
    url = ledger_named("projects.project").row_url(project.pk) if project is not None else ""
    return {
        "key": key,
        "name": names[key],
        "url": url,
        "row": project,
        "place": str(project.site or project.unit) if project is not None else "",
    }


def _plan(
    one: Plan, rows: Mapping[str, Project], names: Mapping[str, str], parks: Mapping[str, str], stored: PushPlan
) -> dict[str, Any]:
    kinds = {
        "best": _("最好的"), "near": _("接近的"), "different": _("差别最大的"),
        "emphasis": _("侧重%(what)s的") % {"what": TERM_WORDS.get(one.name, one.name)},
    }  # fmt: skip
    kept = [rows[key] for key in one.keys if key in rows]
    totals = []
    for term in TERMS[:3]:
        known = [value for project in kept if (value := getattr(project, FIELDS[term])) is not None]
        totals.append(
            {
                "label": TERM_WORDS[term],
                "text": number(float(sum(known)), 0),
                "n": len(known),
                "unit": counted(_("人") if term == "jobs" else _("万元")),
            }
        )
    return {
        "kind": one.kind, "label": kinds[one.kind], "value": number(one.value), "n": len(one.chosen), "proved": one.proved,
        "loss": loss_words(one.loss, one.share), "first": one.kind == "best",
        "comes": [_link(key, rows, names) for key in one.comes], "leaves": [_link(key, rows, names) for key in one.leaves], "totals": totals,
        "chosen": [{**_link(placed.key, rows, names), "fund": placed.fund, "badge": _badge(stored, placed.key)} for placed in one.chosen],
        "uses": [
            {"row": row_word(use.row, parks), "used": with_unit(use.used, use.unit), "limit": with_unit(use.limit, use.unit), "left": with_unit(use.left, use.unit),
             "width": round(min(100.0, 100 * use.used / use.limit)) if use.limit > 0 else 0, "share": percent(use.used / use.limit, 0) if use.limit > 0 else "—"}
            for use in one.uses if use.row.kind in ("budget", "fund")
        ],
    }  # fmt: skip


def _prices(result: Result, parks: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a tenth more of each limit would be worth, dearest first. An estimate at the margin, told as "at most about"."""
    best = result.best
    if best is None:
        return []
    limits = {use.row: use for use in best.uses}
    listed: list[tuple[float, Price]] = []
    for one in result.prices:
        use = limits.get(one.row)
        if use is not None and one.row.kind in ("budget", "fund"):
            listed.append((one.price * TENTH * use.limit, one))
    told = []
    for gain, one in sorted(listed, key=lambda pair: (-pair[0], pair[1].row)):
        use = limits[one.row]
        what = row_word(one.row, parks)
        if gain > ZERO:
            words = _("%(what)s再多一成（%(amount)s），总分最多约多 %(gain)s 分") % {
                "what": what,
                "amount": with_unit(TENTH * use.limit, use.unit),
                "gain": points(gain),
            }
        else:
            words = _("%(what)s还剩 %(left)s，再多也不会多选项目") % {
                "what": what,
                "left": with_unit(use.left, use.unit),
            }
        told.append({"words": words, "binding": gain > ZERO})
    return told


def _left(
    result: Result,
    rows: Mapping[str, Project],
    names: Mapping[str, str],
    parks: Mapping[str, str],
    told: Mapping[str, Any],
    failed: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Every project left out; those nearest to coming in first, those set aside last."""

    def nearness(one: LeftOut) -> tuple[bool, float, str]:
        return one.aside, one.swap.loss if one.swap is not None else 1e9, one.key

    listed = []
    for one in sorted(result.left_out, key=nearness):
        explained = told.get(one.key)
        listed.append(
            {
                **_link(one.key, rows, names), "aside": one.aside, "mend": mending(one.reasons) if one.aside else [], "reasons": [reason_words(reason, names, parks) for reason in one.reasons],
                "rise": "" if one.rise is None else points(one.rise),
                "swap": {"name": names[one.swap.leaves], "loss": points(one.swap.loss)} if one.swap is not None and one.swap.leaves in names else None,
                "short": [_("%(row)s差 %(lacks)s") % {"row": row_word(lack.row, parks), "lacks": with_unit(lack.lacks, lack.unit)} for lack in one.short],
                "told": _explained(explanation_from_json(json.dumps(explained)), names, parks) if explained else [], "failed": failed.get(one.key, ""),
            }
        )  # fmt: skip
    return listed


def _explained(one: Explanation, names: Mapping[str, str], parks: Mapping[str, str]) -> list[str]:
    """What would let a project in, in sentences."""
    lines = [reason_words(reason, names, parks) for reason in one.reasons]
    if one.loss is not None and not one.chosen:
        leaves = _("、").join(names.get(key, key) for key in one.leaves[:4]) or _("没有项目")
        lines.append(_("硬要选它，总分少 %(loss)s 分，换下：%(leaves)s") % {"loss": points(one.loss), "leaves": leaves})
    for extra in one.extras[:3]:
        part = "" if extra.part is None else _("（额度的 %(part)s）") % {"part": percent(extra.part)}
        lines.append(
            _("%(row)s再多 %(amount)s%(part)s，它就入选")
            % {"row": row_word(extra.row, parks), "amount": with_unit(extra.amount, extra.unit), "part": part}
        )
    if not one.extras and one.tried and one.loss:
        tried = _("、").join(row_word(row, parks) for row in one.tried)
        lines.append(_("单独多给一项额度（试过 %(tried)s），它都还排不进去") % {"tried": tried})
    if not one.proved:
        lines.append(_("时间用完，以上不保证是最小的数"))
    return lines


def method(plan: PushPlan) -> list[tuple[str, str]]:
    """The method card of a plan."""
    asked = plan.problem["asked"]
    given = plan.problem["problem"]
    whole = sum(asked["weights"].values()) or 1.0
    weights = _("、").join(
        f"{TERM_WORDS[term]} {weight / whole:.0%}" for term, weight in asked["weights"].items() if weight
    )
    limits = _("、").join(sorted({resource_word(one["resource"]) for one in given["budgets"]}))
    return [
        (_("候选"), _("储备、洽谈、签约、前期四个阶段的项目，%(n)d 个；限制类、淘汰类不参加；储备库建议退库的放在一边，除非清库时决定留库（决定的有效时间和退库线一样长）；暂缓的放在一边；黄灯的照常比选，表里标出") % {"n": len(given["candidates"])}),
        (_("得分"), _("每一项按占能参加比选的项目合计的百分数计，再乘权重；都选上是 100 分。权重：%(weights)s") % {"weights": weights}),
        (_("不能超的"), _("%(year)d 年登记的额度：%(limits)s；一个项目只用一项上级资金；疑似重复的两个只选一个") % {"year": plan.year, "limits": limits or "—"}),
        (_("不知道的"), _("得分或占用没有填的项目放在一边，写明缺什么，不当作 0")),
        (_("怎么选"), _("整数规划，求到证明最优或差距不超过千分之一；结果由另一套独立程序重新核对每一条限制和得分")),
        (_("另外两个方案"), _("接近的：至少换 %(n)d 个项目里得分最高的；侧重的：总分最多少 %(loss)s，只比所选一项") % {"n": asked["differ"], "loss": f"{asked['loss']:.0%}"}),
        (_("边际"), _("“再多一成”按线性松弛的对偶价估计，是上限；要准数，按“怎样才能入选”逐个测算")),
        (_("截至"), f"{plan.made_on:%Y-%m-%d}"),
    ]  # fmt: skip

"""What the page of the lengthening plan shows: the candidates with value and needs, and the plan a job found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.analysis.feasible import figures
from gongxing.domains.chain.analysis.planning import Asked, Possible, fits
from gongxing.domains.chain.analysis.relating import nearness
from gongxing.domains.chain.analysis.show_feasible import far, method_rows, need, related
from gongxing.domains.chain.disclosure import hidden_values
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.words import RESOURCES, amount, percent, sentence
from gongxing.engines.reasons import Reason

SOURCES: Mapping[str, Promise] = {
    "survey": _("采购调查"),
    "estimate": _("按下游营收和比重估计"),
    "none": _("不知道"),
}
ALREADY, LIMIT = "chain.lengthen.already_present", "chain.limit.unknown"
MONEY = frozenset({"chain.lengthen.proved", "chain.lengthen.not_proved", "chain.lengthen.second"})
"""Reasons that say what a set is worth."""


def candidates(found: Graded, listed: Sequence[Possible], asked: Asked) -> list[dict[str, Any]]:
    """Candidates as rows: value with its source, needs as the profile's ranges; those left out by the county fit are marked. ``found``
    is the reader's: what it does not say of a link's demand is not shown as its value either."""
    chains, hidden = {one.pk: one.label for one in found.rows.chains}, hidden_values(found)
    return [
        {
            "code": one.node.code, "name": one.node.label, "url": reverse("chain-node", args=[one.node.code]), "chain": chains.get(one.node.chain_id, ""),
            "value": _t("不显示") if one.node.code in hidden else amount(one.value), "source": str(SOURCES[one.source]), "estimated": one.estimated, "buyers": one.buyers,
            "unplaced": amount(one.unplaced) if one.unplaced and one.node.code not in hidden else "", "land": need(one.land),
            "energy": need(one.energy), "labour": need(one.labour), "related": related(one.related), "fit": one.node.county_fit,
            "left": not fits(one, asked.fit) or far(one, asked), "must": one.node.code in asked.must,
            "leave": one.node.code in asked.leave,
            "profile": one.profile,
        }
        for one in listed
    ]  # fmt: skip


def reason_of(raw: Mapping[str, Any]) -> Reason:
    """A reason as the solver's process wrote it."""
    return Reason(raw["code"], tuple((name, value) for name, value in raw["params"]), raw["weight"])


def plan(found: Graded, raw: Mapping[str, Any], listed: Sequence[Possible]) -> dict[str, Any]:
    """A solved plan in words and numbers. Its money is a sum over candidates, and so is every difference of two sets: where the reader
    does not see the value of one of the candidates, they see which links and in which order of sets, and no money at all."""
    names = {node.code: node.label for node in found.rows.nodes}
    by_code = {one.node.code: one for one in listed}
    best, greedy, second = raw["best"], raw["greedy"], raw["second"]
    aside, hidden = [reason_of(one) for one in raw["set_aside"]], hidden_values(found)
    shut = any(one.value is not None and one.node.code in hidden for one in listed)
    reasons = [reason_of(one) for one in raw["reasons"]]
    return {
        "status": raw["status"], "hidden": shut, "value": "" if shut else amount(best["value"]),
        "estimated": "" if shut else estimated_share(best, by_code), "gap": percent(round(raw["gap"], 4)),
        "choices": [_choice(one, names, by_code, shut, hidden) for one in raw["choices"]],
        "reasons": [sentence(one, names) for one in reasons if not (shut and one.code in MONEY)],
        "greedy": _set(greedy, names, best, shut), "greedy_gap": percent(round(raw["greedy_gap"], 4)),
        "second": None if second is None else _set(second, names, best, shut), "limits": [_limit(one, shut) for one in raw["limits"]],
        "aside": [sentence(one, names) for one in aside if one.code != ALREADY], "feasible": raw["status"] in ("optimal", "stopped"),
    }  # fmt: skip


def estimated_share(best: Mapping[str, Any], by_code: Mapping[str, Possible]) -> str:
    """How much of what a set is worth is estimated: all of it but what its links bring by the survey; what links between them bring is
    weight times ratio, so an estimate too. "" where nothing is, or where the set is worth nothing."""
    chosen = [by_code[code] for code in best["nodes"] if code in by_code]
    surveyed = fsum(one.value or 0.0 for one in chosen if one.source == "survey")
    share = round(1 - surveyed / best["value"], 3) if best["value"] > 0 else 0.0
    return percent(share) if share > 0 else ""


def _set(raw: Mapping[str, Any], names: Mapping[str, str], best: Mapping[str, Any], shut: bool) -> dict[str, Any]:
    """A set with its value and what it loses against the best one."""
    loses = best["value"] - raw["value"]
    nodes = [names.get(one, one) for one in raw["nodes"]]
    return {"nodes": nodes, "value": "" if shut else amount(raw["value"]), "loses": "" if shut else amount(loses)}


def _choice(
    raw: Mapping[str, Any],
    names: Mapping[str, str],
    by_code: Mapping[str, Possible],
    shut: bool,
    hidden: frozenset[str],
) -> dict[str, Any]:
    one, word = by_code.get(raw["node"]), _t("不显示")
    value = "—" if one is None else word if raw["node"] in hidden else amount(one.value)
    return {
        "name": names.get(raw["node"], raw["node"]), "url": reverse("chain-node", args=[raw["node"]]), "adds": word if shut else amount(raw["adds"]),
        "value": value, "estimated": one is not None and one.estimated and raw["node"] not in hidden, "source": "" if one is None else str(SOURCES[one.source]),
        "land": need(one.land if one else None), "energy": need(one.energy if one else None), "labour": need(one.labour if one else None), "related": related(one.related if one else None),
        "completes": [f"{names.get(a, a)} → {names.get(b, b)}" for a, b in raw["completes"]],
        "words": "" if shut else sentence(reason_of(raw["reason"]), names),
    }  # fmt: skip


def _limit(raw: Mapping[str, Any], shut: bool) -> dict[str, Any]:
    binding, reason = raw["gain"] is not None and raw["gain"] > 0, reason_of(raw["reason"])
    if shut and binding:
        reason = replace(reason, code=LIMIT)
    return {
        "label": str(RESOURCES[raw["resource"]]), "used": raw["used"], "budget": raw["budget"], "gain": None if shut else raw["gain"],
        "binding": binding, "words": sentence(reason),
    }  # fmt: skip


def method(found: Graded, n: int, valued: int) -> list[tuple[str, str]]:
    """The method card."""
    return [
        (_t("输入"), _t("链图上缺失的环节（通用服务除外）；采购调查；上下游比重；招商画像的投资和用工范围（编者判断）")),
        (
            _t("一个环节值多少"),
            _t("先用采购调查：本地企业每年从县外买的（说不清从哪买的不算）；没有就用估计：下游营业收入 × %(ratio)g × 比重，一家企业在几个环节上的，营业收入在这些环节上平分；都没有就不知道，不参加")
            % {"ratio": found.grading.parameters.input_cost_ratio},
        ),
        (_t("估计占多少"), _t("标题里“其中估计”＝1 − 采购调查得来的自身价值 ÷ 这一组的总价值；联系的价值按比重推算，也算估计。候选表里有采购调查的在前，估计的在后。估计的是本地一年要用多少，不是已经从县外买多少")),
        (_t("一条联系值多少"), _t("新来的环节向本地或同来的环节买：比重 × %(ratio)g × 它的价值；卖给本地已有环节的已在自身价值里，不再加") % {"ratio": found.grading.parameters.input_cost_ratio}),
        *method_rows(figures(), nearness()),
        (_t("怎样选"), _t("选不超过 k 个，使价值与接通的联系之和最大，各项不超上限；整数规划精确求解（HiGHS），结果用全精度复核；对照：每次加最划算的一个（贪心）")),
        (_t("本县适配"), _t("编者 1–5 分，是判断不是测算；可以另设")),
        (_t("方向"), _t("越大越好；是先后次序的参考，不是可行性结论。同一种东西可能在几条链上各有一个环节，选了两个的要自己去重")),
        (_t("样本"), _t("候选 %(n)d 个，其中 %(valued)d 个知道价值") % {"n": n, "valued": valued}),
    ]  # fmt: skip

"""What the page of the lengthening plan shows of needs and of relatedness: numbers, where each comes from, and who has none."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from gongxing.domains.chain.analysis.feasible import Basis, Figures, Need
from gongxing.domains.chain.analysis.planning import Asked, Possible
from gongxing.domains.chain.analysis.relating import Nearness, Neighbour, Related
from gongxing.domains.chain.words import RESOURCES, figure
from gongxing.engines.chain.spans import shown

LIMITED = (("land", "land_mu"), ("energy", "energy_tce"), ("labour", "labour"))
"""Limits of the form and the resources they are of."""


def need(one: Need | None) -> dict[str, str]:
    """A need as ``text`` (middle and range), the same apart as ``middle`` and ``range``, and ``basis``; "—" and nothing where it is unknown."""
    if one is None:
        return {"text": "—", "middle": "—", "range": "", "basis": ""}
    middle, more = _round(one.value), "" if one.high == one.low else f"{_round(one.low)}–{_round(one.high or one.low)}"
    text = _t("%(text)s（%(more)s）") % {"text": middle, "more": more} if more else middle
    return {"text": text, "middle": middle, "range": more, "basis": basis(one.basis)}


def _round(value: float) -> str:
    return figure(str(float(shown(value)) if value < 100 else round(value)))


def basis(one: Basis) -> str:
    """Where a need comes from, short enough for a cell."""
    if one.source == "profile":
        return _t("画像")
    per = figure(str(round(one.per or 0.0, 1)))
    if one.source == "county":
        return _t("本县填，%(per)s/亿元（%(source)s）") % {"per": per, "source": one.words}
    return _t("%(code)s 类 %(n)d 家，%(per)s/亿元") % {"code": one.of, "n": one.n, "per": per}


def related(one: Related | None) -> dict[str, Any]:
    """Relatedness 0 to 1 and, in lines, the sectors it comes from; "—" where it is unknown."""
    if one is None:
        return {"text": "—", "lines": ()}
    return {"text": f"{one.value:.2f}", "lines": _from(one, get_language())}


@lru_cache(maxsize=512)
def _from(one: Related, language: str | None) -> tuple[str, ...]:
    """What a relatedness comes from: the link's own sectors, then its near ones, those the county is strong in first. Kept: links of one
    sector have the same."""
    lines = [_t("属于：%(names)s") % {"names": _t("、").join(name for _code, name in one.sectors)}]
    if one.strong:
        lines.append(_t("本县已集中的近邻（相近程度）：%(names)s") % {"names": _names(one.strong)})
    else:
        lines.append(_t("近邻里没有本县已集中的部门"))
    other = [near for near in one.near if not near.strong]
    return (*lines, _t("别的近邻：%(names)s") % {"names": _names(other)}) if other else tuple(lines)


def _names(near: Sequence[Neighbour]) -> str:
    return _t("、").join(f"{one.name} {one.closeness:.2f}" for one in near)


def far(one: Possible, asked: Asked) -> bool:
    """Whether a candidate stays out for its relatedness."""
    return asked.related is not None and (one.related is None or one.related.value < asked.related)


def without(listed: Sequence[Possible], asked: Asked) -> list[dict[str, Any]]:
    """For each limit that is set: the candidates of known value that have no figure of it and therefore stay out."""
    rows = []
    for name, resource in LIMITED:
        if getattr(asked, name) is None:
            continue
        none = [one for one in listed if one.value is not None and getattr(one, name) is None]
        if none:
            rows.append({"label": str(RESOURCES[resource]), "nodes": _links(none)})
    if asked.related is not None:
        none = [one for one in listed if one.value is not None and one.related is None]
        if none:
            rows.append({"label": _t("相关度"), "nodes": _links(none)})
    return rows


def _links(listed: Sequence[Possible]) -> list[dict[str, str]]:
    return [{"name": one.node.label, "url": reverse("chain-node", args=[one.node.code])} for one in listed]


def counts(listed: Sequence[Possible]) -> dict[str, int]:
    """How many candidates of known value have each figure."""
    known = [one for one in listed if one.value is not None]
    return {
        name: sum(getattr(one, name) is not None for one in known) for name in ("land", "energy", "labour", "related")
    }


def method_rows(given: Figures, near: Nearness) -> list[tuple[str, str]]:
    """Rows of the method card on needs and relatedness."""
    strong = _t("、").join(sorted(near.given.national.accounts.name(one) for one in near.strong)) or _t("没有")
    return [
        (
            _t("要用多少"),
            _t(
                "按一个项目算：每亿元营收要用的 × 项目年营收（画像营收范围，两端的几何平均）。每亿元要用的：先用本县在规则包“产业链 · 环节要用多少”里按环节或行业填的；没填就用本县同类企业的（统计局 %(year)s 年，用量合计 ÷ 营业收入合计，同小类不够 %(least)d 家看同中类，再看同大类）；都没有，用地、用工用画像的，能耗就不知道"
            )
            % {"year": given.year or "—", "least": given.least},
        ),
        (_t("画像的用地、用工"), _t("用地 = 画像投资（亿元）中值 × 用地档每亿元亩数（A 15、B 20、C 32.5、D 40）；用工 = 画像用工中值。范围很宽，只够比大小")),
        (_t("数下面的小字"), _t("“398 类 37 家，43.6/亿元”：按本县行业代码 398 开头的 37 家算，每亿元营收用 43.6；“本县填”“画像”照写")),
        (_t("设了上限"), _t("不知道这一项要用多少的候选不参加，在表下点名；没设上限的项不管")),
        (
            _t("相关度"),
            _t(
                "0–1：环节所属部门和最近的 %(k)d 个部门（连它自己）里，本县已经比全国集中的占多少，按相近程度加权。两个部门的相近程度 = 直接消耗系数两列的余弦（%(source)s，%(size)s 部门，只算工业；Los 2000）；加权占比 = 关联密度（Hidalgo 等 2007）。本县比全国集中 = 区位商不低于 1 且企业够 %(least)d 家，现在有 %(n)d 个：%(strong)s"
            )
            % {
                "k": near.neighbours, "source": near.given.national.accounts.source, "size": near.given.size, "least": near.given.least,
                "n": len(near.strong), "strong": strong,
            },
        ),
        (_t("相关度的限度"), _t("是全国技术上的相近，不是本县企业之间的来往；同一部门的环节一样近；农业、服务业的环节没有统计局产值，算不出。本县镇和园区太少，不用同地分布算")),
    ]  # fmt: skip

"""战新 × 传统: every pair with its score, and one pair's evidence."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.fusing import Fused, fused
from gongxing.domains.chain.analysis.show_fusion import (
    both_sides,
    bounds,
    channels,
    finding,
    items,
    matrix,
    ranking,
    score,
)
from gongxing.domains.chain.models import Chain
from gongxing.domains.chain.pages.frame import address, book_url, crumbs, reader
from gongxing.domains.chain.words import sentences
from gongxing.kernel.clock import today

SHOWN = 60


def fusion_page(request: HttpRequest) -> HttpResponse:
    """GET: the matrix and the ranking of all strategic × traditional pairs; ``?both=1`` only where local firms stand on both sides."""
    return render(request, "chain/fusion.html", fusion_shown(request))


def fusion_shown(request: HttpRequest) -> dict[str, Any]:
    """What the page and its workbook say."""
    actor = reader(request)
    given, both, there = fused(), request.GET.get("both") == "1", address(request)
    kinds = [chain.kind for chain in given.found.rows.chains]
    return {
        "book_url": book_url(request, actor, "chain-fusion-book", "chain.chain"),
        "crumbs": crumbs((_("战新×传统融合"), "")), "title": finding(given), "matrix": matrix(given, both), "pairs": ranking(given, both),
        "both": both, "all_url": there(both=""), "both_url": there(both="1"), "as_of": given.found.grading.today,
        "strategic": kinds.count(Chain.Kind.STRATEGIC), "traditional": kinds.count(Chain.Kind.TRADITIONAL),
        "unread": given.unread, "sound": given.sound, "card": method(given), "maps_url": reverse("chain-maps"), "n_firms": given.found.grading.firms,
    }  # fmt: skip


def pair_page(request: HttpRequest, strategic: str, traditional: str) -> HttpResponse:
    """GET: one pair: channels with weight, share and sentence, then every item with the firms on both sides."""
    return render(request, "chain/fusion_pair.html", pair_shown(request, strategic, traditional))


def pair_shown(request: HttpRequest, strategic: str, traditional: str) -> dict[str, Any]:
    """What the page of a pair and its workbook say. Raises LookupError for a pair there is not."""
    actor = reader(request)
    given, both, there = fused(), request.GET.get("both") == "1", address(request)
    pair = given.pair(strategic, traditional)
    one, other = given.found.chain(strategic), given.found.chain(traditional)
    listed = items(given, pair, actor, both, today())
    title = _("%(s)s × %(t)s") % {"s": one.label, "t": other.label}
    return {
        "book_url": book_url(request, actor, "chain-fusion-pair-book", "chain.chain", strategic, traditional),
        "crumbs": crumbs((_("战新×传统融合"), reverse("chain-fusion")), (title, "")), "title": title, "score": score(pair.score),
        "range": bounds(pair.score), "rank": pair.rank, "pairs": len(given.pairs), "reasons": sentences(pair.reasons),
        "channels": channels(given, pair), "items": listed[:SHOWN], "rest": max(0, len(listed) - SHOWN), "n_items": len(pair.evidence),
        "n_both": both_sides(pair.evidence), "both": both, "all_url": there(both=""), "both_url": there(both="1"),
        "strategic": one, "traditional": other, "as_of": given.found.grading.today, "card": method(given),
    }  # fmt: skip


def method(given: Fused) -> list[tuple[str, str]]:
    """The method card: inputs, filters, formula, sign, sample."""
    rules = given.rules
    return [
        (_("输入"), _("本县链图的上下游关系和融合方式；企业上链；全国 2020 年 153 部门投入产出表（行业对应非官方）")),
        (
            _("筛选"),
            _("每对一条战新链、一条传统链；企业只算主营、配套、在建且已确认或有把握的；通用服务环节不算行业小类"),
        ),
        (
            _("算式"),
            _("100 × Σ 权重 × 份额 ÷ Σ 权重，只算知道的；份额 = 分量合计 ÷（分量合计 + %(half)g）；权重：%(weights)s")
            % {
                "half": rules.items_half,
                "weights": _(
                    "副产物 %(a)g、共用投入 %(b)g、共同客户 %(c)g、共用技术 %(d)g、相互支撑 %(e)g"
                ) % {
                    "a": rules.by_product, "b": rules.shared_input, "c": rules.shared_customer, "d": rules.shared_technology, "e": rules.support,
                },
            },
        ),
        (
            _("一条依据的分量"),
            _("成熟度（有文献 %(a)g、编辑判断 %(b)g、需验证 %(c)g、研究阶段 %(d)g）× 两边企业（都有 1、一边 %(e)g、都没有 %(f)g）；谁都有联系的环节打折")
            % {
                "a": rules.documented, "b": rules.judged, "c": rules.unverified, "d": rules.research, "e": rules.one_side, "f": rules.no_side,
            },
        ),
        (_("方向"), _("越大越值得先谈；是线索，不是项目")),
        (_("样本"), _("%(pairs)d 对，上链企业 %(firms)s 家") % {"pairs": len(given.pairs), "firms": f"{len(placed(given)):,}"}),
        (_("界线和权重"), _("规则包“参数”里 chain.fusion 开头的行，都是系统建议值，由本县改")),
    ]  # fmt: skip


def placed(given: Fused) -> set[str]:
    """Firms that count on some link."""
    grades = given.found.grading.nodes.values()
    return {firm for one in grades for firm in (*one.figures.suppliers, *one.figures.building)}

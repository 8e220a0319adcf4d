"""The analyses as lists of a workbook. They are made of the very values their page shows, already cut to what its reader may see, so that
a file never says more than the page: a figure is the one on the page, as a number.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from gongxing.domains.chain.analysis.firms_seen import Side
from gongxing.domains.chain.analysis.show_growth_products import ProductSide
from gongxing.domains.chain.report.facts import Cell, ListColumn, Listing
from gongxing.domains.chain.report.lists import yes
from gongxing.domains.chain.words import whole

Shown = Mapping[str, Any]
N = True


def shown_number(text: object) -> Cell:
    """What a page shows as a number: 12,345 → 12345, 14.5% → 14.5; unknown ("—", "") → None; words stay words."""
    said = str(text).strip()
    if said in ("", "—", "None"):
        return None
    try:
        return float(said.removesuffix("%").replace(",", ""))
    except ValueError:
        return said


def rounded(value: float | None) -> Cell:
    """万元 as a page prints it: whole."""
    return None if value is None else shown_number(whole(float(value)))


def side_words(side: Side) -> Cell:
    """Firms as the page writes them: names the reader may see, and how many more there are."""
    parts = [_("、").join(name for name, _url in side.named)] if side.named else []
    if side.more:
        parts.append(ngettext("另 %(n)d 家", "另 %(n)d 家", side.more) % {"n": side.more})
    if side.hidden:
        parts.append(ngettext("%(n)d 家，不归你看", "%(n)d 家，不归你看", side.hidden) % {"n": side.hidden})
    return _("，").join(parts) or None


def sold_words(sold: ProductSide) -> Cell:
    """Products as the page writes them: those the reader may see with their firms, and how many more there are."""
    parts = (
        [_("、").join(_("%(name)s（%(firm)s）") % {"name": name, "firm": firm} for name, firm, _url in sold.named)]
        if sold.named
        else []
    )
    if sold.more:
        parts.append(ngettext("另 %(n)d 个", "另 %(n)d 个", sold.more) % {"n": sold.more})
    if sold.hidden:
        parts.append(ngettext("%(n)d 个，不归你看", "%(n)d 个，不归你看", sold.hidden) % {"n": sold.hidden})
    return _("，").join(parts) or None


def fusion_lists(shown: Shown) -> tuple[Listing, ...]:
    """The ranking of pairs and the matrix."""
    pairs = tuple(
        (
            shown_number(one["rank"]), one["strategic"], one["traditional"], shown_number(one["score"]), one["range"] or None, one["items"],
            one["both"], one["best"] if one["best"] != "—" else None,
        )
        for one in shown["pairs"]
    )  # fmt: skip
    columns = (
        ListColumn(_("名次"), 4, N), ListColumn(_("战新链"), 16), ListColumn(_("传统链"), 16), ListColumn(_("分数（满分 100）"), 6, N), ListColumn(_("范围"), 6),
        ListColumn(_("依据（条）"), 6, N), ListColumn(_("两边都有企业（条）"), 8, N), ListColumn(_("主要靠"), 12),
    )  # fmt: skip
    none = (_("没有一对两边都有本地企业。看“全部”，或先把企业放到环节上。"),) if not pairs else ()
    matrix = shown["matrix"]
    heads = (ListColumn(_("战新 ＼ 传统"), 16), *(ListColumn(chain.label, 12, N) for chain in matrix["columns"]))
    rows = tuple(
        (row["chain"].label, *(shown_number(cell["score"]) for cell in row["cells"])) for row in matrix["rows"]
    )
    return (
        Listing(_("链对"), _("链对，分数从高到低"), columns, pairs, none),
        Listing(_("融合矩阵"), _("融合矩阵"), heads, rows, (_("分数 0–100；有不知道的，可能的范围在“链对”里。"),)),
    )


def pair_lists(shown: Shown) -> tuple[Listing, ...]:
    """One pair of chains: how its score comes about, and the items behind it."""
    channels = tuple(
        (
            one["label"], shown_number(one["weight"]), shown_number(one["share"]), one["range"] or None,
            _("；").join(one["words"]) or None,
        )
        for one in shown["channels"]
    )  # fmt: skip
    channel_columns = (
        ListColumn(_("融合方式"), 10), ListColumn(_("权重"), 5, N), ListColumn(_("份额（%）"), 6, N), ListColumn(_("可能"), 8), ListColumn(_("说明"), 40),
    )  # fmt: skip
    items = tuple(
        (
            at, one["channel"], one["strategic"]["name"], one["via"]["name"] if one["via"] else None, one["traditional"]["name"],
            shown_number(one["counts"]), one["words"], side_words(one["left"]), side_words(one["right"]), _("；").join(one["sources"]) or None,
        )
        for at, one in enumerate(shown["items"], 1)
    )  # fmt: skip
    columns = (
        ListColumn(_("序号"), 4, N), ListColumn(_("融合方式"), 8), ListColumn(_("战新环节"), 14), ListColumn(_("经过"), 12), ListColumn(_("传统环节"), 14),
        ListColumn(_("分量"), 5, N), ListColumn(_("依据"), 30), ListColumn(_("战新一边的企业"), 24), ListColumn(_("传统一边的企业"), 24), ListColumn(_("来源"), 24),
    )  # fmt: skip
    notes = [_("分量大的在前；分量 = 成熟度 × 两边企业 × 联系面")]
    if not items:
        notes = [_("没有一条依据两边都有企业") if shown["both"] else _("这两条链之间还没有登记过联系")]
    if shown["rest"]:
        text = ngettext("还有 %(n)d 条分量更小的没有列出", "还有 %(n)d 条分量更小的没有列出", shown["rest"])
        notes.append(text % {"n": shown["rest"]})
    return (
        Listing(_("分数"), _("分数怎么来的"), channel_columns, channels),
        Listing(_("依据"), _("依据"), columns, items, tuple(notes)),
    )


def growth_lists(shown: Shown, figures: bool, products: bool) -> tuple[Listing, ...]:
    """Growth points, fast firms, new registrations, firms near the scale. ``figures``, ``products``: whether the reader may export figures of
    firms and of products (whose own list is ``product_tables``)."""
    years = tuple(ListColumn(str(year), 4, N) for year in shown["window"])
    registered = tuple(ListColumn(_("新登记 %(year)s（家）") % {"year": year}, 5, N) for year in shown["window"])
    points = tuple(
        (
            one["name"], one["chain"], one["n"], _("、").join(one["signs"]), yes(one["certain"]) if one["growing"] else None, one["firms"].n,
            side_words(one["firms"]), one["watched"].n, side_words(one["watched"]), one["sold"].n, sold_words(one["sold"]) if products else None, *one["years"], _("；").join(one["words"]) or None,
        )
        for one in shown["points"]
    )  # fmt: skip
    columns = (
        ListColumn(_("环节"), 14), ListColumn(_("产业链"), 12), ListColumn(_("迹象（种）"), 4, N), ListColumn(_("迹象"), 14), ListColumn(_("增长有把握"), 5),
        ListColumn(_("快增长企业（家）"), 5, N), ListColumn(_("快增长企业"), 24), ListColumn(_("临近规上（家）"), 5, N), ListColumn(_("临近规上企业"), 24),
        ListColumn(_("快增长产品（个）"), 5, N), ListColumn(_("快增长产品"), 24), *registered, ListColumn(_("说明"), 28),
    )  # fmt: skip
    none = (_("还没有几种迹象同时出现的环节"),) if not points else ()
    new = tuple(
        (one["name"], one["chain"], *one["years"], _("增多") if one["rising"] else None)
        for one in shown["registrations"]
    )
    new_columns = (ListColumn(_("环节"), 14), ListColumn(_("产业链"), 12), *years, ListColumn(_("迹象"), 5))
    near = tuple((one["name"], one["chain"], one["side"].n, side_words(one["side"])) for one in shown["watched"])
    near_columns = (
        ListColumn(_("环节"), 14),
        ListColumn(_("产业链"), 12),
        ListColumn(_("临近规上（家）"), 5, N),
        ListColumn(_("临近规上企业"), 30),
    )
    return (
        Listing(_("增长点"), _("几种迹象同时出现的环节"), columns, points, none),
        _fast(shown, figures),
        Listing(
            _("新登记"),
            _("各环节新登记企业"),
            new_columns,
            new,
            (_("按成立年份；只数在本县登记、已上链的，单位：家。"), *_once(shown)),
        ),
        Listing(
            _("临近规上"),
            _("临近规上"),
            near_columns,
            near,
            _watched_once(shown) if near else (_("链上没有临近规上的企业。"),),
        ),
    )


def _once(shown: Shown) -> list[str]:
    """Firms founded by year, each counted once: what the column of links adds up to counts a firm on each of its links."""
    parts = [
        _("%(year)s 年 %(n)d 家") % {"year": year, "n": n}
        for year, n in zip(shown["window"], shown["founded_once"], strict=True)
    ]
    return [_("一家企业在几个环节上的，各环节都数它；合计每家只数一次：%(parts)s。") % {"parts": _("，").join(parts)}]


def _watched_once(shown: Shown) -> tuple[str, ...]:
    n = shown["watched_once"]
    return (_("一家企业在几个环节上的，各环节都数它；合计每家只数一次：%(n)d 家。") % {"n": n},)


def _fast(shown: Shown, figures: bool) -> Listing:
    listed = tuple(
        (
            one["name"], _("、").join(node["name"] for node in one["nodes"]), shown_number(one["start"]), shown_number(one["end"]),
            shown_number(one["rate"]), one["interval"] if one["interval"] != "—" else None, one["n"],
            _("有把握") if one["certain"] else pgettext("level", "可能"), one["gazelle"] or None, _("；").join(one["words"]) or None,
        )
        for one in (shown["fast"] if figures else ())
    )  # fmt: skip
    columns = (
        ListColumn(_("企业"), 20), ListColumn(_("环节"), 16), ListColumn(_("%(year)s 年营业收入（万元）") % {"year": shown["first"]}, 8, N),
        ListColumn(_("%(year)s 年营业收入（万元）") % {"year": shown["year"] or "—"}, 8, N), ListColumn(_("年均增长（%）"), 6, N), ListColumn(_("区间（拟合）"), 10),
        ListColumn(_("年度数"), 4, N), ListColumn(_("把握"), 5), ListColumn(_("瞪羚"), 4), ListColumn(_("怎么算的"), 28),
    )  # fmt: skip
    if not figures:
        notes = [_("你的岗位没有导出企业数据的权限，快增长企业没有带出；在页面上看。")]
    elif not shown["tally"]["rated"]:
        notes = [_("没有企业算得出年均增长。")]
    else:
        notes = [] if listed else [_("没有看得到的快增长企业。")]
        hidden = shown["fast_rest"]
        if hidden:
            notes.append(ngettext("另有 %(n)d 家，不归你看。", "另有 %(n)d 家，不归你看。", hidden) % {"n": hidden})
    return Listing(_("快增长企业"), _("快增长企业"), columns, listed, tuple(notes))


def plan_lists(shown: Shown) -> tuple[Listing, ...]:
    """The plan, if one was found, with other sets and limits; then the candidates."""
    plan = shown["run"]["plan"] if shown["run"] else None
    return (*(_plan(plan) if plan is not None else ()), _candidates(shown))


def _plan(plan: Shown) -> tuple[Listing, ...]:
    choices = tuple(
        (
            one["name"], shown_number(one["value"]), shown_number(one["adds"]), one["source"], *_needs(one), shown_number(one["related"]["text"]),
            _("；").join(one["completes"]) or None,
        )
        for one in (plan["choices"] if plan["feasible"] else ())
    )  # fmt: skip
    columns = (
        ListColumn(_("环节"), 14), ListColumn(_("自身价值（万元/年）"), 8, N), ListColumn(_("少了它少多少（万元/年）"), 8, N), ListColumn(_("价值来源"), 12),
        ListColumn(_("用地（亩，中值（范围））"), 10), ListColumn(_("能耗（吨标煤，中值（范围））"), 10), ListColumn(_("用工（人，中值（范围））"), 10),
        ListColumn(_("相关度（0–1）"), 5, N), ListColumn(_("接通的联系"), 30),
    )  # fmt: skip
    proved = (
        _("已证明最优") if plan["status"] == "optimal" else _("时间用完，离上限还差 %(gap)s") % {"gap": plan["gap"]}
    )
    state = (
        [proved]
        if plan["feasible"]
        else [_("没有可行的方案") if plan["status"] == "infeasible" else _("没有可选的环节")]
    )
    sets: list[tuple[Cell, ...]] = []
    for label, one in ((_("次优"), plan["second"]), (_("贪心"), plan["greedy"])) if plan["feasible"] else ():
        if one is not None:
            sets.append(
                (label, _("、").join(one["nodes"]) or None, shown_number(one["value"]), shown_number(one["loses"]))
            )
    set_columns = (
        ListColumn(_("组合"), 5),
        ListColumn(_("环节"), 30),
        ListColumn(_("合计（万元/年）"), 8, N),
        ListColumn(_("比最好的少（万元/年）"), 8, N),
    )
    hidden = (_("有的环节值多少不显示，合计和差额也不显示。"),) if plan["hidden"] else ()
    limits = tuple(
        (one["label"], one["used"], one["budget"], yes(one["binding"]), one["words"]) for one in plan["limits"]
    )
    limit_columns = (
        ListColumn(_("条件"), 6),
        ListColumn(_("用了"), 6, N),
        ListColumn(_("上限"), 6, N),
        ListColumn(_("卡住"), 4),
        ListColumn(_("说明"), 40),
    )
    aside = tuple((line,) for line in plan["aside"])
    return (
        Listing(_("最好的一组"), _("最好的一组"), columns, choices, (*state, *plan["reasons"])),
        Listing(
            _("别的组合"),
            _("别的组合"),
            set_columns,
            tuple(sets),
            hidden or (() if sets else (_("没有另一个可行的组合"),)),
        ),
        Listing(_("卡在哪里"), _("卡在哪里"), limit_columns, limits, () if limits else (_("没有设上限。"),)),
        *(
            (Listing(_("没有考虑的"), _("没有考虑的，各为什么"), (ListColumn(_("为什么"), 60),), aside),)
            if aside
            else ()
        ),
    )


def _needs(one: Shown) -> tuple[Cell, ...]:
    """What one project would use: land, energy, labour."""
    return tuple(shown_number(one[name]["text"]) for name in ("land", "energy", "labour"))


def _bases(one: Shown) -> Cell:
    """Where these three figures come from."""
    named = ((_("用地"), one["land"]), (_("能耗"), one["energy"]), (_("用工"), one["labour"]))
    return _("；").join(f"{label}{_('：')}{need['basis']}" for label, need in named if need["basis"]) or None


def _candidates(shown: Shown) -> Listing:
    listed = tuple(
        (
            one["name"], one["chain"], None if one["estimated"] else shown_number(one["value"]), shown_number(one["value"]) if one["estimated"] else None,
            one["source"], one["buyers"] or None, shown_number(one["unplaced"]), shown_number(one["related"]["text"]), *_needs(one), _bases(one),
            one["fit"], yes(one["must"]), yes(one["leave"]), yes(not one["left"]),
        )
        for one in shown["rows"]
    )  # fmt: skip
    columns = (
        ListColumn(_("环节"), 14), ListColumn(_("产业链"), 12), ListColumn(_("每年从县外买（万元，采购调查）"), 8, N), ListColumn(_("本地每年要买（万元，估计）"), 8, N),
        ListColumn(_("来源"), 12), ListColumn(_("填报（家）"), 5, N), ListColumn(_("另有说不清（万元）"), 7, N), ListColumn(_("相关度（0–1）"), 5, N),
        ListColumn(_("用地（亩）"), 9), ListColumn(_("能耗（吨标煤）"), 9), ListColumn(_("用工（人）"), 9), ListColumn(_("三样数的来历"), 20),
        ListColumn(_("适配（1–5）"), 4, N), ListColumn(_("必选"), 4), ListColumn(_("不选"), 4), ListColumn(_("适配、相关度够不够"), 4),
    )  # fmt: skip
    notes = [
        _(
            "估计的是全部需求，不是填报的外购额，不要和采购调查的数相加。用地、能耗、用工是一个项目的，中值（范围）；空着的是没有数，不是 0。"
        )
    ]
    if not listed:
        notes = [_("没有知道价值的候选环节：先做采购调查，或把企业放到环节上。")]
    if shown["unknown"]:
        names = _("、").join(one["name"] for one in shown["unknown"])
        notes.append(
            _("另有 %(n)d 个缺失环节不知道值多少，不参加：%(names)s") % {"n": len(shown["unknown"]), "names": names}
        )
    return Listing(_("候选环节"), _("候选环节"), columns, listed, tuple(notes))


def structure_lists(shown: Shown) -> tuple[Listing, ...]:
    """Location quotients by sector, and linkages of the largest sectors."""
    shares = tuple(
        (
            one["name"], one["code"], one["firms"], shown_number(one["revenue"]), shown_number(one["share"]), shown_number(one["national"]),
            shown_number(one["quotient"]), one["level"][0] if one["level"] else one["why"], _("、").join(one["doubtful"]) or None,
        )
        for one in shown["shares"]
    )  # fmt: skip
    columns = (
        ListColumn(pgettext("sector", "部门"), 18), ListColumn(_("代码"), 5), ListColumn(_("企业（家）"), 5, N), ListColumn(_("营业收入（万元）"), 8, N), ListColumn(_("本县占比（%）"), 6, N),
        ListColumn(_("全国占比（%）"), 6, N), ListColumn(_("区位商"), 5, N), ListColumn(_("说明"), 12), ListColumn(_("存疑的行业代码"), 8),
    )  # fmt: skip
    notes = [] if shares else [_("还没有统计局的年度营业收入")]
    if shares and not shown["everything"]:
        notes.append(_("少于 %(least)d 家的部门不显示金额，免得看出是哪一家。") % {"least": shown["least"]})
    linked = tuple(
        (
            one["name"], one["code"], shown_number(one["backward"]), shown_number(one["forward"]), shown_number(one["ghosh"]), one["word"],
            shown_number(one["multiplier"]), shown_number(one["imports"]), _("；").join(f"{name} {share}" for name, share in one["buys"]) or None,
        )
        for one in shown["linked"]
    )  # fmt: skip
    link_columns = (
        ListColumn(pgettext("sector", "部门"), 18), ListColumn(_("代码"), 5), ListColumn(_("后向（列昂惕夫）"), 6, N), ListColumn(_("前向（列昂惕夫）"), 6, N),
        ListColumn(_("前向（高希）"), 6, N), ListColumn(_("类型"), 8), ListColumn(_("国内产出乘数"), 6, N), ListColumn(_("进口占比（%）"), 6, N), ListColumn(_("主要买什么"), 30),
    )  # fmt: skip
    said = (
        _("按全国 %(base)s 年 %(size)s 部门表；均值为 1") % {"base": shown["base"], "size": shown["size"]},
        *shown["notes"],
    )
    return (
        Listing(_("区位商"), _("区位商（1 为与全国一样）"), columns, shares, tuple(notes)),
        Listing(_("前后向联系"), _("本县大部门的前后向联系"), link_columns, linked, said),
    )

"""The seven lists of a report. None of them says who may have money: a place on a chain is no ground for any (rulebook 1.10)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from gongxing.domains.chain.county import Placed
from gongxing.domains.chain.disclosure import DEMAND, SUMS
from gongxing.domains.chain.models import Node, Placement, Purchase
from gongxing.domains.chain.places import BASES, RULE
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.report.facts import Cell, ListColumn, Listing
from gongxing.domains.chain.report.rows import MADE, PLANNED, Seen
from gongxing.domains.chain.show import basis_words, known_elsewhere
from gongxing.domains.chain.words import sentences
from gongxing.domains.firms.models import FirmFigure
from gongxing.engines.chain import NodeGrade
from gongxing.kernel.org.models import Unit
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import PackRow, table

GAPS = ("missing", "weak")
PRINTED = 60
SOURCES: Mapping[str, Any] = dict(FirmFigure.Source.choices)


def yes(answer: bool | None) -> Cell:
    """A flag in words; unknown stays unknown."""
    return None if answer is None else pgettext("yes or no", "是") if answer else pgettext("yes or no", "否")


def bracketed(text: str, more: str) -> str:
    """A text with more of it in brackets."""
    return _("%(text)s（%(more)s）") % {"text": text, "more": more}


def limits(rows: Seen, roles: Collection[str], total: int = 0) -> tuple[str, ...]:
    """What the reader does not see, said; and how many rows a document leaves to the workbook."""
    said = []
    hidden = rows.hidden(roles)
    if hidden:
        text = ngettext(
            "只列制表岗位有权查看的企业；另有 %(n)s 家在这些环节上，没有列出。",
            "只列制表岗位有权查看的企业；另有 %(n)s 家在这些环节上，没有列出。",
            hidden,
        )
        said.append(text % {"n": f"{hidden:,}"})
    return (*said, *cut(total))


def cut(total: int) -> tuple[str, ...]:
    """How many rows a document leaves to the workbook."""
    if total <= PRINTED:
        return ()
    return (_("共 %(n)s 行，文书印前 %(m)d 行，全部在 Excel 清单里。") % {"n": f"{total:,}", "m": PRINTED},)


def figures_note(n: int) -> str:
    """Why the revenue of some firms is not printed."""
    text = ngettext(
        "制表岗位没有导出企业数据的权限，%(n)s 家的营业收入没有列出（“—”），在页面上看。",
        "制表岗位没有导出企业数据的权限，%(n)s 家的营业收入没有列出（“—”），在页面上看。",
        n,
    )
    return text % {"n": f"{n:,}"}


def figure_source(source: str, period: str) -> Cell:
    """统计局 2025; unknown without a figure."""
    return " ".join(filter(None, (str(SOURCES.get(source, source)), period))) or None


def lead_firms(rows: Seen, nodes: Sequence[Node]) -> Listing:
    """List 1: firms that make something on the chain today, by revenue as far as it may leave the house."""
    names = {node.pk: node.label for node in nodes}
    places: dict[int, list[Placed]] = {}
    for one in rows.of(MADE, names):
        places.setdefault(one.firm_id, []).append(one)
    listed: list[tuple[Cell, ...]] = []
    for at, firm in enumerate(sorted((rows.firms[key] for key in places), key=rows.by_revenue), 1):
        where = _("、").join(bracketed(names[one.node_id], one.role_label) for one in places[firm.pk])
        revenue = rows.revenue(firm)
        listed.append(
            (
                at, firm.name, rows.units[firm.unit_id].name, where, yes(firm.above_scale), revenue,
                None if revenue is None else figure_source(firm.figure_source, firm.figure_period),
            )
        )  # fmt: skip
    notes = [_("按营业收入从大到小；来源不同的数不能相加。数取自企业台账，只列正在经营、主营或配套的企业。")]
    if not listed:
        notes.insert(0, _("没有看得到的企业在这些环节上。") if rows.hidden(MADE) else _("这些环节上还没有企业。"))
    if kept := rows.kept_back(rows.firms[key] for key in places):
        notes.append(figures_note(kept))
    if rows.doubtful:
        text = ngettext("另有 %(n)s 家上链待确认，没有列入。", "另有 %(n)s 家上链待确认，没有列入。", rows.doubtful)
        notes.append(text % {"n": f"{rows.doubtful:,}"})
    columns = (
        ListColumn(_("序号"), 4, True), ListColumn(_("企业"), 20), ListColumn(_("属地"), 10), ListColumn(_("环节（角色）"), 22),
        ListColumn(_("规上"), 4), ListColumn(_("营业收入（万元）"), 9, True), ListColumn(_("来源、期别"), 9),
    )  # fmt: skip
    return Listing(
        _("重点企业"),
        _("清单一 重点企业"),
        columns,
        tuple(listed),
        (*notes, *limits(rows, MADE, len(listed))),
        PRINTED,
    )


def planned(rows: Seen, nodes: Sequence[Node]) -> Listing:
    """List 2: what is being built and what is only meant."""
    names = {node.pk: node.label for node in nodes}
    order = (Placement.Role.BUILDING, Placement.Role.INTENDED)
    found = sorted(rows.of(PLANNED, names), key=lambda one: order.index(Placement.Role(one.role)))
    listed = tuple(
        (
            at, rows.firms[one.firm_id].name, names[one.node_id], one.role_label,
            rows.units[rows.firms[one.firm_id].unit_id].name, one.as_of.isoformat(),
        )
        for at, one in enumerate(found, 1)
    )  # fmt: skip
    notes = [_("取自“登记在建或意向企业”。项目台账还没有启用；以后登记项目，这张清单随之增加。")]
    if not listed:
        notes.insert(
            0, _("没有看得到的在建或意向。") if rows.hidden(PLANNED) else _("这些环节上没有登记过在建或意向。")
        )
    columns = (
        ListColumn(_("序号"), 4, True), ListColumn(_("企业"), 22), ListColumn(_("环节"), 14), ListColumn(_("进展"), 6),
        ListColumn(_("属地"), 12), ListColumn(_("截至"), 10),
    )  # fmt: skip
    return Listing(
        _("在建与意向项目"),
        _("清单二 在建与意向项目"),
        columns,
        listed,
        (*notes, *limits(rows, PLANNED, len(listed))),
        PRINTED,
    )


def elsewhere(grade: NodeGrade) -> Cell:
    """万元 a year that surveyed buyers spend outside the county; None where nobody told an amount, a word where it is not shown."""
    if SUMS in grade.withheld:
        return _("不显示")
    return known_elsewhere(grade)


def demand(grade: NodeGrade) -> Cell:
    """万元 a year that local firms buy (as they said) or would buy (an estimate: whole, as on the page); None where nobody knows, a word
    where it is not shown."""
    figures = grade.figures
    if {SUMS, DEMAND} & grade.withheld:
        return _("不显示")
    return (
        round(figures.demand) if figures.demand is not None and figures.demand_source == "estimate" else figures.demand
    )


def points(value: float | None) -> Cell:
    """Points of a score as a whole number."""
    return None if value is None else round(value)


def gaps(found: Graded, table_rows: Sequence[Mapping[str, Any]]) -> Listing:
    """List 3: weak and missing links in order of priority, each with score, range, money, act and confidence."""
    names = {node.code: node.label for node in found.rows.nodes}
    listed: list[tuple[Cell, ...]] = []
    for row in table_rows:
        grade: NodeGrade = row["grade"]
        if grade.presence.state not in GAPS:
            continue
        why = [one.reason for one in grade.presence.weak if one.fired] or list(grade.presence.reasons)
        listed.append(
            (
                row["place"], str(BASES[row["basis"]]) if row["basis"] else None, row["node"].label, row["segment"], row["state"], yes(grade.criticality.is_key), points(grade.criticality.score.value), row["range"],
                demand(grade), row["source"] or None, elsewhere(grade), row["act"] or None, row["confidence"], _("；").join(sentences(why, names)),
            )
        )  # fmt: skip
    notes = [
        _("次序在全县各链里排：%(rule)s。关键分满分 100；“可能”是把不知道的部分算进去的范围。需求来源写“估计”的，是下游营业收入乘比重推算的，没有问过企业。外购额来自采购调查，没有填报的写“—”。") % {"rule": RULE},
    ]  # fmt: skip
    if not listed:
        notes.insert(0, _("这些环节里没有薄弱或缺失的。"))
    columns = (
        ListColumn(_("次序"), 5, True), ListColumn(_("次序依据"), 5), ListColumn(_("环节"), 14), ListColumn(pgettext("segment", "位置"), 4), ListColumn(_("状态"), 4), ListColumn(_("关键"), 4),
        ListColumn(_("关键分"), 5, True), ListColumn(_("可能"), 6, True), ListColumn(_("本地每年要买（万元）"), 8, True),
        ListColumn(_("需求来源"), 5), ListColumn(_("其中外购（万元）"), 8, True), ListColumn(_("怎么办"), 5), ListColumn(_("把握"), 4), ListColumn(_("为什么"), 22),
    )  # fmt: skip
    return Listing(_("薄弱缺失环节"), _("清单三 薄弱缺失环节"), columns, tuple(listed), tuple(notes))


def all_links(table_rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Listing:
    """Every link of the chain that the filters keep, in order of priority: the table beside the map, each link with its reasons."""
    listed: list[tuple[Cell, ...]] = []
    for row in table_rows:
        grade: NodeGrade = row["grade"]
        why = [one.reason for one in grade.presence.weak if one.fired] or list(grade.presence.reasons)
        listed.append(
            (
                row["place"], str(BASES[row["basis"]]) if row["basis"] else None, row["node"].label, row["segment"], row["state"], yes(grade.criticality.is_key), points(grade.criticality.score.value), row["range"],
                row["firms"], elsewhere(grade), row["act"] or None, row["confidence"], _("；").join(sentences(why, names)),
            )
        )  # fmt: skip
    columns = (
        ListColumn(_("次序"), 5, True), ListColumn(_("次序依据"), 5), ListColumn(_("环节"), 14), ListColumn(pgettext("segment", "位置"), 4), ListColumn(_("状态"), 4), ListColumn(_("关键"), 4),
        ListColumn(_("关键分"), 5, True), ListColumn(_("可能"), 6, True), ListColumn(_("主营企业（家）"), 6, True), ListColumn(_("其中外购（万元）"), 8, True),
        ListColumn(_("怎么办"), 5), ListColumn(_("把握"), 4), ListColumn(_("为什么"), 28),
    )  # fmt: skip
    notes = (_("和图旁边的“表”同样的行、同样的次序；次序在全县各链里排。外购额来自采购调查，没有填报的空着，不是 0。"),)
    return Listing(_("全部环节"), _("全部环节"), columns, tuple(listed), notes)


TEMPLATE = (
    ("ideal_firm", gettext_lazy("理想企业")), ("revenue_band", gettext_lazy("营收范围")), ("employees_band", gettext_lazy("用工范围")), ("investment_yi_band", gettext_lazy("投资（亿元）")),
    ("site_needs", gettext_lazy("落地条件")), ("expansion_signals", gettext_lazy("扩张信号")), ("origin_regions", gettext_lazy("来源地区")), ("first_questions", gettext_lazy("首谈要问")),
    ("permits_by_law", gettext_lazy("法定许可")), ("preferred_certificates", gettext_lazy("宜有的认证")),
)  # fmt: skip


def profiles(found: Graded, nodes: Sequence[Node]) -> Listing:
    """List 4: what kind of firm to look for on each weak or missing key link, out of the pack, with the marks of its rows."""
    day = found.grading.today
    targets, templates = table("chains", "target_profiles", day), table("chains", "profile_templates", day)
    words = status_words(day)
    listed: list[tuple[Cell, ...]] = []
    for node in nodes:
        grade = found.grading.nodes.get(node.code)
        if grade is None or not grade.criticality.is_key or grade.presence.state not in GAPS:
            continue
        target = targets.by_key(node.code)
        template = templates.by_key(target["profile_id"]) if target is not None else None
        kept = [None if template is None else _marked(template, name, words) for name, _label in TEMPLATE]
        own = [None, None] if target is None else [target["red_lines"] or None, target["approach"] or None]
        listed.append((node.label, *kept, *own, _basis(target, template, words, day)))
    notes = [
        _(
            "画像是编者判断，用来找企业和准备首谈，不是准入条件，更不是任何补贴或优惠的资格条件；法定许可用前须核对现行规定。"
        )
    ]
    if not listed:
        notes.insert(0, _("这些环节里没有薄弱或缺失的关键环节，不列画像。"))
    columns = (
        ListColumn(_("环节"), 14), *(ListColumn(str(label), 16) for _name, label in TEMPLATE), ListColumn(_("红线"), 18),
        ListColumn(_("接触方式"), 18), ListColumn(_("依据"), 16),
    )  # fmt: skip
    return Listing(_("招商目标画像"), _("清单四 招商目标画像"), columns, tuple(listed), tuple(notes), cards=True)


def _marked(row: PackRow, name: str, words: Mapping[str, str]) -> Cell:
    """A cell of the pack; what is legal or certified carries the mark of a row nobody verified."""
    text = row[name]
    if not text:
        return None
    doubted = name in ("permits_by_law", "preferred_certificates") and row.status != "verified"
    return bracketed(text, words.get(row.status, row.status)) if doubted else text


def _basis(target: PackRow | None, template: PackRow | None, words: Mapping[str, str], day: date) -> str:
    if target is None:
        return _("规则包里没有这个环节的画像；可以在“规则包 → 产业链 → 招商画像（环节）”里补。")
    said = dict.fromkeys(
        bracketed(basis_words(row.source, day), words.get(row.status, row.status))
        for row in (target, template)
        if row is not None
    )
    return _("；").join(said)


@dataclass(frozen=True)
class Bought:
    """One item over all surveyed firms the reader may see. Money in 万元 a year; None where nobody told it."""

    item: str
    node_id: int | None
    firms: int
    value: float | None
    outside: float | None
    places: str
    single: int
    untold: int
    years: str


def bought(found: Iterable[Purchase]) -> list[Bought]:
    """Purchases by item and link, most money first. Whose they are is not said: firms were promised sums by link only."""
    groups: dict[tuple[int | None, str], list[Purchase]] = {}
    for one in found:
        groups.setdefault((one.node_id, one.item), []).append(one)
    made = [_bought(item, node_id, lines) for (node_id, item), lines in groups.items()]
    return sorted(made, key=lambda one: (-(one.value or 0), one.value is None, one.item, one.node_id or 0))


def _bought(item: str, node_id: int | None, lines: Sequence[Purchase]) -> Bought:
    told = [one for one in lines if one.value is not None]
    placed = [one for one in told if one.where != Purchase.Where.UNKNOWN]
    places = Counter(one.where for one in lines)
    years = sorted({one.year for one in lines})
    return Bought(
        item=item,
        node_id=node_id,
        firms=len({one.buyer_id for one in lines}),
        value=float(sum(one.value or 0 for one in told)) if told else None,
        outside=float(sum(one.value or 0 for one in placed if one.where != Purchase.Where.LOCAL)) if placed else None,
        places=_("、").join(f"{label} {places[where]}" for where, label in Purchase.Where.choices if places[where]),
        single=sum(one.single_source is True for one in lines),
        untold=len(lines) - len(told),
        years="–".join(str(one) for one in dict.fromkeys((years[0], years[-1]))),
    )


def purchases(rows: Seen, nodes: Sequence[Node]) -> Listing:
    """List 5: what surveyed firms buy of the chain's goods, most money first, without saying whose it is."""
    names = {node.pk: node.label for node in nodes}
    listed = tuple(
        (
            at, one.item, names.get(one.node_id) if one.node_id else None, one.firms, one.value, one.outside, one.places, one.single,
            one.untold, one.years,
        )
        for at, one in enumerate(bought(rows.purchases), 1)
    )  # fmt: skip
    notes = [
        _("取自采购调查，各家最近一年，按采购品汇总，不印是哪家填的；没有填金额的不按 0 算。“从哪里买”后面是笔数。")
    ]
    if not listed:
        notes.insert(0, _("没有看得到的采购调查；做了，才知道缺口值多少钱。"))
    if rows.hidden_buyers:
        text = ngettext(
            "另有 %(n)s 家填过，制表岗位无权查看。", "另有 %(n)s 家填过，制表岗位无权查看。", rows.hidden_buyers
        )
        notes.append(text % {"n": f"{rows.hidden_buyers:,}"})
    columns = (
        ListColumn(_("序号"), 4, True), ListColumn(_("采购品"), 18), ListColumn(_("对应环节"), 16), ListColumn(_("填报（家）"), 6, True),
        ListColumn(_("年采购额（万元）"), 9, True), ListColumn(_("其中县外（万元）"), 9, True), ListColumn(_("从哪里买（笔）"), 16),
        ListColumn(_("只有一家能供（笔）"), 7, True), ListColumn(_("没填金额（笔）"), 7, True), ListColumn(_("年度"), 7),
    )  # fmt: skip
    return Listing(_("关键采购"), _("清单五 关键采购"), columns, listed, (*notes, *cut(len(listed))), PRINTED)


def policies() -> Listing:
    """List 6: the register of policies comes with a later stage; nothing is made up here."""
    notes = (
        _("系统里还没有载入政策，所以这张清单是空的；不是说没有适用的政策。"),
        _(
            "现在要附政策：请牵头部门另附现行有效的文件，写明文号、条款和截止日期，并先过公平竞争审查。政策台账启用、登记以后，适用于这条链的政策列在这里。"
        ),
    )
    return Listing(_("政策"), _("清单六 政策"), (ListColumn(_("政策"), 40), ListColumn(_("文号"), 20)), (), notes)


def platforms(rows: Seen, nodes: Sequence[Node]) -> Listing:
    """List 7: parks with firms on the chain; platforms themselves have no register yet."""
    names = {node.pk: node.label for node in nodes}
    parks: dict[int, list[Placed]] = {}
    for one in rows.of(MADE, names):
        unit = rows.firms[one.firm_id].unit_id
        if rows.units[unit].kind == Unit.Kind.PARK:
            parks.setdefault(unit, []).append(one)
    listed: list[tuple[Cell, ...]] = []
    for unit, placed in parks.items():
        firms = {one.firm_id for one in placed}
        main = {one.firm_id for one in placed if one.role == Placement.Role.MAIN}
        above = sum(rows.firms[key].above_scale for key in firms)
        where = dict.fromkeys(names[one.node_id] for one in sorted(placed, key=lambda one: one.node_id))
        listed.append((rows.units[unit].name, len(firms), len(main), above, len(where), _("、").join(where)))
    listed.sort(key=lambda row: (-int(row[1] or 0), str(row[0])))
    notes = [
        _("平台载体（孵化器、标准厂房、检测平台等）还没有登记；登记以后列在这里。现在列的是这条链上有企业的园区。"),
        *limits(rows, MADE),
    ]
    if not listed:
        notes.insert(
            0, _("没有看得到的园区企业在这些环节上。") if rows.hidden(MADE) else _("还没有园区企业在这些环节上。")
        )
    columns = (
        ListColumn(_("园区"), 18), ListColumn(_("链上企业（家）"), 8, True), ListColumn(_("其中主营（家）"), 8, True), ListColumn(_("其中规上（家）"), 8, True),
        ListColumn(_("涉及环节（个）"), 8, True), ListColumn(_("哪些环节"), 40),
    )  # fmt: skip
    return Listing(_("平台载体"), _("清单七 平台载体"), columns, tuple(listed), tuple(notes))

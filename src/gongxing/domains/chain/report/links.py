"""One page a key link: what the drawer beside the map says, for print."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.county import Placed
from gongxing.domains.chain.doing import Doing
from gongxing.domains.chain.models import Node, Placement
from gongxing.domains.chain.places import places
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.report.facts import Block, Chapter, Facts, Lines, ListColumn, Listing
from gongxing.domains.chain.report.lists import bought, bracketed, figure_source, figures_note
from gongxing.domains.chain.report.rows import Seen
from gongxing.domains.chain.show import evidence
from gongxing.domains.chain.words import PARTS

ROLES = (
    Placement.Role.MAIN,
    Placement.Role.SUPPORTING,
    Placement.Role.BUILDING,
    Placement.Role.INTENDED,
    Placement.Role.TRADE,
)
FIRMS, LINES, INPUTS, BUYERS = 6, 4, 5, 4


def link_page(found: Graded, node: Node, rows: Seen, fresh: bool) -> Chapter:
    """The chapter of one link."""
    told = evidence(found, node)
    marks = [told["state"], *([_("关键")] if told["key"] else []), node.get_segment_display()]
    title = bracketed(node.label, _("、").join(marks))
    blocks: tuple[Block, ...] = (
        Lines((_lead(told), *told["refusals"])),
        _parts(told),
        Lines(tuple(told["key_reasons"])),
        Lines(_presence(told), _("为什么是%(state)s") % {"state": told["state"]}),
        *_changes(told),
        _firms(node, rows),
        _bought(node, rows),
        _ends(told),
        Facts(_method(told)),
    )
    return Chapter(title, 2, blocks, "annex", fresh)


def _lead(told: Mapping[str, Any]) -> str:
    """What to do, in which place, and why."""
    place = _("第 %(n)d 位") % {"n": told["place"]} if told["place"] else ""
    if told["mark"]:
        place = bracketed(place, told["mark"])
    doing: Doing = told["doing"]
    why = told["act_reasons"]
    if doing.chosen:
        why = [doing.said, doing.odd, _("系统的理由：%(why)s") % {"why": _("；").join(why)}]
    parts = [doing.words or _("不用专门招引"), place, *why]
    return _("；").join(dict.fromkeys(filter(None, parts)))


def _parts(told: Mapping[str, Any]) -> Listing:
    title = _("关键分 %(score)s / 100，界线 %(line)s，可能 %(range)s") % {
        name: told[name] for name in ("score", "line", "range")
    }
    columns = (
        ListColumn(_("项"), 8),
        ListColumn(_("得分"), 5, True),
        ListColumn(_("满分"), 5, True),
        ListColumn(_("依据"), 40),
    )
    rows = tuple((one["label"], one["points"], one["full"], one["reason"]) for one in told["parts"])
    return Listing("", title, columns, rows)


def _presence(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The rules, those that hold against the link first; each says its figure and its line."""
    groups = (
        (_("不足"), told["fired"]),
        (_("情况"), told["presence"]),
        (_("达到"), told["clear"]),
        (_("不清楚"), told["open"]),
    )
    return tuple(_("%(mark)s：%(text)s") % {"mark": mark, "text": text} for mark, texts in groups for text in texts)


def _changes(told: Mapping[str, Any]) -> tuple[Lines, ...]:
    said = tuple(
        _("%(way)s：%(steps)s → %(to)s") % {"way": one["way"], "steps": one["steps"], "to": one["to"]}
        for one in told["changes"]
    )
    return (Lines(said, _("怎样会变")),) if said else ()


def _more(total: int, limit: int) -> tuple[str, ...]:
    return (_("共 %(n)d 行，这里印前 %(m)d 行。") % {"n": total, "m": limit},) if total > limit else ()


def _firms(node: Node, rows: Seen) -> Listing:
    placed = sorted(rows.of(ROLES, {node.pk}), key=lambda one: ROLES.index(Placement.Role(one.role)))
    listed = tuple(_firm(one, rows) for one in placed)
    columns = (
        ListColumn(_("企业"), 22), ListColumn(_("角色"), 6), ListColumn(_("属地"), 10), ListColumn(_("营业收入（万元）"), 9, True),
        ListColumn(_("来源、期别"), 9),
    )  # fmt: skip
    notes = _more(len(listed), FIRMS) if listed else (_("没有看得到的企业在这个环节。"),)
    if kept := rows.kept_back({one.firm_id: rows.firms[one.firm_id] for one in placed}.values()):
        notes = (*notes, figures_note(kept))
    return Listing("", _("企业"), columns, listed, notes, FIRMS)


def _firm(one: Placed, rows: Seen) -> tuple[Any, ...]:
    firm = rows.firms[one.firm_id]
    revenue = rows.revenue(firm)
    return (
        firm.name, one.role_label, rows.units[firm.unit_id].name, revenue,
        None if revenue is None else figure_source(firm.figure_source, firm.figure_period),
    )  # fmt: skip


def _bought(node: Node, rows: Seen) -> Listing:
    found = bought(one for one in rows.purchases if one.node_id == node.pk)
    listed = tuple((one.item, one.firms, one.value, one.outside, one.places, one.untold, one.years) for one in found)
    columns = (
        ListColumn(_("采购品"), 18), ListColumn(_("填报（家）"), 6, True), ListColumn(_("万元/年"), 8, True), ListColumn(_("其中县外（万元）"), 8, True),
        ListColumn(_("从哪里买（笔）"), 16), ListColumn(_("没填金额（笔）"), 6, True), ListColumn(_("年度"), 6),
    )  # fmt: skip
    notes = _more(len(listed), LINES) if listed else (_("没有看得到的采购调查；做了，才知道缺口值多少钱。"),)
    return Listing("", _("买多少，从哪里买"), columns, listed, notes, LINES)


def _ends(told: Mapping[str, Any]) -> Listing:
    listed = tuple(
        (
            way, one["node"].label, one["state"], one["kind"], one["weight"],
            f"{one['source']} · {one['basis']}" if one["basis"] else one["source"],
        )
        for way, ends in ((_("投入"), told["inputs"][:INPUTS]), (_("去向"), told["buyers"][:BUYERS]))
        for one in ends
    )  # fmt: skip
    columns = (
        ListColumn(_("方向"), 5), ListColumn(_("环节"), 14), ListColumn(_("状态"), 5), ListColumn(_("关系"), 6), ListColumn(_("比重"), 6, True),
        ListColumn(_("来源"), 24),
    )  # fmt: skip
    n, m = len(told["inputs"]), len(told["buyers"])
    notes: tuple[str, ...] = () if listed else (_("没有登记上下游。"),)
    if len(listed) < n + m:
        notes = (_("投入共 %(n)d 项，去向共 %(m)d 处，比重大的先印。") % {"n": n, "m": m},)
    return Listing("", _("上下游"), columns, listed, notes)


def _method(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The method card: formula, direction, n, what the quotient rests on, confidence, order, day."""
    formula = " + ".join(f"{weight:.0f}·{PARTS[name]}" for name, weight in told["weights"])
    n = _("供方 %(a)d 家，采购 %(b)d 笔；截至 %(day)s") % {
        "a": told["n_firms"], "b": told["n_purchases"], "day": told["as_of"].isoformat(),
    }  # fmt: skip
    return (
        (_("算式"), _("%(formula)s；不知道的一项不计，其余重新加权；越大越关键") % {"formula": formula}),
        (_("样本"), n),
        (_("区位商"), _("；").join(told["quotient"])),
        (_("把握"), _("；").join([told["confidence"], *told["confidence_reasons"]])),
        (_("优先次序"), _("；").join([told["rule"], *told["priority"]])),
        (_("估计的需求"), told["estimate"]),
    )


def key_links(found: Graded, nodes: Collection[Node]) -> list[Node]:
    """Key links, highest priority first, then by score."""
    order = places(found)
    grades = found.grading.nodes
    keys = [node for node in nodes if node.code in grades and grades[node.code].criticality.is_key]
    return sorted(
        keys,
        key=lambda node: (
            order[node.code].number if node.code in order else len(order) + 1,
            -(grades[node.code].criticality.score.value or 0),
            node.code,
        ),
    )

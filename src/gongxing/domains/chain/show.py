"""What a page shows of a grading: plain values and words, no decisions. One place for screen, table, drawer and report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from gongxing.domains.chain.county import DRAWN
from gongxing.domains.chain.disclosure import DEMAND, SUMS, least_firms
from gongxing.domains.chain.doing import doing
from gongxing.domains.chain.drawing import Band, Box, draw
from gongxing.domains.chain.line_breaks import NBSP
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.places import BASES, ESTIMATE, RULE, SURVEY, places
from gongxing.domains.chain.queries import Graded, layout_of
from gongxing.domains.chain.quotient_words import quotient_lines
from gongxing.domains.chain.words import (
    LEVELS,
    PARTS,
    SEPARATORS,
    STATES,
    firm_count,
    percent,
    sentence,
    sentences,
    whole,
)
from gongxing.engines.chain import ChainGrade, Indicator, NodeGrade, Span, indicators
from gongxing.engines.chain.results import STATES as STATE_ORDER
from gongxing.engines.reasons import Reason
from gongxing.kernel.packs.tables import table

MARKS: Mapping[str, tuple[str, str]] = {
    "missing": ("bad", "c-missing"),
    "weak": ("warn", "c-weak"),
    "filling": ("fill", "c-filling"),
    "normal": ("idle", "c-normal"),
    "strong": ("good", "c-strong"),
    "unknown": ("idle", "idle"),
    "key": ("vow", "c-key"),
}
"""State of a node → (tone of the tokens, symbol of the sprite)."""
WAN = 10_000


@dataclass(frozen=True)
class Filter:
    """What the reader wants to see: states ("key" among them), a segment, a park (id of its unit, 0: all), the chosen node."""

    states: frozenset[str] = frozenset()
    segment: str = ""
    park: int = 0
    node: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.states or self.segment or self.park)

    def keeps(self, found: Graded, node: Node, grade: NodeGrade) -> bool:
        """Whether the link is shown in full: it fits all that is asked."""
        if self.segment and node.segment != self.segment:
            return False
        if self.park and self.park not in found.units_on(grade):
            return False
        if not self.states:
            return True
        return grade.presence.state in self.states or ("key" in self.states and bool(grade.criticality.is_key))


def money(wan: float) -> str:
    """万元 as people write it: 8,640 万 or 1.3 亿; in English CNY 86.4m, CNY 345m or CNY 1.2bn."""
    if (get_language() or "").startswith("en"):
        millions = wan / 100
        if millions >= 1000:
            return f"CNY{NBSP}{millions / 1000:,.1f}bn"
        return f"CNY{NBSP}{millions:,.0f}m" if millions >= 100 else f"CNY{NBSP}{millions:,.1f}m"
    if wan >= WAN:
        return _("%(n)s 亿") % {"n": f"{wan / WAN:.1f}".removesuffix(".0")}
    return _("%(n)s 万") % {"n": whole(wan)}


def bought_elsewhere(grade: NodeGrade) -> float:
    """万元 a year that surveyed local buyers spend outside the county."""
    spent = grade.figures.spent
    return spent.get("province", 0.0) + spent.get("outside", 0.0)


def known_elsewhere(grade: NodeGrade) -> float | None:
    """The same; None where nobody said how much is bought where: a known 0 is not the same as not knowing."""
    return bought_elsewhere(grade) if {"local", "province", "outside"} & grade.figures.spent.keys() else None


def box_line(grade: NodeGrade) -> str:
    """The second line of a box: money bought elsewhere where nothing is made here, else firms and their revenue."""
    figures = grade.figures
    elsewhere = bought_elsewhere(grade)
    if grade.presence.state == "missing":
        if SUMS in grade.withheld:
            return _("外购不显示")
        return _("外购 %(money)s") % {"money": money(elsewhere)} if elsewhere else _("没有企业")
    if grade.presence.state == "filling":
        n = len(figures.building)
        return ngettext("在建 %(n)d 家", "在建 %(n)d 家", n) % {"n": n}
    n = len(figures.main)
    text = firm_count(n)
    return f"{text} {money(figures.revenue)}" if figures.revenue else text


def finding(found: Graded, chain: Chain) -> str:
    """The title of a chain's page says what was found."""
    grade = chain_grade(found, chain)
    counts = grade.counts
    names = {node.code: node.label for node in found.rows.nodes}
    gaps = [g for g in grade.nodes if g.criticality.is_key and g.presence.state in ("missing", "weak")]
    gaps.sort(key=lambda g: (-bought_elsewhere(g), -(g.criticality.score.value or 0), g.node))
    start = _("%(chain)s：%(n)d 个环节缺 %(missing)d 弱 %(weak)d") % {
        "chain": chain.label, "n": len(grade.nodes), "missing": counts["missing"], "weak": counts["weak"],
    }  # fmt: skip
    if counts["unknown"] == len(grade.nodes):
        return _("%(chain)s：%(n)d 个环节，还没有企业上链") % {"chain": chain.label, "n": len(grade.nodes)}
    if not gaps:
        return start
    said = _("、").join(names[one.node] for one in gaps[:2])
    open_ = not any(SUMS in one.withheld for one in gaps)
    elsewhere = sum(bought_elsewhere(one) for one in gaps) if open_ else 0
    if elsewhere:
        return _("%(start)s，%(said)s等 %(n)d 处关键缺口每年外购 %(money)s元") % {
            "start": start, "said": said, "n": len(gaps), "money": money(elsewhere),
        }  # fmt: skip
    if len(gaps) > 2:
        return _("%(start)s，关键缺口 %(n)d 处：%(said)s等") % {"start": start, "n": len(gaps), "said": said}
    return _("%(start)s，关键缺口 %(n)d 处：%(said)s") % {"start": start, "n": len(gaps), "said": said}


def verdict(found: Graded, node: Node) -> str:
    """The title of a link's page says what was found: its state, whether it is key, what it costs, what to do."""
    grade = found.grading.nodes[node.code]
    parts = [str(STATES[grade.presence.state])]
    if grade.criticality.is_key:
        parts.insert(0, _("关键"))
    elsewhere = bought_elsewhere(grade)
    if elsewhere:
        parts.append(_("每年外购 %(money)s元") % {"money": money(elsewhere)})
    if words := doing(node, grade).words:
        parts.append(words)
    return _("%(node)s：%(said)s") % {"node": node.label, "said": _("，").join(parts)}


def chain_grade(found: Graded, chain: Chain) -> ChainGrade:
    """The grade of one chain; an empty one when it has no links."""
    return next((one for one in found.grading.chains if one.chain == chain.code), ChainGrade(chain.code, (), (), 0))


def state_chips(grade: ChainGrade, shown: Filter, query: Any) -> list[dict[str, Any]]:
    """The legend that filters: key and the states, each with its count."""
    counts = grade.counts
    chips = []
    for state in ("key", *STATE_ORDER):
        if not counts[state] and state == "unknown":
            continue
        tone, symbol = MARKS[state]
        label = _("关键") if state == "key" else str(STATES[state])
        chips.append(
            {
                "state": state, "label": label, "n": counts[state], "tone": tone, "symbol": symbol,
                "active": state in shown.states, "url": query(state),
            }
        )  # fmt: skip
    return chips


def picture(
    found: Graded,
    chain: Chain,
    shown: Filter,
    url: Any,
    fit: bool = False,
    changed: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    """The map of one chain as SVG; ``fit``: as wide as the page; ``changed``: link → way of its change (better, worse, other) and the word."""
    boxes, bands = boxes_of(found, chain, shown, url)
    for code, (way, word) in (changed or {}).items():
        if code in boxes:
            boxes[code] = replace(boxes[code], moved=way, spoken=_("，").join((boxes[code].spoken, word)))
    title = _("%(chain)s，%(n)d 个环节；同样的内容见“表”") % {"chain": chain.label, "n": len(found.nodes_of(chain))}
    return draw(layout_of(found, chain), boxes, bands, title, fit)


def boxes_of(found: Graded, chain: Chain, shown: Filter, url: Any) -> tuple[dict[str, Box], list[Band]]:
    """What is written in the boxes of a map, by code, and over its segments: for the screen and for paper."""
    grades, nodes = found.grading.nodes, found.nodes_of(chain)
    boxes = {}
    for node in nodes:
        grade = grades.get(node.code)
        if grade is None:
            continue
        boxes[node.code] = Box(
            code=node.code, name=node.label, line=box_line(grade), state=grade.presence.state, key=bool(grade.criticality.is_key),
            url=url(node.code), spoken=spoken(node, grade), dim=not shown.keeps(found, node, grade), chosen=node.code == shown.node,
        )  # fmt: skip
    return boxes, [Band(place, str(segment.label)) for segment, place in DRAWN.items()]


def spoken(node: Node, grade: NodeGrade) -> str:
    """One sentence for a reader who does not see the picture. What is written in the box stands first and together: who steers by voice
    says what he sees (WCAG 2.5.3)."""
    parts = [node.label, box_line(grade), str(STATES[grade.presence.state])]
    if grade.criticality.is_key:
        parts.append(_("关键"))
    return _("，").join(parts)


def rows(found: Graded, chain: Chain, shown: Filter, url: Any) -> list[dict[str, Any]]:
    """The same as a table, in the order of places: ``place`` is the one in the county, ``basis`` what it rests on, ``demand`` and
    ``elsewhere`` are 万元 a year (None: not known)."""
    order = places(found)
    listed = []
    for node in found.nodes_of(chain):
        grade = found.grading.nodes.get(node.code)
        if grade is None or not shown.keeps(found, node, grade):
            continue
        tone, symbol = MARKS[grade.presence.state]
        score, place, source = grade.criticality.score, order.get(node.code), grade.figures.demand_source
        todo = doing(node, grade)
        listed.append(
            {
                "node": node, "grade": grade, "url": url(node.code), "state": str(STATES[grade.presence.state]), "tone": tone,
                "symbol": symbol, "key": bool(grade.criticality.is_key), "score": _score(score), "range": _range(score),
                "segment": node.get_segment_display(), "firms": len(grade.figures.main), "line": box_line(grade),
                "elsewhere": known_elsewhere(grade), "hidden": SUMS in grade.withheld, "act": todo.words, "doing": todo,
                "place": place.number if place else None, "basis": place.basis if place else "", "mark": place.word if place else "",
                "demand": grade.figures.demand, "hidden_demand": bool({SUMS, DEMAND} & grade.withheld), "estimated": source == ESTIMATE,
                "source": str(BASES[source]) if source in (SURVEY, ESTIMATE) else "", "confidence": str(LEVELS[grade.confidence.level]),
            }
        )  # fmt: skip
    return sorted(listed, key=lambda row: (row["place"] or len(order) + 1, row["node"].code))


def _score(span: Span) -> str:
    return "—" if span.value is None else f"{span.value:.0f}"


def _range(span: Span) -> str:
    return f"{span.low:.0f}–{span.high:.0f}"


def evidence(found: Graded, node: Node) -> dict[str, Any]:
    """Everything behind one link: score in parts, rules with both numbers, what would change it, confidence, method."""
    grade = found.grading.nodes[node.code]
    names = {one.code: one.label for one in found.rows.nodes}
    weak = [check for check in grade.presence.weak if check.fired]
    short = [check for check in grade.presence.strong if check.fired is False]
    clear = [check for check in grade.presence.weak if check.fired is False]
    clear += [check for check in grade.presence.strong if check.fired]
    unknown = [check for check in (*grade.presence.weak, *grade.presence.strong) if check.fired is None]
    tone, symbol = MARKS[grade.presence.state]
    order = places(found)
    place = order.get(node.code)
    return {
        "node": node, "state": str(STATES[grade.presence.state]), "tone": tone, "symbol": symbol,
        "key": bool(grade.criticality.is_key), "score": _score(grade.criticality.score), "range": _range(grade.criticality.score),
        "key_reasons": sentences(grade.criticality.reasons, names), "line": f"{found.grading.parameters.key_line:.0f}",
        "parts": [_part(part, names) for part in grade.criticality.parts],
        "presence": [*sentences(grade.presence.reasons, names), *(sentence(one.reason, names) for one in short)], "fired": [sentence(one.reason, names) for one in weak],
        "clear": [sentence(one.reason, names) for one in clear], "open": [sentence(one.reason, names) for one in unknown],
        "changes": [_change(change, names) for change in grade.changes[:4]],
        "doing": doing(node, grade), "act_reasons": sentences(grade.acts.reasons, names),
        "place": place.number if place else None, "mark": place.word if place else "", "of": len(order), "rule": str(RULE),
        "estimate": estimate_rule(found),
        "priority": sentences(grade.priority.reasons, names),
        "refusals": sentences(found.grading.refusals, names), "elsewhere": bought_elsewhere(grade),
        "confidence": str(LEVELS[grade.confidence.level]), "confidence_reasons": sentences(grade.confidence.reasons, names),
        "inputs": _ends(found, node, "target"), "buyers": _ends(found, node, "source"),
        "weights": found.grading.parameters.weights, "n_firms": len(grade.figures.suppliers), "n_purchases": grade.figures.purchases,
        "as_of": found.grading.today, "cycle": grade.in_cycle,
        "quotient": quotient_lines(found.quotients, found.quotients.of_classes(node.classes)),
    }  # fmt: skip


def estimate_rule(found: Graded) -> str:
    """How a demand nobody was asked about is worked out, and how a firm on several links is counted."""
    return _("没有采购调查时：下游企业营业收入 × %(ratio)g × 比重；一家企业在几个环节上的，营业收入在这些环节上平分，不重复算。链上企业数一家只数一次") % {
        "ratio": found.grading.parameters.input_cost_ratio,
    }  # fmt: skip


def _part(part: Any, names: Mapping[str, str]) -> dict[str, Any]:
    points = part.points
    return {
        "label": str(PARTS[part.name]), "points": None if points is None else f"{points:.0f}", "full": f"{part.weight:.0f}",
        "width": None if points is None or not part.weight else round(100 * points / part.weight, 1),
        "reason": sentence(part.reason, names),
    }  # fmt: skip


def _change(change: Any, names: Mapping[str, str]) -> dict[str, str]:
    ways = {"better": _("会变好"), "worse": _("会变差"), "learn": _("先弄清")}
    steps = _("，并且").join(sentences(change.steps, names))
    return {"way": ways[change.way], "steps": steps, "to": str(STATES[change.to])}


def basis_words(basis: str, day: date) -> str:
    """Where a relation comes from; a code of the pack's list of sources becomes its title."""
    if not basis:
        return ""
    titles = {row["code"]: row["title"] for row in table("chains", "sources", day)}
    parts = [part.strip() for part in SEPARATORS.split(basis)]
    return _("；").join(titles.get(part, part) for part in parts if part)


def _ends(found: Graded, node: Node, end: str) -> list[dict[str, Any]]:
    """Links of one side: what goes in (``end`` target) or who buys (``end`` source), heaviest first."""
    other = "source" if end == "target" else "target"
    by_pk = {one.pk: one for one in found.rows.nodes}
    listed = []
    for edge in found.rows.edges:
        if getattr(edge, f"{end}_id") == node.pk:
            ended = by_pk[getattr(edge, f"{other}_id")]
            state = found.grading.nodes[ended.code].presence.state
            listed.append(
                {
                    "node": ended, "kind": edge.get_kind_display(), "weight": None if edge.weight is None else percent(float(edge.weight)),
                    "source": edge.get_weight_source_display(), "state": str(STATES[state]), "tone": MARKS[state][0], "symbol": MARKS[state][1],
                    "basis": basis_words(edge.basis, found.grading.today), "url": reverse("chain-node", args=[ended.code]), "sort": float(edge.weight or 0),
                }
            )  # fmt: skip
    return sorted(listed, key=lambda one: (-one["sort"], one["node"].code))


def measures(grade: ChainGrade) -> list[dict[str, Any]]:
    """Completeness, resilience and local sourcing of a chain, each with n, its words and what it is made of."""
    found = indicators(grade)
    local = _local_rate(grade, found.local_sourcing)
    table: Sequence[tuple[str, Any, str]] = (
        (_("完整度"), found.completeness, _("本地有（薄弱、一般、优势）的环节 ÷ 已知状态的环节")),
        (_("完整度（按价值）"), found.completeness_by_value, _("同上，每个环节按价值占比计")),
        (_("韧性"), found.resilience, _("1 − 只有单一来源的环节的价值占比之和 ÷ 全部价值占比")),
        (_("本地配套率"), local, _("向本县供方采购额 ÷ 知道从哪里买的采购额，来自采购调查")),
    )
    return [
        {
            "label": label, "value": "—" if one.value is None or one.value.value is None else percent(one.value.value),
            "n": one.n, "of": one.of, "reasons": sentences(one.reasons), "formula": formula,
        }
        for label, one, formula in table
    ]  # fmt: skip


def _local_rate(grade: ChainGrade, found: Indicator) -> Indicator:
    """The local sourcing rate, with what was left out of it because this reader does not see its sums."""
    hidden = sum(SUMS in one.withheld for one in grade.nodes)
    if not hidden:
        return found
    need = str(least_firms())
    if found.value is None:
        return replace(found, reasons=(Reason.of("chain.hidden.no_rate", need=need),))
    return replace(found, reasons=(*found.reasons, Reason.of("chain.hidden.local_rate", n=str(hidden), need=need)))

"""The other pictures of a report beside the whole map: links to attract, firms by place, states by segment. Each is drawn from the same
rows as the lists and is said once more in words, for who does not see it and for a fax.

State is shape and word first, as on the map; a number stands at every bar and in every field.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.county import DRAWN
from gongxing.domains.chain.disclosure import DEMAND, SUMS
from gongxing.domains.chain.doing import Doing, doing
from gongxing.domains.chain.line_breaks import ems, wrapped
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.printing import (
    DIAMOND,
    INK,
    INK_2,
    INK_3,
    KEY,
    PAPER,
    TONES,
    Picture,
    lettering,
    shape_of,
)
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.report.frame import BODY, FINE, MARGIN, SMALL, WIDTH, fitting, framed, rule
from gongxing.domains.chain.report.rows import MADE, Seen
from gongxing.domains.chain.show import bought_elsewhere
from gongxing.domains.chain.words import ACTS, STATES, whole
from gongxing.engines.chain import NodeGrade
from gongxing.engines.chain.results import STATES as STATE_ORDER

ROW, HEAD = 30, 44
TARGETS, PLACES = 15, 16
BLUE = "#2f6fdb"
NAME_AT, NAME_ROOM, ACT_AT, SCORE_AT, SCORE_WIDE, MONEY_AT, MONEY_WIDE = 104, 146, 256, 318, 120, 458, 176
ACT_ROOM = SCORE_AT - ACT_AT - 4
FIELD_AT, FIELD_ROW = 150, 30
GLYPH_AT, GLYPHS_TO, GLYPH, ACTS_AT = 84, 546, 19, 580


@dataclass(frozen=True)
class Drawn:
    """A picture of a report: ``key`` in its address, its heading, the drawing and the same in words."""

    key: str
    title: str
    picture: Picture
    words: tuple[str, ...]


@dataclass(frozen=True)
class Money:
    """What a link to attract would be worth a year, in 万元. ``kind``: survey (bought elsewhere), estimate (demand worked out of revenue and
    weights), hidden (known, not shown to this reader), unknown."""

    kind: str
    value: float

    @property
    def word(self) -> str:
        """As it is printed at the bar."""
        if self.kind == "hidden":
            return _("不显示")
        if self.kind == "unknown":
            return "—"
        return whole(self.value) if self.kind == "survey" else _("约 %(n)s，估计") % {"n": whole(self.value)}

    @property
    def sentence(self) -> str:
        """As it is said in words."""
        money = {"n": whole(self.value)}
        if self.kind == "survey":
            return _("每年外购 %(n)s 万元（采购调查）") % money
        if self.kind == "estimate":
            return _("本地需求约 %(n)s 万元/年（按下游营收估计，不是采购调查）") % money
        return _("金额不显示") if self.kind == "hidden" else _("不知道每年外购多少")


def money_of(grade: NodeGrade) -> Money:
    """What is known of a link's gap, no more than this reader's grading says."""
    figures = grade.figures
    if SUMS in grade.withheld:
        return Money("hidden", 0.0)
    if figures.bought:
        return Money("survey", bought_elsewhere(grade))
    if figures.demand_source == "estimate":
        if DEMAND in grade.withheld:
            return Money("hidden", 0.0)
        if figures.demand is not None:
            return Money("estimate", figures.demand)
    return Money("unknown", 0.0)


def targets(order: Sequence[Mapping[str, Any]], foot: Sequence[str]) -> Drawn:
    """招商目标图: links with something to do about them in order of priority, ``order`` being rows of the table of links."""
    wanted = [row for row in order if row["doing"].act]
    shown = wanted[:TARGETS]
    keys = sum(row["key"] for row in wanted)
    if shown:
        title = _("要招 %(n)d 个环节，其中关键 %(key)d 个；先招%(names)s") % {
            "n": len(wanted), "key": keys, "names": _("、").join(row["node"].label for row in shown[:3]),
        }  # fmt: skip
    else:
        title = _("没有要专门招引的环节")
    told = [(row, money_of(row["grade"])) for row in shown]
    most = max((money.value for _row, money in told), default=0.0)
    lettered = max((ems(money.word) for _row, money in told), default=0.0) * SMALL
    scale = min(MONEY_WIDE, WIDTH - MARGIN - MONEY_AT - 8 - lettered) / most if most else 0.0
    body = _target_heads() if shown else []
    for at, (row, money) in enumerate(told):
        body += _target(HEAD + at * ROW, row, money, scale)
    legend = [*_states({row["grade"].presence.state for row in shown}), *([("key", _("关键"))] if keys else [])]
    more = (
        [_("共 %(n)d 个，这里画前 %(m)d 个，其余见 Excel 的“全部环节”。") % {"n": len(wanted), "m": TARGETS}]
        if len(wanted) > TARGETS
        else []
    )
    reading = (
        [
            _(
                "实心条是采购调查里从县外买的；虚框是按下游营收和比重估计的需求，只能比大小；“—”是不知道，不是 0。细线是关键分可能的范围。"
            )
        ]
        if shown
        else []
    )
    words = [
        _("%(place)s %(name)s（%(state)s）：%(act)s；关键分 %(score)s，可能 %(range)s；%(money)s。")
        % {
            "place": _place(row), "name": row["node"].label, "state": _("、").join([row["state"], *([_("关键")] if row["key"] else [])]),
            "act": row["act"], "score": row["score"], "range": row["range"], "money": money.sentence,
        }
        for row, money in told
    ]  # fmt: skip
    high = HEAD + len(shown) * ROW if shown else 0
    picture = framed(title, body, high, legend, [*reading, *more, *foot], [title, *words])
    return Drawn("targets", _("招商目标图"), picture, (title, *words, *more))


def _place(row: Mapping[str, Any]) -> str:
    """The place among all links of the county."""
    return _("第 %(n)d") % {"n": row["place"]} if row["place"] else "—"


def _target_heads() -> list[str]:
    heads = (
        (MARGIN, _("次序"), _("全县")), (NAME_AT - 22, _("环节"), ""), (ACT_AT, _("怎么办"), ""), (SCORE_AT, _("关键分"), _("满分 100")),
        (MONEY_AT, _("每年外购或需求"), _("万元")),
    )  # fmt: skip
    parts = [
        fitting(x, 14, ACT_ROOM if x == ACT_AT else WIDTH, label, "700", SMALL, INK_2) for x, label, _unit in heads
    ]
    return [*parts, *(lettering(x, 30, 11, INK_3, unit) for x, _label, unit in heads if unit), rule(HEAD - 8)]


def _target(y: int, row: Mapping[str, Any], money: Money, money_scale: float) -> list[str]:
    grade: NodeGrade = row["grade"]
    state, span, base = grade.presence.state, grade.criticality.score, y + 18
    parts = [
        lettering(MARGIN, base, SMALL, INK_2, _place(row)),
        f'<g transform="translate({NAME_AT - 22} {y + 5})">{shape_of(state, TONES[state][0])}</g>',
        fitting(NAME_AT, base, NAME_ROOM, row["node"].label, "700"),
        *_act(y, row["doing"]),
        f'<rect x="{SCORE_AT}" y="{y + 8}" width="{SCORE_WIDE - 34}" height="10" fill="#eef1f5"/>',
    ]
    if row["key"]:
        parts.append(f'<g transform="translate({NAME_AT - 40} {y + 5})">{DIAMOND}</g>')
    scale = (SCORE_WIDE - 34) / 100
    if span.value is not None:
        parts.append(
            f'<rect x="{SCORE_AT}" y="{y + 8}" width="{span.value * scale:.1f}" height="10" fill="{KEY if row["key"] else INK_3}"/>'
        )
    low, high = SCORE_AT + span.low * scale, SCORE_AT + span.high * scale
    if high - low >= 1:
        parts.append(f'<path d="M{low:.1f} {y + 21}H{high:.1f}" stroke="{INK_2}" stroke-width="1.4"/>')
    parts.append(lettering(SCORE_AT + SCORE_WIDE - 28, base, SMALL, INK, row["score"]))
    wide = money.value * money_scale
    if money.kind in ("survey", "estimate"):
        look = f'fill="{BLUE}"' if money.kind == "survey" else f'fill="{PAPER}" stroke="{BLUE}" stroke-dasharray="4 2"'
        parts.append(f'<rect x="{MONEY_AT}" y="{y + 7}" width="{max(wide, 1):.1f}" height="12" {look}/>')
    at = MONEY_AT + (wide + 6 if money.kind in ("survey", "estimate") else 0)
    parts.append(lettering(round(at, 1), base, SMALL, INK if money.kind == "survey" else INK_3, money.word))
    return [*parts, rule(y + ROW - 3, "#edf0f4")]


def _act(y: int, todo: Doing) -> list[str]:
    """The act in force; under one that somebody chose, that he did and what the system says."""
    if not todo.chosen:
        return [fitting(ACT_AT, y + 18, ACT_ROOM, todo.label, "400", SMALL, INK_2)]
    derived = str(ACTS[todo.derived]) if todo.derived else "—"
    lines = _("%(act)s·人工") % {"act": todo.label}, _("系统：%(act)s") % {"act": derived}
    sizes = [min(most, ACT_ROOM / ems(text)) for text, most in zip(lines, (SMALL, FINE), strict=True)]
    return [
        lettering(ACT_AT, y + 12, sizes[0], INK_2, lines[0]),
        lettering(ACT_AT, y + 24, sizes[1], INK_3, lines[1]),
    ]


def spread(rows: Seen, nodes: Sequence[Node], foot: Sequence[str], limits: Sequence[str]) -> Drawn:
    """企业分布图: firms that make something, by park or town and by segment; only those the reader may see."""
    segments = [
        (segment, str(segment.label))
        for segment in sorted(DRAWN, key=lambda one: DRAWN[one])
        if any(node.segment == segment for node in nodes)
    ]
    of = {node.pk: node.segment for node in nodes}
    fields: dict[int, dict[str, set[int]]] = {}
    for one in rows.of(MADE, of):
        fields.setdefault(rows.firms[one.firm_id].unit_id, {}).setdefault(of[one.node_id], set()).add(one.firm_id)
    counts = [
        (
            rows.units[unit].name,
            [len(held.get(segment, ())) for segment, _label in segments],
            len(set().union(*held.values())),
        )
        for unit, held in fields.items()
    ]
    counts.sort(key=lambda one: (-one[2], one[0]))
    total = sum(one[2] for one in counts)
    if counts:
        title = _("%(n)s 家企业分布在 %(m)d 个园区和镇，%(name)s最多，%(k)s 家") % {
            "n": f"{total:,}", "m": len(counts), "name": counts[0][0], "k": f"{counts[0][2]:,}",
        }  # fmt: skip
    else:
        title = _("没有看得到的企业在这些环节上。") if rows.hidden(MADE) else _("这些环节上还没有企业。")
    shown, rest = counts[:PLACES], counts[PLACES:]
    if rest:
        shown.append(
            (
                _("其余 %(n)d 个") % {"n": len(rest)},
                [sum(column) for column in zip(*(one[1] for one in rest), strict=True)],
                sum(one[2] for one in rest),
            )
        )
    labels = [label for _segment, label in segments]
    body = _fields([*labels, _("合计")], [(name, [*cells, n]) for name, cells, n in shown]) if counts else []
    words = [
        _("%(name)s %(n)s 家：%(parts)s。")
        % {
            "name": name,
            "n": f"{n:,}",
            "parts": _("、").join(f"{label} {cell:,}" for label, cell in zip(labels, cells, strict=True) if cell),
        }
        for name, cells, n in shown
    ]
    twice = (
        [_("一家企业在几个位置都有环节的，每处数一次，合计只数一次；只数主营、配套并且已确认或有把握的。")]
        if counts
        else []
    )
    high = HEAD - 10 + len(shown) * FIELD_ROW if counts else 0
    picture = framed(title, body, high, [], [*twice, *limits, *foot], [title, *words])
    return Drawn("spread", _("企业分布图"), picture, (title, *words, *twice, *limits))


def _fields(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> list[str]:
    """A matrix: the number in every field, a bar as long as the number is large, the same scale in all fields but the sums."""
    wide = (WIDTH - MARGIN - FIELD_AT) / len(heads)
    parts = [
        fitting(round(FIELD_AT + at * wide) + 8, 14, round(wide) - 12, head, "700", SMALL, INK_2)
        for at, head in enumerate(heads)
    ]
    parts.append(rule(HEAD - 18))
    inner = max((cell for _name, cells in rows for cell in cells[:-1]), default=0)
    outer = max((cells[-1] for _name, cells in rows), default=0)
    for at, (name, cells) in enumerate(rows):
        y = HEAD - 14 + at * FIELD_ROW
        parts.append(fitting(MARGIN, y + 15, FIELD_AT - MARGIN - 10, name))
        for column, cell in enumerate(cells):
            last = column == len(cells) - 1
            x, most = FIELD_AT + column * wide + 8, outer if last else inner
            long = cell / most * (wide - 50) if most else 0.0
            if cell:
                parts.append(
                    f'<rect x="{x + 30:.1f}" y="{y + 4}" width="{max(long, 1):.1f}" height="13" fill="{INK_3 if last else BLUE}"/>'
                )
            parts.append(
                lettering(
                    round(x + 24, 1), y + 15, BODY, INK if cell else INK_3, f"{cell:,}", "700" if last else "400", "end"
                )
            )
        parts.append(rule(y + FIELD_ROW - 7, "#edf0f4"))
    return parts


def states(found: Graded, chain: str, nodes: Sequence[Node], foot: Sequence[str]) -> Drawn:
    """补链强链状态图: every link as the shape of its state, by segment, and what there is to do in each."""
    grades = found.grading.nodes
    groups = [
        (str(segment.label), [grades[node.code] for node in nodes if node.segment == segment and node.code in grades])
        for segment in sorted(DRAWN, key=lambda one: DRAWN[one])
    ]
    groups = [one for one in groups if one[1]]
    everything = [grade for _label, part in groups for grade in part]
    todo = {node.code: doing(node, grades[node.code]) for node in nodes if node.code in grades}
    whole_acts = _acts(todo.values()) or _("不用专门招引")
    missing, weak = (sum(one.presence.state == state for one in everything) for state in ("missing", "weak"))
    title = _("%(chain)s：%(n)d 个环节缺 %(missing)d 弱 %(weak)d；%(acts)s") % {
        "chain": chain, "n": len(everything), "missing": missing, "weak": weak, "acts": whole_acts,
    } if everything else _("没有符合条件的环节")  # fmt: skip
    body: list[str] = []
    y = 6
    words = []
    for label, part in groups:
        acts = _acts(todo[one.node] for one in part) or _("不用专门招引")
        drawn, high = _glyphs(y, label, part, acts)
        body += [*drawn, rule(y + high - 6, "#edf0f4")]
        y += high
        said = _("、").join(
            f"{STATES[state]} {n}" for state in STATE_ORDER if (n := sum(one.presence.state == state for one in part))
        )
        keys = sum(bool(one.criticality.is_key) for one in part)
        words.append(
            _("%(label)s %(n)d 个：%(states)s；其中关键 %(key)d 个；%(acts)s。")
            % {"label": label, "n": len(part), "states": said, "key": keys, "acts": acts}
        )
    legend = _states({one.presence.state for one in everything})
    reading = [_("一个图形是一个环节，图形后面是个数；紫框是关键环节。怎么办由系统按状态推出。")] if everything else []
    n = sum(one.chosen for one in todo.values())
    chosen = [_("其中 %(n)d 个环节的做法是人工指定的，见“全部环节”。") % {"n": n}] if n else []
    if any(one.criticality.is_key for one in everything):
        legend.append(("ring", _("关键")))
    picture = framed(title, body, y, legend, [*reading, *chosen, *foot], [title, *words])
    return Drawn("states", _("补链强链状态图"), picture, (title, *words, *chosen))


def _glyphs(y: int, label: str, part: Sequence[NodeGrade], said: str) -> tuple[list[str], int]:
    """The links of a segment as shapes, in lines, and how high they are."""
    parts = [
        fitting(MARGIN, y + 14, GLYPH_AT - MARGIN - 6, label, "700"),
        lettering(MARGIN, y + 30, SMALL, INK_3, _("%(n)d 个") % {"n": len(part)}),
    ]
    x, line = GLYPH_AT, 0
    for state in STATE_ORDER:
        group = sorted((one for one in part if one.presence.state == state), key=lambda one: not one.criticality.is_key)
        for one in group:
            if x + GLYPH > GLYPHS_TO:
                x, line = GLYPH_AT, line + 1
            ring = (
                f'<rect x="-1.6" y="-1.6" width="19.2" height="19.2" rx="3" fill="none" stroke="{KEY}" stroke-width="1.6"/>'
                if one.criticality.is_key
                else ""
            )
            parts.append(
                f'<g transform="translate({x} {y + 1 + line * 24}) scale(.92)">{ring}{shape_of(state, TONES[state][0])}</g>'
            )
            x += GLYPH + (2 if one.criticality.is_key else 0)
        if group:
            parts.append(lettering(x + 2, y + 14 + line * 24, SMALL, TONES[state][0], str(len(group)), "700"))
            x += 34 if len(group) > 9 else 26
    acts = wrapped(said, WIDTH - MARGIN - ACTS_AT, SMALL)
    parts += [lettering(ACTS_AT, y + 14 + at * 17, SMALL, INK_2, text) for at, text in enumerate(acts)]
    return parts, max(24 * (line + 1), 17 * len(acts), 36) + 14


def _acts(todos: Iterable[Doing]) -> str:
    """补链 12、强链 3: how many links each way of acting is meant for."""
    listed = [one.act for one in todos]
    return _("、").join(f"{word} {listed.count(act)}" for act, word in ACTS.items() if act in listed)


def _states(used: set[str]) -> list[tuple[str, str]]:
    return [(state, str(STATES[state])) for state in STATE_ORDER if state in used]

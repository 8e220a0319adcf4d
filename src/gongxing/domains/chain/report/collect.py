"""Collecting a report: one reading of the grading, the rows behind it, and the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.domains.chain.disclosure import note, paper_note
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.printing import Caption, Picture, print_map
from gongxing.domains.chain.queries import Graded, layout_of
from gongxing.domains.chain.report import lists, pictures
from gongxing.domains.chain.report.facts import ListColumn, Listing, Report, Words
from gongxing.domains.chain.report.links import key_links, link_page
from gongxing.domains.chain.report.rows import MADE, Seen, seen
from gongxing.domains.chain.report.warning import warning_of
from gongxing.domains.chain.show import Filter, boxes_of, chain_grade, finding, measures, rows
from gongxing.domains.chain.words import STATES, firm_count, sentences
from gongxing.engines.chain import ChainGrade
from gongxing.engines.chain.results import STATES as STATE_ORDER
from gongxing.kernel.clock import now, today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit


@dataclass(frozen=True)
class Change:
    """A link that differs between two gradings, in words."""

    name: str
    kind: str
    before: str
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What the reader asks for. ``trial``: the lines tried, in sentences; ``moved`` by them; ``compared``: changes since another day
    under the heading of the two days."""

    found: Graded
    chain: Chain
    shown: Filter
    actor: Actor
    faults: tuple[str, ...] = ()
    trial: tuple[str, ...] = ()
    moved: tuple[Change, ...] = ()
    compared: tuple[str, tuple[Change, ...]] | None = None

    @cached_property
    def warning(self) -> str:
        """What must be said of invented rows in it."""
        return warning_of(self.found, [self.chain])


def title_of(chain: Chain) -> str:
    """What the report of a chain is called."""
    return _("%(chain)s招商图谱") % {"chain": chain.label}


def collect(asked: Asked) -> Report:
    """The report. Some queries; an earlier day reads the trail."""
    found, chain = asked.found, asked.chain
    nodes = _kept(asked)
    behind = seen(found, nodes, asked.shown, asked.actor)
    grade = chain_grade(found, chain)
    order = rows(found, chain, asked.shown, lambda code: "")
    keys = key_links(found, nodes)
    named = {node.code: node.label for node in found.rows.nodes}
    return Report(
        title=title_of(chain),
        chain=chain.label,
        day=found.grading.today,
        facts=_facts(asked, grade),
        warning=asked.warning,
        finding=finding(found, chain),
        notices=notices(asked),
        measures=_measures(grade),
        changes=tuple(_changes(asked)),
        picture=picture_of(asked),
        drawn=_drawn(asked, nodes, behind, order),
        lists=(
            lists.lead_firms(behind, nodes),
            lists.planned(behind, nodes),
            lists.gaps(found, order),
            lists.profiles(found, [row["node"] for row in order]),
            lists.purchases(behind, nodes),
            lists.policies(),
            lists.platforms(behind, nodes),
        ),
        pages=tuple(link_page(found, node, behind, fresh=at > 0) for at, node in enumerate(keys)),
        links=lists.all_links(order, named),
        words=_words(title_of(chain), found.grading.today.isoformat()),
    )


def picture_of(asked: Asked) -> Picture:
    """The whole map for paper, with title, legend and what it rests on; what is filtered out is pale."""
    found, chain = asked.found, asked.chain
    boxes, bands = boxes_of(found, chain, asked.shown, lambda code: "")
    grade = chain_grade(found, chain)
    counts = grade.counts
    legend = [("key", _("关键"), counts["key"])]
    legend += [
        (state, str(STATES[state]), counts[state]) for state in STATE_ORDER if counts[state] or state != "unknown"
    ]
    said = _("、").join(f"{word} {n}" for _state, word, n in legend)
    alt = _("%(chain)s全景图：%(n)d 个环节，%(said)s；各环节见清单和分页") % {
        "chain": chain.label,
        "n": len(grade.nodes),
        "said": said,
    }
    foot = [
        _("%(sources)s；截至 %(day)s") % {"sources": sources(), "day": found.grading.today.isoformat()},
        *notices(asked),
    ]
    caption = Caption(finding(found, chain), legend, [*foot, *filter(None, [asked.warning])])
    return print_map(layout_of(found, chain), boxes, bands, caption, alt)


def drawn_of(asked: Asked) -> tuple[pictures.Drawn, ...]:
    """The pictures beside the whole map, each with its words. Some queries."""
    nodes = _kept(asked)
    order = rows(asked.found, asked.chain, asked.shown, lambda code: "")
    return _drawn(asked, nodes, seen(asked.found, nodes, asked.shown, asked.actor), order)


def _drawn(
    asked: Asked, nodes: Sequence[Node], behind: Seen, order: Sequence[Mapping[str, Any]]
) -> tuple[pictures.Drawn, ...]:
    found, chain = asked.found, asked.chain
    rests = _("%(chain)s，%(n)d 个环节；%(sources)s；截至 %(day)s") % {
        "chain": chain.label, "n": len(nodes), "sources": sources(), "day": found.grading.today.isoformat(),
    }  # fmt: skip
    foot = [rests, *notices(asked), *filter(None, [asked.warning])]
    limits = lists.limits(behind, MADE)
    return (
        pictures.targets(order, foot),
        pictures.spread(behind, nodes, foot, limits),
        pictures.states(found, chain.label, nodes, foot),
    )


def sources() -> str:
    """Where everything in a report comes from."""
    return _("来源：本县产业链环节与上下游、企业上链、企业台账、采购调查；界线与权重见规则包“参数”")


def notices(asked: Asked) -> tuple[str, ...]:
    """What a reader of the paper must know: another day, lines that were only tried, filters, refusals, what could not be read."""
    found, said = asked.found, []
    if found.grading.today < today():
        said.append(_("这是 %(day)s 那天的情况，从留痕里还原。") % {"day": found.grading.today.isoformat()})
    if asked.trial:
        said.append(_("试算，不是正式结果。改了这些界线：%(lines)s。") % {"lines": _("；").join(asked.trial)})
    filters = filter_words(asked.shown)
    if filters:
        said.append(
            _("清单、分页和别的图只列：%(filters)s；全景图上其余环节淡显。") % {"filters": _("；").join(filters)}
        )
    grades = chain_grade(found, asked.chain).nodes
    hidden = filter(None, [note(grades), paper_note(grades)])
    return (*said, *hidden, *sentences(found.grading.refusals), *asked.faults)


def filter_words(shown: Filter) -> list[str]:
    """The filters in words."""
    said = []
    if shown.states:
        words = [_("关键") if one == "key" else str(STATES.get(one, one)) for one in sorted(shown.states)]
        said.append(_("状态 %(text)s") % {"text": _("、").join(words)})
    if shown.segment:
        said.append(_("位置 %(text)s") % {"text": dict(Node.Segment.choices).get(shown.segment, shown.segment)})
    if shown.park:
        name = Unit.objects.filter(pk=shown.park).values_list("name", flat=True).first()
        said.append(_("园区 %(text)s") % {"text": name or shown.park})
    return said


def _kept(asked: Asked) -> list[Node]:
    """The links the filters keep."""
    grades = asked.found.grading.nodes
    return [
        node
        for node in asked.found.nodes_of(asked.chain)
        if node.code in grades and asked.shown.keeps(asked.found, node, grades[node.code])
    ]


def _facts(asked: Asked, grade: ChainGrade) -> tuple[tuple[str, str], ...]:
    chain, counts = asked.chain, grade.counts
    states = _("、").join(f"{STATES[state]} {counts[state]}" for state in STATE_ORDER if counts[state])
    return (
        (_("县"), settings.COUNTY),
        (_("产业链"), lists.bracketed(chain.label, chain.get_kind_display())),
        (_("链长"), chain.chief.title if chain.chief else "—"),
        (_("牵头部门"), chain.lead.name if chain.lead else "—"),
        (
            _("环节"),
            _("%(n)d 个，其中关键 %(key)d 个；%(states)s")
            % {"n": len(grade.nodes), "key": counts["key"], "states": states or "—"},
        ),
        (_("链上企业"), firm_count(grade.firms)),
        (_("数据截至"), asked.found.grading.today.isoformat()),
        (_("来源"), sources().removeprefix(_("来源："))),
        (_("图和清单"), _("四图七清单。技术路线图没有画：系统里没有登记关键技术，不凭空画。")),
        *made_by(asked.actor),
    )


def made_by(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Who made a paper and when."""
    post = f"{actor.post.unit_name} {actor.post.title} {actor.name}" if actor.post else actor.name
    return ((_("制表"), post), (_("制表时间"), timezone.localtime(now()).strftime("%Y-%m-%d %H:%M")))


def _measures(grade: ChainGrade) -> Listing:
    columns = (
        ListColumn(_("指标"), 12),
        ListColumn(_("数值"), 6, True),
        ListColumn(_("有数 / 全部"), 8, True),
        ListColumn(_("算式与说明"), 46),
    )
    listed = tuple(
        (one["label"], one["value"], f"{one['n']} / {one['of']}", "\n".join([one["formula"], *one["reasons"]]))
        for one in measures(grade)
    )
    return Listing(_("指标"), _("这条链的指标"), columns, listed)


def _changes(asked: Asked) -> Sequence[Listing]:
    found = []
    if asked.trial:
        found.append(_changed(_("试改界线后的变化"), asked.moved))
    if asked.compared is not None:
        found.append(_changed(*asked.compared))
    return found


def _changed(title: str, changes: Sequence[Change]) -> Listing:
    columns = (
        ListColumn(_("环节"), 14),
        ListColumn(_("变化"), 8),
        ListColumn(_("从"), 6),
        ListColumn(_("到"), 6),
        ListColumn(_("为什么"), 36),
    )
    listed = tuple((one.name, one.kind, one.before, one.after, _("；").join(one.reasons) or None) for one in changes)
    return Listing(_("变化"), title, columns, listed, () if listed else (_("没有环节改变状态。"),))


def _words(title: str, day: str) -> Words:
    return Words(
        head=_("%(title)s · 截至 %(day)s") % {"title": title, "day": day}, finding=_("结论"), picture=_("产业链全景图"), pages=_("关键环节分页"),
        no_pages=_("这些环节里没有判为关键的，不印分页。"), contents=_("目录"), cover=_("基本情况"),
    )  # fmt: skip

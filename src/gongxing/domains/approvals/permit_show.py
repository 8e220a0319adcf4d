"""What the page, the Word sheet and the enterprise's picture of a permit plan show: the same lines, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import same_answer
from gongxing.domains.approvals.permit_chart import Bar, chart
from gongxing.domains.approvals.permit_owing import (
    OWED,
    UNRECORDED,
    assumed_words,
    lack_of,
    reached_words,
    start_words,
)
from gongxing.domains.approvals.permit_words import (
    STAGES,
    Words,
    chase_words,
    finding_words,
    length_words,
    refusal_words,
)
from gongxing.domains.approvals.permitting import COMPLETE, Happened, Worked, saved_by
from gongxing.domains.approvals.standing import RULES
from gongxing.engines.permits import Finding, Item, Node, Timing
from gongxing.kernel.ledger.declare import ledger_named

TONES = {"done": "good", "running": "vow", "in": "vow", "todo": "idle"}
MILESTONE = "M"
DRAWN = {"done": "done", "running": "run", "in": "run", "todo": "wait"}


@dataclass(frozen=True)
class Line:
    """One item of the plan in words. ``spare`` None: finished or not on the way to the goal; ``why`` with its article; ``limits``: law and promise;
    ``url``: its case or paper, "" where there is none; ``lack``: owed, unrecorded, behind or "" (``permit_owing``); ``default``: that it stands here by a
    default alone."""

    key: str
    name: str
    stage: str
    authority: str
    state: str
    tone: str
    said: str
    start: date
    finish: date
    latest_start: date | None
    latest_finish: date | None
    spare: int | None
    critical: bool
    provisional: bool
    why: str
    basis: str
    limits: str
    held: str
    url: str
    note: str
    lack: str
    default: str


def lines_of(worked: Worked, words: Words) -> list[Line]:
    """Items with dates, by stage and in the order of the pack."""
    if worked.plan is None:
        return []
    nodes = {one.key: one for one in worked.built.graph.nodes}
    findings = {one.item: one for one in worked.built.findings}
    order = {stage: place for place, stage in enumerate(STAGES)}
    timings = sorted(
        worked.plan.timings,
        key=lambda one: (order.get(_item(worked, one.key).stage, len(order)), nodes[one.key].rank, one.key),
    )
    return [_line(worked, words, one, nodes[one.key], findings[worked.code(one.key)]) for one in timings]


def _item(worked: Worked, key: str) -> Item:
    return worked.rules.items[worked.code(key)]


def _line(worked: Worked, words: Words, timing: Timing, node: Node, finding: Finding) -> Line:
    item, there = _item(worked, timing.key), worked.of(timing.key)
    details, lack = finding.reason.details, lack_of(worked, timing.key)
    return Line(
        timing.key, words.item(timing.key), str(STAGES.get(item.stage, item.stage)), words.authorities.get(item.key, ""), there.state, TONES[there.state],
        _said(there, lack), timing.start, timing.finish, timing.latest_start, timing.latest_finish, timing.spare, timing.critical,
        there.state != "done" and worked.table.book.provisional(timing.finish), finding_words(finding.reason, words),
        words.basis(details.get("basis", ""), details.get("status", "")), _limits(item, node, words), "" if lack else _held(timing, words), _url(there), _note(there),
        lack, assumed_words(worked, words, item.key),
    )  # fmt: skip


def _said(there: Happened, lack: str) -> str:
    if there.state == "todo" and lack in (OWED, UNRECORDED):
        return _("没有办结记录")
    words = {"done": pgettext("item state", "办结"), "running": _("在办"), "in": _("已收件"), "todo": _("待办")}
    if there.state == "todo" and there.denied is not None:
        return _("不予，须重新申请")
    return words[there.state]


def _limits(item: Item, node: Node, words: Words) -> str:
    if item.stage == MILESTONE:
        return ""
    parts = []
    if item.statutory is not None:
        law = words.basis(item.statutory.basis, item.statutory.status)
        text = _("最短 %(length)s") if item.minimum else _("法定 %(length)s")
        parts.append(f"{text % {'length': length_words(item.statutory)}}{f' {law}' if law else ''}")
    if item.promised is not None:
        parts.append(_("承诺 %(length)s") % {"length": length_words(item.promised)})
    if node.prepared or node.lead:
        parts.append(_("准备约 %(n)d 个工作日") % {"n": node.prepared or node.lead})
    return _("；").join(parts)


def _held(timing: Timing, words: Words) -> str:
    """What sets the first day of an item."""
    if timing.decided_by == "prerequisite" and timing.holder:
        return _("要等“%(item)s”才能决定") % {"item": words.milestone(timing.holder)}
    if timing.decided_by == "today" and timing.held_by == "accepted":
        return _("已过到期日，最早今天办结")
    said = {
        "prerequisite": _("等“%(item)s”") % {"item": words.milestone(timing.holder)} if timing.holder else "",
        "preparation": _("等材料准备好"),
        "today": _("现在就可以办"),
        "start": _("起算日就可以办"),
    }
    return said.get(timing.held_by, "")


def _url(there: Happened) -> str:
    if there.case is not None:
        return ledger_named("approvals.case").row_url(there.case.pk)
    if there.paper is not None:
        return ledger_named("projects.paper").row_url(there.paper.pk)
    return ledger_named("approvals.case").row_url(there.denied.pk) if there.denied is not None else ""


def _note(there: Happened) -> str:
    if there.paper is not None:
        return _("依项目材料 %(number)s") % {"number": there.paper.number or there.paper.issued_on.isoformat()}
    if there.state == "running" and there.case is None and there.progress.accepted is not None:
        return _("从 %(day)s 起，按计划工期") % {"day": there.progress.accepted.isoformat()}
    if there.registered:
        return _("业主企业已在企业台账")
    if there.state == "running" and there.rule:
        return _("按%(clock)s到期") % {"clock": RULES[there.rule]}
    return ""


def counts_of(worked: Worked) -> dict[str, int]:
    """How many items are done, running or still to do; milestones are no items, an early review is no item of its own."""
    keys = [one.key for one in worked.built.graph.nodes if one.key in worked.rules.items]
    states = [worked.of(key).state for key in keys if worked.rules.items[key].stage != MILESTONE]
    running = states.count("running") + states.count("in")
    return {"all": len(states), "done": states.count("done"), "running": running, "todo": states.count("todo")}


def drawn(worked: Worked, lines: Sequence[Line], today: date) -> dict[str, Any]:
    """The picture; the way that sets the end in bold."""
    path = set(worked.plan.path) if worked.plan is not None else set()
    shown = [one for one in lines if not beyond(one) and one.lack != UNRECORDED]
    bars = [
        Bar(
            one.name, one.stage, DRAWN[one.state], one.key in path, one.start, one.finish, one.latest_finish, _days(one)
        )
        for one in shown or lines
    ]
    return chart(bars, today, worked.table.book)


def beyond(one: Line) -> bool:
    """Whether an item comes after the goal and nothing of it has happened: it stands in the table, not in the picture."""
    return one.spare is None and one.state == "todo" and not one.lack


def _days(one: Line) -> str:
    if one.start == one.finish:
        return one.finish.strftime("%m-%d")
    return f"{one.start:%m-%d} – {one.finish:%m-%d}" if one.state != "running" else _("到 %(day)s") % {"day": f"{one.finish:%m-%d}"}  # fmt: skip


def left_out(worked: Worked, words: Words) -> list[dict[str, str]]:
    """Items not needed or not decided, each with its reason."""
    nodes = {worked.code(one.key) for one in worked.built.graph.nodes}
    return [
        {
            "name": words.item(one.item), "state": one.state, "why": finding_words(one.reason, words),
            "basis": words.basis(one.reason.details.get("basis", ""), one.reason.details.get("status", "")), "default": assumed_words(worked, words, one.item),
        }
        for one in worked.built.findings
        if one.item not in nodes
    ]  # fmt: skip


def measure_lines(worked: Worked, plan: PermitPlan, words: Words, day: date) -> dict[str, Any]:
    """What each measure would save from today on, with its limit in law and what it cannot touch."""
    found = saved_by(worked, day)
    each = []
    for one in found.each:
        name, does, limit = words.measures.get(one.measure, (one.measure, "", one.limit))
        each.append(
            {
                "code": one.measure, "name": name, "does": does, "alone": one.alone, "given": one.given_others, "chosen": one.measure in plan.measures, "limit": words.cited(limit),
                "basis": words.basis(one.basis, one.status), "touched": [_touched(text, words) for text in one.touched],
                "refused": list(dict.fromkeys(refusal_words(reason, words) for reason in one.refused)),
            }
        )  # fmt: skip
    return {
        "each": each, "plain": found.plain, "together": found.together, "all": found.all_save,
        "remaining": [refusal_words(one, words) for one in found.remaining],
    }  # fmt: skip


def _touched(text: str, words: Words) -> str:
    before, _mark, after = text.partition(" > ")
    return _("“%(after)s”不等“%(before)s”") % {"after": words.item(after), "before": words.item(before)} if after else words.item(before)  # fmt: skip


def chased(worked: Worked, words: Words) -> dict[str, Any] | None:
    """Today's one document to chase; None where nothing is open on the way to the goal."""
    found = worked.chase
    if found is None:
        return None
    code = worked.code(found.item)
    there = worked.of(code)
    return {
        "name": words.item(found.item), "words": chase_words(found, words), "authority": words.authorities.get(code, ""), "saves": found.saves,
        "spare": found.spare, "submit": found.doing == "submit", "url": _url(there), "desk": str(there.case.post) if there.case is not None else "",
        "others": [words.item(key) for key in found.others[:5]],
    }  # fmt: skip


def finding_of(worked: Worked, plan: PermitPlan) -> str:
    """The title: when the goal is reached at the earliest."""
    if worked.plan is None:
        return _("按现在的回答没有要办的事项") if worked.refused is None else _("规则对不上，排不出日期")
    day = worked.plan.finish.isoformat()
    if worked.reached is not None:
        return reached_words(worked)
    goal = plan.get_goal_display() if worked.goal else PermitPlan.Goal.ALL.label
    return _("最早 %(day)s %(goal)s") % {"day": day, "goal": goal}


def notes_of(worked: Worked, plan: PermitPlan, words: Words) -> list[str]:
    """What the reader has to know before believing the dates."""
    said = [refusal_words(one, words) for one in worked.faults]
    if worked.plan is not None and worked.plan.provisional and worked.reached is None:
        said.append(_("终点所在年份还没有放假通知，日期是暂定的；通知发布后自动重算。"))
    if worked.lost:
        said.append(_("规则改过，这些回答已经不适用，按没有回答处理：%(asks)s") % {"asks": _("、").join(worked.lost)})
    keys = {one.key for one in worked.built.graph.nodes}
    if plan.goal != PermitPlan.Goal.ALL and not worked.goal:
        said.append(_("这个项目没有“%(goal)s”这一步，算到全部办完。") % {"goal": plan.get_goal_display()})
    open_works = COMPLETE in keys and COMPLETE not in worked.choices.works and worked.of(COMPLETE).state != "done"
    if open_works and worked.reached is None:
        said.append(_("项目没有登记计划开工和计划竣工，工程施工按 0 天算，完工以后的日期只会更晚。"))
    if start := start_words(worked, plan):
        said.append(start)
    for one in worked.outside:
        said.append(
            _("“%(item)s”已在办，可按现在的回答不用办：请核对回答，或核对这一件。") % {"item": one.name or one.item}
        )
    return said


def promise_lines(worked: Worked, words: Words) -> list[dict[str, Any]]:
    """Items decided on a promise, and until when the promise is to be verified."""
    return [{"name": words.item(one.item), "decided": one.decided, "verify": one.verify_by} for one in worked.promised]


def changed_lines(changed: Sequence[tuple[str, str, str]], words: Words, labels: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:  # fmt: skip
    """Which answers changed since the plan was made, in words. ``labels``: those of what is no question (type and nature of the project)."""
    return [
        {"question": words.question(code), "before": _shown(code, old, words, labels), "now": _shown(code, new, words, labels)}
        for code, old, new in changed
    ]  # fmt: skip


def _shown(code: str, value: str, words: Words, labels: Mapping[str, Mapping[str, str]]) -> str:
    return labels[code].get(value, value) if code in labels and value else words.answer(code, value)


def answer_lines(worked: Worked, words: Words, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every question that was asked, its answer, and where it comes from or that the default stands for it."""
    facts, found = worked.built.facts, []
    for one in worked.rules.questions:
        origin = facts.origin[one.code]
        if origin in ("constant", "not_asked"):
            continue
        value = worked.answers.get(one.code) or one.default
        source = known.get(one.code)
        same = source is not None and same_answer(one.code, worked.answers.get(one.code, ""), source.value)
        where = (
            source.where
            if same and source is not None
            else _("业主企业已在企业台账")
            if one.code in worked.filled
            else ""
        )
        found.append(
            {
                "question": words.question(one.code), "answer": words.answer(one.code, value), "default": origin in ("default", "unknown"), "where": where,
                "url": source.url if same and source is not None else "", "registered": words.answer(one.code, source.value) if source is not None and not same else "",
            }
        )  # fmt: skip
    return found

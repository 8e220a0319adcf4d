"""What a permit plan says beside its dates: that the goal is reached, what the law wanted before and is not there, which items stand there by a default alone,
and how long it has really taken so far."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import Worked
from gongxing.engines.permits import Owed

DONE: Mapping[str, Lazy] = {
    "ms.start": _("已到开工（%(day)s）"),
    "ms.production": _("已到投产（%(day)s）"),
    "": _("已全部办完（%(day)s）"),
}
"""A goal that is reached, without the word lawful: whether it was is another question."""
NEXT: Mapping[str, str] = {"ms.start": "ms.production", "ms.production": "all"}
OWED, UNRECORDED, BEHIND = "owed", "unrecorded", "behind"


def lack_of(worked: Worked, key: str) -> str:
    """Why an item that has not happened is not waited for: owed, unrecorded or behind; "" where it is."""
    if worked.of(worked.code(key)).state == "done":
        return ""
    kinds = ((OWED, worked.owed), (UNRECORDED, worked.unrecorded), (BEHIND, worked.behind))
    return next((name for name, keys in kinds if key in keys), "")


def reached_words(worked: Worked) -> str:
    """The title of a goal that is reached."""
    assert worked.reached is not None
    text = str(DONE[worked.goal]) % {"day": worked.reached.isoformat()}
    missing = len(
        {worked.code(key) for key in worked.owed if worked.code(key) not in worked.assumed} - milestones(worked)
    )
    return _t("%(title)s，法定手续还缺 %(n)d 项") % {"title": text, "n": missing} if missing else text


def milestones(worked: Worked) -> set[str]:
    """Items that are no document."""
    return {key for key, one in worked.rules.items.items() if one.stage == "M"}


def owed_lines(worked: Worked, words: Words) -> list[dict[str, Any]]:
    """What the law wanted before a milestone that is reached and of which no decision is known, in the order of the pack."""
    return _lines(worked, words, worked.owed)


def unrecorded_lines(worked: Worked, words: Words) -> list[dict[str, Any]]:
    """What the law wanted before something an authority has decided since: it will have been there, only not here."""
    return _lines(worked, words, worked.unrecorded)


def besides(worked: Worked, words: Words) -> list[str]:
    """What is still to be got although it is no lawful condition of the goal and nothing waits for it any more."""
    none = milestones(worked) | {worked.code(key) for key in (*worked.owed, *worked.unrecorded)}
    codes = {worked.code(key) for key in worked.behind} - none
    return [words.item(code) for code in sorted(codes, key=lambda one: worked.rules.items[one].rank)]


def waits_for(worked: Worked, words: Words) -> str:
    """The milestone everything open on the way waits for; "" where it is no milestone."""
    path = worked.plan.path if worked.plan is not None and worked.reached is None else ()
    first = next((one for one in path if worked.of(worked.code(one)).state != "done"), "")
    return words.milestone(first) if first in milestones(worked) and first != worked.goal else ""


def _lines(worked: Worked, words: Words, found: Mapping[str, Owed]) -> list[dict[str, Any]]:
    none, lines = milestones(worked), {}
    for key, one in found.items():
        code = worked.code(key)
        if code not in none and code not in lines:
            there = worked.of(code)
            lines[code] = {
                "name": words.item(code), "running": there.state in ("running", "in"), "before": words.milestone(one.reached), "basis": words.basis(one.basis, one.status),
                "default": assumed_words(worked, words, code), "rank": worked.rules.items[code].rank,
            }  # fmt: skip
    return sorted(lines.values(), key=lambda one: one["rank"])


def assumed_words(worked: Worked, words: Words, code: str) -> str:
    """That an item stands there, or does not, by a default alone: 按“是”算，未答：是否要新设公司？"""
    asks = worked.assumed.get(code, ())
    return _t("；").join(_by_default(worked, words, one) for one in asks)


def _by_default(worked: Worked, words: Words, code: str) -> str:
    return _t("按“%(answer)s”算，未答：%(question)s") % {"answer": default_words(worked, words, code), "question": words.question(code)}  # fmt: skip


def default_words(worked: Worked, words: Words, code: str) -> str:
    """The default of a question as the form shows it."""
    return words.answer(code, next(one.default for one in worked.rules.questions if one.code == code))


def unsettled(worked: Worked, words: Words) -> list[dict[str, Any]]:
    """The open questions whose default alone puts an item in or leaves one out, in the order of the questionnaire."""
    nodes = {worked.code(one.key) for one in worked.built.graph.nodes}
    found = []
    for question in worked.rules.questions:
        about = [
            code for code, asks in worked.assumed.items() if question.code in asks and worked.of(code).state == "todo"
        ]
        if about:
            found.append(
                {
                    "code": question.code, "question": words.question(question.code), "answer": default_words(worked, words, question.code),
                    "added": [words.item(code) for code in about if code in nodes], "dropped": [words.item(code) for code in about if code not in nodes],
                }
            )  # fmt: skip
    return found


def begun(worked: Worked) -> date | None:
    """The first day on which something of the plan really happened: an application received, a paper issued, a milestone."""
    codes = {worked.code(one.key) for one in worked.built.graph.nodes}
    days = []
    for code, one in worked.happened.items():
        if code in codes and not one.registered:
            if one.case is not None:
                days.append(one.case.received_on)
            elif one.progress.finished is not None:
                days.append(one.progress.finished)
    return min(days, default=None)


def span_words(worked: Worked, plan: PermitPlan, day: date) -> list[str]:
    """How many working days have really gone, and how many are left. No days are left of a goal that is reached."""
    if worked.plan is None:
        return []
    count, number = worked.table.count, worked.table.number
    first, said = begun(worked), []
    if worked.reached is not None:
        if first is not None and first < worked.reached:
            n = count[number(worked.reached)] - count[number(first)]
            said.append(_t("从第一件（%(day)s）算起用了 %(n)d 个工作日") % {"day": first.isoformat(), "n": n})
        return said
    since = max(worked.table.following[number(worked.start)], number(day))
    left = max(count[number(worked.plan.finish)] - count[since], 0)
    if first is not None and first < day:
        said.append(_t("从第一件（%(day)s）算起已过 %(n)d 个工作日") % {"day": first.isoformat(), "n": count[number(day)] - count[number(first)]})  # fmt: skip
    elif first is None and plan.start_on < day:
        said.append(_t("起算日 %(day)s 已过，还没有一件收件") % {"day": plan.start_on.isoformat()})
    said.append(_t("还要 %(n)d 个工作日") % {"n": left})
    return said


def start_words(worked: Worked, plan: PermitPlan) -> str:
    """What a start day means that had passed when the plan was made; "" where it had not."""
    if worked.plan is None or worked.reached is not None or plan.start_on >= worked.start:
        return ""
    said = _t(
        "起算日 %(start)s 早于制定这份方案的日子，那以前备了哪些材料没有登记：还没有收件的，准备从 %(day)s 算起。"
    )
    return said % {"start": plan.start_on.isoformat(), "day": worked.start.isoformat()}

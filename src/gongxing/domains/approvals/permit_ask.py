"""The questionnaire's form: what stands in it, from where, and what is wrong with what was typed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import Known, clean_answers, same_answer
from gongxing.domains.approvals.permit_rules import rules_on
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import REACHED
from gongxing.domains.projects.models import Project
from gongxing.engines.permits import Measure, Question, Rules, needed, read
from gongxing.kernel.clock import today

PREFIX = "q_"
LONGEST, MOST_TOLD = 60, 3


@dataclass(frozen=True)
class Typed:
    """The form as it stands: answers by question, and the rest as text. ``version``: that of the plan the page showed, "" where there was none."""

    answers: Mapping[str, str]
    start_on: str
    goal: str
    measures: tuple[str, ...]
    version: str

    @classmethod
    def posted(cls, given: QueryDict) -> "Typed":
        """Out of a form that was sent in."""
        answers = {
            name.removeprefix(PREFIX): given.get(name, "")[:LONGEST]
            for name in list(given)[:500]
            if name.startswith(PREFIX)
        }
        return cls(
            answers, given.get("start_on", "")[:20], given.get("goal", "")[:20], tuple(given.getlist("measures")[:20]), given.get("version", "")[:20]
        )  # fmt: skip

    def raw(self, project: int) -> dict[str, str]:
        """What the action is asked with."""
        answers = {code: text for code, text in self.answers.items() if text.strip()}
        return {
            "project": str(project), "answers": json.dumps(answers, ensure_ascii=False), "start_on": self.start_on, "goal": self.goal,
            "measures": " ".join(self.measures), "version": self.version,
        }  # fmt: skip

    def again(self, plan: PermitPlan | None) -> "Typed":
        """The same, to be sent in over what somebody else made meanwhile."""
        return replace(self, version="" if plan is None else str(plan.version))


def typed_of(project: Project, plan: PermitPlan | None, known: Mapping[str, Known]) -> Typed:
    """The form before anybody types. What project, firm, land need and park say now comes first, but an answer that was given otherwise on purpose stays
    as long as these have not changed since. The goal of a first plan is the first one that has not been reached."""
    if plan is None:
        begin = max(project.signed_on or today(), today())
        goal = next((value for value in PermitPlan.Goal if reached_on(project, value) is None), PermitPlan.Goal.ALL)
        return Typed({code: one.value for code, one in known.items()}, begin.isoformat(), goal, (), "")
    answers = dict(plan.answers)
    for code, one in known.items():
        if code not in answers or plan.facts.get(code, "") != one.value:
            answers[code] = one.value
    return Typed(answers, plan.start_on.isoformat(), plan.goal, tuple(plan.measures), str(plan.version))


def reached_on(project: Project, goal: str) -> date | None:
    """The day the project reached a goal; None where it has not, or where the goal is no single step."""
    day: date | None = getattr(project, REACHED[goal]) if goal in REACHED else None
    return day if day is not None and day <= today() else None


def asked_context(
    project: Project,
    plan: PermitPlan | None,
    known: Mapping[str, Known],
    typed: Typed,
    errors: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """What the page shows: first what is open and changes what this project has to obtain, then, folded, what was answered, what is known from registers, and
    what changes nothing as things are answered. An answer that is wrong is told beside its question, in the same words as above."""
    day = today()
    rules, _faults = rules_on(day)
    words = Words.of(day)
    cleaned, faults = clean_answers(rules, typed.answers, day)
    wrong = {one.question: one.text for one in faults} if errors else {}
    shown = [{"field": PREFIX + code, "label": words.question(code), "text": text} for code, text in wrong.items()]
    others = [(column, text) for column, text in errors if column != "answers" or not wrong]
    labels = {"start_on": _("从哪天起"), "goal": _("算到哪一步"), "measures": _("选用的提速办法")}
    shown += [{"field": column if column in labels else "", "label": labels.get(column, ""), "text": text} for column, text in others]  # fmt: skip
    deciding = decided_by(rules, cleaned)
    lines = [
        _line(one, words, known.get(one.code), typed.answers.get(one.code, ""), wrong.get(one.code, ""), deciding.get(one.code))
        for one in rules.questions
        if one.kind != "const"
    ]  # fmt: skip
    return {
        "groups": _groups(lines, bool(errors)), "errors": shown, "n_known": sum(one["group"] == "known" for one in lines), "n_first": sum(one["group"] == "first" for one in lines),
        "start_on": typed.start_on, "goals": [_goal(project, value, str(label), typed.goal) for value, label in PermitPlan.Goal.choices],
        "measures": [_measure(one, words, typed) for one in rules.measures],
        "n_chosen": len(set(typed.measures) & {one.code for one in rules.measures}), "version": typed.version, "action": reverse("permit-plan-ask", args=[project.pk]), "wrong_rest": dict(others),
    }  # fmt: skip


def decided_by(rules: Rules, answers: Mapping[str, str]) -> dict[str, list[str]]:
    """The open questions that still decide something: whether an item is needed (question → items), or what has to wait for what (no items)."""
    facts = read(rules.questions, answers, defaults=False)
    found: dict[str, list[str]] = {}
    possible = set()
    for one in needed(rules, facts):
        if one.state != "not_needed":
            possible.add(one.item)
        for code in one.asks:
            found.setdefault(code, []).append(one.item)
    for edge in rules.prerequisites:
        if edge.when is not None and {edge.item, edge.before} <= possible:
            for code in edge.when.missing(facts.values):
                found.setdefault(code, [])
    return found


def _groups(lines: list[dict[str, Any]], opened: bool) -> list[dict[str, Any]]:
    labels = {
        "first": _("先答这几题：它们定要办什么"),
        "answered": _("答过的"),
        "known": _("已按登记填好，有错改登记"),
        "rest": _("现在的回答下不影响要办什么，可以不答"),
    }
    found = []
    for name, label in labels.items():
        some = [one for one in lines if one["group"] == name]
        if some:
            differing = any(one["other"] for one in some)
            found.append({"name": name, "label": label, "lines": some, "folded": name != "first", "open": differing or (opened and name == "answered")})  # fmt: skip
    return found


def _goal(project: Project, value: str, label: str, chosen: str) -> dict[str, Any]:
    day = reached_on(project, value)
    text = _("%(goal)s（已到，%(day)s）") % {"goal": label, "day": day.isoformat()} if day is not None else label
    return {"value": value, "label": text, "chosen": value == chosen}


def _measure(one: Measure, words: Words, typed: Typed) -> dict[str, Any]:
    name, does, limit = words.measures[one.code]
    return {
        "code": one.code, "name": name, "does": does, "limit": words.cited(limit), "basis": words.basis(one.basis, one.status), "chosen": one.code in typed.measures,
    }  # fmt: skip


def _line(
    one: Question, words: Words, known: Known | None, value: str, wrong: str, decides: list[str] | None
) -> dict[str, Any]:
    said = words.questions[one.code]
    other = known is not None and not same_answer(one.code, known.value, value) and not wrong
    return {
        "code": one.code, "field": PREFIX + one.code, "label": said.label, "number": one.kind == "number", "unit": said.unit, "note": said.note, "value": value,
        "options": [{"value": code, "label": label, "chosen": code == value} for code, label in said.options.items()],
        "default": words.answer(one.code, one.default), "source": known, "other": words.answer(one.code, known.value) if known is not None and other else "",
        "wrong": wrong, "asked_when": words.condition(one.ask_when.text) if one.ask_when is not None else "", "basis": words.basis(said.basis, said.status),
        "group": _group(known, value, wrong, decides), "decides": [words.item(code) for code in (decides or [])[:MOST_TOLD]], "more": max(len(decides or []) - MOST_TOLD, 0),
    }  # fmt: skip


def _group(known: Known | None, value: str, wrong: str, decides: list[str] | None) -> str:
    if wrong or (not value and known is None and decides is not None):
        return "first"
    if known is not None:
        return "known"
    return "answered" if value else "rest"

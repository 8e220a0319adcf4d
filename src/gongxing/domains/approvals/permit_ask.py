"""The questionnaire's form: what stands in it, from where, and what is wrong with what was typed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import Known, clean_answers
from gongxing.domains.approvals.permit_rules import rules_on
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.projects.models import Project
from gongxing.engines.permits import Question
from gongxing.kernel.clock import today

PREFIX = "q_"
LONGEST = 60


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
    as long as these have not changed since."""
    if plan is None:
        begin = max(project.signed_on or today(), today())
        return Typed({code: one.value for code, one in known.items()}, begin.isoformat(), PermitPlan.Goal.START, (), "")
    answers = dict(plan.answers)
    for code, one in known.items():
        if code not in answers or plan.facts.get(code, "") != one.value:
            answers[code] = one.value
    return Typed(answers, plan.start_on.isoformat(), plan.goal, tuple(plan.measures), str(plan.version))


def asked_context(
    project: Project,
    plan: PermitPlan | None,
    known: Mapping[str, Known],
    typed: Typed,
    errors: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """What the page shows. An answer that is wrong is told beside its question, in the same words as above."""
    day = today()
    rules, _faults = rules_on(day)
    words = Words.of(day)
    wrong: dict[str, str] = {}
    if errors:
        wrong = {one.question: one.text for one in clean_answers(rules, typed.answers, day)[1]}
    shown = [{"field": PREFIX + code, "label": words.question(code), "text": text} for code, text in wrong.items()]
    others = [(column, text) for column, text in errors if column != "answers" or not wrong]
    labels = {"start_on": _("从哪天起"), "goal": _("算到哪一步"), "measures": _("选用的提速办法")}
    shown += [{"field": column if column in labels else "", "label": labels.get(column, ""), "text": text} for column, text in others]  # fmt: skip
    asked = [one for one in rules.questions if one.kind != "const"]
    lines = [_line(one, words, known.get(one.code), typed.answers.get(one.code, ""), wrong.get(one.code, "")) for one in asked]  # fmt: skip
    groups = [
        {"label": _("系统里还没有的，请回答"), "lines": [one for one in lines if not one["source"]]},
        {"label": _("已按登记填好，请核对"), "lines": [one for one in lines if one["source"]]},
    ]
    return {
        "groups": [one for one in groups if one["lines"]], "errors": shown, "n_known": len(groups[1]["lines"]), "n_open": sum(not one["value"] for one in lines),
        "start_on": typed.start_on, "goals": [{"value": value, "label": label, "chosen": value == typed.goal} for value, label in PermitPlan.Goal.choices],
        "measures": [{"code": one.code, "name": words.measures[one.code][0], "does": words.measures[one.code][1], "limit": one.limit, "basis": words.basis(one.basis, one.status), "chosen": one.code in typed.measures} for one in rules.measures],
        "version": typed.version, "action": reverse("permit-plan-ask", args=[project.pk]), "wrong_rest": dict(others),
    }  # fmt: skip


def _line(one: Question, words: Words, known: Known | None, value: str, wrong: str) -> dict[str, Any]:
    said = words.questions[one.code]
    return {
        "code": one.code, "field": PREFIX + one.code, "label": said.label, "number": one.kind == "number", "unit": said.unit, "note": said.note, "value": value,
        "options": [{"value": code, "label": label, "chosen": code == value} for code, label in said.options.items()],
        "default": words.answer(one.code, one.default), "source": known, "other": words.answer(one.code, known.value) if known is not None and known.value != value and not wrong else "",
        "wrong": wrong, "asked_when": words.condition(one.ask_when.text) if one.ask_when is not None else "", "basis": words.basis(said.basis, said.status),
    }  # fmt: skip

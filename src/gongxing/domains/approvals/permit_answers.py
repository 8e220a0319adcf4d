"""The questionnaire: what is known already and from where, what somebody typed, and what is wrong with it. A fact is typed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.approvals.permit_rules import contradiction_words, contradictions
from gongxing.domains.land.models import LandNeed, Park
from gongxing.domains.projects.facts import facts_of
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.models.project import MU_PER_HECTARE
from gongxing.engines.permits import Question, Rules
from gongxing.kernel.access.visible import may
from gongxing.kernel.cells.text import half_width
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

FROM_PROJECT = (
    "land_mode", "needs_conversion", "standard_land", "new_building", "fitout", "small_works", "site_ha", "earthwork_m3", "soil_zone", "special_fire",
    "eia_class", "energy_tce", "coal_t", "energy_light_industry", "forest_ha", "chemical", "occ_hazard", "discharge_class", "drain_to_sewer", "food",
    "drug", "special_equipment",
)  # fmt: skip
REGIONAL = ("regional_energy_review", "regional_soil", "regional_flood", "regional_mineral", "regional_geo")
SUPPLIES = ("power_kva", "water_td", "gas_m3d", "steam_th")
MOST_DIGITS, LEAST_MU = 14, Decimal("0.01")
TYPE = ("kind", "nature")
"""Beside the answers kept with a plan: a project whose type changed is another project to the rules."""
ELSEWHERE = {"firms.firm": ("new_entity",), "land.landneed": ("floor_m2", "utility_upgrade"), "land.park": REGIONAL}
"""Which answers come from which register: whoever may not see it gets nothing filled in from it."""


@dataclass(frozen=True)
class Known:
    """What stands elsewhere: the answer it gives, what it is called there, and where to look."""

    value: str
    where: str
    url: str


def known_answers(project: Project, actor: Actor) -> dict[str, Known]:
    """Answers that project, firm, land need and park give, as far as the actor may see these. What they leave open is not here. At most three queries."""
    facts, home = facts_of(project, ()), ledger_named("projects.project").row_url(project.pk)
    found = {
        name: Known(_text(facts[name]), _("项目登记"), home) for name in FROM_PROJECT if facts.get(name) is not None
    }
    if project.firm is not None and project.firm.uscc:
        found["new_entity"] = Known(
            "no", _("业主企业已在企业台账"), ledger_named("firms.firm").row_url(project.firm.pk)
        )
    need = LandNeed.objects.select_related("park").filter(project_id=project.pk).first()
    if need is not None:
        url = ledger_named("land.landneed").row_url(need.pk)
        if need.floor_m2 is not None:
            found["floor_m2"] = Known(_text(need.floor_m2), _("用地要求"), url)
        if any(getattr(need, name) for name in SUPPLIES):
            found["utility_upgrade"] = Known("yes", _("用地要求里写了水电气用量"), url)
    park = park_of(project, need)
    if park is not None and park.regional_assessment is False:
        url = ledger_named("land.park").row_url(park.pk)
        found.update({name: Known("no", _("园区登记：没有做区域评估"), url) for name in REGIONAL})
    hidden = unseen(actor)
    return {name: one for name, one in found.items() if name not in hidden}


def unseen(actor: Actor) -> frozenset[str]:
    """Questions whose source the actor may not see."""
    return frozenset(code for ledger, codes in ELSEWHERE.items() if not may(actor, "view", ledger) for code in codes)


def facts_now(project: Project, known: Mapping[str, Known]) -> dict[str, str]:
    """What a plan keeps of the day it was made: the answers known, and the type of the project."""
    return {**{code: one.value for code, one in known.items()}, **{name: str(getattr(project, name)) for name in TYPE}}


def park_of(project: Project, need: LandNeed | None) -> Park | None:
    """The park a project goes to: the one it asks for, else that of its place. One query."""
    if need is not None and need.park is not None:
        return need.park
    if project.site_id is None:
        return None
    return Park.objects.filter(unit_id=project.site_id).order_by("pk").first()


def _text(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def plain(value: Decimal) -> str:
    """A number without zeros at its end: 3.3, 20000."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one answer, in words."""

    question: str
    text: str


def clean_answers(rules: Rules, typed: Mapping[str, str], day: date) -> tuple[dict[str, str], list[Wrong]]:
    """Answers as stored, out of what was typed; what was left open is left out. Numbers may be written full width or with thousands' commas."""
    answers: dict[str, str] = {}
    wrong: list[Wrong] = []
    for one in rules.questions:
        text = typed.get(one.code, "").strip()
        if one.kind == "const" or not text:
            continue
        if one.kind == "number":
            value = number(text)
            if value is None:
                wrong.append(Wrong(one.code, _("“%(text)s”不是数。请填 0 或正数，不带单位。") % {"text": text[:20]}))
            else:
                answers[one.code] = plain(value)
        elif text not in one.options:
            wrong.append(Wrong(one.code, _("“%(text)s”不在选项里，请从列表里选。") % {"text": text[:20]}))
        else:
            answers[one.code] = text
    wrong += contradicting(rules, answers, day)
    return answers, wrong


def number(text: str) -> Decimal | None:
    """A number that is not negative, of at most fourteen digits; None for anything else."""
    folded = half_width(text).replace(",", "").replace("，", "").strip()
    if not folded.isascii() or len(folded) > MOST_DIGITS + 1:
        return None
    try:
        value = Decimal(folded)
    except InvalidOperation:
        return None
    digits = value.as_tuple()
    if not value.is_finite() or value < 0 or abs(int(digits.exponent)) + len(digits.digits) > MOST_DIGITS:
        return None
    return value


def contradicting(rules: Rules, answers: Mapping[str, str], day: date) -> list[Wrong]:
    """Pairs of given answers that cannot both be true; defaults contradict nobody."""
    kinds = {one.code: one.kind for one in rules.questions}
    values = {name: Decimal(text) if kinds.get(name) == "number" else text for name, text in answers.items()}
    words = contradiction_words(day)
    return [
        Wrong(one.questions[-1], words[one.code]) for one in contradictions(rules, day) if one.when.evaluate(values)
    ]


def fitting(rules: Rules, answers: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The stored answers that the rules still know, and the codes of those they do not (the pack has changed)."""
    known = {one.code: one for one in rules.questions}
    kept = {code: text for code, text in answers.items() if code in known and answerable(known[code], text)}
    return kept, tuple(code for code in answers if code not in kept)


def answerable(question: Question, text: str) -> bool:
    """Whether a text is an answer to a question."""
    if question.kind == "number":
        return number(text) is not None
    return text in question.options


def changed_facts(
    before: Mapping[str, str], now: Mapping[str, str], answers: Mapping[str, str], hidden: frozenset[str]
) -> tuple[tuple[str, str, str], ...]:
    """What project, firm, land need and park say otherwise than on the day of the plan, and otherwise than it answers: (question, then, now), "" for nothing."""
    return tuple(
        (code, before.get(code, ""), now.get(code, ""))
        for code in dict.fromkeys((*TYPE, *before, *now))
        if before.get(code, "") != now.get(code, "")
        and code not in hidden
        and not same_answer(code, answers.get(code, ""), now.get(code, ""))
    )


def same_answer(code: str, one: str, other: str) -> bool:
    """Whether two answers say the same. Hectares are kept as 亩 with two decimals: a hundredth of a 亩 is no difference."""
    if code != "site_ha" or not (one and other):
        return one == other != ""
    here, there = number(one), number(other)
    return here is not None and there is not None and abs(here - there) * MU_PER_HECTARE <= LEAST_MU

"""Answers written back to the registers that ask for the same: what may be recorded where, and what stands there otherwise. A fact is typed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import FROM_PROJECT, fitting, number, plain, same_answer
from gongxing.domains.approvals.permit_rules import rules_on
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.land.models import LandNeed
from gongxing.domains.projects.facts import facts_of
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.models.project import MU_PER_HECTARE
from gongxing.engines.permits import read
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

PROJECT, NEED = "projects.project", "land.landneed"
FIELDS: Mapping[str, tuple[str, str]] = {
    **{code: (PROJECT, code) for code in FROM_PROJECT},
    "site_ha": (PROJECT, "land_mu"),
    "floor_m2": (NEED, "floor_m2"),
}
"""Question → ledger and column that keep the same fact."""
FLAGS = {"yes": "是", "no": "否"}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Cell:
    """One cell that could be written: ``text`` as the ledger reads it, ``shown`` as people do; ``stands``: what the register says instead, "" where it is empty."""

    ledger: str
    column: str
    register: str
    label: str
    question: str
    text: str
    shown: str
    stands: str


@dataclass(frozen=True)
class Offer:
    """What could be recorded (``cells``) and what stands otherwise (``differing``). ``seen``: the versions it was worked out from, to tell a stale form."""

    cells: tuple[Cell, ...]
    differing: tuple[Cell, ...]
    seen: str

    @property
    def registers(self) -> tuple[str, ...]:
        """The registers that would be written."""
        return tuple(dict.fromkeys(one.register for one in self.cells))


def offer_of(plan: PermitPlan, project: Project, actor: Actor) -> Offer:
    """What the answers of a plan could fill in: cells of the project and its land need that are empty and that the actor may change. Cells that say something
    else are only told. At most eight queries."""
    rules, _faults = rules_on(plan.rules_on)
    answers, _lost = fitting(rules, plan.answers)
    origin = read(rules.questions, answers).origin
    given = {code: text for code, text in answers.items() if code in FIELDS and origin[code] == "given"}
    need = LandNeed.objects.filter(project_id=project.pk).first() if may(actor, "view", NEED) else None
    open_to = _open_to(project, need, actor)
    words, facts = Words.of(plan.rules_on), facts_of(project, ())
    cells, differing = [], []
    for code, answer in given.items():
        ledger, column = FIELDS[code]
        if ledger not in open_to:
            continue
        stored: Any = facts[code] if ledger == PROJECT else None if need is None else getattr(need, column)
        told = "" if stored is None else plain(stored) if isinstance(stored, Decimal) else str(stored)
        cell = _cell(ledger, column, words, code, answer, told)
        if not told:
            cells.append(cell)
        elif not same_answer(code, answer, told):
            differing.append(cell)
    seen = f"{plan.version}-{project.version}-{need.version if need is not None else ''}"
    return Offer(tuple(cells), tuple(differing), seen)


def _open_to(project: Project, need: LandNeed | None, actor: Actor) -> frozenset[str]:
    """The registers in which the actor may change what belongs to this project; none where not the project itself, whose page it is."""
    if not visible(Project.objects.filter(pk=project.pk), actor, "change").exists():
        return frozenset()
    found = {PROJECT}
    if need is None and may(actor, "add", NEED):
        found.add(NEED)
    if need is not None and visible(LandNeed.objects.filter(pk=need.pk), actor, "change").exists():
        found.add(NEED)
    return frozenset(found)


def _cell(ledger: str, column: str, words: Words, code: str, answer: str, told: str) -> Cell:
    declared: Column = ledger_named(ledger).column(column)
    text = answer
    if declared.kind is Kind.FLAG:
        text = FLAGS.get(answer, answer)
    elif code == "site_ha":
        text = _in_mu(answer)
    register = str(_("项目登记") if ledger == PROJECT else _("用地要求"))
    shown, stands = _said(declared, words, code, answer), _said(declared, words, code, told) if told else ""
    return Cell(ledger, column, register, str(declared.label), words.question(code), text, shown, stands)


def _in_mu(hectares: str) -> str:
    value = number(hectares)
    return hectares if value is None else plain((value * MU_PER_HECTARE).quantize(CENT))


def _said(declared: Column, words: Words, code: str, answer: str) -> str:
    """An answer in the words of the register."""
    if declared.kind is Kind.CHOICE:
        return str(dict(declared.choices).get(answer, answer))
    if code == "site_ha":
        return _("%(mu)s 亩（%(ha)s 公顷）") % {"mu": _in_mu(answer), "ha": answer}
    return words.answer(code, answer)

"""The maturity of one project in words: points by part with their evidence, what would be cheapest to do next, what to find out; its batch and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from django.urls import reverse
from django.utils.translation import gettext as _t

from gongxing.domains.projects.models import Project
from gongxing.domains.projects.reckoning import (
    BATCHES,
    class_of,
    days_of,
    maturity_of,
    moves_of,
    papers_of,
    quiet_days,
    rules_on,
    stale_of,
    whole_points,
)
from gongxing.domains.projects.said import Words
from gongxing.engines.maturity import Maturity, NextStep, PartScore
from gongxing.engines.stages import seven_batch
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

NEXT = 3
FIELDS: Mapping[str, str] = {"owner": "firm", "funds_share": "funds_in_place", "plan_conformity": "conformity"}
"""Where a part is mended, where it is not the field of that name."""


@dataclass(frozen=True)
class PartLine:
    """One part: points of points, the evidence in words, whether it is known; ``url``: where it is filled in."""

    label: str
    points: str
    most: str
    words: str
    known: bool
    width: int
    url: str


@dataclass(frozen=True)
class StepLine:
    """A step up: what, to which level, points gained, working days it takes about."""

    label: str
    to: str
    gain: str
    days: str
    url: str


@dataclass(frozen=True)
class MaturityBox:
    """What the panel shows. ``score``: "67" or "40–72"; ``label``: the class, or both ends of it."""

    score: str
    label: str
    known: bool
    blocked: str
    may_be_blocked: bool
    parts: tuple[PartLine, ...]
    steps: tuple[StepLine, ...]
    asks: tuple[StepLine, ...]
    batch: str
    why: str
    stale: str
    stale_label: str
    quiet: int | None
    as_of: object
    status: str


def maturity_box(project: Project) -> MaturityBox:
    """The maturity, batch and staleness of a project as of today. Two queries besides the rules."""
    day, words = today(), Words()
    rules = rules_on(day)
    found = maturity_of(project, papers_of([project.pk]).get(project.pk, ()), rules)
    batch = seven_batch(days_of(project, moves_of([project.pk]).get(project.pk, ()), day), day.year, day)
    stale = Project.Stale(stale_of(project, day, rules))
    blocked = next((one for one in found.parts if one.reason.code == "maturity.blocks"), None)
    return MaturityBox(
        score=score_text(found), label=class_words(found), known=found.score is not None,
        blocked="" if blocked is None else words.say(blocked.reason, blocked.part.scale), may_be_blocked=found.may_be_blocked,
        parts=tuple(_part(project, one, words) for one in found.parts),
        steps=tuple(_step(project, one, words) for one in found.steps[:NEXT]),
        asks=tuple(StepLine(words.part(one.part.code), "", points(one.at_stake), "", _url(project, one.field)) for one in found.asks[:NEXT]),
        batch=str(Project.Batch(BATCHES.get(batch.code, batch.code)).label), why=words.say(batch.reason), stale=stale.value,
        stale_label=str(stale.label), quiet=quiet_days(project, day), as_of=day, status=status_words(day).get("design", ""),
    )  # fmt: skip


def score_text(found: Maturity) -> str:
    """The points, or their range while something is unknown; fractions are cut off below and rounded up above."""
    whole = whole_points(found)
    if whole is not None:
        return str(whole)
    return f"{floor(found.low)}–{ceil(found.high)}"


def class_words(found: Maturity) -> str:
    """The class, or its lowest and highest where the unknown decides."""
    names = dict(Project.Maturity.choices)
    known = class_of(found)
    if known:
        return str(names[known])
    ends = [str(names[{"preparatory": "pre", "blocked": "concept"}.get(one, one)]) for one in (found.low_class, found.high_class)]  # fmt: skip
    return _t("%(low)s到%(high)s") % {"low": ends[0], "high": ends[1]}


def points(value: Decimal) -> str:
    """Points without trailing noughts, one decimal at most."""
    shown = value.quantize(Decimal("0.1"))
    return f"{shown.to_integral_value() if shown == shown.to_integral_value() else shown:f}"


def _part(project: Project, one: PartScore, words: Words) -> PartLine:
    known = one.low == one.high
    shown = points(one.low) if known else f"{points(one.low)}–{points(one.high)}"
    width = int(one.low / one.part.points * 100) if one.part.points else 0
    return PartLine(
        words.part(one.part.code), shown, points(one.part.points), words.say(one.reason, one.part.scale), known, width, _url(project, one.part.field)
    )  # fmt: skip


def _step(project: Project, one: NextStep, words: Words) -> StepLine:
    to = words.level(one.part.scale, one.to_level) if one.to_level else _t("做完")
    return StepLine(
        words.part(one.part.code), to, points(one.gain), f"{one.effort.to_integral_value():f}", _url(project, one.part.field)
    )  # fmt: skip


def _url(project: Project, field: str) -> str:
    """The field's place on the project's form."""
    change = reverse("ledger-change", args=["projects-project", project.pk])
    return f"{change}#f-{FIELDS.get(field, field)}"


def maturity_panels(project: Project, actor: Actor) -> list[Panel]:
    """The panel of maturity, batch and staleness on the page of a project."""
    return [Panel("maturity", _t("成熟度和归批"), "projects/maturity_panel.html", {"box": maturity_box(project)})]

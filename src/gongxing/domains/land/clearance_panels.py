"""Blocks of a unit's page: its difficulty part by part, what it may still cost and take, the steps of the law, how far it is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.land.clearance_words import (
    ESTIMATES,
    MEASURES,
    STEP_STATES,
    STEP_WORDS,
    estimate_words,
    missing_words,
    part_label,
    part_words,
    step_label,
    step_reason,
)
from gongxing.domains.land.clearances import Clearance, clearances, measures
from gongxing.domains.land.legal_steps import breaches, law_on
from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.engines.clearance import Difficulty, Measure, StepState
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

VERIFIED, STEP, UNIT = "verified", "land.clearancestep", "land.clearanceunit"


def unit_panels(unit: ClearanceUnit, actor: Actor) -> list[Panel]:
    """What a reader of this unit sees beside its facts. Three queries."""
    day = today()
    found = clearances([unit], day)[0]
    panels = [Panel("difficulty", _("难度指数"), "land/difficulty_panel.html", difficulty_box(found.difficulty, day))]
    if unit.cleared_on is None:
        panels.append(
            Panel("estimate", _("还要多少钱、多久"), "land/estimate_panel.html", {"rows": estimate_rows(found, actor)})
        )
    panels.append(Panel("progress", _("进度"), "land/progress_panel.html", {"rows": progress_rows(measures([unit]))}))
    if may(actor, "view", STEP):
        steps = list(visible(ClearanceStep.objects.filter(unit=unit), actor))
        states = law_on(day).states(unit, steps)
        box = {
            "rows": step_rows(states, steps, day),
            "faults": len(breaches(states)),
            "regime": unit.get_regime_display(),
        }
        if may(actor, "add", STEP):
            box["add_url"] = f"{ledger_named(STEP).url}add/?unit={unit.ref}"
        panels.append(
            Panel("steps", _("法定步骤"), "land/steps_panel.html", box, sum(one.state == "done" for one in states))
        )
    return panels


def difficulty_box(found: Difficulty, day: date) -> dict[str, Any]:
    """The index with its parts, the widest unknown first, and how well its weights are founded."""
    words = status_words(day)
    return {
        "low": found.low, "high": found.high, "known": found.index is not None, "missing": missing_words(found.missing),
        "marks": sorted({words.get(status, status) for _code, status in found.marks}),
        "parts": [
            {"label": part_label(one.code), "weight": one.weight, "low": one.points[0], "high": one.points[1], "known": one.low == one.high, "said": part_words(one)}
            for one in found.parts
        ],
    }  # fmt: skip


def estimate_rows(found: Clearance, actor: Actor) -> list[dict[str, Any]]:
    """Each estimate with the finished units it rests on; those the reader may not see are counted, not named."""
    keys = {key for one in found.estimates for key in one.used}
    seen = (
        set(visible(ClearanceUnit.objects.filter(ref__in=keys), actor).values_list("ref", flat=True)) if keys else set()
    )
    return [
        {
            "label": ESTIMATES[one.code][0], "text": estimate_words(one), "good": one.status == "estimated", "n": one.n, "known": one.known, "used": [key for key in one.used if key in seen], "unseen": sum(key not in seen for key in one.used),
            "rates": None if one.rates is None else [f"{rate:,.2f}" for rate in one.rates], "rate_unit": ESTIMATES[one.code][2],
            "farthest": None if one.farthest is None else f"{one.farthest:.1f}", "by_middle": any(reason.code.endswith("by_middle") for reason in one.reasons),
        }
        for one in found.estimates
    ]  # fmt: skip


def progress_rows(found: Sequence[Measure]) -> list[dict[str, Any]]:
    """Each measure as a bar; over how many units it is known."""
    return [
        {
            "label": MEASURES[one.code][0], "unit": MEASURES[one.code][1], "done": one.done, "total": one.total, "known": one.known, "units": one.units,
            "percent": None if one.share is None else round(100 * one.share, 1), "width": min(100.0, round(100 * (one.share or 0), 1)),
        }
        for one in found
    ]  # fmt: skip


def step_rows(states: Sequence[StepState], steps: Sequence[ClearanceStep], day: date) -> list[dict[str, Any]]:
    """The steps in order: done on, possible from, due until, and what is out of order."""
    wrong = breaches(states)
    words, rows, url = status_words(day), {one.step: one for one in steps}, ledger_named(STEP).row_url
    return [
        {
            "label": step_label(one.step.code), "state": "bad" if one.step.code in wrong else "warn" if one.fault else STEP_STATES[one.state], "words": STEP_WORDS[one.state], "on": one.on,
            "earliest": one.earliest if one.state == "waiting" else None, "due": one.due if one.on is None else None, "left": one.left if one.on is None else None,
            "said": [step_reason(reason, one.step.code in wrong) for reason in one.reasons], "basis": one.step.basis, "mark": "" if one.step.status == VERIFIED else words.get(one.step.status, one.step.status),
            "document": rows[one.step.code].document if one.step.code in rows else "", "url": url(rows[one.step.code].pk) if one.step.code in rows else "",
        }
        for one in states
    ]  # fmt: skip

"""Inefficient land (低效用地): the sample criteria of the rulebook (6.4) over the facts of a parcel, each met, not met or unknown.

Years are calendar years (29 February counts to 28 February where the year has none). What nobody knows is unknown, never "not met".
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from gongxing.engines.permu.model import fraction
from gongxing.engines.reasons import Reason

Answer = Literal["met", "clear", "unknown"]
PREFIX = "inefficient."


@dataclass(frozen=True, slots=True)
class Criteria:
    """Lines of the list: years late to finish, years finished before intensity and output count, least intensity ÷ contract, least output ÷
    standard, years stopped. ``marks``: parameter code → status for those not verified."""

    late_years: int
    settled_years: int
    intensity: Fraction
    output: Fraction
    stopped_years: int
    marks: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_rows(cls, rows: Mapping[str, Mapping[str, str]], statuses: Mapping[str, str]) -> Criteria:
        """From rows of ``parameters`` by code (inefficient.*); shares stand there in percent. KeyError where one is missing."""
        values = {code: rows[PREFIX + code]["value"] for code in ("late", "settled", "intensity", "output", "stopped")}
        marks = sorted((code, status) for code, status in statuses.items() if code.startswith(PREFIX))
        return cls(
            int(values["late"]),
            int(values["settled"]),
            fraction(values["intensity"]) / 100,
            fraction(values["output"]) / 100,
            int(values["stopped"]),
            tuple((code, status) for code, status in marks if status != "verified"),
        )


@dataclass(frozen=True, slots=True)
class LandFacts:
    """Facts of a parcel in use. None: unknown. ``intensity`` ÷ contract and ``output`` ÷ standard as shares; ``stopped_since``: a day, with
    ``running`` True where it is known that nothing is stopped; the rest: whether it is so."""

    agreed_finish: date | None = None
    finished: date | None = None
    unfinished: bool = False
    intensity: Fraction | None = None
    output: Fraction | None = None
    stopped_since: date | None = None
    running: bool = False
    eliminated: bool | None = None
    off_plan: bool | None = None
    unsafe: bool | None = None
    polluting: bool | None = None
    renewal: bool | None = None
    scattered: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion: its answer and why (inefficient.<criterion> with its details; for unknown ``missing``)."""

    code: str
    answer: Answer
    reason: Reason


@dataclass(frozen=True, slots=True)
class Inefficiency:
    """``answer``: met where any criterion is met, clear where every one is known and none is, otherwise unknown."""

    answer: Answer
    findings: tuple[Finding, ...]
    marks: tuple[tuple[str, str], ...]

    @property
    def met(self) -> tuple[Finding, ...]:
        """The criteria that put the parcel on the list."""
        return tuple(one for one in self.findings if one.answer == "met")


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the last day of February."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def inefficient(facts: LandFacts, criteria: Criteria, today: date) -> Inefficiency:
    """Every criterion of the list on this day."""
    findings = [
        _late(facts, criteria, today),
        _weak("intensity", facts.intensity, criteria.intensity, facts, criteria, today),
        _weak("output", facts.output, criteria.output, facts, criteria, today),
        _stopped(facts, criteria, today),
        *(
            _flag(name, getattr(facts, name))
            for name in ("eliminated", "off_plan", "unsafe", "polluting", "renewal", "scattered")
        ),
    ]
    answers = {one.answer for one in findings}
    answer: Answer = "met" if "met" in answers else "unknown" if "unknown" in answers else "clear"
    return Inefficiency(answer, tuple(findings), criteria.marks)


def _found(code: str, answer: Answer, **details: str) -> Finding:
    return Finding(code, answer, Reason.of(PREFIX + code, **details))


def _late(facts: LandFacts, criteria: Criteria, today: date) -> Finding:
    """More than so many years after the agreed finish without, or before, the actual one."""
    finished = facts.finished if facts.finished is not None and facts.finished <= today else None
    if facts.agreed_finish is None:
        return _found("late", "unknown", missing="agreed_finish")
    line = years_after(facts.agreed_finish, criteria.late_years)
    if finished is None and not facts.unfinished and today > line:
        return _found("late", "unknown", missing="finished")
    until = finished or today
    return _found("late", "met" if until > line else "clear", line=line.isoformat(), until=until.isoformat())


def _weak(
    code: str, share: Fraction | None, least: Fraction, facts: LandFacts, criteria: Criteria, today: date
) -> Finding:
    """Finished so many years and below the least share."""
    if facts.unfinished or (facts.finished is not None and years_after(facts.finished, criteria.settled_years) > today):
        return _found(code, "clear", why="not_settled")
    if share is not None and share >= least:
        return _found(code, "clear", share=str(share), least=str(least))
    missing = [name for name, gone in ((code, share is None), ("finished", facts.finished is None)) if gone]
    if missing:
        return _found(code, "unknown", missing=",".join(missing))
    return _found(code, "met", share=str(share), least=str(least))


def _stopped(facts: LandFacts, criteria: Criteria, today: date) -> Finding:
    """Stopped or half stopped for so many years."""
    if facts.stopped_since is None:
        return _found("stopped", "clear") if facts.running else _found("stopped", "unknown", missing="stopped_since")
    line = years_after(facts.stopped_since, criteria.stopped_years)
    return _found(
        "stopped", "met" if today >= line else "clear", since=facts.stopped_since.isoformat(), line=line.isoformat()
    )


def _flag(code: str, value: bool | None) -> Finding:
    if value is None:
        return _found(code, "unknown", missing=code)
    return _found(code, "met" if value else "clear")

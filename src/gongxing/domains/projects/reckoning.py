"""What is computed of projects and never typed: the batches of a year, the maturity, and how long nothing has moved.

Everything here only reads; the job and the handler write what ``reckon`` finds. Rules are rows of the gates and parameters packs as they hold
on the day. Many projects at once cost a few queries: their moves and their papers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple, cast

from gongxing.domains.projects.facts import facts_of
from gongxing.domains.projects.models import Move, NodeLink, Paper, Project
from gongxing.engines.maturity import Level, Lines, Maturity, Part, score
from gongxing.engines.reasons import Reason
from gongxing.engines.stages import Batch, ProjectDays, four_batch, seven_batch, three_batch
from gongxing.kernel.packs.tables import PackRow, Table, table

Stage = Project.Stage
RECKON = "projects.reckon"
"""The verb of the renewal that writes what is reckoned."""
SEVEN, FOUR, THREE = "seven", "four", "three"
KINDS = (SEVEN, FOUR, THREE)
ORDER: tuple[str, ...] = (
    Stage.CONCEPT, Stage.RESERVE, Stage.NEGOTIATION, Stage.SIGNED, Stage.PRE_CONSTRUCTION, Stage.CONSTRUCTION, Stage.BUILDING, Stage.COMPLETED,
    Stage.PRODUCTION, Stage.FULL_CAPACITY, Stage.REVIEWED,
)  # fmt: skip
"""Stages of the main line, earliest first."""
DAYS: Mapping[str, str] = {
    Stage.CONCEPT: "concept", Stage.RESERVE: "reserve", Stage.NEGOTIATION: "negotiation", Stage.SIGNED: "signed", Stage.PRE_CONSTRUCTION: "preparing",
    Stage.CONSTRUCTION: "started", Stage.COMPLETED: "completed", Stage.PRODUCTION: "produced", Stage.FULL_CAPACITY: "full",
}  # fmt: skip
OWN: Mapping[str, str] = {
    "reserve": "admitted_on", "signed": "signed_on", "started": "started_on", "completed": "completed_on", "produced": "produced_on", "full": "full_on",
}  # fmt: skip
"""Days the project itself keeps; they outrank those of the moves."""
OFF = (Stage.PAUSED, Stage.REMOVED, Stage.TRANSFERRED)
POOL = (Stage.CONCEPT, Stage.RESERVE, Stage.NEGOTIATION, Stage.SIGNED, Stage.PRE_CONSTRUCTION)
"""Stages before the work on site: what the pool still has to bring on."""
NEVER_STALE = frozenset({Stage.PRODUCTION, Stage.FULL_CAPACITY, Stage.REVIEWED, Stage.REMOVED, Stage.TRANSFERRED})
BATCHES = {"producing": "production", "": "none"}
CLASSES = {"preparatory": "pre", "blocked": "concept"}
CHUNK, MANUFACTURING, ZERO = 500, "C", Decimal(0)


class Step(NamedTuple):
    """A move: where to, and when."""

    to_stage: str
    on: date


class Held(NamedTuple):
    """What the facts read of a paper: which it is, and until when it holds. A row of its own would cost most of a night's reckoning."""

    kind: str
    valid_until: date | None


@dataclass(frozen=True)
class StaleLines:
    """Days without a change from which a project is reminded of, amber, and proposed for exit. ``None``: never."""

    remind: int | None
    amber: int | None
    exit: int | None

    def state(self, days: int) -> str:
        """The state after so many days."""
        for line, state in ((self.exit, "exit"), (self.amber, "amber"), (self.remind, "remind")):
            if line is not None and days >= line:
                return state
        return "fresh"


@dataclass(frozen=True)
class Rules:
    """The rows of the packs as they hold on a day. ``groups``: stage → four batches; ``stale``: stage → its lines."""

    parts: tuple[Part, ...]
    levels: tuple[Level, ...]
    lines: Lines
    groups: Mapping[str, str]
    stale: Mapping[str, StaleLines]
    types: Mapping[str, PackRow]
    parameters: Mapping[str, PackRow]

    def number(self, code: str) -> Decimal | None:
        """A parameter's value; None where the row is missing, withdrawn or no number."""
        row = self.parameters.get(code)
        try:
            return None if row is None else Decimal(row["value"])
        except InvalidOperation:
            return None

    def entry_row(self, kind: str) -> PackRow | None:
        """The parameter of the entry size of a project kind; None where there is none."""
        return self.parameters.get(f"pool.min_invest.{kind}")

    def entry_size(self, kind: str) -> Decimal | None:
        """The least total investment of a kind that enters the pool, in 万元; None where there is none."""
        return self.number(f"pool.min_invest.{kind}")

    def three_minimum(self, type_: str) -> Decimal | None:
        """The least total investment of a type that counts in the three batches, in 万元."""
        row = self.types.get(type_)
        return self.number(row["three_parameter"]) if row is not None and row["three_parameter"] else None


@dataclass(frozen=True)
class Reckoned:
    """What lists repeat of a project. ``maturity`` None: not all parts are known; ``maturity_class`` "": the ends of the range differ."""

    batch: str
    maturity: int | None
    maturity_class: str
    stale: str


def rules_on(day: date) -> Rules:
    """The rules of a day. Five queries at most."""
    names = ("stages", "maturity", "maturity_levels", "types")
    return _rules(*(table("gates", name, day) for name in names), table("parameters", "parameters", day))


@lru_cache(maxsize=4)
def _rules(stages: Table, parts: Table, levels: Table, types: Table, parameters: Table) -> Rules:
    found = {row["code"]: row for row in parameters}
    loose = Rules((), (), Lines(ZERO, ZERO, ZERO), {}, {}, {}, found)
    remind, amber, leave = (_whole(loose.number(f"pool.stale.{one}")) for one in ("remind", "amber", "exit"))
    stale = {
        row["code"]: StaleLines(
            _whole_text(row["stale_remind_days"]) or remind,
            _whole_text(row["stale_amber_days"]) or amber,
            leave if Stage.REMOVED in row["exit_allowed"].split(";") else None,
        )
        for row in stages
    }
    lines = Lines(*(loose.number(f"maturity.{one}") or ZERO for one in ("ready", "pre", "reserve")))
    return Rules(
        tuple(Part.from_row(row) for row in parts), tuple(Level.from_row(row) for row in levels), lines,
        {row["code"]: row["four_groups"] for row in stages}, stale, {row["code"]: row for row in types}, found,
    )  # fmt: skip


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _whole_text(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def reckon(projects: Sequence[Project], day: date) -> dict[int, Reckoned]:
    """Batch of the year, maturity and staleness of many projects as of a day. Two queries for each 500, besides the rules; ``firm`` should be joined."""
    rules, found = rules_on(day), dict[int, Reckoned]()
    for start in range(0, len(projects), CHUNK):
        part = projects[start : start + CHUNK]
        ids = [one.pk for one in part]
        moves, papers = moves_of(ids), papers_of(ids)
        for one in part:
            batch = seven_batch(days_of(one, moves.get(one.pk, ()), day), day.year, day).code
            points = maturity_of(one, papers.get(one.pk, ()), rules)
            found[one.pk] = Reckoned(
                BATCHES.get(batch, batch), whole_points(points), class_of(points), stale_of(one, day, rules)
            )
    return found


def moves_of(ids: Iterable[int] | None) -> dict[int, list[Step]]:
    """The moves of projects (None: of all) in the order they were made; one that passed to another unit of the county kept its stage. One query."""
    rows = Move.objects.exclude(to_stage=Stage.TRANSFERRED, to_unit__isnull=False).order_by("project_id", "on", "pk")
    rows = rows if ids is None else rows.filter(project_id__in=list(ids))
    found: dict[int, list[Step]] = defaultdict(list)
    for project, stage, on in rows.values_list("project_id", "to_stage", "on"):
        found[project].append(Step(stage, on))
    return found


def papers_of(ids: Iterable[int]) -> dict[int, list[Paper]]:
    """The papers of projects, with no more of them than the facts read. One query."""
    found: dict[int, list[Paper]] = defaultdict(list)
    rows = Paper.objects.filter(project_id__in=list(ids)).order_by()
    for project, kind, until in rows.values_list("project_id", "kind", "valid_until"):
        found[project].append(cast(Paper, Held(kind, until)))
    return found


def days_of(project: Any, moves: Sequence[Step], until: date) -> ProjectDays:
    """The days of a project as they stood on ``until``: its own, else its first move into each stage, else the day of its present one.

    ``project``: a Project, or a row with its ``stage``, ``stage_on``, own and planned days. A day of a stage behind which the project had fallen back
    by ``until`` is left out; days after ``until`` stay, the engine knows what they are.
    """
    there = state_on(project, moves, until)
    days: dict[str, date] = {}
    for step in moves:
        if step.to_stage in DAYS:
            days.setdefault(DAYS[step.to_stage], step.on)
    if project.stage in DAYS and project.stage_on is not None:
        days.setdefault(DAYS[project.stage], project.stage_on)
    days |= {name: own for name, field in OWN.items() if (own := getattr(project, field)) is not None}
    if there is not None and there.to_stage in ORDER:
        beyond = {DAYS[stage] for stage in ORDER[ORDER.index(there.to_stage) + 1 :] if stage in DAYS}
        days = {name: day for name, day in days.items() if name not in beyond or day > until}
    elif there is not None:
        days[there.to_stage] = there.on
    return ProjectDays(
        **days, planned_start=project.plan_start, planned_completion=project.plan_complete, planned_production=project.plan_produce,
        planned_full=project.plan_full,
    )  # fmt: skip


def state_on(project: Any, moves: Sequence[Step], until: date) -> Step | None:
    """The stage the project stood at on a day and since when; None when nothing is known of that day."""
    if project.stage_on is not None and project.stage_on <= until:
        return Step(project.stage, project.stage_on)
    return next((step for step in reversed(moves) if step.on <= until), None)


def batch_of(
    kind: str, days: ProjectDays, year: int, today: date, rules: Rules, project: Any, strategic: bool
) -> Batch:
    """One of the seven, four or three batches of a year. ``strategic``: it stands on a link of a strategic chain."""
    if kind == SEVEN:
        return seven_batch(days, year, today)
    if kind == FOUR:
        return four_batch(days, year, today, rules.groups)
    type_ = type_of(project, strategic)
    if not type_:
        unsized = three_batch(days, year, today, ZERO, ZERO)
        return Batch("", Reason.of("stages.type_unknown")) if unsized.code else unsized
    return three_batch(days, year, today, project.total_investment, rules.three_minimum(type_))


def type_of(project: Any, strategic: bool) -> str:
    """The type of the ``types`` table a project is of; "" for an industrial one whose industry nobody has filled in."""
    if project.kind != Project.Kind.INDUSTRY:
        return str(project.kind)
    if not project.section:
        return ""
    if project.section != MANUFACTURING:
        return "other_industry"
    return "manufacturing_sei" if strategic or project.origin == Project.Origin.ATTRACTED else "manufacturing"


def strategic_projects() -> frozenset[int]:
    """The projects that stand on a link of a strategic chain. One query."""
    rows = NodeLink.objects.filter(node__chain__kind="strategic")
    return frozenset(rows.values_list("project_id", flat=True))


def maturity_of(project: Project, papers: Iterable[Paper], rules: Rules) -> Maturity:
    """The score with its parts. No query when ``firm`` is joined."""
    return score(rules.parts, rules.levels, facts_of(project, papers), rules.lines)


def whole_points(found: Maturity) -> int | None:
    """The points when every part is known, the fraction cut off so that the number never stands in a higher class; None otherwise."""
    return None if found.score is None else int(found.score)


def class_of(found: Maturity) -> str:
    """The class as the model has it; "" while what is unknown could change it. A blocked project has no points: the lowest class."""
    known = found.maturity_class or ""
    return CLASSES.get(known, known)


def quiet_days(project: Any, day: date) -> int | None:
    """Days since the last real change; None when nobody knows."""
    since = project.moved_on or project.stage_on
    return None if since is None else (day - since).days


def stale_of(project: Any, day: date, rules: Rules) -> str:
    """How stale a project is. On hold until a day it is not stale; a change nobody has dated wants an update."""
    if project.stage in NEVER_STALE:
        return Project.Stale.FRESH
    if project.stage == Stage.PAUSED and project.paused_until is not None and project.paused_until >= day:
        return Project.Stale.FRESH
    quiet = quiet_days(project, day)
    if quiet is None:
        return Project.Stale.REMIND
    lines = rules.stale.get(project.stage)
    return Project.Stale.FRESH if lines is None else lines.state(quiet)

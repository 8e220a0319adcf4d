"""How large each park should be: the pool of projects with the chances of its stages as scenarios of ``engines.allocation.scale``."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from gongxing.domains.land.laying import Asked as Layout
from gongxing.domains.land.laying import problem
from gongxing.domains.land.models import Parcel
from gongxing.domains.projects.models import Project
from gongxing.engines.allocation import Problem
from gongxing.kernel.packs.tables import table

SCENARIOS = ("low", "base", "high")
PREFIX = "scale.chance."
POINTS = 9


@dataclass(frozen=True)
class Asked:
    """What the reader wants: the first year, how many, 万元 for clearing and levelling in each year (None: not limited), share kept free, chances in percent by
    scenario and stage."""

    year: int
    phases: int = 3
    funds: tuple[float, ...] | None = None
    reserve: float = 0.10
    chances: Mapping[str, Mapping[str, float]] | None = None


def asked_from(raw: Mapping[str, Any]) -> Asked:
    """A question as it was kept."""
    known = {name: raw[name] for name in Asked.__dataclass_fields__ if name in raw}
    funds = known.get("funds")
    return Asked(**{**known, "funds": None if funds is None else tuple(funds)})


def plain(asked: Asked) -> dict[str, Any]:
    """A question as JSON can hold it."""
    raw = asdict(asked)
    return {**raw, "funds": None if asked.funds is None else list(asked.funds)}


@dataclass(frozen=True)
class Chance:
    """How likely a project of a stage comes, in percent, in one scenario; and how well that was checked."""

    scenario: str
    stage: str
    percent: float
    status: str


def chances(day: date) -> list[Chance]:
    """The chances as the parameters have them that day."""
    found = []
    for row in table("parameters", "parameters", day):
        if row["code"].startswith(PREFIX):
            scenario, _dot, stage = row["code"].removeprefix(PREFIX).partition(".")
            found.append(Chance(scenario, stage, float(row["value"]), row.status))
    return found


def by_scenario(rows: Sequence[Chance]) -> dict[str, dict[str, float]]:
    """Scenario → stage → percent."""
    found: dict[str, dict[str, float]] = {}
    for one in rows:
        found.setdefault(one.scenario, {})[one.stage] = one.percent
    return found


def scenarios(asked: Asked, projects: Sequence[Project]) -> list[dict[str, Any]]:
    """Each scenario with the chance of every project; of a stage without a chance None, and the engine says so."""
    told = asked.chances or {}
    return [
        {"name": name, "chance": {str(one.pk): _share(told.get(name, {}).get(one.stage)) for one in projects}}
        for name in SCENARIOS
    ]


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def pose(asked: Asked, parcels: Sequence[Parcel], projects: Sequence[Project]) -> Problem:
    """The problem of a layout with the money of each year."""
    made = problem(Layout(asked.year, asked.phases, reserve=asked.reserve), parcels, projects)
    return replace(made, parameters=replace(made.parameters, funds=asked.funds))

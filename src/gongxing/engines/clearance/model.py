"""What is known of a parcel to be cleared, of its units, and of those finished; weights and full measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PARTS = (
    "households",
    "building",
    "disputes",
    "attachments",
    "stoppage",
    "farmland_forest",
    "funds",
    "legacy",
)
ATTACHMENTS = ("graves", "crops", "livestock")
MEASURED = ("households", "building", "disputes", *ATTACHMENTS, "stoppage")
GRADED = ("farmland_forest", "legacy")
SHARES = ("disputes", "crops")


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """Facts of a parcel. None: unknown; say 0 where there is nothing.

    ``building_m2`` of all buildings, ``area_mu`` of the parcel; ``disputes`` and ``crops``: shares 0 to 1 of the area; ``graves``,
    ``livestock``: how many; ``stoppage``: monthly loss of firms that must stop, 万元; ``farmland_forest`` and ``legacy``: codes of levels;
    ``funds``: share 0 to 1 of the compensation in place."""

    households: int | None = None
    building_m2: float | None = None
    area_mu: float | None = None
    disputes: float | None = None
    graves: float | None = None
    crops: float | None = None
    livestock: float | None = None
    stoppage: float | None = None
    farmland_forest: str | None = None
    funds: float | None = None
    legacy: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Weights by part (points), full measures (shares 0 to 1 for disputes and crops), level shares by part and level, how many finished
    units an estimate takes and how many it needs. ``marks``: codes of parameters not verified, with their status.

    ValueError where a weight is negative, a full measure not positive, or a share outside 0 to 1."""

    weights: Mapping[str, float]
    full: Mapping[str, float]
    levels: Mapping[str, Mapping[str, float]]
    nearest: int
    least: int
    marks: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if set(self.weights) != set(PARTS) or min(self.weights.values()) < 0:
            raise ValueError(f"weights {dict(self.weights)}: one not negative for each of {', '.join(PARTS)}")
        if set(self.full) != set(MEASURED) or min(self.full.values()) <= 0:
            raise ValueError(f"full measures {dict(self.full)}: one above 0 for each of {', '.join(MEASURED)}")
        if not all(0 <= share <= 1 for levels in self.levels.values() for share in levels.values()):
            raise ValueError(f"levels {dict(self.levels)}: a share lies outside 0 to 1")
        if self.nearest < self.least or self.least < 1:
            raise ValueError(f"an estimate from {self.nearest} units that needs {self.least}")

    @classmethod
    def from_rows(cls, rows: Mapping[str, Mapping[str, str]], statuses: Mapping[str, str]) -> Rules:
        """From rows of ``parameters`` by code (clearance.*). KeyError where one is missing."""
        levels: dict[str, dict[str, float]] = {part: {} for part in GRADED}
        for code, row in rows.items():
            if code.startswith("clearance.level."):
                part, _, level = code.removeprefix("clearance.level.").partition(".")
                levels[part][level] = float(row["value"]) / 100
        percent = {name: 100.0 if name in SHARES else 1.0 for name in MEASURED}
        marks = ((code, statuses.get(code, "")) for code in rows if code.startswith("clearance."))
        return cls(
            {part: float(rows[f"clearance.weight.{part}"]["value"]) for part in PARTS},
            {name: float(rows[f"clearance.full.{name}"]["value"]) / percent[name] for name in MEASURED},
            levels,
            int(rows["clearance.nearest"]["value"]),
            int(rows["clearance.least"]["value"]),
            tuple(sorted((code, status) for code, status in marks if status != "verified")),
        )


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far one unit has come. None: unknown. ``agreements``, ``gone``: households that signed, that moved out; areas in mu; ``paid`` and
    ``compensation`` in 万元."""

    key: str
    households: int | None = None
    agreements: int | None = None
    gone: int | None = None
    area: float | None = None
    cleared: float | None = None
    compensation: float | None = None
    paid: float | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished unit of the county: its difficulty then (points), and what it cost (万元) and took (months). None: unknown."""

    key: str
    difficulty: float | None
    building_m2: float | None = None
    area_mu: float | None = None
    households: int | None = None
    cost: float | None = None
    months: float | None = None

"""Indicators, parks, and what comparing them gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Direction = Literal["up", "down"]
RadarMethod = Literal["range", "best"]
Shape = Literal["linear", "growth"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: its unit, and whether more (``up``) or less (``down``) is better."""

    code: str
    unit: str
    direction: Direction

    def __post_init__(self) -> None:
        if self.direction not in ("up", "down"):
            raise ValueError(f"indicator {self.code}: direction {self.direction!r}")


@dataclass(frozen=True, slots=True)
class Park:
    """A park: values by indicator in that indicator's unit (None or absent: unknown); ``year`` and ``source`` of the figures, only passed on."""

    key: str
    values: Mapping[str, float | None]
    year: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Radar:
    """Values 0 to 100 by park (absent: unknown)."""

    method: RadarMethod
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Standing:
    """Own park on one indicator. ``gap`` in the unit, positive: behind; ``share`` of the reference. ``reference``: the peer's key, or "median".

    ``n``: parks that know the value, own included. Reasons: parkgaps.unknown_own, .no_peers, .peer_unknown (peer), .flat (all equal),
    .not_positive (parks: without a radar value), .years_differ (own, reference)."""

    indicator: Indicator
    own: float | None
    reference: str
    reference_value: float | None
    gap: float | None
    share: float | None
    rank: int | None
    n: int
    percentile: float | None
    radar: Radar
    unknown: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A park against its peers; indicators in the order given. ``behind``: codes with a positive gap, largest share first, those without a
    share last."""

    own: str
    standings: tuple[Standing, ...]
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathYear:
    """The value to reach by the end of a year, and the step from the year before."""

    year: int
    value: float
    step: float


@dataclass(frozen=True, slots=True)
class TargetPath:
    """Yearly values to the target. ``growth``: the constant yearly rate (None where it makes no sense). Empty with ``reasons`` where there is no
    path: parkgaps.path.unknown, .no_years, .reached; .linear_instead where growth was asked of values that are not positive."""

    indicator: Indicator
    shape: Shape
    years: tuple[PathYear, ...]
    growth: float | None
    reasons: tuple[Reason, ...]

"""What comes out of the check: by column for a batch, and as records for one parcel and one layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.overlay.ellipsoid import Floats
from gongxing.engines.overlay.model import Layer, Rule, Tolerance
from gongxing.engines.overlay.plane import Plane, from_plane
from gongxing.engines.overlay.shapes import Objects
from gongxing.engines.overlay.units import in_mu
from gongxing.engines.reasons import Reason

Verdict = Literal["conforms", "needs_adjustment", "conflicts", "not_tested"]
"""符合, 需调整, 冲突; or there is no shape to test."""

VERDICTS: tuple[Verdict, ...] = ("conforms", "needs_adjustment", "conflicts", "not_tested")
PIECE_RULES: tuple[Rule, ...] = ("permitted", "needs_adjustment", "forbidden")
OUTSIDE = -1
"""In place of a zone: the part of a parcel in none of the zones it should be in."""

Ints = NDArray[np.int64]
Bytes = NDArray[np.int8]


@dataclass(frozen=True)
class Piece:
    """The part of a parcel in one zone (``zone`` None: in none). ``sliver``: every connected part of it is one. ``width_m``: the largest mean width of its parts.
    ``share`` of the parcel. ``wkb``: in the coordinates the parcels came in."""

    zone: str | None
    kind: str
    rule: Rule
    area_m2: float
    mu: float
    share: float
    width_m: float
    sliver: bool
    wkb: bytes


@dataclass(frozen=True)
class Finding:
    """One parcel against one layer.

    ``area_m2``, ``mu``, ``share``: of what gives the verdict, slivers left out: the conflict, or else what needs adjustment, or 0. Land under two zones counts once, for
    the worse rule. ``sliver_m2``: what was left out under ``tolerance``. ``pieces``: by zone, the worst rule and then the largest first; those of overlapping zones overlap.
    ``reasons``: why there was nothing to test, or what was repaired before."""

    parcel: str
    layer: str
    verdict: Verdict
    area_m2: float
    mu: float
    share: float
    parcel_m2: float
    conflict_m2: float
    adjustment_m2: float
    sliver_m2: float
    tolerance: Tolerance
    pieces: tuple[Piece, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class Pieces:
    """All pieces of a layer by column, sorted by parcel and zone. ``parcel``, ``zone``: positions (zone −1: outside); ``rule``: position in PIECE_RULES;
    ``shapes``: in the plane, in metres."""

    parcel: Ints
    zone: Ints
    rule: Bytes
    area_m2: Floats
    width_m: Floats
    sliver: NDArray[np.bool_]
    shapes: Objects

    def __len__(self) -> int:
        return len(self.parcel)


@dataclass(frozen=True, eq=False)
class LayerResult:
    """A layer against all parcels, by column in the order of the parcels; areas in m². ``verdict``: position in VERDICTS."""

    layer: Layer
    tolerance: Tolerance
    verdict: Bytes
    conflict_m2: Floats
    adjustment_m2: Floats
    sliver_m2: Floats
    pieces: Pieces
    reasons: tuple[Reason, ...]

    def counts(self) -> dict[Verdict, int]:
        """Parcels by verdict."""
        return {name: int((self.verdict == i).sum()) for i, name in enumerate(VERDICTS)}


@dataclass(frozen=True, eq=False)
class Batch:
    """All parcels against all layers. ``area_m2``: of the parcels in the plane, NaN where there is no shape; ``codes``: how each parcel was admitted
    (shapes.Admitted). ``stopped``: the caller ended the work and only the layers in ``layers`` are done."""

    plane: Plane
    parcels: tuple[str, ...]
    area_m2: Floats
    codes: tuple[str, ...]
    layers: tuple[LayerResult, ...]
    stopped: bool = False

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each parcel stands."""
        return {key: i for i, key in enumerate(self.parcels)}

    def layer(self, key: str) -> LayerResult:
        """The result of one layer."""
        for one in self.layers:
            if one.layer.key == key:
                return one
        raise KeyError(key)

    def finding(self, parcel: str, layer: str) -> Finding:
        """One parcel against one layer, with its pieces."""
        i, result = self.position[parcel], self.layer(layer)
        verdict = VERDICTS[result.verdict[i]]
        conflict, adjustment = float(result.conflict_m2[i]), float(result.adjustment_m2[i])
        whole = float(self.area_m2[i])
        area = {"conflicts": conflict, "needs_adjustment": adjustment}.get(verdict, 0.0)
        code = self.codes[i]
        return Finding(
            parcel,
            layer,
            verdict,
            area,
            in_mu(area),
            _share(area, whole),
            whole,
            conflict,
            adjustment,
            float(result.sliver_m2[i]),
            result.tolerance,
            self._pieces(i, result),
            (Reason.of(f"overlay.parcel.{code}"),) if code else (),
        )

    def findings(self, parcel: str) -> tuple[Finding, ...]:
        """One parcel against every layer, in the order asked."""
        return tuple(self.finding(parcel, one.layer.key) for one in self.layers)

    def _pieces(self, i: int, result: LayerResult) -> tuple[Piece, ...]:
        table = result.pieces
        low, high = np.searchsorted(table.parcel, [i, i + 1])
        order = sorted(range(low, high), key=lambda k: (-table.rule[k], -table.area_m2[k], table.zone[k]))
        packed = shapely.to_wkb(from_plane(table.shapes[order], self.plane))
        return tuple(
            Piece(
                None if table.zone[k] == OUTSIDE else result.layer.keys[table.zone[k]],
                "" if table.zone[k] == OUTSIDE else result.layer.kind(int(table.zone[k])),
                PIECE_RULES[table.rule[k]],
                float(table.area_m2[k]),
                in_mu(float(table.area_m2[k])),
                _share(float(table.area_m2[k]), float(self.area_m2[i])),
                float(table.width_m[k]),
                bool(table.sliver[k]),
                bytes(wkb),
            )
            for k, wkb in zip(order, packed, strict=True)
        )


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0 else 0.0

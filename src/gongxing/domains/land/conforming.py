"""Parcels against the plans that hold on a day: ``engines.overlay`` asked with the layers and zones of the county. Everything here only reads.

A layer is asked in its newest version: begun, not ended, not replaced by one that has begun. One without a drawn zone cannot be asked and is named
(``Plans.blank``). Tolerances: the layer's own ``sliver_m2``, else the parameters ``layout.sliver_m2`` and ``layout.sliver_m``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from gongxing.domains.land.models import Parcel, PlanLayer, Zone
from gongxing.engines.overlay import Batch, Layer, Local, Parcels, Tolerance, assess
from gongxing.engines.overlay.model import Rule
from gongxing.engines.overlay.results import OUTSIDE, PIECE_RULES, VERDICTS, LayerResult
from gongxing.kernel.access.visible import reach, works_on
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table

ZONE, PARAMETERS = "land.zone", ("parameters", "parameters")
AREA, WIDTH = "layout.sliver_m2", "layout.sliver_m"
GRAIN = 0.002
"""Metres. Stored corners are rounded to a millimetre: strips of no more than this width come of that, whatever a layer tolerates."""
MOST_ZONES = 12
CENT = Decimal("0.01")
RULES: Mapping[str, Rule] = {
    PlanLayer.Rule.FORBIDDEN: "forbidden",
    PlanLayer.Rule.ADJUST: "needs_adjustment",
    PlanLayer.Rule.INSIDE: "must_be_inside",
    PlanLayer.Rule.PERMITTED: "permitted",
}
OF_VERDICT: Mapping[str, str] = {
    "conforms": Parcel.Conformity.CONFORMS,
    "needs_adjustment": Parcel.Conformity.ADJUST,
    "conflicts": Parcel.Conformity.CONFLICT,
    "not_tested": Parcel.Conformity.UNKNOWN,
}
OF_RULE: Mapping[str, str] = {"permitted": "permitted", "needs_adjustment": "adjust", "forbidden": "forbidden"}
WORST = (Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST, Parcel.Conformity.CONFORMS)


# -- which plans hold -------------------------------------------------------------------------------------------


def in_force(rows: QuerySet[PlanLayer], day: date) -> list[PlanLayer]:
    """The newest version in force of every layer among ``rows``: begun, not ended, and not replaced by one that has begun. One query."""
    begun = list(rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).order_by("kind", "code"))
    old = {one.replaces_id for one in begun}
    return [one for one in begun if one.pk not in old and (one.valid_to is None or one.valid_to >= day)]


def sees_lines(actor: Actor, layer: PlanLayer) -> bool:
    """Whether the reader may have the lines of a layer, and not the results alone."""
    return not reach(actor, "view", ZONE).nothing and (not layer.secret or works_on(actor, ZONE))


@dataclass(frozen=True)
class Standard:
    """The tolerance for layers without their own, with the status of each parameter."""

    tolerance: Tolerance
    status: str


def standard_on(day: date) -> Standard:
    """The tolerance as the parameters of a day say it; the engine's own where the pack lacks a row."""
    rows = {row["code"]: row for row in table(*PARAMETERS, day) if row["code"] in (AREA, WIDTH)}
    own = Tolerance()
    area = float(rows[AREA]["value"]) if AREA in rows else own.area_m2
    width = float(rows[WIDTH]["value"]) if WIDTH in rows else own.width_m
    return Standard(Tolerance(area, width), rows[AREA].status if AREA in rows else "design")


def tolerance_of(layer: PlanLayer, standard: Tolerance) -> Tolerance:
    """The tolerance of a layer. One that states 0 knows none: what is left is the grain of the stored corners."""
    if layer.sliver_m2 is None:
        return standard
    return Tolerance(float(layer.sliver_m2), standard.width_m if layer.sliver_m2 else GRAIN)


@dataclass(frozen=True)
class Plans:
    """The layers that hold on a day and can be asked, as the engine reads them, and those without a drawn zone."""

    day: date
    layers: tuple[PlanLayer, ...]
    blank: tuple[PlanLayer, ...]
    overlays: tuple[Layer, ...]
    standard: Standard


Box = tuple[float, float, float, float]


def plans_on(day: date, box: Box | None = None) -> Plans:
    """The plans of a day; with ``box`` (degrees) without the zones that cannot reach it. Three queries."""
    drawn = Zone.objects.filter(layer=OuterRef("pk"), west__isnull=False)
    inside = drawn.filter(Q(rule=PlanLayer.Rule.INSIDE) | Q(rule="", layer__rule=PlanLayer.Rule.INSIDE))
    every = in_force(PlanLayer.objects.annotate(drawn=Exists(drawn), inside=Exists(inside)), day)
    told: list[Any] = list(every)
    layers = tuple(one for one in told if one.drawn)
    zones = Zone.objects.filter(layer__in=[one.pk for one in layers], west__isnull=False)
    if box is not None:
        away = max((float(one.buffer_m or 0) for one in layers), default=0.0) / 19_000 + 1e-6
        near = Q(west__lte=box[2] + away, east__gte=box[0] - away, south__lte=box[3] + away, north__gte=box[1] - away)
        whole = [one.pk for one in layers if one.inside]
        zones = zones.filter(near | Q(layer__in=whole)) if whole else zones.filter(near)
    standard = standard_on(day)
    of: dict[int, list[tuple[Any, ...]]] = {one.pk: [] for one in layers}
    for row in zones.order_by("pk").values_list("layer_id", "pk", "rule", "zone_class", "shape"):
        of[row[0]].append(row)
    overlays = tuple(
        overlay(one, of[one.pk], tolerance_of(one, standard.tolerance), must=bool(one.inside)) for one in layers
    )
    return Plans(day, layers, tuple(one for one in told if not one.drawn), overlays, standard)


def overlay(layer: PlanLayer, zones: Sequence[tuple[Any, ...]], tolerance: Tolerance, *, must: bool) -> Layer:
    """A layer as the engine reads it. ``zones``: layer, key, rule, class, shape; ``must``: land outside all of them conflicts."""
    buffer = float(layer.buffer_m or 0)
    return Layer(
        key=str(layer.pk),
        keys=tuple(str(row[1]) for row in zones),
        shapes=_shapes([row[4] for row in zones]),
        rules=tuple(RULES[row[2] or layer.rule] for row in zones),
        kinds=tuple(row[3] for row in zones),
        buffers_m=(buffer,) * len(zones) if buffer else (),
        outside="forbidden" if must else "permitted",
        tolerance=tolerance,
    )


def overlay_of(layer: PlanLayer, standard: Tolerance, key: str = "") -> Layer:
    """All of a layer in whatever version; its zones by ``key`` of their numbers. One query."""
    zones = list(
        Zone.objects.filter(layer=layer, west__isnull=False)
        .order_by("pk")
        .values_list("layer_id", key or "pk", "rule", "zone_class", "shape")
    )
    must = any(RULES[row[2] or layer.rule] == "must_be_inside" for row in zones)
    return overlay(layer, zones, tolerance_of(layer, standard), must=must)


def _shapes(texts: Sequence[str]) -> Any:
    return shapely.from_wkb(list(texts)) if texts else ()


def county_plane() -> Local:
    """One plane for the whole county, so that a parcel has the same areas alone and among all. One query."""
    found = Parcel.objects.filter(west__isnull=False).aggregate(
        west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north")
    )
    if found["west"] is None:
        return Local(109.3, 22.7)
    return Local(round((found["west"] + found["east"]) / 2, 1), round((found["south"] + found["north"]) / 2, 1))


# -- what is found ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """One parcel against one layer: areas in m², share in percent. ``zones``: of its pieces the worst and largest, as key of the zone (None: outside
    all), rule and area."""

    layer: int
    verdict: str
    area_m2: Decimal
    share: Decimal
    slivers_m2: Decimal
    zones: tuple[dict[str, Any], ...]


class Judged:
    """Parcels against plans."""

    def __init__(self, plans: Plans, parcels: Sequence[Parcel], batch: Batch) -> None:
        self.plans = plans
        self.parcels = parcels
        self.batch = batch

    def all(self) -> Iterator[tuple[Parcel, list[Found]]]:
        """Each parcel with what was found of it; nothing for one that has no shape to test."""
        columns = [_Column(one) for one in self.batch.layers]
        for i, parcel in enumerate(self.parcels):
            whole = float(self.batch.area_m2[i])
            yield parcel, [] if whole != whole else [column.found(i, whole) for column in columns]  # NaN: no shape


class _Column:
    """A layer's results by parcel."""

    def __init__(self, result: LayerResult) -> None:
        self.result = result
        self.layer = int(result.layer.key)
        self.pieces: dict[int, list[int]] = {}
        table = result.pieces
        for k, parcel in enumerate(table.parcel.tolist()):
            self.pieces.setdefault(parcel, []).append(k)

    def found(self, i: int, whole: float) -> Found:
        result = self.result
        verdict = VERDICTS[result.verdict[i]]
        part = {"conflicts": result.conflict_m2, "needs_adjustment": result.adjustment_m2}.get(verdict)
        area = float(part[i]) if part is not None else 0.0
        return Found(
            self.layer, OF_VERDICT[verdict], _two(area), _two(min(100.0, area / whole * 100)), _two(float(result.sliver_m2[i])), self._zones(i)
        )  # fmt: skip

    def _zones(self, i: int) -> tuple[dict[str, Any], ...]:
        rows = self.pieces.get(i)
        if rows is None:
            return ()
        table, keys = self.result.pieces, self.result.layer.keys
        kept = [k for k in rows if not table.sliver[k]]
        kept.sort(key=lambda k: (-table.rule[k], -table.area_m2[k], table.zone[k]))
        return tuple(
            {"zone": None if table.zone[k] == OUTSIDE else int(keys[table.zone[k]]), "rule": OF_RULE[PIECE_RULES[table.rule[k]]], "m2": round(float(table.area_m2[k]), 2)}
            for k in kept[:MOST_ZONES]
        )  # fmt: skip


def _two(value: float) -> Decimal:
    return Decimal(value).quantize(CENT)


def judge(
    parcels: Sequence[Parcel],
    plans: Plans,
    plane: Local | None = None,
    progress: Callable[[float, str], bool] | None = None,
) -> Judged:
    """Every parcel against every plan."""
    shapes = [shapely.from_wkb(one.shape) if one.shape else None for one in parcels]
    batch = assess(
        Parcels([str(one.pk) for one in parcels], shapes), plans.overlays, plans.standard.tolerance, plane or county_plane(), progress
    )  # fmt: skip
    return Judged(plans, parcels, batch)


def judge_one(parcel: Parcel, day: date) -> Judged:
    """One parcel against the plans that can reach it. Four queries."""
    return judge([parcel], plans_on(day, box_of(parcel)))


def box_of(parcel: Parcel) -> Box | None:
    """The box of a parcel; None where it has no shape."""
    box = (parcel.west, parcel.south, parcel.east, parcel.north)
    return None if any(one is None for one in box) else box  # type: ignore[return-value]


def verdict_of(found: Sequence[Found]) -> str:
    """The verdict on a parcel: conflict before adjustment before conforming; unknown where nothing was asked."""
    said = {one.verdict for one in found}
    return next((str(one) for one in WORST if one in said), str(Parcel.Conformity.UNKNOWN))

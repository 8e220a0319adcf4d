"""What the map draws, as compact GeoJSON: parcels of a list, parks, and plan layers. Only what the reader may see leaves the house.

Coordinates have six decimals (a decimetre); who changes a shape gets the stored one with its parcel's card. Every answer carries a tag made of what was
asked, what the reader reaches and the newest write to the registers it comes from: unchanged, it is not sent again.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from gongxing.domains.land.models import ClearanceUnit, Parcel, Park, PlanLayer, Zone
from gongxing.kernel.access.visible import reach, restrict, visible, works_on
from gongxing.kernel.audit.revision import Kept, head, revision
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting

PARCEL, PARK, LAYER, ZONE, CLEARANCE = "land.parcel", "land.park", "land.planlayer", "land.zone", "land.clearanceunit"
DECIMALS, MOST_ZONES, FASTEST, SMALL = 6, 20_000, 1, 4096
_kept: Kept[bytes] = Kept(8)
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

LOOKS: dict[str, str | Promise] = {
    "net": _("净地待供"), "clear": _("批而未供，征拆中"), "appr": _("批而未供，未净地"), "late": _("供而未用"), "idle": _("闲置土地"), "part": _("用而未尽、建而未投"),
    "low": _("低效、未达标"), "build": _("已供在建"), "use": _("已投产"), "sub": _("报批中"), "plan": _("规划储备"), "gone": _("已收回"),
}  # fmt: skip
"""How parcels are drawn, in the order of the legend."""
LOOK_OF: dict[str, str] = {
    Parcel.State.PLANNED: "plan", Parcel.State.UNDER_APPROVAL: "sub", Parcel.State.SUPPLIED: "build", Parcel.State.SUPPLIED_UNUSED: "late",
    Parcel.State.BUILDING: "build", Parcel.State.FINISHED: "build", Parcel.State.PARTLY_USED: "part", Parcel.State.BUILT_UNPRODUCTIVE: "part",
    Parcel.State.PRODUCING: "use", Parcel.State.BELOW_STANDARD: "low", Parcel.State.NORMAL: "use", Parcel.State.INEFFICIENT: "low",
    Parcel.State.IDLE: "idle", Parcel.State.TAKEN_BACK: "gone",
}  # fmt: skip


def look(state: str, cleared: bool, clearing: bool) -> str:
    """How a parcel of this state is drawn: land that was approved and not supplied by whether it is cleared."""
    if state == Parcel.State.APPROVED_UNSUPPLIED:
        return "net" if cleared else "clear" if clearing else "appr"
    return LOOK_OF.get(state, "plan")


def with_looks(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """The rows with what ``look`` asks: ``cleared``, and ``clearing`` where a unit the reader sees is not finished."""
    units = visible(ClearanceUnit.objects.filter(parcel=OuterRef("pk"), cleared_on__isnull=True), actor)
    cleared = ExpressionWrapper(Q(cleared_on__isnull=False), output_field=BooleanField())
    found: QuerySet[Any] = rows.annotate(cleared=cleared, clearing=Exists(units))
    return found


# -- layers -----------------------------------------------------------------------------------------------------


def layers_in_force(actor: Actor, day: date) -> list[PlanLayer]:
    """The newest version in force of every layer the reader sees: begun, not ended, and not replaced by one that has begun. One query."""
    begun = list(
        visible(PlanLayer.objects.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)), actor).order_by(
            "kind", "code"
        )
    )
    old = {one.replaces_id for one in begun}
    return [one for one in begun if one.pk not in old and (one.valid_to is None or one.valid_to >= day)]


def sees_lines(actor: Actor, layer: PlanLayer) -> bool:
    """Whether the reader may have the lines of a layer, and not the results alone."""
    return not reach(actor, "view", ZONE).nothing and (not layer.secret or works_on(actor, ZONE))


# -- answers ----------------------------------------------------------------------------------------------------


def features(lines: Iterable[tuple[int, dict[str, Any]]], shapes: Sequence[str], *, more: bool = False) -> bytes:
    """A feature collection: ids and properties, with the stored shape of each. ``more``: the rest was left out."""
    rounded = shapely.transform(shapely.from_wkb(list(shapes)), lambda points: points.round(DECIMALS)) if shapes else []
    drawn = shapely.to_geojson(rounded) if shapes else []
    parts = [
        f'{{"type":"Feature","id":{key},"properties":{_written(said)},"geometry":{shape}}}'
        for (key, said), shape in zip(lines, drawn, strict=True)
    ]
    return (
        f'{{"type":"FeatureCollection","more":{"true" if more else "false"},"features":[{",".join(parts)}]}}'.encode()
    )


def answer(
    request: HttpRequest, ledgers: Sequence[str], about: Sequence[object], make: Callable[[], bytes]
) -> HttpResponse:
    """The body, or 304 where the reader has it. ``about``: all it depends on beside the registers."""
    stand = head()
    said = "\x1f".join(str(one) for one in (revision(ledgers), today(), *about))
    tag = f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
    found = HttpResponse(status=304)
    if tag not in request.headers.get("If-None-Match", ""):
        packed = _kept.get(tag, stand)
        if packed is None:
            packed = gzip.compress(make(), FASTEST, mtime=0)
            _kept.keep(tag, stand, packed)
        takes = "gzip" in request.headers.get("Accept-Encoding", "") and len(packed) > SMALL
        found = HttpResponse(packed if takes else gzip.decompress(packed), content_type="application/geo+json")
        if takes:
            found.headers["Content-Encoding"] = "gzip"
    found.headers["ETag"], found.headers["Cache-Control"], found.headers["Vary"] = (
        tag,
        "private, no-cache",
        "Accept-Encoding, Cookie",
    )
    return found


@require_GET
def parcels_json(request: HttpRequest) -> HttpResponse:
    """GET the query of the list: the parcels of that list that are drawn."""
    ledger, actor = ledger_named(PARCEL), acting(request)
    found = reach(actor, "view", PARCEL)
    if found.nothing:
        raise Denied("view", PARCEL)
    state = read_state(ledger, request.GET)

    def make() -> bytes:
        rows = with_looks(build(state, actor, found=found).rows.exclude(shape=""), actor).order_by("pk")
        names = ("pk", "number", "state", "cleared", "clearing", "land_mu", "geo_mu", "shape")
        read = list(rows.select_related(None).values_list(*names))
        lines = (
            (pk, {"n": number, "k": look(state, cleared, clearing), "s": state, "c": int(cleared), "mu": _number(land_mu if land_mu is not None else geo_mu)})
            for pk, number, state, cleared, clearing, land_mu, geo_mu, _shape in read
        )  # fmt: skip
        return features(lines, [one[-1] for one in read])

    return answer(
        request, (PARCEL, CLEARANCE), ("parcels", state.query(), found, reach(actor, "view", CLEARANCE)), make
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


@require_GET
def parks_json(request: HttpRequest) -> HttpResponse:
    """GET: the parks the reader sees, drawn."""
    actor = acting(request)
    found = reach(actor, "view", PARK)
    if found.nothing:
        raise Denied("view", PARK)

    def make() -> bytes:
        rows = list(
            restrict(Park.objects.exclude(shape=""), found)
            .order_by("code")
            .values_list("pk", "name", "planned_mu", "shape")
        )
        return features(
            ((pk, {"n": name, "mu": _number(mu)}) for pk, name, mu, _shape in rows), [one[-1] for one in rows]
        )

    return answer(request, (PARK,), ("parks", found), make)


@require_GET
def layer_json(request: HttpRequest, code: str) -> HttpResponse:
    """GET box (west,south,east,north): the zones of a layer in force, of a very large one those in the box. 403 for a layer of which the reader has results
    alone."""
    actor = acting(request)
    layer = next((one for one in layers_in_force(actor, today()) if one.code == code), None)
    if layer is None:
        raise LookupError(code)
    if not sees_lines(actor, layer):
        raise Denied("view", ZONE)
    box = _box(request.GET.get("box", ""))

    def make() -> bytes:
        rows = visible(Zone.objects.filter(layer=layer).exclude(shape=""), actor).order_by("pk")
        if box is not None:
            rows = rows.filter(west__lte=box[2], east__gte=box[0], south__lte=box[3], north__gte=box[1])
        read = list(rows.values_list("pk", "name", "zone_class", "rule", "shape")[: MOST_ZONES + 1])
        sent = read[:MOST_ZONES]
        lines = ((pk, {"n": name or kind, "r": rule or layer.rule}) for pk, name, kind, rule, _shape in sent)
        return features(lines, [one[-1] for one in sent], more=len(read) > MOST_ZONES)

    return answer(request, (ZONE, LAYER), ("layer", layer.pk, box, reach(actor, "view", ZONE)), make)


def _box(text: str) -> tuple[float, float, float, float] | None:
    """Four degrees; None where they cannot be read."""
    try:
        west, south, east, north = (round(float(one), DECIMALS) for one in text.split(","))
    except ValueError:
        return None
    return (west, south, east, north) if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None

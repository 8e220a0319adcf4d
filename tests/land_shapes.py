"""Parks, parcels and plan layers with shapes, for tests and benchmarks of the map: three parks of turned blocks, every state, a public and a secret layer."""

from datetime import timedelta
from decimal import Decimal
from math import cos, radians, sin

from shapely.geometry import LineString, Polygon

from gongxing.domains.land.measures import area_mu
from gongxing.domains.land.models import SHAPE_FIELDS, Check, ClearanceUnit, Parcel, Park, PlanLayer, Utility, Zone
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.shape import Shape, shape_of
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Unit

PARKS = (
    ("高新技术产业园", 109.280, 22.745, 8.0),
    ("产业投资发展园", 109.215, 22.735, -14.0),
    ("经济技术合作区", 109.250, 22.690, 3.0),
)
STATES = (
    "normal", "normal", "approved_unsupplied", "approved_unsupplied", "normal", "supplied_unused", "approved_unsupplied", "inefficient_land", "planned", "idle_land", "partly_used",
    "under_approval", "taken_back", "below_standard", "built_unproductive", "building",
)  # fmt: skip
STEP, GAP = 0.0016, 0.0002


def turned(west: float, south: float, east: float, north: float, place: tuple[float, float, float]) -> Polygon:
    """A rectangle in degrees from a place, turned about it."""
    lon, lat, degrees = place
    turn = radians(degrees)
    return Polygon(
        [(lon + x * cos(turn) - y * sin(turn), lat + x * sin(turn) + y * cos(turn)) for x, y in ((west, south), (east, south), (east, north), (west, north))]
    )  # fmt: skip


def fields(shape: Shape) -> dict[str, object]:
    """A shape as the model fields hold it."""
    return dict(zip(SHAPE_FIELDS, shape, strict=True))


def lay_out(ctx: Ctx, units: list[Unit], rows: int) -> list[Parcel]:
    """Parks of these units in turn with ``rows`` parcels on them; every seventh without a shape for lists of both kinds where there are fewer than 1,000."""
    each = -(-rows // len(PARKS))
    across = max(2, int(each**0.5 * 1.3))
    parcels: list[Parcel] = []
    for number, (name, lon, lat, degrees) in enumerate(PARKS):
        place, step = (lon, lat, degrees), STEP if rows < 1000 else STEP * 6 / across
        deep = -(-each // across)
        ground = shape_of(turned(-step * 0.3, -step * 0.3, step * (across + 0.2), step * 0.7 * (deep + 0.3), place))
        park = ctx.create(
            Park(
                name=name,
                code=f"T{number + 1}",
                unit=units[number % len(units)],
                planned_mu=area_mu(ground.wkb),
                geo_mu=area_mu(ground.wkb),
                **fields(ground),
            )
        )
        for kind, capacity, used in (
            ("power", 40_000, 31_500),
            ("water", 12_000, 7_300),
            ("sewage", 8_000, 7_800),
            ("gas", 60_000, None),
        ):
            ctx.create(
                Utility(
                    ref=f"T{number}:{kind}",
                    park=park,
                    kind=kind,
                    capacity=capacity,
                    used=used,
                    ready_on=today() - timedelta(days=900),
                )
            )
        ctx.create(
            Utility(
                ref=f"T{number}:more", park=park, kind="sewage", capacity=5_000, ready_on=today() + timedelta(days=300)
            )
        )
        for place_in in range(min(each, rows - len(parcels))):
            column, line = place_in % across, place_in // across
            parcels.append(
                _parcel(
                    park,
                    number,
                    place_in,
                    turned(
                        column * step,
                        line * step * 0.7,
                        (column + 1) * step - GAP,
                        (line + 1) * step * 0.7 - GAP,
                        place,
                    ),
                    rows,
                )
            )
    ctx.create_many(parcels)
    _layers(ctx)
    _hanging(ctx, parcels)
    return parcels


def _parcel(park: Park, number: int, place: int, ground: Polygon, rows: int) -> Parcel:
    state = STATES[(place * 7 + number) % len(STATES)]
    shape = Shape() if rows < 1000 and place % 13 == 12 else shape_of(ground)
    idle = today() + timedelta(days=60) if state == "supplied_unused" else None
    contract = (
        today() - timedelta(days=400)
        if state
        in (
            "normal",
            "supplied_unused",
            "inefficient_land",
            "idle_land",
            "partly_used",
            "below_standard",
            "built_unproductive",
            "taken_back",
            "building",
        )
        else None
    )
    return Parcel(
        number=f"{'ABC'[number]}-{place + 1:02d}", name=f"{park.name}{place + 1}号地", park=park, unit=park.unit, state=state, idle_on=idle, contract_on=contract,
        land_mu=area_mu(shape.wkb) or Decimal(30), geo_mu=area_mu(shape.wkb), planned_use="industry", splittable=True,
        approved_on=None if state in ("planned", "under_approval") else today() - timedelta(days=700), submitted_on=None if state == "planned" else today() - timedelta(days=800),
        cleared_on=today() - timedelta(days=300) if state == "approved_unsupplied" and place % 2 else None,
        conformity=("conforms", "adjust", "conflict", "unknown")[place % 4], holder="样本公司" if contract else "", invented=True, **fields(shape),
    )  # fmt: skip


def _layers(ctx: Ctx) -> None:
    """A public boundary, a secret field, a line with its old version."""
    for code, name, kind, rule, secret, ground in (
        ("UB-2", "城镇开发边界", "urban_boundary", "inside", False, Polygon([(109.20, 22.68), (109.31, 22.68), (109.31, 22.765), (109.20, 22.765)])),
        ("PF-2", "永久基本农田", "permanent_farmland", "forbidden", True, Polygon([(109.262, 22.702), (109.30, 22.702), (109.30, 22.74), (109.278, 22.746)])),
        ("PL-2", "高压走廊", "power_line", "adjust", False, LineString([(109.205, 22.72), (109.25, 22.728), (109.31, 22.72)])),
    ):  # fmt: skip
        old = ctx.create(
            PlanLayer(
                code=f"{code}-old",
                name=name,
                kind=kind,
                rule=rule,
                authority="样本机关",
                edition="2019 版",
                dated=today() - timedelta(days=2000),
            )
        )
        layer = ctx.create(
            PlanLayer(
                code=code,
                name=name,
                kind=kind,
                rule=rule,
                authority="样本机关",
                edition="2024 版",
                dated=today() - timedelta(days=300),
                secret=secret,
                replaces=old,
            )
        )
        ctx.create(Zone(ref=f"{code}:1", layer=layer, name=f"{name}一片", **fields(shape_of(ground, areas=False))))


def _hanging(ctx: Ctx, parcels: list[Parcel]) -> None:
    """Units to be cleared on every second parcel that waits, and findings on the first few."""
    waiting = [one for one in parcels if one.state == "approved_unsupplied" and one.cleared_on is None][::2]
    ctx.create_many([ClearanceUnit(ref=f"Z{one.number}", parcel=one, households=12, agreed=7) for one in waiting])
    layers = list(PlanLayer.objects.filter(code__endswith="-2").order_by("code"))
    ctx.create_many([
        Check(ref=f"{one.pk}:{layer.pk}", parcel=one, layer=layer, verdict=("conforms", "adjust", "conflict")[number], area_m2=1200 * number, share=6 * number, checked_on=today())
        for one in parcels[:40] for number, layer in enumerate(layers)
    ])  # fmt: skip

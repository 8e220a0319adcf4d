"""What serves the people of the invented county's parks today: a few facilities in each, so that there is something to find wanting. All made up (虚构)."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

import shapely

from gongxing.domains.land.demo.journal import WHY, made
from gongxing.domains.land.models import SHAPE_FIELDS, Facility, Parcel, Park
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.shape import geometry, shape_of
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM

SUFFIX = "（演示，虚构）"
ON_LAND: Mapping[str, tuple[str, ...]] = {
    "neighbourhood_centre": ("commerce", "public", "housing"), "service_centre": ("public", "commerce"), "dormitory": ("housing", "mixed"),
    "clinic": ("public", "commerce"), "innovation_complex": ("mixed",), "fire_station": ("utility", "public"),
}  # fmt: skip
"""Kind → planned uses of the parcels in use it may stand on."""
HERE: Mapping[str, tuple[tuple[str, int | None], ...]] = {
    "QH-P1": (("neighbourhood_centre", 2600), ("dormitory", 1800), ("clinic", 4000), ("service_centre", 6000)),
    "QH-P2": (
        ("innovation_complex", 1200),
        ("dormitory", 2400),
        ("neighbourhood_centre", None),
        ("fire_station", None),
    ),
    "QH-P3": (("dormitory", 900), ("clinic", None)),
}
STOPS = ((0.30, 0.35), (0.62, 0.55), (0.45, 0.80))
"""Where buses stop, by parts of a park's box."""


def build_sites(seed: int) -> int:
    """Write the facilities. Returns how many there are."""
    random = Random(f"{seed} sites")
    labels = dict(Facility.Kind.choices)
    rows: list[Facility] = []
    for park in Park.objects.filter(invented=True).select_related("unit").order_by("code"):
        lots = list(Parcel.objects.filter(park=park, actual_finish__isnull=False).exclude(shape="").order_by("number"))
        for kind, capacity in HERE.get(park.code, ()):
            fitting = [one for one in lots if one.planned_use in ON_LAND[kind]] or lots
            if not fitting:
                continue
            lot = random.choice(fitting)
            lots.remove(lot)
            number = f"SS-{park.code[-2:]}-{len(rows) + 1:02d}"
            values = {
                "number": number, "name": f"{park.name}{labels[kind]}{SUFFIX}", "kind": kind, "unit_id": park.unit_id, "park_id": park.pk, "parcel_id": lot.pk, "capacity": capacity,
                "opened_on": today() - timedelta(days=random.randint(300, 1500)), **_point(geometry(lot.shape).representative_point()),
            }  # fmt: skip
            rows.append(made(Facility, values))
        rows += _stops(park, len(rows))
    with writing(SYSTEM, "demo", WHY) as ctx:
        ctx.create_many(rows)
    return len(rows)


def _stops(park: Park, before: int) -> list[Facility]:
    """Bus stops along the main streets of a park."""
    west, south, east, north = geometry(park.shape).bounds
    found = []
    for n, (along, up) in enumerate(STOPS, start=1):
        place = shapely.Point(west + (east - west) * along, south + (north - south) * up)
        values = {
            "number": f"SS-{park.code[-2:]}-{before + n:02d}", "name": f"{park.name}公交站{n}{SUFFIX}", "kind": "bus_stop", "unit_id": park.unit_id, "park_id": park.pk,
            "opened_on": today() - timedelta(days=900), **_point(place),
        }  # fmt: skip
        found.append(made(Facility, values))
    return found


def _point(place: shapely.Point) -> dict[str, object]:
    return dict(zip(SHAPE_FIELDS, shape_of(place, areas=False), strict=True))

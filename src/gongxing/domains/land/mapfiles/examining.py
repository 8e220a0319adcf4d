"""What is told of a map file before its import: offset, far positions, stated against drawn areas, faults of topology. Told, never in the way."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gongxing.domains.land.mapfiles.said import said
from gongxing.domains.land.mapfiles.sketch import picture
from gongxing.domains.land.mapfiles.tables import STATED, Read
from gongxing.domains.land.models import Parcel, Park
from gongxing.engines.overlay import SQUARE_METRES, Parcels, areas, from_layers, survey, units
from gongxing.engines.overlay import Fault as Topology
from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.shape import geometry
from gongxing.kernel.ledger.column import unit_word
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.maps import offset
from gongxing.kernel.org.actor import Actor

SURVEYED, BESIDE, SHOWN, DRAWN, NEAR = 250_000, 20_000, 30, 3_000, 0.02
SURE, ENOUGH = 0.5, 0.6
UNITS = {"m2": "平方米", "mu": "亩", "ha": "公顷", "km2": "平方公里"}
CLAIMED = {"亩": "mu", "平方米": "m2"}
Report = dict[str, Any]


def examined(
    read: Read, ledger: Ledger[Any], actor: Actor, choice: Mapping[str, str], step: Callable[[float, str], bool] | None
) -> Report:
    """Everything found, ready to be written down and shown."""
    at = [place for place, shape in enumerate(read.shapes) if shape is not None]
    shapes = np.empty(len(at), dtype=object)
    shapes[:] = [read.shapes[place] for place in at]
    flat = np.asarray(shapely.get_dimensions(shapes) == 2) & np.asarray(shapely.is_valid(shapes))
    metres = areas(shapes[flat]) if flat.any() else np.zeros(0)
    names = [read.names[place] for place in at]
    return {
        "n": len(read.numbers), "sound": len(at), "mu": round(float(np.sum(metres)) / SQUARE_METRES["mu"], 2), "notes": read.notes,
        "picture": picture([("new", one) for one in shapes[:DRAWN]]), "drawn": min(DRAWN, len(shapes)),
        "faults": [_fault(*one) for one in read.faults[:SHOWN]], "faults_n": len({one[0].number for one in read.faults}),
        "far": [said(one[0].reason) for one in read.far[:3]], "far_n": len(read.far),
        "offset": _offset(shapes[flat], actor) if flat.any() else "",
        "area": _area(read, ledger, [place for place, one in zip(at, flat, strict=True) if one], metres, shapes[flat]),
        **_topology(shapes[flat], [name for name, one in zip(names, flat, strict=True) if one], ledger, actor, choice, step),
    }  # fmt: skip


def _fault(fault: Any, name: str, shape: Any) -> Report:
    place = shapely.Point(fault.x, fault.y) if fault.x is not None and fault.y is not None else None
    drawn = shape if shape is not None and np.isfinite(shapely.get_coordinates(shape)).all() else None
    return {"name": name, "number": fault.number, "text": said(fault.reason), "picture": picture([("new", drawn), ("bad", place)])}  # fmt: skip


# -- offset ---------------------------------------------------------------------------------------------------


def _near(rows: QuerySet[Any], shapes: NDArray[Any], margin: float) -> QuerySet[Any]:
    west, south, east, north = (float(one) for one in shapely.total_bounds(shapes))
    meets = Q(west__lte=east + margin, east__gte=west - margin, south__lte=north + margin, north__gte=south - margin)
    return rows.exclude(shape="").filter(meets).order_by("pk")


def _stored(rows: QuerySet[Any], shapes: NDArray[Any]) -> NDArray[Any]:
    found = list(_near(rows, shapes, NEAR).values_list("shape", flat=True)[:BESIDE])
    made = np.empty(len(found), dtype=object)
    made[:] = [geometry(one) for one in found]
    return made


def _offset(shapes: NDArray[Any], actor: Actor) -> str:
    """A sentence where the shapes look as if drawn over a public web map, with how sure; "" otherwise."""
    parcels, parks = (
        _stored(visible(Parcel.objects.all(), actor), shapes),
        _stored(visible(Park.objects.all(), actor), shapes),
    )
    if len(parcels):
        found = from_layers(list(shapes), list(parcels))
        if found.verdict == "gcj02" and found.sure >= SURE:
            return _("和已登记的地块比，像是在网络地图上描的（GCJ-02 偏移）：往东偏 %(east)s 米、往北偏 %(north)s 米，正是这里该有的偏移；%(share)s%% 的拐点挪回后对得上，把握 %(sure)s%%。") % {
                "east": f"{found.east_m:.0f}", "north": f"{found.north_m:.0f}", "share": f"{found.support * 100:.0f}", "sure": f"{found.sure * 100:.0f}",
            }  # fmt: skip
    for known in (parcels, parks):
        reason = offset.suspected(shapes, known) if len(known) else None
        if reason is not None:
            return said(reason)
    return ""


# -- stated areas ---------------------------------------------------------------------------------------------


def _area(read: Read, ledger: Ledger[Any], at: list[int], metres: NDArray[Any], shapes: NDArray[Any]) -> Report:
    """Which unit the column of areas is in: {} without one. ``position`` counts the attributes from 0."""
    if read.at is None or not len(metres):
        return {}
    column = ledger.column(STATED[ledger.name])
    claimed: Any = CLAIMED[column.unit]
    latitude = float(np.median(shapely.get_coordinates(shapes)[:, 1]))
    found = units([read.stated[place] for place in at], claimed, metres, latitude)
    if not found.comparable:
        return {}
    unit = UNITS[found.unit] if found.unit is not None and found.share >= ENOUGH else ""
    differ = [read.names[at[place]] for place in (*found.odd, *found.differ)]
    mercator = sum(row.meaning == "web_mercator" for row in found.rows)
    if unit == column.unit:
        text = _("“%(label)s”按%(unit)s和图形对得上（%(share)s%% 的行相差不到 5%%）。")
    elif unit:
        text = _(
            "“%(label)s”像是%(unit)s，不是%(claimed)s（%(share)s%% 的行相差不到 5%%），下一步按%(unit)s换算，可以改。"
        )
    else:
        text = _("“%(label)s”和图形的面积对不上，看不出是什么单位，下一步请核对。")
    words = {
        "label": read.label,
        "unit": unit_word(unit),
        "claimed": unit_word(column.unit),
        "share": f"{found.share * 100:.0f}",
    }
    return {
        "position": read.at, "column": column.name, "unit": unit, "text": text % words, "ok": unit == column.unit and not differ,
        "differ": differ[:10], "differ_n": len(differ), "mercator": mercator,
    }  # fmt: skip


# -- topology -------------------------------------------------------------------------------------------------


def _beside(
    shapes: NDArray[Any], names: list[str], ledger: Ledger[Any], choice: Mapping[str, str]
) -> list[tuple[int, str, Any]]:
    """Stored rows the new shapes may run into; those the file itself brings anew are left out."""
    rows: QuerySet[Any] = ledger.model._default_manager.all()
    if ledger.name == "land.zone":
        rows = rows.filter(layer__code=choice.get("layer", ""))
    own = set(names)
    found = _near(rows, shapes, 0.0).values_list("pk", ledger.key, "shape")[:SURVEYED]
    return [(pk, str(key), geometry(shape)) for pk, key, shape in found if str(key) not in own]


def _topology(
    shapes: NDArray[Any], names: list[str], ledger: Ledger[Any], actor: Actor, choice: Mapping[str, str], step: Callable[[float, str], bool] | None
) -> Report:  # fmt: skip
    if not len(shapes):
        return {"topology": [], "topology_n": 0, "unsurveyed": ""}
    if len(shapes) > SURVEYED:
        words = _("图形超过 %(n)s 个，没有逐个查重叠和缝隙。") % {"n": f"{SURVEYED:,}"}
        return {"topology": [], "topology_n": 0, "unsurveyed": words}
    stored = [one for one in _beside(shapes, names, ledger, choice) if shapely.get_dimensions(one[2]) == 2]
    shown = set(
        visible(ledger.model._default_manager.filter(pk__in=[pk for pk, _key, _shape in stored]), actor).values_list("pk", flat=True)
    )  # fmt: skip
    ground: dict[str, tuple[str, Any, str]] = {
        f"n{place}": (names[place], shapes[place], "new") for place in range(len(shapes))
    }
    for pk, key, shape in stored:
        hidden = pk not in shown
        ground[f"s{pk}"] = (_("你看不到的一块") if hidden else key, None if hidden else shape, "old")
    every = {**{key: one[1] for key, one in ground.items()}, **{f"s{pk}": shape for pk, _key, shape in stored}}
    found = survey(Parcels(tuple(every), list(every.values())), progress=step)
    faults = [one for one in found.faults if any(key.startswith("n") for key in one.keys)]
    return {
        "topology": [_shown(one, ground, ledger) for one in faults[:SHOWN]], "topology_n": len(faults),
        "unsurveyed": _("查到一半停了，缝隙没有查。") if found.stopped else "",
    }  # fmt: skip


def _shown(fault: Topology, ground: Mapping[str, tuple[str, Any, str]], ledger: Ledger[Any]) -> Report:
    hidden = any(ground[key][1] is None for key in fault.keys)  # neither drawn nor measured: outlines could be read off
    piece = shapely.from_wkb(fault.wkb) if fault.wkb is not None and not hidden else None
    drawn = [(ground[key][2], ground[key][1]) for key in fault.keys]
    names = [_("“%(name)s”（已登记）") % {"name": ground[key][0]} if ground[key][2] == "old" else _("“%(name)s”") % {"name": ground[key][0]} for key in fault.keys]  # fmt: skip
    figures = {
        "names": _("和").join(names[:3]) + (_("等") if len(names) > 3 else ""), "m2": "—" if hidden else f"{fault.area_m2:,.1f}", "width": "—" if hidden else f"{fault.width_m:.2f}",
        "mu": "—" if hidden else f"{fault.area_m2 / SQUARE_METRES['mu']:,.2f}",
    }  # fmt: skip
    parcels = ledger.name == "land.parcel"
    texts = {
        "overlap": _("%(names)s重叠 %(m2)s 平方米（%(mu)s 亩），请核对是否一地两供。") if parcels else _("%(names)s重叠 %(m2)s 平方米（%(mu)s 亩）。"),
        "duplicate": _("%(names)s几乎完全重合（%(mu)s 亩），请核对是否同一块地登记了两次。") if parcels else _("%(names)s几乎完全重合（%(mu)s 亩）。"),
        "thin_overlap": _("%(names)s的边界压着 %(width)s 米宽的一条（%(m2)s 平方米），多半是两次测量的误差。"),
        "gap": _("%(names)s之间有 %(width)s 米宽的缝（%(m2)s 平方米），请核对是否该接上。"),
        "sliver": _("%(names)s是一条碎屑（%(m2)s 平方米），请核对要不要。"),
        "self_crossing": _("%(names)s边界自己相交。"),
    }  # fmt: skip
    state = "bad" if fault.kind in ("overlap", "duplicate", "self_crossing") else "warn"
    return {
        "kind": fault.kind, "state": state, "text": texts.get(fault.kind, "%(names)s：" + fault.kind) % figures,
        "picture": picture([*drawn, ("bad", piece)], about=piece),
    }  # fmt: skip

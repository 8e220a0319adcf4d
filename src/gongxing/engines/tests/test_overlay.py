"""Plan conformity against cells of a grid (areas are counts), hand-computed cases, and scan lines."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.overlay import (
    MU,
    Flat,
    Layer,
    Local,
    Parcels,
    Rule,
    Tolerance,
    Zone,
    assess,
    changed_keys,
    check,
    compare,
    exact_area,
    verdict_changes,
)

EXACT = Tolerance(0.0, 0.0)
Cells = frozenset[tuple[int, int]]


def cells_of(shape: Cells) -> Any:
    return shapely.union_all([shapely.box(x, y, x + 1, y + 1) for x, y in sorted(shape)])


def box(x1: float, y1: float, x2: float, y2: float) -> Any:
    return shapely.box(x1, y1, x2, y2)


def alone(parcel: Any, *zones: Zone, tolerance: Tolerance | None = None, **options: Any) -> Any:
    batch = assess(Parcels(["p"], [parcel]), [Layer.of("layer", zones, **options)], tolerance, Flat())
    return batch.finding("p", "layer")


def test_part_in_a_forbidden_zone_is_a_conflict_with_area_mu_and_share() -> None:
    found = alone(box(0, 0, 100, 100), Zone("farmland", box(60, -10, 200, 200), "forbidden", "0101"))
    assert (found.verdict, found.area_m2, found.share) == ("conflicts", 4000.0, 0.4)
    assert found.mu == pytest.approx(6.0)
    assert MU * 3 == 2000
    (piece,) = found.pieces
    assert (piece.zone, piece.kind, piece.rule, piece.area_m2, piece.sliver) == (
        "farmland",
        "0101",
        "forbidden",
        4000.0,
        False,
    )
    assert shapely.from_wkb(piece.wkb).equals(box(60, 0, 100, 100))


def test_forbidden_prevails_where_zones_overlap_and_land_counts_once() -> None:
    found = alone(
        box(0, 0, 10, 10),
        Zone("a", box(0, 0, 6, 10), "forbidden"),
        Zone("b", box(4, 0, 7, 10), "forbidden"),
        Zone("c", box(5, 0, 9, 10), "needs_adjustment"),
        tolerance=EXACT,
    )
    assert (found.conflict_m2, found.adjustment_m2, found.verdict) == (70.0, 20.0, "conflicts")
    assert [(p.zone, p.area_m2) for p in found.pieces] == [("a", 60.0), ("b", 30.0), ("c", 40.0)]


def test_needs_adjustment_and_permitted() -> None:
    assert alone(box(0, 0, 10, 10), Zone("z", box(5, 0, 20, 10), "needs_adjustment")).verdict == "needs_adjustment"
    found = alone(box(0, 0, 10, 10), Zone("z", box(5, 0, 20, 10), "permitted"))
    assert (found.verdict, found.area_m2, found.pieces[0].area_m2) == ("conforms", 0.0, 50.0)


def test_what_lies_outside_the_boundary_is_the_conflict() -> None:
    inside = Zone("town", box(0, 0, 80, 100), "must_be_inside")
    found = alone(box(0, 0, 100, 100), inside)
    assert (found.verdict, found.area_m2) == ("conflicts", 2000.0)
    assert [(p.zone, p.rule, p.area_m2) for p in found.pieces] == [
        (None, "forbidden", 2000.0),
        ("town", "permitted", 8000.0),
    ]
    assert alone(box(10, 10, 20, 20), inside).verdict == "conforms"
    assert alone(box(200, 200, 210, 210), inside).share == 1.0


def test_a_boundary_in_two_parts_is_one_inside() -> None:
    parts = Zone("w", box(0, 0, 50, 100), "must_be_inside"), Zone("e", box(50, 0, 100, 100), "must_be_inside")
    assert alone(box(10, 10, 90, 90), *parts).verdict == "conforms"


def test_uncovered_land_follows_the_rule_of_the_layer() -> None:
    zone = Zone("z", box(0, 0, 5, 10), "permitted")
    assert alone(box(0, 0, 10, 10), zone).verdict == "conforms"
    assert alone(box(0, 0, 10, 10), zone, outside="needs_adjustment").adjustment_m2 == 50.0
    assert alone(box(0, 0, 10, 10), zone, outside="forbidden").conflict_m2 == 50.0


def test_corridor_along_a_line_is_its_buffer() -> None:
    line = Zone("220kV", shapely.LineString([(-100, 50), (300, 50)]), "forbidden", buffer_m=20)
    assert alone(box(0, 0, 100, 100), line).conflict_m2 == pytest.approx(4000.0)
    assert alone(box(0, 75, 100, 100), line).verdict == "conforms"
    point = Zone("plant", shapely.Point(0, 0), "forbidden", buffer_m=50)
    assert alone(box(-100, -100, 100, 100), point).conflict_m2 == pytest.approx(math.pi * 2500, rel=2e-3)


def test_a_line_without_a_buffer_is_told_and_touches_nothing() -> None:
    layer = Layer.of("l", [Zone("line", shapely.LineString([(0, 0), (1, 1)]), "forbidden")])
    result = assess(Parcels(["p"], [box(0, 0, 1, 1)]), [layer], plane=Flat()).layer("l")
    assert [r.code for r in result.reasons] == ["overlay.zone.no_area"]
    assert result.counts()["conforms"] == 1


def test_slivers_are_told_and_are_no_conflict() -> None:
    thin = Zone("thin", box(99.95, 0, 200, 100), "forbidden")
    found = alone(box(0, 0, 100, 100), thin)
    assert (found.verdict, found.conflict_m2, found.sliver_m2) == ("conforms", 0.0, pytest.approx(5.0))
    assert found.pieces[0].sliver
    assert found.tolerance == Tolerance(1.0, 0.1)
    assert alone(box(0, 0, 100, 100), thin, tolerance=EXACT).conflict_m2 == pytest.approx(5.0)
    assert (
        alone(
            box(0, 0, 100, 100),
            thin,
            tolerance=Tolerance(),
        ).verdict
        == "conforms"
    )
    strict = Layer.of("l", [thin], tolerance=EXACT)
    assert (
        assess(Parcels(["p"], [box(0, 0, 100, 100)]), [strict], plane=Flat()).finding("p", "l").verdict == "conflicts"
    )


def test_many_strips_side_by_side_are_no_slivers() -> None:
    zones = [Zone(f"z{i:03d}", box(i * 0.05, 0, (i + 1) * 0.05, 100), "forbidden") for i in range(100)]
    found = alone(box(0, 0, 100, 100), *zones)
    assert found.conflict_m2 == pytest.approx(500.0)
    assert all(piece.sliver for piece in found.pieces)


def test_a_parcel_smaller_than_the_tolerance_still_conflicts_when_it_lies_inside() -> None:
    assert alone(box(0, 0, 0.5, 0.5), Zone("z", box(-1, -1, 1, 1), "forbidden")).conflict_m2 == 0.25


def test_touching_is_no_conflict() -> None:
    found = alone(box(0, 0, 10, 10), Zone("z", box(10, 0, 20, 10), "forbidden"), tolerance=EXACT)
    assert (found.verdict, found.pieces) == ("conforms", ())


def test_what_cannot_be_tested_says_why() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    shapes = [None, b"no", shapely.Polygon(), shapely.Point(1, 1), bow, box(0, 0, float("nan"), 1), box(0, 0, 5, 5)]
    batch = assess(
        Parcels([f"p{i}" for i in range(7)], shapes),
        [Layer.of("l", [Zone("z", box(0, 0, 5, 5), "forbidden")])],
        plane=Flat(),
    )
    codes = [[r.code for r in batch.finding(f"p{i}", "l").reasons] for i in range(7)]
    assert codes[:5] == [
        ["overlay.parcel.missing"],
        ["overlay.parcel.missing"],
        ["overlay.parcel.empty"],
        ["overlay.parcel.not_area"],
        ["overlay.parcel.repaired"],
    ]
    assert codes[5] in ([["overlay.parcel.not_finite"], ["overlay.parcel.empty"]][0], ["overlay.parcel.missing"])
    assert [batch.finding(f"p{i}", "l").verdict for i in range(7)] == ["not_tested"] * 4 + [
        "conflicts",
        "not_tested",
        "conflicts",
    ]
    assert batch.area_m2[4] == 50.0


def test_nothing_in_gives_nothing_out() -> None:
    assert assess(Parcels([], []), [Layer("l", [], [], [])]).layer("l").counts() == {
        "conforms": 0, "needs_adjustment": 0, "conflicts": 0, "not_tested": 0,
    }  # fmt: skip
    assert assess(Parcels(["p"], [box(109, 22, 109.01, 22.01)]), []).findings("p") == ()
    assert alone(box(0, 0, 1, 1)).verdict == "conforms"


def test_swapped_coordinates_are_off_the_map_and_do_not_disturb_others() -> None:
    parcels = Parcels(["good", "swapped"], [box(109.0, 22.0, 109.01, 22.01), box(22.0, 109.0, 22.01, 109.01)])
    batch = assess(parcels, [Layer.of("l", [Zone("z", box(109, 22, 110, 23), "forbidden")])], plane=Local(109.3, 22.7))
    assert batch.finding("good", "l").share == pytest.approx(1.0, abs=2e-5)
    assert batch.finding("swapped", "l").reasons[0].code == "overlay.parcel.off_the_map"


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Parcels(["a", "a"], [None, None])
    with pytest.raises(ValueError, match="rows"):
        Layer("l", ["a"], [], ["forbidden"])
    with pytest.raises(ValueError, match="no such rule"):
        Layer("l", ["a"], [None], ["red"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="buffer"):
        Layer("l", ["a"], [None], ["forbidden"], buffers_m=[-1.0])


def test_progress_can_stop_between_layers() -> None:
    told: list[tuple[float, str]] = []

    def go_on(share: float, key: str) -> bool:
        told.append((share, key))
        return key != "b"

    layers = [Layer(key, [], [], []) for key in "abc"]
    batch = assess(Parcels(["p"], [box(0, 0, 1, 1)]), layers, plane=Flat(), progress=go_on)
    assert batch.stopped
    assert [one.layer.key for one in batch.layers] == ["a"]
    assert told == [(0.0, "a"), (1 / 3, "b")]


grid_cells = st.frozensets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=20)
rules = st.sampled_from(["permitted", "needs_adjustment", "forbidden", "must_be_inside"])


@settings(max_examples=120, deadline=None)
@given(
    st.lists(grid_cells, min_size=1, max_size=3),
    st.lists(st.tuples(grid_cells, rules), max_size=4),
    st.sampled_from(["permitted", "needs_adjustment", "forbidden"]),
)
def test_areas_are_counts_of_cells(parcels: list[Cells], zones: list[tuple[Cells, Rule]], outside: Rule) -> None:
    layer = Layer.of("l", [Zone(str(i), cells_of(shape), rule) for i, (shape, rule) in enumerate(zones)], outside)
    asked = Parcels([str(i) for i in range(len(parcels))], [cells_of(one) for one in parcels])
    batch = assess(asked, [layer], EXACT, Flat())
    for i, parcel in enumerate(parcels):
        under = {rule: frozenset[tuple[int, int]]().union(*(z for z, r in zones if r == rule)) for _, rule in zones}
        held = (
            under.get("must_be_inside")
            if any(r == "must_be_inside" for _, r in zones)
            else frozenset[tuple[int, int]]().union(*(z for z, _ in zones))
        )
        out = parcel - (held or frozenset())
        must = any(r == "must_be_inside" for _, r in zones)
        bad = (parcel & under.get("forbidden", frozenset())) | (out if must or outside == "forbidden" else frozenset())
        soft = (parcel & under.get("needs_adjustment", frozenset())) | (
            out if not must and outside == "needs_adjustment" else frozenset()
        )
        found = batch.finding(str(i), "l")
        assert found.conflict_m2 == pytest.approx(len(bad), abs=1e-9)
        assert found.adjustment_m2 == pytest.approx(len(soft - bad), abs=1e-9)
        told = {p.zone: p.area_m2 for p in found.pieces if p.zone is not None}
        assert told == pytest.approx({str(k): float(len(parcel & z)) for k, (z, _) in enumerate(zones) if parcel & z})
    assert check(asked, [layer], batch, flat=1.0, lines=1) == ()


def county(seed: int, zones: int = 12, parcels: int = 12) -> tuple[Parcels, Layer]:
    rng = np.random.default_rng(seed)

    def star(size: float) -> Any:
        angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
        reach = size * rng.uniform(0.4, 1, 9)
        centre = rng.uniform([109.2, 22.6], [109.25, 22.65])
        return shapely.Polygon(
            np.column_stack([centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)])
        )

    listed = []
    for k in range(zones):
        rule: Rule = ("permitted", "needs_adjustment", "forbidden")[k % 3]
        if k % 5 == 4:
            listed.append(
                Zone(
                    f"z{k}", shapely.LineString(rng.uniform([109.2, 22.6], [109.25, 22.65], (4, 2))), rule, buffer_m=60
                )
            )
        else:
            listed.append(Zone(f"z{k}", star(0.012), rule, buffer_m=40 if k % 4 == 3 else 0))
    shapes = [shapely.to_wkb(shapely.make_valid(star(0.006))) for _ in range(parcels)]
    return Parcels([f"p{k}" for k in range(parcels)], shapes), Layer.of("l", listed)


@pytest.mark.parametrize("seed", range(4))
def test_scan_lines_find_the_same_areas_on_the_ellipsoid(seed: int) -> None:
    parcels, layer = county(seed)
    assert check(parcels, [layer], assess(parcels, [layer])) == ()


def test_scan_lines_notice_a_wrong_area() -> None:
    parcels, layer = county(1)
    batch = assess(parcels, [layer])
    k = int(np.argmax(batch.layers[0].conflict_m2))
    batch.layers[0].conflict_m2[k] *= 0.97
    assert {reason.code for reason in check(parcels, [layer], batch)} >= {"overlay.checker.sum_differs"}


def test_order_of_parcels_and_zones_changes_nothing() -> None:
    parcels, layer = county(3)
    turned = Parcels(parcels.keys[::-1], parcels.shapes[::-1])
    back = Layer("l", layer.keys[::-1], layer.shapes[::-1], layer.rules[::-1], layer.kinds[::-1], layer.buffers_m[::-1])
    one, two = assess(parcels, [layer]), assess(turned, [back])
    for key in parcels.keys:
        a, b = one.finding(key, "l"), two.finding(key, "l")
        assert (a.verdict, a.conflict_m2, a.adjustment_m2, a.sliver_m2) == (
            b.verdict,
            b.conflict_m2,
            b.adjustment_m2,
            b.sliver_m2,
        )
        assert {(p.zone, p.area_m2) for p in a.pieces} == {(p.zone, p.area_m2) for p in b.pieces}


def test_pieces_come_back_in_longitude_and_latitude_with_their_geodesic_area() -> None:
    parcels, layer = county(2)
    batch = assess(parcels, [layer])
    pieces = [p for key in parcels.keys for p in batch.finding(key, "l").pieces]
    assert len(pieces) > 20
    for piece in pieces:
        assert exact_area(shapely.from_wkb(piece.wkb)) == pytest.approx(piece.area_m2, rel=3e-6, abs=1e-3)


def test_a_new_version_tells_what_it_changes() -> None:
    old = Layer.of("plan", [
        Zone("kept", box(0, 0, 10, 10), "forbidden"), Zone("grown", box(20, 0, 30, 10), "forbidden"), Zone("gone", box(40, 0, 50, 10), "forbidden"),
        Zone("other", box(60, 0, 70, 10), "forbidden"), Zone("old name", box(80, 0, 90, 10), "forbidden"),
    ])  # fmt: skip
    new = Layer.of("plan", [
        Zone("kept", box(0, 0, 10, 10), "forbidden"), Zone("grown", box(20, 0, 35, 8), "forbidden"), Zone("fresh", box(40, 20, 50, 30), "forbidden"),
        Zone("other", box(60, 0, 70, 10), "permitted"), Zone("new name", box(80, 0, 90, 10), "forbidden"),
    ])  # fmt: skip
    change = compare(old, new, plane=Flat())
    assert [(z.change, z.key, z.was) for z in change.zones] == [
        ("added", "fresh", ""), ("removed", "", "gone"), ("changed", "grown", "grown"), ("changed", "other", "other"), ("renamed", "new name", "old name"),
    ]  # fmt: skip
    grown = change.zones[2]
    assert (grown.gained_m2, grown.lost_m2) == (40.0, 20.0)
    assert shapely.from_wkb(grown.gained).equals(box(30, 0, 35, 8))
    assert change.zones[3].rule == ("forbidden", "permitted")
    assert (change.unchanged, change.newly_m2, change.no_longer_m2) == (1, 140.0, 120.0)
    assert (change.covered_before_m2, change.covered_after_m2) == (500.0, 520.0)
    assert changed_keys(change) == ("fresh", "gone", "grown", "other")
    parcels = Parcels(["a", "b", "c"], [box(32, 0, 38, 8), box(1, 1, 2, 2), box(61, 1, 69, 9)])
    before, after = (assess(parcels, [layer], plane=Flat()) for layer in (old, new))
    assert [(v.parcel, v.before, v.after) for v in verdict_changes(before, after, "plan")] == [
        ("a", "conforms", "conflicts"), ("c", "conflicts", "conforms"),
    ]  # fmt: skip


def test_versions_of_nothing() -> None:
    empty, one = Layer("l", [], [], []), Layer.of("l", [Zone("z", box(0, 0, 2, 2), "forbidden")])
    assert compare(empty, empty, plane=Flat()).zones == ()
    assert [z.change for z in compare(empty, one, plane=Flat()).zones] == ["added"]
    assert [z.change for z in compare(one, empty, plane=Flat()).zones] == ["removed"]

"""Drawing, cutting and taking back: areas add up, wrong lines are refused, nobody's later work is lost."""

from decimal import Decimal
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.land_samples import a_check, a_parcel

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.cutting import cut, line_of, shared
from gongxing.domains.land.measures import area_m2, area_mu
from gongxing.domains.land.models import SHAPE_FIELDS, Building, Check, Occupant, Parcel
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.shape import geometry, parse_shape, shape_of
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

SQUARE = "109.2 22.7; 109.203 22.7; 109.203 22.701; 109.2 22.701"
ACROSS = "109.201 22.699\n109.201 22.702"
DRAW, SPLIT, UNDO = (action_named(f"land.{name}") for name in ("draw_parcel", "split_parcel", "undo_drawing"))


def drawn(office: Office, **more: Any) -> Parcel:
    """DK001 with a shape three times as long as it is high, of 10.00 亩 on paper."""
    shape = parse_shape(SQUARE)
    with as_system() as ctx:
        return ctx.update(
            a_parcel(office),
            **dict(zip(SHAPE_FIELDS, shape, strict=True)),
            geo_mu=area_mu(shape.wkb),
            land_mu=Decimal("10.00"),
            **more,
        )


def act(office: Office, one: Any, parcel: Parcel, version: int | None = None, who: str = "yuanqu", **raw: str) -> Any:
    return perform(one, office.actor(who), raw, key=parcel.pk, version=parcel.version if version is None else version)


def refused(office: Office, one: Any, parcel: Parcel, **raw: Any) -> str:
    before = Entry.objects.count()
    with pytest.raises(Refused) as found:
        act(office, one, parcel, **raw)
    assert Entry.objects.count() == before
    return found.value.faults[0].fault.code


def test_a_parcel_is_cut_in_two_whose_areas_add_up(office: Office) -> None:
    parcel = drawn(office, levelling_wan=Decimal("7.01"))
    whole = area_m2(parcel.shape)
    other = act(office, SPLIT, parcel, line=ACROSS)
    parcel.refresh_from_db()
    assert (parcel.number, other.number) == ("DK001-1", "DK001-2")
    assert parcel.land_mu == Decimal("6.67") and other.land_mu == Decimal("3.33")
    assert parcel.levelling_wan + other.levelling_wan == Decimal("7.01")
    assert area_m2(parcel.shape) + area_m2(other.shape) == pytest.approx(whole, abs=0.01)
    assert (
        parcel.geo_mu == area_mu(parcel.shape)
        and other.west == pytest.approx(109.2)
        and other.east == pytest.approx(109.201)
    )
    assert (other.unit_id, other.park_id, other.version) == (parcel.unit_id, parcel.park_id, 1)
    assert parcel.conformity == other.conformity == "unknown"
    entries = Entry.objects.filter(verb="land.split_parcel")
    assert len({one.tx for one in entries}) == 1 and check_chain().sound


def test_what_stands_on_a_piece_goes_with_it_and_findings_go(office: Office) -> None:
    parcel = drawn(office)
    a_check(office, 1)
    with as_system() as ctx:
        for number, west in (("F1", 109.2002), ("F2", 109.2021)):
            shape = parse_shape(f"{west} 22.7002; {west + 0.0002} 22.7002; {west + 0.0002} 22.7004; {west} 22.7004")
            ctx.create(Building(number=number, parcel=parcel, **dict(zip(SHAPE_FIELDS, shape, strict=True))))
        ctx.create(Building(number="F3", parcel=parcel))
    other = act(office, SPLIT, parcel, line=ACROSS)
    assert set(other.buildings.values_list("number", flat=True)) == {"F1"}
    assert set(parcel.buildings.values_list("number", flat=True)) == {"F2", "F3"}
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("109.2012 22.7002; 109.2018 22.7008", "split.not_across"), ("109.21 22.69; 109.21 22.71", "split.not_across"),
        ("109.199 22.7002; 109.204 22.7002; 109.204 22.7006; 109.199 22.7006", "split.too_many"), ("abc", "split.line_unreadable"),
        ("109.2 22.7", "split.line_unreadable"), ("POINT (109.2 22.7)", "split.line_unreadable"), ("22.7 109.2; 22.8 109.2", "shape.swapped"), ("1 1; 2 2", "shape.elsewhere"),
    ],
)  # fmt: skip
def test_a_line_that_does_not_make_two_is_refused(office: Office, line: str, code: str) -> None:
    found = refused(office, SPLIT, drawn(office), line=line)
    assert found == code or (line == "abc" and found.startswith("shape."))


def test_small_pieces_contracts_and_long_numbers_are_refused(office: Office) -> None:
    parcel = drawn(office)
    assert refused(office, SPLIT, parcel, line=ACROSS, least_mu="18") == "split.too_small"
    for change in (
        {"contract_on": "2024-01-01"},
        {"contract_on": None, "splittable": False},
        {"splittable": None, "reclaimed_on": "2024-01-01"},
    ):
        with as_system() as ctx:
            ctx.update(parcel, **change)
        assert refused(office, SPLIT, parcel, line=ACROSS) == "action.not_now"
    with as_system() as ctx:
        ctx.update(parcel, reclaimed_on=None, number="9" * 40)
    assert refused(office, SPLIT, parcel, line=ACROSS) == "split.number_long"


def test_numbers_in_use_are_passed_over(office: Office) -> None:
    parcel = drawn(office)
    with as_system() as ctx:
        ctx.create(Parcel(number="DK001-1", unit=parcel.unit))
    other = act(office, SPLIT, parcel, line=ACROSS)
    parcel.refresh_from_db()
    assert (parcel.number, other.number) == ("DK001-2", "DK001-3")


def test_stale_and_forbidden_write_nothing(office: Office) -> None:
    parcel = drawn(office)
    before = Entry.objects.count()
    with pytest.raises(StaleRow):
        act(office, SPLIT, parcel, version=parcel.version - 1, line=ACROSS)
    for who in ("gongxin", "yuanqu2", "xiangzhen"):
        with pytest.raises(Denied):
            act(office, SPLIT, parcel, who=who, line=ACROSS)
    assert Entry.objects.count() == before


def test_a_split_is_taken_back_whole(office: Office) -> None:
    parcel = drawn(office, levelling_wan=Decimal("7.01"))
    kept = {name: getattr(parcel, name) for name in ("number", "land_mu", "geo_mu", "levelling_wan", *SHAPE_FIELDS)}
    with as_system() as ctx:
        shape = parse_shape("109.2002 22.7002; 109.2004 22.7002; 109.2004 22.7004; 109.2002 22.7004")
        building = ctx.create(Building(number="F1", parcel=parcel, **dict(zip(SHAPE_FIELDS, shape, strict=True))))
    other = act(office, SPLIT, parcel, line=ACROSS)
    parcel.refresh_from_db()
    with as_system() as ctx:  # what the system works out again is nobody's change
        ctx.update(parcel, conformity="conforms")
        ctx.update(other, conformity="conflict")
    act(office, UNDO, parcel)
    parcel.refresh_from_db()
    building.refresh_from_db()
    assert {name: getattr(parcel, name) for name in kept} == kept
    assert not Parcel.objects.filter(pk=other.pk).exists() and building.parcel_id == parcel.pk
    assert refused(office, UNDO, parcel) == "draw.nothing_to_undo"
    assert check_chain().sound


def test_a_split_somebody_built_on_is_not_taken_back(office: Office) -> None:
    parcel = drawn(office)
    other = act(office, SPLIT, parcel, line=ACROSS)
    parcel.refresh_from_db()
    with as_system() as ctx:
        ctx.update(other, holder="样本公司")
    assert refused(office, UNDO, parcel) == "draw.other_changed"
    with as_system() as ctx:
        ctx.update(parcel, remark="后来改的")
    assert refused(office, UNDO, parcel) == "draw.nothing_to_undo"


def test_a_new_parcel_in_use_is_not_taken_away(office: Office) -> None:
    parcel = drawn(office)
    other = act(office, SPLIT, parcel, line=ACROSS)
    parcel.refresh_from_db()
    with as_system() as ctx:
        ctx.create(Occupant(ref="x", parcel=other, firm=_firm(office)))
    assert refused(office, UNDO, parcel) == "draw.other_used"


def _firm(office: Office) -> Any:
    with as_system() as ctx:
        return ctx.create(Firm(name="样本厂", folded="样本厂", unit=office.units["东园"]))


def test_a_shape_is_drawn_changed_and_taken_back(office: Office) -> None:
    parcel = a_parcel(office)
    with as_system() as ctx:
        ctx.update(parcel, land_mu=Decimal("51.2"))
    act(office, DRAW, parcel, shape=SQUARE)
    parcel.refresh_from_db()
    first = parcel.shape
    assert parcel.geo_mu == area_mu(first) and parcel.west == pytest.approx(109.2)
    assert refused(office, DRAW, parcel, shape=SQUARE) == "draw.same"
    assert (
        refused(office, DRAW, parcel, shape="109.2 22.7; 109.203 22.701; 109.203 22.7; 109.2 22.701")
        == "shape.crossing"
    )
    act(office, DRAW, parcel, shape=SQUARE.replace("109.203", "109.2031"))
    parcel.refresh_from_db()
    assert parcel.shape != first
    act(office, UNDO, parcel)
    parcel.refresh_from_db()
    assert parcel.shape == first and parcel.geo_mu == area_mu(first)


# -- neighbours -------------------------------------------------------------------------------------------------

EAST = "109.203 22.7; 109.206 22.7; 109.206 22.701; 109.203 22.701"
STRIP = 0.001 * 110_748  # metres from 22.7 to 22.701 north


def neighbour(office: Office, number: int, corners: str, **more: Any) -> Parcel:
    shape = parse_shape(corners)
    parcel = a_parcel(office, number)
    with as_system() as ctx:
        return ctx.update(parcel, **dict(zip(SHAPE_FIELDS, shape, strict=True)), geo_mu=area_mu(shape.wkb), **more)


def fault_of(office: Office, one: Any, parcel: Parcel, **raw: Any) -> Any:
    before = Entry.objects.count()
    with pytest.raises(Refused) as found:
        act(office, one, parcel, **raw)
    assert Entry.objects.count() == before
    return found.value.faults[0].fault


def bare(office: Office) -> Parcel:
    with as_system() as ctx:
        return ctx.update(a_parcel(office), land_mu=None)


def test_an_overlap_is_refused_with_the_neighbour_and_how_much(office: Office) -> None:
    """Ten metres and a quarter wide along a side of 110.75 m: 1,137 m²."""
    neighbour(office, 2, EAST)
    neighbour(office, 3, EAST.replace("109.206", "109.209").replace("109.203", "109.2062"))  # lies apart
    parcel = bare(office)
    fault = fault_of(office, DRAW, parcel, shape=SQUARE.replace("109.203", "109.2031"))
    assert fault.code == "draw.overlaps"
    taken = parse_shape("109.203 22.7; 109.2031 22.7; 109.2031 22.701; 109.203 22.701").wkb
    m2 = area_m2(taken)
    assert m2 == pytest.approx(STRIP * 10.27, rel=0.002)
    assert "“DK002”" in fault.params["names"] and "DK003" not in fault.params["names"]
    told = float(fault.params["names"].split("” ")[1].split(" ")[0].replace(",", ""))
    assert told == pytest.approx(m2, rel=1e-4)
    assert f"{area_mu(taken)} 亩" in fault.params["names"]
    parcel.refresh_from_db()
    assert parcel.shape == ""


@pytest.mark.parametrize("east", ["109.203", "109.2030005", "109.2029"])
def test_side_by_side_and_within_the_tolerance_is_no_overlap(office: Office, east: str) -> None:
    """On the edge, five centimetres over it (the tolerance is ten), and ten metres short of it."""
    neighbour(office, 2, EAST)
    parcel = bare(office)
    act(office, DRAW, parcel, shape=SQUARE.replace("109.203", east))
    parcel.refresh_from_db()
    assert parcel.shape


def test_two_surveys_may_overlap_with_a_reason_that_is_kept(office: Office) -> None:
    neighbour(office, 2, EAST)
    parcel, shape = bare(office), SQUARE.replace("109.203", "109.2031")
    assert fault_of(office, DRAW, parcel, shape=shape, overlap_why="  ").code == "draw.overlaps"
    assert fault_of(office, DRAW, parcel, shape=shape, why="会上同意").code == "draw.overlaps"
    assert fault_of(office, DRAW, parcel, shape=shape, overlap_why="同意").code == "rating.reason_short"
    reason = "两次测量界线不一致，以二〇二四年界址点成果为准"
    act(office, DRAW, parcel, shape=shape, overlap_why=reason)
    parcel.refresh_from_db()
    assert parcel.shape
    kept = [one.body for one in Entry.objects.filter(ledger="land.parcel", row=parcel.pk) if reason in one.body]
    assert len(kept) == 1 and "DK002" in kept[0] and check_chain().sound
    act(office, UNDO, parcel)  # the note in between is not in the way
    parcel.refresh_from_db()
    assert parcel.shape == ""


def test_land_taken_back_is_no_neighbour_and_land_sold_twice_has_no_reason(office: Office) -> None:
    other = neighbour(office, 2, EAST, state=Parcel.State.TAKEN_BACK)
    parcel, shape = bare(office), SQUARE.replace("109.203", "109.2031")
    act(office, DRAW, parcel, shape=shape)
    parcel.refresh_from_db()
    act(office, UNDO, parcel)
    for one in (parcel, other):
        one.refresh_from_db()
        with as_system() as ctx:
            ctx.update(one, state=Parcel.State.SUPPLIED, contract_on="2024-01-01")
    fault = fault_of(office, DRAW, parcel, shape=shape, overlap_why="两次测量界线不一致，以新成果为准")
    assert fault.code == "draw.sold_twice" and "DK002" in fault.params["names"]


def test_of_a_neighbour_one_may_not_see_nothing_is_measured(office: Office) -> None:
    neighbour(office, 2, EAST, unit=office.units["西园"])
    views = Grant.objects.filter(post=office.posts["yuanqu"], target="land.parcel", verb="view")
    assert views.update(unit=office.units["东园"])
    fault = fault_of(office, DRAW, bare(office), shape=SQUARE.replace("109.203", "109.2031"))
    assert fault.params["names"] == "你看不到的一块"


def test_a_parcel_that_overlaps_is_not_cut_without_a_reason(office: Office) -> None:
    neighbour(office, 2, "109.2029 22.7; 109.206 22.7; 109.206 22.701; 109.2029 22.701")
    parcel = drawn(office)
    assert fault_of(office, SPLIT, parcel, line=ACROSS).code == "draw.overlaps"
    act(office, SPLIT, parcel, line=ACROSS, overlap_why="两次测量界线不一致，以新成果为准")
    assert Parcel.objects.filter(number="DK001-2").exists()
    parcel.refresh_from_db()
    act(office, UNDO, parcel)


def test_the_moment_it_is_drawn_the_map_says_so(office: Office, client_of: Any) -> None:
    neighbour(office, 2, EAST)
    parcel = drawn(office)
    url, before = f"/land/map/parcel/{parcel.pk}/overlaps/", Entry.objects.count()
    client = client_of("yuanqu")
    said = client.post(url, {"shape": SQUARE.replace("109.203", "109.2031")}).json()["text"]
    assert "DK002" in said and "平方米" in said and "写明重叠的理由" in said
    assert client.post(url, {"shape": SQUARE}).json() == client.post(url, {"shape": ""}).json() == {"text": ""}
    crossing = "109.2 22.7; 109.203 22.701; 109.203 22.7; 109.2 22.701"
    assert "自己相交" in client.post(url, {"shape": crossing}).json()["text"]
    assert client.get(url).status_code == 405
    for who, status in (("gongxin", 403), ("xiangzhen", 404), ("nobody", 404)):
        assert client_of(who).post(url, {"shape": SQUARE}).status_code == status, who
    assert f'data-overlaps="{url}"' in client.get(f"/land/map/parcel/{parcel.pk}/").content.decode()
    assert 'data-overlaps=""' in client_of("gongxin").get(f"/land/map/parcel/{parcel.pk}/").content.decode()
    assert Entry.objects.count() == before


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.2, 3.0))
def test_any_cut_keeps_the_ground(low: float, high: float, stretch: float) -> None:
    west, south, wide, tall = 109.2, 22.7, 0.002 * stretch, 0.001
    ground = shape_of(shapely.box(west, south, west + wide, south + tall))
    line = line_of(f"{west + wide * low:.8f} {south - 0.001}; {west + wide * high:.8f} {south + tall + 0.001}")
    try:
        found = cut(ground.wkb, line)
    except Fault as fault:
        assert fault.code == "split.not_across"
        return
    pieces = [geometry(found.first.wkb), geometry(found.second.wkb)]
    assert pieces[0].intersection(pieces[1]).area < 1e-12
    assert area_m2(found.first.wkb) + area_m2(found.second.wkb) == pytest.approx(
        area_m2(ground.wkb), rel=5e-6
    )  # a corner more on a straight edge
    assert found.share >= Decimal("0.4999999")
    first, second = shared(Decimal("123.45"), found.share)
    assert first is not None and second is not None and first + second == Decimal("123.45")

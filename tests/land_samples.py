"""Rows and cells of the land stage, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.land.actions.ratings import make_rating, post_rating
from gongxing.domains.land.models import (
    SHAPE_FIELDS,
    Check,
    ClearanceUnit,
    Layout,
    Parcel,
    Park,
    PlanLayer,
    Rating,
    RatingLine,
    ScaleStudy,
    SiteStudy,
    Zone,
)
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.cells.shape import parse_shape
from gongxing.kernel.clock import now, today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given, acting_holder, square
from gongxing.kernel.testing.writes import as_system
from tests.spine_samples import a_project


def a_park(office: Office, number: int = 1, **more: Any) -> Park:
    """A park of the eastern committee, made once for each number."""
    found = Park.objects.filter(code=f"YQ{number}").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(Park(code=f"YQ{number}", name=f"样本园区{number}", unit=office.units["东园"], **more))


def a_parcel(office: Office, number: int = 1, **more: Any) -> Parcel:
    """A parcel of the eastern park, made once for each number."""
    found = Parcel.objects.filter(number=f"DK{number:03d}").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(
            Parcel(number=f"DK{number:03d}", unit=office.units["东园"], park=a_park(office), land_mu="30", **more)
        )


def a_layer(office: Office, number: int = 1, **more: Any) -> PlanLayer:
    """A plan layer, made once for each number."""
    found = PlanLayer.objects.filter(code=f"TC{number}").first()
    if found is not None:
        return found
    fields: dict[str, Any] = {"kind": "permanent_farmland", "rule": "forbidden", "dated": today(), **more}
    with as_system() as ctx:
        return ctx.create(
            PlanLayer(code=f"TC{number}", name=f"样本图层{number}", authority="样本机关", edition="v1", **fields)
        )


def a_check(office: Office, number: int) -> Row:
    with as_system() as ctx:
        return ctx.create(
            Check(
                ref=f"样{number}", parcel=a_parcel(office, number), layer=a_layer(office, number), verdict="conforms",
                area_m2=number, checked_on=today(),
            )
        )  # fmt: skip


def a_layout(office: Office, number: int = 1) -> Layout:
    """A layout that was worked out, made once for each number."""
    found = Layout.objects.filter(number=f"BJ{number}").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(Layout(number=f"BJ{number}", name=f"样本布局{number}", made_on=today(), state="ready"))


def a_rating(office: Office, number: int = 1) -> Rating:
    """A drafted round, made once for each number."""
    found = Rating.objects.filter(ref=f"PJ{number}").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(Rating(ref=f"PJ{number}", year=2020 + number, family="HY2022A"))


def a_rating_line(office: Office, number: int) -> Row:
    name = f"样评价企业{number}有限公司"
    firm = Firm.objects.filter(name=name).first() or a_rated_firm(office, name)
    with as_system() as ctx:
        return ctx.create(
            RatingLine(ref=f"样{number}", rating=a_rating(office, number), firm=firm, place=number, score=number)
        )


def a_site_study(office: Office, number: int) -> Row:
    with as_system() as ctx:
        return ctx.create(SiteStudy(number=f"XZ{number}", name=f"样本选址{number}", kind="clinic", made_on=today()))


def a_scale_study(office: Office, number: int) -> Row:
    with as_system() as ctx:
        return ctx.create(ScaleStudy(number=f"GM{number}", name=f"样本规模{number}", made_on=today()))


ROWS: Mapping[str, Callable[[Office, int], Row]] = {
    "land.park": a_park,
    "land.parcel": a_parcel,
    "land.planlayer": a_layer,
    "land.check": a_check,
    "land.layout": a_layout,
    "land.rating": a_rating,
    "land.ratingline": a_rating_line,
    "land.sitestudy": a_site_study,
    "land.scalestudy": a_scale_study,
}
CELLS: Mapping[str, Any] = {
    "land.park.leading": "1331",
    "land.utility.used": "1",
    "land.commitment.parcel": lambda office, number: a_parcel(office, number).number,
    "land.occupant.parcel": lambda office, number: a_parcel(office, number).number,
    "land.delay.parcel": lambda office, number: a_parcel(office, number).number,
    "land.parcel.submitted_on": "2024-01-10",
    "land.parcel.approved_on": "2024-02-10",
    "land.parcel.cleared_on": "2024-03-10",
    "land.parcel.actual_start": "2024-06-10",
    "land.parcel.actual_finish": "2025-06-10",
    "land.parcel.actual_production": "2025-07-10",
    "land.parcel.stopped_on": "2025-07-11",
    "land.parcel.idle_identified_on": "2025-09-10",
    "land.parcel.idle_lifted_on": "2025-09-20",
    "land.parcel.inefficient_on": "2025-09-21",
    "land.parcel.reclaimed_on": "2025-10-10",
    "land.parcel.started_share": "20",
    "land.parcel.land_mu": "{n}",
    "land.clearanceunit.land_mu": "80",
    "land.clearanceunit.compensation_wan": "900",
    "land.landneed.project": lambda office, number: a_project(office, number).name,
    "land.clearancestep.unit": lambda office, number: a_unit(office, number).ref,
    "land.clearancestep.done_on": "2025-01-10",
    "land.clearancestep.step": "prenotice",
    "land.ratingfact.year": "20{n}",
    "land.ratingfact.vetoes": "",
    "land.ratingfact.aside": "",
    "land.parkindicator.park": "",
    "land.parkindicator.peer_name": "演示对标园{n}",
    "land.parkindicator.year": "2024",
    "land.parkindicator.indicator": "far",
    "land.landneed.latest": "2099",
    "land.landneed.earliest": "20{n}",
    "land.clearanceunit.agreed": "2",
    "land.clearanceunit.vacated": "1",
    "land.clearanceunit.started_on": "2025-01-10",
    "land.clearanceunit.cleared_on": "2025-06-10",
    "land.delay.ended_on": "2099-01-01",
    "land.planlayer.replaces": "",
    "land.planlayer.valid_to": "2099-01-01",
}


def a_parcel_to_check(office: Office) -> Given:
    """A drawn parcel and a drawn layer."""
    layer = a_layer(office, 90)
    parcel = a_parcel(office, 90, **on_ground(square(90)))
    if not layer.zones.exists():
        with as_system() as ctx:
            ctx.create(Zone(ref="样90", layer=layer, **on_ground(square(90))))
    return Given(parcel, {})


def on_ground(text: str) -> dict[str, Any]:
    """Corners as the fields of a shape."""
    return dict(zip(SHAPE_FIELDS, parse_shape(text), strict=True))


def a_unit(office: Office, number: int = 1, **more: Any) -> ClearanceUnit:
    """A unit to be cleared on land of the eastern park, made once for each number."""
    found = ClearanceUnit.objects.filter(ref=f"ZC{number}").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(ClearanceUnit(ref=f"ZC{number}", parcel=a_parcel(office, number), **more))


def a_rated_firm(office: Office, name: str, year: int = 2024, unit: str = "东园", **figures: Any) -> Firm:
    """An industrial enterprise above scale with the figures of the rulebook's worked example G1 on ten mu, or others."""
    values: dict[str, Any] = {
        "tax": 300,
        "value_added": 1500,
        "energy": 750,
        "employees": 75,
        "revenue": 4000,
        "rd": 100,
        "land_mu": 10,
    }
    with as_system() as ctx:
        firm = ctx.create(
            Firm(
                name=name,
                folded=name,
                initials="",
                unit=office.units[unit],
                section="C",
                industry="1431",
                above_scale=True,
            )
        )
        ctx.create(
            FirmFigure(
                firm=firm,
                ref=f"{firm.pk}:{year}:stat",
                period=str(year),
                period_start=f"{year}-01-01",
                source="stat",
                **{**values, **figures},
            )
        )
    return firm


def a_made_rating(office: Office, year: int = 2024, family: str = "HY2022A") -> Rating:
    """A drafted round of one enterprise, anew for each year."""
    a_rated_firm(office, f"样评{Firm.objects.count()}有限公司", year)
    with as_system() as ctx:
        return make_rating(ctx, year=year, family=family, source=FirmFigure.Source.STATISTICS, lacking="benchmark")


def a_posted_line(office: Office, **more: Any) -> RatingLine:
    """The line of a posted round of its own."""
    rating = a_made_rating(office, next_year())
    with as_system() as ctx:
        post_rating(ctx, rating=rating)
        line = rating.lines.get()
        return ctx.update(line, **more)


def next_year() -> int:
    """A year in which nothing was rated yet."""
    return 2001 + Rating.objects.count()


def _posted(office: Office) -> Given:
    rating = a_posted_line(office).rating
    with as_system() as ctx:
        ctx.update(rating, posted_on=today() - timedelta(days=10), posted_until=today() - timedelta(days=7))
    return Given(rating, {})


def _asked(office: Office) -> Given:
    year = next_year()
    a_rated_firm(office, f"样评{Firm.objects.count()}有限公司", year)
    return Given(None, {"year": str(year), "family": "HY2022A", "source": "stat", "lacking": "benchmark"})


LINE = "109.201 22.699; 109.201 22.702"


def a_drawn_parcel(office: Office, **more: Any) -> Parcel:
    """A parcel with a shape that ``LINE`` cuts in two."""
    shape = parse_shape("109.2 22.7; 109.203 22.7; 109.203 22.701; 109.2 22.701")
    parcel = a_parcel(office, 900 + Parcel.objects.count())
    with as_system() as ctx:
        return ctx.update(parcel, **dict(zip(SHAPE_FIELDS, shape, strict=True)), **more)


def _split(office: Office) -> Given:
    """A parcel that was cut in two."""
    parcel = a_drawn_parcel(office)
    perform(
        action_named("land.split_parcel"), acting_holder(office), {"line": LINE}, key=parcel.pk, version=parcel.version
    )
    parcel.refresh_from_db()
    return Given(parcel, {})


def a_plan(*placements: tuple[str, str]) -> dict[str, Any]:
    """A plan of a layout as its answer keeps it, no more than what actions read: projects on parcels in the first phase."""
    return {"placements": [{"project": key, "parcels": [number], "phase": 1} for key, number in placements]}


def _to_publish(office: Office) -> Given:
    layout = a_layout(office, 500 + Layout.objects.count())
    with as_system() as ctx:
        ctx.update(layout, answer={"plans": [a_plan(), a_plan(), a_plan()], "gap": 0.0})
    return Given(layout, {"chosen": "0"})


def _to_fix(office: Office) -> Given:
    layout = a_layout(office, 600 + Layout.objects.count())
    with as_system() as ctx:
        ctx.update(
            layout, answer={"plans": [a_plan()], "gap": 0.0}, problem={"projects": [{"key": "1"}], "parcels": []}
        )
    held = {"parcels": ["A1"], "phase": 1, "mu": None}
    trial = Job.objects.create(
        kind="land.layout_try", title="试放", user_id=1, state=Job.State.DONE, created_at=now(),
        arguments={"layout": layout.pk, "version": layout.version, "plan": 0, "key": "1", "fixed": held},
        result={"trial": {"result": {"plans": [a_plan(("1", "A1"))], "gap": 0.0}, "hard": []}},
    )  # fmt: skip
    return Given(layout, {"trial": str(trial.pk)})


GIVEN: Mapping[str, Callable[[Office], Given]] = {
    "land.fix_project": _to_fix,
    "land.propose_layout": _to_publish,
    "land.publish_layout": _to_publish,
    "land.make_rating": _asked,
    "land.post_rating": lambda office: Given(a_made_rating(office, next_year()), {}),
    "land.withdraw_rating": lambda office: Given(a_posted_line(office).rating, {}),
    "land.publish_rating": _posted,
    "land.object_to_line": lambda office: Given(a_posted_line(office), {"reason": "用地应当是八亩，见不动产证。"}),
    "land.answer_objection": lambda office: Given(
        a_posted_line(office, objection="用地不对，应当是八亩", objected_on=today()),
        {"answer": "已核对不动产证，用地无误。"},
    ),
    "land.draw_parcel": lambda office: Given(a_parcel(office, 800 + Parcel.objects.count()), {"shape": square(7)}),
    "land.split_parcel": lambda office: Given(a_drawn_parcel(office), {"line": LINE}),
    "land.undo_drawing": _split,
    "land.check_parcel": a_parcel_to_check,
}

"""Rows and cells of the land stage, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from typing import Any

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.models import (
    SHAPE_FIELDS,
    Check,
    Layout,
    Parcel,
    Park,
    PlanLayer,
    Rating,
    RatingLine,
    ScaleStudy,
    SiteStudy,
)
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.cells.shape import parse_shape
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
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
    with as_system() as ctx:
        return ctx.create(
            RatingLine(
                ref=f"样{number}", rating=a_rating(office, number), firm=Firm.objects.order_by("pk")[0], place=number, score=number
            )
        )  # fmt: skip


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


GIVEN: Mapping[str, Callable[[Office], Given]] = {
    "land.draw_parcel": lambda office: Given(a_parcel(office, 800 + Parcel.objects.count()), {"shape": square(7)}),
    "land.split_parcel": lambda office: Given(a_drawn_parcel(office), {"line": LINE}),
    "land.undo_drawing": _split,
}

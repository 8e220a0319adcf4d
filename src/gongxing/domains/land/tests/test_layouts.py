"""Layouts: rows into a problem, plans out of it in the solver's process, why a project was lost, a trial by hand, fixing it, publishing."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.land_samples import a_park

from gongxing.domains.land.actions.layouts import fix_project, publish_layout
from gongxing.domains.land.laying import Asked, offered, plain, problem, seekers
from gongxing.domains.land.layout_jobs import ask_why, lay_out, queue_question, queue_trial, try_place
from gongxing.domains.land.models import SHAPE_FIELDS, ClearanceUnit, LandNeed, Layout, Parcel, Utility
from gongxing.domains.land.tests.working import Quiet, on_the_day  # noqa: F401  (a fixture)
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.cells.shape import parse_shape
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = [pytest.mark.django_db(databases=["default", "ops"]), pytest.mark.usefixtures("on_the_day")]
ONLY_OUTPUT = {
    "output": 1.0,
    "tax": 0.0,
    "placed": 0.0,
    "leading": 0.0,
    "clustering": 0.0,
    "cost": 0.0,
    "time": 0.0,
    "clearing": 0.0,
}
ASKED = Asked(2025, phases=2, weights=ONLY_OUTPUT, merge=2, reserve=0.0, seconds=5.0)


def a_lot(office: Office, number: str, mu: str, west: float, **more: Any) -> Parcel:
    """A parcel on offer: a strip of one thousandth of a degree, side by side with the next one."""
    shape = parse_shape(f"{west} 22.7; {west + 0.001} 22.7; {west + 0.001} 22.701; {west} 22.701")
    fields: dict[str, Any] = {
        "park": a_park(office), "unit": office.units["东园"], "land_mu": Decimal(mu), "planned_use": "industry", "approved_on": date(2024, 1, 1),
        "state": "approved_unsupplied", "levelling_wan": Decimal(0), **more,
    }  # fmt: skip
    with as_system() as ctx:
        return ctx.create(Parcel(number=number, **dict(zip(SHAPE_FIELDS, shape, strict=True)), **fields))


def a_seeker(office: Office, name: str, mu: str, output: str, **need: Any) -> Project:
    with as_system() as ctx:
        made = ctx.create(
            Project(
                number=f"XM{name}", name=name, folded=name, initials="x", unit=office.units["东园"], stage="signed", land_mode="grant", kind="industry",
                land_new_mu=Decimal(mu), output_planned=Decimal(output), tax_planned=Decimal(1), total_investment=Decimal(1000), stage_on=today(), moved_on=today(),
            )
        )  # fmt: skip
        ctx.create(LandNeed(project=made, use="industry", **need))
        return made


def laid_out(office: Office, asked: Asked = ASKED) -> Layout:
    found = lay_out(acting_holder(office), {"asked": plain(asked), "name": "试排"}, Quiet())
    return Layout.objects.get(pk=found["layout"])


def where(layout: Layout, place: int = 0) -> dict[str, list[str]]:
    names = dict(Project.objects.values_list("pk", "name"))
    return {names[int(one["project"])]: one["parcels"] for one in layout.answer["plans"][place]["placements"]}


def logged_in(office: Office) -> Client:
    client = Client()
    client.force_login(holder(office))
    return client


def test_rows_become_the_problem(office: Office) -> None:
    """What is held, given or leased is not on offer; what has land or needs none seeks none; capacity grows by the extension's day."""
    a_lot(office, "A1", "30", 109.2)
    a_lot(office, "A2", "20", 109.201, state="under_approval", approved_on=None)
    a_lot(office, "A3", "20", 109.203, state="normal")
    project = a_seeker(office, "甲", "28", "500", power_kva=Decimal(800), earliest=2026)
    given = a_seeker(office, "乙", "30", "500")
    a_lot(office, "A4", "20", 109.204, project=given)
    park = a_park(office)
    with as_system() as ctx:
        ctx.create(
            Utility(
                ref="1", park=park, kind="power", capacity=Decimal(1000), used=Decimal(300), ready_on=date(2020, 1, 1)
            )
        )
        ctx.create(
            Utility(
                ref="2", park=park, kind="power", capacity=Decimal(1500), used=Decimal(0), ready_on=date(2026, 6, 1)
            )
        )
    found = problem(ASKED, offered(), seekers())
    assert [(one.code, one.mu, one.available_from, one.uses) for one in found.parcels] == [
        ("A1", 30.0, 1, ("industry", "storage")),
        ("A2", 20.0, 2, ("industry", "storage")),
    ]
    assert [(one.key, one.need, one.earliest, one.needs["power"], one.needs["water"]) for one in found.projects] == [
        (str(project.pk), 28.0, 2, 800.0, None)
    ]
    assert [(one.a, one.b) for one in found.borders] == [("A1", "A2")]
    supply = next(one for one in found.parks[0].utilities if one.name == "power")
    assert [one.capacity for one in found.parks[0].utilities if one.name == "steam"] == [
        (None,)
    ]  # nobody told: not checked, and said
    assert (supply.capacity, supply.used, supply.unit) == ((1000.0, 1500.0), 300.0, "kVA")


def test_clearing_moves_a_parcel_back_and_unknown_ones_out(office: Office) -> None:
    """Open units with no history: nobody knows cost or time, so the parcel is in no phase; a cleared unit changes nothing."""
    open_lot, done_lot = a_lot(office, "A1", "30", 109.2), a_lot(office, "A2", "30", 109.201)
    with as_system() as ctx:
        ctx.create(ClearanceUnit(ref="U1", parcel=open_lot, households=20, floor_m2=Decimal(3000), land_mu=Decimal(30)))
        ctx.create(
            ClearanceUnit(
                ref="U2",
                parcel=done_lot,
                households=20,
                floor_m2=Decimal(3000),
                land_mu=Decimal(30),
                started_on=date(2024, 1, 1),
                cleared_on=date(2024, 6, 1),
            )
        )
    found = {one.code: one for one in problem(ASKED, offered(), seekers()).parcels}
    assert (found["A1"].available_from, found["A1"].clearance_cost, found["A1"].to_clear) == (None, None, 30.0)
    assert (found["A2"].available_from, found["A2"].clearance_cost, found["A2"].to_clear) == (1, 0.0, 0.0)


def test_the_best_layout_by_hand(office: Office) -> None:
    """Lots of 30, 20 and 40 亩 side by side. 甲 (48 亩, 900) takes the first two together, 乙 (38, 500) the third; 丙 (38, 400) is lost to 乙's land."""
    for number, mu, west in (("A1", "30", 109.2), ("A2", "20", 109.201), ("A3", "40", 109.202)):
        a_lot(office, number, mu, west)
    a_seeker(office, "甲", "48", "900")
    a_seeker(office, "乙", "38", "500")
    lost = a_seeker(office, "丙", "38", "400")
    layout = laid_out(office)
    assert where(layout) == {"甲": ["A1", "A2"], "乙": ["A3"]}
    assert (layout.state, layout.placed, layout.candidates) == ("ready", 2, 3)
    assert layout.gap is not None
    assert layout.gap <= 0.002
    (out,) = [one for one in layout.answer["lost"] if one["project"] == str(lost.pk)]
    assert out["blocked"][0]["row"] == {
        "kind": "parcel",
        "name": "A3",
        "other": out["blocked"][0]["row"]["other"],
        "phase": 0,
    }
    queue_question(layout, 0, str(lost.pk), acting_holder(office))
    told = ask_why(
        acting_holder(office), {"layout": layout.pk, "version": layout.version, "plan": 0, "key": str(lost.pk)}, Quiet()
    )["why"]
    assert told["loss"] == pytest.approx(100 * 100 / 1800, abs=0.01)  # 丙 for 乙: 500 − 400 of 1,800
    assert told["placement"]["parcels"] == ["A3"]


def test_a_trial_says_what_it_costs_and_is_taken_over(office: Office) -> None:
    for number, mu, west in (("A1", "30", 109.2), ("A2", "20", 109.201), ("A3", "40", 109.202)):
        a_lot(office, number, mu, west)
    a_seeker(office, "甲", "48", "900")
    a_seeker(office, "乙", "38", "500")
    third = a_seeker(office, "丙", "38", "400")
    layout = laid_out(office)
    actor, client = acting_holder(office), logged_in(office)
    queued = queue_trial(layout, 0, str(third.pk), {"parcels": ["A3"], "phase": 1, "mu": None}, actor)
    while run_next():
        pass
    queued.refresh_from_db()
    assert queued.state == Job.State.DONE, queued.error
    assert queued.result["trial"]["cost"] == pytest.approx(100 * 100 / 1800, abs=0.01)
    page = client.get(f"{reverse('land-layout', args=[layout.pk])}?run={queued.pk}").content.decode()
    assert "丙放到 A3（2025 年）" in page
    assert "因此落不下：<b>乙</b>" in page
    with pytest.raises(StaleRow):
        perform(
            fix_project,
            actor,
            {"trial": str(queued.pk), "why": "企业要靠近原料"},
            key=layout.pk,
            version=layout.version + 1,
        )
    perform(
        fix_project, actor, {"trial": str(queued.pk), "why": "企业要靠近原料"}, key=layout.pk, version=layout.version
    )
    layout.refresh_from_db()
    assert where(layout) == {"甲": ["A1", "A2"], "丙": ["A3"]}
    assert layout.fixed == {str(third.pk): {"parcels": ["A3"], "phase": 1, "mu": None}}
    with pytest.raises(Refused) as again:  # a trial of the layout as it was
        perform(
            fix_project,
            actor,
            {"trial": str(queued.pk), "why": "企业要靠近原料"},
            key=layout.pk,
            version=layout.version,
        )
    assert again.value.faults[0].fault.code == "layout.trial_stale"
    with pytest.raises(Refused) as none:
        perform(
            publish_layout,
            actor,
            {"chosen": "2", "why": "县政府常务会议通过（演示）"},
            key=layout.pk,
            version=layout.version,
        ) if len(layout.answer["plans"]) < 3 else _refuse()
    assert none.value.faults
    perform(
        publish_layout,
        actor,
        {"chosen": "0", "why": "县政府常务会议通过（演示）"},
        key=layout.pk,
        version=layout.version,
    )
    layout.refresh_from_db()
    assert (layout.state, layout.chosen, layout.published_on) == ("published", 0, today())
    assert (
        client.post(
            reverse("land-layout", args=[layout.pk]), {"key": str(third.pk), "parcels": "A3", "phase": "1"}
        ).status_code
        == 422
    )


def _refuse() -> None:
    raise Refused([])


def test_a_project_below_the_parks_own_minimum_is_refused_there(office: Office) -> None:
    """1,000 万元 on 28 to 30 mu: the park's 40 万元/亩 leave 25 mu at most; 12,000 m² on 30 mu are 0.6. Both projects fit once nothing is asked."""
    a_lot(office, "A1", "30", 109.2)
    a_lot(office, "A2", "30", 109.201)
    a_seeker(office, "薄", "28", "500")
    a_seeker(office, "疏", "27", "400", floor_m2=Decimal(12000))
    park = a_park(office)
    for fields, names, said in (
        ({"intensity_min": Decimal(40)}, ["疏", "薄"], "园区的投资强度下限"),
        ({"intensity_min": None, "far_min": Decimal("0.7")}, ["疏"], "园区的容积率下限"),
        ({"far_min": None}, [], ""),
    ):
        with as_system() as ctx:
            park = ctx.update(park, **fields)
        layout = laid_out(office)
        rule = {"园区的投资强度下限": "intensity_park", "园区的容积率下限": "floor_park"}.get(said)
        keys = {str(one.pk): one.name for one in Project.objects.all()}
        lost = {keys[one["project"]]: one["binding"] for one in layout.answer["lost"]}
        assert lost == dict.fromkeys(names, rule), fields
        assert layout.placed == 2 - len(names)
        if said:
            page = logged_in(office).get(reverse("land-layout", args=[layout.pk])).content.decode()
            assert said in page


def test_nothing_fits(office: Office) -> None:
    """A project larger than any merge: no plan places it, the page says why."""
    a_lot(office, "A1", "30", 109.2)
    a_seeker(office, "巨", "3000", "900")
    layout = laid_out(office)
    assert layout.placed == 0
    page = logged_in(office).get(reverse("land-layout", args=[layout.pk])).content.decode()
    assert "要 3,000 亩，拼起来最大的一处只有 30 亩" in page or "面积不够" in page


def test_pages_for_who_may(office: Office) -> None:
    a_lot(office, "A1", "30", 109.2)
    a_seeker(office, "甲", "28", "900")
    layout = laid_out(office)
    url, shown = reverse("land-layouts"), reverse("land-layout", args=[layout.pk])
    client = logged_in(office)
    assert "1 个项目在找地，1 块地可供，共 30 亩" in client.get(url).content.decode()
    assert (
        client.post(
            url,
            {"year": "99", "phases": "3", "merge": "3", "slack": "15", "reserve": "10", "loss": "15", "w_output": "1"},
        ).status_code
        == 422
    )
    features = json.loads(client.get(f"{reverse('land-layout-map', args=[layout.pk])}?plan=0").content)["features"]
    (parcel,) = [one for one in features if one["properties"]["kind"] == "parcel"]
    assert (parcel["properties"]["number"], parcel["properties"]["names"]) == ("A1", ["甲"])
    outsider = Client()
    outsider.force_login(office.users["nobody"])
    assert [outsider.get(one).status_code for one in (url, shown)] == [403, 404]
    with pytest.raises(Denied):
        perform(
            publish_layout,
            office.actor("yuanqu"),
            {"chosen": "0", "why": "县政府常务会议通过（演示）"},
            key=layout.pk,
            version=layout.version,
        )
    assert try_place.__doc__


def test_what_cannot_be_taken_over_is_refused(office: Office) -> None:
    """A project without planned tax takes no part: put on land by hand it stands nowhere. A second project on land fixed for another one is refused too."""
    for number, mu, west in (("A1", "40", 109.2), ("A2", "40", 109.203)):
        a_lot(office, number, mu, west)
    first, second = a_seeker(office, "甲", "38", "900"), a_seeker(office, "乙", "38", "500")
    bare = a_seeker(office, "丁", "38", "300")
    with as_system() as ctx:
        ctx.update(bare, output_planned=None)
    layout, actor = laid_out(office), acting_holder(office)

    def tried(project: Project, number: str) -> Job:
        layout.refresh_from_db()
        queued = queue_trial(layout, 0, str(project.pk), {"parcels": [number], "phase": 1, "mu": None}, actor)
        while run_next():
            pass
        queued.refresh_from_db()
        assert queued.state == Job.State.DONE, queued.error
        return queued

    def fix(trial: Job) -> None:
        perform(fix_project, actor, {"trial": str(trial.pk), "why": "试"}, key=layout.pk, version=layout.version)
        layout.refresh_from_db()

    nowhere = tried(bare, "A1")
    with pytest.raises(Refused) as found:
        fix(nowhere)
    assert found.value.faults[0].fault.code == "layout.trial_elsewhere"
    fix(tried(first, "A1"))
    with pytest.raises(Refused) as taken:
        fix(tried(second, "A1"))
    assert taken.value.faults[0].fault.code == "layout.parcel_taken"
    assert all({"甲": ["A1"]}.items() <= where(layout, place).items() for place in range(len(layout.answer["plans"])))


def test_land_that_was_sold_meanwhile_is_not_published(office: Office) -> None:
    lot = a_lot(office, "A1", "40", 109.2)
    a_seeker(office, "甲", "38", "900")
    layout, actor = laid_out(office), acting_holder(office)
    with as_system() as ctx:
        ctx.update(lot, holder="别人（演示）")
    with pytest.raises(Refused) as gone:
        perform(publish_layout, actor, {"chosen": "0", "why": "试"}, key=layout.pk, version=layout.version)
    assert (gone.value.faults[0].fault.code, gone.value.faults[0].fault.params["parcels"]) == (
        "layout.parcels_gone",
        "A1",
    )

"""An auditor reads what is published or decided, and the trail; no draft and no line marked secret. Only a working verb over the row opens those."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.approvals.models import ClockLead
from gongxing.domains.land.conforming import sees_lines
from gongxing.domains.land.models import Layout, PlanLayer, Rating, RatingLine, Zone
from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding
from gongxing.domains.projects.models import PushPlan
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.access.visible import NO_WORK, READING, permissions, reach, visible, works_on
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import all_ledgers
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system
from tests.approval_process_samples import a_lead
from tests.land_samples import a_layer, a_layout, a_rating, a_rating_line
from tests.spine_samples import a_batch, a_clause, a_finding, a_plan

LogIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(databases=["default", "ops"])
DRAFTED = {
    "policy.clause", "policy.finding", "policy.awardbatch", "policy.awardline", "projects.pushplan", "land.layout", "land.rating", "land.ratingline", "land.zone",
    "approvals.clocklead",
}  # fmt: skip


@pytest.fixture
def drafts(office: Office) -> dict[str, Row]:
    """A draft, or a secret line, in every register that has some."""
    clause, batch, rating = a_clause(office), a_batch(office, 1), a_rating(office)
    firm_line = a_rating_line(office, 1)
    assert isinstance(firm_line, RatingLine)
    with as_system() as ctx:
        award = ctx.create(AwardLine(ref="样:1", batch=batch, firm=firm_line.firm, amount=1))
        zone = ctx.create(Zone(ref="密线", layer=a_layer(office, secret=True), name="密线"))
    return {
        "policy.clause": clause, "policy.finding": a_finding(office, 1), "policy.awardbatch": batch, "policy.awardline": award,
        "projects.pushplan": a_plan(office, 1), "land.layout": a_layout(office), "land.rating": rating, "land.ratingline": firm_line, "land.zone": zone,
        "approvals.clocklead": a_lead(office, 1, open_on=today() + timedelta(days=10)),
    }  # fmt: skip


def decide(office: Office) -> None:
    """Everything of ``drafts`` is issued, approved, adopted, published, out of its unit's days, or secret no more."""
    with as_system() as ctx:
        for model, changes in (
            (Clause, {"state": "in_force"}), (AwardBatch, {"state": "approved"}), (PushPlan, {"state": "adopted"}), (Layout, {"state": "published"}),
            (Rating, {"state": "posted"}), (PlanLayer, {"secret": False}),
            (ClockLead, {"open_on": today()}),
        ):  # fmt: skip
            for row in model.objects.all():
                ctx.update(row, **changes)


def reads(office: Office, who: str, row: Row, verb: str = "view") -> bool:
    return bool(visible(type(row)._default_manager.filter(pk=row.pk), office.actor(who), verb).exists())


def test_these_are_the_registers_with_drafts() -> None:
    assert {one.name for one in all_ledgers() if one.model.drafted} == DRAFTED
    assert READING < NO_WORK and {"audit", "read"} == NO_WORK - READING


@pytest.mark.parametrize("name", sorted(DRAFTED))
def test_an_auditor_reads_it_once_it_is_decided(office: Office, drafts: dict[str, Row], client_of: LogIn, name: str) -> None:  # fmt: skip
    row, client = drafts[name], client_of("shenji")
    page, api = f"/l/{name.replace('.', '-')}/{row.pk}/", f"/api/l/{name.replace('.', '-')}/{row.pk}"
    assert not works_on(office.actor("shenji"), name) and not permissions(office.actor("shenji")).worked
    assert not reads(office, "shenji", row) and not reads(office, "shenji", row, "export")
    assert client.get(page).status_code == client.get(api).status_code == 404
    assert client.get(f"/api/l/{name.replace('.', '-')}").json()["rows"] == []
    decide(office)
    assert reads(office, "shenji", row) and reads(office, "shenji", row, "export")
    assert client.get(api).status_code == 200


@pytest.mark.parametrize("name", sorted(DRAFTED))
def test_a_working_verb_opens_the_draft_and_reading_verbs_do_not(office: Office, drafts: dict[str, Row], name: str) -> None:  # fmt: skip
    post, county, row = office.posts["shenji"], office.units["县"], drafts[name]
    Grant.objects.filter(post=post).delete()
    for verb in sorted(NO_WORK):
        Grant.objects.create(post=post, verb=verb, target=name, unit=county, start=today())
        Grant.objects.create(post=post, verb=verb, target=ANY, unit=county, start=today())
    assert not reads(office, "shenji", row)
    work = type(row).drafted[
        0
    ]  # of a line of a round on the round: to object to one's own line is no work on the draft
    Grant.objects.create(post=post, verb="change", target=work, unit=county, start=today())
    assert reads(office, "shenji", row)


def test_the_trail_of_a_draft_is_the_auditors(office: Office, drafts: dict[str, Row], client_of: LogIn) -> None:
    trail = client_of("shenji").get("/trail/", {"ledger": "projects.pushplan"}).content.decode()
    assert str(drafts["projects.pushplan"]) in trail
    assert not reach(office.actor("shenji"), "audit", "projects.pushplan").public


def test_pages_of_drafts_are_closed_to_the_auditor(office: Office, drafts: dict[str, Row], client_of: LogIn) -> None:
    client, keys = client_of("shenji"), {name: row.pk for name, row in drafts.items()}
    closed = (
        f"/policy/clause/{keys['policy.clause']}/", f"/projects/push/{keys['projects.pushplan']}/", f"/land/layout/{keys['land.layout']}/",
        f"/land/ratings/{keys['land.rating']}/", f"/land/ratings/line/{keys['land.ratingline']}/",
    )  # fmt: skip
    assert [client.get(one).status_code for one in closed] == [404] * len(closed)
    lists = ("/policy/", "/projects/push/", "/land/layout/", "/land/ratings/", "/policy/findings/")
    said = "".join(client.get(one).content.decode() for one in lists)
    for name in ("policy.clause", "policy.awardbatch", "projects.pushplan", "land.layout"):
        assert str(drafts[name]) not in said, name
    layer = PlanLayer.objects.get()
    assert not sees_lines(office.actor("shenji"), layer)
    assert client.get(f"/land/map/layers/{layer.code}.json").status_code == 403
    decide(office)
    layer.refresh_from_db()
    assert sees_lines(office.actor("shenji"), layer)
    assert str(drafts["projects.pushplan"]) in client.get("/projects/push/").content.decode()


def test_those_who_work_on_plans_and_layouts_read_their_drafts(office: Office, drafts: dict[str, Row]) -> None:
    """Who makes, fixes or adopts; a park that only reads hears of it when it is decided."""
    for name in ("projects.pushplan", "land.layout"):
        assert reads(office, "gongxin", drafts[name]) and not reads(office, "yuanqu", drafts[name])
    decide(office)
    for name in ("projects.pushplan", "land.layout"):
        assert reads(office, "yuanqu", drafts[name])


def test_work_that_ends_at_a_unit_opens_the_drafts_of_that_unit(office: Office, drafts: dict[str, Row]) -> None:
    """Of two drafted award lines, one of each park, the one of the park whose lines are worked on; where rows have no unit, none."""
    line = drafts["policy.awardline"]
    assert isinstance(line, AwardLine)
    assert line.firm.unit == office.units["东园"]
    post = office.posts["shenji"]
    Grant.objects.filter(post=post).delete()
    for target in ("policy.awardline", "land.zone", "policy.clause"):
        Grant.objects.create(post=post, verb="view", target=target, unit=office.units["县"], start=today())
    for unit, seen in (("西园", False), ("东园", True)):
        given = Grant.objects.create(post=post, verb="change", target=ANY, unit=office.units[unit], start=today())
        assert reads(office, "shenji", line) is seen
        assert not reads(office, "shenji", drafts["land.zone"]) and not reads(office, "shenji", drafts["policy.clause"])
        given.delete()


def test_a_finding_of_a_draft_is_no_news_to_the_auditor(office: Office, drafts: dict[str, Row]) -> None:
    found: Any = visible(Finding.objects.all(), office.actor("shenji"))
    assert not found.exists()
    decide(office)
    assert found.all().exists()

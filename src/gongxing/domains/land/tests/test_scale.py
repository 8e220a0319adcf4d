"""The scale of parks worked out by hand: two projects, two parcels, one pipe; who may ask; bad questions; the picture."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from tests.land_samples import a_park

from gongxing.domains.land.models import LandNeed, Parcel, ScaleStudy, Utility
from gongxing.domains.land.pages.scale import read
from gongxing.domains.land.scale_show import ShownScale, chart, rounded_up
from gongxing.domains.land.scaling import Asked, by_scenario, chances, plain
from gongxing.domains.land.site_jobs import scale_parks
from gongxing.domains.land.tests.working import Quiet, on_the_day  # noqa: F401  (a fixture)
from gongxing.domains.projects.models import Project
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = [pytest.mark.django_db(databases=["default", "ops"]), pytest.mark.usefixtures("on_the_day")]
TOLD = {"low": {"signed": 50.0}, "base": {"signed": 80.0}, "high": {"signed": 100.0}}
ASKED = Asked(2025, 2, None, 0.0, TOLD)


def a_lot(office: Office, number: str, mu: str, levelling: str = "0") -> None:
    with as_system() as ctx:
        ctx.create(
            Parcel(
                number=number, park=a_park(office), unit=office.units["东园"], land_mu=Decimal(mu), planned_use="industry", approved_on=date(2024, 1, 1),
                state="approved_unsupplied", levelling_wan=Decimal(levelling),
            )
        )  # fmt: skip


def a_seeker(office: Office, name: str, mu: str, output: str, stage: str = "signed", **need: Any) -> None:
    with as_system() as ctx:
        made = ctx.create(
            Project(
                number=f"XM{name}", name=name, folded=name, initials="x", unit=office.units["东园"], stage=stage, land_mode="grant", kind="industry",
                land_new_mu=Decimal(mu), output_planned=Decimal(output), tax_planned=Decimal(1), total_investment=Decimal(1000), stage_on=today(), moved_on=today(),
            )
        )  # fmt: skip
        ctx.create(LandNeed(project=made, use="industry", **need))


def studied(office: Office, asked: Asked = ASKED) -> ScaleStudy:
    found = scale_parks(acting_holder(office), {"asked": plain(asked), "name": ""}, Quiet())
    return ScaleStudy.objects.get(pk=found["study"])


def test_land_limits_the_poorer_project(office: Office) -> None:
    """60 mu of land; 甲 wants 40 for 8,000, 乙 40 for 2,000. At 100 % 甲 takes its 40, 乙 the other 20: 8,000 + 1,000. At 50 % both have 20."""
    a_lot(office, "A", "60")
    a_seeker(office, "甲", "40", "8000")
    a_seeker(office, "乙", "40", "2000")
    study = studied(office)
    told = {one["scenario"]: one for one in study.answer["scenarios"]}
    assert told["high"]["output"] == pytest.approx(9000, rel=1e-4) and told["low"]["output"] == pytest.approx(
        5000, rel=1e-4
    )
    assert float(study.mu or 0) == pytest.approx(60, abs=0.01) and float(study.output or 0) == pytest.approx(
        0.8 * 8000 + 28 / 40 * 2000, rel=1e-4
    )
    assert sum(one["mu"] for one in told["high"]["ready"]) == pytest.approx(60, rel=1e-4) and told["high"]["prices"]
    shown = ShownScale(study)
    assert [one["mu"] for one in shown.head()] == ["40", "60", "60"] and shown.head()[2]["met"] == "75"
    before = told["high"]["frontier"][-2]
    assert before["price"] == pytest.approx(50, rel=1e-3), "a mu more is 2,000/40 of output"


def test_money_and_pipes_in_words(office: Office) -> None:
    """10 万元 a year level 30 of the 60 mu in two years at 1 万元 for 1.5 mu; the pipe has room for half of what 甲 sends."""
    a_lot(office, "A", "60", "40")
    a_seeker(office, "甲", "30", "6000", sewage_td=Decimal(100))
    with as_system() as ctx:
        ctx.create(Utility(ref="u", park=a_park(office), kind="sewage", capacity=Decimal(150), used=Decimal(100), ready_on=date(2020, 1, 1)))  # fmt: skip
    study = studied(office)
    shown = ShownScale(study)
    assert any("污水处理，多 1 吨/日，年产值多 60 万元" in row for row in shown.duals()[1]["rows"])
    assert "资金不限" in page(office, study)
    bound = studied(office, Asked(2025, 2, (2.0, 2.0), 0.0, TOLD))
    assert float(bound.mu or 0) == pytest.approx(6, abs=0.01), "4 万元 at 40/60 a mu"
    rows = ShownScale(bound).duals()[1]["rows"]
    assert any("征拆和平整资金，多 1 万元，年产值多 300 万元" in row for row in rows)
    assert ShownScale(bound).sizes()[0]["rows"][1]["phases"] == ["3", "6"]


def page(office: Office, study: ScaleStudy) -> str:
    client = Client()
    client.force_login(holder(office))
    answer = client.get(reverse("land-scale-study", args=[study.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_to_plan_is_said(office: Office) -> None:
    study = studied(office)
    assert "没有可排的项目或没有可供的地块" in page(office, study)
    a_lot(office, "A", "60")
    a_seeker(office, "甲", "40", "8000", stage="negotiation")
    a_seeker(office, "乙", "40", "8000")
    text = page(office, studied(office))
    assert "有 1 个项目没有产值或没有落地可能，没有参加" in text and "<polyline" in text


def test_the_shipped_chances(office: Office) -> None:
    told = by_scenario(chances(date(2025, 1, 10)))
    assert told["base"] == {"negotiation": 40.0, "signed": 80.0, "pre_construction": 90.0}
    assert {one.status for one in chances(date(2025, 1, 10))} == {"design"}


def test_who_may_ask(office: Office) -> None:
    client = Client()
    client.force_login(office.users["gongxin"])
    asked = {"year": "2026", "phases": "2", "reserve": "10", "funds": "500、800"}
    assert client.get(reverse("land-scale")).status_code == 200
    assert client.post(reverse("land-scale"), asked).status_code == 302
    made = Job.objects.get(kind="land.scale_parks")
    assert made.arguments["asked"]["funds"] == [500.0, 800.0] and made.arguments["asked"]["reserve"] == 0.1
    for name in ("yuanqu", "nobody"):
        client.force_login(office.users[name])
        assert client.post(reverse("land-scale"), asked).status_code == 403
    assert Job.objects.filter(kind="land.scale_parks").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", "26"),
        ("phases", "9"),
        ("funds", "1、2、3"),
        ("funds", "-4"),
        ("funds", "nan"),
        ("reserve", "x"),
        ("reserve", "100"),
    ],
)
def test_bad_questions_are_refused(field: str, value: str) -> None:
    given = QueryDict(mutable=True)
    given.update({"year": "2026", "phases": "2", "reserve": "10", "funds": "", field: value})
    asked, wrong = read(given, {})
    assert asked is None and set(wrong) == {field}


def test_the_picture() -> None:
    assert (
        rounded_up(0) == 1.0
        and rounded_up(60) == pytest.approx(20)
        and rounded_up(9000) == pytest.approx(2000)
        and rounded_up(0.9) == pytest.approx(0.2)
    )
    assert chart({"base": []}) is None
    found = chart({"base": [(50.0, 5000.0), (100.0, 10000.0)]})
    assert found is not None and found.lines[0].corners == "64.0,260.0 322.0,144.0 580.0,28.0"
    assert [one.text for one in found.across] == ["0", "20", "40", "60", "80", "100"]
    higher = chart({"base": [(50.0, 5000.0)], "high": [(99.0, 52.8e4)]})
    assert higher is not None and [one.text for one in higher.up] == ["0", "20", "40", "60"]

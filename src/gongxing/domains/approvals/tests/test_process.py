"""The process of three cases, counted by hand on the calendar of March 2025 (Monday to Friday all worked).

A: in on Mon 3, accepted Tue 4, stopped by the applicant Thu 6 to Thu 13, decided Mon 17, delivered Tue 18. B: in on Mon 3, correction told Wed 5, complete and accepted
Mon 10, decided and delivered Fri 14. C: in on Mon 3, accepted Tue 4, decided Tue 11, delivered Wed 12. Working days from p to q do not count p:
A 1, 2, 5 (7, 10–13), 2, 1 = 11; B 2, 3 (6, 7, 10), 0, 4, 0 = 9; C 1, 5, 1 = 7.
"""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.approval_samples import a_case

from gongxing.domains.approvals.mining.axis import DAY, in_working_days
from gongxing.domains.approvals.mining.casebook import By, Casebook, casebook
from gongxing.domains.approvals.mining.drawing import shortened
from gongxing.domains.approvals.mining.measures import Kept, Timed, kept, overview, supposed, view_of
from gongxing.domains.approvals.models import Case, Stop
from gongxing.domains.approvals.tests.desks import moment
from gongxing.engines.process import rows_of
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import at
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
WD = 86400.0


def march(day: int) -> date:
    return date(2025, 3, day)


def three_cases(office: Office) -> list[Case]:
    """A, B and C as above."""
    said = {"outcome": "granted", "state": "delivered"}
    a = a_case(office, 1, accepted_on=march(4), decided_on=march(17), delivered_on=march(18), **said)
    b = a_case(office, 2, correction_on=march(5), corrected_on=march(10), accepted_on=march(10), decided_on=march(14), delivered_on=march(14), **said)  # fmt: skip
    c = a_case(office, 3, accepted_on=march(4), decided_on=march(11), delivered_on=march(12), **said)
    with as_system() as ctx:
        ctx.create(
            Stop(case=a, ground="applicant", proof="企业书面申请", start=march(6), end=march(13), ref=f"{a.ref}:x")
        )
    return [a, b, c]


def book(office: Office, by: By) -> Casebook:
    return casebook(visible(Case.objects.all(), acting_holder(office)), by)


@pytest.fixture
def timed(office: Office) -> Timed:
    three_cases(office)
    log = book(office, "case").log
    return Timed(log, in_working_days(log, calendar()))


def figures(timed: Timed, view: str) -> dict[str, Any]:
    return view_of(view, timed, Kept(), None)


def test_edges_and_durations_in_working_days(timed: Timed) -> None:
    edges = {
        (one["source"], one["target"]): (one["count"], one["median_s"] / WD) for one in figures(timed, "map")["edges"]
    }
    stop, on = "停钟：企业自身原因申请暂停", "恢复计时：企业自身原因申请暂停"
    assert edges == {
        ("收件", "受理"): (2, 1), ("受理", stop): (1, 2), (stop, on): (1, 5), (on, "作出决定"): (1, 2), ("作出决定", "送达"): (3, 1), ("收件", "告知补正"): (1, 2),
        ("告知补正", "补正齐全"): (1, 3), ("补正齐全", "受理"): (1, 0), ("受理", "作出决定"): (2, 4.5),
    }  # fmt: skip
    told = overview(timed)
    assert (told["cases"], told["events"], told["first"], told["last"]) == (3, 16, "2025-03-03", "2025-03-18")
    assert (told["median_s"] / WD, told["p90_s"] / WD, told["longest_s"] / WD) == (9, pytest.approx(10.6), 11)


def test_variants_waiting_and_handovers(timed: Timed) -> None:
    found = figures(timed, "variants")
    assert (found["count"], [one["cases"] for one in found["variants"]], found["rework"]) == (3, [1, 1, 1], [])
    waiting = figures(timed, "waiting")
    waits = {one["desk"]: (one["cases"], one["total_s"] / WD, one["share"]) for one in waiting["waits"]}
    assert waits["申请人"] == (2, 8, pytest.approx(8 / 27)) and waits["东园"][1] == 19
    assert [(one["source"], one["target"], one["count"], one["returns"]) for one in waiting["handovers"]] == [
        ("东园", "申请人", 2, 2),
        ("申请人", "东园", 2, 0),
    ]


def test_what_would_be_without_the_stop(timed: Timed) -> None:
    """A without its five days: 6, so that 6, 7, 9 have the median 7; correction and acceptance at once save nothing more of B."""
    ranked = figures(timed, "bottlenecks")["bottlenecks"]
    assert (ranked[0]["source"], ranked[0]["target"], ranked[0]["total_s"] / WD) == ("受理", "作出决定", 9)
    stop, on = "停钟：企业自身原因申请暂停", "恢复计时：企业自身原因申请暂停"
    found = supposed(timed, [(stop, on)], [])
    assert found is not None
    assert (
        found["before"]["median_s"] / WD,
        found["after"]["median_s"] / WD,
        found["saved_s"] / WD,
        found["cases"],
    ) == (9, 7, 5, 1)
    # decision and delivery of A (2 and 1) run at once: only the 2 counts; of B (4, 0) 4; of C (5, 1) 5
    found = supposed(timed, [], ["作出决定", "送达"])
    assert found is not None and found["saved_s"] / WD == 2


def test_cases_are_left_out_never_edges(timed: Timed) -> None:
    """Cases that pass the correction: B alone, with all its edges."""
    only = kept(timed, Kept(through="告知补正"))
    b = Case.objects.get(correction_on__isnull=False)
    assert only.log.case.names[int(only.log.case.codes[0])] == str(b.pk) and only.log.cases == 1
    assert len(view_of("map", only, Kept(through="告知补正"), None)["edges"]) == 5
    assert kept(timed, Kept(through="没有这样的环节")).log.cases == 0
    assert kept(timed, Kept(desk="申请人")).log.cases == 2 and kept(timed, Kept(paths=2)).log.cases == 2


def test_the_drawing_has_every_edge(timed: Timed) -> None:
    found = figures(timed, "map")
    drawing = found["drawing"]
    assert found["shown"] == 3 and len(drawing["lines"]) == 9 and len(drawing["boxes"]) == 8
    place = {one["name"]: one["y"] for one in drawing["boxes"]}
    assert place["收件"] < place["告知补正"] < place["补正齐全"] < place["受理"] < place["作出决定"] < place["送达"]
    assert not any(one["back"] for one in drawing["lines"])


def test_names_are_cut_to_the_box() -> None:
    assert shortened("停钟：企业自身原因") == "停钟：企业自身原因"
    assert shortened("恢复计时：企业自身原因申请暂停") == "恢复计时：企业自身原因…"
    assert shortened("T05 Print and send confirmation") == "T05 Print and send confi…"


def test_items_of_a_project_side_by_side(office: Office) -> None:
    """By project the items are the events: begun when accepted, done when decided."""
    one = three_cases(office)[0]
    with as_system() as ctx:
        ctx.create(Case(project=one.project, item="land.plan", name="x", unit=one.unit, post=one.post, received_on=march(3), rules_on=march(3), accepted_on=march(5), decided_on=march(20), outcome="granted", ref="other"))  # fmt: skip
    found = book(office, "project")
    log = found.log
    assert (log.cases, log.events, found.cases) == (3, 4, 4)
    mine = [
        (row[1], log.start[place] // DAY) for place, row in enumerate(rows_of(log)) if row[0] == str(one.project_id)
    ]
    assert len(mine) == 2 and mine[0][1] == date(2025, 3, 4).toordinal() - date(1970, 1, 1).toordinal()


def opened(office: Office, **query: str) -> Any:
    client = Client()
    client.force_login(holder(office))
    return client.get(reverse("process"), query)


def test_pages_and_their_queries(office: Office) -> None:
    three_cases(office)
    client = Client()
    client.force_login(holder(office))
    with at(moment(2025, 4, 1)):
        with CaptureQueriesContext(connection) as cold:
            page = client.get(reverse("process")).content.decode()
        assert "<svg" in page and "一半的件 9 工作日内走完" in page and "4.5 工作日" in page
        counts = set()
        for view in ("map", "variants", "waiting", "bottlenecks", "drift"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse("process"), {"view": view}).status_code == 200
            counts.add(len(captured))
        assert max(counts) <= 12 and len(cold) <= 30
        for number in range(4, 12):
            a_case(office, number, accepted_on=march(4))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("process"))
        assert len(captured) <= len(cold), "no query of each case"


def test_small_numbers_show_no_times(office: Office) -> None:
    three_cases(office)
    page = opened(office, view="waiting").content.decode()
    assert "不到 5 件的不列用时" in page and "&lt; 5" in page and "8 工作日" not in page


def test_bad_addresses_are_said(office: Office) -> None:
    three_cases(office)
    answer = opened(office, view="bottlenecks", without="甲 → 乙")
    assert answer.status_code == 422 and "这些件里没有“甲 → 乙”" in answer.content.decode()
    answer = opened(office, view="bottlenecks", at_once="受理")
    assert answer.status_code == 422 and "并行要选两个不同的环节" in answer.content.decode()
    answer = opened(office, view="nonsense", unit="x", year="99999999999999999999", paths="-3", item="没有")
    assert answer.status_code == 200 and "没有这样的件" in answer.content.decode()


def test_who_sees_which_cases(office: Office) -> None:
    three_cases(office)
    client = Client()
    client.force_login(office.users["nobody"])
    assert client.get(reverse("process")).status_code == 403

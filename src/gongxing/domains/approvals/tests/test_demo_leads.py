"""The invented county has something for each test of honesty to find, drawn apart from the other cases."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from tests.approval_samples import a_project

from gongxing.domains.approvals.demo.leads import enter_late, more_stories
from gongxing.domains.approvals.demo.plan import Planner, Story
from gongxing.domains.approvals.items import item_on
from gongxing.domains.approvals.mining.lead_jobs import find_all
from gongxing.domains.approvals.models import ClockLead
from gongxing.domains.approvals.tests.desks import desks, moment
from gongxing.domains.projects.models import Project
from gongxing.kernel.clock import at
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
DAY = date(2025, 9, 25)


def test_refused_ones_come_again_and_enough_of_one_item_are_stopped_by_the_firm(office: Office) -> None:
    rule = item_on("plan.permit", date(2025, 3, 3))
    assert rule is not None
    with at(moment(2025, 9, 25)):
        planner = Planner(Random(1), calendar(), DAY)
        stories = [planner.accepted(a_project(office, n), rule, date(2025, 3, 3 + n % 4)) for n in range(1, 40)]
        refused = Story(a_project(office, 50), rule, date(2025, 3, 3))
        refused.on(date(2025, 3, 3), received_on=date(2025, 3, 3))
        refused.on(date(2025, 3, 5), refused_on=date(2025, 3, 5))
        again = more_stories([*stories, refused], planner)
    assert [(one.project, one.item.code) for one in again] == [(refused.project, "plan.permit")]
    assert 3 <= calendar().workdays_between(date(2025, 3, 5), again[0].received) <= 8
    days = Counter[str]()
    for stop in [stop for one in stories for stop in one.stops]:
        days[stop.ground] += calendar().workdays_between(stop.start, stop.end)
    assert sum(bool(one.stops) for one in stories) >= 10 and days["applicant"] > 0.3 * days.total()
    assert all(
        stop.end <= next(facts["decided_on"] for facts in one.facts.values() if "decided_on" in facts)
        for one in stories
        for stop in one.stops
        if stop.ground == "applicant" and len(one.stops) == 1
    )


def test_half_of_the_cases_of_an_item_are_decided_on_the_last_day(office: Office) -> None:
    """Twenty registrations of equipment beside forty planning permits, which have the stops."""
    permit, other = (item_on(code, date(2025, 3, 3)) for code in ("plan.permit", "equipment.use"))
    assert permit is not None and other is not None and other.limit is not None and other.limit.unit == "wd"
    with at(moment(2025, 9, 25)):
        planner = Planner(Random(2), calendar(), DAY)
        project = a_project(office, 1)
        stories = [planner.accepted(project, permit, date(2025, 3, 3)) for _ in range(40)] + [
            planner.accepted(project, other, date(2025, 3, 3)) for _ in range(20)
        ]
        more_stories(stories, planner)
    last = planner.after(date(2025, 3, 4), other.limit.n)
    decided = Counter(day for one in stories[40:] for day, facts in one.facts.items() if "decided_on" in facts)
    assert decided[last] >= 8 and all(
        "delivered_on" in {name for facts in one.facts.values() for name in facts} for one in stories
    )


def test_cases_entered_days_later_are_found(office: Office) -> None:
    world = desks(office)
    for number in (2, 3):
        a_project(office, number)
    Project.objects.update(invented=True)
    with at(moment(2025, 9, 25)):
        assert enter_late(world.window, DAY, calendar(), Random(1)) == 2
        find_all()
    found = Counter(ClockLead.objects.values_list("reason", "unit"))
    assert found == {
        ("process.entered_late", world.window.unit_id): 2,
        ("process.entered_at_once", world.window.unit_id): 2,
    }

"""The clock of a performance review: from the day of full capacity, under the post that has the project, ended by the review."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from gongxing.domains.projects.actions.moving import take_back_move
from gongxing.domains.projects.actions.reviews import LEDGER, RULE, mend_reviews, wrong_review_clocks
from gongxing.domains.projects.models import Project, Promise
from gongxing.domains.projects.tests.walking import advance, an_idea, given, refusal, reviewed, walked
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_day() -> Iterator[None]:
    with at(NOON):
        yield


@pytest.fixture
def full(office: Office) -> Project:
    """A project that came to full capacity on 26 December 2024 (the tenth step of a month each from 1 March)."""
    project = walked(office, an_idea(office), "full_capacity")
    mend_reviews(wrong_review_clocks())
    return project


def clocks(project: Project) -> list[tuple[str, str, str]]:
    """State, last day and post of each clock, oldest first."""
    rows = Deadline.objects.filter(ledger=LEDGER, row=project.pk, rule=RULE).order_by("id").select_related("post")
    return [(one.state, f"{timezone.localtime(one.due_at):%Y-%m-%d}", str(one.post)) for one in rows]


def test_it_is_due_twelve_months_after_full_capacity_under_the_post_that_has_the_project(full: Project) -> None:
    assert full.full_on is not None
    (one,) = Deadline.objects.filter(ledger=LEDGER, row=full.pk, rule=RULE)
    assert (one.limit, one.unit, one.basis, one.basis_status) == (12, "month", "DESIGN", "design")
    assert one.post_id == full.owner_id
    assert timezone.localtime(one.started_at).date() == full.full_on
    assert timezone.localtime(one.due_at).date() == date(full.full_on.year + 1, full.full_on.month, full.full_on.day)
    assert timezone.localtime(one.due_at).date().isoweekday() <= 5, "a last day that is a day of rest would roll"
    assert one.title == f"履约评价：{full.name}"
    assert not wrong_review_clocks(), "made once"


def test_a_project_that_is_only_producing_has_none(office: Office) -> None:
    project = walked(office, an_idea(office), "production")
    assert mend_reviews(wrong_review_clocks()) == 0
    assert clocks(project) == []


def test_the_review_ends_it_and_is_refused_while_a_promise_is_open(office: Office, full: Project) -> None:
    with reviewed():
        assert refusal(office, full, "reviewed", date(2025, 3, 3)) == [("", "move.lacks")]
    with as_system() as ctx:
        for one in Promise.objects.filter(project=full):
            ctx.update(one, state="confirmed", confirmed_on=date(2025, 3, 1))
    with reviewed():
        advance(office, full, "reviewed", date(2025, 3, 3))
    mend_reviews(wrong_review_clocks())
    assert [state for state, _day, _post in clocks(full)] == ["met"], "held in time, though entered later"
    assert not wrong_review_clocks()


def test_a_review_after_its_day_is_late(office: Office, full: Project) -> None:
    with as_system() as ctx:
        for one in Promise.objects.filter(project=full):
            ctx.update(one, state="cancelled")
    with reviewed():
        advance(office, full, "reviewed", date(2026, 6, 1))
    mend_reviews(wrong_review_clocks())
    assert [state for state, _day, _post in clocks(full)] == ["met_late"]


def test_taking_the_step_back_lets_it_fall_away(office: Office, full: Project) -> None:
    now = Project.objects.get(pk=full.pk)
    perform(take_back_move, office.actor("yuanqu"), {"why": "登记错了"}, key=now.pk, version=now.version)
    mend_reviews(wrong_review_clocks())
    assert [state for state, _day, _post in clocks(full)] == ["cancelled"]


def test_another_post_begins_a_clock_of_its_own(office: Office, full: Project) -> None:
    given(full, owner=office.posts["gongxin"])
    assert wrong_review_clocks([full.pk]) == {full.pk}
    assert wrong_review_clocks([full.pk + 1]) == set()
    mend_reviews(wrong_review_clocks())
    ((first, day, _from), (second, same, to)) = clocks(full)
    assert (first, second, day == same, to) == ("cancelled", "running", True, str(office.posts["gongxin"]))


def test_a_county_that_ends_the_row_has_no_clock(office: Office) -> None:
    project = walked(office, an_idea(office), "production")
    with as_system() as ctx:
        ctx.create(PackEdit(pack="parameters", table="limits", row_key=RULE, source="县里定", withdrawn=True))
    given(project, stage="full_capacity", full_on=date(2026, 5, 6))
    mend_reviews(wrong_review_clocks())
    assert clocks(project) == []


def test_a_project_that_is_gone_leaves_no_running_clock(office: Office, full: Project) -> None:
    key = full.pk
    with as_system() as ctx:
        ctx.update(Deadline.objects.get(ledger=LEDGER, row=key, rule=RULE), row=key + 999)
    assert wrong_review_clocks() == {key, key + 999}
    mend_reviews(wrong_review_clocks())
    assert Deadline.objects.get(row=key + 999).state == "cancelled"
    assert [state for state, _day, _post in clocks(full)][-1] in ("running", "passed")

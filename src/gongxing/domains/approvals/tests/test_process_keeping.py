"""What is kept of the process: made anew after a case changes, never old without its hour, by a job where cases are many, shared by people of one reach alone."""

from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.approval_samples import a_case

from gongxing.domains.approvals.mining import keeping, laid
from gongxing.domains.approvals.mining.casebook import casebook
from gongxing.domains.approvals.mining.keeping import WEIGH, book_of, scope_of
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.tests.desks import desks, moment
from gongxing.domains.approvals.tests.test_process import march, three_cases
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import at
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = [pytest.mark.django_db(databases=["default", "ops"]), pytest.mark.usefixtures("folder_of_processes")]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases are too many to be read at once."""
    monkeypatch.setattr(keeping, "AT_ONCE", 2)


def client_of(office: Office) -> Client:
    client = Client()
    client.force_login(holder(office))
    return client


def shown(client: Client, **query: str) -> str:
    answer = client.get(reverse("process"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def later(case: Case) -> None:
    """C decided on Monday 17 instead of Tuesday 11, delivered on Friday 21: 1, 9 and 4 are 14 working days."""
    with as_system() as ctx:
        ctx.update(Case.objects.get(pk=case.pk), decided_on=march(17), delivered_on=march(21))


def test_made_anew_after_a_case_changes(office: Office) -> None:
    """9 is the middle of 11, 9, 7; 11 that of 11, 9, 14."""
    cases, client = three_cases(office), client_of(office)
    with at(moment(2025, 4, 1)):
        assert "一半的件 9 工作日内走完" in shown(client)
        later(cases[2])
        page = shown(client)
    assert "一半的件 11 工作日内走完" in page and "正在重算" not in page and not Job.objects.exists()


def test_many_are_read_by_a_job_and_old_figures_tell_their_hour(office: Office, many: None) -> None:
    cases, client = three_cases(office), client_of(office)
    with at(moment(2025, 4, 1, 9, 15)):
        page = shown(client)
        assert (
            "第一次算，请等几秒" in page
            and 'data-gx="job-page"' in page
            and "<svg viewBox" not in page.partition("gx-flowfig")[2]
        )
        shown(client)
        assert Job.objects.filter(kind=WEIGH).count() == 1, "one look more queues nothing more"
        assert run_next()
        page = shown(client)
        assert "一半的件 9 工作日内走完" in page and "2025-04-01 09:15 的登记" in page and "正在重算" not in page
    with at(moment(2025, 4, 1, 9, 40)):
        later(cases[2])
        page = shown(client, view="bottlenecks")
        assert "一半的件 9 工作日内走完" in page and "下面是 2025-04-01 09:15 的数" in page and "正在重算" in page
        assert run_next()
        page = shown(client, view="bottlenecks")
        assert "一半的件 11 工作日内走完" in page and "2025-04-01 09:40 的登记" in page and "正在重算" not in page
        keeping.forget()
        assert "一半的件 11 工作日内走完" in shown(client), "another process reads the file"
        assert Job.objects.filter(kind=WEIGH).count() == 1, "older jobs leave the list"


def test_without_the_file_it_is_read_at_once(office: Office, many: None, tmp_path: Path) -> None:
    """A job that ended elsewhere, or could not write, is not queued again for the same state."""
    three_cases(office)
    client = client_of(office)
    with at(moment(2025, 4, 1)):
        shown(client)
        assert run_next()
        for path in (tmp_path / "kept").iterdir():
            path.write_bytes(b"torn")
        keeping.forget()
        assert "一半的件 9 工作日内走完" in shown(client)
        assert Job.objects.filter(kind=WEIGH).count() == 1


def test_a_new_day_is_another_state(office: Office) -> None:
    three_cases(office)
    actor = acting_holder(office)
    with at(moment(2025, 4, 1)):
        first = book_of(actor, "case").found
    with at(moment(2025, 4, 2)):
        second = book_of(actor, "case").found
    assert first is not None and second is not None and first is not second and second.made > first.made


def test_whoever_sees_other_cases_reads_another_file(office: Office) -> None:
    """The head of the bureau sees its own cases, the desk all of the county, like the system."""
    world = desks(office)
    assert (
        scope_of(SYSTEM)
        == scope_of(world.actor("window"))
        != scope_of(world.actor("head"))
        == scope_of(world.actor("head"))
    )


def test_what_is_laid_down_is_what_was_made(office: Office) -> None:
    three_cases(office)
    for by in ("case", "project"):
        made = casebook(visible(Case.objects.all(), acting_holder(office)), by)
        found = laid.unpacked(laid.packed(made))
        assert (found.log.activity.names, found.log.desk.names, found.kinds, found.units) == (
            made.log.activity.names,
            made.log.desk.names,
            made.kinds,
            made.units,
        )
        for name in ("key", "unit", "year", "over"):
            assert np.array_equal(getattr(found, name), getattr(made, name))
        for name in ("time", "start", "begins"):
            assert np.array_equal(getattr(found.log, name), getattr(made.log, name))
        assert np.array_equal(found.log.activity.codes, made.log.activity.codes) and found.item.names == made.item.names


def test_few_queries_once_it_is_kept(office: Office) -> None:
    three_cases(office)
    client = client_of(office)
    with at(moment(2025, 4, 1)):
        shown(client)
        with CaptureQueriesContext(connection) as captured:
            shown(client)
        assert not [
            one
            for one in captured
            if "approvals_stop" in one["sql"] and "SELECT" in one["sql"] and "touched" not in one["sql"]
        ]
        assert len(captured) <= 14
        with CaptureQueriesContext(connection) as more:
            a_case(office, 9, accepted_on=march(4))
            shown(client)
        assert len(more) > len(captured)

"""The map says whether firms are being placed just now, since when, how far, and when the last run ended; the runs have a page."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongxing.domains.chain.jobs import KIND, queue_placing
from gongxing.domains.chain.pages.placing import placing
from gongxing.domains.chain.tests.small import small_county
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
MAP = "/chain/map/t/"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.get_default_timezone())


def job(state: str, minutes: int = 0, **more: object) -> Job:
    """A run queued so many minutes after noon."""
    return Job.objects.create(
        kind=KIND, title="归位", state=state, user_id=0, created_at=NOON + timedelta(minutes=minutes), **more
    )


def test_nothing_to_say_before_the_first_run(office: Office, client_of: LogIn) -> None:
    small_county(office)
    html = client_of("gongxin").get(MAP).content.decode()
    assert "归位" not in html
    page = client_of("gongxin").get("/chain/placing/").content.decode()
    assert "还没有归位过" in page


def test_waiting_running_and_ended(office: Office) -> None:
    with at(NOON + timedelta(hours=2)):
        last = job("done", 1, started_at=NOON + timedelta(minutes=2), ended_at=NOON + timedelta(minutes=9))
        assert (placing().now, placing().last) == ("", "上次归位 12:09 结束")
        assert placing().last_url == f"/chain/placing/#job-{last.pk}"
        waits = job("ready", 20)
        assert (placing().now, placing().now_url) == ("等着归位（12:20 起）", f"/chain/placing/#job-{waits.pk}")
        Job.objects.filter(pk=waits.pk).update(
            state="running", started_at=NOON + timedelta(minutes=21), done_units=3000, total_units=20112
        )
        assert placing().now == "正在归位（12:21 起）：已看 3,000 家，共 20,112 家"
        job("ready", 30)
        assert placing().now == "正在归位（12:21 起）：已看 3,000 家，共 20,112 家；之后还要再来一遍"
        assert placing().now_url == f"/chain/placing/#job-{waits.pk}"
        assert placing().last == "上次归位 12:09 结束"
    with at(NOON + timedelta(days=1)):
        assert placing().last == "上次归位 2026-03-02 12:09 结束"


def test_a_run_that_failed_is_not_called_ended(office: Office) -> None:
    with at(NOON + timedelta(hours=1)):
        job("done", 1, ended_at=NOON + timedelta(minutes=5))
        job("failed", 6, ended_at=NOON + timedelta(minutes=7))
        job("cancelled", 8, ended_at=NOON + timedelta(minutes=8))
        Job.objects.create(kind="exchange.check", title="别的", state="running", user_id=0, created_at=now())
        assert (placing().now, placing().last) == ("", "上次归位没有做完（12:07）")


def test_the_map_says_it_and_leads_to_the_runs(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client = client_of("gongxin")
    queue_placing(0)
    html = client.get(MAP).content.decode()
    run = Job.objects.get(kind=KIND)
    assert "等着归位（" in html
    assert f'href="/chain/placing/#job-{run.pk}"' in html
    yesterday = (today() - timedelta(days=1)).isoformat()
    past = client.get(f"{MAP}?day={yesterday}", follow=True)
    assert past.status_code == 200
    assert run_next()
    html = client.get(MAP).content.decode()
    assert "等着归位" not in html
    assert "上次归位 " in html
    page = client.get("/chain/placing/").content.decode()
    assert f'id="job-{run.pk}"' in page
    assert "看了 12 家，新放 " in page
    assert client_of("xiangzhen").get("/chain/placing/").status_code == 200
    assert client_of("nobody").get("/chain/placing/").status_code == 403


def test_it_costs_one_query_that_an_index_answers(office: Office) -> None:
    for n in range(30):
        job("done", n, ended_at=NOON)
    with CaptureQueriesContext(connections["ops"]) as asked:
        placing()
    assert len(asked) == 1
    plan = Job.objects.filter(kind=KIND).order_by("-id")[:4].explain()
    if connections["ops"].vendor == "sqlite":
        assert "jobs_job_kind" in plan

"""The list of a working day says how many things there are, leads to all of them, and names the year where it is another one."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.utils import timezone, translation

from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox import todo
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from gongxing.site import home
from gongxing.site.home import _weekday

LogIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(databases=["default", "ops"])
ZONE = timezone.get_default_timezone()
NOW = datetime(2026, 12, 21, 9, tzinfo=ZONE)


def clocks(office: Office, *dues: datetime) -> None:
    """A clock of the park's post for each moment, named by its place."""
    with at(NOW), writing(SYSTEM, "test", "") as ctx:
        for number, due in enumerate(dues, start=1):
            ctx.create(
                Deadline(
                    ledger="org.unit", row=office.units["东园"].pk, rule="test", title=f"事项{number:03}号", post=office.posts["yuanqu"],
                    started_at=NOW, due_at=due, limit=1, unit="wd",
                )
            )  # fmt: skip


def test_a_hundred_and_forty_six_things_are_all_counted_and_all_reached(office: Office, client_of: LogIn) -> None:
    past, soon = datetime(2026, 12, 18, 17, tzinfo=ZONE), datetime(2026, 12, 25, 17, tzinfo=ZONE)
    clocks(office, *[past] * 120, *[soon] * 26)
    with at(NOW):
        client = client_of("yuanqu")
        first, second = client.get("/").content.decode(), client.get("/?page=2").content.decode()
        strange = client.get("/?page=99999").content.decode(), client.get("/?page=x").content.decode()
    for page in (first, second):
        assert '<span class="gx-badge gx-badge--bad">146</span>' in page
        assert "逾期 120 件" in page
    assert (first.count('class="ttl"'), second.count('class="ttl"')) == (100, 46)
    assert "第 1–100 件，共 146 件" in first
    assert '<a class="btn btn-s btn-soft" href="?page=2">看其余 46 件</a>' in first
    assert "第 101–146 件，共 146 件" in second
    assert "事项146号" in second
    assert "第 101–146 件" in strange[0]
    assert "第 1–100 件" in strange[1]


def test_few_things_have_no_pages(office: Office, client_of: LogIn) -> None:
    clocks(office, datetime(2026, 12, 25, 17, tzinfo=ZONE))
    with at(NOW):
        page = client_of("yuanqu").get("/").content.decode()
    assert '<span class="gx-badge gx-badge--bad">1</span>' in page
    assert "共 1 件" not in page


def test_what_is_too_many_to_list_is_still_counted(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(todo, "MOST", 3)
    monkeypatch.setattr(home, "MOST", 3)
    clocks(office, *[datetime(2026, 12, 18, 17, tzinfo=ZONE)] * 5, datetime(2026, 12, 25, 17, tzinfo=ZONE))
    with at(NOW):
        page = client_of("yuanqu").get("/").content.decode()
    assert '<span class="gx-badge gx-badge--bad">6</span>' in page
    assert "逾期 5 件" in page
    assert "还有 3 件没有列出" in page


def test_days_of_another_year_have_their_year(office: Office, client_of: LogIn) -> None:
    clocks(office, datetime(2026, 12, 25, 17, tzinfo=ZONE), datetime(2027, 3, 15, 17, 30, tzinfo=ZONE))
    for year in (2025, 2026):
        sent = datetime(year, 11, 30, 9, tzinfo=ZONE)
        Notice.objects.create(
            post=office.posts["yuanqu"], key=f"{year}", title=f"{year}年的通知", why="因为", created_at=sent
        )
    with at(NOW):
        page = client_of("yuanqu").get("/").content.decode()
    assert "应于 12-25 17:00" in page
    assert "应于 2027-03-15 17:30" in page
    assert '<div class="meta">2025-11-30 · 因为' in page
    assert '<div class="meta">11-30 · 因为' in page


def test_the_day_of_the_week_is_as_short_as_its_column() -> None:
    day = date(2026, 11, 27)
    with translation.override("zh-hans"):
        assert _weekday(day) == "五"
    with translation.override("en"):
        assert _weekday(day) == "Fri"

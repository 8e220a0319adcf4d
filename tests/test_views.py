"""Views of lists: whose they are, how many rows they hold, and each account's own columns, density and size of letters."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.models import ListPreference, SavedView
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import User
from gongxing.kernel.pages import counts
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
LIST = "/l/firms-firm/"


@pytest.fixture(autouse=True)
def no_counts() -> Iterator[None]:
    counts.forget_counts()
    yield
    counts.forget_counts()


def firms(office: Office, count: int, size: str = "small", unit: str = "东园") -> list[Firm]:
    rows = [
        Firm(name=f"青禾{size}{at}厂", folded=f"{size}{at}", unit=office.units[unit], size=size, revenue=Decimal(at))
        for at in range(count)
    ]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(rows)
    return rows


def save(client: Client, name: str, query: str, audience: str) -> None:
    assert client.post(f"{LIST}views/", {"name": name, "query": query, "audience": audience}).status_code == 302


def tabs(client: Client, query: str = "") -> dict[str, tuple[str, str]]:
    """Label → (heading it stands under, count) of saved views, after the counts were asked for."""
    client.get(f"{LIST}views/counts/")
    found, heading = {}, ""
    for line in client.get(f"{LIST}{query}").context["views"]:
        heading = line["heading"] or heading
        found[line["label"]] = (heading, line["count_text"])
    return found


def test_views_are_told_apart_by_who_sees_them(office: Office, client_of: LogIn) -> None:
    mine, colleague, other = client_of("gongxin"), client_of("shenji"), client_of("yuanqu")
    save(mine, "我的小型", "f.size=small", "mine")
    save(mine, "全县微型", "f.size=micro", "all")
    save(mine, "本局中型", "f.size=medium", "unit")
    save(other, "园区大型", "f.size=large", "unit")
    seen = tabs(mine)
    assert [seen[name][0] for name in ("我的小型", "本局中型", "全县微型")] == ["我的", "本单位的", "大家的"]
    assert "园区大型" not in seen
    assert "全县微型" in tabs(colleague)
    assert not {"我的小型", "本局中型"} & set(tabs(colleague))
    page = colleague.get(LIST).content.decode()
    assert 'title="gongxin（演示）"' in page  # whose view it is
    assert "删除视图" not in page
    key = SavedView.objects.get(name="全县微型").pk
    colleague.post(f"{LIST}views/{key}/delete/")
    assert SavedView.objects.filter(pk=key).exists()
    mine.post(f"{LIST}views/{key}/delete/")
    assert not SavedView.objects.filter(pk=key).exists()


def test_each_view_says_how_many_rows_it_holds_for_whoever_looks(office: Office, client_of: LogIn) -> None:
    firms(office, 3, "small", "东园")
    firms(office, 2, "small", "西园")
    firms(office, 4, "micro", "西园")
    save(client_of("gongxin"), "小型", "f.size=small", "all")
    first = client_of("gongxin").get(LIST)
    assert 'hx-get="/l/firms-firm/views/counts/' in first.content.decode()
    assert tabs(client_of("gongxin"))["小型"] == ("大家的", "5")
    assert tabs(client_of("gongxin"))["全部"][1] == "9"
    assert tabs(client_of("yuanqu"))["小型"][1] == "3"
    assert tabs(client_of("yuanqu2"))["全部"][1] == "6"
    asked = client_of("gongxin").get(f"{LIST}views/counts/?f.size=small")
    assert asked.status_code == 200
    assert 'aria-current="true">小型 <span class="n">5</span>' in asked.content.decode()
    assert "hx-get" not in asked.content.decode()
    assert client_of("nobody").get(f"{LIST}views/counts/").status_code == 403


def test_counts_follow_what_is_written_and_cost_nothing_meanwhile(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms(office, 3)
    client = client_of("gongxin")
    save(client, "小型", "f.size=small", "mine")
    assert tabs(client)["小型"][1] == "3"
    assert "views/counts" not in client.get(LIST).content.decode()  # fresh: nobody asks again
    firms(office, 1)
    assert tabs(client)["小型"][1] == "3"  # for half a minute
    monkeypatch.setattr(counts, "FRESH_SECONDS", 0.0)
    assert tabs(client)["小型"][1] == "4"
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get(f"{LIST}views/counts/")
    assert not [
        one for one in asked if "COUNT(" in one["sql"] and "firms_firm" in one["sql"]
    ]  # nothing was written since
    with CaptureQueriesContext(connections["default"]) as listed:
        client.get(LIST)
    counting = [one for one in listed if "COUNT(*)" in one["sql"] and "firms_firm" in one["sql"]]
    assert len(counting) <= 1  # the list's own


def test_a_count_without_time_is_left_for_the_next_asking(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms(office, 3)
    client = client_of("gongxin")
    monkeypatch.setattr(counts, "BUDGET_MS", -1.0)
    assert tabs(client)["全部"][1] == ""
    monkeypatch.setattr(counts, "BUDGET_MS", 150.0)
    assert tabs(client)["全部"][1] == "3"


def test_a_saved_view_keeps_its_conditions_and_sort(office: Office, client_of: LogIn) -> None:
    rows = firms(office, 3)
    client = client_of("gongxin")
    save(client, "收入高", "f.size=small&sort=-revenue&after=zzz&unknown=1", "mine")
    one = SavedView.objects.get(name="收入高")
    assert "after" not in one.query
    assert "unknown" not in one.query
    page = client.get(f"{LIST}?{one.query}").content.decode()
    assert [page.index(row.name) for row in reversed(rows)] == sorted(page.index(row.name) for row in rows)
    save(client, "收入高", "f.size=micro", "mine")  # the same name again: changed, not doubled
    assert [view.query for view in SavedView.objects.filter(name="收入高")] == ["f.size=micro"]


def test_columns_and_density_are_each_accounts_own(office: Office, client_of: LogIn) -> None:
    firms(office, 1)
    client = client_of("gongxin")
    answer = client.post(f"{LIST}columns/", {"columns": ["address", "phone"], "dense": "1", "query": "f.size=small"})
    assert answer.headers["Location"] == f"{LIST}?f.size=small"
    page = client.get(LIST)
    assert [column.name for column in page.context["columns"]] == ["name", "address", "phone"]
    assert "gx-t--dense" in page.content.decode()
    assert 'value="name" checked disabled' in page.content.decode()
    other = client_of("shenji").get(LIST)
    declared = [column.name for column in ledger_named("firms.firm").columns if column.shown]
    assert [column.name for column in other.context["columns"]] == declared
    assert "gx-t--dense" not in other.content.decode()
    ListPreference.objects.update(columns=["address", "no_such_column"])
    assert [column.name for column in client.get(LIST).context["columns"]] == ["name", "address"]
    client.post(f"{LIST}columns/", {"reset": "1"})
    assert [column.name for column in client.get(LIST).context["columns"]] == declared


def test_large_letters_and_the_dark_theme_are_kept_for_the_account(office: Office, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert 'data-gx-size="normal"' in client.get(LIST).content.decode()
    answer = client.post("/display/", {"size": "large"}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204
    assert client.post("/display/", {"theme": "dark", "next": LIST}).headers["Location"] == LIST
    client.post("/display/", {"size": "enormous", "theme": "pink"})
    again = client_of("gongxin").get(LIST).content.decode()
    assert 'data-gx-size="large"' in again
    assert 'data-bs-theme="dark"' in again
    assert User.objects.get(username="shenji").size == "normal"
    log_in = Client(headers={"Cookie": "gx_size=large; gx_theme=dark"}).get("/login/").content.decode()
    assert 'data-gx-size="large"' in log_in

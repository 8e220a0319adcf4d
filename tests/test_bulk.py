"""One act on many rows: all or none, the rows that cannot be done named, and going on with the rest only when told to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
URL = "/do/firms.suggest_industry/"


def firms(office: Office, count: int, source: str = "none", unit: str = "东园", start: int = 0) -> list[Firm]:
    names = [f"青禾批办{at}茶业有限公司" for at in range(start, start + count)]
    rows = [
        Firm(name=name, folded=name, initials="qh", unit=office.units[unit], industry_source=source) for name in names
    ]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(rows)
    return rows


def versions() -> list[int]:
    return list(Firm.objects.order_by("pk").values_list("version", flat=True))


def test_all_selected_rows_are_done(office: Office, client_of: LogIn) -> None:
    rows, client = firms(office, 3), client_of("gongxin")
    ids = [row.pk for row in rows]
    page = client.get(URL, {"ids": ids}).content.decode()
    assert "将对选中的 3 条办理" in page
    assert client.post(URL, {"ids": ids}).status_code == 204
    assert versions() == [2, 2, 2]
    assert Entry.objects.filter(verb="firms.suggest_industry").values("tx").distinct().count() == 1


def test_ineligible_rows_are_named_and_the_rest_is_offered(office: Office, client_of: LogIn) -> None:
    rows, decided, client = firms(office, 3), firms(office, 2, "confirmed", start=10), client_of("gongxin")
    ids = [row.pk for row in (*rows, *decided)]
    offered = client.get(URL, {"ids": ids})
    assert offered.status_code == 200
    assert "只办其余 3 条" in offered.content.decode()
    refused = client.post(URL, {"ids": ids})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "选中的有 2 条办不了" in page
    assert all(row.name in page for row in decided)
    assert not any(row.name in page for row in rows)
    assert versions() == [1] * 5
    assert client.post(URL, {"ids": ids, "rest": "2"}).status_code == 422  # agreed to another number of rows
    assert versions() == [1] * 5
    assert client.post(URL, {"ids": ids, "rest": "3"}).status_code == 204
    assert versions() == [2, 2, 2, 1, 1]
    shown = client.get("/l/firms-firm/").content.decode()
    assert "已对 3 条执行“重新判定行业”，2 条没有办" in shown


def test_all_that_match_are_selected_by_the_conditions(office: Office, client_of: LogIn) -> None:
    firms(office, 60)
    firms(office, 2, unit="西园", start=100)
    client = client_of("gongxin")
    listed = client.get("/l/firms-firm/?q=批办").content.decode()
    assert 'data-all="62"' in listed
    assert "∞" not in listed
    selected = {"all_query": f"q=批办&f.unit={office.units['东园'].pk}", "scope": "all"}
    assert "将对选中的 60 条办理" in client.get(URL, selected).content.decode()
    assert client.post(URL, selected).status_code == 204
    assert sorted(versions()) == [1] * 2 + [2] * 60


def test_rows_out_of_reach_are_named_if_seen_and_silent_if_not(office: Office, client_of: LogIn) -> None:
    """A park may view its own firms only; a lent view of another park shows firms it may not act on."""
    own, other = firms(office, 1), firms(office, 1, unit="西园", start=5)
    ids = [own[0].pk, other[0].pk]
    client = client_of("yuanqu")
    assert other[0].name not in client.get(URL, {"ids": ids}).content.decode()
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(
            Grant(
                post=office.posts["yuanqu"], verb="view", target="firms.firm", unit=office.units["西园"], start=today()
            )
        )
    refused = client.post(URL, {"ids": ids})
    assert refused.status_code == 422
    assert other[0].name in refused.content.decode()
    assert "不在你的权限范围内" in refused.content.decode()
    assert client.post(URL, {"ids": ids, "rest": "1"}).status_code == 204
    assert versions() == [2, 1]


def test_a_row_the_act_itself_refuses_is_named_and_nothing_stays(office: Office, client_of: LogIn) -> None:
    """按角色授权 on two posts: one lost its grants, the other has all its role gives."""
    lost, full = office.posts["yuanqu"], office.posts["yuanqu2"]
    Grant.objects.filter(post=lost).delete()
    before, url = Grant.objects.count(), "/do/office.grant_by_role/"
    client = client_of("admin")
    body = {"ids": [lost.pk, full.pk], "start": (today() - timedelta(days=800)).isoformat(), "why": "补授权"}
    refused = client.post(url, body)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "yuanqu2岗" in page
    assert f'name="without" value="{full.pk}"' in page
    assert "只办其余 1 条" in page
    assert Grant.objects.count() == before
    assert client.post(url, {**body, "without": [full.pk], "rest": "1"}).status_code == 204
    assert Grant.objects.filter(post=lost).exists()


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30], ["٣"]])
def test_nothing_selected_is_said(office: Office, client_of: LogIn, ids: list[str]) -> None:
    answer = client_of("gongxin").post(URL, {"ids": ids})
    assert answer.status_code == 422
    assert "没有选中任何你能处理的记录" in answer.content.decode()

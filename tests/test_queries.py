"""How many queries a page costs: the same for ten rows and for fifty, and never more than stated."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import permissions, reach
from gongxing.kernel.audit.write import writing
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


def firms(office: Office, count: int) -> list[Firm]:
    rows = [
        Firm(
            name=f"青禾第{at}食品有限公司", folded=f"青禾第{at}食品有限公司", unit=office.units["东园"], industry="1431",
            section="C", revenue=Decimal(at), above_scale=at % 2 == 0,
        )
        for at in range(count)
    ]  # fmt: skip
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(rows)
    return rows


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["ops"]) as ops:
        assert client.get(path).status_code == 200
    if connections["default"].settings_dict["NAME"] == connections["ops"].settings_dict["NAME"]:
        return max(len(main), len(ops)) if len(main) == len(ops) else len(main) + len(ops)
    return len(main) + len(ops)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 27), ("/l/firms-firm/", 20), ("/l/firms-firm/?f.size=unknown&sort=-revenue", 20), ("/l/deadlines-deadline/", 16),
        ("/firms/confirm/", 18), ("/packs/", 12), ("/packs/sizes/thresholds/", 14), ("/jobs/", 12),
    ],
)  # fmt: skip
def test_a_page_costs_so_many_queries(office: Office, client_of: LogIn, path: str, most: int) -> None:
    firms(office, 5)
    few = queries(client_of("gongxin"), path)
    firms(office, 45)
    many = queries(client_of("gongxin"), path)
    assert many <= few + 1, f"{path}: {few} queries with 5 rows, {many} with 50"
    assert many <= most, f"{path}: {many} queries"


def test_a_detail_page_costs_so_many_queries(office: Office, client_of: LogIn) -> None:
    rows = firms(office, 3)
    found = queries(client_of("gongxin"), f"/l/firms-firm/{rows[0].pk}/")
    assert found <= 27, found


def test_grants_are_asked_once_for_an_actor(office: Office) -> None:
    """Whatever is asked about him; the next request is another actor, who holds what is held then."""
    actor, asked = office.actor("gongxin"), (("view", "firms.firm"), ("change", "projects.project"), ("clear", "policy.finding"))  # fmt: skip
    with CaptureQueriesContext(connections["default"]) as made:
        answers = [reach(actor, *one).everything for one in asked]
        assert [permissions(actor).everywhere(*one) for one in asked] == answers == [True, True, False]
    assert len(made) == 1
    Grant.objects.filter(post=office.posts["gongxin"], verb="view", target="firms.firm").delete()
    assert reach(office.actor("gongxin"), "view", "firms.firm").nothing

"""准规上: firms near the line can be listed, counted as a duty, and are found by an index of their own."""

from collections.abc import Callable
from decimal import Decimal

from django.db import connection
from django.http import QueryDict
from django.test import Client

from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import unchecked_near_scale
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


def firms(office: Office) -> list[Firm]:
    with writing(SYSTEM, "demo", "") as ctx:
        return [
            ctx.create(Firm(name=f"青禾{at}厂", folded=f"青禾{at}厂", unit=office.units["东园" if at % 2 else "西园"], near_scale=at < 6, revenue=Decimal(at), section="C"))
            for at in range(40)
        ]  # fmt: skip


def test_the_view_lists_exactly_those(office: Office, client_of: LogIn) -> None:
    firms(office)
    client = client_of("gongxin")
    html = client.get("/l/firms-firm/").content.decode()
    assert "?f.near_scale=True" in html
    html = client.get("/l/firms-firm/?f.near_scale=True").content.decode()
    assert [at for at in range(40) if f">青禾{at}厂<" in html] == [0, 1, 2, 3, 4, 5]
    assert "准规上 <b>是</b>" in html
    mine = client_of("yuanqu").get("/l/firms-firm/?f.near_scale=True&sort=-tax").content.decode()
    assert [at for at in range(40) if f">青禾{at}厂<" in mine] == [1, 3, 5]
    assert len(client.get("/api/l/firms-firm?f.near_scale=True&f.section=C").json()["rows"]) == 6
    assert len(client.get("/api/l/firms-firm?f.near_scale=False&size=100").json()["rows"]) == 40, (
        "only the marked ones are a view"
    )


def test_the_index_of_marked_rows_answers(office: Office) -> None:
    firms(office)
    state = read_state(ledger_named("firms.firm"), QueryDict("f.near_scale=True&f.section=C&sort=-tax"))
    rows = build(state, office.actor("yuanqu")).ordered()
    name = next(index.name for index in Firm._meta.indexes if index.condition is not None)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert name in rows.explain()
    assert FirmLedger.marks == ("near_scale",)


def test_who_keeps_the_list_owes_the_check(office: Office) -> None:
    made = firms(office)
    actor = office.actor("gongxin")
    titles = [todo.title for todo in owed(actor)]
    assert any("6 家" in title and "准规上" in title for title in titles)
    assert any("3 家" in todo.title and "准规上" in todo.title for todo in owed(office.actor("yuanqu")))
    assert not any("准规上" in todo.title for todo in owed(office.actor("tongji")))
    perform(action_named("firms.start_scale_check"), actor, {}, key=made[0].pk)
    assert unchecked_near_scale(actor).count() == 5
    perform(action_named("firms.finish_scale_check"), actor, {"finding": "not_yet"}, key=made[0].pk)
    assert Firm.objects.get(pk=made[0].pk).near_scale
    assert unchecked_near_scale(actor).count() == 5, "checked this year, it is not owed again"

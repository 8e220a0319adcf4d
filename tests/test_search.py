"""The search of the palette: part of a name, initials, code, former names; best first; within what one may see; as fresh as the rows."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.domains.firms.models import Firm, Product
from gongxing.kernel.audit.write import writing
from gongxing.kernel.database.rows import delete_ids
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Unit
from gongxing.kernel.search.index import rebuild_all
from gongxing.kernel.search.initials import readings_of
from gongxing.kernel.search.models import SearchDoc
from gongxing.kernel.search.query import search
from gongxing.kernel.search.store import clear
from gongxing.kernel.search.tokens import is_initials, norm
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
SIGNS = "重庆青禾糖业长乐行ab1（）·𠮷é "


def firm(office: Office, name: str, unit: str = "东园", **more: object) -> Firm:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(name=name, folded=norm(name), unit=office.units[unit], **more))


def found(office: Office, who: str, text: str) -> list[str]:
    return [hit.name for hit in search(["firms.firm"], office.actor(who), text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("禾", ["青禾糖业有限公司", "青禾重庆商行"]), ("糖业有限", ["青禾糖业有限公司"]), ("qhty", ["青禾糖业有限公司"]), ("cq", ["青禾重庆商行"]),
        ("zq", ["青禾重庆商行"]), ("9145", ["青禾糖业有限公司"]), ("老糖厂", ["青禾糖业有限公司"]), ("ＱＨＴＹ", ["青禾糖业有限公司"]), ("没有", []), ("", []),
        ("x" * 401, []),
    ],
)  # fmt: skip
def test_what_is_found(office: Office, text: str, names: list[str]) -> None:
    firm(office, "青禾糖业有限公司", registration_no="9145001234", former_names=["青禾县老糖厂"])
    firm(office, "青禾重庆商行")
    firm(office, "另一家")
    assert sorted(found(office, "gongxin", text)) == sorted(names)


def test_the_best_stands_first(office: Office) -> None:
    """Exact code, beginning of a code, beginning of a name, inside a name, initials; in one tier the shorter name."""
    firm(office, "长长的糖业有限公司")
    firm(office, "糖业有限公司")
    firm(office, "糖业")
    firm(office, "无关甲", registration_no="糖业")
    firm(office, "无关乙", registration_no="糖业001")
    assert found(office, "gongxin", "糖业") == ["无关甲", "无关乙", "糖业", "糖业有限公司", "长长的糖业有限公司"]


def test_a_firm_stands_before_what_is_found_by_its_name(office: Office) -> None:
    """A product is found by its firm's name too, and its own name is shorter; whoever types a firm's name wants the firm."""
    row = firm(office, "青禾精工机械有限公司")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Product(firm=row, name="轴承", ref="r1"))
    names = [hit.name for hit in search(["firms.product", "firms.firm"], office.actor("gongxin"), "青禾精工")]
    assert names == ["青禾精工机械有限公司", "轴承"]


def test_nobody_finds_what_he_may_not_see(office: Office, client_of: LogIn) -> None:
    firm(office, "青禾东边糖业", "东园")
    firm(office, "青禾西边糖业", "西园")
    assert found(office, "yuanqu", "糖业") == ["青禾东边糖业"]
    assert found(office, "yuanqu2", "qhxb") == ["青禾西边糖业"]
    assert found(office, "nobody", "糖业") == []
    page = client_of("yuanqu").get("/palette/", {"q": "青禾"}).content.decode()
    assert "青禾东边糖业" in page
    assert "青禾西边糖业" not in page


def test_the_index_follows_every_write_in_its_transaction(office: Office) -> None:
    ledger, actor = ledger_named("firms.firm"), office.actor("gongxin")
    row = save(ledger, actor, {"name": "青禾旧名糖业", "unit": "东园"})
    save(ledger, actor, {"name": "青禾新名茶业", "unit": "西园"}, key=row.pk, version=1)
    assert found(office, "gongxin", "新名") == ["青禾新名茶业"]
    assert found(office, "gongxin", "旧名") == ["青禾新名茶业"]  # a former name
    assert found(office, "yuanqu", "新名") == []
    with pytest.raises(RuntimeError), writing(SYSTEM, "test", "") as ctx:
        ctx.create(Firm(name="半途糖业", folded="半途糖业", unit=office.units["东园"]))
        raise RuntimeError("half way")
    assert found(office, "gongxin", "半途") == []
    row.refresh_from_db()
    with writing(SYSTEM, "test", "") as ctx:
        ctx.delete(row)
    assert found(office, "gongxin", "新名") == []


def test_a_unit_that_moves_takes_its_firms_along(office: Office) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        section = ctx.create(Unit(name="东园一组", code="D1", kind="office", parent=office.units["东园"], path=f"{office.units['东园'].path}0001."))  # fmt: skip
        ctx.create(Firm(name="青禾随迁糖业", folded="青禾随迁糖业", unit=section))
    assert found(office, "yuanqu", "随迁") == ["青禾随迁糖业"]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(section, parent=office.units["西园"], path=f"{office.units['西园'].path}0001.")
    assert found(office, "yuanqu", "随迁") == []
    assert found(office, "yuanqu2", "随迁") == ["青禾随迁糖业"]


def test_the_index_made_anew_is_the_same(office: Office) -> None:
    for at in range(30):
        firm(office, f"青禾{at}糖业有限公司", registration_no=f"45{at:04d}")
    before = list(SearchDoc.objects.order_by("pk").values())
    clear()
    assert found(office, "gongxin", "糖业") == []
    assert rebuild_all()["firms.firm"] == 30
    assert list(SearchDoc.objects.order_by("pk").values()) == before
    assert len(found(office, "gongxin", "糖业")) == 30


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(SIGNS, min_size=1, max_size=6), min_size=1, max_size=12), st.text(SIGNS, min_size=1, max_size=4)
)
def test_hits_are_what_like_finds(office: Office, names: list[str], query: str) -> None:
    delete_ids(Firm, Firm.objects.values_list("pk", flat=True))
    clear()
    kept = [f"{name}{at}" for at, name in enumerate(names)]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many([Firm(name=name, folded=norm(name), unit=office.units["东园"]) for name in kept])
    asked = norm(query)
    expected = {
        name
        for name in kept
        if asked
        and (asked in norm(name) or (is_initials(asked) and any(asked in one for one in readings_of(norm(name)))))
    }
    assert set(found(office, "gongxin", query)) == expected

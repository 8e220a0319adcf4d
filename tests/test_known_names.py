"""The three tiers where people meet them: while typing a name, after a save, and in the whole register."""

from collections.abc import Callable

import pytest
from django.test import Client

from gongxing.domains.firms.jobs import QUESTIONS_AT_A_TIME, find_duplicates
from gongxing.domains.firms.known import known
from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.domains.firms.naming import folded
from gongxing.engines.names import Tier
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.uscc import make
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


class Silent(Progress):
    def __init__(self) -> None:
        super().__init__(Job())

    def step(self, done: int, total: int | None = None, message: str = "", force: bool = False) -> None:
        return


def registered(office: Office, *names: str, unit: str = "东园", **more: object) -> list[Firm]:
    with writing(SYSTEM, "demo", "") as ctx:
        return [ctx.create(Firm(name=name, folded=folded(name), unit=office.units[unit], **more)) for name in names]


def typed(office: Office, name: str, who: str = "gongxin", **more: str) -> Firm:
    row = save(ledger_named("firms.firm"), office.actor(who), {"name": name, "unit": "东园", **more})
    assert isinstance(row, Firm)
    return row


def tiers(name: str, code: str = "") -> list[tuple[str, str]]:
    return [(one.firm.name, str(one.tier)) for one in known(name, code)]


def test_three_tiers(office: Office) -> None:
    registered(office, "青禾禾盛糖业有限公司", "青禾云岭茶业有限公司", "青禾县第一机械厂", "青禾金穗纸业有限公司")
    registered(office, "青禾蓝田木业有限公司", former_names=["青禾老蓝木业有限公司"])
    assert tiers("青禾·禾盛糖业有限公司") == [("青禾禾盛糖业有限公司", "link")]
    assert tiers("青禾禾盛糖业有限责任公司")[0] == ("青禾禾盛糖业有限公司", "suggest")
    assert tiers("青禾禾胜糖业有限公司")[0] == ("青禾禾盛糖业有限公司", "list")
    assert tiers("青禾老蓝木业有限公司")[0] == ("青禾蓝田木业有限公司", "suggest"), "a former name is no proof"
    assert ("青禾县第一机械厂", "suggest") not in tiers("青禾县第二机械厂")
    assert tiers("完全无关商行") == []


def test_a_code_links_whatever_the_name(office: Office) -> None:
    code = make("9", "1", "459999", "MA000001")
    registered(office, "青禾禾盛糖业有限公司", uscc=code)
    assert tiers("青禾别名商贸有限公司", code.lower()) == [("青禾禾盛糖业有限公司", "link")]


def test_the_answer_is_the_engines_over_the_whole_register(office: Office) -> None:
    """Few candidates instead of the whole index give the same first answer, also where a trade is common."""
    brands = [f"{one}{other}" for one in "禾盛云岭金穗蓝田恒泽" for other in "丰稷远祥辉腾茂诚峰信"]
    registered(office, *(f"青禾{brand}{trade}有限公司" for brand in brands for trade in ("食品", "糖业")))
    for brand in brands[::9]:
        asked = f"青禾{brand}食品有限责任公司"
        assert tiers(asked)[0] == (f"青禾{brand}食品有限公司", "suggest")
        wrong = f"青禾{brand[0]}某{brand[1]}糖业有限公司"
        assert f"青禾{brand}糖业有限公司" in [name for name, _tier in tiers(wrong)]


def test_while_typing_the_form_shows_what_may_be_meant(office: Office, client_of: LogIn) -> None:
    registered(office, "青禾禾盛糖业有限公司")
    registered(office, "青禾隐秘纸业有限公司", unit="西园")
    client = client_of("yuanqu")
    form = client.get("/l/firms-firm/add/").content.decode()
    assert 'hx-get="/firms/known/' in form
    html = client.get("/firms/known/", {"name": "青禾禾胜糖业有限公司"}).content.decode()
    assert "可能已经登记" in html
    assert "<mark>" in html
    hidden = client.get("/firms/known/", {"name": "青禾隐秘纸业有限公司"}).content.decode()
    assert "别的单位已登记了同名" in hidden
    assert "隐秘" not in hidden
    assert "西园" not in hidden
    near = client.get("/firms/known/", {"name": "青禾隐蔽纸业有限公司"}).content.decode()
    assert near.strip() == ""
    assert client.get("/firms/known/", {"name": "青"}).content.decode().strip() == ""
    one = Firm.objects.get(name="青禾禾盛糖业有限公司")
    assert client.get("/firms/known/", {"name": one.name, "row": str(one.pk)}).content.decode().strip() == ""
    assert client_of("nobody").get("/firms/known/", {"name": "青禾糖业"}).status_code == 403


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_a_saved_firm_is_compared_at_once(office: Office) -> None:
    old = registered(office, "青禾禾盛糖业有限公司", address="青禾县东园振兴路1号")[0]
    near = registered(office, "青禾云岭食品有限公司", address="青禾县西园创新路8号")[0]
    new = typed(office, "青禾禾盛糖业有限公司")
    asked = DuplicateQuestion.objects.get()
    assert (asked.one_id, asked.other_id, asked.ground, asked.answer) == (old.pk, new.pk, "name", "open")
    twin = typed(office, "青禾云岭食口有限公司", address="青禾县西园创新路8号")
    assert DuplicateQuestion.objects.filter(one=near, other=twin, ground="address").count() == 1
    apart = typed(office, "青禾恒泽建材有限公司")
    assert DuplicateQuestion.objects.count() == 2
    apart = save(
        ledger_named("firms.firm"), office.actor("gongxin"), {"remark": "走访"}, key=apart.pk, version=apart.version
    )
    save(ledger_named("firms.firm"), office.actor("gongxin"), {"name": old.name}, key=apart.pk, version=apart.version)
    refs = set(DuplicateQuestion.objects.filter(other=apart.pk).values_list("one", flat=True))
    assert refs == {old.pk, new.pk}, "renamed, it is compared again"


def test_every_two_of_a_group_are_asked_about(office: Office) -> None:
    rows = registered(office, *["青禾禾盛糖业有限公司"] * 3)
    find_duplicates(SYSTEM, {}, Silent())
    refs = {(asked.one_id, asked.other_id) for asked in DuplicateQuestion.objects.all()}
    one, two, three = (row.pk for row in rows)
    assert refs == {(one, two), (one, three), (two, three)}
    find_duplicates(SYSTEM, {}, Silent())
    assert DuplicateQuestion.objects.count() == 3


def test_a_crowd_of_one_name_is_asked_about_in_portions(office: Office) -> None:
    registered(office, *["青禾供销社门市部"] * 15)
    find_duplicates(SYSTEM, {}, Silent())
    assert DuplicateQuestion.objects.count() == QUESTIONS_AT_A_TIME
    find_duplicates(SYSTEM, {}, Silent())
    assert DuplicateQuestion.objects.count() == QUESTIONS_AT_A_TIME, "none of them is answered"
    actor = office.actor("gongxin")
    for asked in DuplicateQuestion.objects.all()[:10]:
        perform(action_named("firms.mark_different"), actor, {}, key=asked.pk)
    find_duplicates(SYSTEM, {}, Silent())
    assert DuplicateQuestion.objects.count() == QUESTIONS_AT_A_TIME + 10


def test_tiers_are_the_engines() -> None:
    assert [str(one) for one in Tier] == ["link", "suggest", "list"]

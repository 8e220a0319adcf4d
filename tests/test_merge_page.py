"""The page of a merge: what it offers, keeps and hides."""

from datetime import date
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.write import writing
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.merging import LogIn, figure, firm, question, token


def page(client: Client, asked: DuplicateQuestion, **query: str) -> str:
    answer = client.get(reverse("firms-merge", args=[asked.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def checked(html: str, name: str) -> list[str]:
    parts = html.split(f'name="{name}" value="')[1:]
    return [part.split('"')[0] for part in parts if " checked" in part.split(">")[0]]


def form(asked: DuplicateQuestion, **more: str) -> dict[str, str]:
    versions = {"version-one": str(asked.one.version), "version-other": str(asked.other.version)}
    return {"keep": "one", "shown": "one", "why": "同一家", **versions, **more}


def test_the_default_radios_follow_the_kept_side_and_choices_stay(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司", remark="甲注", address="甲路1号", phone="0771-1")
    asked = question(one, firm(office, "青禾乙有限公司", remark="乙注", address="乙路1号"))
    client = client_of("gongxin")
    html = page(client, asked)
    assert (checked(html, "keep"), checked(html, "take-remark")) == (["one"], ["one"])
    assert "take-phone" not in html, "nothing to choose where one side is blank"
    html = page(client, asked, keep="other", shown="one", **{"take-remark": "one", "take-address": "one"})
    assert (checked(html, "keep"), checked(html, "take-remark")) == (["other"], ["other"])
    html = page(client, asked, keep="one", shown="other", **{"take-remark": "one", "take-address": "other"})
    assert (checked(html, "take-remark"), checked(html, "take-address")) == (["one"], ["one"])
    html = page(client, asked, keep="one", shown="one", **{"take-remark": "other"})
    assert (checked(html, "take-remark"), checked(html, "take-address")) == (["other"], ["one"])


def test_keeping_the_other_without_scripts_shows_the_page_again_and_then_merges(
    office: Office, client_of: LogIn
) -> None:
    one = firm(office, "青禾甲有限公司", phone="0771-1", website="a.example", remark="甲注")
    other = firm(office, "青禾乙有限公司", remark="乙注")
    asked = question(one, other)
    client, url = client_of("gongxin"), reverse("firms-merge", args=[asked.pk])
    answer = client.post(url, form(asked, keep="other", **{"take-remark": "one"}))
    assert answer.status_code == 422
    assert Firm.objects.count() == 2
    assert checked(answer.content.decode(), "take-remark") == ["other"]
    answer = client.post(url, form(asked, keep="other", shown="other", **{"take-remark": "other"}))
    assert answer.status_code == 302
    left = Firm.objects.get()
    assert (left.pk, left.phone, left.website, left.remark) == (other.pk, "0771-1", "a.example", "乙注")
    assert "撤回合并" in client.get(answer.headers["Location"]).content.decode()


def test_a_stale_page_is_answered_with_the_new_content(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    asked = question(one, other)
    sent = form(asked)
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(other, remark="刚改")
    answer = client_of("gongxin").post(reverse("firms-merge", args=[asked.pk]), sent)
    assert answer.status_code == 409
    assert "青禾乙有限公司" in answer.content.decode()
    assert "刚改" in answer.content.decode()
    assert Firm.objects.count() == 2


def test_figures_are_chosen_on_the_page(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    mine, theirs = figure(one, revenue=Decimal(100)), figure(other, revenue=Decimal(120))
    asked = question(one, other)
    client, url = client_of("gongxin"), reverse("firms-merge", args=[asked.pk])
    name = f"clash-firms-firmfigure-{mine.pk}-{theirs.pk}"
    assert checked(page(client, asked), name) == [token(mine, theirs).replace(">", "&gt;")]
    assert client.post(url, form(asked)).status_code == 422
    assert client.post(url, form(asked, **{name: token(theirs, mine)})).status_code == 302
    assert FirmFigure.objects.get().revenue == Decimal(120)


def test_phones_are_masked_for_those_who_may_not_see_them(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司", phone="0771-111"), firm(office, "青禾乙有限公司", phone="0771-222")
    asked = question(one, other)
    assert "0771-111" in page(client_of("gongxin"), asked)
    Grant.objects.filter(post=office.posts["gongxin"], verb="unmask").update(end=date(2024, 2, 1))
    html = page(client_of("gongxin"), asked)
    assert "0771-" not in html
    assert "••••" in html
    assert checked(html, "take-phone") == ["one"]


def test_amounts_that_look_alike_show_their_currency(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司", capital=Decimal(100), capital_currency="CNY", capital_text="100万元")
    other = firm(office, "青禾乙有限公司", capital=Decimal(100), capital_currency="USD", capital_text="100万美元")
    html = page(client_of("gongxin"), question(one, other))
    assert "100 万元" in html
    assert "100 万美元" in html
    unclear = firm(office, "青禾丙有限公司", capital_text="104()", capital_mark="confirm")
    assert "104()" in page(client_of("gongxin"), question(one, unclear))


def test_different_is_remembered(office: Office, client_of: LogIn) -> None:
    asked = question(firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司"))
    client = client_of("gongxin")
    assert client.post(reverse("firms-merge", args=[asked.pk]), form(asked, different="1")).status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, Firm.objects.count()) == ("different", 2)
    assert client.get(reverse("firms-merge", args=[asked.pk])).status_code == 404


def test_a_firm_of_another_park_is_not_named_in_the_twins_panel(office: Office, client_of: LogIn) -> None:
    mine = firm(office, "青禾甲有限公司")
    theirs = firm(office, "青禾隐秘有限公司", unit=office.units["西园"], uscc="91459999MA00000009")
    asked = question(mine, theirs)
    html = client_of("yuanqu").get(f"/l/firms-firm/{mine.pk}/").content.decode()
    assert "疑似重复" in html
    assert "隐秘" not in html
    assert "91459999MA00000009" not in html
    assert reverse("firms-merge", args=[asked.pk]) not in html
    assert "青禾隐秘有限公司" in client_of("gongxin").get(f"/l/firms-firm/{mine.pk}/").content.decode()

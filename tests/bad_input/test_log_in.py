"""Wrong passwords, and a session that ends while a form is open: the account waits, the form does not."""

from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office
from tests.bad_input.office_day import FIRMS, texts


@pytest.mark.parametrize(
    ("language", "wrong", "locked"),
    [
        ("zh-hans", "账号或密码不对", "锁定 15 分钟"),
        ("en", "Wrong account or password", "locked on this computer for 15 minutes"),
    ],
)
def test_six_wrong_passwords_lock_the_account_and_the_right_one_waits(
    office: Office, client: Client, language: str, wrong: str, locked: str
) -> None:
    User.objects.filter(pk=office.users["gongxin"].pk).update(password=make_password("Qinghe-2026"))
    texts(client, language)
    answers = [client.post("/login/", {"username": "gongxin", "password": f"wrong-{number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429, 429]
    assert wrong in answers[0].content.decode()
    assert 'value="gongxin"' in answers[0].content.decode()
    assert locked in answers[-1].content.decode()
    right = {"username": "gongxin", "password": "Qinghe-2026"}
    assert client.post("/login/", right).status_code == 429
    other = Client(REMOTE_ADDR="10.9.8.7")
    assert other.post("/login/", right).status_code == 302


def test_the_same_sentence_for_a_wrong_name_and_a_wrong_password(office: Office, client: Client) -> None:
    User.objects.filter(pk=office.users["gongxin"].pk).update(password=make_password("Qinghe-2026"))
    pages = [
        client.post("/login/", {"username": name, "password": "x"}).content.decode()
        for name in ("gongxin", "no-such-name")
    ]
    assert pages[0].replace("gongxin", "").count("账号或密码不对") == pages[1].count("账号或密码不对") == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "已带回你上次填的内容，还没有保存"), ("en", "What you typed last time has been brought back")],
)
def test_an_expired_session_in_mid_form_leads_back_to_the_form(
    office: Office, client: Client, language: str, words: str
) -> None:
    """A form sends what a browser sends: no script headers. It is told to log in and led back to its page, which brings the input back
    (the script keeps it: tests/browser)."""
    User.objects.filter(pk=office.users["gongxin"].pk).update(password=make_password("Qinghe-2026"))
    client.force_login(User.objects.get(pk=office.users["gongxin"].pk))
    texts(client, language)
    page, form = f"{FIRMS}add/?unit=QH-4", {"name": "青禾久坐食品有限公司", "unit": "东园", "version": ""}
    assert words in client.get(page).content.decode()
    with at(now() + timedelta(hours=2)):
        gone = client.post(f"{FIRMS}add/", form, headers={"Referer": f"http://testserver{page}"})
        assert gone.status_code == 302
        assert not Firm.objects.exists()
        log_in = client.get(gone.headers["Location"])
        assert 'data-gx-draft-state="kept"' in log_in.content.decode()
        back = client.post(
            "/login/", {"username": "gongxin", "password": "Qinghe-2026", "next": log_in.context["next"]}
        )
        assert (back.status_code, unquote(back.headers["Location"])) == (302, page)
        assert client.get(back.headers["Location"]).status_code == 200
        assert client.post(f"{FIRMS}add/", form).status_code == 302
    assert Firm.objects.get().name == form["name"]


@pytest.mark.parametrize("sent_from", ["http://evil.example/steal", "javascript:alert(1)", "//evil.example/", ""])
def test_the_way_back_never_leads_off_the_site(office: Office, client: Client, sent_from: str) -> None:
    gone = client.post(f"{FIRMS}add/", {"name": "x"}, headers={"Referer": sent_from})
    assert gone.headers["Location"] == "/login/?next=%2F"


def test_a_dialog_is_told_to_log_in_beside_its_page(office: Office, client: Client) -> None:
    gone = client.post("/do/firms.confirm_industry/", {"key": "1"}, headers={"HX-Request": "true"})
    assert (gone.status_code, gone.headers["HX-Trigger"], gone.headers["X-Login-Url"]) == (401, "gx:login", "/login/")


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "没有“"), ("en", "Your post may not")])
def test_a_grant_that_ends_today_holds_until_midnight(
    office: Office, client: Client, language: str, words: str
) -> None:
    client.force_login(office.users["yuanqu"])
    texts(client, language)
    Grant.objects.filter(post=office.posts["yuanqu"]).update(end=today())
    midnight = timezone.make_aware(datetime.combine(today() + timedelta(days=1), datetime.min.time()))
    with at(midnight - timedelta(seconds=1)):
        client.force_login(office.users["yuanqu"])
        assert client.get(FIRMS).status_code == 200
    with at(midnight):
        client.force_login(office.users["yuanqu"])
        answer = client.get(FIRMS)
        assert answer.status_code == 403
        assert words in answer.content.decode()

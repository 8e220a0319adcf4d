"""Accounts from the first one on: begin, a lost password, the second factor, roles that bring their grants."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import may
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.trail import history
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import Post, SecondFactor, Unit, User
from gongxing.kernel.org.second_factor import totp_of
from gongxing.kernel.testing.office import Office
from gongxing.site.commands import run
from gongxing.site.commands.accounts import new_password

NEW = "Weixin-2026-zh"
pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def printed_password(text: str) -> str:
    found = re.search(r"password: (\S+)", text)
    assert found is not None
    return found[1]


def test_begin_makes_an_account_that_can_build_the_rest(capsys: pytest.CaptureFixture[str], client: Client) -> None:
    assert run(["begin", "--county", "青禾县", "--account", "wang", "--name", "王某"]) == 0
    password = printed_password(capsys.readouterr().out)
    assert client.post("/login/", {"username": "wang", "password": password}).status_code == 302
    assert client.get("/l/org-unit/").url == "/password/"  # type: ignore[attr-defined]
    assert client.post("/password/", {"old": password, "new": NEW, "again": NEW}).status_code == 302
    for slug in ("org-unit", "org-post", "org-user", "org-tenure", "org-delegation", "access-grant"):
        assert client.get(f"/l/{slug}/add/").status_code == 200, slug
    assert client.get("/l/firms-firm/").status_code == 403  # administrators see no business data
    answer = client.post("/l/org-unit/add/", {"name": "工信局", "code": "B1", "kind": "bureau", "parent": "青禾县"})
    assert answer.status_code == 302
    post = client.post("/l/org-post/add/", {"title": "科员岗", "code": "B1-1", "unit": "工信局", "role": "industry"})
    assert post.status_code == 302
    key = Post.objects.get(code="B1-1")
    granted = client.post("/do/office.grant_by_role/", {"key": key.pk, "version": 1, "start": today().isoformat()})
    assert granted.status_code == 204
    assert Grant.objects.filter(post=key, target="firms.firm", verb="import", unit__parent__isnull=True).count() == 1
    again = client.post("/do/office.grant_by_role/", {"key": key.pk, "version": 1, "start": today().isoformat()})
    assert again.status_code == 422
    assert "都已经有了" in again.content.decode()
    client.post("/l/org-user/add/", {"name": "李某", "username": "li"})
    li = User.objects.get(username="li")
    reset = {"key": li.pk, "version": li.version, "password": "Linshi-2026-x", "why": "新任"}
    assert client.post("/do/office.reset_password/", reset).status_code == 204
    client.post("/l/org-tenure/add/", {"user": "li", "post": "B1-1", "start": today().isoformat()})
    li.refresh_from_db()
    assert may(actor_for(li, today()), "import", "firms.firm")
    other = Client()
    assert other.post("/login/", {"username": "li", "password": "Linshi-2026-x"}).status_code == 302
    assert other.get("/").url == "/password/"  # type: ignore[attr-defined]
    assert check_chain().sound


def test_begin_is_for_an_empty_site_only(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    users = User.objects.count()
    assert run(["begin", "--county", "别县"]) == 1
    assert "已经有账号了" in capsys.readouterr().out
    assert (User.objects.count(), Unit.objects.filter(parent__isnull=True).count()) == (users, 1)


def test_a_lost_password(office: Office, capsys: pytest.CaptureFixture[str], client: Client) -> None:
    assert run(["password", "gongxin"]) == 0
    password = printed_password(capsys.readouterr().out)
    assert client.post("/login/", {"username": "gongxin", "password": password}).status_code == 302
    assert client.get("/").url == "/password/"  # type: ignore[attr-defined]
    assert run(["password", "nobody-of-that-name"]) == 1


def test_made_passwords_keep_the_rules_and_differ() -> None:
    made = [new_password() for _at in range(50)]
    assert len(set(made)) == 50
    assert all(re.fullmatch(r"(?:[A-Za-z2-9]{4}-){3}[A-Za-z2-9]{4}", one) for one in made)


@pytest.mark.parametrize("weak", ["short-1A", "alllowercaseletters", "12345678901234", "Password123"])
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(weak)


def token(factor: SecondFactor, steps: int = 0) -> str:
    made = totp_of(factor)
    made.time = made.time + steps * made.step
    return f"{made.token():06d}"


def forgive(factor: SecondFactor, **more: int) -> None:
    SecondFactor.objects.filter(pk=factor.pk).update(failures=0, failed_at=None, **more)
    factor.refresh_from_db()


def asked_again(office: Office, username: str = "gongxin") -> Client:
    """A new log-in with the password: the second factor is still to be shown."""
    again = Client()
    again.force_login(office.users[username])
    session = again.session
    session["otp_pending"] = True
    session.save()
    return again


def bound(office: Office, username: str = "gongxin") -> tuple[Client, SecondFactor]:
    """An account that must have a second factor and has just bound one."""
    User.objects.filter(pk=office.users[username].pk).update(second_factor_required=True)
    client = Client()
    client.force_login(office.users[username])
    assert "<svg" in client.get("/second-factor/setup/").content.decode()
    factor = SecondFactor.objects.get(user_id=office.users[username].pk)
    assert client.post("/second-factor/setup/", {"token": token(factor)}).status_code == 302
    factor.refresh_from_db()
    return client, factor


def test_the_second_factor(office: Office) -> None:
    user = office.users["gongxin"]
    User.objects.filter(pk=user.pk).update(second_factor_required=True)
    client = Client()
    client.force_login(user)
    assert client.get("/l/firms-firm/").url == "/second-factor/"  # type: ignore[attr-defined]
    assert client.get("/second-factor/").url == "/second-factor/setup/"  # type: ignore[attr-defined]
    page = client.get("/second-factor/setup/").content.decode()
    factor = SecondFactor.objects.get(user_id=user.pk)
    assert "<svg" in page
    assert factor.secret in page
    assert not factor.confirmed
    assert client.post("/second-factor/setup/", {"token": "000000"}).status_code == 401
    assert (
        "稍等" in client.post("/second-factor/setup/", {"token": token(factor)}).content.decode()
    )  # wrong ones slow it down
    forgive(factor)
    assert client.post("/second-factor/setup/", {"token": token(factor)}).status_code == 302
    assert client.get("/l/firms-firm/").status_code == 200
    factor.refresh_from_db()
    assert factor.confirmed
    again = asked_again(office)
    assert again.get("/l/firms-firm/").url.startswith("/second-factor/")  # type: ignore[attr-defined]
    refused = again.get("/api/l/firms-firm")
    assert (refused.status_code, refused.json()["code"]) == (403, "duty")
    assert again.post("/second-factor/", {"token": "12345"}).status_code == 401
    forgive(factor)
    used = again.post("/second-factor/", {"token": token(factor)})
    assert used.status_code == 401  # a token is good once
    forgive(factor, last_t=-1)
    assert again.post("/second-factor/", {"token": token(factor)}).status_code == 302
    assert again.get("/l/firms-firm/").status_code == 200


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_a_lost_phone_is_unbound_by_the_administrator(office: Office) -> None:
    """Item: no way back for somebody who lost the telephone. The session it verified ends with it, and a new one is bound."""
    theirs, factor = bound(office)
    admin = Client()
    admin.force_login(office.users["admin"])
    user = User.objects.get(username="gongxin")
    page = admin.get(f"/l/org-user/{user.pk}/").content.decode()
    assert "/do/office.remove_second_factor/" in page
    assert "解除二次验证" in page
    without_reason = admin.post("/do/office.remove_second_factor/", {"key": user.pk, "version": user.version})
    assert without_reason.status_code == 422
    assert SecondFactor.objects.filter(pk=factor.pk).exists()
    done = admin.post(
        "/do/office.remove_second_factor/", {"key": user.pk, "version": user.version, "why": "手机丢失，已当面核对"}
    )
    assert done.status_code == 204
    assert not SecondFactor.objects.exists()
    assert history(user)[0].verb == "office.remove_second_factor"
    assert theirs.get("/l/firms-firm/").url == "/second-factor/"  # type: ignore[attr-defined]
    assert theirs.get("/second-factor/").url == "/second-factor/setup/"  # type: ignore[attr-defined]
    assert "/do/office.remove_second_factor/" not in admin.get(f"/l/org-user/{user.pk}/").content.decode()
    park = Client()
    park.force_login(office.users["yuanqu"])
    bound(office)
    assert park.post("/do/office.remove_second_factor/", {"key": user.pk, "why": "x"}).status_code == 403
    assert SecondFactor.objects.count() == 1


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_a_lost_phone_of_the_last_administrator(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    bound(office, "admin")
    assert run(["second-factor", "admin"]) == 0
    assert "admin" in capsys.readouterr().out
    assert not SecondFactor.objects.exists()
    assert history(office.users["admin"])[0].why == "在服务器上解除"
    assert run(["second-factor", "admin"]) == 1  # there is none any more
    assert run(["second-factor", "nobody-of-that-name"]) == 1
    assert check_chain().sound


def test_a_password_ends_after_its_days(office: Office, settings: LazySettings) -> None:
    settings.PASSWORD_DAYS = 180
    user = office.users["gongxin"]
    User.objects.filter(pk=user.pk).update(password=make_password(NEW), password_set_at=now() - timedelta(days=179))

    def client() -> Client:
        fresh = Client()
        fresh.force_login(User.objects.get(pk=user.pk))
        return fresh

    assert client().get("/l/firms-firm/").status_code == 200
    with at(now() + timedelta(days=1)):
        late = client()
        assert late.get("/l/firms-firm/").url == "/password/"  # type: ignore[attr-defined]
        assert late.get("/api/l/firms-firm").status_code == 403
        assert "已用满 180 天" in late.get("/password/").content.decode()
        same = late.post("/password/", {"old": NEW, "new": NEW, "again": NEW})
        assert same.status_code == 422
        assert "和原密码一样" in same.content.decode()
        fresh = {"old": NEW, "new": f"{NEW}-2", "again": f"{NEW}-2"}
        assert late.post("/password/", fresh).status_code == 302
        assert late.get("/l/firms-firm/").status_code == 200
    settings.PASSWORD_DAYS = 0
    with at(now() + timedelta(days=2000)):
        assert client().get("/l/firms-firm/").status_code == 200


def test_a_delegated_post_acts_for_some_days_only(office: Office) -> None:
    given = {
        "post": "P-yuanqu", "to_user": "nobody", "start": today().isoformat(), "end": today().isoformat(), "reason": "出差",
    }  # fmt: skip
    save(ledger_named("org.delegation"), office.actor("admin"), given)
    nobody = office.users["nobody"]
    assert may(actor_for(nobody, today()), "change", "firms.firm")
    assert not may(actor_for(nobody, today() + timedelta(days=1)), "change", "firms.firm")
    client = Client()
    client.force_login(nobody)
    assert client.get("/l/firms-firm/").status_code == 200
    assert "yuanqu岗" in client.get("/").content.decode()

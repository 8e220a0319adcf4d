"""Accounts from the first one on: begin, a lost password, the second factor, roles that bring their grants."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import may
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import Post, Unit, User
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
    granted = client.post("/do/office.grant_by_role/", {"key": key.pk, "start": today().isoformat()})
    assert granted.status_code == 204
    assert Grant.objects.filter(post=key, target="firms.firm", verb="import", unit__parent__isnull=True).count() == 1
    again = client.post("/do/office.grant_by_role/", {"key": key.pk, "start": today().isoformat()})
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


def token(device: TOTPDevice, steps: int = 0) -> str:
    made = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    made.time = made.time + steps * device.step
    return f"{made.token():06d}"


def test_the_second_factor(office: Office) -> None:
    user = office.users["gongxin"]
    User.objects.filter(pk=user.pk).update(second_factor_required=True)
    client = Client()
    client.force_login(user)
    assert client.get("/l/firms-firm/").url == "/second-factor/"  # type: ignore[attr-defined]
    assert client.get("/second-factor/").url == "/second-factor/setup/"  # type: ignore[attr-defined]
    page = client.get("/second-factor/setup/").content.decode()
    assert "<svg" in page
    device = TOTPDevice.objects.get(user=user, confirmed=False)
    assert client.post("/second-factor/setup/", {"token": "000000"}).status_code == 401
    TOTPDevice.objects.filter(pk=device.pk).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    device.refresh_from_db()
    assert client.post("/second-factor/setup/", {"token": token(device)}).status_code == 302
    assert client.get("/l/firms-firm/").status_code == 200
    device.refresh_from_db()
    assert device.confirmed
    again = Client()
    again.force_login(user)
    session = again.session
    session["otp_pending"] = True
    session.save()
    assert again.get("/l/firms-firm/").url.startswith("/second-factor/")  # type: ignore[attr-defined]
    assert again.get("/api/l/firms-firm").status_code in (302, 401, 403)
    assert again.post("/second-factor/", {"token": "12345"}).status_code == 401
    TOTPDevice.objects.filter(pk=device.pk).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    used = again.post("/second-factor/", {"token": token(device)})
    assert used.status_code == 401  # a token is good once
    TOTPDevice.objects.filter(pk=device.pk).update(
        throttling_failure_count=0, throttling_failure_timestamp=None, last_t=-1
    )
    assert again.post("/second-factor/", {"token": token(device)}).status_code == 302
    assert again.get("/l/firms-firm/").status_code == 200


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

"""While another program holds the database: log-in, second factor and lock-out go on; every other write says so and writes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, connections
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.database.gate import FileLock
from gongxing.kernel.database.patience import is_busy, patience
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import enqueue, job, run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import SecondFactor, User
from gongxing.kernel.org.second_factor import totp_of
from gongxing.kernel.testing.office import Office

PASSWORD = "Qinghe-2026"
FIRMS = "/l/firms-firm/"
pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person waits a fifth of a second instead of four."""
    monkeypatch.setattr("gongxing.site.middleware.PATIENCE_SECONDS", 0.2)


@pytest.fixture
def firm(office: Office) -> Firm:
    User.objects.filter(username="gongxin").update(password=make_password(PASSWORD))
    row = save(ledger_named("firms.firm"), office.actor("gongxin"), {"name": "青禾试忙食品有限公司", "unit": "东园"})
    assert isinstance(row, Firm)
    return row


@contextmanager
def held(firm: Firm) -> Iterator[None]:
    """Another connection holds what a write of this firm needs: SQLite the whole database, PostgreSQL the row."""
    settings = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        other = sqlite3.connect(settings["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
        return
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"], dbname=settings["NAME"]
    ) as holder:
        holder.execute("SELECT 1 FROM firms_firm WHERE id = %s FOR UPDATE", [firm.pk])
        yield
        holder.rollback()


def log_in(client: Client, password: str = PASSWORD) -> int:
    return client.post("/login/", {"username": "gongxin", "password": password}).status_code


def test_log_in_and_reading_go_on(firm: Firm) -> None:
    with held(firm):
        client = Client()
        assert log_in(client, "wrong") == 401
        assert log_in(client) == 302
        assert client.get("/").status_code == 200
        assert firm.name in client.get(FIRMS).content.decode()
        assert client.post("/logout/").status_code == 302


def test_the_lock_out_goes_on(firm: Firm) -> None:
    with held(firm):
        client = Client()
        assert [log_in(client, f"wrong-{at}") for at in range(6)] == [401, 401, 401, 401, 429, 429]
        assert log_in(client) == 429


def test_the_second_factor_goes_on(firm: Firm) -> None:
    User.objects.filter(username="gongxin").update(second_factor_required=True)
    with held(firm):
        client = Client()
        assert log_in(client) == 302
        assert client.get("/").url == "/second-factor/"  # type: ignore[attr-defined]
        assert "<svg" in client.get("/second-factor/setup/").content.decode()
        factor = SecondFactor.objects.get()
        assert client.post("/second-factor/setup/", {"token": "000000"}).status_code == 401
        SecondFactor.objects.update(failures=0, failed_at=None)
        assert client.post("/second-factor/setup/", {"token": f"{totp_of(factor).token():06d}"}).status_code == 302
        assert client.get("/").status_code == 200
        SecondFactor.objects.update(last_t=-1)
        again = Client()
        assert log_in(again) == 302
        assert again.get("/").url == "/second-factor/"  # type: ignore[attr-defined]
        assert again.post("/second-factor/", {"token": f"{totp_of(factor).token():06d}"}).status_code == 302
        assert again.get("/").status_code == 200


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "没有写入任何内容"), ("en", "nothing was written")])
def test_a_form_says_that_the_database_is_busy(firm: Firm, office: Office, language: str, words: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    client.cookies["gx_lang"] = language
    entries = Entry.objects.count()
    form = {"name": firm.name, "unit": "东园", "address": "新路一号", "version": "1"}
    with held(firm):
        answer = client.post(f"{FIRMS}{firm.pk}/change/", form)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        assert words in answer.content.decode()
    firm.refresh_from_db()
    assert (firm.address, firm.version, Entry.objects.count()) == ("", 1, entries)
    assert client.post(f"{FIRMS}{firm.pk}/change/", form).status_code == 302


def test_the_api_and_actions_say_it_too(firm: Firm, office: Office) -> None:
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    with held(firm):
        answer = client.patch(
            f"/api/l/firms-firm/{firm.pk}", {"address": "新路一号", "version": 1}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert "没有写入任何内容" in answer.json()["detail"]
        given = {"key": firm.pk, "version": 1, "code": "1431"}
        assert client.post("/do/firms.confirm_industry/", given).status_code == 503
    firm.refresh_from_db()
    assert firm.version == 1


def test_another_writer_of_ours_is_waited_for_as_long(firm: Firm, office: Office) -> None:
    if connections["default"].vendor != "sqlite":
        pytest.skip("The gate is SQLite's.")
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    gate = FileLock(f"{connections['default'].settings_dict['NAME']}.gate")
    with gate:
        answer = client.post("/language/", {"language": "en"})
        assert answer.status_code in (302, 503)
        form = {"name": firm.name, "unit": "东园", "address": "新路一号", "version": "1"}
        assert client.post(f"{FIRMS}{firm.pk}/change/", form).status_code == 503


def test_a_job_that_waits_in_vain_says_why(firm: Firm) -> None:
    @job("test.busy")
    def busy(actor: object, arguments: object, progress: object) -> dict[str, str]:
        with writing(SYSTEM, "test", "") as ctx:
            ctx.update(Firm.objects.get(pk=firm.pk), address="新路一号")
        return {}

    enqueue("test.busy", "试", SYSTEM, {})
    with held(firm), patience(0.2):
        assert run_next()
    one = Job.objects.get()
    assert (one.state, one.error) == ("failed", "数据库一直被另一批写入占用，没有写入任何数据。请稍后重新提交。")


def test_patience_is_given_back(firm: Firm) -> None:
    with held(firm), patience(0.1), pytest.raises(OperationalError) as error, writing(SYSTEM, "test", "") as ctx:
        ctx.update(Firm.objects.get(pk=firm.pk), address="新路一号")
    assert is_busy(error.value)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Firm.objects.get(pk=firm.pk), address="新路二号")
    firm.refresh_from_db()
    assert firm.address == "新路二号"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "磁盘已满"), ("en", "disk is full")])
def test_a_full_disk_is_said_and_writes_nothing(firm: Firm, language: str, words: str) -> None:
    if connections["default"].vendor != "sqlite":
        pytest.skip("A full disk is played by SQLite's page limit.")
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    client.cookies["gx_lang"] = language
    entries = Entry.objects.count()
    with connections["default"].cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            form = {"name": firm.name, "unit": "东园", "business_scope": "长" * 3900, "version": "1"}
            for at in range(30):  # until the free pages are used up
                answer = client.post(
                    f"{FIRMS}{firm.pk}/change/", {**form, "version": str(at + 1), "business_scope": str(at) * 3900}
                )
                if answer.status_code != 302:
                    break
            assert answer.status_code == 507
            assert words in answer.content.decode()
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    firm.refresh_from_db()
    assert Entry.objects.count() == entries + firm.version - 1
    assert check_chain().sound

"""The key of a case page: how it is made and kept, what opens, what locks."""

import json
from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from gongxing.domains.approvals.actions.keys import make_key, revoke_key
from gongxing.domains.approvals.keys import ALPHABET, in_groups, is_open, opened_by, plain
from gongxing.domains.approvals.models import CaseKey
from gongxing.domains.approvals.tests.case_keys import Held, account, entered, held
from gongxing.domains.approvals.tests.desks import moment
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry, Secret
from gongxing.kernel.clock import at, today
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.testing.office import Office

DOOR = "/case/"


@pytest.fixture
def given(office: Office) -> Held:
    return held(office)


def enter(given: Held, code: str, key: str, client: Client | None = None, **more: str) -> int:
    return (client or Client()).post(DOOR, {"code": code, "key": key}, **more).status_code  # type: ignore[arg-type]


def test_a_key_is_79_bits_and_kept_nowhere(given: Held) -> None:
    """31 letters, 16 places: 31**16 lies between 2**79 and 2**80. Neither row, trail nor sealed values hold it."""
    assert (len(ALPHABET), len(given.key), len(given.row.code)) == (31, 16, 6)
    assert 2**79 < 31**16 < 2**80
    assert set(given.key) <= set(ALPHABET)
    kept = json.dumps([list(CaseKey.objects.values()), list(Entry.objects.values("body")), list(Secret.objects.values())], default=str)  # fmt: skip
    assert given.key not in kept
    assert given.row.code in kept
    assert given.row.salt not in json.dumps(list(Entry.objects.values("body")))


def test_it_is_read_as_people_type_it(given: Held) -> None:
    shown = in_groups(given.key)
    assert (len(shown), shown.count("-")) == (19, 3)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in given.key)
    for typed in (given.key, shown, shown.lower(), shown.replace("-", " "), wide):
        assert opened_by(given.row.code.lower(), typed, today()) == given.row
    assert plain("ab-2c　９") == "AB2C9"


def test_wrong_unknown_revoked_expired_all_say_the_same(given: Held) -> None:
    """One sentence, whichever was wrong."""
    wrong = Client().post(DOOR, {"code": given.row.code, "key": "2" * 16})
    unknown = Client().post(DOOR, {"code": "ZZZZZZ", "key": given.key})
    AccessAttempt.objects.all().delete()
    perform(revoke_key, given.desks.actor("window"), {}, key=given.row.pk, version=given.row.version)
    revoked = Client().post(DOOR, {"code": given.row.code, "key": given.key})

    def said(answer: object) -> str:
        return str(answer.content.decode()).split('role="alert"')[1].split("</div>")[0]  # type: ignore[attr-defined]

    assert [one.status_code for one in (wrong, unknown, revoked)] == [401, 401, 401]
    assert said(wrong) == said(unknown) == said(revoked)


def test_it_opens_through_its_last_day_and_not_after(office: Office) -> None:
    with at(moment(2026, 3, 2)):
        given = held(office)
        assert given.row.expires_on == date(2026, 4, 1)
    with at(moment(2026, 4, 1, 23)):
        assert enter(given, given.row.code, given.key) == 302
    with at(moment(2026, 4, 2, 0, 5)):
        assert enter(given, given.row.code, given.key) == 401
        assert not is_open(given.row, today())


def test_revoked_while_the_page_is_open(office: Office) -> None:
    with at(moment(2026, 3, 2)):
        given = held(office)
        client = entered(given)
        assert client.get(given.page).status_code == 200
        perform(revoke_key, given.desks.actor("window"), {}, key=given.row.pk, version=CaseKey.objects.get().version)
        assert client.get(given.page).headers["Location"] == f"/case/?code={given.row.code}&ended=1"


def test_the_session_is_a_cookie_of_half_an_hour_below_case(given: Held) -> None:
    cookie = entered(given).cookies["gx_case"]
    assert (cookie["max-age"], cookie["httponly"], cookie["path"], cookie["samesite"]) == (1800, True, "/case/", "Lax")


def test_a_forged_or_foreign_cookie_opens_nothing(given: Held) -> None:
    client = Client()
    client.cookies["gx_case"] = str(given.row.pk)
    assert client.get(given.page).status_code == 302
    client = entered(given)
    assert client.get("/case/ZZZZZZ/").status_code == 302
    assert client.get("/").headers["Location"].startswith("/login/"), "the key is no account"


def test_a_new_key_revokes_the_old(given: Held) -> None:
    row, key = make_key(given.desks.actor("window"), given.row.project_id, today() + timedelta(days=5))
    assert CaseKey.objects.get(pk=given.row.pk).revoked_on == today()
    assert (enter(given, given.row.code, given.key), enter(given, row.code, key)) == (401, 302)
    assert CaseKey.objects.get(pk=row.pk).last_used_on == today()


def test_five_wrong_keys_lock_this_code_here_for_a_quarter_of_an_hour(office: Office) -> None:
    with at(moment(2026, 3, 2, 10)):
        given = held(office)
        assert [enter(given, given.row.code, "2" * 16) for _ in range(5)] == [401] * 4 + [429]
        assert enter(given, given.row.code, given.key) == 429, "the right key does not open a locked door"
        assert enter(given, given.row.code, given.key, REMOTE_ADDR="10.0.0.9") == 302, "another address is not locked"
        assert "222222" not in json.dumps(list(AccessAttempt.objects.values()), default=str)
    with at(moment(2026, 3, 2, 10, 16)):
        assert enter(given, given.row.code, given.key) == 302
        assert not AccessAttempt.objects.filter(ip_address="127.0.0.1").exists()


def test_thirty_wrong_tries_over_many_codes_lock_the_address(given: Held) -> None:
    codes = [f"2222{first}{second}" for first in "ABCDEF" for second in "23456"]
    assert [enter(given, code, "x") for code in codes] == [401] * 29 + [429]
    assert enter(given, given.row.code, given.key) == 429


def test_who_may_make_and_what_is_refused(given: Held) -> None:
    before, project = Entry.objects.count(), given.row.project_id
    with pytest.raises(Denied):
        make_key(given.desks.office.actor("gongxin"), project, today())
    for who, key in (("yuanqu2", project), ("window", 999_999)):
        with pytest.raises(LookupError):
            make_key(given.desks.actor(who), key, today())
    for day in (today() - timedelta(days=1), today() + timedelta(days=367)):
        with pytest.raises(Refused) as told:
            make_key(given.desks.actor("window"), project, day)
        assert told.value.faults[0].fault.code == "case.key_days"
    assert Entry.objects.count() == before


def test_the_sheet_shows_the_key_once(given: Held) -> None:
    client, where = account("window"), reverse("case-key-make", args=[given.row.project_id])
    form = client.get(where)
    assert given.row.code in form.content.decode(), "it says that the old key will be revoked"
    assert client.post(where, {"expires_on": "2020-01-01"}).status_code == 422
    assert client.post(where, {"expires_on": "x"}).status_code == 422
    sheet = client.post(where, {"expires_on": (today() + timedelta(days=9)).isoformat()})
    row = CaseKey.objects.order_by("-pk")[0]
    shown = sheet.content.decode()
    key = plain(shown.split('<dd class="mono">')[2].split("</dd>")[0])
    assert opened_by(row.code, key, today()) == row
    assert "<svg" in shown
    assert "no-store" in sheet.headers["Cache-Control"]
    assert in_groups(key) not in client.get(where).content.decode()
    assert account("gongxin").get(where).status_code == 403

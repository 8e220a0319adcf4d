"""What nobody types and somebody sends: no 500, no silent overwrite, no table built twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from gongxing.domains.firms.industry import Classifier
from gongxing.domains.firms.models import Firm
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.ledger.column import Column
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import table
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
FIRMS = "/l/firms-firm/"
HUGE = "9" * 40
WEIRD: list[Any] = [
    float("inf"), float("-inf"), float("nan"), 1e400, 1e30, True, False, [], ["a"], [1, None], "", 10**30, -1, 0, "²", "０", "a" * 5000, "\x00",
    "\ud800", {"a": 1}, 1.5,
]  # fmt: skip
COLUMNS: list[Column] = [
    *(column for ledger in all_ledgers() for column in ledger.columns),
    *(parameter.column for one in all_actions() for parameter in one.parameters),
]
pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.fixture
def firm(office: Office) -> Firm:
    row = save(ledger_named("firms.firm"), office.actor("gongxin"), {"name": "青禾试小食品有限公司", "unit": "东园"})
    assert isinstance(row, Firm)
    return row


@pytest.mark.parametrize("raw", WEIRD, ids=lambda one: repr(one)[:12])
def test_every_column_answers_every_value(raw: Any) -> None:
    for column in COLUMNS:
        try:
            column.clean(raw, {"1431": "糕点"})
        except Fault:
            continue


@pytest.mark.parametrize(
    "path",
    [
        "/packs/sizes/thresholds/?as_of=2026-02-30", "/packs/sizes/thresholds/?as_of=x", "/packs/sizes/thresholds/rule/?key=industry|employees&as_of=2026-02-30",
        f"{FIRMS}?f.unit={HUGE}", f"{FIRMS}?f.unit=²", f"{FIRMS}?f.unit=-{HUGE}", f"{FIRMS}?page={HUGE}", f"{FIRMS}?page=²&size=²", f"{FIRMS}facet/unit/?f.unit={HUGE}",
        f"{FIRMS}?min.revenue={HUGE}&max.revenue=Infinity", f"{FIRMS}?min.founded=2026-02-30", f"/api/l/firms-firm?f.unit={HUGE}",
    ],
)  # fmt: skip
def test_an_address_nobody_would_type(path: str, office: Office, client_of: LogIn) -> None:
    assert client_of("gongxin").get(path).status_code == 200


@pytest.mark.parametrize("before", [HUGE, "²", "-1", "x"])
def test_the_trail_from_a_place_that_is_none(before: str, office: Office, client_of: LogIn) -> None:
    assert client_of("shenji").get("/trail/", {"before": before}).status_code == 200


@pytest.mark.parametrize("key", [HUGE, "²", "", "x"])
def test_a_dialog_of_a_row_that_is_none(key: str, office: Office, firm: Firm, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert client.get("/do/firms.confirm_industry/", {"key": key}).status_code in (200, 404)
    answer = client.post("/do/firms.confirm_industry/", {"key": key, "ids": [HUGE, "²"], "code": "1431"})
    assert answer.status_code in (404, 422)
    assert client.post("/post/", {"post": key}).status_code == 302


# -- versions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0", "2", HUGE, "²", "", "-1", "x"])
def test_a_form_of_a_version_that_never_was(version: str, office: Office, firm: Firm, client_of: LogIn) -> None:
    form = {"name": firm.name, "unit": "东园", "address": "新路一号", "version": version}
    answer = client_of("gongxin").post(f"{FIRMS}{firm.pk}/change/", form)
    assert answer.status_code == 422
    assert "新路一号" in answer.content.decode()
    firm.refresh_from_db()
    assert (firm.address, firm.version) == ("", 1)


def patch(client: Client, firm: Firm, **body: Any) -> Any:
    return client.patch(f"/api/l/firms-firm/{firm.pk}", body, content_type="application/json")


def test_the_api_overwrites_nobody_silently(office: Office, firm: Firm, client_of: LogIn) -> None:
    client = client_of("gongxin")
    save(ledger_named("firms.firm"), office.actor("yuanqu"), {"address": "老路一号"}, key=firm.pk, version=1)
    entries = Entry.objects.count()
    without = patch(client, firm, address="新路一号")
    assert without.status_code == 422
    assert [(one["column"], one["code"]) for one in without.json()["faults"]] == [("version", "row.version_needed")]
    assert "version" in without.json()["faults"][0]["text"]
    assert patch(client, firm, address="新路一号", version=1).status_code == 409
    assert patch(client, firm, address="新路一号", version=0).json()["faults"][0]["code"] == "row.version_unknown"
    assert patch(client, firm, address="新路一号", version=10**12).status_code == 422
    firm.refresh_from_db()
    assert (firm.address, firm.version, Entry.objects.count()) == ("老路一号", 2, entries)
    assert patch(client, firm, address="新路一号", version=2).json()["cells"]["address"] == "新路一号"


def test_an_action_through_the_api_needs_the_version_too(office: Office, firm: Firm, client_of: LogIn) -> None:
    client, url = client_of("gongxin"), "/api/do/firms.confirm_industry"
    for version, status in ((None, 422), (7, 409)):
        body = {"key": firm.pk, "code": "1431", **({"version": version} if version is not None else {})}
        assert client.post(url, body, content_type="application/json").status_code == status
    assert (
        client_of("nobody").post(url, {"key": firm.pk, "code": "1431"}, content_type="application/json").status_code
        == 403
    )
    firm.refresh_from_db()
    assert firm.version == 1
    done = client.post(url, {"key": firm.pk, "code": "1431", "version": 1}, content_type="application/json")
    assert done.status_code == 200
    assert client.post("/do/firms.confirm_industry/", {"key": firm.pk, "code": "1432"}).status_code in (404, 422)


@pytest.mark.parametrize("raw", ["Infinity", "-Infinity", "NaN", "[]", '["a"]', "1e400"])
@pytest.mark.parametrize(
    "column", ["name", "remark", "founded", "approved", "capital", "hi_tech", "industry", "former_names", "unit"]
)
def test_the_api_refuses_what_is_no_value(raw: str, column: str, office: Office, firm: Firm, client_of: LogIn) -> None:
    client = client_of("gongxin")
    client.raise_request_exception = False
    answer = client.patch(
        f"/api/l/firms-firm/{firm.pk}", f'{{"{column}": {raw}, "version": 1}}', content_type="application/json"
    )
    assert answer.status_code in (200, 400, 422), answer.content


# -- tables of rules ----------------------------------------------------------------------------------------------


def edited(day: str, name: str = "活动") -> PackEdit:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(
            PackEdit(
                pack="calendar-cn", table="exceptions", row_key=day, values={"day": day, "kind": "off", "name_zh": name},
                valid_from=today() - timedelta(days=1), source="县政府通知",
            )
        )  # fmt: skip


def test_after_an_edit_calendar_and_lexicon_are_built_once() -> None:
    edited("2031-03-05")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(
            PackEdit(
                pack="industry-lexicon", table="lexicon", row_key="没有的词", values=dict(table("industry-lexicon", "lexicon", today()).rows[0]),
                valid_from=today(), source="县", withdrawn=True,
            )
        )  # fmt: skip
    assert calendar() is calendar()
    assert not calendar().is_workday(date(2031, 3, 5))
    assert table("industry-lexicon", "lexicon", today()) is table("industry-lexicon", "lexicon", today())
    assert Classifier()._lexicon is Classifier()._lexicon


def test_every_change_of_an_edit_is_seen_at_once() -> None:
    one = edited("2031-03-05")
    before = calendar()
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(one, values={"day": "2031-03-05", "kind": "work", "name_zh": "活动"})
    assert calendar() is not before
    assert calendar().is_workday(date(2031, 3, 5))
    with writing(SYSTEM, "test", "") as ctx:
        ctx.delete(one)
    assert table("calendar-cn", "exceptions", today()).by_key("2031-03-05") is None


def test_a_change_that_was_rolled_back_is_not_remembered() -> None:
    """A rolled back row gives its id and version to the next one: what is kept must not be found by them."""
    with pytest.raises(RuntimeError), transaction.atomic():
        first = edited("2031-03-05", "甲")
        assert table("calendar-cn", "exceptions", today()).by_key("2031-03-05")["name_zh"] == "甲"  # type: ignore[index]
        raise RuntimeError
    second = PackEdit.objects.create(
        pk=first.pk, version=first.version, pack="calendar-cn", table="exceptions", row_key="2031-03-05",
        values={"day": "2031-03-05", "kind": "off", "name_zh": "乙"}, valid_from=first.valid_from, source="县政府通知",
    )  # fmt: skip
    assert second.pk == first.pk
    assert table("calendar-cn", "exceptions", today()).by_key("2031-03-05")["name_zh"] == "乙"  # type: ignore[index]

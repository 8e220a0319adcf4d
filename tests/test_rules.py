"""Rules on screen: a change holds from its day on, is checked, is seen by what computes with it, and can be taken back."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.office.rules import columns_of
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import all_packs, row_key, shipped_rows, table
from gongxing.kernel.testing.office import Office

PAGE = "/packs/sizes/thresholds/"
KEY = "industry|employees"
CELLS = {
    "industry": "industry", "name_zh": "工业", "gb4754_prefixes": "06-46", "metric": "employees", "unit": "人",
    "large_min": "1200", "medium_min": "300", "small_min": "20", "note_zh": "",
}  # fmt: skip


@pytest.fixture
def client(office: Office) -> Client:
    logged_in = Client()
    logged_in.force_login(office.users["gongxin"])
    return logged_in


def save(client: Client, key: str = KEY, **more: str) -> Any:
    given = {
        **CELLS,
        "seen": "",
        "valid_from": today().isoformat(),
        "source": "县政府会议纪要〔2026〕1号",
        "why": "试行",
        **more,
    }
    return client.post(f"{PAGE}rule/?{urlencode({'key': key} if key else {})}", given)


def large_min(day: date) -> str:
    row = table("sizes", "thresholds", day).by_key("industry", "employees")
    assert row is not None
    return row["large_min"]


TO_BE_FILLED = frozenset({"chains/needs"})
"""Tables shipped without a row: only the county knows."""


def test_every_shipped_row_has_a_key_of_its_own_day_and_a_source() -> None:
    for pack in all_packs():
        for name, spec in pack.tables.items():
            rows = shipped_rows(pack.name, name)
            assert rows or f"{pack.name}/{name}" in TO_BE_FILLED, f"{pack.name}/{name} is empty"
            keys = [(row_key(spec, row), row.valid_from) for row in rows]
            assert len(set(keys)) == len(keys), f"{pack.name}/{name}: a key twice from the same day"
            assert all(row.source and row.status for row in rows), f"{pack.name}/{name}: a row without source or status"
            assert all(not row.valid_from or not row.valid_to or row.valid_from <= row.valid_to for row in rows)


def test_a_change_holds_from_its_day_and_can_be_cancelled(office: Office, client: Client) -> None:
    yesterday = today() - timedelta(days=1)
    assert save(client).status_code == 302
    assert (large_min(yesterday), large_min(today())) == ("1000", "1200")
    page = client.get(f"{PAGE}rule/?{urlencode({'key': KEY})}").content.decode()
    assert "县政府会议纪要〔2026〕1号" in page
    assert page.count("本县修改") == 1
    assert "1000" in page  # the shipped version stays readable
    edit = PackEdit.objects.get()
    done = client.post("/do/office.cancel_pack_edit/", {"key": edit.pk, "version": edit.version, "why": "作废"})
    assert done.status_code == 204
    assert large_min(today()) == "1000"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"large_min": "一千"}, "large_min"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "2026-13-01"}, "valid_from"),
        ({"valid_from": "2026-03-01", "valid_to": "2026-02-01"}, "早于"),
        ({"source": " "}, "source"),
        ({"why": ""}, "why"),
        ({"industry": "trade"}, "主键不能改"),
        ({"note_zh": "长" * 501}, "501"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    office: Office, client: Client, more: dict[str, str], words: str
) -> None:
    answer = save(client, **more)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text if not words.isascii() or words.isdigit() else f'href="#f-{words}"' in text
    assert not PackEdit.objects.exists()


def test_two_people_changing_one_rule(office: Office, client: Client) -> None:
    assert save(client).status_code == 302
    late = save(client, large_min="1500")
    assert late.status_code == 422
    assert "你打开之后有人改过这一行" in late.content.decode()
    assert 'value="1500"' in late.content.decode()
    assert large_min(today()) == "1200"


def test_a_new_row_and_the_same_key_again(office: Office, client: Client) -> None:
    new = {"industry": "fishing", "metric": "revenue", "gb4754_prefixes": "04", "unit": "万元", "name_zh": "渔业"}
    assert save(client, "", **new).status_code == 302
    assert table("sizes", "thresholds", today()).by_key("fishing", "revenue") is not None
    again = save(client, "", **new)
    assert again.status_code == 422
    assert "已经有" in again.content.decode()
    assert PackEdit.objects.count() == 1


def test_confirming_makes_a_row_verified_under_a_name(office: Office, client: Client) -> None:
    page = client.get(f"{PAGE}rule/?{urlencode({'key': KEY})}").content.decode()
    assert "依据待复核" in page
    rule = f"sizes/thresholds/{KEY}"
    source = "国统字〔2017〕213号附表"
    assert (
        client.post("/do/office.verify_rule/", {"rule": rule, "source": source, "why": "逐格对照"}).status_code == 204
    )
    row = table("sizes", "thresholds", date(2020, 1, 1)).by_key("industry", "employees")
    assert row is not None
    assert (row.status, row.source, row["large_min"]) == ("verified", source, "1000")
    assert row.valid_from == date(2017, 12, 28)


def test_a_withdrawn_rule_holds_no_longer(office: Office, client: Client) -> None:
    given = {
        "rule": f"sizes/thresholds/{KEY}",
        "valid_from": today().isoformat(),
        "source": "县办会议纪要",
        "why": "停用",
    }
    assert client.post("/do/office.withdraw_rule/", given).status_code == 204
    assert table("sizes", "thresholds", today()).by_key("industry", "employees") is None
    assert table("sizes", "thresholds", today() - timedelta(days=1)).by_key("industry", "employees") is not None
    assert "停用" in client.get(f"{PAGE}rule/?{urlencode({'key': KEY})}").content.decode()


def test_national_tables_are_read_only(office: Office, client: Client) -> None:
    page = client.get("/packs/industry-codes/gbt4754/rule/?key=2662")
    assert page.status_code == 200
    assert "保存新版" not in page.content.decode()
    assert client.post("/packs/industry-codes/gbt4754/rule/?key=2662", {}).status_code == 403


@pytest.mark.parametrize("path", ["rule/?key=nothing", "../nothing/rule/", "../nothing/"])
def test_an_unknown_rule_is_not_found(office: Office, client: Client, path: str) -> None:
    from_here = {"rule/?key=nothing": PAGE + path, "../nothing/rule/": "/packs/sizes/nothing/rule/"}
    assert client.get(from_here.get(path, "/packs/sizes/nothing/")).status_code == 404


def test_only_those_who_may(office: Office) -> None:
    client = Client()
    client.force_login(office.users["nobody"])
    assert save(client).status_code == 403
    assert client.get(f"{PAGE}paste/").status_code == 403
    assert not PackEdit.objects.exists()


def test_next_years_holidays_are_pasted_at_once_or_not_at_all(office: Office, client: Client) -> None:
    given = {"valid_from": today().isoformat(), "source": "国务院办公厅通知（测试）", "why": "新年度安排"}
    url = "/packs/calendar-cn/exceptions/paste/"
    wrong = client.post(
        url, {**given, "rows": "2031-01-01\toff\t元旦\n2031-02-30\toff\t春节\n2031-01-02\toff\t元旦\t多一格"}
    )
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "第 2 行" in text
    assert "第 3 行有 4 格" in text
    assert "2031-01-02" in text  # what was pasted is still there
    assert not PackEdit.objects.exists()
    assert client.post(url, {**given, "rows": "2031-01-01\toff\t元旦\n2031-01-02\toff\t元旦\n"}).status_code == 302
    assert PackEdit.objects.count() == 2
    assert table("calendar-cn", "exceptions", today()).by_key("2031-01-02") is not None
    assert client.post(url, {**given, "rows": "\n \n"}).status_code == 422


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_new_size_rules_judge_every_firm_anew(office: Office, client: Client) -> None:
    with writing(SYSTEM, "demo", "") as ctx:
        firm = ctx.create(
            Firm(name="青禾机械有限公司", folded="青禾机械有限公司", unit=office.units["东园"], industry="3411")
        )
        ctx.create(
            FirmFigure(
                firm=firm, ref=f"{firm.pk}:2025:self", period="2025", period_start=date(2025, 1, 1), source="self", revenue=50000, employees=1100,
            )
        )  # fmt: skip
    answer = save(client)
    assert answer.status_code == 302
    assert Job.objects.filter(kind="firms.figures", state="ready").count() == 1
    while run_next():
        pass
    firm.refresh_from_db()
    assert firm.size == "medium"  # 1,100 people are large by the shipped line of 1,000, medium by 1,200


@pytest.mark.parametrize(
    ("pack", "name", "column", "kind"),
    [
        ("sizes", "thresholds", "large_min", Kind.DECIMAL),
        ("calendar-cn", "exceptions", "day", Kind.DATE),
        ("industry-codes", "gbt4754", "code", Kind.TEXT),
        ("parameters", "parameters", "name_zh", Kind.TEXT),
    ],
)
def test_the_shape_of_a_column_follows_what_is_shipped(pack: str, name: str, column: str, kind: Kind) -> None:
    assert {one.name: one.kind for one in columns_of(pack, name)}[column] is kind

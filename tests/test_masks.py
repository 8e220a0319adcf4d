"""Telephones and names of contacts: masked row by row, at every door, for whoever may not read them there."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import Ledger, all_ledgers, ledger_named
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Delegation
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
FIRMS = "/l/firms-firm/"
EAST, WEST, TOWN = "13900000001", "13900000002", "13900000003"


@pytest.fixture
def firms(office: Office) -> dict[str, Firm]:
    """One firm in each park and in the town, each with a telephone; the officer of the east park is lent the county office's post, which
    sees all firms and unmasks none."""
    places = (("东园", EAST), ("西园", WEST), ("禾城镇", TOWN))
    with writing(SYSTEM, "test", "") as ctx:
        rows = {
            phone: ctx.create(
                Firm(
                    name=f"青禾{unit}食品有限公司",
                    folded=unit,
                    unit=office.units[unit],
                    phone=phone,
                    contact=f"联系{phone}",
                )
            )
            for unit, phone in places
        }
        ctx.create(
            Delegation(
                post=office.posts["xianfuban"],
                to_user=office.users["yuanqu"],
                start=today(),
                end=today(),
                reason="代班",
            )
        )
    return rows


def body(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def test_what_is_masked_on_a_page_is_sealed_in_the_trail() -> None:
    for ledger in all_ledgers():
        assert {column.name for column in ledger.columns if column.sensitive} <= ledger.model.sensitive, ledger.name


def test_unmasking_in_one_park_unmasks_nothing_elsewhere(
    office: Office, firms: dict[str, Firm], client_of: LogIn
) -> None:
    client = client_of("yuanqu")
    client.post(f"{FIRMS}columns/", {"columns": ["name", "phone", "contact", "unit"]})
    listed = body(client.get(FIRMS))
    assert listed.count("食品有限公司</a>") == 3
    assert EAST in listed
    assert WEST not in listed
    assert TOWN not in listed
    assert EAST in body(client.get(f"{FIRMS}{firms[EAST].pk}/"))
    west = body(client.get(f"{FIRMS}{firms[WEST].pk}/"))
    assert WEST not in west
    assert MASK in west


def test_the_api_masks_row_by_row(office: Office, firms: dict[str, Firm], client_of: LogIn) -> None:
    client = client_of("yuanqu")
    rows = {row["id"]: row["cells"]["phone"] for row in client.get("/api/l/firms-firm").json()["rows"]}
    assert rows == {firms[EAST].pk: EAST, firms[WEST].pk: None, firms[TOWN].pk: None}
    assert client.get(f"/api/l/firms-firm/{firms[WEST].pk}").json()["cells"]["phone"] is None
    assert client.get(f"/api/l/firms-firm/{firms[EAST].pk}").json()["cells"]["phone"] == EAST


def test_an_export_masks_row_by_row(office: Office, firms: dict[str, Firm], client_of: LogIn) -> None:
    client = client_of("yuanqu")
    made = client.post(f"{FIRMS}export/", {"format": "csv"})
    assert made.status_code == 200
    rows = list(csv.reader(io.StringIO(b"".join(made).decode("utf-8-sig"))))  # type: ignore[arg-type]
    at = rows[0].index("联系电话")
    assert sorted(row[at] for row in rows[1:]) == sorted([EAST, MASK, MASK])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.post(f"{FIRMS}export/", {"format": "xlsx"}))))  # type: ignore[arg-type]
    text = str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    assert EAST in text
    assert WEST not in text
    assert TOWN not in text


@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_documents_mask_the_row(kind: str, office: Office, firms: dict[str, Firm], client_of: LogIn) -> None:
    def text(phone: str) -> str:
        made = client_of("yuanqu").get(f"{FIRMS}{firms[phone].pk}/document/{kind}/")
        assert isinstance(made, HttpResponse)
        if kind == "txt":
            return made.content.decode()
        with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
            return re.sub(r"<[^>]+>", "", packed.read("word/document.xml").decode())

    assert EAST in text(EAST)
    assert WEST not in text(WEST)


def test_the_form_and_the_conflict_page_show_no_telephone(
    office: Office, firms: dict[str, Firm], client_of: LogIn
) -> None:
    """A town changes firms and unmasks none: typing over a colleague must not show what the colleague wrote."""
    client, firm = client_of("xiangzhen"), firms[TOWN]
    url = f"{FIRMS}{firm.pk}/change/"
    assert TOWN not in body(client.get(url))
    theirs = "13911112222"
    save(
        ledger_named("firms.firm"),
        office.actor("gongxin"),
        {"phone": theirs, "address": "禾城镇九号"},
        key=firm.pk,
        version=1,
    )
    mine = {
        "name": firm.name,
        "unit": "禾城镇",
        "phone": "13933334444",
        "contact": "",
        "address": "禾城镇一号",
        "version": "1",
    }
    answer = client.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "禾城镇九号" in page
    assert "13933334444" in page
    assert theirs not in page
    assert TOWN not in page
    guess = client.post(url, {**mine, "phone": theirs}).content.decode()
    row = guess[guess.index("联系电话") :]
    assert (
        f'value="{theirs}"' in row[: row.index("</tr>")]
    )  # what was typed, not that it is right: the row stands as a change
    kept = {"phone": "", "address": "禾城镇一号", "version": "2"}  # «theirs» for the masked cell posts a blank
    assert client.post(url, kept).status_code == 302
    firm.refresh_from_db()
    assert (firm.phone, firm.address) == (theirs, "禾城镇一号")
    assert theirs not in body(client.get(f"{FIRMS}{firm.pk}/"))  # nor in its history


def test_a_refused_form_keeps_what_was_typed_into_a_masked_field(
    office: Office, firms: dict[str, Firm], client_of: LogIn
) -> None:
    form = {"name": "", "unit": "禾城镇", "phone": "13955556666", "version": "1"}
    page = client_of("xiangzhen").post(f"{FIRMS}{firms[TOWN].pk}/change/", form)
    assert page.status_code == 422
    assert "13955556666" in page.content.decode()
    assert TOWN not in page.content.decode()


def test_the_import_preview_shows_no_telephone(office: Office, firms: dict[str, Firm], client_of: LogIn) -> None:
    for verb in ("import", "add"):
        Grant.objects.create(
            post=office.posts["xiangzhen"], verb=verb, target="firms.firm", unit=office.units["禾城镇"], start=today()
        )
    client = client_of("xiangzhen")
    sheet = io.BytesIO(f"单位名称,属地,联系电话\n{firms[TOWN].name},禾城镇,13977778888\n".encode())
    sheet.name = "电话.csv"
    Firm.objects.filter(pk=firms[TOWN].pk).update(
        folded=ledger_named("firms.firm").derive({"name": firms[TOWN].name}, None)["folded"]
    )
    session_url = client.post(f"{FIRMS}import/", {"file": sheet})["Location"]
    client.get(session_url)
    while run_next():
        pass
    assert ImportSession.objects.get().counts["update"] == 1
    page = body(client.get(session_url))
    assert "13977778888" in page
    assert MASK in page
    assert TOWN not in page


def test_the_merge_page_shows_no_telephone(office: Office, firms: dict[str, Firm], client_of: LogIn) -> None:
    for target, verb in (
        ("firms.duplicatequestion", "answer"),
        ("firms.duplicatequestion", "view"),
        ("firms.firm", "merge"),
    ):
        Grant.objects.create(
            post=office.posts["xianfuban"], verb=verb, target=target, unit=office.units["县"], start=today()
        )
    one, other = firms[EAST], firms[WEST]
    asked = DuplicateQuestion.objects.create(
        one=one, other=other, ref=f"{one.pk}:{other.pk}", ground="name", likeness=1
    )
    page = body(client_of("xianfuban").get(f"/firms/duplicates/{asked.pk}/"))
    assert MASK in page
    assert EAST not in page
    assert WEST not in page
    both = body(client_of("gongxin").get(f"/firms/duplicates/{asked.pk}/"))
    assert EAST in both
    assert WEST in both


def test_the_rule_is_the_reach_of_the_verb(office: Office, firms: dict[str, Firm]) -> None:
    ledger: Ledger[Any] = ledger_named("firms.firm")
    keys = {phone: row.pk for phone, row in firms.items()}
    for who, clear in (
        ("gongxin", {EAST, WEST, TOWN}),
        ("yuanqu", {EAST}),
        ("yuanqu2", {WEST}),
        ("xiangzhen", set()),
        ("nobody", set()),
    ):
        covered = Masks(ledger, office.actor(who)).rows(keys.values())
        assert {phone for phone, key in keys.items() if key not in covered} == clear, who
    Grant.objects.filter(verb="unmask").update(end=today() - timedelta(days=1))
    assert Masks(ledger, office.actor("gongxin")).covers(firms[EAST])

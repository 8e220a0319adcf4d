"""Cells two people changed: the importer decides on the preview, and what was decided is what is written."""

import re
from pathlib import Path

import pytest
from django.test import Client

from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.exchange.models import ImportChange, ImportSession
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import checked, code, edited, exported, recheck, run_jobs, written

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def firm_of(office: Office, name: str, number: int, **more: object) -> Firm:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(
            Firm(name=name, folded=name, initials="qh", unit=office.units["东园"], uscc=code(number), **more)
        )


@pytest.fixture
def disputed(office: Office) -> tuple[ImportSession, Firm, Firm]:
    """Two firms exported, changed in the sheet, and changed on the page meanwhile."""
    actor = office.actor("gongxin")
    one = firm_of(office, "青禾两边食品有限公司", 1, main_products="白糖", address="一号")
    other = firm_of(office, "青禾又边食品有限公司", 2, main_products="木片")
    content = edited(
        exported(actor, "xlsx"),
        {
            (one.name, "主要产品"): "红糖",
            (one.name, "备注"): "表里写的",
            (one.name, "企业名称"): "青禾表里改名有限公司",
            (other.name, "主要产品"): "板材",
        },
    )
    for firm, name, product in ((one, "青禾网页改名有限公司", "冰糖"), (other, other.name, "胶合板")):
        save(FirmLedger(), actor, {"main_products": product, "name": name}, key=firm.pk, version=firm.version)
    return checked(actor, content), one, other


def choice(session: ImportSession, firm: Firm, column: str) -> str:
    return f"choice-{session.changes.get(note='conflict', key=firm.pk, column=column).pk}"


def test_every_dispute_is_a_choice_with_all_three_sides(
    office: Office, client: Client, disputed: tuple[ImportSession, Firm, Firm]
) -> None:
    session, one, _other = disputed
    client.force_login(office.users["gongxin"])
    page = client.get(f"/imports/{session.pk}/").content.decode()
    assert session.counts["question"] == 2
    assert ImportChange.objects.filter(note="conflict").count() == 3
    for text in ("白糖", "冰糖", "红糖", "青禾网页改名有限公司", "青禾表里改名有限公司"):
        assert text in page
    radios = re.findall(r"<input type=\"radio\"[^>]*>", page)
    assert len(radios) == 6
    for radio in radios:
        assert 'form="accept"' in radio, "it goes with the button that writes, without JavaScript"
        assert "aria-label=" in radio
        assert ("checked" in radio) is ('value="theirs"' in radio), "the stored value is kept unless somebody decides"
    assert page.count('id="accept"') == 1
    assert choice(session, one, "main_products") in page


def test_nothing_chosen_keeps_what_is_stored(
    office: Office, client: Client, disputed: tuple[ImportSession, Firm, Firm]
) -> None:
    session, one, other = disputed
    client.force_login(office.users["gongxin"])
    client.post(f"/imports/{session.pk}/write/")
    run_jobs()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.name, one.main_products, one.remark, one.address) == (
        "青禾网页改名有限公司",
        "冰糖",
        "表里写的",
        "一号",
    )
    assert one.folded == "青禾网页改名有限公司", "what follows from the name follows from the name that stays"
    assert one.former_names == ["青禾两边食品有限公司"]
    assert other.main_products == "胶合板"
    assert not Entry.objects.filter(verb="import", row=other.pk).exists()


def test_what_was_chosen_is_what_is_written_and_can_be_taken_back(
    office: Office, client: Client, disputed: tuple[ImportSession, Firm, Firm]
) -> None:
    session, one, other = disputed
    client.force_login(office.users["gongxin"])
    chosen = {choice(session, one, "name"): "mine", choice(session, one, "main_products"): "theirs", choice(session, other, "main_products"): "mine"}  # fmt: skip
    client.post(f"/imports/{session.pk}/write/", chosen)
    run_jobs()
    session.refresh_from_db()
    assert session.state == "written"
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.name, one.folded, one.main_products, one.remark) == ("青禾表里改名有限公司", "青禾表里改名有限公司", "冰糖", "表里写的")  # fmt: skip
    assert one.former_names == ["青禾两边食品有限公司", "青禾网页改名有限公司"]
    assert other.main_products == "板材"
    client.post(f"/imports/{session.pk}/undo/", {"rows": "2"})
    run_jobs()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.name, one.remark, other.main_products) == ("青禾网页改名有限公司", "", "胶合板")


def test_choices_are_kept_while_one_looks_on_and_checks_again(
    office: Office, client: Client, disputed: tuple[ImportSession, Firm, Firm]
) -> None:
    session, _one, other = disputed
    actor = office.actor("gongxin")
    client.force_login(office.users["gongxin"])
    answer = client.post(
        f"/imports/{session.pk}/decide/", {choice(session, other, "main_products"): "mine", "page": "1"}
    )
    assert answer.headers["Location"] == f"/imports/{session.pk}/?page=1#q"
    assert "已定 1 格" in client.get(f"/imports/{session.pk}/").content.decode()
    session = recheck(session, actor)
    assert session.changes.get(note="conflict", key=other.pk).choice == "mine"
    written(session, actor)
    other.refresh_from_db()
    assert other.main_products == "板材"


def test_a_decision_after_the_write_began_is_refused(
    office: Office, client: Client, disputed: tuple[ImportSession, Firm, Firm]
) -> None:
    session, _one, other = disputed
    client.force_login(office.users["gongxin"])
    name = choice(session, other, "main_products")
    client.post(f"/imports/{session.pk}/write/")
    client.post(f"/imports/{session.pk}/decide/", {name: "mine"})
    run_jobs()
    other.refresh_from_db()
    assert other.main_products == "胶合板"
    intruder = Client()
    intruder.force_login(office.users["yuanqu"])
    assert intruder.post(f"/imports/{session.pk}/decide/", {name: "mine"}).status_code == 404


def test_the_preview_never_opens_the_file(
    office: Office, client: Client, disputed: tuple[ImportSession, Firm, Firm]
) -> None:
    session, _one, _other = disputed
    client.force_login(office.users["gongxin"])
    before = client.get(f"/imports/{session.pk}/").content.decode()
    Path(path_of(StoredFile.objects.get(pk=session.file_id))).unlink()
    page = client.get(f"/imports/{session.pk}/")
    assert page.status_code == 200
    assert "企业台账" in page.content.decode()
    strip = re.compile(r'csrf\w*" value="[^"]*"|"X-CSRFToken": ?"[^"]*"|nonce="[^"]*"|csrf[^>]*>')
    assert strip.sub("", before) == strip.sub("", page.content.decode())

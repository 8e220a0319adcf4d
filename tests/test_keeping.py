"""Keeping the house: the backup restores, the check finds what is wrong, documents are whole, a running job stops when asked."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import connection, connections
from django.test import Client
from docx import Document

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry, Head
from gongxing.kernel.audit.write import writing
from gongxing.kernel.exchange.flow import start_check, start_write, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.files.store import keep
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.search.index import rebuild_all
from gongxing.kernel.search.models import SearchDoc, SearchLedger
from gongxing.kernel.search.verify import verify
from gongxing.kernel.testing.office import Office
from gongxing.site.commands.keep import backup, check, reindex

LogIn = Callable[[str], Client]
FIRMS = "/l/firms-firm/"
pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.fixture
def firm(office: Office) -> Firm:
    given = {
        "name": "青禾试存食品有限公司", "unit": "东园", "address": "禾城镇一号", "phone": "07710000000", "capital": "500万元", "founded": "2015年一季度",
        "main_products": "白糖、红糖",
    }  # fmt: skip
    row = save(ledger_named("firms.firm"), office.actor("gongxin"), given)
    assert isinstance(row, Firm)
    return row


# -- backup -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_a_backup_holds_everything_and_names_the_head(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = keep([b"one,two\n"], name="a.csv", media_type="text/csv", user_id=1)
    assert backup([str(tmp_path / "backups")]) == 0
    printed = capsys.readouterr().out
    found = re.search(r"backup=(\S+) head=(\w+)", printed)
    assert found is not None
    folder, head = Path(found[1]), found[2]
    assert head == Head.objects.get(pk=1).hash
    copies = [path for path in (folder / "files").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in copies] == [b"one,two\n"]
    assert stored.pk
    if connection.vendor != "sqlite":
        assert "pg_dump" in printed
        return
    with closing(sqlite3.connect(folder / "main.sqlite3")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT name, phone FROM firms_firm").fetchall() == [(firm.name, "07710000000")]
        assert copy.execute("SELECT hash FROM audit_head").fetchone() == (head,)
        assert copy.execute("SELECT COUNT(*) FROM audit_entry").fetchone() == (Entry.objects.count(),)
    with closing(sqlite3.connect(folder / "ops.sqlite3")) as copy:
        assert copy.execute("SELECT COUNT(*) FROM jobs_job").fetchone() == (Job.objects.count(),)
    assert check(["audit", "--head", head]) == 0
    assert check(["audit", "--head", "0" * 63 + "1"]) == 1


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_two_backups_do_not_mix(firm: Firm, tmp_path: Path) -> None:
    assert backup([str(tmp_path)]) == 0
    sleep(1.1)
    assert backup([str(tmp_path)]) == 0
    assert len([path for path in tmp_path.iterdir() if re.fullmatch(r"\d{8}-\d{6}", path.name)]) == 2


# -- the search index -----------------------------------------------------------------------------------------------


def test_a_whole_index_is_sound(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    rebuild_all()
    report = verify()
    assert (report.wrong, report.lines) == (0, ())
    assert report.rows == 1 + 9 + 9  # the firm, the units, the posts
    assert check(["search"]) == 0
    assert "search checked=19 wrong=0" in capsys.readouterr().out


def broken_by(change: str, firm: Firm) -> None:
    doc = SearchDoc.objects.get(name__contains="试存")
    if change == "document missing":
        doc.delete()
    elif change == "document outdated":
        SearchDoc.objects.filter(pk=doc.pk).update(code="X")
    elif change == "place outdated":
        SearchDoc.objects.filter(pk=doc.pk).update(places="")
    elif change == "row gone":
        Firm.objects.filter(pk=firm.pk).delete()
    elif change == "row changed behind":
        Firm.objects.filter(pk=firm.pk).update(name="改过名食品有限公司")
    elif change == "other tokenizer":
        SearchLedger.objects.filter(name="firms.firm").update(tokenizer=99)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE search_searchdoc SET terms = 'x:1'::tsvector WHERE id = %s", [doc.pk])
    else:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_name(rowid, nm, u) VALUES (%s, 'x', 'u1')", [doc.pk])


@pytest.mark.parametrize(
    "change",
    [
        "document missing",
        "document outdated",
        "place outdated",
        "row gone",
        "row changed behind",
        "other tokenizer",
        "words differ",
    ],
)
def test_the_check_finds_a_broken_index_and_reindex_mends_it(
    change: str, firm: Firm, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    rebuild_all()
    broken_by(change, firm)
    assert verify().wrong >= 1
    assert check(["search"]) == 1
    assert "wrong=0" not in capsys.readouterr().out
    assert reindex([]) == 0
    assert verify().lines == ()


# -- documents ------------------------------------------------------------------------------------------------------


def test_the_word_sheet_says_what_the_page_says(firm: Firm, client_of: LogIn) -> None:
    answer = client_of("gongxin").get(f"{FIRMS}{firm.pk}/document/docx/")
    assert answer.headers["Content-Type"].endswith("wordprocessingml.document")
    assert "attachment" in answer.headers["Content-Disposition"]
    made = Document(io.BytesIO(answer.content))  # type: ignore[attr-defined]
    cells = {row.cells[0].text: row.cells[1].text for sheet in made.tables for row in sheet.rows}
    assert made.paragraphs[0].text == f"{firm.name}情况表"
    assert cells["企业名称"] == firm.name
    assert cells["属地"] == "东园"
    assert cells["联系电话"] == "07710000000"
    assert cells["成立日期"] == "2015年1季度"
    assert cells["注册资本"].startswith("500")
    assert cells["营业收入"] == "—（未报）"
    section = made.sections[0]
    assert [
        round(part.mm) for part in (section.page_width, section.page_height, section.top_margin, section.left_margin)
    ] == [210, 297, 37, 28]
    text = "".join(paragraph.text for paragraph in made.paragraphs)
    assert "来源：企业台账" in text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:  # type: ignore[attr-defined]
        assert b"PAGE" in b"".join(packed.read(name) for name in packed.namelist() if "footer" in name)


def test_the_pdf_sheet_is_a_whole_document_with_its_fonts(firm: Firm, client_of: LogIn) -> None:
    answer = client_of("gongxin").get(f"{FIRMS}{firm.pk}/document/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    body: bytes = answer.content  # type: ignore[attr-defined]
    assert body.startswith(b"%PDF-")
    assert body.rstrip().endswith(b"%%EOF")
    assert b"/FontFile" in body or b"/ObjStm" in body  # fonts lie in it, perhaps in packed objects
    assert len(body) > 10_000
    assert body != client_of("gongxin").get(f"{FIRMS}{firm.pk}/document/txt/").content  # type: ignore[attr-defined]


def test_documents_of_rows_one_may_not_see_do_not_exist(firm: Firm, client_of: LogIn) -> None:
    for kind in ("docx", "pdf", "txt"):
        assert client_of("yuanqu2").get(f"{FIRMS}{firm.pk}/document/{kind}/").status_code == 404
    assert client_of("gongxin").get(f"{FIRMS}{firm.pk}/document/exe/").status_code == 404


# -- a running job ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_a_running_import_stops_when_asked_and_leaves_nothing(office: Office, client_of: LogIn) -> None:
    """The button of the page, while another thread is in the middle of writing."""
    actor, rows = office.actor("gongxin"), 8000
    lines = ["单位名称,所属园区", *(f"青禾试停{at}食品有限公司,东园" for at in range(rows))]
    start_check(upload(ledger_named("firms.firm"), actor, "名录.csv", ["\n".join(lines).encode()]), actor)
    while run_next():
        pass
    start_write(ImportSession.objects.get(), actor)
    one = Job.objects.get(kind="exchange.write")
    failed: list[BaseException] = []

    def work() -> None:
        try:
            run_next()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    worker = Thread(target=work)
    worker.start()
    end = monotonic() + 60
    while monotonic() < end and not Job.objects.filter(pk=one.pk, done_units__gt=0).exists():
        sleep(0.005)
    client = client_of("gongxin")
    assert client_of("yuanqu").post(f"/jobs/{one.pk}/cancel/").status_code == 302  # somebody else's: nothing happens
    assert client.post(f"/jobs/{one.pk}/cancel/").status_code == 302
    worker.join(60)
    one.refresh_from_db()
    assert failed == []
    assert (one.state, one.message) == ("cancelled", "已取消，没有写入任何数据"), (
        "it ended before it could be stopped: make it longer"
    )
    assert not Firm.objects.exists()
    assert not Entry.objects.filter(verb="import").exists()
    assert ImportSession.objects.get().state == "checked"  # it can be written again
    assert check_chain().sound
    assert "已取消" in client.get("/jobs/").content.decode()


def test_a_check_of_everything_is_sound(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    rebuild_all()
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(firm, remark="后改")
    assert check([]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == ["audit", "deadlines", "search"]

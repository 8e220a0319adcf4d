"""Files and rows that go wrong, each with its sentence in Chinese and English on the page a person sees."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import at, now
from gongxing.kernel.exchange.flow import upload
from gongxing.kernel.exchange.housekeeping import purge
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.reading import source
from gongxing.kernel.exchange.staging import folder, staging_path
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office
from gongxing.site.commands.work import work
from tests.flows.sheets import HEAD, checked, exported, row, run_jobs, written, xlsx

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
IMPORT = "/l/firms-firm/import/"
UPLOADED = ("zh-hans", "en")


def line(cells: list[str]) -> str:
    return ",".join(cells) + "\n"


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return buffer.getvalue()


def two_encodings() -> bytes:
    return line(HEAD).encode() + line(row(1)).encode("gb18030")


def three_encodings() -> bytes:
    """As three systems write them, one after the other: UTF-8, GB18030, and UTF-16 as a spreadsheet's «Unicode text»."""
    return two_encodings() + line(row(2)).encode("utf-16") + line(row(3)).encode("utf-16-le")


def odd_bytes() -> bytes:
    return line(HEAD).encode() + b"\xff\xff\xff,\n"


REFUSED: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("bomb.xlsx", bomb, "不像正常的表格", "which no ordinary sheet does"),
    ("two.csv", two_encodings, "混着 2 种编码", "mixes 2 encodings"),
    ("three.csv", three_encodings, "混着 3 种编码", "mixes 3 encodings"),
    ("odd.csv", odd_bytes, "第 2 行的文字既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030"),
    ("empty.xlsx", lambda: b"", "是空文件", "is an empty file"),
    ("paper.xlsx", lambda: b"%PDF-1.4", "不是能读的表格", "is not a sheet that can be read"),
    ("wide.xlsx", lambda: xlsx([[*HEAD, *(f"列{n}" for n in range(600))]]), "最多 500 列", "at most 500 columns"),
]


@pytest.mark.parametrize("language", UPLOADED)
@pytest.mark.parametrize(("name", "content", "chinese", "english"), REFUSED, ids=[one[0] for one in REFUSED])
def test_a_refused_file_is_said_and_leaves_nothing(
    office: Office, client: Client, settings: LazySettings, language: str, name: str, content: Callable[[], bytes], chinese: str, english: str,
) -> None:  # fmt: skip
    client.force_login(office.users["gongxin"])
    client.cookies["gx_lang"] = language
    answer = client.post(IMPORT, {"file": SimpleUploadedFile(name, content())})
    assert answer.status_code == 422
    assert (chinese if language == "zh-hans" else english) in answer.content.decode()
    assert not ImportSession.objects.exists()
    assert not StoredFile.objects.exists()
    assert [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()] == []


def test_three_encodings_are_named_with_their_lines(office: Office) -> None:
    with pytest.raises(Fault) as refused:
        upload(ledger_named("firms.firm"), office.actor("gongxin"), "three.csv", [three_encodings()])
    assert refused.value.code == "file.encoding_mixed"
    assert refused.value.params["found"] == "UTF-8 (1), GB18030 (2), UTF-16 (3)"


FAULTY: list[tuple[str, list[list[str]], str, str]] = [
    ("long", [row(1, name="青" * 10_000)], "写了 10000 个字，这一项最多 200 个字", "10000"),
    ("twice", [row(1), row(1)], "与第 2 行完全相同", "row 2"),
    ("twice differently", [row(1), row(1, scope="木材加工")], "与第 2 行是同一条，但内容不同", "row 2"),
    ("check character", [row(1, code=row(1)[1][:17] + ("0" if row(1)[1][17] != "0" else "1"))], "代码末位应为", "last character of the code should be"),
    ("destroyed", [row(1, name="青禾\ufffd\ufffd公司")], "有乱码", "garbled"),
    ("amount in words", [row(1, capital="叁佰万")], "看不懂注册资本", "capital"),
]  # fmt: skip


@pytest.mark.parametrize("language", UPLOADED)
@pytest.mark.parametrize(("lines", "chinese", "english"), [one[1:] for one in FAULTY], ids=[one[0] for one in FAULTY])
def test_a_faulty_row_is_said_on_the_preview(
    office: Office, client: Client, language: str, lines: list[list[str]], chinese: str, english: str
) -> None:
    client.force_login(office.users["gongxin"])
    client.cookies["gx_lang"] = language
    content = "".join(line(cells) for cells in [HEAD, *lines]).encode()
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("名录.csv", content)})
    page = answer.headers["Location"]
    client.get(page)
    run_jobs()
    shown = client.get(page).content.decode()
    assert (chinese if language == "zh-hans" else english) in shown
    assert Firm.objects.count() == 0


@pytest.mark.parametrize("language", UPLOADED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_one_encoding_is_read_and_named(office: Office, client: Client, language: str, encoding: str) -> None:
    client.force_login(office.users["gongxin"])
    client.cookies["gx_lang"] = language
    content = "".join(line(cells) for cells in (HEAD, row(1))).encode(encoding)
    page = client.post(IMPORT, {"file": SimpleUploadedFile("名录.csv", content)}).headers["Location"]
    client.get(page)
    run_jobs()
    shown = client.get(page).content.decode()
    assert ImportSession.objects.get().counts["new"] == 1
    assert encoding.upper().replace("-SIG", " BOM") in shown
    assert ("写入 1 家" if language == "zh-hans" else "Write 1") in shown


def test_more_rows_than_a_sheet_may_have(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is that of a spreadsheet; here it is lowered, so that the file stays small."""
    monkeypatch.setattr("gongxing.kernel.exchange.check.MAX_ROWS", 2)
    assert source.MAX_ROWS == 1_048_576
    content = "".join(line(cells) for cells in (HEAD, row(1), row(2))).encode()
    session = checked(office.actor("gongxin"), content, "长表.csv")
    assert session.state == "uploaded"
    assert "超过 2 行" in session.error


# -- what need not be kept ----------------------------------------------------------------------------------------


def kept_files(settings: LazySettings) -> set[str]:
    return {path.name for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def test_expired_exports_and_idle_staging_files_go(
    office: Office, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = office.actor("gongxin")
    session = checked(actor, xlsx([HEAD, row(1)]))
    assert staging_path(session).exists()
    written(session, actor)
    assert not staging_path(session).exists(), "what was written is in the trail"
    waiting = checked(actor, xlsx([HEAD, row(2)]))
    idle = folder() / "import-999999.jsonl"
    idle.write_text("{}")
    exported(actor, "csv")
    sheet = StoredFile.objects.get(media_type="text/csv")
    assert purge() == 1
    assert not idle.exists()
    assert staging_path(waiting).exists()
    monkeypatch.setattr("gongxing.site.commands.work.close_old_connections", lambda: None)  # the test's own would go
    with at(now() + timedelta(days=8)):
        assert work(["--once"]) == 0, "the worker keeps the house"
    assert not StoredFile.objects.filter(pk=sheet.pk).exists()
    left = set(StoredFile.objects.values_list("sha256", flat=True))
    assert kept_files(settings) == left
    assert len(left) == 2, "uploads stay: the two files somebody imported"
    with at(now() + timedelta(days=31)):
        purge()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.counts) == ("uploaded", {})
    assert not staging_path(waiting).exists()
    assert StoredFile.objects.filter(pk=waiting.file_id).exists()


def test_bytes_that_two_files_share_stay_while_one_needs_them(office: Office, settings: LazySettings) -> None:
    actor = office.actor("gongxin")
    first = checked(actor, xlsx([HEAD, row(1)]))
    stored = StoredFile.objects.get(pk=first.file_id)
    StoredFile.objects.create(
        sha256=stored.sha256, name="同一份.xlsx", size=stored.size, media_type="", user_id=actor.user_id, created_at=now(),
        expires_at=now() - timedelta(days=1),
    )  # fmt: skip
    assert purge() == 1
    assert kept_files(settings) == {stored.sha256}


def test_scraps_of_a_dead_process_go_after_a_day(office: Office, settings: LazySettings) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    Path(settings.FILES_DIR).mkdir(parents=True, exist_ok=True)
    scraps = [folder() / "tmpabc.xlsx", folder() / "tmpabc.bare", Path(settings.FILES_DIR) / "incoming-x"]
    for path in scraps:
        path.write_bytes(b"x")
    assert purge() == 0
    with at(now() + timedelta(days=2)):
        assert purge() == 3
    assert not any(path.exists() for path in scraps)

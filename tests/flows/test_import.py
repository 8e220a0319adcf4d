"""Import from the door to the trail: guess, check, write, undo, round trip, and every kind of bad input."""

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict

from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.exchange.export import export_list
from gongxing.kernel.exchange.flow import arrange, start_check, start_undo, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.setup import Setup, corrected
from gongxing.kernel.files.store import path_of
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import ask_cancel, run_next
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.store import Denied, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import HEAD, checked, code, faults, recheck, row, written, xlsx

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def test_an_ugly_sheet_is_read_checked_written_and_taken_back(office: Office) -> None:
    actor = office.actor("gongxin")
    sheet: list[list[Any]] = [
        ["青禾县企业名录（2025年）"], ["填报单位：东园（盖章）", "", "", "", "单位：万元"], HEAD, [1, 2, 3, 4, 5, 6], row(1),
        row(2, capital="1,000(万元人民币)", founded="2016年一季度"), row(3, code=code(3)[:17] + ("0" if code(3)[17] != "0" else "1")), ["合计", "", "", 1500],
    ]  # fmt: skip
    session = checked(actor, xlsx(sheet))
    assert session.state == "checked", session.error
    assert faults(session) == [(7, "uscc", "uscc.check")]
    assert (session.counts["new"], session.counts["fault"], session.counts["rows"]) == (2, 1, 3)
    assert Firm.objects.count() == 0
    session = written(session, actor)
    assert session.state == "written"
    firms = {firm.uscc: firm for firm in Firm.objects.all()}
    assert set(firms) == {code(1), code(2)}
    second = firms[code(2)]
    assert (second.capital, second.capital_currency) == (Decimal(1000), "CNY")
    assert (str(second.founded), second.founded_precision) == ("2016-01-01", "quarter")
    assert second.unit == office.units["东园"]
    assert second.industry.startswith("14"), "糕点 is baked food"
    assert Entry.objects.filter(tx=session.tx, verb="import").count() == 2
    start_undo(session, actor)
    while run_next():
        pass
    assert Firm.objects.count() == 0
    assert check_chain().sound


def test_preview_is_exactly_what_is_written(office: Office) -> None:
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([HEAD, row(1), row(2)])), actor)
    session = checked(actor, xlsx([HEAD, row(1, capital="900万元"), row(2), row(4)]))
    assert (session.counts["new"], session.counts["update"], session.counts["same"]) == (1, 1, 1)
    change = session.changes.get()
    assert (change.column, change.old, change.new) == ("capital", "500万元", "900万元")
    before = Entry.objects.count()
    written(session, actor)
    assert Firm.objects.get(uscc=code(1)).capital == Decimal(900)
    assert Entry.objects.count() == before + 2


def test_undo_keeps_rows_touched_since_and_lists_them(office: Office) -> None:
    actor = office.actor("gongxin")
    session = written(checked(actor, xlsx([HEAD, row(1), row(2)])), actor)
    touched = Firm.objects.get(uscc=code(1))
    save(FirmLedger(), actor, {"remark": "已走访"}, key=touched.pk, version=touched.version)
    start_undo(session, actor)
    while run_next():
        pass
    session = ImportSession.objects.get(pk=session.pk)
    assert [firm.uscc for firm in Firm.objects.all()] == [code(1)]
    assert session.counts["kept"] == [[touched.pk, touched.name]]


def test_a_row_twice(office: Office) -> None:
    session = checked(office.actor("gongxin"), xlsx([HEAD, row(1), row(1), row(2), row(2, scope="木材加工")]))
    assert faults(session) == [(3, "", "row.repeated"), (5, "", "row.repeated_differs")]


def test_formulas_stay_text_and_are_harmless_on_the_way_out(office: Office) -> None:
    actor = office.actor("gongxin")
    nasty = "=cmd|' /C calc'!A0"
    content = "\ufeff" + ",".join(HEAD) + "\n" + ",".join(row(1, scope=f'"{nasty}"')) + "\n"
    session = written(checked(actor, content.encode(), "名录.csv"), actor)
    firm = Firm.objects.get()
    assert firm.business_scope == nasty
    listing = build(read_state(FirmLedger(), QueryDict("")), actor, "export")
    text = path_of(export_list(FirmLedger(), listing, actor, "csv")).read_text(encoding="utf-8-sig")
    assert f"'{nasty}" in [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    book = openpyxl.load_workbook(io.BytesIO(path_of(export_list(FirmLedger(), listing, actor, "xlsx")).read_bytes()))
    cell = next(one for line in book.worksheets[0].iter_rows(min_row=3) for one in line if one.value == nasty)
    assert cell.data_type == "s"
    assert session.state == "written"


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "a.csv"), ("utf-8-sig", "b.csv"), ("gb18030", "c.txt")])
def test_encodings(office: Office, encoding: str, name: str) -> None:
    content = "\r\n".join([",".join(HEAD), ",".join(row(1))]).encode(encoding)
    assert checked(office.actor("gongxin"), content, name).counts["new"] == 1


def test_a_file_of_two_encodings_is_refused_with_the_line(office: Office) -> None:
    content = (",".join(HEAD) + "\n").encode() + (",".join(row(1)) + "\n").encode("gb18030")
    with pytest.raises(Fault) as refused:
        upload(FirmLedger(), office.actor("gongxin"), "mixed.csv", [content])
    assert (refused.value.code, refused.value.params["line"]) == ("file.encoding_mixed", 2)
    assert ImportSession.objects.count() == 0


def test_a_zip_bomb_named_xlsx_is_not_opened(office: Office, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    with pytest.raises(Fault) as refused:
        upload(FirmLedger(), office.actor("gongxin"), "bomb.xlsx", [bomb.read_bytes()])
    assert refused.value.code == "file.bomb"


@pytest.mark.parametrize(
    ("content", "name", "fault"),
    [
        (b"", "x.xlsx", "file.empty"),
        (b"%PDF-1.4", "x.xlsx", "file.not_a_table"),
        (b"\x89PNG\x00\x00", "x.csv", "file.not_a_table"),
        (b"a,\xff\xfe\xff\n", "x.csv", "file.encoding"),
    ],
)
def test_what_is_no_table_is_refused(office: Office, content: bytes, name: str, fault: str) -> None:
    with pytest.raises(Fault) as refused:
        upload(FirmLedger(), office.actor("gongxin"), name, [content])
    assert refused.value.code == fault


def test_a_name_of_ten_thousand_characters(office: Office) -> None:
    session = checked(office.actor("gongxin"), xlsx([HEAD, row(1, name="青" * 10_000)]))
    assert faults(session) == [(2, "name", "text.long")]


def test_shifted_and_destroyed_rows(office: Office) -> None:
    lines = [HEAD, row(1), row(2, capital="食品的生产"), row(3, name="青禾\ufffd\ufffd公司")]
    session = checked(office.actor("gongxin"), "\n".join(",".join(line) for line in lines).encode(), "x.csv")
    assert faults(session) == [(3, "", "row.shifted"), (4, "", "row.mojibake")]


def test_a_park_cannot_write_outside_itself(office: Office) -> None:
    actor = office.actor("yuanqu")
    session = checked(actor, xlsx([HEAD, row(1), row(2, unit="西园")]))
    assert faults(session) == [(3, "", "row.outside")]
    session = written(session, actor)
    assert [firm.unit.name for firm in Firm.objects.all()] == ["东园"]
    with pytest.raises(Denied):
        upload(FirmLedger(), office.actor("sifa"), "x.xlsx", [xlsx([HEAD, row(1)])])


def test_a_change_after_the_check_stops_the_whole_write(office: Office) -> None:
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([HEAD, row(1)])), actor)
    session = checked(actor, xlsx([HEAD, row(1, capital="700万元"), row(2)]))
    firm = Firm.objects.get(uscc=code(1))
    save(FirmLedger(), actor, {"remark": "插一手"}, key=firm.pk, version=firm.version)
    session = written(session, actor)
    assert session.state == "checked"
    assert firm.name in session.error
    assert Firm.objects.count() == 1


def test_columns_are_corrected_and_remembered(office: Office) -> None:
    actor = office.actor("gongxin")
    head = [*HEAD[:5], "干啥的"]
    session = upload(FirmLedger(), actor, "x.xlsx", [xlsx([head, row(1)])])
    setup = Setup.from_json(session.setup)
    assert setup.columns[5].target == ""
    session = recheck(arrange(session, corrected(setup, {5: ("business_scope", "")})), actor)
    written(session, actor)
    assert Firm.objects.get().business_scope == "糕点的生产、销售"
    again = upload(FirmLedger(), actor, "y.xlsx", [xlsx([head, row(2)])])
    use = Setup.from_json(again.setup).columns[5]
    assert (use.target, use.reason) == ("business_scope", "remembered")


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_figures_in_another_unit_are_converted(office: Office) -> None:
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([HEAD, row(1)])), actor)
    sheet: list[list[Any]] = [
        ["企业名称", "年度", "来源", "营业收入（亿元）", "用地（公顷）"],
        ["青禾试导1食品有限公司", 2025, "部门", 1.5, 2],
    ]
    session = checked(actor, xlsx(sheet), ledger="firms.firmfigure")
    assert session.counts["new"] == 1, faults(session)
    written(session, actor)
    figure = FirmFigure.objects.get()
    assert (figure.revenue, figure.land_mu, figure.source) == (Decimal(15000), Decimal(30), "dept")
    firm = Firm.objects.get()
    assert (firm.revenue, firm.figure_period, firm.figure_source) == (Decimal(15000), "2025", "dept")


def test_round_trip_merges_cell_by_cell(office: Office) -> None:
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([HEAD, row(1), row(2)])), actor)
    listing = build(read_state(FirmLedger(), QueryDict("")), actor, "export")
    book = openpyxl.load_workbook(io.BytesIO(path_of(export_list(FirmLedger(), listing, actor, "xlsx")).read_bytes()))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[2]}
    line = next(number for number in range(3, 5) if sheet.cell(number, heads["统一社会信用代码"]).value == code(1))
    sheet.cell(line, heads["备注"]).value = "表里写的"
    sheet.cell(line, heads["主要产品"]).value = "表里的产品"
    buffer = io.BytesIO()
    book.save(buffer)
    firm = Firm.objects.get(uscc=code(1))
    save(
        FirmLedger(),
        actor,
        {"main_products": "网页上的产品", "website": "qinghe.example"},
        key=firm.pk,
        version=firm.version,
    )
    session = checked(actor, buffer.getvalue(), "改过.xlsx")
    assert session.counts["question"] == 1
    conflict = session.changes.get(note="conflict")
    assert (conflict.column, conflict.old, conflict.new, conflict.theirs) == (
        "main_products",
        "",
        "表里的产品",
        "网页上的产品",
    )
    written(session, actor)
    firm.refresh_from_db()
    assert (firm.remark, firm.main_products, firm.website) == ("表里写的", "网页上的产品", "qinghe.example")


def test_cancel_before_it_runs_leaves_the_session_open(office: Office) -> None:
    actor = office.actor("gongxin")
    session = upload(FirmLedger(), actor, "x.xlsx", [xlsx([HEAD, row(1)])])
    session = start_check(session, actor)
    assert ask_cancel(session.job_id or 0, actor)
    session = ImportSession.objects.get(pk=session.pk)
    assert session.state == "uploaded"
    assert Job.objects.get(pk=session.job_id or 0).state == "cancelled"


def test_an_undone_or_foreign_row_is_not_touched(office: Office) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Firm(name="青禾旁观有限公司", folded="青禾旁观有限公司", initials="qhpg", unit=office.units["西园"]))
    actor = office.actor("gongxin")
    session = written(checked(actor, xlsx([HEAD, row(1)])), actor)
    start_undo(session, actor)
    while run_next():
        pass
    assert [firm.name for firm in Firm.objects.all()] == ["青禾旁观有限公司"]

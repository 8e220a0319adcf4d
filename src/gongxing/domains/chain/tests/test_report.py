"""The 招商图谱 report: the same facts as Word, PDF, workbook and picture; no more than the reader may see; nothing made up."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from docx import Document
from docx.oxml.ns import qn

from gongxing.domains.chain import queries
from gongxing.domains.chain.line_breaks import ems, fitted
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.pages import report as pages
from gongxing.domains.chain.report.collect import collect
from gongxing.domains.chain.report.facts import Listing, Report, cell_text
from gongxing.domains.chain.report.pdf import TEMPLATES, _parts, pdf_of
from gongxing.domains.chain.tests.county_of_four import FORMULA, ODD, TOWN, small_chain
from gongxing.domains.chain.tests.small import place
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/map/tst/"
WARNING = "演示数据，全部虚构。"


@pytest.fixture(autouse=True)
def fresh_grading() -> None:
    """Numbers of entries are given out again by the next test: what was graded under them is dropped."""
    queries.forget()


def report_for(office: Office, who: str, query: str = "") -> Report:
    request = RequestFactory().get(f"{URL}report.pdf?{query}")
    asked = pages._asked(request, "tst", office.actor(who))
    assert asked is not None
    return collect(asked)


def got(client: Client, path: str) -> bytes:
    answer = client.get(f"{URL}{path}")
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 200, path
    return answer.content


def opened(made: bytes) -> Any:
    """A Word file; its stubs think much may be missing that is there."""
    return Document(io.BytesIO(made))


def cells(listing: Listing) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in listing.rows]


def texts(value: Any) -> Iterator[str]:
    """Every text in nested data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def test_the_lists_say_what_is_stored(office: Office) -> None:
    small_chain(office)
    firms, planned, gaps, profiles, bought, policies, platforms = report_for(office, "gongxin").lists
    assert cells(firms) == [
        ["1", ODD, "东园", "原料（配套）、成品（主营）", "是", "12,000.5", "统计局 2025"],
        ["2", TOWN, "禾城镇", "成品（主营）", "否", "300", "企业自报 2025"],
        ["3", "青禾无数实业有限公司", "东园", "原料（主营）", "否", "—", "—"],
    ]
    assert "另有 1 家上链待确认，没有列入。" in firms.notes
    assert cells(planned) == [
        ["1", "青禾在建材料有限公司", "成套智能装备与在线检测系统集成", "在建", "西园", today().isoformat()]
    ]
    assert any("项目台账还没有启用" in one for one in planned.notes)
    missing = next(row for row in cells(gaps) if row[2] == "锂盐与锂化合物")
    assert missing[:2] == ["—", "—"], "a county this small is not ranked"
    assert missing[3:6] == ["上游", "缺失", "是"]
    assert missing[8:12] == ["520.5", "采购调查", "500.5", "补链"]
    assert "成套智能装备与在线检测系统集成" not in [row[2] for row in cells(gaps)]
    assert [row[0] for row in profiles.rows] == ["锂盐与锂化合物"]
    assert str(profiles.rows[0][9]).endswith("（依据未核实）")
    assert profiles.rows[0][-1] == "编者判断（系统建议值）；编者判断（依据未核实）"
    assert cells(bought) == [
        ["1", FORMULA, "锂盐与锂化合物", "2", "520.5", "500.5", "本县 1、省外 1", "1", "0", "2025"],
        ["2", "包装箱", "原料", "1", "—", "—", "说不清 1", "0", "1", "2025"],
    ]
    assert policies.rows == ()
    assert policies.notes[0] == "系统里还没有载入政策，所以这张清单是空的；不是说没有适用的政策。"
    assert policies.notes[1].startswith("现在要附政策：请牵头部门另附现行有效的文件")
    assert cells(platforms) == [["东园", "2", "2", "1", "2", "原料、成品"]]


def test_no_list_says_who_may_have_money(office: Office) -> None:
    """Rulebook 1.10: a place on a chain is no ground for any."""
    small_chain(office)
    labels = [column.label for one in report_for(office, "gongxin").lists for column in one.columns]
    assert len(labels) > 40
    assert [one for one in labels if re.search("链主|资格|补贴|奖|优惠", one)] == []


def test_purchases_are_printed_as_sums_without_the_buyers_names(office: Office) -> None:
    small_chain(office)
    report = report_for(office, "gongxin")
    page = next(one for one in report.pages if one.title.startswith("锂盐"))
    lists = [block for block in page.blocks if isinstance(block, Listing)]
    bought = next(one for one in lists if one.title == "买多少，从哪里买")
    assert cells(bought) == [[FORMULA, "2", "520.5", "500.5", "本县 1、省外 1", "0", "2025"]]
    for listing in (report.lists[4], bought):
        assert not any(name in str(listing) for name in (ODD, TOWN))


def test_a_town_sees_only_its_own_firms(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    report = report_for(office, "xiangzhen")
    firms, planned, _gaps, _profiles, bought, _policies, platforms = report.lists
    assert [row[1] for row in firms.rows] == [TOWN]
    assert "只列制表岗位有权查看的企业；另有 2 家在这些环节上，没有列出。" in firms.notes
    assert planned.notes[0] == "没有看得到的在建或意向。"
    assert "只列制表岗位有权查看的企业；另有 1 家在这些环节上，没有列出。" in planned.notes
    assert (planned.rows, bought.rows, platforms.rows) == ((), (), ())
    assert "另有 2 家填过，制表岗位无权查看。" in bought.notes
    made = got(client_of("xiangzhen"), "report.docx")
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        body = packed.read("word/document.xml").decode()
    assert TOWN in body
    assert "青禾#甲" not in body
    assert "青禾在建材料" not in body


def test_a_workbook_is_an_export_and_needs_that_right(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    assert client_of("xiangzhen").get(f"{URL}report.xlsx").status_code == 403
    assert "report.xlsx" not in client_of("xiangzhen").get(URL).content.decode()
    assert "report.xlsx" in client_of("gongxin").get(URL).content.decode()
    for kind in ("report.docx", "report.pdf", "report.xlsx", "map.png", "map.svg"):
        assert client_of("nobody").get(f"{URL}{kind}").status_code == 403


def test_word_has_headings_tables_picture_and_numbers(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    document = opened(got(client_of("gongxin"), "report.docx"))
    languages = {told.get(qn("w:eastAsia")) for told in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"zh-CN"}, "or every line is marked as misspelt"
    heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert heads == [
        "结论", "这条链的指标", "产业链全景图", "招商目标图", "企业分布图", "补链强链状态图", "清单一 重点企业", "清单二 在建与意向项目", "清单三 薄弱缺失环节", "清单四 招商目标画像",
        "清单五 关键采购", "清单六 政策", "清单七 平台载体", "关键环节分页",
    ]  # fmt: skip
    assert [one.text for one in document.paragraphs if one.style.name == "Heading 2"] == [
        "锂盐与锂化合物",
        "锂盐与锂化合物（缺失、关键、上游）",
    ]
    tables = {" ".join(cell.text for cell in table.rows[0].cells[:3]): table for table in document.tables}
    firms = tables["序号 企业 属地"]
    assert [cell.text for cell in firms.rows[1].cells] == [
        "1",
        ODD,
        "东园",
        "原料（配套）、成品（主营）",
        "是",
        "12,000.5",
        "统计局 2025",
    ]
    assert firms.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert firms.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    pictures = document.inline_shapes
    assert len(pictures) == 4
    alt = pictures[0]._inline.docPr.get("descr")
    assert alt == "测试/材料全景图：4 个环节，关键 1、缺失 1、薄弱 2、在补 1、一般 0、优势 0；各环节见清单和分页"
    sizes = [(round(one.page_width.mm), round(one.page_height.mm)) for one in document.sections]
    assert sizes == [(210, 297), (297, 210), (210, 297), (297, 210), (210, 297)]
    assert (round(document.sections[0].top_margin.mm), round(document.sections[0].left_margin.mm)) == (37, 28)
    assert "PAGE" in document.sections[-1].footer._element.xml
    assert document.sections[-1].header.paragraphs[0].text == f"测试/材料招商图谱 · 截至 {today().isoformat()}"
    whole = "\n".join(one.text for one in document.paragraphs)
    assert "None" not in whole
    assert "%(" not in whole


def test_pdf_has_a_page_for_each_key_link_and_no_hole_in_its_words(office: Office, client_of: LogIn) -> None:
    nodes = small_chain(office)
    one = got(client_of("gongxin"), "report.pdf")
    assert one.startswith(b"%PDF-1.7")
    with writing(SYSTEM, "test", "") as ctx:
        node = Node.objects.get(pk=nodes["tst.gear"].pk)
        ctx.update(node, forced_key=True, forced_by="专家乙", forced_why="要紧", forced_on=today())
    two = got(client_of("gongxin"), "report.pdf")
    count = [len(re.findall(rb"/Type\s*/Page\b", made)) for made in (one, two)]
    assert count[1] == count[0] + 1
    report = report_for(office, "gongxin")
    said = [*texts(list(_parts(report))), *texts(report.facts)]
    assert len(said) > 150
    assert [text for text in said if re.search(r"None|%\(|Promise|__proxy__|nan", text)] == []


def test_the_templates_hold_no_words(office: Office) -> None:
    """All words come as data: they are translated and escaped there."""
    for path in TEMPLATES.glob("*.typ"):
        assert re.search("[\u4e00-\u9fff]", path.read_text(encoding="utf-8")) is None, path.name


def test_the_workbook_holds_every_list_and_runs_nothing(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    made = got(client_of("gongxin"), "report.xlsx?state=missing&t.chain.critical=70")
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == [
        "全部环节", "重点企业", "在建与意向项目", "薄弱缺失环节", "招商目标画像", "关键采购", "政策", "平台载体", "指标", "变化", "说明",
    ]  # fmt: skip
    cover = [[cell.value for cell in row] for row in book["说明"].iter_rows()]
    assert ["说明", "清单、分页和别的图只列：状态 缺失；全景图上其余环节淡显。"] in cover
    assert ["说明", "试算，不是正式结果。改了这些界线：关键环节分数线 60 → 70。"] in cover
    sheet = openpyxl.load_workbook(io.BytesIO(got(client_of("gongxin"), "report.xlsx")))["关键采购"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == (FORMULA, "s")
    assert (sheet["E3"].value, sheet["E3"].data_type) == (520.5, "n")
    assert sheet["E4"].value is None
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist() if "worksheets" in name)


def test_the_pictures_are_whole(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    client = client_of("gongxin")
    svg = got(client, "map.svg").decode()
    tree = ElementTree.fromstring(svg)
    width, height = int(tree.attrib["width"]), int(tree.attrib["height"])
    words = [one.text or "" for one in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "成套智能装备与" in words
    assert "在线检测系统集成" in words
    assert f"截至 {today().isoformat()}" in "".join(words)
    assert "缺失 1" in words
    assert "var(" not in svg
    assert "class=" not in svg
    assert "<a " not in svg
    png = got(client, "map.png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height)


@pytest.mark.parametrize(
    ("demo", "invented", "firms", "said"),
    [
        (True, True, True, WARNING),
        (False, True, True, WARNING),
        (True, True, False, "有虚构数据（虚构 / 全部）：产业链 1 / 1，环节 4 / 4，链上企业 0 / 4。"),
        (True, False, True, "有虚构数据（虚构 / 全部）：产业链 0 / 1，环节 0 / 4，链上企业 4 / 4。"),
        (False, True, False, "有虚构数据（虚构 / 全部）：产业链 1 / 1，环节 4 / 4，链上企业 0 / 4。"),
        (True, False, False, "在演示环境里做的；列出的没有虚构数据。"),
        (False, False, False, ""),
    ],
)
def test_every_document_says_how_much_is_invented(
    demo: bool, invented: bool, firms: bool, said: str, office: Office, client_of: LogIn, settings: Any
) -> None:
    """Of six firms four count on the chain: one is closed, one is doubtful."""
    settings.DEMO = demo
    small_chain(office, invented, firms)
    client = client_of("gongxin")
    warning = report_for(office, "gongxin").warning
    assert warning == said
    document = opened(got(client, "report.docx"))
    assert any(one.text == said for one in document.paragraphs if one.text) is bool(said)
    book = openpyxl.load_workbook(io.BytesIO(got(client, "report.xlsx")))
    heads = [str(sheet["A1"].value) for sheet in book.worksheets[:-1]]
    assert all(head.endswith(said) for head in heads)
    assert any("虚构" in head for head in heads) is bool(said)
    assert (["注意", said] in [[cell.value for cell in row] for row in book["说明"].iter_rows()]) is bool(said)
    drawn = "".join(re.findall(r">([^<]+)</text>", got(client, "map.svg").decode()))
    assert ("虚构" in drawn) is bool(said)
    assert said in drawn


def test_a_firm_brought_along_is_counted_and_not_called_invented(office: Office, settings: Any) -> None:
    settings.DEMO = True
    nodes = small_chain(office, True)
    assert report_for(office, "gongxin").warning == WARNING
    with writing(SYSTEM, "import", "") as ctx:
        firm = ctx.create(Firm(name="真有限公司", folded="真有限公司", initials="z", unit=office.units["东园"]))
        place(ctx, firm, nodes["tst.raw"])
    assert (
        report_for(office, "gongxin").warning == "有虚构数据（虚构 / 全部）：产业链 1 / 1，环节 4 / 4，链上企业 4 / 5。"
    )


def test_a_chain_without_firms_says_what_to_do(office: Office, client_of: LogIn) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        chain = ctx.create(Chain(code="tst", name="空链", kind="traditional"))
        ctx.create(Node(code="tst.only", chain=chain, segment="1", name="唯一环节"))
        ctx.create(Chain(code="bare", name="没有环节", kind="traditional"))
    report = report_for(office, "gongxin")
    assert report.finding == "空链：1 个环节，还没有企业上链"
    assert any("还没有企业放到环节上" in one for one in report.notices)
    assert [one.rows for one in report.lists] == [()] * 7
    assert all(one.notes for one in report.lists)
    assert report.pages == ()
    client = client_of("gongxin")
    for kind in ("report.docx", "report.pdf", "report.xlsx", "map.png", "map.svg"):
        got(client, kind)
        assert client.get(f"/chain/map/bare/{kind}").status_code == 200, kind


def test_the_address_of_the_map_holds_for_its_documents(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    page = client_of("gongxin").get(f"{URL}?state=missing&node=tst.raw&view=table").content.decode()
    assert f'href="{URL}report.docx?state=missing"' in page
    park = office.units["东园"].pk
    report = report_for(office, "gongxin", f"park={park}")
    assert "清单、分页和别的图只列：园区 东园；全景图上其余环节淡显。" in report.notices
    assert [row[1] for row in report.lists[0].rows] == [ODD, "青禾无数实业有限公司"]
    odd = report_for(office, "gongxin", "t.chain.critical=abc&day=2999-01-01")
    assert "“abc”不是 0 以上的数，没有试用。" in odd.notices
    assert "2999-01-01 还没到，显示今天。" in odd.notices


def test_an_earlier_day_is_printed_as_it_was(office: Office, client_of: LogIn) -> None:
    with at(now() - timedelta(days=40)):
        nodes = small_chain(office)
        first = today()
    with at(now() - timedelta(days=10)), writing(SYSTEM, "test", "") as ctx:
        node = Node.objects.get(pk=nodes["tst.made"].pk)
        ctx.update(node, name="改了名")
        for placement in list(node.placements.all()):
            ctx.delete(placement)
    report = report_for(office, "gongxin", f"day={first.isoformat()}")
    assert report.day == first
    assert report.notices[0] == f"这是 {first.isoformat()} 那天的情况，从留痕里还原。"
    assert [row[1] for row in report.lists[0].rows] == [ODD, TOWN, "青禾无数实业有限公司"]
    assert "成品（主营）" in str(report.lists[0].rows[0][3])
    assert [row[1] for row in report_for(office, "gongxin").lists[0].rows] == [ODD, "青禾无数实业有限公司"]
    gone = Firm.objects.get(name=TOWN)
    with writing(SYSTEM, "test", "") as ctx:  # merged into another since: its row is no more
        ctx.delete(gone)
    again = report_for(office, "gongxin", f"day={first.isoformat()}")
    assert [row[1] for row in again.lists[0].rows] == [ODD, TOWN, "青禾无数实业有限公司"]
    assert not any("只列制表岗位" in note for note in again.lists[0].notes)
    seen = {who: report_for(office, who, f"day={first.isoformat()}").lists[0].rows for who in ("yuanqu", "xiangzhen")}
    assert [TOWN in str(rows) for rows in seen.values()] == [False, True]
    compared = report_for(office, "gongxin", f"with={first.isoformat()}")
    assert [one.title for one in compared.changes] == [f"{first.isoformat()} 到 {today().isoformat()} 的变化"]
    assert [row[0] for row in compared.changes[0].rows] == ["改了名"]
    answer = client_of("gongxin").get(f"{URL}report.pdf?day={(first - timedelta(days=9)).isoformat()}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{URL}?day=")


def test_names_of_files_and_wrong_addresses(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    client = client_of("gongxin")
    name = unquote(client.get(f"{URL}report.pdf").headers["Content-Disposition"])
    assert name == f"attachment; filename*=UTF-8''测试／材料招商图谱（{today().isoformat()}）.pdf"
    for path in ("/chain/map/none/report.pdf", f"{URL}report.exe", f"{URL}map.pdf", "/chain/map/none/map.png"):
        assert client.get(path).status_code == 404, path


def test_markup_in_names_stays_text(office: Office) -> None:
    """A name of signs that typst, XML and SVG would read: the documents are made, and the text is the same in all of them."""
    nodes = small_chain(office)
    bad = "#a*_`$<&\x07]"
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Node.objects.get(pk=nodes["tst.made"].pk), name=bad)
    report = report_for(office, "gongxin")
    assert bad in str(report.lists[0].rows[0][3])
    assert pdf_of(report).startswith(b"%PDF")
    tree = ElementTree.fromstring(report.picture.svg)
    words = [one.text or "" for one in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert bad.replace("\x07", "") in words


def test_widths_of_text() -> None:
    assert ems("电池A1") == pytest.approx(3.22)
    assert fitted("电池材料", 2.5) == "电池"
    assert fitted("", 3) == ""

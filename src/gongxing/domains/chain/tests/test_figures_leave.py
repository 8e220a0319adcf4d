"""One rule for a firm's revenue in documents: it leaves only for posts that may export the figures of that firm's unit. Others have the
list with a dash and a sentence why; a sum that says one firm's figure keeps to the same rule."""

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from docx import Document

from gongxing.domains.chain.pages import report as pages
from gongxing.domains.chain.report.collect import collect
from gongxing.domains.chain.report.facts import Listing, Report, cell_text
from gongxing.domains.chain.report.pdf import _parts
from gongxing.domains.chain.tests.county_of_four import ODD, TOWN, small_chain
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.domains.chain.tests.test_disclosure import county as secret_county
from gongxing.domains.chain.tests.test_structure_page import county as structure_county
from gongxing.kernel.access.models import Grant
from gongxing.kernel.clock import today
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.once
__all__ = ["secret_county", "structure_county"]

LogIn = Callable[[str], Client]
MAP = "/chain/map/tst/"
BARE = "青禾无数实业有限公司"


def investment(office: Office, *units: str) -> User:
    """An officer who sees the whole county and may export chains, firms and the survey, but of figures only those of some units."""
    with as_system() as ctx:
        user = ctx.create(User(username="zhaoshang", name="招商（演示）", password="!", invented=True))
        post = ctx.create(Post(unit=office.units["县府办"], title="招商岗", code="P-zhaoshang", role="investment"))
        ctx.create(Tenure(user=user, post=post, start=SINCE))
        ctx.create_many(grants_for(post, SINCE))
        for unit in units:
            ctx.create(Grant(post=post, verb="export", target="firms.firmfigure", unit=office.units[unit], start=SINCE))
    office.users["zhaoshang"] = user
    return user


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def report_for(office: Office, who: str) -> Report:
    actor = actor_for(office.users[who], today())
    asked = pages._asked(RequestFactory().get(f"{MAP}report.pdf"), "tst", actor)
    assert asked is not None
    return collect(asked)


def firms(report: Report) -> list[tuple[str, str, str]]:
    """Firm, revenue, source of the first list."""
    return [(str(row[1]), cell_text(row[5]), cell_text(row[6])) for row in report.lists[0].rows]


def left_out(report: Report) -> list[str]:
    return [note for note in report.lists[0].notes if "没有列出（“—”）" in note]


def sentence(n: int) -> str:
    return f"制表岗位没有导出企业数据的权限，{n} 家的营业收入没有列出（“—”），在页面上看。"


KNOWN = [(ODD, "12,000.5", "统计局 2025"), (TOWN, "300", "企业自报 2025"), (BARE, "—", "—")]


@pytest.mark.parametrize(
    ("who", "units", "listed", "kept"),
    [
        ("gongxin", (), KNOWN, 0),
        ("tongji", (), KNOWN, 0),
        ("shenji", (), KNOWN, 0),
        ("xianfuban", (), KNOWN, 0),
        ("zhaoshang", (), [(ODD, "—", "—"), (BARE, "—", "—"), (TOWN, "—", "—")], 2),
        ("zhaoshang", ("东园",), [KNOWN[0], (BARE, "—", "—"), (TOWN, "—", "—")], 1),
        ("zhaoshang", ("禾城镇",), [KNOWN[1], (ODD, "—", "—"), (BARE, "—", "—")], 1),
        ("yuanqu", (), [KNOWN[0], KNOWN[2]], 0),
        ("xiangzhen", (), [(TOWN, "—", "—")], 1),
    ],
)
def test_the_first_list_by_role(
    office: Office, who: str, units: tuple[str, ...], listed: list[tuple[str, str, str]], kept: int
) -> None:
    """What stays is not in the order either: those firms stand last, by name."""
    small_chain(office)
    if who == "zhaoshang":
        investment(office, *units)
    report = report_for(office, who)
    assert firms(report) == listed
    assert left_out(report) == ([sentence(kept)] if kept else [])


def test_no_kind_of_document_says_it(office: Office, client_of: LogIn) -> None:
    """Two firms make the product: their sum, and what is estimated from it, would say each one's revenue."""
    small_chain(office)
    user = investment(office)
    client = entered(user)
    secret = re.compile(r"12,?000\.5|1\.2 亿|6,?300|6,?000|840")

    def got(path: str, by: Client = client) -> bytes:
        answer = by.get(f"{MAP}{path}")
        assert isinstance(answer, HttpResponse)
        assert answer.status_code == 200, path
        return answer.content

    def word(by: Client) -> str:
        read: Any = Document(io.BytesIO(got("report.docx", by)))
        cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(line.text for line in read.paragraphs), *cells])

    def books(by: Client) -> str:
        made = [openpyxl.load_workbook(io.BytesIO(got(path, by))) for path in ("report.xlsx", "table.xlsx")]
        return "\n".join(str(cell) for one in made for sheet in one for row in sheet.iter_rows(values_only=True) for cell in row)  # fmt: skip

    def pictures(by: Client) -> str:
        return "".join(got(path, by).decode() for path in ("map.svg", "pictures/targets.svg"))

    def typeset(who: str) -> str:
        return str(list(_parts(report_for(office, who))))

    whole = client_of("gongxin")
    for made, other in (
        (word(client), word(whole)),
        (books(client), books(whole)),
        (typeset("zhaoshang"), typeset("gongxin")),
    ):
        assert secret.search(made) is None
        assert secret.search(other) is not None
    drawn = re.findall(r">([^<]+)</text>", pictures(client))
    assert "2 家" in drawn
    assert not any("亿" in one or "840" in one for one in drawn)
    assert any("840" in one for one in re.findall(r">([^<]+)</text>", pictures(whole)))
    note = "制表岗位没有导出这些企业数据的权限，营业收入看得出是哪一家的合计和由它估计的需求不印。"
    assert note in word(client)
    assert note not in word(whole)
    assert "12,001" in client.get(f"{MAP}?node=tst.made").content.decode(), "the page shows what the post may see"


def test_the_pages_of_links_keep_to_it(office: Office) -> None:
    nodes = small_chain(office)
    with as_system() as ctx:
        made = nodes["tst.made"]
        ctx.update(made, forced_key=True, forced_by="甲", forced_why="乙", forced_on=today())
    investment(office)

    def on_link(who: str) -> Listing:
        page = next(one for one in report_for(office, who).pages if one.title.startswith("成品"))
        return next(block for block in page.blocks if isinstance(block, Listing) and block.title == "企业")

    assert [cell_text(row[3]) for row in on_link("gongxin").rows] == ["12,000.5", "300"]
    assert [cell_text(row[3]) for row in on_link("zhaoshang").rows] == ["—", "—"]
    assert sentence(2) in on_link("zhaoshang").notes


def table(answer: Any, sheet: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def test_the_workbook_of_the_survey_keeps_to_it(secret_county: County) -> None:
    """造 has a revenue of 70,077; 24,527 is what is estimated from it."""
    client = entered(investment(secret_county.office))
    answer = client.get(f"/chain/survey/table.xlsx?year={LAST}")
    asked = table(answer, "还没问")
    assert next(row for row in asked if row[0] == "造")[:3] == ["造", "make环节", None]
    assert [sentence(1)] in [row[:1] for row in asked]
    silent = next(row for row in table(answer, "还没答") if row[0] == "part环节")
    assert silent[:3] == ["part环节", None, "按营收估计的需求能看出是哪一家，不显示"]
    assert "24,527" in client.get(f"/chain/survey/?year={LAST}").content.decode()


def test_the_workbook_of_the_plan_keeps_to_it(secret_county: County) -> None:
    client = entered(investment(secret_county.office))
    rows = table(client.get("/chain/lengthen/table.xlsx"), "候选环节")
    assert next(row for row in rows if row[0] == "part环节")[3] == "不显示"
    assert "24,527" in client.get("/chain/lengthen/").content.decode()


def test_the_workbook_of_the_structure_keeps_to_it(structure_county: County, client_of: LogIn) -> None:
    """Four firms of wood: fewer than five, so their sum is for those who may take all figures along."""
    client = entered(investment(structure_county.office))
    path = "/chain/structure/table.xlsx?scope=all"
    money = {
        name: next(row for row in table(one.get(path), "区位商") if row[1] == "09")[3]
        for name, one in (("gongxin", client_of("gongxin")), ("zhaoshang", client))
    }
    assert money["gongxin"] is not None
    assert money["zhaoshang"] is None

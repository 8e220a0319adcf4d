"""Workbooks of the analyses: the page's rows, order and units as numbers, its filters, day and maker said, nothing the page does not say."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from gongxing.domains.chain.report.tables import shown_number
from gongxing.domains.chain.tests.county_of_four import FORMULA
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.domains.chain.tests.test_disclosure import county as secret_county
from gongxing.domains.chain.tests.test_fusion import county as fusion_county
from gongxing.domains.chain.tests.test_growth_points import county as growth_county
from gongxing.domains.chain.tests.test_structure_page import county as structure_county
from gongxing.kernel.access.models import Grant
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.run import run_next

pytestmark = pytest.mark.once
__all__ = ["fusion_county", "growth_county", "secret_county", "structure_county"]

LogIn = Callable[[str], Client]
PAGES = ("/chain/fusion/", "/chain/growth/", "/chain/lengthen/", "/chain/structure/", "/chain/survey/")


def book(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 200, path
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def table(sheet: Any) -> list[list[Any]]:
    """Head and rows of a sheet, without the lines above and below."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    frame = sheet.freeze_panes
    assert frame is not None, sheet.title
    at = int("".join(letter for letter in frame if letter.isdigit())) - 2
    end = next((n for n, row in enumerate(rows[at:], at) if not any(cell is not None for cell in row)), len(rows))
    return rows[at:end]


def said(made: Any) -> list[str]:
    """Every cell of a workbook as text."""
    return [str(cell.value) for sheet in made for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_numbers_are_read_back_as_the_page_shows_them() -> None:
    assert [shown_number(one) for one in ("12,345", "14.5%", "—", "", "不显示", 3)] == [
        12345.0,
        14.5,
        None,
        None,
        "不显示",
        3.0,
    ]


def test_the_pairs_stand_as_on_the_page_with_its_filter(fusion_county: County, client_of: LogIn) -> None:
    """16 points by hand in test_fusion; one item has firms on both sides."""
    client = client_of("gongxin")
    made = book(client, "/chain/fusion/table.xlsx?both=1")
    assert made.sheetnames == ["链对", "融合矩阵", "说明"]
    assert table(made["链对"])[1:] == [[1, "sss链", "ttt链", 16, None, 1, 1, "共用技术"]]
    assert table(made["融合矩阵"]) == [["战新 ＼ 传统", "ttt链"], ["sss链", 16]]
    assert made["链对"]["A3"].value == f"截至 {today().isoformat()}；筛选：只列两边都有企业的链对"
    assert "制表：" in made["链对"]["A5"].value
    assert "截至" in book(client, "/chain/fusion/table.xlsx")["链对"]["A3"].value
    page = client.get("/chain/fusion/?both=1").content.decode()
    assert 'href="/chain/fusion/table.xlsx?both=1"' in page


def test_one_pair_has_the_rows_of_its_page(fusion_county: County, client_of: LogIn) -> None:
    """Shares by hand in test_fusion: one by-product 1/6, technology 0.55. The other firm of a park is a number, not a name."""
    client = client_of("gongxin")
    page = client.get("/chain/fusion/sss/ttt/?both=1")
    made = book(client, "/chain/fusion/sss/ttt/table.xlsx?both=1")
    assert made.sheetnames == ["分数", "依据", "说明"]
    channels = table(made["分数"])[1:]
    assert [row[:3] for row in channels] == [
        ["副产物作原料", 30, 16.7],
        ["共用投入", 20, 0],
        ["共同客户", 20, 0],
        ["共用技术", 20, 55],
        ["相互支撑", 10, 0],
    ]
    assert [row[0] for row in channels] == [one["label"] for one in page.context["channels"]]
    items = table(made["依据"])[1:]
    assert [row[:9] for row in items] == [
        [
            1,
            "副产物作原料",
            "s1环节",
            None,
            "t1环节",
            0.6,
            page.context["items"][0]["words"],
            "东园战新厂",
            "西园传统厂",
        ]
    ]
    assert made["依据"]["A2"].value == "sss链 × ttt链：16 分"
    assert "只列两边都有企业的依据" in made["依据"]["A3"].value
    assert 'href="/chain/fusion/sss/ttt/table.xlsx?both=1"' in page.content.decode()
    park = table(book(client_of("yuanqu"), "/chain/fusion/sss/ttt/table.xlsx")["依据"])[1:]
    assert [row[7:9] for row in park] == [["东园战新厂", "1 家，不归你看"]]
    for who in ("xiangzhen", "nobody"):
        assert client_of(who).get("/chain/fusion/sss/ttt/table.xlsx").status_code == 403, who
    assert "table.xlsx" not in client_of("xiangzhen").get("/chain/fusion/sss/ttt/").content.decode()
    assert client.get("/chain/fusion/ttt/sss/table.xlsx").status_code == 404


def test_growth_with_all_its_parts_and_lines_tried(growth_county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    made = book(client, "/chain/growth/table.xlsx?chain=ccc&t.chain.growth.signs=2")
    assert made.sheetnames == ["增长点", "快增长企业", "增长产品", "新登记", "临近规上", "说明"]
    point = table(made["增长点"])[1]
    assert point[:2] == ["n1环节", "ccc链"]
    assert (point[5], point[7], point[8]) == (2, 1, "乙厂")
    fast = table(made["快增长企业"])
    assert fast[0][2:5] == [f"{LAST - 3} 年营业收入（万元）", f"{LAST} 年营业收入（万元）", "年均增长（%）"]
    assert sorted(row[:5] for row in fast[1:]) == [
        ["乙厂", "n1环节、n3环节", 500, 864, 20],
        ["甲厂", "n1环节", 100, 173, 20],
    ]
    assert table(made["新登记"])[1] == ["n1环节", "ccc链", 2, 0, 0, 3, "增多"]
    assert "ccc链" in made["增长点"]["A3"].value
    assert "来源 统计局" in made["增长点"]["A3"].value
    assert "→ 2" in made["增长点"]["A3"].value


def test_figures_of_firms_leave_only_with_that_right(growth_county: County, client_of: LogIn) -> None:
    """Whose post may export the chain but not firms' figures sees fast firms on the page only. A park takes out its own firm."""
    with growth_county.write() as ctx:
        for grant in Grant.objects.filter(target="firms.firmfigure", verb="export", post__role="industry"):
            ctx.delete(grant)
    client = client_of("gongxin")
    assert "甲厂" in client.get("/chain/growth/").content.decode()
    sheet = book(client, "/chain/growth/table.xlsx")["快增长企业"]
    assert [row[0].value for row in sheet.iter_rows()][
        -1
    ] == "你的岗位没有导出企业数据的权限，快增长企业没有带出；在页面上看。"
    assert sheet.max_row == 6
    own = book(client_of("yuanqu"), "/chain/growth/table.xlsx")
    assert [row[0] for row in table(own["快增长企业"])[1:]] == ["甲厂"]
    assert not any("乙厂" in one for one in said(own))
    assert any("另有 1 家，不归你看" in one for one in said(own))


def test_quotients_are_those_of_the_page(structure_county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    shares = client.get("/chain/structure/?scope=all").context["shares"]
    made = book(client, "/chain/structure/table.xlsx?scope=all")
    rows = table(made["区位商"])[1:]
    assert [row[1] for row in rows] == [one["code"] for one in shares]
    food = next(row for row in rows if row[1] == "06")
    assert food[2:4] == [6, 600]
    assert food[6] == float(next(one["quotient"] for one in shares if one["code"] == "06"))
    wood = next(row for row in rows if row[1] == "09")
    assert (wood[6], wood[7]) == (None, "4 家，少于 5 家")
    assert "全部部门" in made["区位商"]["A3"].value
    town = table(book(client_of("yuanqu"), "/chain/structure/table.xlsx")["区位商"])[1:]
    assert [row[3] for row in town if row[1] == "09"] == [None]  # four firms: their sum is not for a park


def test_the_survey_says_who_answered_and_whom_to_ask(secret_county: County, client_of: LogIn) -> None:
    made = book(client_of("gongxin"), f"/chain/survey/table.xlsx?year={LAST}")
    assert made.sheetnames == ["进度", "已答", "还没问", "还没答", "说明"]
    assert [row[:6] for row in table(made["已答"])[1:]] == [
        ["东甲", "东园", 3, 3, 10823, 10823],
        ["西丙", "西园", 2, 2, 7918, 7918],
        ["东乙", "东园", 3, 2, 3807, 3807],
        ["西戊", "西园", 1, 1, 11, 11],
        ["西丁", "西园", 1, 1, 10, 10],
    ]
    assert table(made["还没问"])[1:] == [["造", "make环节", 70077]]
    assert table(made["还没答"])[1:] == [["part环节", 24527, "按营收和比重估计", "造"]]
    park = book(client_of("yuanqu"), f"/chain/survey/table.xlsx?year={LAST}")
    assert [row[0] for row in table(park["已答"])[1:]] == ["东甲", "东乙"]
    assert not any(secret in one for one in said(park) for secret in ("西丙", "6011", "70077", "24527", "24,527", "造"))
    assert table(park["还没答"])[1:] == [["part环节", None, "按营收估计的需求能看出是哪一家，不显示", None]]


def test_the_plan_and_its_candidates_as_on_the_page(secret_county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert book(client, "/chain/lengthen/table.xlsx").sheetnames == ["候选环节", "说明"]
    where = client.post("/chain/lengthen/", {"k": "1", "leave": "salt"})["Location"]
    while run_next():
        pass
    asked = where.partition("?")[2]
    made = book(client, f"/chain/lengthen/table.xlsx?{asked}")
    assert made.sheetnames[:3] == ["最好的一组", "别的组合", "卡在哪里"]
    plan = client.get(where).context["run"]["plan"]
    assert [row[0] for row in table(made["最好的一组"])[1:]] == [one["name"] for one in plan["choices"]]
    assert table(made["最好的一组"])[1][1:3] == [24527, 24527]
    bought, estimated = (
        {row[0]: row[at] for row in table(made["候选环节"])[1:] if row[at] is not None} for at in (2, 3)
    )
    assert bought == {"scent环节": 8123, "salt环节": 6032, "box环节": 5107, "oil环节": 3307}
    assert estimated == {"part环节": 24527}, "what is worked out never stands among what was asked"
    assert "最多选 1 个；不选 salt环节" in made["候选环节"]["A3"].value
    park = book(client_of("yuanqu2"), f"/chain/lengthen/table.xlsx?{asked}")
    assert {row[0]: row[2] for row in table(park["候选环节"])[1:]}["oil环节"] == "不显示"
    assert not any(secret in one for one in said(park) for secret in ("8123", "3307", "8,123", "3,307"))
    assert client.get("/chain/lengthen/table.xlsx?k=x").status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_a_workbook_is_an_export(page: str, secret_county: County, client_of: LogIn) -> None:
    """No right to export: no button and no file. With it: both."""
    for who in ("xiangzhen", "qiye"):
        client = client_of(who)
        assert client.get(f"{page}table.xlsx").status_code == 403, who
        assert "table.xlsx" not in client.get(page, follow=True).content.decode()
    assert client_of("nobody").get(f"{page}table.xlsx").status_code == 403
    client = client_of("gongxin")
    assert f'href="{page}table.xlsx"' in client.get(page).content.decode()
    made = client.get(f"{page}table.xlsx")
    assert made.status_code == 200
    assert f"{today().isoformat()}" in made.headers["Content-Disposition"]


def test_a_name_that_looks_like_a_formula_stays_text(growth_county: County, client_of: LogIn) -> None:
    with growth_county.write() as ctx:
        growth_county.firm(ctx, FORMULA, at=["n1"])
        growth_county.figures(ctx, FORMULA, "stat", 10, 20, 40, 80)
    made = book(client_of("gongxin"), "/chain/growth/table.xlsx")
    cell = next(one for one in made["快增长企业"]["A"] if one.value == FORMULA)
    assert cell.data_type == "s"


def test_empty_lists_say_why_instead_of_a_bare_head(secret_county: County, client_of: LogIn) -> None:
    sheet = book(client_of("gongxin"), f"/chain/survey/table.xlsx?year={LAST - 1}")["已答"]
    values = [row[0].value for row in sheet.iter_rows()]
    assert values[-1] == "这一年还没有看得到的答卷。"
    assert "企业" not in values

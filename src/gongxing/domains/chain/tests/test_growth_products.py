"""Growing products: rates and intervals by hand, grouping, units, links, signs, one source at a time, who sees what, totals that count once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.chain.analysis.growing import grown
from gongxing.domains.chain.analysis.growing_products import GrownProduct
from gongxing.domains.chain.models import Placement
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.domains.chain.tests.test_books import book, said, table
from gongxing.domains.chain.tests.test_survey import enterprise
from gongxing.domains.firms.models import ProductFigure
from gongxing.domains.firms.naming import product_key
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/growth/"
Amounts = Sequence[float | None]


def sell(
    ctx: Ctx, county: County, firm: str, product: str, *revenues: float | None, source: str = "stat", made: Amounts = (), units: Sequence[str] = (), last: int = LAST
) -> None:  # fmt: skip
    """Yearly sales up to ``last``, the newest at the end; ``made`` the quantities of the same years in ``units``."""
    owner, key = county.firms[firm], product_key(product)
    first = last - len(revenues) + 1
    for at, revenue in enumerate(revenues):
        year, quantity = first + at, made[at] if made else None
        if revenue is None and quantity is None:
            continue
        ctx.create(
            ProductFigure(
                firm=owner, ref=f"{owner.pk}:{year}:{source}:{key}", name=product, folded=key, year=year, source=source,
                revenue=None if revenue is None else Decimal(str(revenue)), quantity=None if quantity is None else Decimal(str(quantity)),
                quantity_unit=units[at] if units else "",
            )
        )  # fmt: skip


@pytest.fixture
def county(office: Office) -> County:
    """甲厂 (东园) stands on n1 alone, 乙厂 (西园) on n1 and n3 and near the scale, 丙厂 (东园) on n2 and stands still."""
    made = County(office)
    with made.write() as ctx:
        made.chain(ctx, "ccc", "traditional", n1={"keywords": ["白砂糖"]}, n2={"keywords": ["瓦楞纸箱"]})
        made.chain(ctx, "ddd", "strategic", n3={"keywords": ["电芯"]})
        made.firm(ctx, "甲厂", at=["n1"], founded=date(LAST - 3, 5, 1))
        made.firm(ctx, "乙厂", "西园", at=["n1", "n3"], founded=date(LAST - 3, 5, 1), near_scale=True)
        made.firm(ctx, "丙厂", at=["n2"], founded=date(2001, 1, 1))
        made.figures(ctx, "丙厂", "stat", 300, 300, 300, 300)
    return made


def product(
    county: County, firm: str, name: str, source: str = "stat", trial: Mapping[str, float] | None = None
) -> GrownProduct:
    """One grown product."""
    found = grown(source, trial).products.by_subject()
    return found[f"{county.firms[firm].pk}:{product_key(name)}"]


def test_a_rate_an_interval_and_the_growth_of_the_quantity(county: County) -> None:
    """100 → 172.8 is 1.2³; 10 → 13.31 is 1.1³. With 150 in both years between, the line through the logarithms has the slope
    1.5 (ln 172.8 − ln 100) ÷ 5 = 0.16409 and the residuals −0.09334, 0.14804, −0.01605, −0.03864; t for 2 degrees is 4.30265."""
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "白砂糖", 100, 120, 144, 172.8, made=(10, 11, 12.1, 13.31), units=["吨"] * 4)
        sell(ctx, county, "甲厂", "红糖", 500, 750, 750, 864)
    even, uneven = product(county, "甲厂", "白砂糖"), product(county, "甲厂", "红糖")
    assert [even.sales.rate, even.sales.low, even.sales.high] == pytest.approx([0.2, 0.2, 0.2])
    assert (even.sales.n, even.sales.fast, even.sales.certain, even.small) == (4, True, True, True)
    assert even.output is not None and even.output.rate == pytest.approx(0.1)
    assert [uneven.sales.rate, uneven.sales.low, uneven.sales.high] == pytest.approx([0.2, -0.07757, 0.50519], abs=1e-4)
    assert (uneven.sales.fast, uneven.sales.certain, uneven.small, uneven.output) == (True, False, False, None)


def test_the_lines_are_those_of_firms(county: County) -> None:
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "白砂糖", 100, 120, 144, 172.8)
    assert product(county, "甲厂", "白砂糖", trial={"chain.growth.fast_rate": 21}).sales.fast is False
    assert product(county, "甲厂", "白砂糖", trial={"chain.growth.gazelle_base": 100}).small is False
    two = product(county, "甲厂", "白砂糖", trial={"chain.growth.years": 2})
    assert two.sales.n == 3
    assert two.sales.rate == pytest.approx(0.2)


def test_one_name_however_it_is_typed_is_one_product_and_two_names_are_two(county: County) -> None:
    """Width, capitals and blanks tell nothing apart; a decimal point does."""
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "ＬＥＤ 灯珠", 100, 120, last=LAST - 2)
        sell(ctx, county, "甲厂", "led灯珠", 144, 172.8)
        sell(ctx, county, "甲厂", "1.5mm板", 1)
        sell(ctx, county, "甲厂", "15mm板", 2)
    found = {one.name: one for one in grown("stat").products.products}
    assert set(found) == {"led灯珠", "1.5mm板", "15mm板"}
    assert found["led灯珠"].subject == f"{county.firms['甲厂'].pk}:LED灯珠"
    assert found["led灯珠"].sales.rate == pytest.approx(0.2)


def test_units_that_differ_refuse_the_quantity_and_leave_the_sales(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        sell(
            ctx,
            county,
            "甲厂",
            "白砂糖",
            1000,
            1200,
            1440,
            1728,
            made=(10, 11, 0.0121, 0.01331),
            units=["吨", "吨", "千吨", "千吨"],
        )
        sell(
            ctx,
            county,
            "甲厂",
            "红糖",
            1000,
            1200,
            1440,
            1728,
            made=(10, 11, 12.1, 13.31),
            units=["吨", "吨", "ｔ", "吨"],
        )
        sell(
            ctx,
            county,
            "甲厂",
            "冰糖",
            1000,
            1200,
            1440,
            1728,
            made=(10, None, 12.1, 13.31),
            units=["吨", "", "吨", " 吨"],
        )
    one = product(county, "甲厂", "白砂糖")
    assert (one.output, one.units, one.sales.fast) == (None, ("吨", "千吨"), True)
    rows = {row["name"]: row for row in client_of("gongxin").get(URL).context["products"]["fast"]}
    assert (rows["白砂糖"]["output"], rows["白砂糖"]["rate"]) == ("单位不一致", "20%")
    assert "各年产量的单位不一样（吨、千吨），产量不算增长，看销售收入" in rows["白砂糖"]["words"]
    assert rows["红糖"]["output"] == "单位不一致"
    assert rows["冰糖"]["output"] == "10%", "a year without a quantity has no unit either"


def test_what_has_no_rate_is_said_and_counted(county: County, client_of: LogIn) -> None:
    """A base of nothing or below, an end below 0, a first year that is not known: no rate, never a 0."""
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "新品", 0, 10, 20, 40)
        sell(ctx, county, "甲厂", "退货", -5, 10, 20, 40)
        sell(ctx, county, "甲厂", "停产", 100, 50, 20, -5)
        sell(ctx, county, "甲厂", "刚投产", 30, 90)
        sell(ctx, county, "甲厂", "只有产量", None, None, None, None, made=(10, 11, 12.1, 13.31), units=["吨"] * 4)
    page = client_of("gongxin").get(URL).context["products"]
    assert page["fast"] == []
    assert page["tally"] == {
        "figures": 5, "firms": 1, "rated": 0, "fast": 0, "certain": 0, "small": 0, "unrated": 5, "linked": 5,
        "why": [("首年或末年没有销售收入", 2), ("首年是零或负数", 2), ("末年是负数", 1)],
    }  # fmt: skip
    rows = {one["name"]: one for one in page["unrated"]}
    assert {one["rate"] for one in rows.values()} == {"—"}
    assert "起点是 0，算不出增长率" in rows["新品"]["words"]
    assert "1 个年度是零或负数，拟合时没有用" in rows["新品"]["words"]
    assert "终点是 -5，算不出增长率" in rows["停产"]["words"]
    assert f"{LAST - 3} 年或 {LAST} 年没有数，算不出年均增长" in rows["刚投产"]["words"]
    assert (rows["刚投产"]["start"], rows["刚投产"]["end"]) == ("—", "90")
    assert rows["只有产量"]["output"] == "10%"
    assert product(county, "甲厂", "新品").small is False


def test_the_link_comes_by_the_name_or_by_the_only_place(county: County) -> None:
    with county.write() as ctx:
        county.firm(ctx, "无链厂")
        county.firm(ctx, "否厂")
        county.place(ctx, "否厂", "n1", role="not")
        county.firm(ctx, "疑厂")
        county.place(ctx, "疑厂", "n1", level="doubtful")
        for firm, name in (
            ("乙厂", "优级白砂糖"), ("乙厂", "别的"), ("丙厂", "别的"), ("无链厂", "白砂糖"), ("无链厂", "别的"), ("否厂", "白砂糖"), ("疑厂", "白砂糖"),
        ):  # fmt: skip
            sell(ctx, county, firm, name, 10, 20, 30, 40)
    found = {(firm, name): product(county, firm, name) for firm, name in [("乙厂", "优级白砂糖"), ("乙厂", "别的"), ("丙厂", "别的"), ("无链厂", "白砂糖"), ("无链厂", "别的"), ("否厂", "白砂糖"), ("疑厂", "白砂糖")]}  # fmt: skip
    assert {pair: (one.node, one.by) for pair, one in found.items()} == {
        ("乙厂", "优级白砂糖"): ("n1", "words"), ("乙厂", "别的"): ("", ""), ("丙厂", "别的"): ("n2", "place"), ("无链厂", "白砂糖"): ("n1", "words"),
        ("无链厂", "别的"): ("", ""), ("否厂", "白砂糖"): ("", ""), ("疑厂", "白砂糖"): ("", ""),
    }  # fmt: skip


def test_a_fast_product_is_a_sign_unless_its_firm_is_fast_there_already(county: County, client_of: LogIn) -> None:
    """n2: a firm that stands still, near the scale, with a product that leaps. n1: a fast firm with a fast product is one sign, not two."""
    with county.write() as ctx:
        ctx.update(county.firms["丙厂"], near_scale=True)
        sell(ctx, county, "丙厂", "瓦楞纸箱", 100, 120, 144, 172.8)
        county.figures(ctx, "甲厂", "stat", 100, 120, 144, 172.8)
        sell(ctx, county, "甲厂", "白砂糖", 100, 120, 144, 172.8)
        sell(ctx, county, "乙厂", "储能电芯", 100, 120, 144, 172.8)
    points = {one.node: one for one in grown("stat").points}
    assert points["n2"].signs == ("fast_product", "near_scale")
    assert points["n2"].products == (f"{county.firms['丙厂'].pk}:瓦楞纸箱",)
    assert points["n1"].signs == ("fast_firm", "near_scale")
    assert points["n3"].signs == ("fast_product", "near_scale")
    page = client_of("gongxin").get(URL)
    shown = {one["code"]: one for one in page.context["points"]}
    assert [(name, firm) for name, firm, _url in shown["n2"]["sold"].named] == [("瓦楞纸箱", "丙厂")]
    assert shown["n2"]["growing"] and shown["n2"]["certain"]
    assert "产品增长快" in page.content.decode()
    assert f'href="/l/firms-firm/{county.firms["丙厂"].pk}/#panel-sold"' in page.content.decode()
    assert [one["name"] for one in client_of("gongxin").get(f"{URL}?chain=ddd").context["products"]["fast"]] == [
        "储能电芯"
    ]


def test_sources_are_never_mixed_and_closed_firms_have_no_products(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "白砂糖", 100, 120)
        sell(ctx, county, "甲厂", "白砂糖", 144, 172.8, source="dept", last=LAST - 2)
        sell(ctx, county, "丙厂", "瓦楞纸箱", 100, 200, 400, 800)
    assert product(county, "甲厂", "白砂糖").years == {LAST - 1: 100.0, LAST: 120.0}
    other = product(county, "甲厂", "白砂糖", "dept")
    assert (other.years, grown("dept").products.year) == ({LAST - 3: 144.0, LAST - 2: 172.8}, LAST - 2)
    assert grown("self").products.year is None
    page = client_of("gongxin").get(f"{URL}?source=self")
    assert "还没有产品的年度销售收入" in page.content.decode()
    with county.write() as ctx:
        ctx.update(county.firms["丙厂"], status="closed")
    assert [one.firm for one in grown("stat").products.products] == [county.firms["甲厂"].pk]


def test_years_that_differ_from_those_of_firms_are_said(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "白砂糖", 100, 120, 144, 172.8, last=LAST - 1)
    page = client_of("gongxin").get(URL)
    assert (page.context["products"]["year"], page.context["year"]) == (LAST - 1, LAST)
    assert f"产品数据到 {LAST - 1} 年，企业数据到 {LAST} 年" in page.content.decode()


def test_one_year_only_and_an_empty_county(office: Office, client_of: LogIn) -> None:
    client = client_of("gongxin")
    page = client.get(URL)
    assert page.status_code == 200
    assert page.context["products"]["year"] is None
    assert page.context["founded_once"] == [0, 0, 0, 0]
    assert book(client, f"{URL}table.xlsx")["增长产品"].max_row > 1
    made = County(office)
    with made.write() as ctx:
        made.firm(ctx, "甲厂")
        sell(ctx, made, "甲厂", "白砂糖", 100)
    page = client.get(URL)
    tally = page.context["products"]["tally"]
    assert (tally["figures"], tally["rated"], tally["fast"]) == (1, 0, 0)
    assert page.context["products"]["shorter_url"] == ""
    assert "年均增长算不出；不是没有增长" in page.content.decode()
    with made.write() as ctx:
        sell(ctx, made, "甲厂", "红糖", 50, 75)
    assert client.get(URL).context["products"]["shorter_url"] == f"{URL}?t.chain.growth.years=1"
    assert client.get(f"{URL}?t.chain.growth.years=1").context["products"]["tally"]["fast"] == 1


@pytest.fixture
def secrets(county: County, office: Office) -> County:
    """Fast products in both parks; qiye is the account of 甲厂."""
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "白砂糖", 1000, 1200, 1440, 1728)
        sell(ctx, county, "乙厂", "秘密电芯", 7001, 9101, 11831, 15380)
    enterprise(office, county.firms["甲厂"])
    return county


@pytest.mark.parametrize(
    ("who", "seen"),
    [("gongxin", {"白砂糖", "秘密电芯"}), ("yuanqu", {"白砂糖"}), ("yuanqu2", {"秘密电芯"}), ("xiangzhen", set()), ("qiye", {"白砂糖"})],
)  # fmt: skip
def test_who_may_not_see_figures_sees_none(secrets: County, client_of: LogIn, who: str, seen: set[str]) -> None:
    page = client_of(who).get(URL)
    found = page.context["products"]
    assert {one["name"] for one in found["fast"]} == seen
    assert (found["tally"]["fast"], found["rest"]) == (2, 2 - len(seen))
    text = page.content.decode()
    assert ("秘密电芯" in text) == ("秘密电芯" in seen)
    assert ("15,380" in text) == ("秘密电芯" in seen)
    point = next(one for one in page.context["points"] if one["code"] == "n3")
    assert (point["sold"].n, point["sold"].hidden) == (1, 0 if "秘密电芯" in seen else 1)


def test_without_the_grant_on_product_figures_the_names_of_firms_alone_do_not_help(
    secrets: County, client_of: LogIn
) -> None:
    with secrets.write() as ctx:
        for grant in Grant.objects.filter(target="firms.productfigure", post__role="industry"):
            ctx.delete(grant)
    page = client_of("gongxin").get(URL)
    assert page.context["products"]["fast"] == []
    assert "秘密电芯" not in page.content.decode()
    assert "有 2 个产品，不归你看" in page.content.decode()


def test_a_place_one_may_not_see_is_not_told(secrets: County, client_of: LogIn) -> None:
    with secrets.write() as ctx:
        for grant in Grant.objects.filter(target="chain.placement", post__role="industry"):
            ctx.delete(grant)
    rows = client_of("gongxin").get(URL).context["products"]["fast"]
    assert {one["name"]: one["node"] for one in rows} == {"白砂糖": None, "秘密电芯": None}


def test_the_workbook_has_the_products_for_who_may_export_them(secrets: County, client_of: LogIn) -> None:
    with secrets.write() as ctx:
        sell(ctx, secrets, "甲厂", "刚投产", 30, 90)
    client = client_of("gongxin")
    made = book(client, f"{URL}table.xlsx")
    assert made.sheetnames == ["增长点", "快增长企业", "增长产品", "新登记", "临近规上", "说明"]
    rows = table(made["增长产品"])
    assert rows[0][3:6] == [f"{LAST - 3} 年销售收入（万元）", f"{LAST} 年销售收入（万元）", "年均增长（%）"]
    assert [row[:6] for row in rows[1:]] == [
        ["秘密电芯", "乙厂", "n3环节", 7001, 15380, 30],
        ["白砂糖", "甲厂", "n1环节", 1000, 1728, 20],
        ["刚投产", "甲厂", "n1环节", None, 90, None],
    ]
    point = next(row for row in table(made["增长点"])[1:] if row[0] == "n3环节")
    assert point[9:11] == [1, "秘密电芯（乙厂）"]
    own = book(client_of("yuanqu"), f"{URL}table.xlsx")
    assert [row[0] for row in table(own["增长产品"])[1:]] == ["白砂糖", "刚投产"]
    assert not any("秘密" in one for one in said(own))
    with secrets.write() as ctx:
        for grant in Grant.objects.filter(target="firms.productfigure", verb="export", post__role="industry"):
            ctx.delete(grant)
    bare = book(client, f"{URL}table.xlsx")
    assert not any("秘密" in one for one in said(bare))
    assert [row[0].value for row in bare["增长产品"].iter_rows()][-1] == "你的岗位没有导出产品数据的权限，增长产品没有带出；在页面上看。"  # fmt: skip
    assert "秘密电芯" in client.get(URL).content.decode()


def test_totals_count_a_firm_once_and_links_count_it_on_each(county: County, client_of: LogIn) -> None:
    """乙厂 stands on n1 and n3: each link has it, the totals have it once."""
    client = client_of("gongxin")
    shown = client.get(URL).context
    assert {one["code"]: one["years"] for one in shown["registrations"]} == {"n1": [2, 0, 0, 0], "n3": [1, 0, 0, 0]}
    assert {one["code"]: one["side"].n for one in shown["watched"]} == {"n1": 1, "n3": 1}
    assert (shown["founded_once"], shown["watched_once"]) == ([2, 0, 0, 0], 1)
    assert (shown["tally"]["placed"], shown["tally"]["figures"]) == (3, 1)
    one_chain = client.get(f"{URL}?chain=ddd").context
    assert (one_chain["founded_once"], one_chain["watched_once"], one_chain["tally"]["placed"]) == ([1, 0, 0, 0], 1, 1)
    text = client.get(URL).content.decode()
    assert "在几个环节上的，各环节都数" in text
    made = book(client, f"{URL}table.xlsx")
    notes = said(made)
    assert f"一家企业在几个环节上的，各环节都数它；合计每家只数一次：{LAST - 3} 年 2 家，{LAST - 2} 年 0 家，{LAST - 1} 年 0 家，{LAST} 年 0 家。" in notes  # fmt: skip
    assert "一家企业在几个环节上的，各环节都数它；合计每家只数一次：1 家。" in notes


def test_a_figure_that_is_corrected_is_shown_at_once(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        sell(ctx, county, "甲厂", "白砂糖", 100, 120, 144, 172.8)
    client = client_of("gongxin")
    assert client.get(URL).context["products"]["tally"]["fast"] == 1
    with county.write() as ctx:
        ctx.update(ProductFigure.objects.get(year=LAST), revenue=Decimal(100))
    assert client.get(URL).context["products"]["tally"]["fast"] == 0


def test_queries_do_not_grow_with_products(
    county: County, client_of: LogIn, django_assert_max_num_queries: Any
) -> None:
    client = client_of("gongxin")
    with county.write() as ctx:
        for number in range(30):
            sell(ctx, county, "甲厂", f"第{number}号糖", 100, 200, 400, 800)
    client.get(URL)
    with django_assert_max_num_queries(22):
        page: Any = client.get(URL)
    assert page.context["products"]["tally"]["fast"] == 30
    assert Placement.objects.count() == 4

"""Yearly figures of products: one key however the name is typed, units, sources that keep to themselves, the firm's page, merging."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from gongxing.domains.firms.models import Firm, ProductFigure
from gongxing.domains.firms.naming import product_key
from gongxing.domains.firms.queries import ProductYear, product_years, years_with_products
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import checked, edited, exported, faults, written, xlsx
from tests.merging import UNMERGE, LogIn, firm, merge, product, question, token

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LEDGER = "firms.productfigure"
HEAD = ["企业名称", "产品名称", "年度", "来源", "销售收入（万元）", "产量", "产量单位"]


def sold(of: Firm, name: str = "白砂糖", year: int = 2025, source: str = "dept", **more: Any) -> ProductFigure:
    values = ledger_named(LEDGER).derive({"firm_id": of.pk, "name": name, "year": year, "source": source, **more}, None)
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(ProductFigure(**values))


def typed(office: Office, who: str = "gongxin", **more: str) -> ProductFigure:
    given = {"name": "白砂糖", "year": "2025", "source": "dept", "revenue": "12", **more}
    row = save(ledger_named(LEDGER), office.actor(who), given)
    assert isinstance(row, ProductFigure)
    return row


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.column, one.fault.code) for one in refused.value.faults]


def test_names_are_the_same_however_wide_and_never_by_guess() -> None:
    assert product_key(" ＬＥＤ 灯珠") == product_key("led灯珠") == "LED灯珠"
    assert product_key("1.5mm板") != product_key("15mm板")
    assert product_key("R-22") != product_key("R22")
    assert product_key(product_key("㎏装ａ")) == product_key("㎏装ａ") == "KG装A"


def test_a_second_figure_of_a_product_year_and_source_is_refused(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司")
    row = typed(office, firm=one.name, name="LED灯珠")
    assert row.ref == f"{one.pk}:2025:dept:LED灯珠"
    values = {"firm": one.name, "name": "ｌｅｄ 灯珠", "year": "2025", "source": "dept", "revenue": "13"}
    answer = client_of("gongxin").post(f"{ledger_named(LEDGER).url}add/", values)
    assert answer.status_code == 422
    assert "已经登记过" in answer.content.decode()
    assert typed(office, firm=one.name, name="LED灯珠", source="self").pk != row.pk
    assert typed(office, firm=one.name, name="LED灯珠", year="2024").pk != row.pk
    assert ProductFigure.objects.count() == 3


def test_a_quantity_needs_its_unit_and_a_year_to_come_is_refused(office: Office) -> None:
    one = firm(office, "青禾甲有限公司")
    with pytest.raises(Refused) as refused:
        typed(office, firm=one.name, quantity="5")
    assert codes(refused) == [("quantity_unit", "product_figure.unit_needed")]
    with pytest.raises(Refused) as refused:
        typed(office, firm=one.name, year=str(today().year + 1))
    assert codes(refused) == [("year", "product_figure.year")]
    row = typed(office, firm=one.name, quantity="5.1234", quantity_unit="吨", revenue="-3.5")
    assert (row.quantity, row.quantity_unit, row.revenue) == (Decimal("5.1234"), "吨", Decimal("-3.5"))
    with pytest.raises(Refused) as refused:
        save(ledger_named(LEDGER), office.actor("gongxin"), {"quantity_unit": ""}, key=row.pk, version=1)
    assert codes(refused) == [("quantity_unit", "product_figure.unit_needed")]
    with pytest.raises(Refused) as refused:
        typed(office, firm=one.name, year="2024", quantity="-1", quantity_unit="吨")
    assert [column for column, _code in codes(refused)] == ["quantity"]


def test_statistics_are_imported_by_their_office_and_never_typed(office: Office) -> None:
    one = firm(office, "青禾甲有限公司")
    with pytest.raises(Refused) as refused:
        typed(office, firm=one.name, source="stat")
    assert codes(refused) == [("source", "figure.statistics_import_only")]
    sheet: list[list[Any]] = [
        HEAD,
        [one.name, "白砂糖", 2025, "统计局", 120.5, 300, "吨"],
        [one.name, "白砂糖", 2025, "部门", 110, "", ""],
    ]
    session = checked(office.actor("gongxin"), xlsx(sheet), ledger=LEDGER)
    assert faults(session) == [(2, "source", "figure.statistics_office_only")]
    actor = office.actor("tongji")
    session = checked(actor, xlsx(sheet), ledger=LEDGER)
    assert faults(session) == []
    written(session, actor)
    stored = {row.source: (row.revenue, row.quantity, row.quantity_unit) for row in ProductFigure.objects.all()}
    assert stored == {"stat": (Decimal("120.5"), Decimal(300), "吨"), "dept": (Decimal(110), None, "")}
    content = edited(
        exported(office.actor("gongxin"), "xlsx", LEDGER), {("白砂糖", "销售收入（万元）"): 7}, key="产品名称"
    )
    again = checked(office.actor("gongxin"), content, ledger=LEDGER)
    assert {code for _row, _column, code in faults(again)} <= {"figure.statistics_office_only"}


def test_a_park_sees_and_writes_its_own_only(office: Office, client_of: LogIn) -> None:
    mine, theirs = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司", unit=office.units["西园"])
    typed(office, firm=mine.name)
    other = typed(office, firm=theirs.name, revenue="99")
    client = client_of("yuanqu")
    rows = client.get(f"/api/l/{ledger_named(LEDGER).slug}").json()["rows"]
    assert [row["id"] for row in rows] == [ProductFigure.objects.get(firm=mine).pk]
    assert client.get(ledger_named(LEDGER).row_url(other.pk)).status_code == 404
    with pytest.raises(Refused):
        typed(office, "yuanqu", firm=theirs.name, year="2024")
    assert typed(office, "yuanqu", firm=mine.name, year="2024").firm_id == mine.pk
    assert client_of("sifa").get(ledger_named(LEDGER).url).status_code == 200
    assert client_of("sifa").get(f"{ledger_named(LEDGER).url}add/").status_code == 403


def test_the_firms_page_has_them_for_who_may_see_them(office: Office, client_of: LogIn) -> None:
    one, bare = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    client, ledger = client_of("gongxin"), ledger_named("firms.firm")
    assert "panel-sold" not in client.get(ledger.row_url(bare.pk)).content.decode(), "no product, nothing to fill in"
    product(bare, "纸箱")
    assert "还没有分产品的年度数据" in client.get(ledger.row_url(bare.pk)).content.decode()
    sold(one, year=2024, revenue=Decimal(1000), quantity=Decimal("12.5"), quantity_unit="吨")
    sold(one, year=2025, revenue=Decimal(1234))
    page = client.get(ledger.row_url(one.pk))
    panel = next(panel for panel in page.context["panels"] if panel.key == "sold")
    lines = [(row["year"], row["quantity"], row["quantity_unit"], row["revenue"]) for row in panel.context["rows"]]
    assert lines == [(2025, "—（未报）", "", "1,234"), (2024, "12.5", "吨", "1,000")]
    assert "12.5 吨" in page.content.decode()
    Grant.objects.filter(post=office.posts["gongxin"], target=LEDGER).delete()
    assert "panel-sold" not in client_of("gongxin").get(ledger.row_url(one.pk)).content.decode()


def test_years_of_a_product_by_one_source(office: Office) -> None:
    one = firm(office, "青禾甲有限公司")
    sold(one, "LED灯珠", 2024, revenue=Decimal(10), quantity=Decimal(2), quantity_unit="万只")
    sold(one, "led 灯珠", 2025, revenue=Decimal(12))
    sold(one, "led 灯珠", 2025, source="self", revenue=Decimal(99))
    closed = firm(office, "青禾乙有限公司", status="closed")
    sold(closed, revenue=Decimal(5))
    found = product_years("dept", 2023, 2025)
    assert [(row.firm, row.key, row.name) for row in found] == [(one.pk, "LED灯珠", "led 灯珠")]
    assert found[0].years == {2024: ProductYear(10.0, 2.0, "万只"), 2025: ProductYear(12.0, None, "")}
    assert years_with_products("dept") == {2025: 1, 2024: 1}
    assert years_with_products("stat") == {}


def test_merging_carries_them_along_and_asks_where_they_contradict(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    mine = sold(one, revenue=Decimal(100), quantity=Decimal(5), quantity_unit="吨")
    theirs = sold(other, " 白砂糖", revenue=Decimal(120))
    moved = sold(other, "赤砂糖", revenue=Decimal(7))
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        merge(office, one, other)
    assert codes(refused) == [("choose", "firm.merge_undecided")]
    assert Entry.objects.count() == before
    asked = question(one, other)
    shown = client_of("gongxin").get(reverse("firms-merge", args=[asked.pk])).content.decode()
    assert f"clash-firms-productfigure-{mine.pk}-{theirs.pk}" in shown
    assert "产品数据 1" in shown
    merged = merge(office, one, other, choose=token(theirs, mine))
    left = ProductFigure.objects.get(year=2025, folded="白砂糖")
    assert (left.pk, left.firm_id, left.ref) == (theirs.pk, one.pk, f"{one.pk}:2025:dept:白砂糖")
    assert (left.revenue, left.quantity, left.quantity_unit) == (Decimal(120), Decimal(5), "吨"), (
        "a blank is filled, with its unit"
    )
    moved.refresh_from_db()
    assert (moved.firm_id, moved.ref) == (one.pk, f"{one.pk}:2025:dept:赤砂糖")
    perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "合错了"}, key=merged.pk)
    back = {
        (row.firm_id, row.folded): (row.revenue, row.quantity, row.quantity_unit) for row in ProductFigure.objects.all()
    }
    assert back == {
        (one.pk, "白砂糖"): (Decimal(100), Decimal(5), "吨"), (other.pk, "白砂糖"): (Decimal(120), None, ""), (other.pk, "赤砂糖"): (Decimal(7), None, ""),
    }  # fmt: skip
    assert check_chain().sound


def test_figures_that_agree_are_united_and_a_unit_is_no_blank_of_another(office: Office) -> None:
    one, other, third = (firm(office, f"青禾{at}有限公司") for at in "甲乙丙")
    sold(one, revenue=Decimal(100))
    sold(other, revenue=Decimal(100), quantity=Decimal(5), quantity_unit="吨")
    merged = merge(office, one, other)
    left = ProductFigure.objects.get()
    assert (left.firm_id, left.revenue, left.quantity, left.quantity_unit) == (one.pk, Decimal(100), Decimal(5), "吨")
    sold(third, quantity=Decimal(5), quantity_unit="千吨")
    with pytest.raises(Refused, match="merge_undecided"):
        merge(office, merged, third)

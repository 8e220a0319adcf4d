"""The pages of matching through the browser's door: what they say, what each reader gets, and how many questions they ask of the database."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.pages import frame
from gongxing.domains.policy.tests.cases import LAST, County, p, when
from gongxing.kernel.access.models import Grant
from gongxing.kernel.clock import today
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LogIn = Callable[[str], Client]
GROWN = when(p("stat.revenue", "ge", Decimal(2000)), p("above_scale", "is_true"))


@pytest.fixture
def county(office: Office) -> County:
    made = County(office)
    with as_system() as ctx:
        for name, unit, revenue in (("够了厂", "东园", "2600"), ("差一点厂", "东园", "1850.55"), ("差得多厂", "西园", "1200"), ("没报数厂", "西园", None)):  # fmt: skip
            made.firm(ctx, name, unit, section="C", industry="3922", above_scale=True)
            if revenue:
                made.figures(ctx, name, revenue=revenue, rd="80.50")
        made.firm(ctx, "店", "西园", section="F", industry="5211")
        made.clause(
            ctx,
            "升规",
            GROWN,
            closes_on=today() + timedelta(days=5),
            contact="运行科 000",
            amount={"kind": "fixed", "value": "20"},
        )
        made.clause(ctx, "研发", when(p("stat.rd", "gt", Decimal(0))), automatic=True, amount={"kind": "ratio", "value": "0.1", "field": "stat.rd", "cap": "8"})  # fmt: skip
        made.clause(ctx, "新条款", [], state="draft")
    return made


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_a_firm(county: County, client_of: LogIn) -> None:
    text = page(client_of("gongxin"), "policy-firm", county.firms["差一点厂"].pk)
    assert "符合 1 条，差一项 1 条，缺数据 0 条" in text
    assert f"营业收入（统计局 {LAST} 年）差 149.45 万元" in text and "还有 5 天" in text and "运行科 000" in text
    assert "可得 8 万元" in text  # 10 % of 80.5 is 8.05, the cap is 8
    lost = page(client_of("gongxin"), "policy-firm", county.firms["没报数厂"].pk)
    assert f"缺“营业收入（统计局 {LAST} 年）”，这个数在统计局" in lost and "去填" not in lost  # 统计局的数由统计局导入
    detail = client_of("gongxin").get(f"/l/firms-firm/{county.firms['差一点厂'].pk}/").content.decode()
    assert "政策匹配" in detail and "差 149.45 万元" in detail


def test_whom_a_clause_reaches(county: County, client_of: LogIn) -> None:
    clause = county.clauses["升规"].pk
    text = page(client_of("gongxin"), "policy-reach", clause)
    assert text.index("差一点厂") < text.index("差得多厂") and "差 800 万元" in text
    assert "差一项" in text and "20 万元" in text
    assert "没报数厂" in page(client_of("gongxin"), "policy-reach", clause, query="?status=missing")
    book = client_of("gongxin").get(reverse("policy-reach-book", args=[clause]))
    sheets = load_workbook(BytesIO(book.content))
    near = [row for row in sheets["差一项"].iter_rows(values_only=True) if "差一点厂" in row]
    assert near and near[0][-1] == 20
    every = page(client_of("gongxin"), "policy-clauses")
    assert '?status=near#rows">2</a>' in every and '?status=meets#rows">3</a>' in every


def test_parks_see_their_own(county: County, client_of: LogIn) -> None:
    text = page(client_of("yuanqu2"), "policy-near")
    assert "差得多厂" in text and "差一点厂" not in text and "只算你的岗位看得到的" in text
    assert client_of("yuanqu2").get(reverse("policy-firm", args=[county.firms["够了厂"].pk])).status_code == 404
    assert client_of("yuanqu2").get(reverse("policy-reach", args=[county.clauses["新条款"].pk])).status_code == 404
    assert client_of("yuanqu2").get(reverse("policy-condition", args=[county.clauses["升规"].pk])).status_code == 403


def test_an_enterprise_sees_itself_and_no_other(county: County, office: Office, client_of: LogIn) -> None:
    with as_system() as ctx:
        for target in ("firms.firm", "firms.firmfigure"):
            ctx.create(
                Grant(
                    post=office.posts["xiangzhen"],
                    verb="view",
                    target=target,
                    unit=office.units["县"],
                    thing=county.firms["差一点厂"].pk,
                    start=SINCE,
                )
            )
        ctx.delete_many(
            list(Grant.objects.filter(post=office.posts["xiangzhen"], thing=None, target__startswith="firms"))
        )
    text = page(client_of("xiangzhen"), "policy-near")
    assert "差一点厂" in text and "差得多厂" not in text
    assert "差一点厂" in page(client_of("xiangzhen"), "policy-clauses")


def test_who_may_not_see_figures_gets_no_answer_over_them(county: County, office: Office, client_of: LogIn) -> None:
    with as_system() as ctx:
        ctx.delete_many(list(Grant.objects.filter(post=office.posts["yuanqu"], target="firms.firmfigure")))
    text = page(client_of("yuanqu"), "policy-firm", county.firms["差一点厂"].pk)
    assert "另有 2 条要用企业数据判断" in text and "149.45" not in text
    assert "差一点厂" not in page(client_of("yuanqu"), "policy-near")
    assert "0.0" not in page(client_of("yuanqu"), "policy-automatic") and "差一点厂" not in page(
        client_of("yuanqu"), "policy-automatic"
    )


def test_the_lists_over_all_clauses(county: County, office: Office, client_of: LogIn) -> None:
    text = page(client_of("gongxin"), "policy-near")
    assert "差一项：2 条次" in text
    assert "差得多厂" not in page(client_of("gongxin"), "policy-near", query=f"?unit={office.units['东园'].pk}")
    free = page(client_of("gongxin"), "policy-automatic")
    assert "免申即享：3 条次符合" in free and "合计 24 万元" in free
    for name in ("policy-near-book", "policy-automatic-book"):
        assert client_of("gongxin").get(reverse(name)).status_code == 200


def sheet_of(client: Client, name: str, *args: Any, query: str = "") -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(BytesIO(client.get(reverse(name, args=args) + query).content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def numbered(rows: list[tuple[Any, ...]]) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in rows if isinstance(row[0], int)]


def test_a_long_list_leaves_the_house_in_volumes_and_says_so(county: County, client_of: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Five lack one thing; with two rows a volume, the third volume has the last one, and each says what is not in it and where it is."""
    with as_system() as ctx:
        for number, revenue in enumerate(("1500", "1400", "1300")):
            county.firm(ctx, f"又一厂{number}", section="C", industry="3922", above_scale=True)
            county.figures(ctx, f"又一厂{number}", revenue=revenue)
    client, clause = client_of("gongxin"), county.clauses["升规"].pk
    assert "分成" not in page(client, "policy-near")
    whole = numbered(sheet_of(client, "policy-near-book")["差一项清单"])
    assert [name for _n, name in whole] == ["差一点厂", "又一厂0", "又一厂1", "又一厂2", "差得多厂"]
    monkeypatch.setattr(frame, "MOST", 2)
    for name, args in (("policy-near", ()), ("policy-reach", (clause,))):
        text = page(client, name, *args)
        assert "表格一册最多 2 条，这里分成 3 册" in text
        assert f"{reverse(f'{name}-book', args=args)}?volume=3" in text
    found = []
    for volume in (1, 2, 3):
        rows = sheet_of(client, "policy-near-book", query=f"?volume={volume}")["差一项清单"]
        found += numbered(rows)
        assert numbered(sheet_of(client, "policy-reach-book", clause, query=f"?volume={volume}")["差一项"]) == numbered(rows)  # fmt: skip
    assert found == whole
    said = [str(row[0]) for row in sheet_of(client, "policy-near-book", query="?volume=2")["差一项清单"]]
    words = "全部 5 条，本册是第 3 至 4 条，另外 3 条不在本册。共 3 册，请在网页的“下载表格”旁按册下载。"
    assert said.count(words) == 2, "above the rows and below them"
    free = page(client, "policy-automatic")
    assert "分成 2 册" in free
    assert numbered(sheet_of(client, "policy-automatic-book", query="?volume=2")["研发"]) == [(3, "差得多厂")]


def post(client: Client, clause: Clause, act: str, **texts: str) -> Any:
    data = {name.replace("__", "."): text for name, text in texts.items()}
    return client.post(
        reverse("policy-condition", args=[clause.pk]), {"act": act, "version": str(clause.version), **data}
    )


def test_the_editor_previews_adds_rows_and_saves(county: County, client_of: LogIn) -> None:
    client, draft = client_of("gongxin"), county.clauses["新条款"]
    row = {"g0p0__field": "stat.revenue", "g0p0__op": "ge", "g0p0__value": "2,000"}
    seen = post(client, draft, "look", **row)
    text = seen.content.decode()
    assert seen.status_code == 200 and "差得最少的" in text and "差 149.45 万元" in text
    more = post(client, draft, "alt:0", **row).content.decode()
    assert 'name="g0p1.field"' in more and 'value="2,000"' in more
    fewer = post(client, draft, "drop:0.0", **row, g0p1__field="listed", g0p1__op="is_true").content.decode()
    assert 'name="g0p1.field"' not in fewer
    assert Clause.objects.get(pk=draft.pk).condition == []
    money = {"amount__kind": "ratio", "amount__value": "10", "amount__field": "stat.rd", "amount__cap": "50"}
    saved = post(client, draft, "save", **row, g1p0__field="size", g1p0__op="in", g1p0__value="大型、中型", **money)
    assert saved.status_code == 302
    stored = Clause.objects.get(pk=draft.pk)
    assert stored.condition["groups"] == [
        [{"field": "stat.revenue", "op": "ge", "value": {"number": "2000"}}], [{"field": "size", "op": "in", "value": ["large", "medium"]}],
    ]  # fmt: skip
    assert stored.amount == {"kind": "ratio", "value": "0.1", "field": "stat.rd", "cap": "50"}
    again = page(client, "policy-condition", draft.pk)
    assert 'value="大型、中型"' in again and 'value="10"' in again


def test_the_editor_says_what_is_wrong_and_keeps_what_was_typed(county: County, client_of: LogIn) -> None:
    client, draft = client_of("gongxin"), county.clauses["新条款"]
    wrong = {"g0p0__field": "stat.revenue", "g0p0__op": "ge", "g0p0__value": "两千", "g1p0__field": "places", "g1p0__op": "any_of", "g1p0__value": "南园"}  # fmt: skip
    told = post(client, draft, "save", **wrong)
    text = told.content.decode()
    assert told.status_code == 422 and 'value="两千"' in text
    assert f"营业收入（统计局 {LAST} 年）：“两千”不是数" in text and "所在园区或乡镇没有“南园”。可以写的有：" in text
    both = {
        "g0p0__field": "stat.revenue",
        "g0p0__op": "ge",
        "g0p0__value": "5000",
        "g1p0__field": "stat.revenue",
        "g1p0__op": "lt",
        "g1p0__value": "3000",
    }
    assert "这几组放在一起谁也不会符合" in post(client, draft, "save", **both).content.decode()
    gone = post(client, draft, "save", g0p0__field="kwh_2019", g0p0__op="ge", g0p0__value="1").content.decode()
    assert "字段“kwh_2019”已经没有了" in gone and "kwh_2019（已经没有了）" in gone
    tax = post(client, draft, "save", g0p0__field="stat.tax_paid", g0p0__op="ge", g0p0__value="100")
    assert tax.status_code == 422 and "“入库税收”不能作为领取条件" in tax.content.decode()
    assert Clause.objects.get(pk=draft.pk).version == draft.version


def test_the_editor_never_writes_over_a_colleague(county: County, client_of: LogIn) -> None:
    client, draft = client_of("gongxin"), county.clauses["新条款"]
    with as_system() as ctx:
        ctx.update(Clause.objects.get(pk=draft.pk), condition=when(p("listed", "is_true")))
    told = post(client, draft, "save", g0p0__field="stat.revenue", g0p0__op="ge", g0p0__value="2000")
    text = told.content.decode()
    assert told.status_code == 409 and "上市：是" in text and 'value="2000"' in text
    assert Clause.objects.get(pk=draft.pk).condition == when(p("listed", "is_true"))
    held = page(client, "policy-condition", county.clauses["升规"].pk)
    assert "条件不能直接改" in held and "保存条件" not in held


@pytest.mark.parametrize(("name", "most"), [("policy-clauses", 30), ("policy-near", 30), ("policy-automatic", 30)])
def test_how_many_questions_a_page_asks(county: County, client_of: LogIn, name: str, most: int) -> None:
    client = client_of("gongxin")
    page(client, name)
    with CaptureQueriesContext(connection) as asked:
        page(client, name)
    first = len(asked)
    with as_system() as ctx:
        for number in range(8):
            county.clause(ctx, f"再一条{number}", GROWN, automatic=True)
    page(client, name)
    with CaptureQueriesContext(connection) as asked:
        page(client, name)
    assert len(asked) <= first + 1 <= most

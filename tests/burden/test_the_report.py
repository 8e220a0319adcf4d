"""The report 一表通: equal to a recount, bounded by its period, closed to others, and the workbook says the same."""

import io
import random
from collections import Counter
from collections.abc import Mapping
from datetime import date

import openpyxl
import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.burden.count import count
from gongxing.kernel.burden.measure import Measured
from gongxing.kernel.burden.models import FormCount, MonthCount, TwiceCount
from gongxing.kernel.clock import today
from gongxing.kernel.office.burden import asked_of
from gongxing.kernel.testing.office import Office
from tests.burden.forms import PRODUCT, LogIn, opened


def saved_at_random(client: Client, firms: list[Firm], draw: random.Random, tally: Counter[str]) -> None:
    """One form of a product, filled in at random, and its count worked out by hand from what was sent."""
    known = draw.random() < 0.6
    firm = draw.choice(firms)
    form = opened(client, f"{PRODUCT}?firm={firm.pk}" if known else PRODUCT)
    form |= {"name": f"产品{draw.randrange(10**9)}", "firm": firm.name}
    industry = draw.choice(["", "3812", "1432", "3811", "left"])
    if industry != "left":
        form["industry"] = industry
    form["capacity"] = draw.choice(["", "12"])
    assert client.post(PRODUCT, form).status_code == 302
    tally["saves"] += 1
    tally["asked"] += 7
    tally["typed"] += 1 + (form["capacity"] != "")  # the name is never known
    tally["kept"] += known
    tally["typed"] += not known  # the firm
    if known:
        tally["kept" if form["industry"] == firm.industry else "changed"] += 1
    elif form["industry"]:
        tally["typed"] += 1
        tally["twice"] += form["industry"] == firm.industry


def test_the_report_equals_a_recount(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    draw, tally = random.Random(20261001), Counter[str]()
    client = client_of("gongxin")
    for _time in range(30):
        saved_at_random(client, [firm, other], draw, tally)
    assert tally["twice"] >= 2
    assert tally["changed"] >= 2
    report = client_of("xianfuban").get("/burden/").context["report"]
    [line] = report.forms
    shown = {name: getattr(line, name) for name in ("saves", "asked", "kept", "changed", "typed", "twice")}
    assert shown == dict(tally)
    assert line.share == pytest.approx(100 * (tally["kept"] + tally["changed"]) / (7 * 30))
    assert [(one.field, one.owner, one.times) for one in line.again] == [("所属行业", "企业台账·行业", tally["twice"])]
    assert line.place.label == "产品目录：登记"
    [unit] = report.units
    assert (unit.unit, unit.people, unit.average, unit.most) == ("工信局", 1, 210 - tally["kept"], 210 - tally["kept"])
    assert unit.over == 1
    assert report.limit == 60


def counted(office: Office, name: str, owed: int) -> None:
    count(office.actor(name), Measured("firms.product/add", owed + 1, 1, 0, owed, owed))


def test_units_have_average_and_maximum_and_people_see_their_own(client_of: LogIn, office: Office) -> None:
    counted(office, "xianfuban", 61)
    counted(office, "admin", 10)
    counted(office, "yuanqu", 60)
    page = client_of("xianfuban").get("/burden/")
    lines = [(one.unit, one.people, one.average, one.most, one.over) for one in page.context["report"].units]
    assert lines == [("县府办", 2, 35.5, 61, 1), ("东园", 1, 60.0, 60, 0)]
    assert "gongxin（演示）" not in page.content.decode()
    own = client_of("yuanqu").get("/burden/mine/").context
    assert [line["asked"] for line in own["lines"]] == [60, None, None, None, None, None]
    assert client_of("gongxin").get("/burden/mine/").context["lines"][0]["asked"] == 0
    assert "本月要填的字段 60 个，上限 60 个" in client_of("yuanqu").get("/").content.decode()


def test_a_year_turns_back_month_by_month(office: Office) -> None:
    MonthCount.objects.create(month=date(2025, 12, 1), user_id=7, owed=4)
    FormCount.objects.create(day=date(2025, 11, 30), form="f/add")
    assert asked_of(7, 4, date(2026, 1, 31)) == [
        (date(2026, 1, 1), 0),
        (date(2025, 12, 1), 4),
        (date(2025, 11, 1), 0),
        (date(2025, 10, 1), None),
    ]


def test_others_are_refused(client_of: LogIn) -> None:
    for name in ("gongxin", "yuanqu", "nobody", "tongji"):
        assert client_of(name).get("/burden/").status_code == 403, name
        assert client_of(name).get("/burden/book/").status_code == 403, name
        assert client_of(name).get("/burden/mine/").status_code == 200, name
    for name in ("xianfuban", "admin", "shenji"):
        assert client_of(name).get("/burden/").status_code == 200, name
    assert Client().get("/burden/").status_code == 302
    assert Client().get("/burden/mine/").status_code == 302


def test_an_empty_report_says_what_to_do(client_of: LogIn, office: Office) -> None:
    page = client_of("xianfuban").get("/burden/").content.decode()
    assert "这段时间没有人保存过表单" in page
    assert "从第一次保存表单起计数" in page
    counted(office, "yuanqu", 3)
    page = client_of("xianfuban").get("/burden/", {"from": "2020-01-01", "to": "2020-01-31"}).content.decode()
    assert f"从 {today().isoformat()} 起计数" in page


@pytest.mark.parametrize("asked", [{"from": "x", "to": "2026-02-30"}, {"from": "9" * 40}, {"from": "", "to": ""}])
def test_a_mangled_period_is_this_month(client_of: LogIn, asked: Mapping[str, str]) -> None:
    report = client_of("xianfuban").get("/burden/", asked).context["report"]
    assert (report.first, report.last) == (today().replace(day=1), today())


def test_the_period_bounds_the_counts(client_of: LogIn) -> None:
    for day, n in ((date(2026, 3, 31), 1), (date(2026, 4, 1), 2), (date(2026, 4, 30), 4), (date(2026, 5, 1), 8)):
        FormCount.objects.create(day=day, form="firms.product/add", saves=n, asked=10 * n, kept=n, typed=n)
        MonthCount.objects.create(month=day.replace(day=1), user_id=n, owed=n)
    report = client_of("xianfuban").get("/burden/", {"to": "2026-04-01", "from": "2026-04-30"}).context["report"]
    assert [(line.saves, line.asked, line.share) for line in report.forms] == [(6, 60, 10.0)]
    assert [(one.unit, one.month, one.people, one.most) for one in report.units] == [
        ("没有岗位", date(2026, 4, 1), 2, 4)
    ]


def test_a_form_that_is_gone_keeps_its_name(client_of: LogIn) -> None:
    for form in ("gone.ledger/add", "do/gone.act"):
        FormCount.objects.create(day=today(), form=form, saves=1, asked=1)
    TwiceCount.objects.create(day=today(), form="do/gone.act", column="a", owner="gone.ledger.a", twice=2)
    lines = client_of("xianfuban").get("/burden/").context["report"].forms
    assert {(line.place.label, line.place.url) for line in lines} == {("gone.ledger/add", ""), ("do/gone.act", "")}
    [again] = [one for line in lines for one in line.again]
    assert (again.field, again.owner, again.url) == ("a", "gone.ledger.a", "")


def test_where_one_datum_stands_in_several_forms(client_of: LogIn, same: None) -> None:
    report = client_of("xianfuban").get("/burden/").context["report"]
    uses = {one.owner: one.uses for one in report.same}
    assert [(form, way) for _field, form, _url, way in uses["企业台账·行业"]] == [
        ("产品目录：登记", "filled"),
        ("项目储备库：登记", "filled"),
        ("企业台账：确认行业", "filled"),
    ]
    assert [(form, way) for _field, form, _url, way in uses["企业数据·营业收入"]] == [("企业台账：登记", "derived")]
    leads = {one.label: [form for form, _url in one.places] for one in report.suspects}
    assert "所属行业" not in leads
    assert leads["产品名称"] == ["产品目录：登记", "产品数据：登记"]
    assert "企业" not in leads


def test_the_workbook_says_what_the_page_says(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    client = client_of("gongxin")
    form = opened(client, PRODUCT) | {"name": "电机", "firm": firm.name, "industry": "3812"}
    assert client.post(PRODUCT, form).status_code == 302
    answer = client_of("xianfuban").get("/burden/book/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["表单", "重复填的字段", "填报负担", "同一数据", "疑似重复", "说明"]
    rows = list(book["表单"].iter_rows(values_only=True))
    assert rows[3][:9] == ("产品目录：登记", 1, 7, 0, 0, 0, 3, 1, 7)
    assert list(book["重复填的字段"].iter_rows(values_only=True))[3] == (
        "产品目录：登记",
        "所属行业",
        "企业台账·行业",
        1,
    )
    assert list(book["填报负担"].iter_rows(values_only=True))[3] == ("工信局", f"{today():%Y-%m}", 1, 7, 7, 0)
    assert ("企业台账·行业", "所属行业", "产品目录：登记", "自动填好，可改") in list(
        book["同一数据"].iter_rows(values_only=True)
    )

"""The rating per mu through the database: the worked example, what is kept, the case of a round, who sees what, what it costs."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.land_samples import a_parcel, a_rated_firm

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.land.actions.ratings import (
    answer_objection,
    make_rating,
    object_to_line,
    post_rating,
    publish_rating,
    withdraw_rating,
)
from gongxing.domains.land.models import Occupant, Rating, RatingFact, RatingLine
from gongxing.domains.land.rating_days import last_day
from gongxing.domains.land.rating_show import answer
from gongxing.domains.land.ratings import kept_round
from gongxing.engines.permu import reach
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.models import Post, Tenure
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LogIn = Callable[[str], Client]
ASKED = {"year": "2024", "family": "HY2022A", "source": "stat", "lacking": "group"}
BUSY: dict[str, Any] = {"tax": 600, "value_added": 3000}


def facts(firm: Firm, **more: Any) -> RatingFact:
    with as_system() as ctx:
        return ctx.create(RatingFact(ref=f"{firm.pk}:2024", firm=firm, year=2024, **more))


def made(office: Office, **more: str) -> Rating:
    found = perform(make_rating, office.actor("gongxin"), {**ASKED, **more})
    assert isinstance(found, Rating)
    return found


def enterprise(office: Office, firm: Firm) -> None:
    """Account «nobody» becomes the enterprise's own."""
    with as_system() as ctx:
        post = ctx.create(Post(unit=office.units["东园"], title="企业经办岗", code="P-qiye", role="enterprise"))
        ctx.create(Tenure(user=office.users["nobody"], post=post, start=SINCE))
        for verb, target in (("view", "land.ratingline"), ("object", "land.ratingline"), ("view", "firms.firm")):
            ctx.create(Grant(post=post, unit=office.units["县"], verb=verb, target=target, thing=firm.pk, start=SINCE))
        ctx.create(Grant(post=post, unit=office.units["县"], verb="view", target="land.rating", start=SINCE))


def test_the_worked_example_through_the_database(office: Office) -> None:
    """Rulebook G1: 37.349, 22.033, 14.848, 8.114, 11.025, 8.278 → 101.647."""
    firm = a_rated_firm(office, "青禾例题有限公司")
    facts(firm, emission_t=Decimal("0.375"))
    line = made(office).lines.get()
    assert line.score == Decimal("101.647")
    assert [one["points"] for one in line.terms] == ["37.349", "22.033", "14.848", "8.114", "11.025", "8.278"]
    assert (line.place, line.grade, line.land_mu) == (1, "", Decimal(10))  # 黄岩 has no bands that were read
    assert line.given["land_from"] == "figure"
    assert not any(one["capped"] for one in line.terms)


def test_land_of_the_parcels_stands_before_the_figure_and_only_of_that_year(office: Office) -> None:
    firm = a_rated_firm(office, "青禾例题有限公司", land_mu=99)
    facts(firm, emission_t=Decimal("0.375"))
    with as_system() as ctx:
        for number, mu, until in ((1, 6, None), (2, 4, None), (3, 50, date(2023, 5, 1))):
            parcel = a_parcel(office, number)
            ctx.create(Occupant(ref=f"{parcel.pk}:{firm.pk}", parcel=parcel, firm=firm, land_mu=mu, until=until))
    line = made(office).lines.get()
    assert (line.score, line.given["land_from"]) == (Decimal("101.647"), "parcel")


def test_unknown_is_never_nought(office: Office) -> None:
    one = a_rated_firm(office, "青禾甲有限公司")
    a_rated_firm(office, "青禾乙有限公司", land_mu=None)
    a_rated_firm(office, "青禾丙有限公司", 2023)
    rating = made(office)
    lines = {line.firm.name: line for line in rating.lines.select_related("firm")}
    assert set(lines) == {"青禾甲有限公司", "青禾乙有限公司"}
    assert [reason["code"] for reason in lines["青禾乙有限公司"].reasons] == ["no_land"]
    assert rating.benchmarks["left_out"] == {"no_figures": 1, "no_land": 1}
    assert lines["青禾甲有限公司"].score is None  # nobody has emissions: there is no mean of the group
    assert [reason["code"] for reason in lines["青禾甲有限公司"].reasons] == ["permu.not_rated"]
    assert rating.firms == 0
    with pytest.raises(Refused) as refused:
        perform(post_rating, office.actor("gongxin"), {}, key=rating.pk)
    assert refused.value.faults[0].fault.code == "rating.nobody"
    again = made(office, lacking="benchmark")  # 4929.81 ÷ 4929.81 × 10 = 10 for the emissions nobody told
    assert again.pk == rating.pk
    line = again.lines.get(firm=one)
    assert line.score == Decimal("103.533")
    assert line.terms[3]["reason"]["code"] == "permu.group_mean"


def test_one_source_is_never_mixed_with_another(office: Office) -> None:
    firm = a_rated_firm(office, "青禾甲有限公司")
    with as_system() as ctx:
        ctx.create(
            FirmFigure(
                firm=firm, ref=f"{firm.pk}:2024:self", period="2024", period_start="2024-01-01", source="self", tax=9999
            )
        )
    line = made(office, lacking="benchmark").lines.get()
    assert (line.rating.source, line.given["values"]["tax"]) == ("stat", "300.00")
    with pytest.raises(Refused) as refused:
        perform(make_rating, office.actor("gongxin"), {**ASKED, "source": "dept", "year": "2023"})
    assert refused.value.faults[0].fault.code == "rating.no_figures"


def graded(office: Office) -> dict[str, RatingLine]:
    """Ten enterprises, tax 550 to 1000, nine of them graded: A up to 25 % is places 1 and 2, B up to 70 % 3 to 6, C up to 95 % 7 to 9."""
    firms = [a_rated_firm(office, f"青禾第{n}有限公司", tax=500 + 50 * n) for n in range(1, 11)]
    facts(firms[9], vetoes=["严重环境违法"], document="样环罚〔2024〕1号")
    facts(firms[0], aside="utility", document="样函〔2024〕2号")
    rating = made(office, family="MU2A")
    return {
        line.firm.name.removeprefix("青禾第").removesuffix("有限公司"): line
        for line in rating.lines.select_related("firm", "rating")
    }


def test_grades_vetoes_and_those_set_aside(office: Office) -> None:
    lines = graded(office)
    assert [lines[str(n)].place for n in range(10, 1, -1)] == list(range(1, 10))
    assert [lines[str(n)].grade for n in range(10, 1, -1)] == list("DABBBBCCC")
    assert (lines["10"].given["by_place"], lines["1"].grade, lines["1"].given["treated_as"]) == ("A", "", "B")
    assert lines["1"].place is None
    assert lines["9"].rating.benchmarks["counts"] == {"A": 1, "B": 4, "C": 3, "D": 1}


def test_what_if_and_the_least_value_that_reaches_the_next_grade(office: Office) -> None:
    lines = graded(office)
    eighth = lines["8"]
    assert (eighth.grade, eighth.place) == ("B", 3)
    found = reach(kept_round(eighth), str(eighth.firm_id), "tax", "A", Decimal("0.01"))
    assert found.up is not None
    assert found.up.value == 950
    said = answer(eighth, "tax", "50")
    assert "从 900 变成 950 万元" in said.text
    assert "名次 3 → 2，B 档 → A 档" in said.text
    assert "至少 950 万元（增加 50）" in said.least
    assert "名次 3 → 3" in answer(eighth, "tax", "49.99").text
    assert answer(eighth, "tax", "x").wrong
    assert answer(eighth, "tax", "-901").wrong
    assert answer(lines["9"], "tax", "").least == "已经是最高档。"
    assert answer(lines["10"], "tax", "1").least != ""


def test_what_was_posted_does_not_move_with_the_figures(office: Office) -> None:
    firm = a_rated_firm(office, "青禾例题有限公司")
    facts(firm, emission_t=Decimal("0.375"))
    rating = made(office)
    perform(post_rating, office.actor("gongxin"), {}, key=rating.pk)
    with as_system() as ctx:
        ctx.update(FirmFigure.objects.get(firm=firm), tax=1)
    line = rating.lines.get()
    assert line.score == Decimal("101.647")
    assert "得分 101.647 → " in answer(line, "tax", "10").text
    with pytest.raises(Refused) as refused:
        made(office)
    assert refused.value.faults[0].fault.code == "rating.there"


def test_the_case_from_posting_to_publishing(office: Office) -> None:
    firm = a_rated_firm(office, "青禾例题有限公司")
    facts(firm, emission_t=Decimal("0.375"))
    enterprise(office, firm)
    gongxin = office.actor("gongxin")
    friday = datetime(2025, 3, 7, 10, tzinfo=timezone.get_default_timezone())
    with at(friday):
        rating = made(office)
        line = rating.lines.get()
        with pytest.raises(Refused):  # a draft takes no objections
            perform(object_to_line, office.actor("nobody"), {"reason": "用地应当是八亩，不是十亩"}, key=line.pk)
        rating = perform(post_rating, gongxin, {}, key=rating.pk)
        assert (rating.posted_on, rating.posted_until) == (date(2025, 3, 7), date(2025, 3, 10))
        with pytest.raises(Refused) as refused:
            perform(object_to_line, office.actor("nobody"), {"reason": "不服"}, key=line.pk)
        assert refused.value.faults[0].fault.code == "rating.reason_short"
        perform(object_to_line, office.actor("nobody"), {"reason": "用地应当是八亩，不是十亩"}, key=line.pk)
        with pytest.raises(Refused):  # one at a time
            perform(object_to_line, office.actor("nobody"), {"reason": "再说一遍，用地不对"}, key=line.pk)
        assert any("答复 1 条异议" in one.title for one in owed(office.actor("gongxin")))
        with pytest.raises(Refused) as refused:
            perform(publish_rating, gongxin, {}, key=rating.pk)
        assert [one.fault.code for one in refused.value.faults] == ["rating.posting_runs", "rating.unanswered"]
        with pytest.raises(Denied):
            perform(answer_objection, office.actor("nobody"), {"answer": "自己答复自己，可以"}, key=line.pk)
    with at(friday.replace(day=11)):
        with pytest.raises(Refused) as refused:
            perform(publish_rating, office.actor("gongxin"), {}, key=rating.pk)
        assert [one.fault.code for one in refused.value.faults] == ["rating.unanswered"]
        perform(answer_objection, office.actor("gongxin"), {"answer": "已核对不动产证，用地十亩"}, key=line.pk)
        assert any(one.title.startswith("公布") for one in owed(office.actor("gongxin")))
        with pytest.raises(Refused):  # too late
            perform(object_to_line, office.actor("nobody"), {"reason": "再说一遍，用地不对"}, key=line.pk)
        rating = perform(publish_rating, office.actor("gongxin"), {}, key=rating.pk)
    assert (rating.state, rating.published_on) == ("published", date(2025, 3, 11))


def test_an_objection_that_holds_stays_with_its_enterprise_when_the_round_is_made_anew(office: Office) -> None:
    firm = a_rated_firm(office, "青禾例题有限公司")
    facts(firm, emission_t=Decimal("0.375"))
    gongxin = office.actor("gongxin")
    rating = made(office)
    perform(post_rating, gongxin, {}, key=rating.pk)
    with as_system() as ctx:
        object_to_line(ctx, line=rating.lines.get(), reason="用地应当是八亩，不是十亩")
    perform(answer_objection, gongxin, {"answer": "成立，更正后重新公示"}, key=rating.lines.get().pk)
    with pytest.raises(Refused):  # why is asked
        perform(withdraw_rating, gongxin, {}, key=rating.pk)
    perform(withdraw_rating, gongxin, {"why": "用地有误"}, key=rating.pk)
    with as_system() as ctx:
        ctx.update(FirmFigure.objects.get(firm=firm), land_mu=8)
    line = made(office).lines.get()
    assert line.score == Decimal("114.806")  # tax capped at 1.5 × 30 = 45, 22.033 ÷ 0.8 = 27.541, the rest 42.265
    assert (line.objection, line.answer) == ("用地应当是八亩，不是十亩", "成立，更正后重新公示")


def test_a_last_day_without_work_rolls_on(office: Office) -> None:
    assert last_day(date(2025, 3, 5)) == date(2025, 3, 10)  # Wednesday: the third day is a Saturday
    assert last_day(date(2025, 3, 3)) == date(2025, 3, 6)


def test_who_sees_what(office: Office, client_of: LogIn) -> None:
    mine, other = a_rated_firm(office, "青禾自家有限公司"), a_rated_firm(office, "青禾别家有限公司", **BUSY)
    rating = made(office, lacking="benchmark")
    enterprise(office, mine)
    page = reverse("land-rating", args=[rating.pk])
    lines = {line.firm_id: line for line in rating.lines.all()}
    client = client_of("nobody")
    assert client.get(page).status_code == 404  # a draft is for those who make it
    assert client.get(reverse("land-rating-line", args=[lines[mine.pk].pk])).status_code == 404
    perform(post_rating, office.actor("gongxin"), {}, key=rating.pk)
    shown = client.get(page).content.decode()
    assert "青禾自家有限公司" in shown and "青禾别家有限公司" not in shown
    assert client.get(reverse("land-rating-line", args=[lines[other.pk].pk])).status_code == 404
    own = client.get(
        reverse("land-rating-line", args=[lines[mine.pk].pk]), {"field": "tax", "add": "50"}
    ).content.decode()
    assert "入库税收从 300 变成 350 万元" in own and "提异议" in own
    assert "青禾别家" not in client.get(f"/l/firms-firm/{mine.pk}/").content.decode()
    assert "第 2 名" in client.get(f"/l/firms-firm/{mine.pk}/").content.decode()
    assert "青禾自家有限公司" not in client_of("yuanqu2").get(page).content.decode()  # another park
    assert client_of("xiangzhen").get(page).status_code in (403, 404)
    assert client.get(reverse("land-ratings")).status_code == 200


def test_the_pages_say_what_holds(office: Office, client_of: LogIn) -> None:
    lines = graded(office)
    client, rating = client_of("gongxin"), lines["9"].rating
    shown = client.get(reverse("land-rating", args=[rating.pk])).content.decode()
    assert "9 家算出得分" not in shown and "10 家算出得分，A 档 1 家，B 档 4 家，C 档 3 家，D 档 1 家" in shown
    assert "一票否决“严重环境违法”，定为 D 档" in shown and "公用事业，评而不分档" in shown
    assert "依据未核实" in shown and "公平竞争审查条例第十条" in shown
    assert (
        "青禾第8有限公司"
        not in client.get(reverse("land-rating", args=[rating.pk]), {"grade": "A"})
        .content.decode()
        .partition('id="unusual"')[0]
    )
    assert (
        client.get(reverse("land-rating", args=[rating.pk]), {"page": "x", "grade": "Q", "find": "'"}).status_code
        == 200
    )
    line = reverse("land-rating-line", args=[lines["8"].pk])
    assert "B 档 → A 档" in client.get(line, {"field": "tax", "add": "50"}).content.decode()
    assert client.get(line, {"field": "tax", "add": "很多"}).status_code == 422
    assert client.get(line, {"field": "nothing"}).status_code == 200
    assert "做一轮评价" in client.get(reverse("land-ratings")).content.decode()
    assert "2024 年亩均评价" in client.get(line).content.decode()


def test_a_round_costs_so_many_queries_however_many_enterprises(office: Office, client_of: LogIn) -> None:
    def queries(path: str) -> int:
        client = client_of("gongxin")
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    for n in range(3):
        a_rated_firm(office, f"青禾第{n}有限公司", tax=100 + n)
    page = reverse("land-rating", args=[made(office, family="MU2A").pk])
    few = queries(page)
    for n in range(3, 40):
        a_rated_firm(office, f"青禾第{n}有限公司", tax=100 + n)
    made(office, family="MU2A")
    assert queries(page) <= few <= 30, few
    line = RatingLine.objects.order_by("pk")[0]
    assert queries(reverse("land-rating-line", args=[line.pk]) + "?field=tax&add=5") <= 25


def test_vetoes_need_a_name_of_the_rules_and_a_document(office: Office) -> None:
    ledger = ledger_named("land.ratingfact")
    assert [one.fault.code for one in ledger.check({"vetoes": ["随便"]}, None)] == [
        "rating.veto_unknown",
        "rating.document_needed",
    ]
    assert ledger.check({"vetoes": ["严重环境违法"], "document": "样环罚1号"}, None) == []


def test_a_round_with_many_objections_asks_no_more(office: Office, client_of: LogIn) -> None:
    """Whether each may be answered is one question, however many there are; only those that wait have the button."""
    firms = [a_rated_firm(office, f"青禾异议{n}有限公司") for n in range(6)]
    rating = made(office, lacking="benchmark")
    perform(post_rating, office.actor("gongxin"), {}, key=rating.pk)
    lines = list(rating.lines.order_by("pk"))
    client, page, counts = client_of("gongxin"), reverse("land-rating", args=[rating.pk]), []
    assert len(lines) == len(firms)
    for part in (lines[:1], lines[1:]):
        with as_system() as ctx:
            for line in part:
                ctx.update(line, objection="用地应当是八亩，不是十亩", objected_on=date(2025, 3, 5))
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(page).content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert shown.count("/do/land.answer_objection/") == 6
    with as_system() as ctx:
        ctx.update(lines[0], answer="已核对不动产证，用地十亩")
    assert client.get(page).content.decode().count("/do/land.answer_objection/") == 5
    assert "/do/land.answer_objection/" not in client_of("tongji").get(page).content.decode()

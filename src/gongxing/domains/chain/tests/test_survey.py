"""The purchase survey: what people write is read, matched, kept on errors, never over a colleague, and seen by those it concerns."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.actions.survey import answer_purchases
from gongxing.domains.chain.models import Node, Placement, Purchase
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.survey.asking import (
    answers_of,
    link_names,
    offer,
    seal_of,
    survey_year,
)
from gongxing.domains.chain.survey.progress import progress
from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow, writing
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office

LogIn = Callable[[str], Client]


def firm(office: Office, name: str, unit: str = "东园", **more: object) -> Firm:
    values = ledger_named("firms.firm").derive({"name": name}, None) | more
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(unit=office.units[unit], **values))


def chains(*codes: str) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        load_chains(ctx, list(codes or ("bat",)))


def node(code: str) -> Node:
    return Node.objects.get(code=code)


def stands(one: Firm, code: str, role: str = "main", level: str = "decided") -> Placement:
    link = node(code)
    with writing(SYSTEM, "test", "") as ctx:
        row = Placement(ref=f"{one.pk}:{link.pk}", firm=one, node=link, role=role, level=level, as_of=today())
        return ctx.create(row)


def enterprise(office: Office, one: Firm, name: str = "qiye") -> Actor:
    """An account that stands for one enterprise."""
    with writing(SYSTEM, "test", "") as ctx:
        user = ctx.create(User(username=name, name=name, password="!", invented=True))
        post = ctx.create(Post(unit=one.unit, title="经办", code=f"P-{name}", role="enterprise", invented=True))
        ctx.create(Tenure(user=user, post=post, start=SINCE, invented=True))
        ctx.create_many(grants_for(post, SINCE, thing=one.pk))
    office.users[name] = user
    return actor_for(user, today())


def sheet(*rows: dict[str, str]) -> str:
    return json.dumps(list(rows), ensure_ascii=False)


def answer(office: Office, one: Firm, *rows: dict[str, str], who: str = "gongxin", year: int = 2025, seen: str | None = None) -> dict[str, int]:  # fmt: skip
    """Answer as somebody who saw what is stored, unless ``seen`` says otherwise."""
    raw = {
        "buyer": one.pk,
        "year": year,
        "lines": sheet(*rows),
        "seen": seal_of(answers_of(one.pk, year)) if seen is None else seen,
    }
    done: dict[str, int] = perform(answer_purchases, office.actor(who), raw)
    return done


def test_an_answer_is_written_matched_and_weighs_on_the_map(office: Office) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    stands(cell, "bat.cell_storage")
    done = answer(
        office, cell, {"item": "铜箔", "value": "0.12亿", "where": "outside", "single": "y", "supplier": "省外某厂"},
        {"item": "铝箔", "value": "", "where": "local"}, {"item": "保洁", "value": "3", "where": "local", "node": "-"}, {"item": "隔膜"},
    )  # fmt: skip
    assert done == {"added": 3, "changed": 0, "removed": 0, "left_out": 1}
    rows = {one.item: one for one in answers_of(cell.pk, 2025)}
    assert (rows["铜箔"].value, rows["铜箔"].where, rows["铜箔"].node, rows["铜箔"].single_source) == (Decimal("1200.00"), "outside", node("bat.copper_foil"), True)  # fmt: skip
    assert (rows["铝箔"].value, rows["铝箔"].node, rows["铝箔"].single_source) == (None, node("bat.alu_foil"), None)
    assert rows["保洁"].node is None
    figures = graded().grading.nodes["bat.copper_foil"].figures
    assert (figures.demand, figures.demand_source, dict(figures.bought)) == (1200.0, "survey", {"outside": 1200.0})
    assert {entry.verb for entry in Entry.objects.filter(ledger="chain.purchase")} == {"chain.answer_purchases"}


def test_nothing_changes_where_one_line_is_wrong(office: Office) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    before = Entry.objects.count()
    with pytest.raises(Refused, match=r"value-2:chain\.survey_value"):
        answer(office, cell, {"item": "铜箔", "value": "12"}, {"item": "铝箔", "value": "好多"})
    with pytest.raises(Refused, match=r"chain\.survey_json"):
        perform(answer_purchases, office.actor("gongxin"), {"buyer": cell.pk, "year": 2025, "lines": "铜箔 12"})
    with pytest.raises(Refused, match=r"chain\.survey_year"):
        answer(office, cell, {"item": "铜箔", "value": "12"}, year=today().year + 1)
    assert Entry.objects.count() == before


def test_a_stale_sheet_is_refused(office: Office) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    empty = seal_of([])
    answer(office, cell, {"item": "铜箔", "value": "12"}, seen=empty)
    seal = seal_of(answers_of(cell.pk, 2025))
    assert seal != empty
    with pytest.raises(StaleRow):
        answer(office, cell, {"item": "铜箔", "value": "99"}, seen=empty)
    assert answers_of(cell.pk, 2025)[0].value == Decimal(12)
    assert answer(office, cell, {"item": "铜箔", "value": "99"}, {"item": "铝箔", "where": "local"}, seen=seal) == {
        "added": 1, "changed": 1, "removed": 0, "left_out": 0,
    }  # fmt: skip
    assert answer(office, cell, {"item": "铝箔", "where": "local"}) == {"added": 0, "changed": 0, "removed": 1, "left_out": 0}  # fmt: skip


def in_register(one: Firm, lines: int, year: int = 2025) -> None:
    """Answers that came through the register, largest first."""
    with writing(SYSTEM, "test", "") as ctx:
        for number in range(lines):
            item = f"第{number}种料"
            ctx.create(
                Purchase(ref=f"{one.pk}:{year}:{item}", buyer=one, year=year, item=item, value=Decimal(1000 - number), where="outside", as_of=today())
            )  # fmt: skip


def test_answers_beyond_the_twentieth_are_shown_and_stay(office: Office, client_of: LogIn) -> None:
    """The register holds 24 lines: the sheet shows them all, saved as it is it loses none, and only a 25th is too many."""
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    in_register(cell, 24)
    client, url = client_of("gongxin"), reverse("chain-survey", args=[cell.pk])
    html = client.get(url, {"year": 2025}).content.decode()
    assert 'value="第23种料"' in html
    assert 'id="f-item-24"' in html
    assert 'id="f-item-25"' not in html
    rows = [{"item": one.item, "value": str(one.value), "where": one.where} for one in answers_of(cell.pk, 2025)]
    rows[23]["value"] = "5"
    done = client.post(url, form(cell, *rows, seen=seal_of(answers_of(cell.pk, 2025))), follow=True).content.decode()
    assert "去掉 0 行" in done
    assert [one.value for one in answers_of(cell.pk, 2025)][22:] == [Decimal(978), Decimal(5)]
    with pytest.raises(Refused, match=r"chain\.survey_many"):
        answer(office, cell, *rows, {"item": "第25种料", "value": "1"})
    assert len(answers_of(cell.pk, 2025)) == 24


def test_nobody_writes_over_answers_they_have_not_seen(office: Office) -> None:
    """Without ``seen`` an empty list of lines would wipe a sheet; versions of the rows, as the register's interface gives them, do too."""
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    assert answer(office, cell, {"item": "铜箔", "value": "12"}, seen="")["added"] == 1
    before = Entry.objects.count()
    with pytest.raises(Refused, match=r"seen:chain\.survey_unseen"):
        answer(office, cell, seen="")
    assert Entry.objects.count() == before
    one = answers_of(cell.pk, 2025)[0]
    with pytest.raises(StaleRow):
        answer(office, cell, seen=f"{one.pk}@{one.version + 1}")
    assert answer(office, cell, {"item": "铜箔", "value": "13"}, seen=f"{one.pk}@{one.version}")["changed"] == 1


def demand(code: str, day: date | None = None) -> tuple[float | None, str]:
    figures = graded(day=day).grading.nodes[code].figures
    return figures.demand, figures.demand_source


def test_a_year_that_still_runs_counts_once_it_says_as_much_as_the_last(office: Office, client_of: LogIn) -> None:
    """Two lines of the year that is over stand against one of the running year; with the second line the running year has as many."""
    chains("bat")
    cell, now = firm(office, "青禾储能科技有限公司"), today().year
    lines = {"item": "铜箔", "value": "1200", "where": "outside"}, {"item": "铝箔", "value": "300", "where": "local"}
    answer(office, cell, *lines, year=now - 1)
    answer(office, cell, {"item": "办公用纸", "value": "3"}, year=now)
    assert demand("bat.copper_foil") == (1200.0, "survey")
    sheet_of = reverse("chain-survey", args=[cell.pk])
    html = client_of("gongxin").get(sheet_of, {"year": now}).content.decode()
    assert f"图上现在用的是这家企业 {now - 1} 年的答卷" in html
    html = client_of("gongxin").get(sheet_of, {"year": now - 1}).content.decode()
    assert "图上现在用的是" not in html
    answer(
        office, cell, {"item": "办公用纸", "value": "3"}, {"item": "铜箔", "value": "900", "where": "outside"}, year=now
    )
    assert demand("bat.copper_foil") == (900.0, "survey")
    assert demand("bat.alu_foil")[0] is None


def test_a_buyer_with_nothing_but_the_running_year_counts_and_a_year_to_come_never_does(office: Office) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    answer(office, cell, {"item": "铜箔", "value": "7", "where": "outside"}, year=today().year)
    assert demand("bat.copper_foil") == (7.0, "survey")
    with writing(SYSTEM, "test", "") as ctx:  # as an earlier version took it
        ctx.create(Purchase(ref=f"{cell.pk}:2052:铜箔", buyer=cell, year=2052, item="铜箔", node=node("bat.copper_foil"), value=Decimal(9), as_of=today()))  # fmt: skip
    assert demand("bat.copper_foil") == (7.0, "survey")


def test_the_register_refuses_years_and_days_to_come(office: Office) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    ledger, actor = ledger_named("chain.purchase"), office.actor("gongxin")
    raw = {
        "buyer": cell.name,
        "year": "2025",
        "item": "铜箔",
        "node": "锂电铜箔",
        "value": "12",
        "where": "outside",
        "as_of": f"{today()}",
    }
    with pytest.raises(Refused, match=r"^year:chain\.survey_year$"):
        save(ledger, actor, {**raw, "year": "2052"})
    with pytest.raises(Refused, match=r"^as_of:chain\.survey_day$"):
        save(ledger, actor, {**raw, "as_of": "2099-01-01"})
    assert not Purchase.objects.exists()
    save(ledger, actor, raw)
    assert demand("bat.copper_foil") == (12.0, "survey")


def test_who_may_answer_for_whom(office: Office) -> None:
    chains("bat")
    east, west = firm(office, "青禾东园电池有限公司"), firm(office, "青禾西园电池有限公司", "西园")
    line = {"item": "铜箔", "value": "12"}
    enterprise(office, east)
    assert answer(office, east, line, who="qiye")["added"] == 1
    assert answer(office, east, {"item": "铝箔", "value": "3"}, who="yuanqu")["added"] == 1
    before = Entry.objects.count()
    for who, one in (("qiye", west), ("yuanqu", west), ("tongji", east), ("xiangzhen", east), ("nobody", east)):
        with pytest.raises(Denied):
            answer(office, one, line, who=who)
    assert Entry.objects.count() == before


def test_a_blank_year_is_offered_last_years_answers_and_usual_names_never_amounts(office: Office) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    stands(cell, "bat.cell_storage")
    found = offer(cell.pk, 2025, {})
    assert found.of_year == 0
    assert [one.item for one in found.lines][:3] == ["磷酸铁锂正极", "石墨负极", "隔膜"]
    assert found.suggested == len(found.lines) == 11, (
        "twelve in the pack, one of them on the paper chain that is not loaded"
    )
    assert not any(one.said for one in found.lines)
    answer(office, cell, {"item": "隔膜", "value": "500", "where": "outside"}, year=2024)
    labels = {one.pk: one.name for one in Node.objects.all()}
    found = offer(cell.pk, 2025, labels)
    assert (found.of_year, found.suggested) == (2024, 10)
    assert (found.lines[0].item, found.lines[0].value, found.lines[0].where) == ("隔膜", "500", "outside")


def form(one: Firm, *rows: dict[str, str], seen: str, year: int = 2025) -> dict[str, str]:
    cells = {f"{name}-{number}": text for number, row in enumerate(rows, 1) for name, text in row.items()}
    return {"year": str(year), "seen": seen, **cells}


def test_the_page_keeps_what_was_typed_and_names_the_line(office: Office, client_of: LogIn) -> None:
    chains("bat")
    cell = firm(office, "青禾储能科技有限公司")
    stands(cell, "bat.cell_storage")
    client, url = client_of("gongxin"), reverse("chain-survey", args=[cell.pk])
    shown = client.get(url, {"year": 2025}).content.decode()
    assert 'value="磷酸铁锂正极"' in shown
    assert "对上：磷酸铁锂正极材料" in shown
    bad = form(
        cell, {"item": "铜箔", "value": "12"}, {"item": "铝箔", "value": "好多", "supplier": "乙厂"}, seen=seal_of([])
    )
    answered = client.post(url, bad)
    html = answered.content.decode()
    assert answered.status_code == 422
    assert "第 2 行：年采购额“好多”看不懂" in html
    assert 'href="#f-value-2"' in html
    assert 'value="乙厂"' in html
    assert not Purchase.objects.exists()
    good = form(
        cell,
        {"item": "铜箔", "value": "12", "where": "province"},
        {"item": "铝箔", "value": "3", "where": "local"},
        seen=seal_of([]),
    )
    done = client.post(url, good, follow=True)
    html = done.content.decode()
    assert "新增 2 行" in html
    assert "缺口有多少钱" in html
    assert html.index("锂电铜箔") < html.index("电池铝箔")
    late = client.post(url, form(cell, {"item": "铜箔", "value": "7"}, seen=seal_of([])))
    assert late.status_code == 409
    html = late.content.decode()
    assert "有人改过这份答卷" in html
    assert "12、省内县外" in html
    assert Purchase.objects.get(item="铜箔").value == Decimal(12)


def test_who_sees_which_sheet(office: Office, client_of: LogIn) -> None:
    chains("bat")
    east, west = firm(office, "青禾东园电池有限公司"), firm(office, "青禾西园电池有限公司", "西园")
    enterprise(office, east)
    answer(office, west, {"item": "铜箔", "value": "12"})
    own, other = (reverse("chain-survey", args=[one.pk]) for one in (east, west))
    client = client_of("qiye")
    assert client.get(own).status_code == 200
    assert client.get(other).status_code == 404
    assert client.post(other, form(west, {"item": "铜箔", "value": "1"}, seen=seal_of([]))).status_code == 404
    assert client.get(reverse("chain-surveys"))["Location"] == own
    assert client.get(reverse("chain-survey-match", args=[west.pk]), {"item-1": "铜箔"}).status_code == 403
    match = client.get(reverse("chain-survey-match", args=[east.pk]), {"item-3": "铜箔<b>"}).content.decode()
    assert match == "对上：锂电铜箔"
    leader = client_of("xianfuban").get(other).content.decode()
    assert "答卷" in leader
    assert 'name="value-1"' not in leader
    assert client_of("nobody").get(other).status_code == 403
    assert client_of("yuanqu").get(other).status_code == 404


def test_an_enterprise_is_reminded_of_its_own_sheet_until_it_is_filled(office: Office) -> None:
    chains("bat")
    one = firm(office, "青禾东园电池有限公司")
    actor, year = enterprise(office, one), survey_year()
    assert [todo.url for todo in owed(actor)] == [f"{reverse('chain-survey', args=[one.pk])}?year={year}"]
    answer(office, one, {"item": "铜箔", "value": "12"}, who="qiye", year=year)
    assert owed(actor_for(office.users["qiye"], today())) == []


def test_progress_says_who_answered_whom_to_ask_and_for_what(office: Office, client_of: LogIn) -> None:
    chains("bat")
    money: dict[str, Any] = {"figure_source": "stat", "status": "active", "above_scale": True}
    big = firm(office, "青禾大电芯有限公司", revenue=Decimal(90000), **money)
    small = firm(office, "青禾小电芯有限公司", "西园", revenue=Decimal(2000), **money)
    for one in (big, small):
        stands(one, "bat.cell_storage")
    answer(office, small, {"item": "铜箔", "value": "100", "where": "outside"}, {"item": "铝箔", "value": "300", "where": "local"}, {"item": "隔膜", "where": "unknown"})  # fmt: skip
    found = progress(graded(), office.actor("gongxin"), 2025)
    assert [(one.firm.id, one.lines, one.told, one.money, one.outside) for one in found.answered] == [(small.pk, 3, 2, 400.0, 100.0)]  # fmt: skip
    assert (found.lines, found.told, found.money, found.placed, found.outside) == (3, 2, 400.0, 400.0, 100.0)
    assert [one.firm.id for one in found.to_ask] == [big.pk]
    silent = {one.node.code: [firm.id for firm in one.buyers] for one in found.silent}
    assert "bat.copper_foil" not in silent
    assert silent["bat.electrolyte"] == [big.pk, small.pk]
    html = client_of("gongxin").get(reverse("chain-surveys"), {"year": 2025}).content.decode()
    assert "1 家答了，说得清的采购 25% 花在县外" in html
    assert "青禾大电芯有限公司" in html
    west = progress(graded(), office.actor("yuanqu"), 2025)
    assert west.answered == ()
    assert [one.firm.id for one in west.to_ask] == [big.pk]
    assert {firm.id for one in west.silent for firm in one.buyers} == {big.pk}
    Grant.objects.filter(post=office.posts["yuanqu"]).delete()
    assert client_of("yuanqu").get(reverse("chain-surveys")).status_code == 403


def test_links_are_called_by_name_or_code(office: Office) -> None:
    chains("bat")
    twin = node("bat.gas")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(twin, name="锂电铜箔", reviewed=date(2026, 1, 1))
    names = link_names()
    assert names["bat.copper_foil"] == names["锂电铜箔（bat.copper_foil）"] == node("bat.copper_foil").pk
    assert "锂电铜箔" not in names

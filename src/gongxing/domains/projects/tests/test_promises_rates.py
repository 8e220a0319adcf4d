"""The arithmetic of keeping promises, worked out by hand, and what leads from each number to its rows."""

import io
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from docx import Document

from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.promise_clocks import mend_all
from gongxing.domains.projects.promising import Rate, card_of, kept_of, promise_box, rate_of
from gongxing.domains.projects.tests.promise_samples import World, a_promise, a_world, moment
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

TODAY = moment(2026, 6, 15)
# text, side, due, state, claimed
ROWS = (
    ("供水", "government", date(2025, 12, 31), "confirmed", date(2025, 12, 31)),   # due, kept, in time
    ("供电", "government", date(2026, 3, 1), "confirmed", date(2026, 3, 5)),       # due, kept, late
    ("道路", "government", date(2026, 6, 14), "open", None),                       # due, broken: one day late
    ("宿舍", "government", date(2026, 5, 18), "refused", None),                    # due, broken: 28 days late
    ("蒸汽", "government", date(2026, 6, 10), "claimed", date(2026, 6, 9)),        # due, waiting
    ("用工", "government", date(2026, 6, 15), "open", None),                       # today: not due before the day is over
    ("班车", "government", date(2026, 12, 31), "confirmed", date(2026, 5, 1)),     # kept early: not due, kept of all
    ("幼儿园", "government", date(2026, 1, 1), "cancelled", None),                 # left out
    ("开工", "enterprise", date(2026, 5, 31), "confirmed", date(2026, 5, 30)),     # due, kept, in time
    ("竣工", "enterprise", date(2026, 7, 15), "open", None),                       # in 30 days
    ("达产", "enterprise", date(2028, 7, 16), "open", None),
)  # fmt: skip


@pytest.fixture
def world(office: Office) -> World:
    return a_world(office)


@pytest.fixture
def laid(world: World) -> World:
    for text, side, due, state, claimed in ROWS:
        a_promise(world, text, side=side, due_on=due, state=state, claimed_on=claimed)
    return world


def counts(rate: Rate) -> tuple[int, int, int, int, int, int, int]:
    return rate.due, rate.kept, rate.in_time, rate.waiting, rate.all, rate.all_kept, rate.cancelled


def rows_behind(world: World, url: str) -> list[str]:
    """The rows a ledger list shows at an address."""
    ledger, parts = ledger_named("projects.promise"), urlsplit(url)
    assert parts.path == ledger.url
    state = read_state(ledger, QueryDict(parts.query))
    assert state.faults == ()
    return sorted(row.text for row in build(state, world.actor("gongxin")).rows)


def test_rates_by_hand(laid: World) -> None:
    with at(TODAY):
        kept = kept_of(laid.actor("gongxin"))
    assert counts(kept.whole) == (6, 3, 2, 1, 10, 4, 1)
    assert kept.whole.percent == 50.0
    assert kept.whole.all_percent == 40.0
    government, enterprise = kept.by_side
    assert counts(government) == (5, 2, 1, 1, 7, 3, 1)
    assert government.percent == 40.0
    assert government.words == "已到期 5 项，对方确认兑现 2 项"
    assert counts(enterprise) == (1, 1, 1, 0, 3, 1, 0)
    assert [(one.label, counts(one)) for one in kept.by_year] == [
        ("2028", (0, 0, 0, 0, 1, 0, 0)), ("2026", (5, 2, 1, 1, 8, 3, 1)), ("2025", (1, 1, 1, 0, 1, 1, 0)),
    ]  # fmt: skip
    assert kept.by_year[0].percent is None
    assert [(one.label, one.due) for one in kept.by_unit] == [("东园", 6)]
    assert [(one.label, one.due) for one in kept.by_post] == [("东园 yuanqu岗", 6)]
    assert kept.whole.few and not rate_of("", (), date(2026, 6, 15)).few


def test_every_number_leads_to_exactly_its_rows(laid: World) -> None:
    with at(TODAY):
        for narrowed in (
            kept_of(laid.actor("gongxin")),
            kept_of(laid.actor("gongxin"), park=laid.office.units["东园"].pk),
        ):
            for rate in (narrowed.whole, *narrowed.by_side, *narrowed.by_unit, *narrowed.by_post, *narrowed.by_year):
                shown = {name: len(rows_behind(laid, url)) for name, url in rate.urls.items()}
                assert shown == {
                    "due": rate.due, "kept": rate.kept, "waiting": rate.waiting, "broken": rate.broken, "all": rate.all,
                    "all_kept": rate.all_kept, "cancelled": rate.cancelled,
                }  # fmt: skip
        government = kept_of(laid.actor("gongxin")).by_side[0]
        assert rows_behind(laid, government.urls["broken"]) == ["宿舍", "蒸汽", "道路"]
        assert ("max.due_on", "2026-06-14") in parse_qsl(urlsplit(government.urls["due"]).query)


def test_overdue_soon_and_waiting(laid: World) -> None:
    with at(TODAY):
        mend_all()
        assert tick() == 3
        warn_waiting()
        kept = kept_of(laid.actor("gongxin"))
    assert [(one.promise.text, one.late, one.told) for one in kept.overdue] == [
        ("宿舍", 28, "县府办 xianfuban岗"), ("道路", 1, "县府办 xianfuban岗"),
    ]  # fmt: skip
    assert [(one.promise.text, one.days) for one in kept.soon] == [("用工", 0), ("竣工", 30)]
    assert [(one.promise.text, one.days) for one in kept.waiting] == [("蒸汽", 6)]


def test_readers_see_their_own_unit_and_filters_narrow(laid: World) -> None:
    with at(TODAY):
        assert kept_of(laid.actor("yuanqu2")).whole.all == 0
        assert kept_of(laid.actor("yuanqu")).whole.all == 10
        assert counts(kept_of(laid.actor("gongxin"), side="enterprise").whole) == (1, 1, 1, 0, 3, 1, 0)
        assert kept_of(laid.actor("gongxin"), park=laid.office.units["西园"].pk).whole.all == 0
        browser = Client()
        browser.force_login(laid.office.users["yuanqu2"])
        assert "台账里还没有承诺" in browser.get("/projects/promises/").content.decode()
        browser.force_login(laid.office.users["gongxin"])
        text = browser.get("/projects/promises/").content.decode()
    assert "已到期的 6 项承诺，对方确认兑现 3 项" in text
    assert "到期的不到 10 项" in text
    assert "逾期 28 天" in text


def test_the_message_is_short_and_names_no_person(laid: World) -> None:
    with at(TODAY):
        card = card_of(kept_of(laid.actor("gongxin")))
        for n in range(12):
            a_promise(laid, f"{n}号路" + "很长的承诺内容" * 8, due_on=date(2026, 2, 1))
        long = card_of(kept_of(laid.actor("gongxin")))
    assert card == (
        "【承诺兑现】截至2026-06-15\n政府 2/5（项数少）；企业 1/1（项数少）（对方确认兑现/已到期）\n逾期2项，30天内到期2项，待对方确认1项。\n"
        "逾期28天：宿舍（东园 yuanqu岗）\n逾期1天：道路（东园 yuanqu岗）"
    )
    assert len(long) <= 300
    assert "演示" not in card


def test_the_box_of_a_project_and_its_word_list(laid: World) -> None:
    with as_system() as ctx:
        ctx.create(Promise(ref="CNY", text="别的项目", side="government", project=laid.bare, post=laid.owner, due_on=date(2026, 5, 1)))  # fmt: skip
    with at(TODAY):
        box = promise_box(laid.project, laid.actor("gongxin"))
        assert (box.rate.all_kept, box.rate.all) == (4, 10)
        assert [(one.side, one.text, one.tone, one.when) for one in box.rows][:5] == [
            ("政府", "宿舍", "bad", "逾期 28 天"), ("政府", "蒸汽", "vow", "待对方确认"), ("政府", "道路", "bad", "逾期 1 天"),
            ("政府", "用工", "vow", "今天到期"), ("企业", "竣工", "vow", "07-15"),
        ]  # fmt: skip
        assert [one.when for one in box.rows if one.tone == "idle"] == ["双方同意取消"]
        assert promise_box(laid.project, laid.actor("yuanqu2")).rows == []
        browser = Client()
        browser.force_login(laid.office.users["gongxin"])
        made = browser.get(box.word_url)
        browser.force_login(laid.office.users["yuanqu2"])
        assert browser.get(box.word_url).status_code == 404
    paper = Document(io.BytesIO(made.content))
    first, second = paper.tables
    assert len(first.rows) == 1 + 8
    assert len(second.rows) == 1 + 3
    assert [cell.text for cell in first.rows[1].cells] == [
        "1",
        "供水",
        "协议第八条",
        "东园 yuanqu岗",
        "2025-12-31",
        "已兑现",
    ]
    said = "\n".join(one.text for one in paper.paragraphs)
    assert "截至 2026-06-15，已到期 6 项，对方确认兑现 3 项；全部 10 项，双方同意取消 1 项不计。" in said

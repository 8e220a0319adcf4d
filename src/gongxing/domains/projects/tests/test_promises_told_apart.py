"""Promises on paper and in lists: each says of which project and firm it is, and what is not due yet is no failure."""

import io
import json
from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from docx import Document

from gongxing.domains.projects.clocks import standing
from gongxing.domains.projects.models import Duty, Promise
from gongxing.domains.projects.promise_paper import promise_list
from gongxing.domains.projects.promise_todos import belongs
from gongxing.domains.projects.promising import kept_of
from gongxing.domains.projects.tests.promise_samples import World, a_promise, a_world, moment
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at, today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.office.handing import seen_of
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Handover
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
TEXT = "按公布的技术改造补助办法兑现设备补助"
OF = ("承诺样项目，青禾样承诺食品有限公司", "无账号样项目，青禾样无账号机械有限公司")
TITLES = [f"{TEXT}（{of}）" for of in OF]
DAY = moment(2026, 6, 15)


@pytest.fixture
def world(office: Office) -> World:
    return a_world(office)


def client(world: World, who: str) -> Client:
    made = Client()
    made.force_login(world.office.users[who])
    return made


def twice(world: World, due: date) -> None:
    """The same words on two projects, under one post."""
    for project in (world.project, world.bare):
        with as_system() as ctx:
            ctx.create(Promise(project=project, post=world.owner, basis="协议第八条", ref=f"CN{project.pk}", text=TEXT, side="government", due_on=due))  # fmt: skip


# -- of what: on the page of a handover, on its slip and on paper ------------------------------------------------------


def test_same_words_on_two_projects_are_told_apart_on_every_slip(world: World) -> None:
    twice(world, today() + timedelta(days=90))
    shown = client(world, "xianfuban").get(f"/handover/new/?post={world.owner.code}").content.decode()
    admin = world.office.actor("admin")
    raw = {
        "post": world.owner.code, "leaver": "", "last_day": today().isoformat(), "successor": "nobody", "why": "工作调动",
        "moves": json.dumps({}), "seen": seen_of(held_by(world.owner.pk, admin)),
    }  # fmt: skip
    made: list[Handover] = perform(action_named("office.hand_over"), admin, raw)
    assert [one["title"] for one in made[0].items] == TITLES
    assert {one["state"] for one in made[0].items} == {"未到期"}
    giver = client(world, "yuanqu")
    page = giver.get(f"/handover/{made[0].pk}/").content.decode()
    table = Document(io.BytesIO(giver.get(f"/handover/{made[0].pk}/word/").content)).tables[1]
    assert [row.cells[2].text for row in table.rows][1:] == TITLES
    assert [row.cells[5].text for row in table.rows][1:] == ["未到期", "未到期"]
    for title in TITLES:
        assert page.count(title) == 1
        assert shown.count(title) == 1


def test_projects_and_duties_say_whose_they_are(world: World) -> None:
    with as_system() as ctx:
        ctx.update(world.project, owner=world.owner)
        ctx.create(
            Duty(project=world.project, unit=world.owner.unit, duty_class="securing", post=world.owner, ref="d1")
        )
    firm = "青禾样承诺食品有限公司"
    assert {one.ledger: one.title for one in held_by(world.owner.pk, SYSTEM)} == {
        "projects.project": f"承诺样项目（{firm}）", "projects.duty": f"承诺样项目（要素保障，{firm}）",
    }  # fmt: skip


def test_a_project_nobody_owns_yet_is_named_alone(world: World) -> None:
    with as_system() as ctx:
        ctx.update(world.bare, firm=None)
    promise = a_promise(world, TEXT, project=world.bare)
    assert belongs(promise) == "无账号样项目"


# -- not due, due today, overdue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "state", "words"),
    [
        (date(2026, 6, 16), "open", "未到期"),
        (date(2026, 6, 15), "open", "今天到期"),
        (date(2026, 6, 14), "open", "逾期未兑现"),
        (date(2026, 6, 16), "refused", "对方不认可，未到期"),
        (date(2026, 6, 14), "refused", "对方不认可，逾期未兑现"),
        (date(2026, 6, 14), "claimed", "待对方确认"),
        (date(2026, 6, 14), "confirmed", "已兑现"),
        (date(2026, 6, 14), "cancelled", "双方同意取消"),
    ],
)
def test_what_is_not_due_is_no_failure_in_the_list_on_paper_and_on_the_page(
    world: World, due: date, state: str, words: str
) -> None:
    with at(DAY):
        promise = a_promise(world, TEXT, due_on=due, state=state)
        assert standing(promise) == words
        rows = list(Promise.objects.select_related("post__unit", "clause"))
        paper = Document(io.BytesIO(promise_list(world.project, rows, world.actor("yuanqu"))))
        assert paper.tables[0].rows[1].cells[5].text.strip() == words
        page = client(world, "yuanqu").get(ledger_named("projects.promise").row_url(promise.pk)).content.decode()
        assert f"<dd>{words}</dd>" in page


def listed(world: World, label: str) -> list[str]:
    """The rows behind a ready-made view, as its tab asks for them today."""
    ledger = ledger_named("projects.promise")
    (query,) = [one.asked for one in ledger.presets if one.label == label]
    params = QueryDict(mutable=True)
    for name, value in parse_qsl(query):
        params.appendlist(name, value)
    state = read_state(ledger, params)
    assert not state.faults
    return sorted(one.text for one in build(state, world.actor("gongxin")).rows)


def test_the_tabs_count_what_the_page_of_rates_counts(world: World) -> None:
    with at(DAY), translation.override("zh-hans"):
        for text, side, due, state in (
            ("晚", "government", date(2026, 6, 14), "open"),
            ("不认可", "government", date(2026, 5, 1), "refused"),
            ("今天", "government", date(2026, 6, 15), "open"),
            ("明天", "enterprise", date(2026, 6, 16), "open"),
            ("报了", "government", date(2026, 6, 1), "claimed"),
            ("企业晚", "enterprise", date(2026, 6, 1), "open"),
        ):
            a_promise(world, text, side=side, due_on=due, state=state)
        late = listed(world, "政府逾期未兑现")
        assert late == ["不认可", "晚"]
        assert len(late) == kept_of(world.actor("gongxin"), side="government").n_overdue
        assert listed(world, "未到期（含今天到期）") == ["今天", "明天"]
    with at(moment(2026, 6, 16)), translation.override("zh-hans"):  # the view moves on with the day
        assert listed(world, "政府逾期未兑现") == ["不认可", "今天", "晚"]
        tabs = client(world, "gongxin").get(ledger_named("projects.promise").url).content.decode()
        assert "max.due_on=2026-06-15" in tabs

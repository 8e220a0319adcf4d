"""The yearly round: advice by the rules with its reasons, decisions by people, stale versions, an end only when everything is decided."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from docx import Document

from gongxing.domains.projects.actions.vetting import (
    close_vetting,
    decide_item,
    extend_vetting,
    keep_items,
    open_vetting,
)
from gongxing.domains.projects.models import Move, Project, TwinQuestion, Vetting, VettingItem
from gongxing.domains.projects.pool_duties import pool_todos
from gongxing.domains.projects.said import Words
from gongxing.domains.projects.tests.pooled import DAY, a_pooled, allow
from gongxing.domains.projects.vetting import advise_many, items_of, progress
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import at
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)
ITEM, ROUND = "projects.vettingitem", "projects.vetting"


@pytest.fixture
def decider(office: Office) -> Office:
    """gongxin may open, decide and close."""
    allow(office, "gongxin", ROUND, "open", "close")
    allow(office, "gongxin", ITEM, "decide")
    return office


def advice(project: Project) -> tuple[str, list[str]]:
    found = advise_many([project], DAY)[project.pk]
    return found.choice, [code for code, _values in found.reasons]


def fault(action: Any, office: Office, raw: dict[str, str], key: int | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        perform(action, office.actor("gongxin"), raw, key=key)
    return [(one.column, one.fault.code) for one in refused.value.faults]


@pytest.mark.parametrize(
    ("days", "more", "expected"),
    [
        (29, {}, ("keep", ["vetting.moving"])),
        (89, {}, ("keep", ["vetting.moving"])),
        (90, {}, ("amend", ["vetting.stale_remind"])),
        (180, {}, ("amend", ["vetting.stale_amber"])),
        (364, {}, ("amend", ["vetting.stale_amber"])),
        (365, {}, ("exit", ["vetting.stale_exit"])),
        (10, {"catalogue": "eliminated"}, ("exit", ["vetting.eliminated"])),
        (10, {"total_investment": 4999}, ("amend", ["vetting.below_size"])),
        (10, {"total_investment": 5000}, ("keep", ["vetting.moving"])),
        (10, {"total_investment": None}, ("amend", ["vetting.investment_unknown"])),
        (10, {"owner_name": ""}, ("amend", ["vetting.owner_unknown"])),
        (10, {"kind": "infrastructure", "total_investment": 1}, ("keep", ["vetting.moving"])),
        (400, {"stage": "paused", "paused_until": date(2026, 7, 1)}, ("keep", ["vetting.moving"])),
        (400, {"stage": "paused", "paused_until": date(2026, 6, 29)}, ("exit", ["vetting.stale_exit", "vetting.hold_over"])),
    ],
)  # fmt: skip
def test_what_the_rules_advise(
    office: Office, days: int, more: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    assert advice(a_pooled(office, "项目甲", moved_on=DAY - timedelta(days=days), **more)) == expected


def test_twins_in_the_advice(office: Office) -> None:
    """An open question asks both to be mended; of the same two the later one is to leave, as long as the other is there."""
    one, other = a_pooled(office, "先来的"), a_pooled(office, "后到的")
    with as_system() as ctx:
        asked = ctx.create(TwinQuestion(ref="1", one=one, other=other, score="0.9"))
    assert advice(one) == advice(other) == ("amend", ["vetting.twin_open"])
    with as_system() as ctx:
        ctx.update(asked, answer="same")
    with at(NOON):
        assert (advice(one)[0], advice(other)) == ("keep", ("exit", ["vetting.same_project"]))
    with as_system() as ctx:
        ctx.update(one, stage="removed")
    assert advice(other)[0] == "keep"


def opened(office: Office) -> Vetting:
    """Three projects of 东园, one of 西园, one that is being built and one that has left: four items."""
    a_pooled(office, "好项目")
    a_pooled(office, "旧项目", moved_on=date(2025, 6, 1))
    a_pooled(office, "小项目", total_investment=100)
    a_pooled(office, "西边的", "西园")
    a_pooled(office, "在建的", stage="building")
    a_pooled(office, "走了的", stage="removed")
    perform(open_vetting, office.actor("gongxin"), {"year": "2026", "note": "常务会要求"})
    return Vetting.objects.get(year=2026)


def item(name: str) -> VettingItem:
    return VettingItem.objects.select_related("project").get(project__name=name)


def test_a_round_from_its_beginning_to_its_end(decider: Office) -> None:
    with at(NOON):
        round_, actor = opened(decider), decider.actor("gongxin")
        assert {one.project.name: one.advice for one in round_.items.select_related("project")} == {
            "好项目": "keep", "旧项目": "exit", "小项目": "amend", "西边的": "keep",
        }  # fmt: skip
        assert Words().stored(item("小项目").reasons) == ["总投资 100 万元，不到入库规模 5,000 万元"]
        assert Words().stored(item("旧项目").reasons) == ["394 天没有动态，到了建议退库的 365 天"]
        assert fault(close_vetting, decider, {}, round_.pk) == [("", "vetting.undecided")]
        assert [todo.title for todo in pool_todos(actor)] == ["2026 年清库：4 个项目没有定"]
        good, west = item("好项目"), item("西边的")
        done = perform(
            keep_items, actor, {"chosen": f"{good.pk}@{good.version} {west.pk}@{west.version + 1} 99999999@1"}
        )
        assert done == {"done": 1, "stale": ["西边的"], "missing": 1}
        perform(keep_items, actor, {"chosen": f"{west.pk}@{west.version}"})
        perform(decide_item, actor, {"decision": "amend", "note": "补总投资"}, key=item("小项目").pk)
        assert fault(decide_item, decider, {"decision": "exit"}, item("旧项目").pk) == [("reason_code", "vetting.reason_needed")]  # fmt: skip
        assert Project.objects.get(name="旧项目").stage == "reserve"
        assert [(one.name, one.decided, one.total) for one in progress(items_of(round_, actor))] == [("东园", 2, 3), ("西园", 1, 1)]  # fmt: skip
        perform(decide_item, actor, {"decision": "exit", "reason_code": "market"}, key=item("旧项目").pk)
        perform(close_vetting, actor, {}, key=round_.pk)
    left, stored = Project.objects.get(name="旧项目"), item("旧项目")
    assert (left.stage, left.stage_on, left.reason_code) == ("removed", DAY, "market")
    assert (stored.decision, stored.reason_code, stored.decided_by, stored.decided_on) == ("exit", "market", "工信局 gongxin岗 gongxin（演示）", DAY)  # fmt: skip
    move = Move.objects.get(project=left)
    assert (move.to_stage, move.reason_code, move.note) == (
        "removed",
        "market",
        "2026 年度清库，工信局 gongxin岗 gongxin（演示） 定",
    )
    round_.refresh_from_db()
    assert (round_.state, round_.closed_on, round_.note) == ("closed", DAY, "常务会要求")
    assert Project.objects.count() == 6
    assert fault(decide_item, decider, {"decision": "keep"}, item("好项目").pk) == [("", "vetting.closed")]
    assert fault(keep_items, decider, {"chosen": f"{good.pk}@{item('好项目').version}"}) == [("", "vetting.closed")]


def test_who_left_is_not_kept_by_a_second_click(decider: Office) -> None:
    with at(NOON):
        opened(decider)
        old = item("旧项目")
        perform(
            decide_item,
            decider.actor("gongxin"),
            {"decision": "exit", "reason_code": "funds", "note": "会定"},
            key=old.pk,
        )
        old = item("旧项目")
        assert fault(decide_item, decider, {"decision": "keep"}, old.pk) == [("decision", "vetting.exit_done")]
        kept = perform(keep_items, decider.actor("gongxin"), {"chosen": f"{old.pk}@{old.version}"})
    assert kept == {"done": 0, "stale": ["旧项目"], "missing": 0}
    assert (item("旧项目").decision, Move.objects.get().note) == ("exit", "会定")


def test_one_round_at_a_time_and_one_a_year(decider: Office) -> None:
    with at(NOON):
        assert fault(open_vetting, decider, {"year": "2026"}) == [("", "vetting.nothing")]
        round_ = opened(decider)
        assert fault(open_vetting, decider, {"year": "2026"}) == [("year", "vetting.already")]
        assert fault(open_vetting, decider, {"year": "2025"}) == [("year", "vetting.still_open")]
        assert fault(open_vetting, decider, {"year": "2027"}) == [("year", "vetting.future")]
    assert Vetting.objects.get() == round_


def test_a_stale_version_and_a_missing_right_change_nothing(decider: Office) -> None:
    with at(NOON):
        opened(decider)
        good = item("好项目")
        with pytest.raises(StaleRow):
            perform(decide_item, decider.actor("gongxin"), {"decision": "keep"}, key=good.pk, version=good.version + 1)
        with pytest.raises(Denied):
            perform(decide_item, decider.actor("yuanqu"), {"decision": "keep"}, key=good.pk)
        with pytest.raises(Denied):
            perform(keep_items, decider.actor("yuanqu"), {"chosen": f"{good.pk}@{good.version}"})
        with pytest.raises(Denied):
            perform(open_vetting, decider.actor("tongji"), {"year": "2025"})
    assert item("好项目").decision == ""


def test_the_page_decides_keeps_what_was_typed_and_prints(decider: Office, client_of: LogIn) -> None:
    with at(NOON):
        client = client_of("gongxin")
        refused = client.post("/projects/vetting/open/", {"year": "2099", "note": "试"})
        assert (refused.status_code, "2,099" in refused.content.decode() or "2099" in refused.content.decode()) == (422, True)  # fmt: skip
        round_ = opened(decider)
        assert client.get("/projects/vetting/").status_code == 200
        page = client.get("/projects/vetting/2026/").content.decode()
        assert "还有 4 个没有定" in page
        old = item("旧项目")
        answer = "/projects/vetting/2026/answer/"
        token = {"one": f"{old.pk}@{old.version}:exit", f"note-{old.pk}": "常务会 12 次"}
        failed = client.post(answer, token)
        assert failed.status_code == 422
        assert "常务会 12 次" in failed.content.decode()
        assert "退库请选一个原因" in failed.content.decode()
        done = client.post(answer, {**token, f"reason_code-{old.pk}": "policy"})
        assert done.status_code == 302
        assert client.post(answer, {"one": f"{old.pk}@{old.version}:keep"}).status_code == 409
        closing = client.post(answer, {"close": "1", "version": round_.version}, follow=True)
        assert "还有 3 个项目没有定" in closing.content.decode()
        assert client.get("/projects/vetting/2026/?decision=open&advice=keep&unit=999999").status_code == 200
        assert client.get("/projects/vetting/1999/").status_code == 404
        word = client.get("/projects/vetting/2026/word/?decision=exit")
        assert client_of("nobody").get("/projects/vetting/2026/word/").status_code == 403
    text = Document(io.BytesIO(word.content))
    lines = [paragraph.text for paragraph in text.paragraphs]
    assert "2026 年度项目储备库清库意见表" in lines
    assert "还有 3 个项目没有定，本表未定稿。" in lines
    assert [cell.text for cell in text.tables[0].rows[1].cells][1:8] == ["旧项目", "东园", "退库", "6,000", "退库", "394 天没有动态，到了建议退库的 365 天", "退库"]  # fmt: skip
    west = client_of("yuanqu2")
    with at(NOON):
        seen = west.get("/projects/vetting/2026/").content.decode()
    assert "西边的" in seen
    assert "好项目" not in seen


def test_projects_that_came_after_the_round_began_are_taken_in_by_its_owner(decider: Office, client_of: LogIn) -> None:
    with at(NOON):
        round_, actor = opened(decider), decider.actor("gongxin")
        assert fault(extend_vetting, decider, {}, round_.pk) == [("", "vetting.none_later")]
        a_pooled(decider, "后来的", total_investment=100)
        a_pooled(decider, "停下的", stage="paused", paused_until=date(2027, 1, 1))
        a_pooled(decider, "后来在建的", stage="building")
        with pytest.raises(Denied):
            perform(extend_vetting, decider.actor("yuanqu"), {}, key=round_.pk)
        client = client_of("gongxin")
        page = client.get("/projects/vetting/2026/").content.decode()
        assert "又有 2 个项目进来或转为暂缓" in page
        assert 'name="take"' in page
        assert 'name="take"' not in client_of("yuanqu").get("/projects/vetting/2026/").content.decode()
        answer = "/projects/vetting/2026/answer/"
        done = client.post(answer, {"take": "1", "version": round_.version}, follow=True).content.decode()
        assert "补入 2 个项目，请逐个定。" in done
        assert 'name="take"' not in done
        stale = client.post(answer, {"take": "1", "version": round_.version}, follow=True).content.decode()
        assert "刚被别人改过" in stale
        assert (item("后来的").advice, [code for code, _values in item("后来的").reasons]) == ("amend", ["vetting.below_size"])  # fmt: skip
        assert item("停下的").decision == ""
        assert round_.items.count() == 6
        assert fault(close_vetting, decider, {}, round_.pk) == [("", "vetting.undecided")]
        everything = " ".join(f"{one.pk}@{one.version}" for one in round_.items.all())
        perform(keep_items, actor, {"chosen": everything})
        perform(close_vetting, actor, {}, key=round_.pk)
        a_pooled(decider, "太晚的")
        assert fault(extend_vetting, decider, {}, round_.pk) == [("", "action.not_now")]
        assert "又有" not in client.get("/projects/vetting/2026/").content.decode()
    told = Entry.objects.filter(ledger=ROUND, row=round_.pk, verb="projects.extend_vetting").get()
    assert (told.user, "补入 2 个项目" in told.body) == ("gongxin（演示）", True)
    taken = Entry.objects.filter(ledger=ITEM, verb="projects.extend_vetting").values_list("row", flat=True)
    assert set(taken) == {item("后来的").pk, item("停下的").pk}

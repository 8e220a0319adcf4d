"""Likely twins: which pairs are asked about, with which score and reasons; the lines; answers that hold; who may answer."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.projects import jobs
from gongxing.domains.projects.actions.twins import answer_twin
from gongxing.domains.projects.handlers import after_typing
from gongxing.domains.projects.models import Project, TwinQuestion
from gongxing.domains.projects.pool_duties import pool_todos
from gongxing.domains.projects.said import Words
from gongxing.domains.projects.tests.pooled import a_pooled, an_owner
from gongxing.domains.projects.twins import TwinRow, all_pairs, compare, open_twin, pairs_of
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


def row(pk: int, name: str = "", **more: Any) -> TwinRow:
    fields: dict[str, Any] = {
        "pk": pk, "name": name, "folded": name, "firm": None, "firm_name": None, "owner_name": "甲公司", "place": "", "amount": None, "stage": "reserve",
        "signed_on": None, "invented": False, **more,
    }  # fmt: skip
    return TwinRow(**fields)


def codes(one: TwinRow, other: TwinRow) -> list[str]:
    pair = compare(one, other)
    return [] if pair is None else [code for code, _values in pair.reasons]


def test_the_same_owner_alone_is_no_ground() -> None:
    assert compare(row(1, "年产糖果一万吨"), row(2, "茉莉花茶加工园区")) is None


@pytest.mark.parametrize(("other", "near"), [("9800", True), ("9799.99", False), ("10000", True), ("10204.08", True), ("10204.09", False)])  # fmt: skip
def test_amounts_differ_by_at_most_two_percent_of_the_larger(other: str, near: bool) -> None:
    """200 ÷ 10000 = 2 % exactly; 204.08 ÷ 10204.08 is just under, 204.09 ÷ 10204.09 just over."""
    found = codes(row(1, "年产糖果一万吨", amount=Decimal(10000)), row(2, "茉莉花茶加工园区", amount=Decimal(other)))
    assert ("twins.amount" in found) is near


def test_an_unknown_amount_is_like_none() -> None:
    assert compare(row(1, "年产糖果一万吨", amount=None), row(2, "茉莉花茶加工园区", amount=None)) is None
    assert compare(row(1, "年产糖果一万吨", amount=Decimal(0)), row(2, "茉莉花茶加工园区", amount=Decimal(0))) is None


def test_score_and_reasons_of_a_whole_match() -> None:
    """Owner .40 + parcel .20 + amount .20 + name .20 × 1.0 = 1.0; the owner's name and 项目 do not make two names alike."""
    one = row(1, "甲公司年产糖果一万吨项目", place="东园3号地块", amount=Decimal(5000))
    other = row(2, "年产糖果一万吨", place="东园 3号地块", amount=Decimal(5050))
    pair = compare(other, one)
    assert pair is not None
    assert (pair.one.pk, pair.other.pk, pair.score) == (1, 2, 1.0)
    assert [code for code, _values in pair.reasons] == ["twins.same_owner_name", "twins.same_parcel", "twins.amount", "twins.name"]  # fmt: skip
    assert dict(pair.reasons[2][1]) == {"share": "1.0%", "one": "5,000", "other": "5,050"}


def test_a_registered_owner_and_an_intended_one_of_that_name_are_one() -> None:
    """Width and blanks do not matter; another name does."""
    one = row(1, "白糖", firm=7, firm_name="青禾糖业有限公司", owner_name="", amount=Decimal(1000))
    assert (
        codes(one, row(2, "红纸", owner_name="青禾糖业 有限公司", amount=Decimal(1000)))[0] == "twins.same_owner_name"
    )
    assert (
        codes(one, row(2, "红纸", firm=7, firm_name="青禾糖业有限公司", amount=Decimal(1000)))[0] == "twins.same_firm"
    )
    assert compare(one, row(2, "白糖", owner_name="青禾纸业有限公司", amount=Decimal(1000))) is None


def test_without_an_owner_two_grounds_and_almost_the_same_name() -> None:
    name = "年产十万吨预焙阳极及余热利用"
    one = row(1, name, owner_name="", amount=Decimal(1000))
    assert codes(one, row(2, name, amount=Decimal(1000))) == ["twins.amount", "twins.name"]
    assert compare(one, row(2, name)) is None
    assert compare(one, row(2, "年产九万吨石墨电极及余热发电", amount=Decimal(1000))) is None


def test_signed_anew() -> None:
    gone = row(1, "糖果厂", amount=Decimal(1000), stage="removed")
    assert codes(gone, row(2, "饮料园", amount=Decimal(1010)))[-1] == "twins.resigned"
    early, late = row(1, "糖果厂", amount=Decimal(1000), signed_on=date(2024, 1, 1)), row(2, "饮料园", amount=Decimal(1000), signed_on=date(2024, 3, 31))  # fmt: skip
    assert codes(early, late)[-1] == "twins.earlier"
    assert codes(early, late._replace(signed_on=date(2024, 3, 30)))[-1] == "twins.amount"
    assert compare(gone, gone._replace(pk=2)) is None


def test_pairs_do_not_depend_on_the_order_and_are_capped() -> None:
    rows = [row(pk, f"第{pk}号车间", amount=Decimal(1000)) for pk in range(1, 21)]
    found = pairs_of(rows)
    assert found == pairs_of(rows[::-1])
    assert len(found) == 60
    assert {one.ref for one in pairs_of(rows, frozenset({20}))} == {f"{pk}:20" for pk in range(1, 20)}


def _two(office: Office) -> tuple[Project, Project]:
    owner = an_owner(office, "青禾糖业有限公司")
    one = a_pooled(office, "甘蔗制糖扩建", firm=owner, owner_name="", total_investment=8000)
    return one, a_pooled(office, "红糖车间", "西园", owner_name="青禾糖业有限公司", total_investment=8100)


def search() -> None:
    jobs.find_twins(SYSTEM, {}, Progress(Job(kind="projects.twins")))


def test_found_once_by_the_handler_and_by_the_job(office: Office) -> None:
    one, other = _two(office)
    after_typing(RowsWritten("demo", 0, {"projects.project": (other.pk,)}))
    assert TwinQuestion.objects.count() == 0
    after_typing(RowsWritten("add", 3, {"projects.project": (other.pk,)}))
    search()
    asked = TwinQuestion.objects.get()
    assert (asked.ref, asked.score, asked.answer) == (f"{one.pk}:{other.pk}", Decimal("0.600"), "open")
    assert Words().stored(asked.reasons) == [
        "业主名称相同：青禾糖业有限公司",
        "总投资相差 1.2%：8,000.00 和 8,100.00 万元",
    ]
    assert open_twin(one) == open_twin(other) == asked
    after_typing(RowsWritten("import", 3, {"projects.project": None}))
    assert Job.objects.filter(kind="projects.twins").count() == 1


def test_an_answer_holds_and_is_not_asked_again(office: Office) -> None:
    one, other = _two(office)
    search()
    asked = TwinQuestion.objects.get()
    actor = office.actor("gongxin")
    assert [todo.title for todo in pool_todos(actor)] == ["判断疑似重复项目：1 对"]
    perform(answer_twin, actor, {"answer": "different", "note": "两个车间"}, key=asked.pk, version=asked.version)
    search()
    stored = TwinQuestion.objects.get()
    assert (stored.answer, stored.note, stored.answered_by) == (
        "different",
        "两个车间",
        "工信局 gongxin岗 gongxin（演示）",
    )
    assert open_twin(one) is None
    assert pool_todos(actor) == []
    assert len(all_pairs()) == 1
    with pytest.raises(StaleRow):
        perform(answer_twin, actor, {"answer": "same"}, key=asked.pk, version=asked.version)
    assert TwinQuestion.objects.get().answer == "different"
    assert Project.objects.filter(pk__in=(one.pk, other.pk)).count() == 2


def test_who_sees_one_side_only_neither_sees_nor_answers(office: Office, client_of: LogIn) -> None:
    _two(office)
    search()
    asked = TwinQuestion.objects.get()
    with pytest.raises(Denied):
        perform(answer_twin, office.actor("yuanqu"), {"answer": "same"}, key=asked.pk, version=asked.version)
    assert TwinQuestion.objects.get().answer == "open"
    assert "甘蔗制糖扩建" not in client_of("yuanqu").get("/projects/twins/").content.decode()
    assert client_of("nobody").get("/projects/twins/").status_code == 403
    assert pool_todos(office.actor("yuanqu")) == []


def test_the_page_answers_with_one_click(office: Office, client_of: LogIn) -> None:
    _two(office)
    search()
    asked, client = TwinQuestion.objects.get(), client_of("gongxin")
    page = client.get("/projects/twins/").content.decode()
    assert "甘蔗制糖扩建" in page
    assert "业主名称相同：青禾糖业有限公司" in page
    stale = client.post("/projects/twins/answer/", {"key": asked.pk, "version": 9, "answer": "same"}, follow=True)
    assert "刚被别人判断过" in stale.content.decode()
    assert "没有" not in TwinQuestion.objects.get().answer
    done = client.post("/projects/twins/answer/", {"key": asked.pk, "version": asked.version, "answer": "resigned", "note": "换名"}, follow=True)  # fmt: skip
    assert "以后不再问" in done.content.decode()
    assert TwinQuestion.objects.get().answer == "resigned"
    assert "换名" in client.get("/projects/twins/?answer=resigned").content.decode()
    wrong = client.post("/projects/twins/answer/", {"key": "٣", "version": "x", "answer": "same"})
    assert wrong.status_code in (302, 404, 409)

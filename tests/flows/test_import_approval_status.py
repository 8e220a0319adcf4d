"""The status sheet of another platform: items by name or code, projects by code, moments with times, several turns; it fills in and never erases."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from gongxing.domains.approvals.handlers import mend_all
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.tests.desks import Desks, clocks, desks, moment
from gongxing.kernel.clock import at
from gongxing.kernel.exchange.flow import start_check, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.setup import Setup, corrected
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system
from tests.flows import sheets
from tests.flows.sheets import faults, xlsx

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
CODE = "2405-459999-04-01-123456"
HEAD = ["序号", "项目代码", "项目名称", "事项名称", "申请次数", "受理时间", "办结时间", "办理结果", "批复文号"]
TITLE = ["全县投资项目审批事项办理情况表"]


@pytest.fixture
def world(office: Office) -> Desks:
    made = desks(office)
    with as_system() as ctx:
        ctx.update(made.project, code=CODE)
    return made


def line(n: int, item: str, turn: Any, accepted: Any, decided: Any = "", outcome: str = "", document: str = "", code: str = CODE) -> list[Any]:  # fmt: skip
    return [n, code, "审批样项目（平台上的叫法）", item, turn, accepted, decided, outcome, document]


def imported(world: Desks, rows: Sequence[Sequence[Any]]) -> ImportSession:
    """Upload, say once who handles what the sheet does not say, check, write."""
    actor = world.actor("window")
    session = upload(ledger_named("approvals.case"), actor, "审批情况.xlsx", [xlsx([TITLE, HEAD, *rows])])
    session.setup = corrected(Setup.from_json(session.setup), {}, {"post": "P-window"}).to_json()
    session.save()
    start_check(session, actor)
    while run_next():
        pass
    return ImportSession.objects.get(pk=session.pk)


def written(session: ImportSession, world: Desks) -> ImportSession:
    """Write, and let the job that follows an import settle the clocks."""
    done = sheets.written(session, world.actor("window"))
    mend_all()
    return done


def test_headers_mean_what_they_say(world: Desks) -> None:
    session = upload(
        ledger_named("approvals.case"),
        world.actor("window"),
        "审批情况.xlsx",
        [xlsx([TITLE, HEAD, line(1, "plan.permit", 1, "2025-09-25 15:40:11")])],
    )
    found = {use.label: use.target for use in Setup.from_json(session.setup).columns}
    assert found == {
        "序号": "", "项目代码": "project", "项目名称": "", "事项名称": "item", "申请次数": "turn", "受理时间": "accepted_on", "办结时间": "decided_on",
        "办理结果": "outcome", "批复文号": "document",
    }  # fmt: skip


def test_a_messy_sheet_becomes_cases_with_their_clocks(world: Desks) -> None:
    """建设工程规划许可证 accepted on 2025-09-25: 20 working days to 2025-10-29 (the count of G5), decided on the 30th: late. The second turn runs."""
    with at(moment(2025, 11, 20)):
        session = imported(
            world,
            [
                line(1, "建设工程规划许可证", 1, "2025-09-25 15:40:11", "2025/10/30 09:05", "不予许可", "青规建不许〔2025〕2号"),
                line(2, " 建设工程规划许可证 ", "2", "2025年11月3日", "", "办理中"),
                line(3, "inv.filing", "", "2025-09-01 08:30:00", "2025-09-01 16:20:00", "准予", "备案〔2025〕9号"),
                line(4, "建设项目用地图纸", 1, "2025-09-25"),
                line(5, "环评报告表审批", 1, "2025-09-25", "2025-10-20", ""),
                line(6, "环评报告表审批", 1, "2025-12-25"),
                line(7, "建筑工程施工许可证", 1, "2025-09-25", code="2405-459999-04-01-999999"),
            ],
        )  # fmt: skip
        codes = [(row, column, code) for row, column, code in faults(session)]
        assert codes == [
            (6, "item", "pack.unknown"), (7, "outcome", "case.outcome_with_day"), (8, "received_on", "case.future"),
            (9, "project", "reference.unknown"),
        ]  # fmt: skip
        assert session.counts["new"] == 3
        written(session, world)
        rows = {(one.item, one.turn): one for one in Case.objects.all()}
        assert {key: one.state for key, one in rows.items()} == {
            ("plan.permit", 1): "decided", ("plan.permit", 2): "running", ("inv.filing", 1): "decided",
        }  # fmt: skip
        first, second = rows["plan.permit", 1], rows["plan.permit", 2]
        assert (first.received_on, first.accepted_on, first.decided_on) == (date(2025, 9, 25), date(2025, 9, 25), date(2025, 10, 30))  # fmt: skip
        assert (first.outcome, first.name, first.post) == ("denied", "建设工程规划许可证", world.window)
        assert clocks(first)["statutory"] == ("met_late", "2025-10-29")
        assert clocks(second)["statutory"] == ("running", "2025-12-01")
        assert clocks(rows["inv.filing", 1])["statutory"] == ("met", "2025-09-01")


def test_a_later_sheet_fills_in_and_never_erases(world: Desks) -> None:
    with at(moment(2025, 11, 20)):
        written(imported(world, [line(1, "建设工程规划许可证", 1, "2025-09-25 15:40:11")]), world)
        case = Case.objects.get()
        with as_system() as ctx:
            ctx.update(case, contact_on=date(2025, 9, 20), received_on=date(2025, 9, 23))
        session = imported(
            world, [line(1, "建设工程规划许可证", 1, "", "2025-10-28 17:00", "准予", "青规建〔2025〕7号")]
        )
        assert (faults(session), session.counts["update"]) == ([], 1)
        session = written(session, world)
        case.refresh_from_db()
        assert (case.contact_on, case.received_on, case.accepted_on, case.decided_on) == (date(2025, 9, 20), date(2025, 9, 23), date(2025, 9, 25), date(2025, 10, 28))  # fmt: skip
        assert clocks(case)["statutory"] == ("met", "2025-10-29")
        stale = imported(world, [line(1, "建设工程规划许可证", 1, "2025-09-25", "", "")])
        assert (stale.counts["same"], stale.counts["update"]) == (1, 0), (
            "an older sheet knows of no decision, and takes none away"
        )
        sheets.undone(session, world.actor("window"))
        mend_all()
        case.refresh_from_db()
        assert (case.decided_on, case.state, clocks(case)["statutory"]) == (None, "running", ("running", "2025-10-29"))


def test_a_sheet_that_says_running_of_a_decided_case_is_refused_with_its_reason(world: Desks) -> None:
    with at(moment(2025, 11, 20)):
        rows = [line(1, "建设工程规划许可证", 1, "2025-09-25", "2025-10-28", "准予", "青规建〔2025〕7号")]
        written(imported(world, rows), world)
        session = imported(world, [line(1, "建设工程规划许可证", 1, "2025-09-25", "", "办理中")])
        assert faults(session) == [(3, "outcome", "case.outcome_with_day")]

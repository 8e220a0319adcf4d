"""One project from the questionnaire to its permit: green lane, correction, 会签, a stop, an extension, decision and delivery, every date counted by hand.

The calendar of autumn 2025: 28 September (Sunday) and 11 October (Saturday) are worked, 1 to 8 October are off.

| what | counted by hand |
|---|---|
| handed in Mon 22 September, answer due | 23, 24, 25, 26, 28 September |
| accepted Thu 25 September, law 20 working days | 26, 28, 29, 30 September, 9, 10, 11, 13–17, 20–24, 27, 28, 29 October |
| promised ⌈0.5 × 5⌉ = 3 on the lane | 26, 28, 29 September |
| expert review told 28 September, over 11 October | 29, 30 September, 9, 10, 11 October do not count: 5 |
| law with the stop | five more after 29 October: 30, 31 October, 3, 4, 5 November |
| promise with the stop | 26, 28 September, 13 October |
| extended by ten | 6, 7, 10–14, 17, 18, 19 November |
| delivery, ten from Thu 30 October | 31 October, 3–7, 10–13 November |
| net time | 26, 28–30 September, 9–11, 13–17, 20–24, 27–30 October are 21, less 5: 16 |
| whole time | 23–25 September 3, those 21, 31 October and 3 November 2: 26 |
"""

from datetime import date
from decimal import Decimal

import pytest

from gongxing.domains.approvals.actions.closing import decide, deliver
from gongxing.domains.approvals.actions.flow_steps import agree_step
from gongxing.domains.approvals.actions.intake import accept, ask_correction, correction_complete
from gongxing.domains.approvals.actions.lanes import enter_lane
from gongxing.domains.approvals.actions.stopping import extend, go_on, stop_case
from gongxing.domains.approvals.models import Case, Stop
from gongxing.domains.approvals.standing import item_of, times_of
from gongxing.domains.approvals.tests.desks import Desks, clocks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import do, flow, received, sound, step, version
from gongxing.domains.approvals.tests.plans import LEASED, days, made, worked
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.passed import warn_all, warn_waiting
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

MONDAY = date(2025, 9, 22)
OWN_LAND = {**LEASED, "land_mode": "owned", "new_building": "yes", "fitout": "no", "civil_building": "no", "joint_acceptance": "yes"}  # fmt: skip


@pytest.fixture
def world(office: Office) -> Desks:
    made = desks(office)
    with as_system() as ctx:
        project = Project.objects.get(pk=made.project.pk)
        ctx.update(project, catalogue="encouraged", catalogue_item="演示条目", total_investment=Decimal(12000))
    return made


def still() -> list[tuple[int, int]]:
    """Every clock with its version: what a second tick must leave alone."""
    return list(Deadline.objects.order_by("pk").values_list("pk", "version"))


def test_from_the_questionnaire_to_the_permit(world: Desks) -> None:
    with at(moment(2025, 9, 22, 9)):
        plan = made(world, OWN_LAND, start_on=MONDAY.isoformat())
        found = worked(plan)
        assert days(found, "inv.filing") == ("2025-09-23", "2025-09-23")  # a day of preparation, decided at once
        assert found.of("plan.permit").state == "todo"
        lane = {"project": str(world.project.pk), "ground": "G02", "grade": "special", "credit": "clear"}
        perform(enter_lane, world.actor("xianfuban"), {**lane, "credit_on": "2025-09-22", "entered_on": "2025-09-22"})
        version()
        case = received(world, MONDAY)
        assert (case.promised, clocks(case)) == (3, {"complete": ("running", "2025-09-28")})
    with at(moment(2025, 9, 25, 15)):
        case = world.do("window", ask_correction, case, lacking="总平面图缺红线", told_on="2025-09-23")
        case = world.do("window", correction_complete, case, corrected_on="2025-09-24")
        case = world.do("window", accept, case, accepted_on="2025-09-25")
        found_now = clocks(case)
        assert (found_now["statutory"], found_now["promised"]) == (("running", "2025-10-29"), ("running", "2025-09-29"))
    with at(moment(2025, 9, 28, 10)):
        do(world, "gongxin", agree_step, step(case, "P-gongxin"), comment="同意，注意能耗")
        do(world, "yuanqu", agree_step, step(case, "P-yuanqu"), comment="红线无误")
        assert flow(case).at == "决定"
        case = world.do("window", stop_case, case, ground="expert", proof="专家评审通知〔2025〕9号", start="2025-09-28")
        assert {clocks(case)[name][1] for name in ("statutory", "promised")} == {"—"}
    with at(moment(2025, 10, 13, 9)):
        case = world.do("window", go_on, case, end="2025-10-11")
        assert [clocks(case)[name][1] for name in ("statutory", "promised")] == ["2025-11-05", "2025-10-13"]
    with at(moment(2025, 10, 14, 9)):
        assert tick() == 1
        late = Deadline.objects.get(row=case.pk, ledger="approvals.case", rule="approvals.promised")
        assert warn_all([late.pk]) == 1
        before = still()
        assert (tick(), warn_waiting(), still()) == (0, 0, before)
        told = Notice.objects.filter(key__startswith=f"passed:{late.pk}:").values_list("post__code", flat=True)
        assert sorted(told) == ["P-head", "P-window"]
    with at(moment(2025, 10, 20)):
        case = world.do("head", extend, case, n="10", granted_on="2025-10-20", why="需要组织论证")
        assert clocks(case)["statutory"] == ("running", "2025-11-19")
    with at(moment(2025, 10, 30)):
        case = world.do("head", decide, case, outcome="granted", decided_on="2025-10-30", document="青规建〔2025〕9号")
        found_now = clocks(case)
        assert (found_now["statutory"], found_now["promised"]) == (("met", "2025-11-19"), ("met_late", "2025-10-13"))
        assert found_now["deliver"] == ("running", "2025-11-13")
    with at(moment(2025, 11, 3)):
        case = world.do("window", deliver, case, delivered_on="2025-11-03")
        assert (case.state, clocks(case)["deliver"]) == ("delivered", ("met", "2025-11-13"))
        sound(case)
        used = times_of(case, item_of(case), _stops(case))
        assert (used.net, used.gross, used.stopped, used.whole) == (16, 21, 5, 26)
        assert days(worked(plan), "plan.permit")[1] == "2025-10-30"
        assert worked(plan).of("plan.permit").state == "done"


def _stops(case: Case) -> list[Stop]:
    found = list(case.stops.order_by("start"))
    for one in found:
        one.case = case
    return found

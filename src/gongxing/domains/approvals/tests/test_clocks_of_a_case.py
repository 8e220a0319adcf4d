"""The three clocks of a case against days counted by hand; each count stands beside its test.

The holidays used: 2025-10-01 to 2025-10-08 off, 2025-09-28 and 2025-10-11 worked (the State Council's notice, as the calendar pack has it).
"""

from datetime import date
from typing import Any

import pytest

from gongxing.domains.approvals.actions.closing import decide, deliver, withdraw
from gongxing.domains.approvals.actions.intake import accept, ask_correction, correction_complete, receive, refuse
from gongxing.domains.approvals.actions.stopping import extend, go_on, stop_case
from gongxing.domains.approvals.handlers import accept_waiting, mend_all
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.standing import item_of, times_of
from gongxing.domains.approvals.tests.desks import Desks, clocks, desks, moment
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.limits import proof_of, refresh_open
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.passed import warn_all, warn_waiting
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def handed_in(world: Desks, item: str, day: date, **more: str) -> Case:
    raw = {"item": item, "received_on": day.isoformat(), **more}
    version = type(world.project).objects.get(pk=world.project.pk).version
    made: Case = perform(receive, world.actor("window"), raw, key=world.project.pk, version=version)
    return made


def refusal(caught: Any) -> list[str]:
    return [one.fault.code for one in caught.value.faults]


def accepted(world: Desks, item: str, day: date) -> Case:
    case = handed_in(world, item, day)
    return world.do("window", accept, case, accepted_on=day.isoformat())


def test_twenty_working_days_over_the_national_holiday(world: Desks) -> None:
    """G5: accepted on Thursday 2025-09-25. Counted: 26, 28 (worked Sunday), 29, 30 September, 9, 10, 11 (worked Saturday), 13–17, 20–24, 27–29 October:
    4 + 3 + 5 + 5 + 3 = 20, so 2025-10-29. Promised 5 (plan.permit): 26, 28, 29, 30 September, 9 October."""
    with at(moment(2025, 9, 25, 15)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
        found = clocks(case)
    assert found["statutory"] == ("running", "2025-10-29")
    assert found["promised"] == ("running", "2025-10-09")
    assert found["complete"] == ("met", "2025-10-09")
    lines = proof_of(Deadline.objects.get(row=case.pk, ledger="approvals.case", rule="approvals.statutory"))
    assert sum(one.counted for one in lines) == 20
    assert (lines[0].day, lines[0].reason, lines[-1].day) == (date(2025, 9, 25), "start", date(2025, 10, 29))
    assert [one.day.isoformat() for one in lines if one.reason == "make_up"] == ["2025-09-28", "2025-10-11"]


def test_a_stop_of_the_law_moves_both_clocks_and_one_of_ours_only_the_promise(world: Desks) -> None:
    """Expert review told on 9 October, over on 15: 10, 11, 13, 14, 15 do not count, five working days. Statutory 2025-10-29 + 5 working days = 2025-11-05.
    Promised: 26, 28, 29, 30 September, 9 October is the fifth day, and the notice day still counts: it does not move."""
    with at(moment(2025, 10, 16)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
        case = world.do("window", stop_case, case, ground="expert", proof="专家评审通知〔2025〕3号", start="2025-10-09")
        assert (case.state, clocks(case)["statutory"]) == ("stopped", ("running", "—"))
        case = world.do("window", go_on, case, end="2025-10-15")
        assert (case.state, clocks(case)["statutory"]) == ("running", ("running", "2025-11-05"))
        assert clocks(case)["promised"][1] == "2025-10-09"
        case = world.do("window", stop_case, case, ground="publicity", proof="公示截图", start="2025-10-16")
        assert clocks(case)["statutory"] == ("running", "2025-11-05"), "the law does not name publicity"


def test_overlapping_stops_count_once(world: Desks) -> None:
    """10–15 October by the review and 14–17 by an inspection: 10, 11, 13, 14, 15, 16, 17 do not count, seven working days; 2025-10-29 + 7 = 2025-11-07."""
    with at(moment(2025, 10, 20)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
        case = world.do("window", stop_case, case, ground="expert", proof="通知甲", start="2025-10-09")
        case = world.do("window", go_on, case, end="2025-10-15")
        case = world.do("window", stop_case, case, ground="inspection", proof="委托单乙", start="2025-10-13")
        case = world.do("window", go_on, case, end="2025-10-17")
        assert clocks(case)["statutory"] == ("running", "2025-11-07")
        used = times_of(case, item_of(case), _stops(case), date(2025, 10, 20))
    # 26, 28, 29, 30 September, 9, 10, 11, 13–17, 20 October are 13 working days, 7 of them stopped
    assert (used.net, used.gross, used.stopped) == (6, 13, 7)


def _stops(case: Case) -> list[Any]:
    found = list(case.stops.order_by("start"))
    for one in found:
        one.case = case
    return found


def test_correction_is_told_once_and_stops_nothing_after_acceptance(world: Desks) -> None:
    with at(moment(2025, 11, 20)):
        case = handed_in(world, "plan.permit", date(2025, 11, 3))
        assert clocks(case) == {"complete": ("running", "2025-11-10")}
        case = world.do("window", ask_correction, case, lacking="缺总平面图", told_on="2025-11-05")
        assert (case.state, clocks(case)) == ("correcting", {"complete": ("met", "2025-11-10")})
        case = world.do("window", correction_complete, case, corrected_on="2025-11-12")
        assert (case.state, clocks(case)) == ("handed_in", {"complete": ("running", "2025-11-19")})
        with pytest.raises(Refused) as told:
            world.do("window", ask_correction, case, lacking="还缺一样", told_on="2025-11-13")
        assert refusal(told) == ["case.told_once"]
        case = world.do("window", accept, case, accepted_on="2025-11-13")
        assert clocks(case)["statutory"] == ("running", "2025-12-11")
        with pytest.raises(Refused) as told:
            world.do("window", stop_case, case, ground="correction", proof="通知", start="2025-11-14")
        assert refusal(told) == ["case.stops_nothing"]


def test_silence_accepts_on_the_day_of_the_hand_in_once(world: Desks) -> None:
    """Handed in on Monday 2025-11-03; nobody tells anything by the close of 10 November. Twenty working days from 3 November: 4–7, 10–14, 17–21, 24–28
    November, 1 December: 4 + 5 + 5 + 5 + 1 = 20."""
    with at(moment(2025, 11, 3)):
        case = handed_in(world, "plan.permit", date(2025, 11, 3))
    with at(moment(2025, 11, 11)):
        assert tick() == 1
        assert tick() == 0
        assert accept_waiting([case.pk]) == 1
        assert accept_waiting([case.pk]) == 0
        case.refresh_from_db()
        assert (case.silent, case.accepted_on, case.state) == (True, date(2025, 11, 3), "running")
        assert clocks(case)["statutory"] == ("running", "2025-12-01")
        before = list(Deadline.objects.order_by("pk").values_list("pk", "version"))
        assert mend_all() == 1
        assert list(Deadline.objects.order_by("pk").values_list("pk", "version")) == before, (
            "a second look changes nothing"
        )


def test_a_case_written_down_long_after_is_not_accepted_by_silence(world: Desks) -> None:
    """Entered on 2 December with a hand-in of 3 November: whether anything was told by 10 November nobody has said yet."""
    with at(moment(2025, 12, 2)):
        case = handed_in(world, "plan.permit", date(2025, 11, 3))
        assert (tick(), accept_waiting([case.pk]), mend_all()) == (1, 0, 1)
        assert clocks(case)["complete"] == ("passed", "2025-11-10")
        for verb, raw in (
            (ask_correction, {"lacking": "图", "told_on": "2025-11-11"}),
            (accept, {"accepted_on": "2025-11-12"}),
            (refuse, {"refused_on": "2025-11-11", "why": "不属于"}),
        ):
            with pytest.raises(Refused) as told:
                world.do("window", verb, case, **raw)
            assert refusal(told) == ["case.notice_over"], "the law has settled it by then"
        case = world.do("window", accept, case, accepted_on="2025-11-05")
        assert (case.silent, clocks(case)["complete"]) == (False, ("met", "2025-11-10"))
        assert clocks(case)["statutory"] == (
            "running",
            "2025-12-03",
        )  # 6, 7, 10–14, 17–21, 24–28 November, 1–3 December


def test_a_correction_entered_long_after_is_not_accepted_by_silence(world: Desks) -> None:
    """Told in time on 4 November; that all came on 10 November is entered on 2 December, when the five days from then (11–14, 17 November) are over."""
    with at(moment(2025, 11, 4)):
        case = handed_in(world, "plan.permit", date(2025, 11, 3))
        case = world.do("window", ask_correction, case, lacking="总平面图", told_on="2025-11-04")
    with at(moment(2025, 12, 2)):
        case = world.do("window", correction_complete, case, corrected_on="2025-11-10")
        tick()
        assert (clocks(case)["complete"], accept_waiting([case.pk])) == (("passed", "2025-11-17"), 0)
        case = world.do("window", accept, case, accepted_on="2025-11-12")
        assert clocks(case)["complete"] == ("met", "2025-11-17")


def test_only_the_head_extends_once_within_the_law_and_before_the_end(world: Desks) -> None:
    """XKF 42: ten working days more. 2025-10-29 and ten: 30, 31 October, 3–7, 10–12 November."""
    with at(moment(2025, 10, 20)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
        with pytest.raises(Denied):
            world.do("window", extend, case, n="10", granted_on="2025-10-20", why="案情复杂")
        with pytest.raises(Refused) as told:
            world.do("head", extend, case, n="11", granted_on="2025-10-20", why="案情复杂")
        assert refusal(told) == ["case.extension_most"]
        case = world.do("head", extend, case, n="10", granted_on="2025-10-20", why="需要组织论证")
        assert clocks(case)["statutory"] == ("running", "2025-11-12")
        assert clocks(case)["promised"][1] == "2025-10-09"
        assert case.extended_by == "行政审批局 局长岗"
    with at(moment(2025, 12, 20)):
        late = accepted(world, "land.permit", date(2025, 11, 3))
        with pytest.raises(Refused) as told:
            world.do("head", extend, late, n="5", granted_on="2025-12-02", why="迟了")
        assert refusal(told) == ["case.extension_late"]


def test_a_day_limit_rolls_and_a_limit_of_none_is_the_same_day(world: Desks) -> None:
    """施工许可 7 calendar days from 2025-09-25: 2 October is off, so it rolls to 9 October. 备案 is done on the day itself."""
    with at(moment(2025, 9, 25, 15)):
        assert clocks(accepted(world, "build.permit", date(2025, 9, 25)))["statutory"] == ("running", "2025-10-09")
        assert clocks(accepted(world, "inv.filing", date(2025, 9, 25)))["statutory"] == ("running", "2025-09-25")


def test_decision_and_delivery_end_the_clocks(world: Desks) -> None:
    with at(moment(2025, 11, 20)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
        case = world.do(
            "window", decide, case, outcome="granted", decided_on="2025-10-30", document="青规建〔2025〕7号"
        )
        assert clocks(case)["statutory"] == ("met_late", "2025-10-29")
        assert clocks(case)["deliver"] == ("running", "2025-11-13")
        case = world.do("window", deliver, case, delivered_on="2025-11-13")
        assert (case.state, clocks(case)["deliver"]) == ("delivered", ("met", "2025-11-13"))
        other = accepted(world, "land.permit", date(2025, 11, 3))
        other = world.do("window", withdraw, other, withdrawn_on="2025-11-10", why="企业调整方案")
        assert {state for state, _day in (clocks(other)[name] for name in ("statutory", "promised"))} == {"cancelled"}


def test_what_cannot_be_is_refused(world: Desks) -> None:
    with at(moment(2025, 11, 20)):
        case = handed_in(world, "plan.permit", date(2025, 11, 10))
        for verb, raw, code in (
            (accept, {"accepted_on": "2025-11-07"}, "case.before"),
            (accept, {"accepted_on": "2025-11-21"}, "case.future"),
            (refuse, {"refused_on": "2025-11-01", "why": "不属本机关"}, "case.before"),
        ):
            with pytest.raises(Refused) as told:
                world.do("window", verb, case, **raw)
            assert refusal(told) == [code]
        with pytest.raises(Refused) as told:
            handed_in(world, "plan.permit", date(2025, 11, 12))
        assert refusal(told) == ["case.going"]
        case = world.do("window", accept, case, accepted_on="2025-11-10")
        with pytest.raises(Refused) as told:
            world.do("window", stop_case, case, ground="expert", proof="  ", start="2025-11-11")
        assert refusal(told)[0] in ("case.proof_needed", "column.required")
        with pytest.raises(Refused) as told:
            world.do("window", decide, case, outcome="granted", decided_on="2025-11-12")
        assert refusal(told) == ["case.document_needed"]


def test_an_expired_limit_reaches_the_owner_and_then_the_superior_once_each(world: Desks) -> None:
    with at(moment(2025, 9, 25, 15)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
    with at(moment(2025, 10, 30)):
        assert tick() == 2
        keys = Deadline.objects.filter(row=case.pk, state="passed").order_by("pk").values_list("pk", flat=True)
        assert warn_all(list(keys)) == 2
        assert (tick(), warn_waiting()) == (0, 0)
    told = Notice.objects.filter(title__contains="法定时限").values_list("post__code", flat=True)
    assert sorted(told) == ["P-head", "P-window"]


def other_reading() -> None:
    """The county takes the other reading of the two days of a pause: [p, q)."""
    cells = {"rule": "pause_days", "value": "from_start_to_before_end", "note_zh": ""}
    with as_system() as ctx:
        ctx.create(PackEdit(pack="calendar-cn", table="counting", row_key="pause_days", values=cells, source="县里定"))


def test_the_other_reading_of_a_pause_is_a_parameter_and_the_proof_names_it(world: Desks, client_of: Any) -> None:
    """Told on the last promised day, 9 October 2025 (26, 28, 29, 30 September, 9 October are the five), over on the 10th. (p, q]: the 9th counts, nothing moves.
    [p, q): the 9th does not, the 10th is the fifth day. Statutory: one day later either way, 2025-10-30."""
    with at(moment(2025, 10, 16)):
        case = accepted(world, "plan.permit", date(2025, 9, 25))
        case = world.do("window", stop_case, case, ground="expert", proof="专家评审通知〔2025〕3号", start="2025-10-09")
        case = world.do("window", go_on, case, end="2025-10-10")
        assert [clocks(case)[name][1] for name in ("promised", "statutory")] == ["2025-10-09", "2025-10-30"]
        promised = Deadline.objects.get(row=case.pk, ledger="approvals.case", rule="approvals.promised")
        page = client_of("gongxin").get(f"/deadlines/{promised.pk}/proof/").content.decode()
        assert "告知那天仍计入" in page
        other_reading()
        assert refresh_open() == 1
        assert mend_all() == 1
        assert [clocks(case)[name][1] for name in ("promised", "statutory")] == ["2025-10-10", "2025-10-30"]
        page = client_of("gongxin").get(f"/deadlines/{promised.pk}/proof/").content.decode()
        assert "告知那天不计入" in page
        assert "停钟：专家评审通知〔2025〕3号" in page

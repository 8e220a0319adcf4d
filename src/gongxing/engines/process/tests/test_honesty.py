"""Leads on clocks that are played with: each test at its threshold, one day to either side, and nothing where something is unknown."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from gongxing.engines.process import CaseRecord, EntryRecord, Lead, PauseRecord, Thresholds, Untested, honesty

DAY = timedelta(days=1)
DUE = date(2026, 3, 20)
LIMITS = Thresholds(firm_kinds=frozenset({"企业自身"}))


def leads(cases: list[CaseRecord], code: str, limits: Thresholds = LIMITS) -> list[Lead]:
    return [lead for lead in honesty(cases, limits).leads if lead.reason.code == f"process.{code}"]


def untested(cases: list[CaseRecord]) -> set[Untested]:
    return set(honesty(cases, LIMITS).untested)


@pytest.mark.parametrize(
    ("before", "limit", "caught"), [(0, 0, True), (1, 0, False), (-1, 0, True), (2, 2, True), (3, 2, False)]
)
def test_a_pause_opened_on_the_due_day(before: int, limit: int, caught: bool) -> None:
    pause = PauseRecord(DUE - before * DAY, None, "专家评审", DUE)
    found = leads([CaseRecord("GX-1", "规划许可", pauses=(pause,))], "pause_at_due", replace(LIMITS, pause_days=limit))
    assert [lead.cases for lead in found] == ([("GX-1",)] if caught else [])
    if caught:
        assert found[0].reason.details == {
            "opened": str(DUE - before * DAY),
            "due": "2026-03-20",
            "left": str(before),
            "kind": "专家评审",
        }


def test_a_pause_whose_due_day_is_unknown_is_not_tested() -> None:
    case = CaseRecord("GX-1", "规划许可", pauses=(PauseRecord(DUE, None, "听证", None),))
    assert leads([case], "pause_at_due") == []
    assert Untested("process.pause_at_due", 1) in untested([case])


def asked(
    key: str,
    submitted: date,
    closed: date | None,
    outcome: str = "refused",
    project: str = "P1",
    item: str = "规划许可",
) -> CaseRecord:
    return CaseRecord(key, item, project, submitted=submitted, closed=closed, outcome=outcome)  # type: ignore[arg-type]


def test_a_chain_of_refusals_and_new_requests() -> None:
    day = date(2026, 1, 5)
    chain = [
        asked("GX-1", day, day + 10 * DAY),
        asked("GX-2", day + 40 * DAY, day + 50 * DAY, "withdrawn"),
        asked("GX-3", day + 50 * DAY, None, "open"),
    ]
    assert [(lead.cases, lead.item, lead.reason.details) for lead in leads(chain, "resubmitted")] == [
        (("GX-1", "GX-2", "GX-3"), "规划许可", {"project": "P1", "times": "3"})
    ]
    assert leads(list(reversed(chain)), "resubmitted") == leads(chain, "resubmitted")
    late = [chain[0], asked("GX-2", day + 41 * DAY, None, "open")]
    assert leads(late, "resubmitted") == []
    assert leads([replace(chain[0], outcome="granted"), chain[1]], "resubmitted") == []
    assert leads([chain[0], replace(chain[1], item="施工许可")], "resubmitted") == []
    assert leads([chain[0], replace(chain[1], project="P2")], "resubmitted") == []
    assert leads(chain, "resubmitted", replace(LIMITS, chain=4)) == []
    unknown = [replace(chain[0], project=""), replace(chain[1], project="")]
    assert leads(unknown, "resubmitted") == []
    assert Untested("process.resubmitted", 2) in untested(unknown)


@pytest.mark.parametrize(("days", "caught"), [(10, False), (11, True)])
def test_accepted_long_after_the_first_contact(days: int, caught: bool) -> None:
    case = CaseRecord("GX-1", "环评", contact=DUE, accepted=DUE + days * DAY)
    assert [lead.reason.details.get("days") for lead in leads([case], "accepted_late")] == (
        [str(days)] if caught else []
    )
    assert Untested("process.accepted_late", 1) in untested([replace(case, contact=None)])


def closed_with(*left: int) -> list[CaseRecord]:
    return [CaseRecord(f"GX-{k:02d}", "规划许可", due=DUE, closed=DUE - days * DAY) for k, days in enumerate(left)]


def test_bunching_at_the_limit() -> None:
    spread_out = [1, 2, 3, 4, 5, 6]
    found = leads(closed_with(0, 0, 0, 0, *spread_out), "bunched")
    assert [(lead.cases, lead.reason.details) for lead in found] == [
        (("GX-00", "GX-01", "GX-02", "GX-03"), {"at_limit": "4", "in_time": "10", "before": "1"})
    ]
    assert leads(closed_with(0, 0, 0, *spread_out, 7), "bunched") == []  # 30%
    assert leads(closed_with(0, 0, 0, 0, *spread_out[:5]), "bunched") == []  # nine cases
    assert leads(closed_with(0, 0, 0, 0, 1, 1, 1, 4, 5, 6), "bunched") == []  # falls off slowly: 4 to 3
    assert leads(closed_with(-1, -1, -1, -1, *spread_out), "bunched") == []  # late is another matter
    by_three = lambda start, end: (end - start).days // 3  # a calendar in which three days count as one
    counted = honesty(closed_with(0, 1, 2, 2, 6, 7, 8, 9, 10, 11), LIMITS, by_three).leads
    assert [len(lead.cases) for lead in counted] == [4]
    at_once = [CaseRecord(f"GX-{n}", "备案", accepted=DUE, due=DUE, closed=DUE) for n in range(12)]
    assert leads(at_once, "bunched") == []  # decided at once: there is no day before the last
    assert Untested("process.bunched", 1) in untested([CaseRecord("GX-1", "环评", closed=DUE)])


NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001


@pytest.mark.parametrize(("hours", "caught"), [(48.0, False), (48.1, True), (0.0, False), (-0.1, True)])
def test_entries_far_from_the_time_they_state(hours: float, caught: bool) -> None:
    entry = EntryRecord("受理", NOON, NOON + timedelta(hours=hours))
    found = leads([CaseRecord("GX-1", "环评", entries=(entry, EntryRecord("办结", NOON, NOON)))], "entered_late")
    assert [(lead.cases, lead.reason.details["hours"]) for lead in found] == (
        [(("GX-1",), f"{hours:.1f}")] if caught else []
    )


def test_entries_of_many_days_made_at_once() -> None:
    stated = [NOON + k * DAY for k in range(3)]
    entered = stated[-1] + timedelta(hours=1)
    entries = tuple(EntryRecord(f"步{k}", when, entered + k * timedelta(minutes=5)) for k, when in enumerate(stated))
    assert [
        lead.reason.details["entries"]
        for lead in leads([CaseRecord("GX-1", "环评", entries=entries)], "entered_at_once")
    ] == ["3"]
    slower = tuple(replace(one, entered=entered + k * timedelta(minutes=6)) for k, one in enumerate(entries))
    assert leads([CaseRecord("GX-1", "环评", entries=slower)], "entered_at_once") == []
    same_day = tuple(replace(one, stated=NOON) for one in entries)
    assert leads([CaseRecord("GX-1", "环评", entries=same_day)], "entered_at_once") == []
    assert Untested("process.entered_late", 1) in untested([CaseRecord("GX-1", "环评")])


def paused(kind_days: list[tuple[str, int]]) -> list[CaseRecord]:
    return [
        CaseRecord(f"GX-{k:02d}", "环评", pauses=(PauseRecord(DUE, DUE + days * DAY, kind, DUE + 30 * DAY),))
        for k, (kind, days) in enumerate(kind_days)
    ]


def test_pauses_said_to_be_the_firms() -> None:
    assert (
        leads(paused([("企业自身", 3)] + [("听证", 1)] * 7 + [("听证", 0)] * 2), "firm_pauses") == []
    )  # 3 of 10 days: not more than 30%
    found = leads(paused([("企业自身", 4)] + [("听证", 1)] * 9), "firm_pauses")
    assert [(lead.cases, lead.reason.details) for lead in found] == [
        (("GX-00",), {"firm": "4", "days": "13", "share": "0.308"})
    ]
    assert leads(paused([("企业自身", 4)] + [("听证", 1)] * 8), "firm_pauses") == []  # nine cases
    open_pause = CaseRecord("GX-1", "环评", pauses=(PauseRecord(DUE, None, "企业自身", DUE + DAY),))
    assert Untested("process.firm_pauses", 1) in untested([open_pause])


def test_nothing_known_leads_to_nothing() -> None:
    assert honesty([], LIMITS).leads == ()
    assert honesty([CaseRecord("GX-1", "环评")], LIMITS).leads == ()

"""A project from the idea to full capacity: every gate with what it lacks, every refusal, and nothing changed by one."""

from datetime import date, timedelta

import pytest

from gongxing.domains.projects.gating import Gates, gate
from gongxing.domains.projects.models import Move, Project
from gongxing.domains.projects.tests.walking import (
    FIRST,
    WAY,
    advance,
    an_idea,
    day_of,
    ready_for,
    refusal,
    reviewed,
    walked,
)
from gongxing.kernel.testing.office import Office

LACKS = {
    "reserve": {"R004", "R005", "R006", "R007", "R009", "R010"},
    "negotiation": {"R011", "R012", "R013"},
    "signed": {"R014", "R015", "R016", "R017", "R018", "R019", "R020", "R022", "R065", "R066"},
    "pre_construction": {"R023", "R067", "R025", "R026", "R027", "R028"},
}
"""What is missing into each stage just before it is given, the gates before being met."""


@pytest.mark.parametrize("stage", list(LACKS))
def test_what_a_gate_lacks(office: Office, stage: str) -> None:
    at = WAY.index(stage)
    project = an_idea(office) if at == 0 else walked(office, an_idea(office), WAY[at - 1])
    found = gate(Project.objects.get(pk=project.pk), stage)
    assert {one.code for one in found.lacking} == LACKS[stage]
    blocking = {one.code for one in found.blocking}
    assert [one.code for one in found.lacking] == [
        *(one.code for one in found.lacking if one.code in blocking), *(one.code for one in found.lacking if one.code not in blocking),
    ]  # fmt: skip
    assert found.met + len(found.lacking) == found.total
    ready_for(office, project, stage)
    with reviewed():
        assert [one.code for one in gate(Project.objects.get(pk=project.pk), stage).lacking] == []


def test_from_the_idea_to_full_capacity(office: Office) -> None:
    project = walked(office, an_idea(office), "full_capacity")
    assert project.stage == "full_capacity"
    assert project.stage_on == day_of("full_capacity") == date(2024, 11, 26)
    assert (project.admitted_on, project.signed_on, project.started_on) == (
        day_of("reserve"),
        day_of("signed"),
        day_of("construction"),
    )
    assert (project.completed_on, project.produced_on, project.full_on) == (
        day_of("completed"),
        day_of("production"),
        day_of("full_capacity"),
    )
    moves = Move.objects.filter(project=project).order_by("pk")
    assert [(one.from_stage, one.to_stage, one.missing) for one in moves] == [
        (before, after, []) for before, after in zip(("concept", *WAY[:-1]), WAY, strict=True)
    ]
    with reviewed():
        gates = Gates(project)
        counts = [(gates.gate(stage).met, gates.gate(stage).total) for stage in WAY]
    assert counts == [(7, 7), (3, 3), (13, 13), (7, 7), (6, 6), (4, 4), (3, 3), (5, 5), (2, 2)]
    assert (gate(project, "signed").met, gate(project, "signed").total) == (12, 13), "nobody reviewed it"
    assert gates.following() == ["reviewed"]


def test_a_skipped_stage_is_refused_by_name(office: Office) -> None:
    project = walked(office, an_idea(office), "reserve")
    assert refusal(office, project, "construction", date(2024, 6, 1)) == [("to_stage", "move.way_skips")]
    assert refusal(office, project, "concept", date(2024, 6, 1)) == [("to_stage", "move.way_backward")]
    assert refusal(office, project, "reserve", date(2024, 6, 1)) == [("to_stage", "move.way_same_stage")]


def test_days_that_cannot_be(office: Office) -> None:
    project = walked(office, an_idea(office), "reserve")
    ready_for(office, project, "negotiation")
    tomorrow = date.today() + timedelta(days=1)
    assert refusal(office, project, "negotiation", tomorrow) == [("on", "project.future")]
    assert refusal(office, project, "negotiation", day_of("reserve") - timedelta(days=1)) == [("on", "move.before")]
    made = advance(office, project, "negotiation", day_of("reserve"))
    assert made.on == day_of("reserve")


def test_warnings_pass_and_are_kept(office: Office) -> None:
    project = an_idea(office, owner_name="某外地企业", total_investment="3000", catalogue="permitted")
    made = advance(office, project, "reserve", FIRST)
    assert made.missing == ["R006 达到入库规模", "R009 用地需求（亩）", "R010 年综合能耗估计"]

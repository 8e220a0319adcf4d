"""Flows, desks and cases in them: for the tests of flows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.flow_jobs import begin_received, wrong_with
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep, FlowVersion
from gongxing.domains.approvals.tests.desks import Desks
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.testing.writes import as_system

DAY = date(2025, 9, 25)
JOINT_STEPS: list[dict[str, Any]] = [
    {"key": "apply", "name": "申请", "kind": "start", "desks": ["@case"]},
    {"key": "accept", "name": "受理", "kind": "single", "desks": ["@case"], "limit_wd": 5},
    {"key": "joint", "name": "会签", "kind": "countersign", "desks": ["P-gongxin", "P-yuanqu"], "limit_wd": 3},
    {"key": "decide", "name": "决定", "kind": "decide", "desks": ["@head"]},
    {"key": "deliver", "name": "送达", "kind": "deliver", "desks": ["@case"]},
    {"key": "done", "name": "办结", "kind": "end", "desks": ["@case"]},
]
JOINT_ARROWS: list[dict[str, str]] = [
    {"source": "apply", "target": "accept"},
    {"source": "accept", "target": "joint"},
    {"source": "joint", "target": "decide"},
    {"source": "joint", "target": "decide", "on": "disagree"},
    {"source": "decide", "target": "deliver"},
    {"source": "decide", "target": "deliver", "on": "disagree"},
    {"source": "deliver", "target": "done"},
]


def definition(code: str, steps: list[Any], arrows: list[Any], number: int = 1, **more: Any) -> dict[str, Any]:
    """A definition as stored."""
    return {"code": code, "version": number, "steps": steps, "arrows": arrows, "repeats": {}, "returns": 9, **more}


def version(
    code: str = "joint",
    steps: list[Any] = JOINT_STEPS,
    arrows: list[Any] = JOINT_ARROWS,
    number: int = 1,
    state: str = "in_force",
    **more: Any,
) -> FlowVersion:
    """A version for plan.permit, in force where nothing else is said."""
    with as_system() as ctx:
        return ctx.create(
            FlowVersion(
                code=code, number=number, name="规划许可会签", items=["plan.permit"], definition=definition(code, steps, arrows, number, **more),
                state=state, in_force_on=today(), ref=f"{code}@{number}",
            )
        )  # fmt: skip


def received(world: Desks, day: date, who: str = "window") -> Case:
    """A case handed in, and on its way where a flow is in force."""
    project = type(world.project).objects.get(pk=world.project.pk)
    made: Case = perform(
        receive,
        world.actor(who),
        {"item": "plan.permit", "received_on": day.isoformat()},
        key=project.pk,
        version=project.version,
    )
    begin_received(made.pk)
    return Case.objects.get(pk=made.pk)


def flow(case: Case) -> CaseFlow:
    """The flow as it is stored now."""
    return CaseFlow.objects.get(case=case)


def step(case: Case, post: str, name: str = "") -> CaseStep:
    """The open or waiting task of a post (its code)."""
    rows = CaseStep.objects.filter(flow__case=case, post__code=post).exclude(state=CaseStep.State.CLOSED)
    return (rows.filter(name=name) if name else rows).get()


def do(world: Desks, who: str, verb: Action[..., Any], one: CaseStep, **raw: str) -> None:
    """Perform a verb on a task as it is stored now."""
    perform(verb, world.actor(who), raw, key=one.pk, version=CaseStep.objects.get(pk=one.pk).version)


def said(case: Case) -> list[tuple[str, str, bool]]:
    """What was done and said, in order: verb, comment, withdrawn."""
    return list(CaseNote.objects.filter(case=case).order_by("pk").values_list("verb", "comment", "withdrawn"))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this one fault."""
    with pytest.raises(Refused) as caught:
        yield
    assert [one.fault.code for one in caught.value.faults] == [code]


def joint(world: Desks) -> Case:
    """A case accepted and at its 会签."""
    version()
    case = received(world, DAY)
    return world.do("window", accept, case, accepted_on=DAY.isoformat())


def sound(case: Case) -> None:
    """The stored flow is the replay of its acts."""
    assert wrong_with(flow(case)) == []

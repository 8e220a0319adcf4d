"""Which way a case goes: versions and who puts them in force, loops, cases with none, and flows that cannot begin."""

from collections.abc import Iterator

import pytest

from gongxing.domains.approvals.actions.closing import decide, deliver
from gongxing.domains.approvals.actions.flow_steps import (
    agree_step,
    begin_flow,
    disagree_step,
)
from gongxing.domains.approvals.actions.flow_versions import (
    discard_flow,
    draft_flow,
    enforce_flow,
    renew_flow,
    retire_flow,
)
from gongxing.domains.approvals.actions.intake import accept
from gongxing.domains.approvals.flow_jobs import prove_flows
from gongxing.domains.approvals.models import CaseFlow, FlowVersion
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import (
    DAY,
    JOINT_ARROWS,
    JOINT_STEPS,
    do,
    flow,
    joint,
    received,
    refused,
    sound,
    step,
    version,
)
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.org.models import Post
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 25, 15)):
        yield desks(office)


def test_an_item_without_a_flow_works_as_before(world: Desks) -> None:
    version("other", state="draft")
    case = received(world, DAY)
    assert not CaseFlow.objects.filter(case=case).exists()
    case = world.do("window", accept, case, accepted_on=DAY.isoformat())
    assert (
        world.do("head", decide, case, outcome="granted", decided_on=DAY.isoformat(), document="1号").state == "decided"
    )
    with refused("action.not_now"):
        world.do("window", begin_flow, case)


def test_a_case_that_began_without_is_put_into_the_flow_and_catches_up(world: Desks) -> None:
    """Accepted before there was a flow: the step that accepting closes is closed by that."""
    case = world.do("window", accept, received(world, DAY), accepted_on=DAY.isoformat())
    version()
    world.do("window", begin_flow, case)
    assert flow(case).at == "会签"
    sound(case)


def test_a_flow_that_cannot_begin_says_why(world: Desks) -> None:
    """The desk above the case's own is missing: the case is worked on without a flow, and its post is told."""
    version()
    with as_system() as ctx:
        ctx.update(Post.objects.get(code="P-window"), superior=None)
    case = received(world, DAY)
    assert not CaseFlow.objects.filter(case=case).exists()
    assert "承办岗位没有上级岗位" in Notice.objects.get(key=f"flow-not-begun:{case.pk}").why


def test_a_new_version_leaves_running_cases_alone(world: Desks) -> None:
    """Midway the flow is written anew without 会签: the old case keeps its two signers, the next one goes straight to the decision; two persons put it in force."""
    old = joint(world)
    first = FlowVersion.objects.get()
    draft = perform(renew_flow, world.actor("window"), {}, key=first.pk, version=first.version)
    straight = [one for one in JOINT_STEPS if one["key"] != "joint"]
    ways = [one for one in JOINT_ARROWS if "joint" not in (one["source"], one["target"])] + [
        {"source": "accept", "target": "decide"}
    ]
    with as_system() as ctx:
        ctx.update(draft, definition={**draft.definition, "steps": straight, "arrows": ways})
    perform(enforce_flow, world.actor("head"), {}, key=draft.pk, version=draft.version)
    first.refresh_from_db()
    assert (first.state, FlowVersion.objects.get(pk=draft.pk).state) == ("replaced", "in_force")
    do(world, "gongxin", agree_step, step(old, "P-gongxin"))
    do(world, "yuanqu", agree_step, step(old, "P-yuanqu"))
    assert (flow(old).flow_id, flow(old).at) == (first.pk, "决定")
    world.do("head", decide, old, outcome="denied", decided_on=DAY.isoformat(), why="不符")
    world.do("window", deliver, old, delivered_on=DAY.isoformat())
    new = world.do("window", accept, received(world, DAY), accepted_on=DAY.isoformat())
    assert (flow(new).flow_id, flow(new).at) == (draft.pk, "决定")
    assert prove_flows() == []


def test_who_drafted_does_not_put_in_force(world: Desks) -> None:
    made = perform(
        draft_flow, world.actor("xianfuban"), {"code": "plan.permit", "name": "规划许可", "template": "single"}
    )
    with refused("flow.items_needed"):
        perform(enforce_flow, world.actor("head"), {}, key=made.pk, version=made.version)
    with as_system() as ctx:
        ctx.update(made, items=["plan.permit"])
    with refused("flow.own_draft"):
        perform(enforce_flow, world.actor("xianfuban"), {}, key=made.pk, version=made.version)
    perform(enforce_flow, world.actor("head"), {}, key=made.pk, version=made.version)
    rival = version("rival", state="draft")
    with refused("flow.item_taken"):
        perform(enforce_flow, world.actor("head"), {}, key=rival.pk, version=rival.version)
    perform(discard_flow, world.actor("window"), {}, key=rival.pk, version=rival.version)
    made.refresh_from_db()
    perform(retire_flow, world.actor("head"), {"why": "改回老办法"}, key=made.pk, version=made.version)
    assert not CaseFlow.objects.filter(case=received(world, DAY)).exists()


def test_a_loop_ends_at_its_bound(world: Desks) -> None:
    """The joint step sends back to 受理 while it disagrees on a first application, twice at most: the third disagreement goes on to the decision."""
    ways = [*JOINT_ARROWS, {"source": "joint", "target": "accept", "on": "disagree", "when": "turn == 1"}]
    version(arrows=ways, repeats={"accept": 2})
    case = received(world, DAY)
    world.do("window", accept, case, accepted_on=DAY.isoformat())
    do(world, "gongxin", disagree_step, step(case, "P-gongxin"), comment="一")
    assert flow(case).at == "受理"
    do(world, "window", agree_step, step(case, "P-window"), comment="改了")
    do(world, "gongxin", disagree_step, step(case, "P-gongxin"), comment="二")
    assert flow(case).at == "决定"
    sound(case)

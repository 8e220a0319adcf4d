"""Cases against the legal order of their acts and against a version of a flow, each finding counted by hand, with its cases."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.approval_samples import a_case

from gongxing.domains.approvals.actions.closing import decide, deliver
from gongxing.domains.approvals.actions.flow_steps import agree_step, finish_step, return_step, take_back
from gongxing.domains.approvals.mining import conforming
from gongxing.domains.approvals.mining.casebook import GO, STOP, Narrowed
from gongxing.domains.approvals.mining.conforming import flow_in, flow_weighed, law_weighed
from gongxing.domains.approvals.mining.designed import lacking as named
from gongxing.domains.approvals.mining.designed import way_of
from gongxing.domains.approvals.mining.keeping import WEIGH
from gongxing.domains.approvals.mining.lawful import LAW, lacking, merged
from gongxing.domains.approvals.mining.paths import Path as Way
from gongxing.domains.approvals.mining.paths import Weighed, paths_from, paths_of, weighed
from gongxing.domains.approvals.models import Case, CaseStep, FlowVersion, Stop
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import DAY, do, flow, joint, step, version
from gongxing.domains.approvals.tests.test_process import march, three_cases
from gongxing.engines.flows import state_from_json
from gongxing.engines.process import flow_faults
from gongxing.kernel.clock import at
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = [pytest.mark.django_db(databases=["default", "ops"]), pytest.mark.usefixtures("folder_of_processes")]


def law(*ways: tuple[Way, bool]) -> Weighed:
    """Paths (and whether their case is over), each of one case numbered from 1."""
    rows = [(key, "plan.permit", 1, 2025, over, False, way) for key, (way, over) in enumerate(ways, 1)]
    return weighed(paths_of(rows), Narrowed(), LAW, lacking)


def lines(found: Weighed) -> list[tuple[str, str, tuple[str, ...], int, int, tuple[int, ...]]]:
    return [(one.kind, one.step, one.lacking, one.over, one.going, one.keys) for one in found.lines]


IN, TOLD, MENDED, YES, NO, MORE, DONE, SENT, BACK = (
    "received_on", "correction_on", "corrected_on", "accepted_on", "refused_on", "extended_on", "decided_on", "delivered_on", "withdrawn_on",
)  # fmt: skip


@pytest.mark.parametrize(
    "way",
    [
        (IN, YES, DONE, SENT),
        ("contact_on", IN, TOLD, MENDED, YES, STOP, GO, MORE, STOP, GO, DONE, SENT),
        (IN, NO),
        (IN, TOLD, NO),
        (IN, TOLD, BACK),
        (IN, YES, STOP, BACK),
        (IN, YES, MORE, BACK),
    ],
)
def test_lawful_ways_fit(way: Way) -> None:
    assert not flow_faults(LAW)
    found = law((way, True))
    assert (found.fitting, found.fitness, found.lines) == (1, 1.0, ())


def test_a_step_left_out_and_a_step_too_early() -> None:
    """Fitness of 收件 → 决定 → 送达 by hand. Put: before the flow 1, 收件 1, 决定 1, 送达 1, the end 1, and the token left after 收件 moves on to where a case is ready to be answered, 1:
    6; taken 6 likewise. One is missing (before 决定), one remains: ½ (1 − 1/6) + ½ (1 − 1/6) = 5/6."""
    found = law(((IN, DONE, SENT), True))
    assert lines(found) == [("skipped", DONE, (YES,), 1, 0, (1,))]
    assert found.fitness == pytest.approx(5 / 6)
    early = law(((IN, DONE, YES, SENT), True))
    assert lines(early)[0] == ("out_of_order", DONE, (YES,), 1, 0, (1,))
    assert lines(law(((IN, TOLD, YES, DONE, SENT), True))) == [("skipped", YES, (MENDED,), 1, 0, (1,))]
    assert lines(law(((IN, YES, STOP, DONE, SENT), True))) == [("skipped", DONE, (GO,), 1, 0, (1,))]
    assert lines(law(((IN, YES, STOP, DONE, GO, SENT), True)))[0] == ("out_of_order", DONE, (GO,), 1, 0, (1,))
    assert lines(law(((IN, YES, SENT), True))) == [("skipped", SENT, (DONE,), 1, 0, (1,))]
    assert lines(law(((YES, IN, DONE, SENT), True)))[0][:3] == ("out_of_order", YES, (IN,))


def test_what_is_under_way_is_not_held_for_unfinished() -> None:
    found = law(((IN, YES), False), ((IN, DONE), False), ((IN, YES, DONE, SENT), True))
    assert (found.over, found.fitting, found.fitness, found.going, found.off) == (1, 1, 1.0, 2, 1)
    assert lines(found) == [("skipped", DONE, (YES,), 0, 1, (2,))]


def test_pauses_that_overlap_are_one() -> None:
    assert merged([IN, YES, STOP, STOP, GO, MORE, GO, DONE]) == (IN, YES, STOP, GO, DONE)
    assert merged([IN, YES, STOP, GO, STOP, GO, MORE, DONE]) == (IN, YES, STOP, GO, STOP, GO, MORE, DONE)


def test_the_register_against_the_law(office: Office) -> None:
    """A, B and C follow the law; D was decided without acceptance, E a day before it: 3 of 5."""
    three_cases(office)
    closed = {"outcome": "granted", "state": "delivered", "delivered_on": march(20)}
    d = a_case(office, 4, decided_on=march(12), **closed)
    e = a_case(office, 5, accepted_on=march(12), decided_on=march(11), **closed)
    case = a_case(office, 6, accepted_on=march(4), state="stopped")
    with as_system() as ctx:
        for ground, start in (("expert", 5), ("hearing", 6)):
            ctx.create(Stop(case=case, ground=ground, proof="x", start=march(start), ref=f"{case.ref}:{ground}"))
    opened = law_weighed(acting_holder(office), Narrowed())
    assert opened.found is not None and opened.fresh
    found = opened.found[1]
    assert (found.over, found.fitting, found.going, found.off) == (5, 3, 1, 0)
    assert [one[:3] for one in lines(found)] == [("out_of_order", DONE, (YES,)), ("skipped", DONE, (YES,))]
    client = Client()
    client.force_login(holder(office))
    page = client.get(reverse("process-conform")).content.decode()
    assert "走完的 5 件里，3 件照规定走（60.0%）" in page
    assert "没有“受理”就“作出决定”了" in page and "“作出决定”在“受理”之前就做了" in page
    for one in (d, e):
        assert one.project.name in page and f"/{one.pk}/" in page
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("process-conform"))
    for number in range(10, 30):
        a_case(office, number, decided_on=march(12), **closed)
    client.get(reverse("process-conform"))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("process-conform")).content.decode()
    assert "另有 13 件" in page and len(captured) <= len(few) <= 20


def test_empty_narrowed_and_wrong_addresses(office: Office) -> None:
    client = Client()
    client.force_login(holder(office))
    assert "没有可比的件" in client.get(reverse("process-conform")).content.decode()
    a_case(office, 1)
    assert "还没有走完的件" in client.get(reverse("process-conform")).content.decode()
    answer = client.get(
        reverse("process-conform"), {"against": "999999", "unit": "x", "year": "9" * 30, "item": "没有"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200 and "没有这一版流程" in text and "没有可比的件" in text
    assert "没有这一版流程" in client.get(reverse("process-conform"), {"against": "甲"}).content.decode()
    client.force_login(office.users["nobody"])
    assert client.get(reverse("process-conform")).status_code == 403


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 25, 15)):
        yield desks(office)


def walked(world: Desks) -> Case:
    """A case through 会签 by two, returned once to walk again from 受理, one act taken back, to its end."""
    case = joint(world)
    do(world, "gongxin", return_step, step(case, "P-gongxin"), to="受理", way="again", comment="缺图")
    do(world, "window", agree_step, step(case, "P-window"), comment="补了")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    mine = CaseStep.objects.filter(flow__case=case, post__code="P-gongxin", verdict="agree").latest("pk")
    do(world, "gongxin", take_back, mine, comment="再看")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    do(world, "yuanqu", return_step, step(case, "P-yuanqu"), to="受理", way="direct", comment="缺章")
    do(world, "window", agree_step, step(case, "P-window"), comment="盖了")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
    case = world.do("head", decide, case, outcome="granted", decided_on=DAY.isoformat(), document="1号", why="可")
    return world.do("window", deliver, case, delivered_on=DAY.isoformat())


def test_the_path_through_the_desks(world: Desks) -> None:
    case = walked(world)
    assert way_of(state_from_json(flow(case).state)) == ("apply", "accept", "joint", "decide", "deliver")
    do(world, "window", finish_step, step(case, "P-window"))
    assert way_of(state_from_json(flow(case).state)) == ("apply", "accept", "joint", "decide", "deliver", "done")


def test_a_version_and_what_left_it(world: Desks) -> None:
    """One case walked to the end; one was delivered with its last step open; one went past the flow; one was handed in before the version."""
    done = walked(world)
    do(world, "window", finish_step, step(done, "P-window"))
    one = FlowVersion.objects.get()
    past = a_case(world.office, 2, received_on=DAY, rules_on=DAY, accepted_on=DAY, decided_on=DAY, delivered_on=DAY, outcome="granted", state="delivered", unit=world.window.unit, post=world.window)  # fmt: skip
    a_case(world.office, 3, received_on=date(2025, 9, 1), accepted_on=DAY, unit=world.window.unit, post=world.window)
    flow_ = flow_in(one)
    assert flow_ is not None
    opened = flow_weighed(one, flow_, world.actor("window"), Narrowed())
    assert opened.found is not None
    found = opened.found[1]
    assert (found.over, found.fitting, found.going) == (2, 1, 0)
    assert lines(found) == [("no_path", "", (), 1, 0, (past.pk,))]
    client = Client()
    client.force_login(User.objects.get(username="window"))
    page = client.get(reverse("process-conform"), {"against": str(one.pk)}).content.decode()
    assert "走完的 2 件里，1 件照规定走（50.0%）" in page and "没有进流程" in page and past.project.name in page
    held = paths_from(opened.found[0].paths.plain())
    assert weighed(held, Narrowed(), flow_, named) == found


def test_a_case_of_an_older_version_is_said(world: Desks) -> None:
    """The newer version asks for 会签 no more: the case that had it did a step the flow does not have."""
    done = walked(world)
    do(world, "window", finish_step, step(done, "P-window"))
    old = FlowVersion.objects.get()
    with as_system() as ctx:
        ctx.update(old, state="replaced")
    steps = [one for one in old.definition["steps"] if one["key"] != "joint"]
    arrows = [{"source": "accept", "target": "decide"}] + [one for one in old.definition["arrows"] if "joint" not in (one["source"], one["target"])]  # fmt: skip
    new = version(steps=steps, arrows=arrows, number=2)
    flow_ = flow_in(new)
    assert flow_ is not None
    opened = flow_weighed(new, flow_, world.actor("window"), Narrowed())
    assert opened.found is not None
    found = opened.found[1]
    assert (found.over, found.fitting, found.older) == (1, 0, 1)
    assert lines(found) == [("not_in_flow", "joint", (), 1, 0, (done.pk,))]


def test_many_cases_of_a_version_are_read_by_a_job(world: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    walked(world)
    one = FlowVersion.objects.get()
    monkeypatch.setattr(conforming, "IN_FLOW", 0)
    client = Client()
    client.force_login(User.objects.get(username="window"))
    page = client.get(reverse("process-conform"), {"against": str(one.pk)}).content.decode()
    assert "第一次算，请等几秒" in page and Job.objects.get(kind=WEIGH).arguments["version"] == one.pk
    assert run_next()
    page = client.get(reverse("process-conform"), {"against": str(one.pk)}).content.decode()
    assert "该做的没有做：办结" in page and "2025-09-25 15:00 的登记" in page
    do(world, "window", finish_step, step(Case.objects.get(), "P-window"))
    page = client.get(reverse("process-conform"), {"against": str(one.pk)}).content.decode()
    assert "该做的没有做：办结" in page and "下面是 2025-09-25 15:00 的数" in page
    assert run_next()
    page = client.get(reverse("process-conform"), {"against": str(one.pk)}).content.decode()
    assert "走完的 1 件都照规定走" in page and "正在重算" not in page

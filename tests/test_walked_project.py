"""The project of the invented county that is walked from its questionnaire to its permits: green lane by a written order, correction, 会签, a stop, an
extension. The program's dates against days counted by hand.

Autumn 2025: 28 September (Sunday) and 11 October (Saturday) are worked, 1 to 8 October are off. The lane halves promises, rounded up.

| case | clock | counted by hand | due |
|---|---|---|---|
| filing 8 Sep, limit "at once" | law and promise | the day itself | 8 Sep |
| design scheme, accepted Tue 9 Sep | promise 7 → 4 | 10, 11, 12, 15 Sep | 15 Sep |
| | delivery, decided 15 Sep, 10 | 16–19, 22–26, 28 Sep | 28 Sep |
| drawing review, accepted Tue 16 Sep | law 15 | 17–19, 22–26, 28, 29, 30 Sep, 9, 10, 11, 13 Oct | 13 Oct |
| | promise 7 → 4 | 17, 18, 19, 22 Sep | 22 Sep |
| | delivery, decided 22 Sep, 10 | 23–26, 28–30 Sep, 9, 10, 11 Oct | 11 Oct |
| environmental form, accepted Thu 25 Sep | law 30 days | 25 Oct is a Saturday off: the next day at work | 27 Oct |
| | promise 15 → 8 | 26, 28, 29, 30 Sep, 9, 10, 11, 13 Oct | 13 Oct |
| planning permit, handed in 22 Sep, told 23, complete Wed 24 | answer 5 | 25, 26, 28, 29, 30 Sep | 30 Sep |
| accepted Thu 25 Sep, experts 28 Sep to 11 Oct | law 20 + 5 that stood still (29, 30 Sep, 9, 10, 11 Oct) + 10 | 26, 28 Sep, 13–17, 20–24, 27–31 Oct, 3–7, 10–14, 17, 18, 19 Nov | 19 Nov |
| | promise 5 → 3 | 26, 28 Sep, 13 Oct | 13 Oct |
| | delivery, decided Thu 30 Oct, 10 | 31 Oct, 3–7, 10–13 Nov | 13 Nov |
| building permit, accepted Tue 4 Nov | law 7 days | 11 Nov, a Tuesday | 11 Nov |
| | promise 3 → 2 | 5, 6 Nov | 6 Nov |
| | delivery, decided 6 Nov, 10 | 7, 10–14, 17–20 Nov | 20 Nov |

Used by the planning permit: net 26, 28 Sep, 13–17, 20–24, 27–30 Oct = 16; gross 21; whole 23–26, 28–30 Sep, 9–11, 13–17, 20–24, 27–31 Oct, 3 Nov = 26.
"""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.utils import timezone

from gongxing.domains.approvals.demo.flows import build_flows
from gongxing.domains.approvals.demo.walk import ORDER_FILE, walk_project
from gongxing.domains.approvals.flow_jobs import wrong_with
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, GreenLane, PermitPlan, Stop
from gongxing.domains.approvals.permitting import Book, cases_of, papers_of, work_out
from gongxing.domains.approvals.standing import item_of, times_of
from gongxing.domains.chain.demo import build_chains
from gongxing.domains.projects.demo.walked import NAME
from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.org.actor import SYSTEM
from gongxing.site.demo.build import SEED
from gongxing.site.demo.county import build_accounts, build_posts, build_units

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
DUES = {
    "inv.filing": {"statutory": "2025-09-08", "promised": "2025-09-08", "deliver": "2025-09-22"},
    "design.scheme": {"promised": "2025-09-15", "deliver": "2025-09-28"},
    "drawing.review": {"statutory": "2025-10-13", "promised": "2025-09-22", "deliver": "2025-10-11"},
    "eia.form": {"statutory": "2025-10-27", "promised": "2025-10-13", "deliver": "2025-10-27"},
    "plan.permit": {"complete": "2025-09-30", "statutory": "2025-11-19", "promised": "2025-10-13", "deliver": "2025-11-13"},
    "build.permit": {"complete": "2025-11-11", "statutory": "2025-11-11", "promised": "2025-11-06", "deliver": "2025-11-20"},
}  # fmt: skip
LATE = {("plan.permit", "promised")}


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with at(datetime(2025, 12, 1, 9, tzinfo=timezone.get_default_timezone())):
        yield


@pytest.fixture
def walked() -> Project:
    """The offices of the invented county with its flows, and the walk alone."""
    with writing(SYSTEM, "demo", "test") as ctx:
        units = build_units(ctx)
        posts = build_posts(ctx, units)
        build_accounts(ctx, posts)
    build_chains(SEED, units["工业和信息化局"], posts["fuxianzhang"])
    with writing(SYSTEM, "demo", "test") as ctx:
        for name in ("ziran", "zhujian"):
            ctx.update(posts[name], superior=posts.get({"ziran": "ziranju"}.get(name, ""), posts[name].superior))
    build_flows(posts)
    project = walk_project(units, posts)
    assert project is not None
    return Project.objects.get(name=NAME)


def clocks(case: Case) -> dict[str, tuple[str, str]]:
    """By the last word of its rule: due day and state."""
    rows = Deadline.objects.filter(ledger="approvals.case", row=case.pk)
    return {one.rule.rpartition(".")[2]: (timezone.localtime(one.due_at).date().isoformat(), one.state) for one in rows}


def test_every_date_is_the_one_counted_by_hand(walked: Project) -> None:
    cases = {one.item: one for one in Case.objects.filter(project=walked)}
    assert set(cases) == set(DUES)
    for item, dues in DUES.items():
        found = clocks(cases[item])
        for clock, due in dues.items():
            state = "met_late" if (item, clock) in LATE else "met"
            assert (item, clock, *found[clock]) == (item, clock, due, state)
        assert cases[item].state == "delivered"


def test_the_works_planning_permit_had_everything(walked: Project) -> None:
    case = Case.objects.get(project=walked, item="plan.permit")
    stops = list(case.stops.all())
    used = times_of(case, item_of(case), stops)
    assert (used.net, used.gross, used.stopped, used.whole) == (16, 21, 5, 26)
    assert (case.promised, case.extension, case.extended_by) == (3, 10, "自然资源局 审批负责人岗")
    stop = Stop.objects.get(case=case)
    assert (stop.ground, stop.start, stop.end) == ("expert", date(2025, 9, 28), date(2025, 10, 11))
    flow = CaseFlow.objects.get(case=case)
    assert (flow.status, wrong_with(flow)) == ("finished", [])
    signed = CaseNote.objects.filter(case=case, step="会签").order_by("number").values_list("verb", "noted_on")
    assert list(signed) == [("agree", date(2025, 9, 28)), ("agree", date(2025, 9, 28))]


def test_the_written_order_is_kept_with_its_original(walked: Project) -> None:
    lane = GreenLane.objects.get(project=walked)
    assert (lane.ground, lane.grade, lane.file_name) == ("G03", "special", ORDER_FILE)
    assert path_of(StoredFile.objects.get(pk=lane.file_id)).read_bytes().startswith(b"%PDF-")


def test_the_plan_is_done_and_nothing_is_left_to_chase(walked: Project) -> None:
    plan = PermitPlan.objects.select_related("project__firm").get(project=walked)
    key = walked.pk
    found = work_out(plan, cases_of([key])[key], papers_of([key])[key], today(), Book())
    states = {node.key: found.of(node.key).state for node in found.built.graph.nodes}
    before = {name: state for name, state in states.items() if name in (*DUES, "contractor", "ms.start")}
    assert before == dict.fromkeys((*DUES, "contractor", "ms.start"), "done")


def test_a_second_tick_changes_nothing_and_the_trail_is_whole(walked: Project) -> None:
    tick()
    before = list(Deadline.objects.order_by("pk").values_list("pk", "version"))
    assert tick() == 0
    assert list(Deadline.objects.order_by("pk").values_list("pk", "version")) == before
    assert not check_chain().breaks

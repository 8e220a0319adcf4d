"""A desk of the approvals bureau, the head above it, and a project: for the tests of cases."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from gongxing.domains.approvals.models import Case
from gongxing.domains.projects.models import Project
from gongxing.engines.workdays import LAST
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, Unit, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


def moment(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in the county's time zone."""
    return datetime(year, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class Desks:
    """The office with what cases need: accounts ``window`` (the desk) and ``head`` (above it)."""

    office: Office
    project: Project
    window: Post
    head: Post

    def actor(self, name: str) -> Actor:
        """An account as an actor, today."""
        return actor_for(User.objects.get(username=name), today())

    def do(self, who: str, one: Action[..., Any], case: Case, **raw: str) -> Case:
        """Perform a verb on a case as it is stored; the case afterwards."""
        perform(one, self.actor(who), raw, key=case.pk, version=Case.objects.get(pk=case.pk).version)
        return Case.objects.get(pk=case.pk)


def desks(office: Office) -> Desks:
    """Lay it down."""
    with as_system() as ctx:
        county = office.units["县"]
        bureau = ctx.create(
            Unit(name="行政审批局", code="QH-XS", kind=Unit.Kind.BUREAU, parent=county, path=f"{county.path}zz/")
        )
        head = ctx.create(Post(unit=bureau, title="局长岗", code="P-head", role="authority_head", superior=Post.objects.get(code="P-xianfuban")))  # fmt: skip
        window = ctx.create(Post(unit=bureau, title="窗口岗", code="P-window", role="approval", superior=head))
        for name, post in (("window", window), ("head", head)):
            user = ctx.create(User(username=name, name=f"{name}（演示）", password="!"))
            ctx.create(Tenure(user=user, post=post, start=SINCE))
            ctx.create_many(grants_for(post, SINCE))
        project = ctx.create(
            Project(
                number="XMSP0001", name="审批样项目", folded="审批样项目", unit=office.units["东园"], stage_on=date(2025, 1, 6),
                moved_on=date(2025, 1, 6), initials="spyxm",
            )
        )  # fmt: skip
    return Desks(office, project, window, head)


def clocks(case: Case) -> dict[str, tuple[str, str]]:
    """State and due day of each clock by the last word of its rule; "—" for the day while it stands still."""
    found = {}
    for one in Deadline.objects.filter(ledger="approvals.case", row=case.pk):
        due = timezone.localtime(one.due_at).date()
        found[one.rule.rpartition(".")[2]] = (str(one.state), "—" if due == LAST else due.isoformat())
    return found

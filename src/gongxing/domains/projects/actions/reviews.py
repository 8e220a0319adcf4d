"""The clock of every performance review: it runs from the day of full capacity under the post that has the project, for as long as the pack
row ``parameters/limits`` ``project.review`` says. Held in time or late, it ends with the review; where the step to full capacity is taken back
it falls away. A project that passes to another post begins a clock of its own there. A county that ends the row has no such clock.
"""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _t

from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import day_of, today
from gongxing.kernel.deadlines.limits import (
    OPEN,
    cancel_deadline,
    finish_deadline,
    keep_clocks,
    running_deadline,
    start_deadline,
)
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.packs.tables import table

RULE, KIND, LEDGER = "project.review", "projects.review_clock", "projects.project"


def keep_review_clock(ctx: Ctx, project: Project) -> None:
    """Make the clock what the project says; nothing is written where it is. Without a post nobody owes it, and it waits for one."""
    clock = running_deadline(project, RULE)
    waits = project.stage == Project.Stage.FULL_CAPACITY and project.full_on is not None
    if not waits:
        if clock is not None and project.stage == Project.Stage.REVIEWED:
            finish_deadline(ctx, clock, project.stage_on)
        elif clock is not None:
            cancel_deadline(ctx, clock)
        return
    if clock is not None and (clock.post_id, day_of(clock.started_at)) != (project.owner_id, project.full_on):
        cancel_deadline(ctx, clock)
        clock = None
    if (
        clock is None
        and project.owner_id is not None
        and table("parameters", "limits", today()).by_key(RULE) is not None
    ):
        title = _t("履约评价：%(project)s") % {"project": project.name[:150]}
        start_deadline(ctx, project, rule=RULE, title=title, post_id=project.owner_id, since=project.full_on)


def wrong_review_clocks(among: Collection[int] | None = None) -> set[int]:
    """Projects (of all, or ``among`` these) whose clock is missing, under another post, from another day, or still runs though the review was
    held or the project is gone. Two queries."""
    rows = Deadline.objects.filter(ledger=LEDGER, rule=RULE, state__in=OPEN).order_by("-id")
    waiting = Project.objects.filter(stage=Project.Stage.FULL_CAPACITY, full_on__isnull=False, owner__isnull=False)
    if among is not None:
        rows, waiting = rows.filter(row__in=among), waiting.filter(pk__in=among)
    clocks = {row: (post, day_of(began)) for row, post, began in rows.values_list("row", "post_id", "started_at")}
    wanted = {key: (post, day) for key, post, day in waiting.values_list("pk", "owner_id", "full_on")}
    return {key for key in {*clocks, *wanted} if clocks.get(key) != wanted.get(key)}


def mend_reviews(keys: Iterable[int]) -> int:
    """Make the clocks of these projects right, and end those of projects that are no more; may be repeated. Returns how many projects were
    looked at."""
    why = _t("按达产日期登记履约评价时限")
    return keep_clocks(keys, Project.objects.all(), keep_review_clock, RULE, verb=KIND, why=why)

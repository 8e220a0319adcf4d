"""The coordination meeting a grade of the green lane promises: its clock, and the verb that says it was held and what came of it."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import begin_clock, settle
from gongxing.domains.approvals.actions.intake import check_day
from gongxing.domains.approvals.lanes import LEDGER, meeting_of
from gongxing.domains.approvals.models import GreenLane
from gongxing.domains.approvals.standing import Wanted
from gongxing.engines.workdays import Limit
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import keep_clocks
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.column import Initial
from gongxing.kernel.org.models import Post

RULE, KIND, LONGEST = "approvals.lane_meeting", "approvals.lane_meetings", 2000


def owes_meeting(lane: GreenLane) -> bool:
    """Whether a stay still has to be talked over: its grade promises it, nobody has, and it has not ended."""
    return lane.met_on is None and lane.left_on is None and meeting_of(lane) is not None


@action(label=_("记录协调会"), permission="approvals.greenlane.enter", on=GreenLane, icon="checklist", tone="primary", why="", when=owes_meeting)  # fmt: skip
def record_meeting(
    ctx: Ctx,
    *,
    lane: GreenLane,
    met_on: Annotated[date, Ask(_("协调会日"), initial=Initial.TODAY, help=_("真正开会的那一天。"))],
    conclusion: Annotated[
        str, Ask(_("协调会结论"), long=True, max_length=LONGEST, help=_("定了什么、谁办、哪天办完。"))
    ],
) -> None:
    """The meeting was held on a day and came to this: its clock ends."""
    check_day("met_on", met_on, lane.entered_on, _t("进入日"))
    post = ctx.actor.post
    by = f"{post.unit_name} {post.title}" if post else ctx.actor.name
    ctx.update(lane, met_on=met_on, conclusion=conclusion, met_by=by[:120])
    keep_meeting(ctx, lane)


def keep_meeting(ctx: Ctx, lane: GreenLane) -> None:
    """The clock of the meeting as the facts of the stay say. Owed by the post that let the project in; a stay of before there were keepers gets the one
    its first entry names. May be repeated; where all is right nothing is written."""
    promised = meeting_of(lane)
    if promised is None:
        return
    clock = Deadline.objects.filter(ledger=LEDGER, row=lane.pk, rule=RULE).order_by("pk").first()
    if clock is None and (lane.left_on or lane.met_on):
        return
    if lane.keeper_id is None:
        ctx.update(lane, keeper=_keeper(lane))
    if lane.keeper_id is None:
        return
    limit = Limit(promised.days, "wd")
    fallen = lane.left_on is not None and lane.met_on is None and lane.left_on <= _last_day(clock, lane.left_on)
    want = Wanted(RULE, lane.entered_on, limit, promised.basis, promised.status, lane.met_on, fallen, ())
    title = _t("开协调会：%(project)s") % {"project": lane.project.name[:60]}
    fresh = clock is None
    if clock is None:
        clock = begin_clock(ctx, lane, want, lane.keeper_id, title)
    settle(ctx, clock, want, lane.keeper_id, title, fresh=fresh)


def _last_day(clock: Deadline | None, else_day: date) -> date:
    """The day a meeting was due. Who leaves later has missed it: it stays so."""
    return else_day if clock is None else timezone.localtime(clock.due_at).date()


def _keeper(lane: GreenLane) -> int | None:
    """The post whose hand let the project in, by the trail; else the first that may let projects in."""
    made = Entry.objects.filter(ledger=LEDGER, row=lane.pk, post_id__isnull=False).order_by("id").values_list("post_id", flat=True).first()  # fmt: skip
    if made is not None and Post.objects.filter(pk=made).exists():
        return int(made)
    held = Grant.objects.filter(verb__in=("enter", ANY), target=LEDGER, start__lte=today(), end__isnull=True)
    found = held.order_by("post").values_list("post", flat=True).first()
    return None if found is None else int(found)


def mend_meetings(keys: Iterable[int]) -> int:
    """Make the clocks of the meetings of these stays right. Returns how many were looked at."""
    rows = GreenLane.objects.select_related("project")
    return keep_clocks(keys, rows, keep_meeting, RULE, verb=KIND, why=str(_t("按绿色通道登记协调会时限")))

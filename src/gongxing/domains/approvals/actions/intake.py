"""Handing in, telling once what is lacking, accepting or refusing to accept."""

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import keep_case
from gongxing.domains.approvals.following import free
from gongxing.domains.approvals.items import item_on
from gongxing.domains.approvals.models import Case, Material
from gongxing.domains.approvals.remarks import say
from gongxing.domains.approvals.standing import COMPLETE
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.models import Post

CASE, ITEMS = "approvals.case", ("approvals", "items")
STATE = Case.State
OVER = (STATE.REFUSED, STATE.WITHDRAWN, STATE.DELIVERED)


def fault(column: str, code: str, **params: Any) -> Refused:
    """One fault of one field."""
    return Refused([FieldFault(column, Fault(code, **params))])


def check_day(name: str, day: date, after: date | None, what: str) -> None:
    """A day of a case is not in the future and not before what it follows. Raises Refused."""
    if day > today():
        raise fault(name, "case.future", day=day.isoformat())
    if after is not None and day < after:
        raise fault(name, "case.before", day=day.isoformat(), what=what, before=after.isoformat())


def check_notice(case: Case, name: str, day: date) -> None:
    """What is said to the applicant is said within the limit of the notice (行政许可法 32); after it the application counts as accepted on the day it was
    handed in, or completed. Raises Refused."""
    clock = Deadline.objects.filter(ledger=CASE, row=case.pk, rule=COMPLETE).first()
    since = case.corrected_on or case.received_on
    if clock is None or day == since:
        return
    due = timezone.localtime(clock.due_at).date()
    if day > due:
        raise fault(name, "case.notice_over", due=due.isoformat(), since=since.isoformat())


def in_state(*states: str) -> Any:
    """The test a button stands on."""
    return lambda case: case.state in states


@action(label=_("收件"), permission="approvals.case.receive", on=Project, icon="package-import", tone="primary", why="")
def receive(
    ctx: Ctx,
    *,
    project: Project,
    item: Annotated[str, Ask(_("事项"), pack=ITEMS)],
    received_on: Annotated[date, Ask(_("收件日"), help=_("申请人把材料交来的那一天。"))],
    post: Annotated[
        int | None, Ask(_("承办岗位"), target="org.post", required=False, help=_("空着就是你自己的岗位。"))
    ] = None,
    contact_on: Annotated[
        date | None,
        Ask(_("首次接触"), help=_("申请人第一次来问、来交，没有收件的那一天；没有就空着。"), required=False),
    ] = None,
) -> Case:
    """A project hands in an application for one item. The materials the item asks for are listed; the clock of the completeness notice begins."""
    check_day("received_on", received_on, contact_on, str(_("首次接触")))
    rule = item_on(item, received_on)
    if rule is None:
        raise fault("item", "case.no_item", item=item, day=received_on.isoformat())
    own = ctx.actor.post.post_id if ctx.actor.post else 0
    desk = Post.objects.filter(pk=post or own).select_related("unit").first()
    if desk is None:
        raise fault("post", "case.desk_needed")
    earlier = Case.objects.filter(project=project, item=item).order_by("turn")
    going = next((one for one in earlier if one.state not in OVER), None)
    if going is not None:
        raise fault("item", "case.going", item=rule.name, day=going.received_on.isoformat())
    values = {
        "project_id": project.pk,
        "item": item,
        "turn": len(earlier) + 1,
        "unit_id": desk.unit_id,
        "post_id": desk.pk,
    }
    dates = {"contact_on": contact_on, "received_on": received_on, "rules_on": received_on}
    made = ctx.create(Case(**ledger_named(CASE).derive({**values, **dates}, None), invented=project.invented))
    for name in dict.fromkeys(one[:120] for one in rule.materials):
        ctx.create(Material(case=made, name=name, ref=f"{made.ref}:{name}"[:220], invented=project.invented))
    keep_case(ctx, made)
    return made


@action(label=_("一次告知补正"), permission="approvals.case.accept", on=Case, icon="message-reply", why="", when=in_state(STATE.HANDED_IN))  # fmt: skip
def ask_correction(
    ctx: Ctx,
    *,
    case: Case,
    lacking: Annotated[
        str,
        Ask(_("要补什么"), long=True, max_length=500, help=_("一次写全。以后再要补，不停法定时限，也不能再告知一次。")),
    ],
    told_on: Annotated[date, Ask(_("告知日"))],
) -> None:
    """Everything lacking is told at once (行政许可法 32). Before acceptance no statutory clock runs, so that nothing is stopped by it."""
    if case.correction_on is not None:
        raise fault("", "case.told_once", day=case.correction_on.isoformat())
    check_day("told_on", told_on, case.received_on, str(_("收件日")))
    check_notice(case, "told_on", told_on)
    ctx.update(case, correction_on=told_on)
    ctx.note(case, lacking=lacking.strip())
    say(ctx, case, str(_("一次告知补正")), lacking)
    keep_case(ctx, case)


@action(
    label=_("补正齐全"),
    permission="approvals.case.accept",
    on=Case,
    icon="check",
    why="",
    when=in_state(STATE.CORRECTING),
)
def correction_complete(ctx: Ctx, *, case: Case, corrected_on: Annotated[date, Ask(_("补正齐全日"))]) -> None:
    """What was lacking came. The clock of the answer begins again on that day."""
    check_day("corrected_on", corrected_on, case.correction_on, str(_("告知补正日")))
    ctx.update(case, corrected_on=corrected_on)
    keep_case(ctx, case)


@action(label=_("受理"), permission="approvals.case.accept", on=Case, icon="check", tone="primary", why="", when=free("accept", STATE.HANDED_IN))  # fmt: skip
def accept(
    ctx: Ctx,
    *,
    case: Case,
    accepted_on: Annotated[date, Ask(_("受理日"), help=_("这一天不计入时限，从下一个工作日数起。"))],
) -> None:
    """The application is accepted: the statutory and the promised clock begin, the day itself not counted."""
    check_day("accepted_on", accepted_on, case.corrected_on or case.received_on, str(_("收件日")))
    check_notice(case, "accepted_on", accepted_on)
    ctx.update(case, accepted_on=accepted_on)
    keep_case(ctx, case)


@action(label=_("不予受理"), permission="approvals.case.accept", on=Case, icon="x", tone="danger", why="required", when=free("refuse", STATE.HANDED_IN, STATE.CORRECTING))  # fmt: skip
def refuse(ctx: Ctx, *, case: Case, refused_on: Annotated[date, Ask(_("不予受理日"))]) -> None:
    """Not a matter for this authority, or never completed; the reason is what the applicant reads."""
    check_day("refused_on", refused_on, case.received_on, str(_("收件日")))
    if case.state == STATE.HANDED_IN:
        check_notice(case, "refused_on", refused_on)
    ctx.update(case, refused_on=refused_on)
    keep_case(ctx, case)


def accept_silently(ctx: Ctx, case: Case) -> bool:
    """Nobody told within the limit what is lacking: the application counts as accepted on the day it was received (行政许可法 32). Returns whether that
    was so."""
    if case.state != STATE.HANDED_IN:
        return False
    ctx.update(case, accepted_on=case.corrected_on or case.received_on, silent=True)
    keep_case(ctx, case)
    return True


def visible_case(ctx: Ctx, key: int) -> Case | None:
    """A case the actor may see."""
    return visible(Case.objects.filter(pk=key), ctx.actor).first()

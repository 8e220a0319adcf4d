"""Stopping the clocks of a case by a paper, going on, and extending the limit once."""

from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import keep_case
from gongxing.domains.approvals.actions.intake import STATE, check_day, fault, in_state
from gongxing.domains.approvals.items import ground_on
from gongxing.domains.approvals.models import Case, Stop
from gongxing.domains.approvals.standing import STATUTORY, item_of
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline


@action(
    label=_("停钟"), permission="approvals.case.stop", on=Case, icon="clock-pause", why="", when=in_state(STATE.RUNNING)
)
def stop_case(
    ctx: Ctx,
    *,
    case: Case,
    ground: Annotated[str, Ask(_("停钟事由"), pack=("approvals", "pauses"))],
    proof: Annotated[str, Ask(_("凭证"), max_length=200, help=_("书面告知的名称和文号；没有书面凭证不能停钟。"))],
    start: Annotated[date, Ask(_("告知日"), help=_("告知申请人的那一天，这一天仍计入时限。"))],
) -> Stop:
    """The clocks stand still from the day after the notice. Which clocks: the ground says; the statutory one only where the law names it."""
    item = item_of(case)
    found = None if item is None else ground_on(ground, item, case.rules_on)
    if found is None:
        raise fault("ground", "case.no_ground", ground=ground)
    if (not found.statutory and not found.promised) or ground == "correction":
        raise fault("ground", "case.stops_nothing", ground=found.name)
    if not proof.strip():
        raise fault("proof", "case.proof_needed")
    check_day("start", start, case.accepted_on, _t("受理日"))
    made = ctx.create(Stop(case=case, ground=ground, proof=proof.strip(), start=start, ref=f"{case.ref}:{ground}:{start:%Y%m%d}", invented=case.invented))  # fmt: skip
    keep_case(ctx, case)
    return made


@action(label=_("恢复计时"), permission="approvals.case.stop", on=Case, icon="clock", tone="primary", why="", when=in_state(STATE.STOPPED))  # fmt: skip
def go_on(
    ctx: Ctx,
    *,
    case: Case,
    end: Annotated[date, Ask(_("结束日"), help=_("事由消除的那一天，这一天不计入；从下一天起接着数。"))],
) -> None:
    """Every stop that runs ends on this day; the clocks go on the day after."""
    running = list(case.stops.filter(end__isnull=True).order_by("start"))
    if not running:
        raise fault("", "action.not_now")
    check_day("end", end, max(one.start for one in running), _t("告知日"))
    for one in running:
        ctx.update(one, end=end)
    keep_case(ctx, case)


@action(label=_("延长时限"), permission="approvals.case.extend", on=Case, icon="clock", why="required", when=lambda case: case.state in (STATE.RUNNING, STATE.STOPPED) and not case.extension)  # fmt: skip
def extend(
    ctx: Ctx,
    *,
    case: Case,
    n: Annotated[int, Ask(_("延长多少"), help=_("单位与事项的延长规定相同。"))],
    granted_on: Annotated[date, Ask(_("批准日"))],
) -> None:
    """Once, by the head of the authority (the grant of this verb), before the limit has run out, by no more than the item's law has; the reason is told
    to the applicant."""
    item = item_of(case)
    if item is None or item.extension is None or item.limit is None:
        raise fault("n", "case.no_extension")
    if item.extension.unit != item.limit.unit or not 1 <= n <= item.extension.n:
        raise fault("n", "case.extension_most", n=item.extension.n)
    check_day("granted_on", granted_on, case.accepted_on, _t("受理日"))
    clock = Deadline.objects.filter(ledger=case._meta.label_lower, row=case.pk, rule=STATUTORY).first()
    due = None if clock is None else timezone.localtime(clock.due_at).date()
    if due is None or granted_on > due or today() > due:
        raise fault("granted_on", "case.extension_late", due=due.isoformat() if due else "—")
    by = f"{ctx.actor.post.unit_name} {ctx.actor.post.title}" if ctx.actor.post else ctx.actor.name
    ctx.update(case, extension=n, extended_on=granted_on, extended_by=by[:120])
    keep_case(ctx, case)

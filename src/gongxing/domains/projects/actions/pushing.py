"""Adopting a plan of the projects to push."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.models import PushPlan
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

KINDS = (("best", _("最好的")), ("near", _("接近的")), ("emphasis", _("侧重的")), ("different", _("差别最大的")))


@action(
    label=_("采用方案"), permission="projects.pushplan.adopt", on=PushPlan, icon="check", tone="primary", why="required",
    when=lambda plan: plan.state == PushPlan.State.DRAFT,
    confirm=_("采用后，同一年度原来采用的方案改为“已被替换”。项目本身不变，推进仍按各自的关口。"),
)  # fmt: skip
def adopt_plan(
    ctx: Ctx, *, plan: PushPlan, chosen: Annotated[str, Ask(_("采用哪一个方案"), choices=KINDS)]
) -> PushPlan:
    """Adopt one of the plans of a draft for its year; the one adopted before is replaced. Raises Refused when the draft has no such plan."""
    if chosen not in {one["kind"] for one in plan.result.get("plans", ())}:
        raise Refused([FieldFault("chosen", Fault("push.no_such_plan"))])
    for before in PushPlan.objects.select_for_update().filter(year=plan.year, state=PushPlan.State.ADOPTED):
        ctx.update(before, state=PushPlan.State.REPLACED)
    return ctx.update(plan, state=PushPlan.State.ADOPTED, chosen=chosen, adopted_on=today(), adopted_by=ctx.actor.name)

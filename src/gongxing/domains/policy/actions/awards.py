"""Approving a batch of awards, by somebody else than who drew it up, and giving one up."""

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.actions.findings import not_own, write_findings
from gongxing.domains.policy.actions.policies import held_up
from gongxing.domains.policy.checking import BATCH, standing_of
from gongxing.domains.policy.models import AwardBatch, Clause
from gongxing.kernel.action.declare import action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

State = AwardBatch.State


@action(
    label=_("通过批次"),
    permission="policy.awardbatch.approve",
    on=AwardBatch,
    icon="check",
    tone="primary",
    why="optional",
    when=lambda batch: batch.state == State.DRAFT,
)
def approve_batch(ctx: Ctx, *, batch: AwardBatch) -> None:
    """Approve a list of awards. Refused while a red finding is open in its words, its list or its clause, to whoever drew it up, and where the clause
    is not in force. Every line gets a newer version: a form or an import begun before it is stale."""
    not_own(ctx, BATCH, batch.pk)
    lines = list(batch.lines.select_for_update(of=("self",)).select_related("batch", "firm").order_by("pk"))
    write_findings(ctx, [batch])
    faults = held_up(standing_of(batch))
    if not lines:
        faults.append(FieldFault("", Fault("policy.batch_empty")))
    if batch.clause.state != Clause.State.IN_FORCE:
        faults.append(FieldFault("", Fault("policy.clause_not_in_force", name=batch.clause.name)))
    if faults:
        raise Refused(faults)
    said = _t("批次“%(name)s”通过") % {"name": batch.title}
    for line in lines:
        ctx.touch(line, approved=said)
    ctx.update(batch, state=State.APPROVED, approved_on=today(), approved_by=ctx.actor.signature)


@action(
    label=_("不发了"),
    permission="policy.awardbatch.approve",
    on=AwardBatch,
    icon="x",
    tone="danger",
    why="required",
    when=lambda batch: batch.state == State.DRAFT,
)
def drop_batch(ctx: Ctx, *, batch: AwardBatch) -> None:
    """Give a list of awards up, saying why."""
    ctx.update(batch, state=State.DROPPED)

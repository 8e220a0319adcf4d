"""Above-scale check of near-scale firms: started with a deadline, ended with a finding."""

from typing import Annotated

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.models import Firm
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.deadlines.limits import finish_deadline, running_deadline, start_deadline
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

RULE = "scale.check"


class Finding(models.TextChoices):
    """What the check found."""

    ABOVE = "above", _("达到规上，已申报")
    NOT_YET = "not_yet", _("未达到，继续观察")
    WRONG = "wrong", _("数据有误，不应列入")


@action(
    label=_("发起规上核查"),
    permission="firms.firm.scale",
    on=Firm,
    icon="clipboard-check",
    when=lambda firm: firm.near_scale and not firm.above_scale,
)
def start_scale_check(ctx: Ctx, *, firm: Firm) -> None:
    """Start the clock of the above-scale check; the acting post owes it."""
    if ctx.actor.post is None:
        raise Refused([FieldFault("", Fault("action.post_needed"))])
    if running_deadline(firm, RULE) is not None:
        raise Refused([FieldFault("", Fault("firm.check_running"))])
    start_deadline(
        ctx,
        firm,
        rule=RULE,
        title=_t("核查是否达到规上：%(name)s") % {"name": firm.name},
        post_id=ctx.actor.post.post_id,
    )


@action(
    label=_("登记核查结果"),
    permission="firms.firm.scale",
    on=Firm,
    icon="check",
    when=lambda firm: running_deadline(firm, RULE) is not None,
)
def finish_scale_check(ctx: Ctx, *, firm: Firm, finding: Annotated[Finding, Ask(_("核查结果"))]) -> None:
    """End the check; the flags follow the finding."""
    deadline = running_deadline(firm, RULE)
    if deadline is None:
        raise Refused([FieldFault("", Fault("action.not_now"))])
    finish_deadline(ctx, deadline)
    if finding is Finding.ABOVE:
        ctx.update(firm, above_scale=True, near_scale=False)
    elif finding is Finding.WRONG:
        ctx.update(firm, near_scale=False, near_scale_refuted=firm.figure_period)
    else:
        ctx.note(firm, finding=str(finding.label))

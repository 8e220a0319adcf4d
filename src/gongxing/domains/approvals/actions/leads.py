"""A unit looks into its own leads and says what it found."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.models import ClockLead
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today


@action(
    label=_("自查说明"),
    permission="approvals.clocklead.explain",
    on=ClockLead,
    icon="message-reply",
    tone="primary",
    why="",
)
def explain_lead(
    ctx: Ctx,
    *,
    lead: ClockLead,
    explained: Annotated[
        str, Ask(_("说明"), long=True, max_length=500, help=_("写清楚是什么情况、有没有要改的；不改审批件本身。"))
    ],
) -> None:
    """The unit's own words stand beside the lead for whoever reads it later. A second explanation replaces the first; the trail keeps both."""
    ctx.update(lead, explained=explained.strip(), explained_on=today())

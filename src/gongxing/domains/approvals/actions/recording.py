"""Writing the answers of a permit plan to the project and its land need, where these are still empty."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.plans import BIGGEST
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_record import PROJECT, offer_of
from gongxing.domains.land.models import LandNeed
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Conflict, Denied, Refused, save


@action(label=_("把问卷的回答记到项目上"), permission=f"{PROJECT}.change", icon="check", why="optional")
def record_answers(
    ctx: Ctx,
    *,
    project: Annotated[int, Ask(_("项目"), hidden=True, minimum=Decimal(1), maximum=BIGGEST)],
    seen: Annotated[str, Ask(_("版本"), hidden=True, required=False, max_length=60)] = "",
) -> int:
    """Every cell the offer of the project's plan names, written as the registers' own forms would: all or none; how many. Denied for who may not change the
    project or see its plan; StaleRow where plan, project or land need are not those of ``seen``; Refused as the registers say."""
    held = Project.objects.select_for_update(of=("self",)).filter(pk=project).first()
    plan = visible(PermitPlan.objects.filter(project_id=project), ctx.actor).first()
    if held is None or plan is None or not visible(Project.objects.filter(pk=project), ctx.actor, "change").exists():
        raise Denied("change", PROJECT)
    offer = offer_of(plan, held, ctx.actor)
    if offer.seen != seen:
        raise StaleRow(held, held)
    try:
        for name in dict.fromkeys(one.ledger for one in offer.cells):
            _write(ctx, name, {one.column: one.text for one in offer.cells if one.ledger == name}, held)
    except Conflict as conflict:
        raise StaleRow(held, held) from conflict
    except DatabaseError as error:  # somebody wrote the same land need a moment ago
        raise Refused([FieldFault("", Fault("row.changed_meanwhile"))]) from error
    return len(offer.cells)


def _write(ctx: Ctx, name: str, raw: Mapping[str, Any], project: Project) -> None:
    ledger, row = ledger_named(name), project if name == PROJECT else LandNeed.objects.filter(project=project).first()
    if row is not None:
        save(ledger, ctx.actor, raw, key=row.pk, version=row.version)
    else:
        save(ledger, ctx.actor, {**raw, "project": project.pk})

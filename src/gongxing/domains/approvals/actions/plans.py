"""Making the permit plan of a project, first and anew."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.intake import fault
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import REGIONAL, clean_answers, facts_now, known_answers
from gongxing.domains.approvals.permit_rules import rules_on
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

TARGET = "approvals.permitplan"
LONGEST, MOST_TEXT = timedelta(days=3650), 20_000
BIGGEST = Decimal(2**63 - 1)


@action(label=_("制定许可路径"), permission=f"{TARGET}.make", icon="sitemap", why="optional")
def make_plan(
    ctx: Ctx,
    *,
    project: Annotated[int, Ask(_("项目"), hidden=True, minimum=Decimal(1), maximum=BIGGEST)],
    answers: Annotated[str, Ask(_("回答"), hidden=True, max_length=MOST_TEXT, long=True)],
    start_on: Annotated[date, Ask(_("从哪天起"))],
    goal: Annotated[PermitPlan.Goal, Ask(_("算到哪一步"))] = PermitPlan.Goal.START,
    measures: Annotated[str, Ask(_("选用的提速办法"), required=False, max_length=200)] = "",
    version: Annotated[int | None, Ask(_("版本"), hidden=True, required=False)] = None,
) -> PermitPlan:
    """Answers (JSON, question → text), the day it begins and the measures chosen become the plan of a project, in place of an earlier one. Rules are those of
    today. Denied for a project out of reach; Refused for answers that are none or contradict each other; StaleRow where the plan is not of the ``version``
    it was shown in."""
    seen = visible(Project.objects.filter(pk=project), ctx.actor).select_related("firm").first()
    if seen is None:
        raise Denied("make", TARGET)
    given, chosen = _read(answers), measures.split()
    day = today()
    rules, _faults = rules_on(day)
    cleaned, wrong = clean_answers(rules, given, day)
    faults = [FieldFault("answers", Fault("plan.answer", text=one.text)) for one in wrong]
    known = known_answers(seen, ctx.actor)
    faults += _about([one.code for one in rules.measures], chosen, cleaned, known)
    if abs(start_on - day) > LONGEST:
        faults.append(FieldFault("start_on", Fault("plan.far_start", day=start_on.isoformat())))
    if faults:
        raise Refused(faults)
    who = f"{ctx.actor.post.unit_name} {ctx.actor.post.title}" if ctx.actor.post else ctx.actor.name
    stored = PermitPlan.objects.select_for_update(of=("self",)).filter(project=seen).first()
    since = day if stored is None else min(stored.reckoned_from, day)
    values: dict[str, Any] = {
        "answers": cleaned, "facts": facts_now(seen, known), "measures": chosen, "rules_on": day, "start_on": start_on, "prepare_on": max(start_on, since),
        "goal": str(goal), "made_on": day, "made_by": who[:120],
    }  # fmt: skip
    if stored is not None and version is not None and stored.version != version:
        raise StaleRow(stored, stored)
    if stored is None:
        made = ctx.create(PermitPlan(project=seen, invented=seen.invented, **values))
    else:
        made = ctx.update(stored, **values)
    if not visible(PermitPlan.objects.filter(pk=made.pk), ctx.actor, "make").exists():
        raise Denied("make", TARGET)
    return made


def _read(text: str) -> dict[str, str]:
    """Answers as the page hands them over. Raises Refused."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise fault("answers", "plan.answers_unread")
    return found


def _about(
    rules_codes: list[str], chosen: list[str], cleaned: Mapping[str, str], known: Mapping[str, Any]
) -> list[FieldFault]:
    """What is wrong with the measures chosen: one that is none, or one the park's register contradicts."""
    faults = [FieldFault("measures", Fault("plan.no_measure", text=one)) for one in chosen if one not in rules_codes]
    without = [code for code in REGIONAL if code in known and known[code].value == "no"]
    if "regional" in chosen and without and all(cleaned.get(code) != "yes" for code in REGIONAL):
        faults.append(FieldFault("measures", Fault("plan.no_regional")))
    return faults

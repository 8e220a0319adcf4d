"""Permit plans of projects that prepare their works: the questionnaire as the registers answer it."""

from datetime import timedelta

from gongxing.domains.approvals.actions.plans import make_plan
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import known_answers
from gongxing.domains.approvals.permit_ask import typed_of
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import User

MAKER, MOST, STAGES = "shenpi", 14, ("pre_construction", "signed", "negotiation")
FARTHEST = timedelta(days=1500)


def build_plans() -> int:
    """Plans of the projects that stand before their works, those nearest to them first. What the registers contradict each other in has none: that is
    what the page says then. Returns how many."""
    actor, made = actor_for(User.objects.get(username=MAKER), today()), 0
    for stage in STAGES:
        rows = Project.objects.filter(invented=True, stage=stage, permit_plan=None).select_related("firm")
        for project in rows.order_by("stage_on", "number")[: MOST - made]:
            begin = project.signed_on or today()
            typed = typed_of(project, None, known_answers(project, actor))
            raw = {**typed.raw(project.pk), "start_on": max(begin, today() - FARTHEST).isoformat()}
            try:
                perform(make_plan, actor, raw)
            except Refused:
                continue
            made += 1
    return PermitPlan.objects.filter(invented=True).count()

"""What the official lists say of a project, on its page, and what a person decided."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.actions.guides import decide_catalogue
from gongxing.domains.policy.screening import decision_of, screen
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.sentences import signature

MOST = 12


def screening_panel(project: Project, actor: Actor) -> list[Panel]:
    """The lines the project may fall under, what a person decided, beside which stricter lines, why, and the button for who may decide."""
    found, decision = screen(project), decision_of(project)
    context: dict[str, Any] = {
        "loaded": found.loaded, "candidates": found.candidates[:MOST], "decided": project.get_catalogue_display(), "item": project.catalogue_item, "decision": None,
        "act_label": decide_catalogue.label,
        "act_url": f"{reverse('action-dialog', args=[decide_catalogue.name])}?key={project.pk}" if allowed(decide_catalogue, actor, project) else "",
    }  # fmt: skip
    if decision is not None:
        who = signature(decision.post, decision.lent, decision.user)
        when = timezone.localtime(decision.at).strftime("%Y-%m-%d")
        context["decision"] = {"who": who, "when": when, "near": decision.near, "reason": decision.reason}
    return [Panel("screening", _("清单比对"), "policy/screening_panel.html", context, len(found.candidates))]

"""What the official lists say of a project, on its page."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.screening import screen
from gongxing.domains.projects.models import Project
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor

MOST = 12


def screening_panel(project: Project, actor: Actor) -> list[Panel]:
    """The lines the project may fall under, and what a person decided."""
    found = screen(project)
    context = {
        "loaded": found.loaded, "candidates": found.candidates[:MOST], "decided": project.get_catalogue_display(), "item": project.catalogue_item,
    }  # fmt: skip
    return [Panel("screening", _("清单比对"), "policy/screening_panel.html", context, len(found.candidates))]

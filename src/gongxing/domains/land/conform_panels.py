"""Plan conformity on the page of a project (through its parcels) and of a layer (what its version changed)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.actions.checking import check_parcel
from gongxing.domains.land.conform_words import TONES, mu, verdict_label
from gongxing.domains.land.models import Check, Parcel, PlanLayer
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import action_button

ORDER = (Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST, Parcel.Conformity.UNKNOWN, Parcel.Conformity.CONFORMS)
OF_PROJECT = {
    Parcel.Conformity.CONFLICT: Project.Conformity.CONFLICT,
    Parcel.Conformity.ADJUST: Project.Conformity.ADJUSTING,
    Parcel.Conformity.UNKNOWN: Project.Conformity.UNKNOWN,
    Parcel.Conformity.CONFORMS: Project.Conformity.CONFORMS,
}
"""What the parcels say, in the words of a project: one that is not checked leaves the whole unknown, unless another conflicts or needs adjustment."""


def project_conformity(project: Project, actor: Actor) -> list[Panel]:
    """The parcels of a project with their verdicts, a check with one click, and the difference to what the project itself says."""
    if not may(actor, "view", "land.check"):
        return []
    parcels = list(visible(Parcel.objects.filter(project=project), actor).order_by("number"))
    if not parcels:
        return []
    worst: dict[int, list[Check]] = {}
    rows = visible(Check.objects.filter(parcel__in=parcels, verdict__in=ORDER[:2]), actor).select_related("layer")
    for row in rows.order_by("-area_m2", "layer__code"):
        worst.setdefault(row.parcel_id, []).append(row)
    said = Parcel.Conformity(min((one.conformity for one in parcels), key=lambda one: ORDER.index(Parcel.Conformity(one))))  # fmt: skip
    found = OF_PROJECT[said]
    register = ledger_named("projects.project")
    differs = found != Project.Conformity.UNKNOWN and found != project.conformity
    changes = differs and visible(Project.objects.filter(pk=project.pk), actor, "change").exists()
    context: dict[str, Any] = {
        "lines": [
            {
                "row": one, "tone": TONES[one.conformity], "label": verdict_label(one.conformity), "url": reverse("land-parcel-conformity", args=[one.pk]),
                "found": [{"layer": row.layer.name, "label": verdict_label(row.verdict), "m2": row.area_m2, "mu": mu(row.area_m2)} for row in worst.get(one.pk, ())] if one.conformity != Parcel.Conformity.UNKNOWN else [],
                "act": action_button(check_parcel, one.pk) if allowed(check_parcel, actor, one) else None,
            }
            for one in parcels
        ],
        "differs": differs, "found": str(Project.Conformity(found).label), "written": str(Project.Conformity(project.conformity).label),
        "change_url": reverse("ledger-change", args=[register.slug, project.pk]) if changes else "",
    }  # fmt: skip
    return [Panel("conformity", _("规划符合性"), "land/project_conformity_panel.html", context, len(parcels))]


def layer_panels(layer: PlanLayer, actor: Actor) -> list[Panel]:
    """Where to read what this version changed."""
    if layer.replaces_id is None or not may(actor, "view", "land.check"):
        return []
    context = {"old": layer.replaces, "url": reverse("land-layer-changes", args=[layer.pk])}
    return [Panel("changes", _("这一版改了什么"), "land/layer_panel.html", context)]

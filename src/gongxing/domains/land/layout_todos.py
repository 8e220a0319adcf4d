"""Layouts somebody asked to have published, for those who publish."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.layout_words import PLAN_LABELS
from gongxing.domains.land.models import Layout
from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.org.actor import Actor


@provide_todos
def layout_todos(actor: Actor) -> Sequence[Todo]:
    """A line for each layout that was proposed. One query, none for who may not publish."""
    if not permissions(actor).may("publish", "land.layout"):
        return []
    rows = visible(Layout.objects.filter(state=Layout.State.READY, proposed__isnull=False), actor, "publish")
    found = []
    for one in rows.order_by("proposed_on", "pk").only("pk", "name", "proposed", "proposed_on", "proposed_by"):
        url = reverse("land-layout", args=[one.pk])
        told = {
            "name": one.name,
            "plan": PLAN_LABELS[one.proposed or 0],
            "who": one.proposed_by,
            "day": one.proposed_on,
        }
        title, why = _("发布布局方案“%(name)s”") % told, _("因为%(who)s %(day)s 报请发布%(plan)s") % told
        found.append(Todo(title, url, why, acts=(Act(_("去看"), url, primary=True),)))
    return found

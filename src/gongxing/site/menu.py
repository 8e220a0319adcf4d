"""The left navigation: my things, the base, the seven stages, and what administrators need. Only what one may open is shown."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongxing.kernel.access.visible import permissions
from gongxing.kernel.ledger.declare import all_ledgers
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.extra import extra_pages

STAGES = (
    ("谋", gettext_lazy("产业谋划")),
    ("招", gettext_lazy("招商引资")),
    ("落", gettext_lazy("园区落地")),
    ("批", gettext_lazy("审批服务")),
    ("建", gettext_lazy("建设调度")),
    ("服", gettext_lazy("企业服务")),
    ("考", gettext_lazy("考核评价")),
)
OFFICE = "office"


def menu_for(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Groups of items. A stage without anything to open is left out, not shown empty."""
    path, held = request.path, permissions(actor)
    groups: dict[str, list[dict[str, Any]]] = {
        "": [_item(_("我的事项"), reverse("home"), "checklist", path, exact=True)]
    }
    for one in all_ledgers():
        if one.in_menu and held.may("view", one.name):
            groups.setdefault(one.stage, []).append(_item(str(one.label), one.url, one.icon, path))
    for extra in extra_pages():
        if held.may(extra.verb, extra.target):
            groups.setdefault(extra.stage, []).append(
                _item(str(extra.label), reverse(extra.url_name), extra.icon, path)
            )
    ordered = [{"seal": "", "label": "", "items": groups[""]}]
    for seal, label in STAGES:
        if groups.get(seal):
            ordered.append({"seal": seal, "label": str(label), "items": groups[seal]})
    if groups.get(OFFICE):
        ordered.append({"seal": "", "label": _("管理"), "items": groups[OFFICE]})
    return ordered


def _item(label: str, url: str, icon: str, path: str, exact: bool = False) -> dict[str, Any]:
    active = path == url if exact else path.startswith(url)
    return {"label": label, "url": url, "icon": icon, "active": active, "badge": None}

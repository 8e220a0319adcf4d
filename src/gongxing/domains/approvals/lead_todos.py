"""Leads on clocks that wait for the word of their own unit."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from gongxing.domains.approvals.models import ClockLead
from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.org.actor import Actor

TARGET = "approvals.clocklead"


def lead_todos(actor: Actor) -> Sequence[Todo]:
    """One line for the leads of the actor's own unit nobody has explained, until others can read them. A query for who may explain any."""
    if not permissions(actor).may("explain", TARGET):
        return []
    waiting = ClockLead.objects.filter(gone_on__isnull=True, explained="", open_on__gt=today())
    found = visible(waiting, actor, "explain").order_by().aggregate(n=Count("pk"), first=Min("open_on"))
    n, first = int(found["n"]), found["first"]
    if not n:
        return []
    url = reverse("process-leads")
    title = ngettext("%(n)d 条时限线索等本单位先看、先说明", "%(n)d 条时限线索等本单位先看、先说明", n) % {"n": n}
    why = _t("因为 %(day)s 起司法、县府办、审计也看得到；不是结论") % {"day": first.isoformat()}
    at = timezone.make_aware(datetime.combine(first, time(8)))
    return [
        Todo(title, url, why, "idle", at, _t("%(day)s 前") % {"day": first.isoformat()}, acts=(Act(_t("去看"), url),))
    ]

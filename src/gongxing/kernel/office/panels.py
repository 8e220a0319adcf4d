"""What the page of a post shows of its duties: how many are open, register by register, to those who may hand it on; and the way from
the row of a slip to the slip."""

from collections import Counter
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.inbox.handover import slips
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.office.handing import posts_for
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Handover, Post

SLIPS = 10


def post_panels(row: Post, actor: Actor) -> list[Panel]:
    """Open duties by register and capacity, and the slips of earlier changes; nothing for those who may not hand it on."""
    if not posts_for(actor).filter(pk=row.pk).exists():
        return []
    items = held_by(row.pk, actor)
    counted = Counter((one.ledger, one.capacity) for one in items)
    late = Counter((one.ledger, one.capacity) for one in items if one.late)
    context = {
        "lines": [
            {"label": str(ledger_named(ledger).label), "capacity": capacity, "n": n, "late": late[ledger, capacity]}
            for (ledger, capacity), n in counted.most_common()
        ],
        "url": f"{reverse('handover-new')}?{urlencode({'post': row.code})}",
        "slips": list(slips().filter(post=row.pk).order_by("-last_day", "-id")[:SLIPS]),
    }
    return [Panel("held", _("未办事项与交接"), "office/held_panel.html", context, len(items))]


def slip_panels(row: Handover, actor: Actor) -> list[Panel]:
    """The way to the slip's own page, where its items stand and its parties confirm."""
    data = {"n": row.count, "url": reverse("handover-slip", args=[row.pk])}
    return [Panel("slip", _("未办事项"), "office/slip_panel.html", data, row.count)]

"""Slips that wait to be confirmed, and who may read one."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import visible
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Handover

SHOWN = 50


def slips() -> QuerySet[Handover]:
    """All slips with what a line says of them."""
    return Handover.objects.select_related("post__unit", "to_post__unit", "from_user", "to_user")


def slip_for(actor: Actor, key: int) -> Handover:
    """A slip the actor may see: by grant, or because it is a party to it. Raises LookupError."""
    slip = slips().filter(pk=key).first()
    if slip is not None and (slip.is_party(actor.user_id) or visible(Handover.objects.filter(pk=key), actor).exists()):
        return slip
    raise LookupError(f"org.handover {key}")


def handover_todos(actor: Actor) -> Sequence[Todo]:
    """One line for each slip the account has still to confirm, also where it holds no post any more."""
    found = slips().filter(Handover.waiting_for(actor.user_id)).order_by("last_day", "id")[:SHOWN]
    return [_todo(actor, one) for one in found]


def _todo(actor: Actor, slip: Handover) -> Todo:
    url = reverse("handover-slip", args=[slip.pk])
    post = f"{slip.post.unit} {slip.post.title}"
    gives = slip.from_user_id == actor.user_id and slip.given_at is None
    why = (
        _("因为你移交“%(post)s”，清单 %(n)d 件") % {"post": post, "n": slip.count}
        if gives
        else _("因为你接收“%(post)s”的事，清单 %(n)d 件") % {"post": post, "n": slip.count}
    )
    title = _("确认交接单 %(number)s") % {"number": slip.number}
    return Todo(title, url, why, acts=(Act(_("去确认"), url, primary=True),))

"""Slips that wait to be confirmed, who may read one, and which of its lines: what somebody may not see in a register, he does not read in
a list of what is open either, unless he gives or takes it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.ledger.declare import ledger_named
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


def covered(actor: Actor, rows: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the rows (ledger, id) the actor may not view. At most three queries a register."""
    asked: dict[str, set[int]] = {}
    for name, key in rows:
        asked.setdefault(name, set()).add(key)
    found: set[tuple[str, int]] = set()
    for name, keys in asked.items():
        try:
            model = ledger_named(name).model
        except LookupError:  # a register that is no more
            found.update((name, key) for key in keys)
            continue
        held = reach(actor, "view", name)
        if not held.everything:
            seen = restrict(model._default_manager.filter(pk__in=keys), held).values_list("pk", flat=True)
            found.update((name, key) for key in keys - set(seen))
    return found


def lines_of(actor: Actor, slip: Handover) -> list[Mapping[str, Any]]:
    """The items of a slip as the actor may read them, each with ``number`` and ``covered``; its parties read all."""
    hidden = (
        set() if slip.is_party(actor.user_id) else covered(actor, ((one["ledger"], one["row"]) for one in slip.items))
    )
    lines: list[Mapping[str, Any]] = []
    for number, one in enumerate(slip.items, start=1):
        hide = (one["ledger"], one["row"]) in hidden
        lines.append({**one, "number": number, "covered": hide, "title": covered_words() if hide else one["title"]})
    return lines


def covered_words() -> str:
    """What stands for the name of a matter one may not see."""
    return _("（内容只给经办岗位看）")


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

"""What of the rating per mu waits for an actor: objections to answer, rounds whose posting is over."""

from collections.abc import Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.domains.land.models import Rating
from gongxing.domains.land.rating_days import objections_taken
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.org.actor import Actor


@provide_todos
def rating_todos(actor: Actor) -> Sequence[Todo]:
    """A line for each posted round with something to do. One query, none for who may do neither."""
    held = permissions(actor)
    answers, publishes = held.may("answer", "land.ratingline"), held.may("publish", "land.rating")
    if not answers and not publishes:
        return []
    waiting = Count("lines", filter=Q(lines__answer="") & ~Q(lines__objection=""))
    found = []
    for one in (
        Rating.objects.filter(state=Rating.State.POSTED).annotate(waiting=waiting).order_by("posted_until", "pk")
    ):
        url = reverse("land-rating", args=[one.pk])
        told = {"n": one.waiting, "round": _("%(year)d 年亩均评价") % {"year": one.year}}
        if one.waiting and answers:
            title = ngettext("答复 %(n)d 条异议（%(round)s）", "答复 %(n)d 条异议（%(round)s）", one.waiting) % told
            why = _("因为异议没有答复，这一轮不能公布")
            found.append(
                Todo(
                    title, f"{url}#objections", why, "warn", acts=(Act(_("去答复"), f"{url}#objections", primary=True),)
                )
            )
        elif publishes and not one.waiting and not objections_taken(one, today()):
            title, why = _("公布%(round)s") % told, _("因为公示期满，没有未答复的异议")
            found.append(Todo(title, url, why, acts=(Act(_("去公布"), url, primary=True),)))
    return found

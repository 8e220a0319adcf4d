"""What every page's frame shows: menu, county, acting post, display mode, counts of waiting things."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.inbox.queries import unread_count
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.org.actor import Actor
from gongxing.site.banner import banner
from gongxing.site.menu import menu_for

OPEN_JOBS = (Job.State.READY, Job.State.RUNNING)
_open_jobs = Prepared(lambda user: Job.objects.filter(user_id=user, state__in=OPEN_JOBS).values_list("pk")[:100])


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    actor: Actor | None = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    fragment = bool(request.headers.get("HX-Request"))  # it has no frame
    frame: dict[str, Any] = {
        "site": {"county": settings.COUNTY, "brand": _("工兴")},
        "lang": get_language(),
        "theme": getattr(user, "theme", request.COOKIES.get("gx_theme", "light")),
        "size": getattr(user, "size", request.COOKIES.get("gx_size", "normal")),
        "banner": "" if fragment else banner(actor is not None),
        "actor": None,
        "menu": "",
    }
    if actor is None or fragment:
        return frame
    frame["actor"] = {
        "id": actor.user_id,
        "name": actor.name,
        "post": actor.post.title if actor.post else _("未任职"),
        "unit": actor.post.unit_name if actor.post else "",
        "posts": [{"id": held.post_id, "label": f"{held.unit_name} · {held.title}"} for held in actor.posts],
    }
    frame["menu"] = menu_for(request.path, actor)
    frame["inbox_count"] = unread_count(actor)
    frame["jobs_count"] = len(_open_jobs.rows(actor.user_id))
    return frame

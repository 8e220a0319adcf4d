"""Reading the inbox of an actor."""

from django.db.models import Q, QuerySet

from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.org.actor import Actor


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Notices to the actor's account and to the posts it holds today, newest first."""
    mine = Q(user_id=actor.user_id) | Q(post_id__in=actor.post_ids)
    return Notice.objects.filter(mine).order_by("-created_at", "-id")


_unread = Prepared(
    lambda user, posts: Notice.objects.filter(Q(user_id=user) | Q(post_id__in=posts), read_at__isnull=True).values_list("pk")[:100]
)  # fmt: skip
NO_POST = (0,)


def unread_count(actor: Actor) -> int:
    """Unread notices, counted up to 100."""
    return len(_unread.rows(actor.user_id, actor.post_ids or NO_POST))

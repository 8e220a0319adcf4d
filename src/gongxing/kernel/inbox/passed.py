"""Telling that a limit ran out: its owner, and the superior once, one level up.

The notices and the mark that they were sent are one transaction. Whatever is not marked is found again (``warn_waiting``), so a
process that dies between flipping a deadline and telling it loses nothing.
"""

import logging
from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.send import notify_all, written
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Tenure

log = logging.getLogger("gongxing.inbox")
BATCH, ROUND = 500, 5000


def above(post: Post) -> Post | None:
    """Where an escalation from this post goes today: the nearest post above it that somebody holds; where nobody does, its own superior, who
    will find it there; None where it has none. Posts in a ring are asked once."""
    chain: list[Post] = []
    at = post.superior
    while at is not None and at.pk != post.pk and at not in chain:
        chain.append(at)
        at = at.superior
    live = Q(end__isnull=True) | Q(end__gte=today())
    tenures = Tenure.objects.filter(live, post__in=chain, start__lte=today(), user__is_active=True)
    held = set(tenures.values_list("post_id", flat=True)) if chain else set()
    return next((one for one in chain if one.pk in held), chain[0] if chain else None)


def warn(*deadline_ids: int) -> int:
    """Notices to the owing posts and their superiors, in one transaction. Returns how many were told: none of those that were before, or that
    have not passed (any more)."""
    with writing(SYSTEM, "deadlines.escalate") as ctx:
        waiting = Deadline.objects.select_for_update(of=("self",)).select_related("post")
        rows = list(waiting.filter(pk__in=deadline_ids, state=Deadline.State.PASSED, warned=False).order_by("pk"))
        superiors = {post.pk: above(post) for post in {one.post_id: one.post for one in rows}.values()}
        notify_all([notice for one in rows for notice in _notices(one, superiors[one.post_id])])
        marks = [(one, {"warned": True, "escalated": superiors[one.post_id] is not None}) for one in rows]
        ctx.update_many(marks)
    return len(rows)


def _notices(one: Deadline, superior: Post | None) -> Iterator[Notice]:
    """To the post that owes it, and to the one above it where there is one."""
    url = ledger_named(one.ledger).row_url(one.row) if one.row else reverse("home")
    title = _("已逾期：%(title)s") % {"title": one.title}
    key = (
        f"passed:{one.pk}:{timezone.localtime(one.due_at):%Y%m%d%H%M}"  # it may pass again after the calendar moved it
    )
    yield written(key=f"{key}:owner", title=title, why=_("因为你是责任岗位"), url=url, post_id=one.post_id)
    if superior is not None:
        why = _("因为你是“%(post)s”的上级岗位，逾期提级一次") % {"post": one.post.title}
        yield written(key=f"{key}:superior", title=title, why=why, url=url, post_id=superior.pk)


def warn_all(deadline_ids: Sequence[int]) -> int:
    """Tell of these, many at a time. Returns how many were told. Where one cannot be told, its batch is told one by one, it is logged and
    does not stop the others."""
    told = 0
    for start in range(0, len(deadline_ids), BATCH):
        batch = deadline_ids[start : start + BATCH]
        try:
            told += warn(*batch)
        except Exception:
            told += sum(_warn_alone(key) for key in batch)
    return told


def _warn_alone(key: int) -> int:
    try:
        return warn(key)
    except Exception:
        log.exception("deadline %s passed and could not be told", key)
        return 0


def warn_waiting() -> int:
    """Tell what passed and was not told yet, at most ``ROUND`` of them. Returns how many. Safe to run from many workers."""
    waiting = Deadline.objects.filter(state=Deadline.State.PASSED, warned=False).order_by("id")
    return warn_all(list(waiting.values_list("pk", flat=True)[:ROUND]))

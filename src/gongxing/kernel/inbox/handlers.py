"""A passed deadline warns its owner; the superior is told once, one level up."""

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.audit.write import writing
from gongxing.kernel.deadlines.events import DeadlinePassed
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.events import handles
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post


@handles(DeadlinePassed)
def warn_owner(event: DeadlinePassed) -> None:
    """Notices to the owing post and its superior. Repeating it changes nothing."""
    url = ledger_named(event.ledger).row_url(event.row) if event.row else reverse("home")
    title = _("已逾期：%(title)s") % {"title": event.title}
    notify(
        key=f"passed:{event.deadline_id}:owner", title=title, why=_("因为你是责任岗位"), url=url, post_id=event.post_id
    )
    post = Post.objects.get(pk=event.post_id)
    if post.superior_id is None:
        return
    why = _("因为你是“%(post)s”的上级岗位，逾期提级一次") % {"post": post.title}
    notify(key=f"passed:{event.deadline_id}:superior", title=title, why=why, url=url, post_id=post.superior_id)
    with writing(SYSTEM, "deadlines.escalate") as ctx:
        deadline = Deadline.objects.get(pk=event.deadline_id)
        ctx.update(deadline, escalated=True)

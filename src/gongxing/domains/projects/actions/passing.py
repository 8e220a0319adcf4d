"""A project that passes to another unit of the county: what is open on it goes along, and both sides are told.

The receiving unit becomes the responsible one and the project stays in its stage. Handed on are the handling post, the duties of the former unit,
and the promises that are not settled and stand under its posts or under the handling post; what was settled keeps the post that settled it.
The receiver is a post, so it outlives its holder: one somebody holds today before an empty one, the role of the post that hands over before
others, the most senior of these.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gongxing.domains.projects.clocks import PENDING
from gongxing.domains.projects.models import Duty, Move, Project, Promise
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.models import Post, Tenure, Unit

PROJECT = "projects.project"


def receiving_post(unit: int, like: Post | None) -> Post | None:
    """The post of a unit that takes a project over; None where the unit has no post. Two queries."""
    live = Q(end__isnull=True) | Q(end__gte=today())
    held = Tenure.objects.filter(live, start__lte=today(), user__is_active=True, post__unit=unit)
    taken = set(held.values_list("post_id", flat=True))
    posts = list(Post.objects.filter(unit=unit).select_related("unit", "superior"))
    role = like.role if like is not None else ""

    def rank(post: Post) -> tuple[bool, bool, bool, int]:
        junior = post.superior is not None and post.superior.unit_id == unit
        return post.pk not in taken, post.role != role, junior, post.pk

    return min(posts, key=rank, default=None)


def pass_on(ctx: Ctx, project: Project, unit: int) -> dict[str, Any]:
    """Hand on what is open on the project; returns the fields of the project that change with it. Raises Refused, with nothing written, where
    something is open and the receiving unit has no post to take it."""
    receiver = Unit.objects.get(pk=unit)
    post = receiving_post(unit, project.owner)
    leaving = _leaving(project, unit)
    promises = list(Promise.objects.filter(project=project, post_id__in=leaving, state__in=PENDING).order_by("pk"))
    if post is None and promises:
        raise Refused([FieldFault("to_unit", Fault("move.no_post", unit=receiver.name, n=len(promises)))])
    for promise in promises:
        ctx.update(promise, post=post)
    for duty in Duty.objects.filter(project=project, unit=project.unit_id).order_by("pk"):
        _pass_duty(ctx, duty, receiver, post)
    return {
        "unit": receiver,
        "owner": post if project.owner_id is None or project.owner_id in leaving else project.owner,
        "leader": None if project.leader_id in leaving else project.leader,
        "to_unit": None,
    }


def _leaving(project: Project, unit: int) -> frozenset[int]:
    """The posts that hand over: those of the former unit, and the one that handles the project if it is not the receiver's."""
    posts = Q(unit=project.unit_id) | Q(pk=project.owner_id or 0)
    return frozenset(Post.objects.filter(posts).exclude(unit=unit).values_list("pk", flat=True))


def _pass_duty(ctx: Ctx, duty: Duty, receiver: Unit, post: Post | None) -> None:
    """The duty becomes the receiver's; where the receiver has one of that class already, the two become one, a lead if either led."""
    taking = post if duty.post_id is not None else None
    values = {"project_id": duty.project_id, "unit_id": receiver.pk, "duty_class": duty.duty_class}
    there = Duty.objects.filter(**values).first()
    if there is None:
        ref = ledger_named("projects.duty").derive(dict(values), None)["ref"]
        ctx.update(duty, unit=receiver, post=taking, ref=ref)
        return
    role, task = duty.role, there.task or duty.task
    ctx.delete(duty)
    changed = {"role": Duty.Role.LEAD if Duty.Role.LEAD in (role, there.role) else there.role, "task": task, "post": there.post or taking}  # fmt: skip
    ctx.update(there, **changed)


def tell(project: Project, move: Move, before: Collection[Post]) -> None:
    """A notice to the post that took it, with the page; one to each post that had it, which may not see the page any more."""
    assert move.from_unit is not None and move.to_unit is not None
    names = {"project": project.name, "before": move.from_unit.name, "unit": move.to_unit.name}
    if project.owner is not None:
        notify(
            key=f"passed-on:{move.pk}:{project.owner_id}",
            title=_("“%(before)s”转来项目：%(project)s") % names,
            why=_("因为由你的岗位接着办；没办完的承诺和分工一并转来，请核对经办、责任领导和建设地点"),
            url=ledger_named(PROJECT).row_url(project.pk),
            post_id=project.owner_id,
        )
    for post in before:
        notify(
            key=f"passed-on:{move.pk}:{post.pk}",
            title=_("项目已转给“%(unit)s”：%(project)s") % names,
            why=_("因为原来由你的岗位经办；没办完的承诺和分工已经一并转过去"),
            post_id=post.pk,
        )

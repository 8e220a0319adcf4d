"""Who has which duty on a project, and on which links of chains it stands: given and taken off."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.actions.papers import moved
from gongxing.domains.projects.models import Duty, NodeLink, Project
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.models import Post

CHANGE = "projects.project.change"


@action(label=_("定分工"), permission=CHANGE, on=Project, icon="user-share", why="")
def give_duty(
    ctx: Ctx,
    *,
    project: Project,
    duty_class: Annotated[Duty.Class, Ask(_("职责类别"))],
    unit: Annotated[int, Ask(_("单位"), target="org.unit")],
    role: Annotated[Duty.Role, Ask(pgettext_lazy("duty", "分工"))] = Duty.Role.LEAD,
    post: Annotated[int | None, Ask(_("责任岗位"), target="org.post", required=False)] = None,
    task: Annotated[str, Ask(_("任务"), required=False, max_length=200)] = "",
) -> Duty:
    """A unit leads or helps in one class of work on this project. The same unit in the same class is changed; a class has one lead."""
    leads = Duty.objects.filter(project=project, duty_class=duty_class, role=Duty.Role.LEAD).exclude(unit_id=unit)
    other = leads.select_related("unit").first() if role == Duty.Role.LEAD else None
    if other is not None:
        raise Refused([FieldFault("role", Fault("duty.two_leads", unit=other.unit.name))])
    if post is not None and not Post.objects.filter(pk=post, unit_id=unit).exists():
        raise Refused([FieldFault("post", Fault("duty.foreign_post"))])
    values: dict[str, Any] = {"role": str(role), "post_id": post, "task": task}
    before = Duty.objects.filter(project=project, unit_id=unit, duty_class=duty_class).first()
    if before is not None:
        made = ctx.update(before, role=str(role), post=post, task=task)
    else:
        values |= {"project_id": project.pk, "unit_id": unit, "duty_class": str(duty_class)}
        made = ctx.create(Duty(**ledger_named("projects.duty").derive(values, None)))
    moved(ctx, project.pk)
    return made


@action(label=_("去掉分工"), permission="projects.duty.remove", on=Duty, icon="x", why="optional")
def remove_duty(ctx: Ctx, *, duty: Duty) -> None:
    """The unit has this duty no longer; the trail keeps who had it."""
    project = duty.project_id
    ctx.delete(duty)
    moved(ctx, project)


@action(label=_("挂到产业链"), permission=CHANGE, on=Project, icon="map-pin", why="")
def put_on_link(
    ctx: Ctx,
    *,
    project: Project,
    node: Annotated[int, Ask(_("产业链环节"), target="chain.node")],
    note: Annotated[str, Ask(_("说明"), required=False, max_length=200)] = "",
) -> NodeLink:
    """The project stands on this link of a chain. Twice on the same link is refused."""
    if NodeLink.objects.filter(project=project, node_id=node).exists():
        raise Refused([FieldFault("node", Fault("link.already"))])
    values = {"project_id": project.pk, "node_id": node, "note": note}
    made = ctx.create(NodeLink(**ledger_named("projects.nodelink").derive(values, None)))
    moved(ctx, project.pk)
    return made


@action(label=_("从环节去掉"), permission="projects.nodelink.remove", on=NodeLink, icon="x", why="optional")
def take_off_link(ctx: Ctx, *, link: NodeLink) -> None:
    """The project does not stand on this link."""
    project = link.project_id
    ctx.delete(link)
    moved(ctx, project)

"""What is decided about a layout: a project fixed on land by hand, a plan published."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.laying import offered
from gongxing.domains.land.layout_words import PLAN_LABELS
from gongxing.domains.land.models import Layout
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

TRY = "land.layout_try"
PLANS = tuple((str(place), label) for place, label in enumerate(PLAN_LABELS))


def draft(layout: Layout) -> bool:
    """Whether a layout can still be changed."""
    return layout.state == Layout.State.READY


def _stands(plan: Any, key: str, held: Any) -> bool:
    """Whether a plan has a project on this land in this phase."""
    return any(
        one["project"] == key and set(one["parcels"]) == set(held["parcels"]) and one["phase"] == held["phase"]
        for one in plan["placements"]
    )


def holds(done: Job) -> str:
    """Why a trial cannot be taken over (a code of ``sentences``); "" where it can: there is a plan, the project stands where it was put, on land no other has."""
    trial: Any = done.result["trial"]
    plans = trial["result"]["plans"]
    if not plans:
        return "layout.trial_empty"
    if not _stands(plans[0], done.arguments["key"], done.arguments["fixed"]):
        return "layout.trial_elsewhere"
    if any(one["code"] == "allocation.broken.parcel" for one in trial["hard"]):
        return "layout.parcel_taken"
    return ""


@action(
    label=_("按试放的结果固定"),
    permission="land.layout.fix",
    on=Layout,
    icon="pin",
    tone="primary",
    why="required",
    when=draft,
)
def fix_project(ctx: Ctx, *, layout: Layout, trial: Annotated[int, Ask(_("试放任务"), hidden=True)]) -> Layout:
    """Take over what a trial found: the project stays where it was put, the rest as arranged around it; other plans are kept where they keep to it. Raises Refused when the trial is not one of this
    version of the layout, or ended without a plan."""
    done = Job.objects.filter(pk=trial, kind=TRY, state=Job.State.DONE, arguments__layout=layout.pk).first()
    if done is None:
        raise Refused([FieldFault("trial", Fault("layout.no_trial"))])
    if done.arguments["version"] != layout.version:
        raise Refused([FieldFault("trial", Fault("layout.trial_stale"))])
    stop = holds(done)
    if stop:
        raise Refused([FieldFault("trial", Fault(stop))])
    found: Any = done.result["trial"]["result"]
    key, held = done.arguments["key"], done.arguments["fixed"]
    problem = {
        **layout.problem,
        "projects": [{**one, "fixed": held} if one["key"] == key else one for one in layout.problem["projects"]],
    }
    fixed, best = {**layout.fixed, key: held}, found["plans"][0]
    plans = [best, *(one for one in layout.answer["plans"][1:] if all(_stands(one, *pair) for pair in fixed.items()))]
    return ctx.update(
        layout, problem=problem, answer={**found, "plans": plans}, fixed=fixed, placed=len(best["placements"]), gap=found["gap"], chosen=None,
        proposed=None, proposed_on=None, proposed_by="",
    )  # fmt: skip


def there(layout: Layout) -> tuple[str, ...]:
    """The plans a layout has: after a project was fixed some are gone."""
    return tuple(str(place) for place in range(len(layout.answer.get("plans", ()))))


def _in_plans(layout: Layout, chosen: str) -> int:
    if chosen not in there(layout):
        raise Refused([FieldFault("chosen", Fault("layout.no_such_plan"))])
    return int(chosen)


@action(
    label=_("报请发布"), permission="land.layout.make", on=Layout, icon="arrow-up-right", why="optional", when=lambda one: draft(one) and one.proposed is None,
    confirm=_("县领导的“我的事项”里会出现这份方案。再固定项目的，要重新报。"),
)  # fmt: skip
def propose_layout(
    ctx: Ctx,
    *,
    layout: Layout,
    chosen: Annotated[str, Ask(_("建议哪一个方案"), choices=PLANS, offered=there)],
) -> Layout:
    """Ask those who publish for it, naming a plan. Raises Refused when there is no such plan."""
    return ctx.update(layout, proposed=_in_plans(layout, chosen), proposed_on=today(), proposed_by=ctx.actor.signature)


@action(
    label=_("发布方案"), permission="land.layout.publish", on=Layout, icon="check", tone="primary", why="required", when=draft,
    confirm=_("发布后这份方案不能再改，同时作为各园区和部门的布局依据。地块和项目本身不变：供地仍按各自的程序办。"),
)  # fmt: skip
def publish_layout(
    ctx: Ctx,
    *,
    layout: Layout,
    chosen: Annotated[str, Ask(_("发布哪一个方案"), choices=PLANS, offered=there)],
) -> Layout:
    """Publish one of the plans. Raises Refused when there is no such plan, or land of it is not on offer any more."""
    place = _in_plans(layout, chosen)
    free = {one.number for one in offered()}
    wanted = {number for one in layout.answer["plans"][place]["placements"] for number in one["parcels"]}
    if gone := sorted(wanted - free):
        raise Refused([FieldFault("chosen", Fault("layout.parcels_gone", parcels=" ".join(gone[:5])))])
    return ctx.update(
        layout, state=Layout.State.PUBLISHED, chosen=place, published_on=today(), published_by=ctx.actor.signature
    )

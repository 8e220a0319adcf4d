"""Checking all parcels against the plans in force: on demand, after layers or shapes changed, and when layers come into force or go out of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.check_store import forget, record
from gongxing.domains.land.conforming import county_plane, in_force, judge, plans_on
from gongxing.domains.land.models import Check, Parcel, PlanLayer, Zone
from gongxing.domains.land.states import CHECK
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, enqueue, job
from gongxing.kernel.org.actor import SYSTEM, Actor

CHUNK = 1000
OPEN = (Job.State.READY, Job.State.RUNNING)


def check_parcels(
    keys: Iterable[int] | None = None, step: Callable[[int, int], object] | None = None
) -> dict[str, int]:
    """Check parcels (all if None) against the plans in force and keep what differs. Returns how many were ``checked``, how many ``changed``, and how many
    ``layers`` were asked. Safe to run again: a second time nothing is written. Where no layer is loaded, what was found before goes."""
    day = today()
    plans, plane = plans_on(day), county_plane()
    rows = Parcel.objects.order_by("pk") if keys is None else Parcel.objects.filter(pk__in=list(keys)).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), CHUNK):
        if step is not None:
            step(start, len(ids))
        with writing(SYSTEM, CHECK, _("按现行规划图层核对")) as ctx:
            part = list(Parcel.objects.select_for_update(of=("self",)).filter(pk__in=ids[start : start + CHUNK]).order_by("pk"))  # fmt: skip
            found = judge(part, plans, plane)
            changed += record(ctx, found, day)
    return {"checked": len(ids), "changed": changed, "layers": len(plans.layers)}


@job(CHECK)
def check_all(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Check the parcels named in ``ids``, or all the actor may check."""
    ids = arguments.get("ids")
    if ids is None and not actor.is_system:
        ids = list(visible(Parcel.objects.all(), actor, "check").values_list("pk", flat=True))
    found = check_parcels(ids, progress.step)
    if not found["layers"] and not actor.is_system:
        raise JobError(_("还没有加载规划图层，没有可以核对的。请先导入图层。"))
    text = _("对照 %(layers)d 个图层核对 %(all)d 块地，%(n)d 块的结果变了") % {
        "layers": found["layers"],
        "all": found["checked"],
        "n": found["changed"],
    }
    return {"text": text, "url": reverse("land-conformity")}


def queue_all(actor: Actor) -> Job:
    """Queue one check of all the actor may check; one of his that is not done is not queued twice."""
    there = Job.objects.filter(kind=CHECK, user_id=actor.user_id, state__in=OPEN).first()
    return there or enqueue(CHECK, _("核对全部地块"), actor, {})


def queue_check(keys: Iterable[int] | None = None) -> None:
    """Queue one check of some parcels, or of all, unless one of all waits already."""
    if Job.objects.filter(kind=CHECK, user_id=SYSTEM.user_id, state=Job.State.READY, arguments={}).exists():
        return
    arguments: dict[str, Any] = {} if keys is None else {"ids": sorted(keys)}
    enqueue(CHECK, _("按规划图层核对地块"), SYSTEM, arguments)


def any_layer() -> bool:
    """Whether some layer in force has a drawn zone. Two queries."""
    layers = [one.pk for one in in_force(PlanLayer.objects.all(), today())]
    return Zone.objects.filter(layer__in=layers, west__isnull=False).exists()


def shapes_changed(keys: Iterable[int] | None) -> None:
    """Parcels whose verdict became unknown because their shape changed: what was found of the old shape goes, the new one is queued."""
    rows = Parcel.objects.filter(conformity=Parcel.Conformity.UNKNOWN)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    stale = list(rows.filter(checks__isnull=False).distinct().order_by("pk"))
    if stale:
        with writing(SYSTEM, CHECK, _("图形改了，原来的核对结果不算数")) as ctx:
            forget(ctx, stale)
    waiting = list(rows.exclude(shape="").order_by("pk").values_list("pk", flat=True))
    if waiting and any_layer():
        queue_check(waiting)


@daily("land.checks")
def every_day() -> None:
    """Layers come into force and go out of it with the days: checked anew where the layers asked are no longer those in force."""
    asked = set(Check.objects.order_by().values_list("layer_id", flat=True).distinct())
    layers = {one.pk for one in in_force(PlanLayer.objects.all(), today())}
    due = set(Zone.objects.filter(layer__in=layers, west__isnull=False).order_by().values_list("layer_id", flat=True).distinct())  # fmt: skip
    if asked != due and Parcel.objects.exclude(shape="").exists():
        queue_check()

"""Long work of studies of sites and of the scale of parks: posed here, solved in a process of its own, checked, kept."""

import json
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land import scaling, siting
from gongxing.domains.land.laying import offered, seekers
from gongxing.domains.land.layout_jobs import OPEN, STEPS, run_solver
from gongxing.domains.land.models import Facility, ScaleStudy, SiteStudy
from gongxing.domains.land.run_names import free_name
from gongxing.domains.land.site_words import step_words
from gongxing.engines.allocation import to_json
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, enqueue, job
from gongxing.kernel.ledger.numbers import free_number
from gongxing.kernel.org.actor import Actor

SITE, SCALE = "land.choose_sites", "land.scale_parks"
SOLVER = "gongxing.domains.land.site_solver"
SCALE_SECONDS, CENT = 60.0, 2
FOUND = ("optimal", "within", "stopped")


def queue_sites(asked: siting.Asked, name: str, actor: Actor) -> Job:
    """Queue one study; the same question of the same person that waits already is not queued twice."""
    return _queue(SITE, _("测算设施选址"), json.loads(json.dumps(siting.plain(asked))), name, actor)


def queue_scale(asked: scaling.Asked, name: str, actor: Actor) -> Job:
    """Queue one scale plan; the same question of the same person that waits already is not queued twice."""
    return _queue(SCALE, _("测算园区建设规模"), scaling.plain(asked), name, actor)


def _queue(kind: str, title: str, raw: dict[str, Any], name: str, actor: Actor) -> Job:
    there = Job.objects.filter(kind=kind, user_id=actor.user_id, state__in=OPEN, arguments__asked=raw).first()
    return there or enqueue(kind, title, actor, {"asked": raw, "name": name})


@job(SITE, retriable=False)
def choose_sites(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Choose sites on today's rows and keep the answer. The engine's checker looked at it in the solver's process."""
    asked = siting.asked_from(arguments["asked"])
    posed = siting.pose(asked)
    said = _("%(c)d 块在用地、%(s)d 处位置，正在选") % {"c": len(posed.clients), "s": len(posed.sites)}
    progress.step(0, STEPS, said, force=True)
    if asked.ways == "road" and not posed.roads:
        raise JobError(_("图层里没有连成网的道路，只能按直线距离测算。"))
    raw = siting.plain(posed)
    question = {"posed": raw, "asked": siting.plain(asked)}
    late = _("选址算了超过 %(n)d 秒，已停下。请少建几处，或改用直线距离再算。")
    found = run_solver(question, progress, asked.seconds, SOLVER, step_words, late=late)
    if found["faults"]:
        raise JobError(
            _("算出的选址没有通过核对（%(codes)s），没有保存。请把这句话告诉系统管理员。")
            % {"codes": "、".join(found["faults"][:3])}
        )
    answer = found["answer"]
    state = SiteStudy.State.READY if answer["sites"] else SiteStudy.State.NONE
    label = str(dict(Facility.Kind.choices)[asked.kind])
    with writing(actor, SITE, "") as ctx:
        study = ctx.create(
            SiteStudy(
                number=free_number(SiteStudy.objects.all(), "XZ"), name=arguments["name"] or free_name(SiteStudy, _("%(kind)s选址") % {"kind": label}), kind=asked.kind, asked=siting.plain(asked),
                problem={**raw, "roads": [], "distances": found["distances"]}, answer=answer, state=state, opened=len(answer["opened"]), made_on=today(), made_by=actor.name,
            )
        )  # fmt: skip
    return {
        "text": _("选址已算好：%(name)s") % {"name": study.name},
        "url": reverse("land-site", args=[study.pk]),
        "study": study.pk,
    }


@job(SCALE, retriable=False)
def scale_parks(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Work out the scale of the parks on today's rows and keep the answer. The engine's checker looked at it in the solver's process."""
    asked = scaling.asked_from(arguments["asked"])
    parcels, projects = offered(), seekers()
    posed = json.loads(to_json(scaling.pose(asked, parcels, projects)))
    demands = scaling.scenarios(asked, projects)
    said = _("%(p)d 个项目、%(n)d 块地，正在算三种情景") % {"p": len(projects), "n": len(parcels)}
    progress.step(0, STEPS, said, force=True)
    question = {"problem": posed, "scenarios": demands, "points": scaling.POINTS}
    late = _("建设规模算了超过 %(n)d 秒，已停下。请少算几年再试。")
    found = run_solver(question, progress, SCALE_SECONDS, SOLVER, step_words, late=late)
    if found["faults"]:
        raise JobError(
            _("算出的建设规模没有通过核对（%(codes)s），没有保存。请把这句话告诉系统管理员。")
            % {"codes": "、".join(found["faults"][:3])}
        )
    base = next(one for one in found["answer"] if one["scenario"] == "base")
    land = sum(one["mu"] for one in base["sizes"] if one["phase"] == asked.phases)
    with writing(actor, SCALE, "") as ctx:
        study = ctx.create(
            ScaleStudy(
                number=free_number(ScaleStudy.objects.all(), "GM"), name=arguments["name"] or free_name(ScaleStudy, _("%(year)d 年起建设规模") % {"year": asked.year}), asked=scaling.plain(asked),
                problem={"parks": posed["parks"], "projects": len(projects), "parcels": len(parcels), "stages": _stages(projects)},
                answer={"scenarios": found["answer"]}, mu=round(land, CENT), output=round(base["output"], CENT), made_on=today(), made_by=actor.name,
            )
        )  # fmt: skip
    return {
        "text": _("建设规模已算好：%(name)s") % {"name": study.name},
        "url": reverse("land-scale-study", args=[study.pk]),
        "study": study.pk,
    }


def _stages(projects: Any) -> dict[str, int]:
    """How many projects of each stage took part."""
    found: dict[str, int] = {}
    for one in projects:
        found[one.stage] = found.get(one.stage, 0) + 1
    return found

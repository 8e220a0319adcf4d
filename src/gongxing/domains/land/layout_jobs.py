"""Long work of layouts: the plans, what it would take to place a project, and what moving one by hand costs."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.laying import Asked, asked_from, offered, plain, problem, seekers, untold
from gongxing.domains.land.layout_words import step_words
from gongxing.domains.land.models import Layout
from gongxing.domains.land.run_names import free_name
from gongxing.engines.allocation import to_json
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Cancelled, JobError, Progress, enqueue, job
from gongxing.kernel.ledger.numbers import free_number
from gongxing.kernel.org.actor import Actor

LAY, ASK, TRY = "land.lay_out", "land.layout_ask", "land.layout_try"
SOLVER = "gongxing.domains.land.layout_solver"
OPEN = (Job.State.READY, Job.State.RUNNING)
ASK_SECONDS, STEPS, SLACK = 10.0, 1000, 120.0


def queue_layout(asked: Asked, name: str, actor: Actor) -> Job:
    """Queue one layout; the same question of the same person that waits already is not queued twice."""
    raw = plain(asked)
    there = Job.objects.filter(kind=LAY, user_id=actor.user_id, state__in=OPEN, arguments__asked=raw).first()
    return there or enqueue(LAY, _("测算布局方案"), actor, {"asked": raw, "name": name})


def queue_question(layout: Layout, plan: int, key: str, actor: Actor) -> Job:
    """Queue the question what it would take to place a project."""
    return _queue(
        ASK,
        _("测算怎样才能落下"),
        layout,
        actor,
        {"layout": layout.pk, "version": layout.version, "plan": plan, "key": key},
    )


def queue_trial(layout: Layout, plan: int, key: str, fixed: Mapping[str, Any], actor: Actor) -> Job:
    """Queue what it costs to put a project on land chosen by hand. ``fixed``: parcels, phase, mu."""
    arguments = {"layout": layout.pk, "version": layout.version, "plan": plan, "key": key, "fixed": dict(fixed)}
    return _queue(TRY, _("试放项目，看代价"), layout, actor, arguments)


def _queue(kind: str, title: str, layout: Layout, actor: Actor, arguments: dict[str, Any]) -> Job:
    there = (
        Job.objects.filter(kind=kind, arguments=arguments, user_id=actor.user_id)
        .exclude(state__in=(Job.State.CANCELLED, Job.State.FAILED))
        .first()
    )
    return there or enqueue(kind, title, actor, arguments)


@job(LAY, retriable=False)
def lay_out(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Lay out on today's rows and keep the answer as a draft. The answer was checked by the engine's checker in the solver's process."""
    asked = asked_from(arguments["asked"])
    parcels, projects = offered(), seekers()
    given = json.loads(to_json(problem(asked, parcels, projects)))
    progress.step(
        0, STEPS, _("%(p)d 个项目、%(n)d 块地，正在找落位") % {"p": len(projects), "n": len(parcels)}, force=True
    )
    found = run_solver(
        {"problem": given, "seconds": asked.seconds},
        progress,
        asked.seconds,
        late=_("求解超过 %(n)d 秒，已停下。请少放几个项目再算。"),
    )
    if found["faults"]:
        raise JobError(
            _("算出的方案没有通过核对（%(codes)s），没有保存。请把这句话告诉系统管理员。")
            % {"codes": "、".join(found["faults"][:3])}
        )
    result = found["answer"]
    best = result["plans"][0] if result["plans"] else None
    usual = _("%(year)d 年布局方案") % {"year": asked.year}
    with writing(actor, LAY, "") as ctx:
        layout = ctx.create(
            Layout(
                number=free_number(Layout.objects.all(), "BJ"), name=arguments["name"] or free_name(Layout, usual), state=Layout.State.READY, asked={**plain(asked), **untold(parcels, projects)},
                problem=given, answer=result, made_on=today(), made_by=actor.name, candidates=len(given["projects"]),
                placed=len(best["placements"]) if best else 0, gap=result["gap"] if best else None,
            )
        )  # fmt: skip
    return {
        "text": _("布局方案已算好：%(name)s") % {"name": layout.name},
        "url": reverse("land-layout", args=[layout.pk]),
        "layout": layout.pk,
    }


@job(ASK)
def ask_why(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """What it would take to place one project. Nothing is written but the job's result."""
    layout = _layout(arguments)
    question = {
        "problem": layout.problem,
        "result": layout.answer,
        "plan": arguments["plan"],
        "key": arguments["key"],
        "seconds": ASK_SECONDS,
    }
    found = run_solver(question, progress, ASK_SECONDS, late=_("这一问算了超过 %(n)d 秒，已停下。请过一会儿再问。"))
    return {"why": found["answer"], "text": _("已算好"), "url": reverse("land-layout", args=[layout.pk])}


@job(TRY)
def try_place(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """What it costs to put one project on land chosen by hand, everything else arranged anew. Nothing is written but the job's result."""
    layout = _layout(arguments)
    question = {
        "problem": layout.problem, "result": layout.answer, "plan": arguments["plan"], "key": arguments["key"], "fixed": arguments["fixed"], "seconds": ASK_SECONDS,
    }  # fmt: skip
    found = run_solver(
        question, progress, ASK_SECONDS, late=_("试放算了超过 %(n)d 秒，已停下。请换一处地，或过一会儿再试。")
    )
    if found["faults"]:
        raise JobError(
            _("试放的结果没有通过核对（%(codes)s）。请把这句话告诉系统管理员。")
            % {"codes": "、".join(found["faults"][:3])}
        )
    return {"trial": found["answer"], "text": _("已算好"), "url": reverse("land-layout", args=[layout.pk])}


def _layout(arguments: Mapping[str, Any]) -> Layout:
    layout = Layout.objects.filter(pk=arguments["layout"]).first()
    if layout is None:
        raise JobError(_("这份方案已经不在了。"))
    if layout.version != arguments["version"]:
        raise JobError(_("这份方案刚被改过，请回到方案页再试。"))
    return layout


def run_solver(
    question: Mapping[str, Any],
    progress: Progress,
    seconds: float,
    module: str = SOLVER,
    words: Callable[[str], str] = step_words,
    *,
    late: str,
) -> Mapping[str, Any]:
    """The answer as plain values; progress is told on. ``late``: what is said (with ``n``, the seconds) when the solver's process takes too long: what was asked and
    how to ask for less. Raises JobError then and when the process fails, Cancelled when its owner asked to stop."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )  # fmt: skip
    slow = threading.Event()

    def stop() -> None:
        slow.set()
        process.kill()

    limit = threading.Timer(seconds + SLACK, stop)
    said: list[str] = []
    listener = threading.Thread(target=lambda: said.append(process.stderr.read() if process.stderr else ""))
    limit.start()
    listener.start()
    last: Mapping[str, Any] = {}
    try:
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError):  # it ended before it had read everything: its end says why
            process.stdin.write(json.dumps(question))
            process.stdin.close()
        for line in process.stdout:
            last = json.loads(line) if line.endswith("\n") else last  # a process that is ended may leave half a line
            if "step" in last:
                progress.step(int(last["done"] * STEPS), STEPS, words(last["step"]))
        process.wait()
    except Cancelled:
        process.kill()
        raise
    finally:
        limit.cancel()
        process.wait()
        listener.join()
    if slow.is_set() and process.returncode:
        raise JobError(late % {"n": int(seconds + SLACK)})
    if process.returncode or "answer" not in last:
        raise JobError(_("求解程序没有算完：%(why)s") % {"why": "".join(said).strip()[-200:]})
    return last

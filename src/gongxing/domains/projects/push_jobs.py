"""Long work of the yearly plan: choosing the projects to push, and what it would take to let one in."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.projects.models import PushPlan
from gongxing.domains.projects.push_words import plan_title
from gongxing.domains.projects.pushing import SECONDS, Asked, asked_from, plain, problem, standings, waiting
from gongxing.engines.portfolio import to_json
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, enqueue, job
from gongxing.kernel.ledger.numbers import free_number
from gongxing.kernel.org.actor import Actor

PUSH, EXPLAIN = "projects.push", "projects.push_explain"
SOLVER = "gongxing.domains.projects.push_solver"
LIMIT = 60 + 12 * SECONDS
OPEN = (Job.State.READY, Job.State.RUNNING)


def queue_push(asked: Asked, title: str, actor: Actor) -> Job:
    """Queue one choice of projects; the same question of the same person that waits already is not queued twice."""
    raw = plain(asked)
    there = Job.objects.filter(kind=PUSH, user_id=actor.user_id, state__in=OPEN, arguments__asked=raw).first()
    return there or enqueue(PUSH, _("测算年度推进方案"), actor, {"asked": raw, "title": title})


def queue_explanation(plan: PushPlan, key: str, actor: Actor) -> Job:
    """Queue the question what it would take to let a project in."""
    arguments = {"plan": plan.pk, "key": key}
    there = Job.objects.filter(kind=EXPLAIN, arguments__plan=plan.pk, arguments__key=key).exclude(state__in=(Job.State.CANCELLED, Job.State.FAILED)).first()  # fmt: skip
    return there or enqueue(EXPLAIN, _("测算怎样才能入选"), actor, arguments)


@job(PUSH, retriable=False)
def choose_projects(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Choose on today's rows and keep the answer as a draft plan. The answer was checked by the engine's checker in the solver's process."""
    asked = asked_from(arguments["asked"])
    rows = waiting()
    stood = standings(rows, today())
    given = problem(asked, rows, stood)
    progress.step(0, 1, _("在 %(n)d 个项目里选") % {"n": len(given.candidates)}, force=True)
    raw = json.loads(to_json(given))
    found = run_solver({"problem": raw})
    if found["faults"]:
        raise JobError(
            _("算出的方案没有通过核对（%(codes)s），没有保存。请把这句话告诉系统管理员。")
            % {"codes": "、".join(found["faults"][:3])}
        )
    at = now()
    title = plan_title(arguments["title"], asked.year, at)
    quiet = {str(key): list(one) for key, one in stood.items() if one.stale in ("amber", "exit")}
    with writing(actor, PUSH, "") as ctx:
        plan = ctx.create(
            PushPlan(number=free_number(PushPlan.objects.all(), "FA"), year=asked.year, title=title, problem={"asked": plain(asked), "problem": raw, "quiet": quiet}, result=found["answer"], made_on=today())
        )  # fmt: skip
    progress.step(1, 1, force=True)
    return {
        "text": _("方案已算好：%(title)s") % {"title": title},
        "url": reverse("projects-push-plan", args=[plan.pk]),
        "plan": plan.pk,
    }


@job(EXPLAIN)
def explain_project(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """What it would take to let one project into the best plan. Nothing is written but the job's result."""
    plan = PushPlan.objects.filter(pk=arguments["plan"]).first()
    if plan is None:
        raise JobError(_("这份方案已经不在了。"))
    progress.step(0, 1, force=True)
    found = run_solver({"problem": plan.problem["problem"], "result": plan.result, "key": arguments["key"]})
    progress.step(1, 1, force=True)
    return {"explanation": found["answer"], "text": _("已算好"), "url": reverse("projects-push-plan", args=[plan.pk])}


def run_solver(question: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer as plain values. Raises JobError when the solver's process takes too long or fails."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", SOLVER], input=json.dumps(question), capture_output=True, text=True, timeout=LIMIT, check=True
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise JobError(_("求解超过 %(n)d 秒，已停下。请少放几个项目，或放宽额度再算。") % {"n": int(LIMIT)}) from error
    except subprocess.CalledProcessError as error:
        raise JobError(_("求解程序没有算完：%(why)s") % {"why": (error.stderr or "").strip()[-200:]}) from error
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer

"""Long work of this stage: placing all firms on the links of all chains (after an import, after words changed, or when somebody asks), solving
a lengthening plan somebody asked for, reading long files of hints."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.actions.firms import write_placements
from gongxing.domains.chain.actions.hints import Taken, read_hints
from gongxing.domains.chain.analysis.planning import Asked, problem
from gongxing.domains.chain.models import Edge, Node, Placement
from gongxing.domains.chain.queries import READ, graded, not_trading
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import FirmText, active_firm_count, firm_texts
from gongxing.engines.chain import LengtheningProblem
from gongxing.engines.placing import NodeWords, Placer
from gongxing.engines.placing import Placement as Found
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, enqueue, enqueue_once, job
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import SYSTEM, Actor

KIND, HINTS, LENGTHEN = "chain.place", "chain.hints", "chain.lengthen"
SOLVER = "gongxing.domains.chain.analysis.solver"
SOLVES, LOADING = 7, 30.0
CHUNK = 1000
REASONS = 6


def queue_placing(user_id: int) -> None:
    """Queue one placing of everything, unless one already waits."""
    enqueue_once(KIND, _("把企业放到产业链环节上"), {"user": user_id})


def placer() -> Placer:
    """The engine with the county's own words. Two queries."""
    neighbours: dict[int, set[int]] = {}
    for source, target in Edge.objects.values_list("source_id", "target_id"):
        neighbours.setdefault(source, set()).add(target)
        neighbours.setdefault(target, set()).add(source)
    nodes = list(Node.objects.select_related("chain").order_by("code"))
    codes = {node.pk: node.code for node in nodes}
    return Placer.build(
        NodeWords(
            node=node.code, chain=node.chain.code, keywords=tuple(node.keywords), exclude=tuple(node.exclude), codes=tuple(node.classes),
            generic=node.generic, neighbours=tuple(sorted(codes[one] for one in neighbours.get(node.pk, ()) if one in codes)),
        )
        for node in nodes
    )  # fmt: skip


@job(KIND)
def place_all(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Place every firm that trades and take those that no longer do off their links; what people decided stays. One transaction per
    thousand firms; safe to run again."""
    engine, total, whole = placer(), 0, active_firm_count()
    counts = [0, 0, 0]
    for texts in _chunks(firm_texts()):
        found = place_firms(engine, texts)
        with writing(SYSTEM, KIND, _("按产品、经营范围和行业放到环节上")) as ctx:
            for at, n in enumerate(write_placements(ctx, found, [text.id for text in texts])):
                counts[at] += n
        total += len(texts)
        progress.step(total, whole)
    counts[2] += _clear_closed()
    text = _("看了 %(n)s 家，新放 %(added)s 条，改 %(changed)s 条，撤 %(gone)s 条")
    said = {"n": total, "added": counts[0], "changed": counts[1], "gone": counts[2]}
    return {"text": text % {name: f"{n:,}" for name, n in said.items()}}


def _clear_closed() -> int:
    """Take firms that no longer trade off the links the system put them on. Returns how many placements went."""
    gone = 0
    while True:
        with writing(SYSTEM, KIND, _("不再经营的企业不在环节上")) as ctx:
            rows = list(not_trading()[:CHUNK])
            gone += ctx.delete_many(rows)
        if not rows:
            return gone


def place_firms(engine: Placer, texts: Sequence[FirmText]) -> list[Placement]:
    """Unsaved placements of some firms. One query: firm and link go along by name, because the trail names every row."""
    nodes = {node.code: node for node in Node.objects.only("pk", "code", "name")}
    day, rows = today(), []
    for text in texts:
        firm = Firm(pk=text.id, name=text.name)
        for one in engine.place(text.name, text.scope, text.products, text.industry):
            rows.append(_row(one, firm, nodes[one.node], day))
    return rows


@job(HINTS, retriable=False)
def read_hints_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """A long file of product relations into hints, in one transaction."""
    try:
        taken = perform(read_hints, actor, {"file": arguments["file"]})
    except Refused as refused:
        raise JobError(" ".join(sentence(one.fault) for one in refused.faults)) from refused
    return {"text": taken_words(taken), "url": arguments["url"]}


def taken_words(taken: Taken) -> str:
    """What became of a file of relations, in one sentence: every row is accounted for."""
    reading = taken.reading
    text = _(
        "读了 %(rows)d 行：新提示 %(kept)d 条，图上已有或问过的 %(known)d，和环节对不上的 %(strange)d，别的关系 %(other)d，自己对自己 %(loops)d，空的 %(blank)d"
    )
    said = text % {
        "rows": reading.rows, "kept": taken.kept, "known": taken.known, "strange": taken.strange, "other": reading.other,
        "loops": reading.loops, "blank": reading.blank,
    }  # fmt: skip
    if reading.bad:
        lines = _("、").join(str(line) for line in reading.bad_lines)
        said += _("，读不了的 %(n)d（第 %(lines)s 行等）") % {"n": reading.bad, "lines": lines}
    if taken.beyond:
        said += _("，只留最对得上的，另有 %(n)d 条没有留") % {"n": taken.beyond}
    return said


def _row(found: Found, firm: Firm, node: Node, day: date) -> Placement:
    reasons = [[reason.code, dict(reason.params)] for reason in found.reasons[:REASONS]]
    return Placement(
        ref=f"{firm.pk}:{node.pk}", firm=firm, node=node, role=found.role, level=found.level,
        score=round(found.score, 3), reasons=reasons, as_of=day,
    )  # fmt: skip


def _chunks(rows: Iterator[FirmText]) -> Iterator[list[FirmText]]:
    part: list[FirmText] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def queue_plan(asked: Asked, actor: Actor) -> Job:
    """Queue one lengthening plan; the same question that waits or runs already is not queued twice."""
    waiting = Job.objects.filter(
        kind=LENGTHEN, state__in=(Job.State.READY, Job.State.RUNNING), arguments__key=asked.query
    )
    there = waiting.filter(user_id=actor.user_id).first()
    if there is not None:
        return there
    arguments = {"key": asked.query, "asked": {**asdict(asked), "must": list(asked.must), "leave": list(asked.leave)}}
    return enqueue(LENGTHEN, _("测算延链方案"), actor, arguments)


def plan_for(asked: Asked) -> Job | None:
    """The newest run for these parameters, whoever asked, that was not given up."""
    runs = Job.objects.filter(kind=LENGTHEN, arguments__key=asked.query).exclude(state=Job.State.CANCELLED)
    return runs.order_by("-id").first()


@job(LENGTHEN)
def solve_plan(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Solve one plan on today's rows, in a process of its own (``solver``). Nothing is written but the job's result."""
    raw = arguments["asked"]
    asked = Asked(**{**raw, "must": tuple(raw["must"]), "leave": tuple(raw["leave"])})
    latest, found = revision(READ), graded()
    given = problem(found, asked)
    progress.step(0, 1, _("求解 %(n)d 个候选环节") % {"n": len(given.candidates)}, force=True)
    plan = run_solver(given)
    progress.step(1, 1, force=True)
    return {"plan": plan, "newest": latest, "day": found.grading.today.isoformat(), "text": _("方案已算好")}


def run_solver(given: LengtheningProblem) -> Mapping[str, Any]:
    """The plan as plain values. Raises JobError when the solver's process takes too long or fails."""
    raw = {**asdict(given), "present": sorted(given.present)}
    limit = LOADING + SOLVES * given.seconds
    try:
        done = subprocess.run(
            [sys.executable, "-m", SOLVER],
            input=json.dumps(raw),
            capture_output=True,
            text=True,
            timeout=limit,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise JobError(_("求解超过 %(n)d 秒，已停下。少选几个环节，或只算一条链。") % {"n": int(limit)}) from error
    except subprocess.CalledProcessError as error:
        raise JobError(_("求解程序没有算完：%(why)s") % {"why": (error.stderr or "").strip()[-200:]}) from error
    plan: Mapping[str, Any] = json.loads(done.stdout)
    return plan

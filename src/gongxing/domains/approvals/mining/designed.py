"""A version of a flow as the replay reads it, and the path each case took through its desks.

1. A step is one event, when it is settled: 会签 when all its desks have acted, 或签 when one has. What a condition decides is not asked: every way on is a way.
2. An act taken back is none (flows O6). A return to walk again takes the path back to before that step; after a direct return the repeated step is left out, since
   the case goes back to where it came from (flows O5). Added signers and transfers are lawful and leave no event of their own.
3. The cases are those of the version's items handed in since it is in force, and all that ever ran in a version of this flow. To its end a flow is walked only by
   a case that was delivered: what was refused, withdrawn or is under way has only come some of the way.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from gongxing.domains.approvals.flow_defs import flow_of
from gongxing.domains.approvals.flow_words import step_name
from gongxing.domains.approvals.mining.paths import Path, Paths, paths_of
from gongxing.domains.approvals.models import Case, CaseFlow, FlowVersion
from gongxing.engines.flows import Flow as Desks
from gongxing.engines.flows import State, state_from_json
from gongxing.engines.process import Arrow, Flow, Step, flow_faults
from gongxing.kernel.access.visible import visible
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.org.actor import Actor

READS = ("approvals.case", "projects.project", "approvals.caseflow", "approvals.flowversion", "org.unit")
PIECE = 200


def net_of_desks(flow: Desks) -> Flow | None:
    """The designed flow; None where it cannot be replayed (a draft with faults)."""
    steps = tuple(Step(one.key, one.key if one.desks else "") for one in flow.steps)
    arrows = tuple(Arrow(*pair) for pair in dict.fromkeys((one.source, one.target) for one in flow.arrows))
    starts = tuple(one.key for one in flow.steps if one.kind == "start")
    ends = tuple(one.key for one in flow.steps if one.kind == "end")
    found = Flow(steps, arrows, starts, ends)
    return None if flow_faults(found) else found


def way_of(state: State) -> Path:
    """The path of a case by the state of its flow."""
    visits: dict[tuple[str, int], list[tuple[str, int]]] = {}
    waits = {(one.step, one.round) for one in state.open if not one.added}
    for done in state.done:
        if not done.task.added:
            visits.setdefault((done.task.step, done.task.round), []).append((done.verdict, done.closed_by))
    acts: list[tuple[int, str, str, str]] = []
    for (step, round_), closed in visits.items():
        verdicts = {verdict for verdict, _number in closed}
        acted = [number for verdict, number in closed if verdict not in ("lapsed", "transfer")]
        if (step, round_) not in waits and acted and "return" not in verdicts:
            acts.append((max(acted), "done", step, ""))
    acts += [(number, "return", one.to, one.way) for number, one in enumerate(state.log, 1) if one.verb == "return" and not one.withdrawn_by]  # fmt: skip
    path: list[str] = []
    owed: list[str] = []
    for _number, what, step, way in sorted(acts):
        if what == "return" and way == "direct":
            owed.append(step)
        elif what == "return":
            if step in path:
                del path[len(path) - 1 - path[::-1].index(step) :]
            owed.clear()
        elif owed and owed[-1] == step:
            owed.pop()
        else:
            path.append(step)
    return tuple(path)


def cases_of(version: FlowVersion, actor: Actor) -> Any:
    """The cases a version is held against, of those the actor may see."""
    asked = Q(flow__flow__code=version.code)
    if version.in_force_on is not None:
        asked |= Q(item__in=version.items, received_on__gte=version.in_force_on)
    return visible(Case.objects.filter(asked), actor)


def designed_paths(version: FlowVersion, actor: Actor, progress: Progress | None = None) -> Paths:
    """The paths of all its cases; one that never entered a flow has an empty one. A query for every two hundred cases in a flow, one for all others."""
    cases = {row[0]: row for row in cases_of(version, actor).order_by("pk").values_list("pk", "item", "unit_id", "received_on", "state")}  # fmt: skip
    keys = list(cases)
    rows: dict[int, tuple[int, Path]] = {}
    for start in range(0, len(keys), PIECE):
        piece = CaseFlow.objects.filter(case_id__in=keys[start : start + PIECE]).values_list("case_id", "flow_id", "state")  # fmt: skip
        for key, flow, state in piece:
            try:
                rows[key] = (flow, way_of(state_from_json(state)))
            except ValueError:  # somebody wrote past the program: the daily proof tells the post
                rows[key] = (flow, ())
        if progress is not None:
            progress.step(start, len(keys))
    return paths_of(
        [
            (key, item, unit, received.year, state == Case.State.DELIVERED, rows.get(key, (version.pk, ()))[0] != version.pk, rows.get(key, (0, ()))[1])
            for key, item, unit, received, state in cases.values()
        ]
    )  # fmt: skip


def lacking(_activity: str, steps: tuple[str, ...], _path: Path) -> tuple[str, ...]:
    """The steps the net names."""
    return steps


def version_words(version: FlowVersion) -> dict[str, str]:
    """The names of its steps by their keys."""
    flow = flow_of(version.definition)
    return {} if flow is None else {one.key: step_name(flow, one.key) for one in flow.steps}


def body_of(paths: Paths) -> bytes:
    """Paths as bytes."""
    return json.dumps(paths.plain()).encode()


def raw_of(body: bytes) -> Mapping[str, Any]:
    """What ``body_of`` wrote. ValueError where it is none."""
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("no paths")
    return found

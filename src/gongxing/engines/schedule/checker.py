"""An independent look at a schedule: every task once, nothing before what it waits for or its release, capacities at every start, the bound."""

from __future__ import annotations

from gongxing.engines.reasons import Reason
from gongxing.engines.schedule.model import Problem, Result


def check(problem: Problem, result: Result) -> tuple[Reason, ...]:
    """What is wrong; empty when nothing is. Codes: schedule.missing, schedule.unknown, schedule.wrong_end (end is not start + duration),
    schedule.too_early (task, after), schedule.overrun (resource, time, used, there), schedule.wrong_makespan, schedule.wrong_bound
    (the bound lies above the end), schedule.wrong_status."""
    if result.makespan is None or result.status == "nothing_to_schedule":
        return () if not result.placed else (Reason.of("schedule.wrong_status", status=result.status),)
    tasks = {one.key: one for one in problem.tasks}
    at = {one.key: one for one in result.placed}
    found = [Reason.of("schedule.missing", task=key) for key in tasks if key not in at]
    found += [Reason.of("schedule.unknown", task=key) for key in at if key not in tasks]
    if len(at) != len(result.placed):
        found.append(Reason.of("schedule.unknown", task="twice"))
    if found:
        return tuple(found)
    for key, one in at.items():
        task = tasks[key]
        if one.end != one.start + task.duration:
            found.append(Reason.of("schedule.wrong_end", task=key))
        if one.start < max(0, task.release):
            found.append(Reason.of("schedule.too_early", task=key, after="release"))
        found += [
            Reason.of("schedule.too_early", task=key, after=other) for other in task.after if at[other].end > one.start
        ]
    for time in sorted({one.start for one in result.placed}):
        running = [tasks[one.key] for one in result.placed if one.start <= time < one.end]
        for k, resource in enumerate(problem.resources):
            used = sum(one.demands[k] for one in running)
            if used > resource.capacity:
                said = {"resource": resource.key, "time": str(time), "used": str(used), "there": str(resource.capacity)}
                found.append(Reason.of("schedule.overrun", **said))
    end = max(one.end for one in result.placed)
    if end != result.makespan:
        found.append(Reason.of("schedule.wrong_makespan", told=str(result.makespan), found=str(end)))
    if result.bound > end:
        found.append(Reason.of("schedule.wrong_bound", bound=str(result.bound)))
    if (result.status == "optimal") != (result.bound >= end):
        found.append(Reason.of("schedule.wrong_status", status=result.status))
    return tuple(found)

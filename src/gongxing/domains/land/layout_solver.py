"""Laying projects out in a process of its own: reads a question from standard input as JSON, writes progress and the answer to standard output.

Run as ``python -m gongxing.domains.land.layout_solver``. Nobody imports this module: the solvers it loads live and die with its process. The question is
``{"problem": …, "seconds": …}`` for the plans; with ``"plan"`` and ``"key"`` what it would take to place a project; with ``"fixed"`` besides, everything
arranged anew around a placement made by hand. Lines of progress are ``{"done": share, "step": code}``; the last line is ``{"answer": …, "faults": […]}``.
"""

import json
import os
import sys
from dataclasses import replace
from typing import Any, TextIO

from gongxing.engines.allocation import Fixed, problem_from_json, result_from_json, to_json
from gongxing.engines.allocation.allocating import allocate
from gongxing.engines.allocation.asking import override, why
from gongxing.engines.allocation.checker import check


def main() -> int:
    """Answer what stands on standard input. What the solvers themselves print goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    raw = json.load(sys.stdin)
    out.write(json.dumps(answer(raw, out)) + "\n")
    out.flush()
    return 0


def answer(raw: dict[str, Any], out: TextIO) -> dict[str, Any]:
    """The answer to one question as plain values."""

    def progress(done: float, step: str) -> bool:
        out.write(json.dumps({"done": done, "step": step}) + "\n")
        out.flush()
        return True

    problem = problem_from_json(json.dumps(raw["problem"]))
    seconds = float(raw.get("seconds", 30.0))
    if "key" not in raw:
        result = allocate(problem, seconds, progress)
        return {"answer": json.loads(to_json(result)), "faults": [one.code for one in check(problem, result)]}
    plan = result_from_json(json.dumps(raw["result"])).plans[int(raw.get("plan", 0))]
    if "fixed" not in raw:
        return {"answer": json.loads(to_json(why(problem, plan, raw["key"], seconds, progress))), "faults": []}
    held = Fixed(tuple(raw["fixed"]["parcels"]), int(raw["fixed"]["phase"]), raw["fixed"].get("mu"))
    made = override(problem, plan, raw["key"], held, seconds, progress)
    projects = tuple(replace(one, fixed=held) if one.key == raw["key"] else one for one in problem.projects)
    wrong = check(replace(problem, projects=projects), made.result)
    return {"answer": json.loads(to_json(made)), "faults": [one.code for one in wrong]}


if __name__ == "__main__":
    sys.exit(main())

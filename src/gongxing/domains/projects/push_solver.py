"""The choice of projects in a process of its own: reads a question from standard input as JSON, writes the answer to standard output.

Run as ``python -m gongxing.domains.projects.push_solver``. Nobody imports this module (see ``chain.analysis.solver`` for why). The question is
``{"problem": …}`` for the plans, or ``{"problem": …, "result": …, "key": …}`` for what it would take to let one project in.
"""

import json
import os
import sys

from gongxing.engines.portfolio import check, problem_from_json, result_from_json, to_json
from gongxing.engines.portfolio.choosing import choose
from gongxing.engines.portfolio.explaining import explain


def main() -> int:
    """Answer what stands on standard input. What the solver itself prints goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    raw = json.load(sys.stdin)
    problem = problem_from_json(json.dumps(raw["problem"]))
    if "key" in raw:
        best = result_from_json(json.dumps(raw["result"])).best
        answer = to_json(explain(problem, best, raw["key"])) if best is not None else "null"
        out.write(json.dumps({"answer": json.loads(answer)}))
    else:
        result = choose(problem)
        faults = [one.code for one in check(problem, result)]
        out.write(json.dumps({"answer": json.loads(to_json(result)), "faults": faults}))
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The lengthening plan in a process of its own: reads a problem from standard input as JSON, writes the plan to standard output.

Run as ``python -m gongxing.domains.chain.analysis.solver``. Nobody imports this module: the solver behind it takes longer to load than the whole
site and stays in memory, so neither web server nor worker carries it, and a crash in native code ends only this process.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gongxing.engines.chain import Budgets, Candidate, LengtheningProblem, LinkValue
from gongxing.engines.chain.lengthening import lengthen


def problem_of(raw: Mapping[str, Any]) -> LengtheningProblem:
    """The problem a caller wrote with ``dataclasses.asdict`` and ``present`` as a list."""
    return LengtheningProblem(
        candidates=tuple(Candidate(**one) for one in raw["candidates"]),
        links=tuple(LinkValue(**one) for one in raw["links"]),
        present=frozenset(raw["present"]),
        k=raw["k"],
        budgets=Budgets(**raw["budgets"]),
        min_relatedness=raw["min_relatedness"],
        must=tuple(raw["must"]),
        seconds=raw["seconds"],
    )


def main() -> int:
    """Solve what stands on standard input. What the solver itself prints goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    plan = lengthen(problem_of(json.load(sys.stdin)))
    json.dump(asdict(plan), out, allow_nan=False)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Gates between the stages of a project: what is required, what is missing, who owes it, which step is allowed, which dates cannot be.

Algebra. A requirement r of a stage holds a condition w(r) over facts, three-valued, and a state of the thing required, m(r).

1. A row of the pack may name several stages; it is one requirement of each. w(r) false → not needed. w(r) unknown → unknown, with the facts to ask for; it counts like missing, for nobody knows yet.
2. w(r) true, or no condition: m(r) true → met; m(r) false → missing; m(r) unknown (a check not made) → unknown.
   A field is there when it has a value: 0 and "no" are values; None and blank text are not. A document is there or not.
   A check or promise is true, false or None.
3. A gate is open when no requirement of severity ``block`` is missing or unknown.
4. A step s → t is allowed when t is among the exits of s. Otherwise the stages one would have to go through are the inner stages of a shortest
   path from s to t over exits that lead forward on the main line; ties go to the order of the stages.
5. Resuming from a hold: t is the stage the project was held at, or out; where nobody knows that stage, any exit.
6. Dates: for every stage with a day d(t): d(t) ≤ today; d(t) ≥ d(u) for every stage u that must not come later, directly or through others;
   of several broken ones the latest d(u) is told. Planned days stand in their order; equal days are in order.

Whether a condition holds is asked of ``applies``: any expression engine will do.
"""

from gongxing.engines.gates.dates import DateFault, order_faults, plan_faults
from gongxing.engines.gates.missing import Facts, Finding, Requirement, is_open, look, missing, names_in
from gongxing.engines.gates.steps import Stage, Step, step

__all__ = [
    "DateFault",
    "Facts",
    "Finding",
    "Requirement",
    "Stage",
    "Step",
    "is_open",
    "look",
    "missing",
    "names_in",
    "order_faults",
    "plan_faults",
    "step",
]

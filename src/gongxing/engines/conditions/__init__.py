"""Conditions as data: typed predicates, what is wrong with them, their exact reading, and safe expressions.

Algebra. A predicate p over field f has the state t(p) ∈ {1, 0, ?} for a row: ? while the datum of f is unknown, whatever the operator.

1. A group G is a disjunction: t(G) = 1 if some t(p) = 1; else ? if some t(p) = ?; else 0.
2. A condition C is a conjunction of groups: t(C) = 0 if some t(G) = 0; else ? if some t(G) = ?; else 1. Without groups t(C) = 1.
3. Unknown are None, NaN, NaT and the empty text; the empty set is known. Unknown is never taken as 0, false or "no".
4. Numbers are compared as the decimals they are written as; days as days; both ends of ``between`` belong to it.
5. ``faults_of`` names what can never be right: fields that do not exist, operators and values of another kind, groups that contradict each
   other (``contradiction``), a window that ends before it begins.
6. ``parse`` reads expressions without Python's compiler (``expression``); and, or, not after Kleene.
"""

from gongxing.engines.conditions.codec import ConditionRefused, from_json, to_json
from gongxing.engines.conditions.evaluate import Truth, condition_state, group_state, holds, predicate_state
from gongxing.engines.conditions.expression import Expression, parse
from gongxing.engines.conditions.faults import Fault, faults_of
from gongxing.engines.conditions.model import OPS, Condition, Field, Group, Kind, Predicate, Window
from gongxing.engines.conditions.scanning import ExpressionRefused
from gongxing.engines.conditions.values import exact_number, known

__all__ = [
    "OPS",
    "Condition",
    "ConditionRefused",
    "Expression",
    "ExpressionRefused",
    "Fault",
    "Field",
    "Group",
    "Kind",
    "Predicate",
    "Truth",
    "Window",
    "condition_state",
    "exact_number",
    "faults_of",
    "from_json",
    "group_state",
    "holds",
    "known",
    "parse",
    "predicate_state",
    "to_json",
]

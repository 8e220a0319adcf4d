"""Many rows (firms, projects) against many clauses: 符合, 差一项, 缺数据, 不符合, with every reason on demand.

Algebra. Row r, clause c with groups G₁ … G_k (``engines/conditions``), F = #{i : t(G_i) = 0}, U = #{i : t(G_i) = ?}:

1. F = 0 and U = 0: meets. 2. F = 0 and U > 0: missing, and the data asked for are the unknown ones of the undecided groups.
3. F = 1, U = 0 and the false group has a predicate over a field that can still be changed: near. 4. Else: fails.
5. A clause with a fault is faulty for every row; it never touches the other clauses.
6. The window (days on which one can apply) changes no status; it is told beside it with the days left: for near the last day is "by when".
7. Shortfall of a predicate: the distance to the nearest value that does, exact; |bound - actual| / |bound| orders the ways to mend a group.
8. Cost of a clause: Σ min(cap, fixed or rate × number) over the rows that meet it; a number nobody knows, or one below 0, is counted apart.
9. What a row that lacks one thing would get: where the nearest way is a shortfall of the very number the rate is taken of, the rate is taken of the
   bound, the number as it is once the gap is closed; else of the number as it stands.

One boolean array per distinct predicate is shared by all clauses. A double decides a comparison unless the numbers have more than 15 digits; those
few are decided on decimals. ``explain`` works on one row without arrays, and tests hold the two against each other.
"""

from gongxing.engines.matching.columns import Column, Table, column
from gongxing.engines.matching.costing import Cost
from gongxing.engines.matching.explain import clause_faults, explain, shortfall, worth_of
from gongxing.engines.matching.match import Matching, Reach, match
from gongxing.engines.matching.model import (
    Amount,
    Clause,
    ClauseId,
    Explanation,
    GroupState,
    PredicateState,
    Shortfall,
    Status,
    amount_faults,
)

__all__ = [
    "Amount",
    "Clause",
    "ClauseId",
    "Column",
    "Cost",
    "Explanation",
    "GroupState",
    "Matching",
    "PredicateState",
    "Reach",
    "Shortfall",
    "Status",
    "Table",
    "amount_faults",
    "clause_faults",
    "column",
    "explain",
    "match",
    "shortfall",
    "worth_of",
]

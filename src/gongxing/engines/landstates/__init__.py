"""The state of a parcel from its dated facts, days to the identification as idle land, and the commitments of standard land.

States (rulebook 6.2; the first that holds, in this order, is *the* state, the others are told beside it):

1. ``taken_back``; ``idle_land``: identified and not lifted; ``inefficient_land``: on the list (6.4 is judged elsewhere and handed in).
2. Supplied and in use: ``built_unproductive`` (建而未投): finished, not in production, and the agreed day of production has passed or there is
   none; ``below_standard`` (投而未达标): in production, measured below its standard, and the agreed day of full production has passed or there is
   none; ``partly_used`` (用而未尽): started on less than its whole area after the agreed finish, or finished on less; then ``normal`` (measured
   and reaching the standard), ``producing`` (not yet measured, or not yet due), ``finished`` (production agreed for later), ``building``.
3. Supplied, not started: ``supplied_unused`` (供而未用) after the agreed day of start, else ``supplied``.
4. Not supplied: ``approved_unsupplied`` (批而未供), ``under_approval``, ``planned``.

Countdown (6.3). Let B be the agreed day of start of a parcel not started (rule ``not_started``), or the day it was stopped where less than
``area`` of the area is started or less than ``invest`` of the investment made (rule ``stopped``).

5. The full year runs from B to the same day of the next year; where that day does not exist (29 February) to the last day of the month.
   N = days from B to that day. B itself is day 0; the year is full, and the criterion met, on day N.
6. A day d > B does not count when some delay (p, q] has p < d ≤ q, is of a kind the law excuses and has evidence. Delays that overlap excuse a
   day once. The due day is the N-th counted day after B; while an excused delay is open the clock stands and there is no due day.
7. A delay without evidence, one that ends before it starts, and the part of one up to B are named as not counted.
8. Two full years on the same clock: taking back free of charge, for ``not_started`` only; the fee, a share of the price, likewise.
9. With one share unknown and the other not below its line, the clock of ``stopped`` is told as uncertain, with what is missing.

Days are calendar days. Facts after today have not happened. The criterion being met is not the identification, which is an act of its own.

Sources: rulebook 6.2, 6.3, 6.6, G13; 城市房地产管理法 Art. 26; 闲置土地处置办法 (令53号); the pause (p, q] as rulebook H7. Lines come from
``parameters`` (idle.*, standard.*); those not verified are told in ``marks``.
"""

from gongxing.engines.landstates.checker import ProofDay, check, proof
from gongxing.engines.landstates.clock import Clock, Countdown, Span, countdown
from gongxing.engines.landstates.commitments import (
    Commitment,
    Kept,
    Milestone,
    Stage,
    StageRule,
    kept,
    milestones,
    stage_rules_from_rows,
)
from gongxing.engines.landstates.model import Delay, LandFacts, Period, Rules, after
from gongxing.engines.landstates.states import STATES, LandState, state_of

__all__ = [
    "STATES",
    "Clock",
    "Commitment",
    "Countdown",
    "Delay",
    "Kept",
    "LandFacts",
    "LandState",
    "Milestone",
    "Period",
    "ProofDay",
    "Rules",
    "Span",
    "Stage",
    "StageRule",
    "after",
    "check",
    "countdown",
    "kept",
    "milestones",
    "proof",
    "stage_rules_from_rows",
    "state_of",
]

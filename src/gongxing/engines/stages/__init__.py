"""七个一批, 四个一批 and 三个一批 of a year, computed from the days of a project, never typed.

Algebra. For year Y and today t ≤ 31 December of Y, or any later day, let r = min(t, 31 December of Y). A day counts as reached when it is
known and ≤ r; the year is open while t is in Y. A plan counts for finishing, producing and full capacity only while the year is open.
The seven, in this order, so that a project is in exactly one of them or in none for a reason:

0. Removed, transferred or on hold on r: none. Full capacity reached before Y: none.
1. started 开工: start reached in Y (outside projects that really start, local firms' new ones).
2. full 达产: production reached before Y, and full capacity reached in Y or planned in Y; otherwise a producing project is in none.
3. producing 投产: carried over (start, or completion, before Y) and completed or producing in Y, reached or planned.
4. building 建设: started before Y, and neither completed nor producing in Y.
5. signed 签约: signed, or in preparation without an agreement, not started, and able to start in Y: planned start not after Y. A plan that has
   passed without a start still counts and is told; without a plan, or with one after Y, none.
6. negotiation 洽谈: terms under negotiation.   7. concept 谋划: an idea, or in the pool.

Four batches: the furthest stage reached on r, by the groups of the stages pack. Three batches: the furthest of signing, start and production
that happened in Y, for projects that reach the entry size of their type.

Sources: the definitions of the seven are those of a county's published notice of 2025 (L-RA in the vocabulary of sources), the three of L-LS;
that a year begun and finished within itself counts as started, and the treatment of missing and missed plans, are ours.
"""

from gongxing.engines.stages.batches import SEVEN, THREE, Batch, four_batch, seven_batch, three_batch
from gongxing.engines.stages.days import ProjectDays, furthest

__all__ = ["SEVEN", "THREE", "Batch", "ProjectDays", "four_batch", "furthest", "seven_batch", "three_batch"]

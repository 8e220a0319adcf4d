"""Clearing land (征拆): how hard a parcel is, how far it has come, what it may cost and take, and the steps the law puts in order.

Only parcels and their units are rated, by numbers; no household is ever named (rulebook 6.10).

Difficulty. Parts p with weights w(p), Σ w = 100, and a share s(p) ∈ [0, 1]; ``full`` is the measure that earns the whole weight:

1. households: ln(1 + h) ÷ ln(1 + full); building: m² of building per mu ÷ full; disputes: share of the area in dispute ÷ full; stoppage: monthly
   loss of firms (万元) ÷ full; each at most 1. funds: 1 − share of the compensation in place. farmland_forest, legacy: the share of a level.
2. attachments: the largest of graves, area of crops, livestock farms, each ÷ its full, at most 1.
3. An unknown part has s between 0 and 1 (attachments: between the largest known and 1). index = [Σ w·s low, Σ w·s high]; never an unknown as 0.

Progress: by agreements ÷ households, households gone ÷ households, area cleared ÷ area, paid ÷ compensation, each over the units that know both.

Estimate, from the county's own finished units with both figures:

4. rate = cost ÷ m² of building, cost ÷ mu, months × 100 ÷ households; the ``nearest`` units by |difficulty − own|, equal ones by their key.
   A difficulty that is a range stands for its middle, and that is said.
5. From n rates the quantiles ¼, ½, ¾ (linear between order statistics: position (n − 1)·q) times the parcel's own size. Fewer than ``least``
   units: too few, no figure.

Steps of the law (``steps``), from a pack:

6. A step may be taken once all it comes after are done, and for those named so their least periods are full. A period of n days that begins on day d covers d + 1 to
   d + n; the next step is possible from the day after. Working days are counted by the calendar handed in; without one, unknown.
7. A step with a limit is due n days after the one it runs from.

Sources: rulebook 6.10; 国有土地上房屋征收与补偿条例 Art. 10, 12, 27; 土地管理法实施条例 Art. 26, 28, 31. Weights and full measures are the product's
(``parameters``, clearance.*); steps and their status from ``clearance/steps``.
"""

from gongxing.engines.clearance.checker import check_difficulty, check_estimate
from gongxing.engines.clearance.difficulty import Difficulty, PartScore, difficulty
from gongxing.engines.clearance.estimating import Estimate, estimate
from gongxing.engines.clearance.model import Finished, Rules, UnitFacts, UnitProgress
from gongxing.engines.clearance.progress import Measure, progress
from gongxing.engines.clearance.steps import LegalStep, Period, StepState, sequence, steps_from_rows

__all__ = [
    "Difficulty",
    "Estimate",
    "Finished",
    "LegalStep",
    "Measure",
    "PartScore",
    "Period",
    "Rules",
    "StepState",
    "UnitFacts",
    "UnitProgress",
    "check_difficulty",
    "check_estimate",
    "difficulty",
    "estimate",
    "progress",
    "sequence",
    "steps_from_rows",
]

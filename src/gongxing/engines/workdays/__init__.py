"""Working days, limits and proofs. Pure: the calendar arrives as rows, the clock as arguments.

Algebra. Let w(d) be 1 on a working day and 0 otherwise, W(d) the number of working days up to and including d, and P the set of
paused days. For a limit of n units started on day s:

1. The day of acceptance is not counted: counting begins on s + 1.
2. Pauses: a pause noticed on p and ended on q takes the days p < d ≤ q out, P = ∪ (p, q]. A pause without an end takes out
   everything after p, and the limit has no due day yet (its due instant is the last representable day, marked open).
3. Working days: the due day is the least d with Σ_{s < e ≤ d, e ∉ P} w(e) = n.
4. Calendar days: the least d with #{e : s < e ≤ d, e ∉ P} = n; months: the same day n months on (or the month's last day), plus
   one day for each paused day. If the last day is not a working day, it rolls to the next working day.
5. The due instant is the close of business of the due day.
6. Hours and minutes run in office hours of working days that are not paused; a start outside them counts from the next opening.
7. A year without a holiday notice is computed with its statutory days and whatever depends on it is marked provisional.

Sources: 行政许可法 Art. 82 (limits are working days), 民法典 Art. 201, 203 (first day, last day); (2) and the half of (4) about
paused days are declared parameters of the calendar pack, because no statute settles them.
"""

from gongxing.engines.workdays.book import LAST, Calendar, OfficeHours
from gongxing.engines.workdays.limits import Due, Limit, Pause, ProofDay, due, due_many, proof

__all__ = ["LAST", "Calendar", "Due", "Limit", "OfficeHours", "Pause", "ProofDay", "due", "due_many", "proof"]

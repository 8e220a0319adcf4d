"""The only place that knows what time it is; and limits that start, pause and end by facts.

``now()`` is an aware datetime, ``today()`` the date in the county's time zone. Tests and rehearsals travel with ``at()``.
"""

from gongxing.kernel.clock.instant import at, day_of, end_of, now, today

__all__ = ["at", "day_of", "end_of", "now", "today"]

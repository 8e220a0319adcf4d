"""The days of a posting: until when objections are taken."""

from datetime import date, datetime, time

from django.utils import timezone

from gongxing.domains.land.models import Rating, RatingLine
from gongxing.engines.workdays import Limit, due
from gongxing.kernel.clock.calendar import calendar, office_hours
from gongxing.kernel.packs.tables import PackRow, table

OBJECTION, NOON = "permu.objection", time(12)


def objection_rule(day: date) -> PackRow:
    """How long a posting lasts, from the parameters of a day. LookupError where the county has no such row."""
    row = table("parameters", "parameters", day).by_key(OBJECTION)
    if row is None:
        raise LookupError(OBJECTION)
    return row


def last_day(posted_on: date) -> date:
    """The last day on which an objection is taken: the day of posting does not count, a last day that is no working day rolls on (民法典 Art. 201, 203)."""
    rule = objection_rule(posted_on)
    start = datetime.combine(posted_on, NOON, timezone.get_default_timezone())
    return due(Limit(int(rule["value"]), rule["unit"]), start, (), calendar(), office_hours()).at.date()


def objections_taken(rating: Rating, day: date) -> bool:
    """Whether the round takes objections on a day."""
    return rating.state == Rating.State.POSTED and rating.posted_until is not None and day <= rating.posted_until


def waiting(line: RatingLine) -> bool:
    """Whether an objection waits for its answer."""
    return bool(line.objection) and not line.answer

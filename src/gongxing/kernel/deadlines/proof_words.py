"""The words of a proof day by day: why a day counts or does not."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxing.engines.workdays import Limit, ProofDay, proof
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar, gap, notice_day_counts, office_hours, paused
from gongxing.kernel.deadlines.limits import proof_of
from gongxing.kernel.deadlines.models import Deadline, Pause

DAY_WORDS = {
    "start": _("起算日，不计"), "workday": _("工作日"), "make_up": _("调休上班"), "weekend": _("周末"), "holiday": _("节假日"),
    "calendar": _("自然日"), "rolled": _("末日顺延"), "agreed": _("双方约定的日子，不按天数推算"),
    "agreed_off": _("双方约定的日子，不按天数推算；这一天不上班，但不顺延"),
}  # fmt: skip


def proof_lines(deadline: Deadline) -> list[dict[str, Any]]:
    """Every day of a deadline: ``day``, whether it is ``counted``, which ``number`` it is, and ``why``. While it stands still the days up to today."""
    pauses = list(deadline.pauses.order_by("start"))
    days = _until_today(deadline, pauses) if any(one.end is None for one in pauses) else proof_of(deadline)
    return [
        {"day": line.day, "counted": line.counted, "number": line.number, "why": _why(line, pauses)} for line in days
    ]


def pause_words() -> str:
    """The reading of the two days of a pause, as the proof names it."""
    if notice_day_counts():
        return gettext("停钟的算法（本县选定）：告知那天仍计入，结束那天不计入")
    return gettext("停钟的算法（本县选定）：告知那天不计入，结束那天计入")


def _until_today(deadline: Deadline, pauses: Sequence[Pause]) -> list[ProofDay]:
    """The days of a clock that stands still: what runs on is taken to end today, and nothing after today is said."""
    day = today()
    gaps = tuple(gap(one.start, one.end or max(one.start, day)) for one in pauses)
    started = timezone.localtime(deadline.started_at)
    lines = proof(Limit(deadline.limit, deadline.unit), started, gaps, calendar(), office_hours())
    return [line for line in lines if line.day <= day]


def _why(line: ProofDay, pauses: Sequence[Pause]) -> str:
    """Why a day counts or not; of a day that stands still, by which papers."""
    if line.reason != "pause":
        return str(DAY_WORDS[line.reason])
    spans = [(one.proof, *paused(one.start, one.end)) for one in pauses]
    papers = [proof for proof, first, last in spans if first < line.day <= (last or line.day)]
    return gettext("停钟：%(papers)s") % {"papers": gettext("、").join(dict.fromkeys(papers))}

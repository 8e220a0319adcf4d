"""The words of a proof day by day: why a day counts or does not."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxing.engines.workdays import ProofDay
from gongxing.kernel.deadlines.limits import proof_of
from gongxing.kernel.deadlines.models import Deadline, Pause

DAY_WORDS = {
    "start": _("起算日，不计"), "workday": _("工作日"), "make_up": _("调休上班"), "weekend": _("周末"), "holiday": _("节假日"),
    "calendar": _("自然日"), "rolled": _("末日顺延"), "agreed": _("双方约定的日子，不按天数推算"),
    "agreed_off": _("双方约定的日子，不按天数推算；这一天不上班，但不顺延"),
}  # fmt: skip


def proof_lines(deadline: Deadline) -> list[dict[str, Any]]:
    """Every day of a deadline: ``day``, whether it is ``counted``, which ``number`` it is, and ``why``."""
    pauses = list(deadline.pauses.order_by("start"))
    return [
        {"day": line.day, "counted": line.counted, "number": line.number, "why": _why(line, pauses)}
        for line in proof_of(deadline)
    ]


def _why(line: ProofDay, pauses: Sequence[Pause]) -> str:
    """Why a day counts or not; of a day that stands still, by which papers."""
    if line.reason != "pause":
        return str(DAY_WORDS[line.reason])
    papers = [one.proof for one in pauses if one.start < line.day <= (one.end or line.day)]
    return gettext("停钟：%(papers)s") % {"papers": gettext("、").join(dict.fromkeys(papers))}

"""How much of what a paper or a file shows is invented. A demonstration begins with invented rows only, but whoever tries it brings real
ones along: «all invented» is said only where it is true."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Shown:
    """Rows of one sort that are shown: what they are called, how many of them are invented, how many there are."""

    label: str | Promise
    invented: int
    total: int


def invented_words(shown: Sequence[Shown]) -> str:
    """What must stand on it: that all is invented; else how much of each sort; "" for real rows outside a demonstration."""
    made, total = sum(one.invented for one in shown), sum(one.total for one in shown)
    if made and made == total:
        return _("演示数据，全部虚构。")
    if made:
        parts = [
            _("%(label)s %(n)s / %(total)s") % {"label": one.label, "n": f"{one.invented:,}", "total": f"{one.total:,}"}
            for one in shown
            if one.total
        ]
        return _("有虚构数据（虚构 / 全部）：%(parts)s。") % {"parts": _("，").join(parts)}
    return _("在演示环境里做的；列出的没有虚构数据。") if settings.DEMO and total else ""

"""Findings as people read them: marks in the text, who wrote it, what a state means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.policy.checking import AGREEMENT, BATCH, CLAUSE, CLEARED, CONFIRMED, EXPIRED, OPEN, Found
from gongxing.domains.policy.models import Finding

KINDS = {CLAUSE: _("政策条款"), AGREEMENT: _("协议条款"), BATCH: _("奖补批次")}
STATES = {
    OPEN: _("待处理"),
    CLEARED: _("已消除"),
    CONFIRMED: _("确认违反"),
    EXPIRED: pgettext_lazy("finding", "例外已到期"),
}
TONES = {OPEN: "warn", CLEARED: "good", CONFIRMED: "bad", EXPIRED: "warn"}
STATEMENT = _("规则只找字面，不判断用意：提示要由审查人核对；没有提示不等于合法。")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; ``tone`` is bad or warn where words hit, "" elsewhere."""

    text: str
    tone: str = ""


def pieces(text: str, found: Iterable[Found]) -> Iterator[Piece]:
    """The text cut at its marks; where a red and an amber word meet, red is told."""
    tones = [""] * len(text)
    for one in found:
        tone = "bad" if one.severity == Finding.Severity.RED else "warn"
        for mark in one.marks:
            for at in range(mark.start, min(mark.end, len(text))):
                tones[at] = "bad" if "bad" in (tones[at], tone) else tone
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or tones[at] != tones[start]:
            yield Piece(text[start:at], tones[start])
            start = at

"""What the classifier returns. Everything is frozen and hashable, and carries its reasons as codes, not sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from gongxing.engines.reasons import Reason

Status = Literal["shown", "ask", "no_activity"]
Level = Literal[0, 2, 3, 4]


class Pattern(NamedTuple):
    """What many firms have in common, so that one answer settles them all.

    Either a special form alone (``form``), or the last known word of the name, the first known word of the scope and
    the verb that governs it. Unknown parts are empty.
    """

    form: str = ""
    name_word: str = ""
    scope_word: str = ""
    verb: str = ""

    @property
    def blank(self) -> bool:
        """True when nothing was recognised: such a pattern groups unlike firms and cannot be confirmed."""
        return not (self.form or self.name_word or self.scope_word)


class Confidence(NamedTuple):
    """Calibrated probabilities (0..1) that the first four, three and two digits are right."""

    four: float
    three: float
    two: float


class Alternative(NamedTuple):
    """A candidate class and its score (no unit; comparable within one firm only)."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested GB/T 4754-2017 class for one firm.

    ``code4`` is the best class ("" when ``status`` is ``no_activity``); ``shown_code`` is what may be shown without
    asking: its first ``level`` digits (level 0: nothing, ask). ``alternatives`` holds up to three classes, best first.
    Reason codes: ``classify.confirmed``, ``classify.form`` (form), ``classify.class_name`` (word), ``classify.word``
    (word, where = name | scope, verb, code), ``classify.undecidable`` (division), ``classify.no_activity``.
    """

    code4: str
    level: Level
    shown_code: str
    confidence: Confidence
    reasons: tuple[Reason, ...]
    pattern: Pattern
    status: Status
    alternatives: tuple[Alternative, ...]

"""Bringing the classifier its lexicon, class names and the county's confirmed patterns."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gongxing.domains.firms.models import Firm, IndustryPattern
from gongxing.engines.classify import Lexicon, Pattern, Suggestion, classify
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import Table, table

MARK = "|"


def pattern_text(pattern: Pattern) -> str:
    """A pattern as one text, "" when nothing was recognised (such a pattern groups unlike firms)."""
    return "" if pattern.blank else MARK.join(pattern)[:160]


def pattern_from(text: str) -> Pattern:
    """The pattern behind a stored text."""
    return Pattern(*text.split(MARK))


@lru_cache(maxsize=2)
def _built(words: Table, names: Table) -> Lexicon:
    class_names = {row["code"]: row["name_zh"] for row in names if len(row["code"]) == 4}
    return Lexicon.build([dict(row) for row in words], class_names)


@lru_cache(maxsize=2)
def _class_names(names: Table) -> Mapping[str, str]:
    return {row["code"]: row["name_zh"] for row in names}


class Classifier:
    """The classifier as the county has it today. Building costs a few queries and, once a day, the lexicon."""

    def __init__(self) -> None:
        day = today()
        self._names = table("industry-codes", "gbt4754", day)
        self._lexicon = _built(table("industry-lexicon", "lexicon", day), self._names)
        rows = IndustryPattern.objects.values_list("pattern", "industry")
        self._confirmed = {pattern_from(text): code for text, code in rows}

    def suggest(self, name: str, scope: str) -> Suggestion:
        """The suggestion for one firm."""
        return classify(name, scope, self._lexicon, self._confirmed)

    def name_of(self, code: str) -> str:
        """The official name of a code, "" when it is none."""
        return _class_names(self._names).get(code, "")


def industry_fields(suggestion: Suggestion) -> dict[str, Any]:
    """Firm fields a suggestion fills. Below the threshold the code stays empty: the firm goes to 请确认."""
    shown = suggestion.shown_code if suggestion.status == "shown" else ""
    best = {4: suggestion.confidence.four, 3: suggestion.confidence.three, 2: suggestion.confidence.two}
    return {
        "industry": shown,
        "industry_source": Firm.IndustrySource.SUGGESTED if shown else Firm.IndustrySource.NONE,
        "industry_confidence": f"{best.get(suggestion.level, suggestion.confidence.four):.3f}",
        "industry_pattern": pattern_text(suggestion.pattern),
    }

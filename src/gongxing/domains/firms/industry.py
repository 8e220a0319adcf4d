"""Bringing the classifier its lexicon, class names and the county's confirmed patterns."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from gongxing.domains.firms.models import Firm, IndustryPattern
from gongxing.engines.classify import Lexicon, Pattern, Suggestion, classify
from gongxing.kernel.clock import today
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import Table, table

MARK = "|"
WORDS, CODES = ("industry-lexicon", "lexicon"), ("industry-codes", "gbt4754")


def pattern_text(pattern: Pattern) -> str:
    """A pattern as one text, "" when nothing was recognised (such a pattern groups unlike firms)."""
    return "" if pattern.blank else MARK.join(pattern)[:160]


def pattern_from(text: str) -> Pattern:
    """The pattern behind a stored text."""
    return Pattern(*text.split(MARK))


def _edits() -> tuple[str, ...]:
    """What the county changed in the lexicon. One query; the same edits are the same key, so that a save does not arrange 2,450 words."""
    rows = PackEdit.objects.filter(pack=WORDS[0], table=WORDS[1]).order_by("id")
    return tuple(str(row) for row in rows.values_list("row_key", "values", "valid_from", "valid_to", "withdrawn"))


@lru_cache(maxsize=4)
def _built(day: date, edits: tuple[str, ...], names: Table) -> Lexicon:
    class_names = {row["code"]: row["name_zh"] for row in names if len(row["code"]) == 4}
    return Lexicon.build([dict(row) for row in table(*WORDS, day)], class_names)


@lru_cache(maxsize=2)
def _class_names(names: Table) -> Mapping[str, str]:
    return {row["code"]: row["name_zh"] for row in names}


class Classifier:
    """The classifier as the county has it today. Building costs a few queries and, once a day, the lexicon."""

    def __init__(self) -> None:
        day = today()
        self._names = table(*CODES, day)
        self._lexicon = _built(day, _edits(), self._names)
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
        "industry_confidence": Decimal(f"{best.get(suggestion.level, suggestion.confidence.four):.3f}"),
        "industry_pattern": pattern_text(suggestion.pattern),
    }

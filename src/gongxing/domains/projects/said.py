"""Reasons of the pool in the reader's language: codes of stages, levels and parts get their names of the gates pack."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language

from gongxing.domains.projects.models import Project
from gongxing.domains.projects.sentences import reason_words
from gongxing.engines.reasons import Reason
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import Table, table

STAGES: Mapping[str, Any] = dict(Project.Stage.choices)


def pack_word(row: Mapping[str, str]) -> str:
    """A pack row's name in the reader's language."""
    english = row.get("name_en", "") if (get_language() or "").startswith("en") else ""
    return english or row.get("name_zh", "")


class Words:
    """Puts codes into words with the tables as they hold today. One query a table."""

    def __init__(self) -> None:
        day = today()
        self._levels: Table = table("gates", "maturity_levels", day)
        self._parts: Table = table("gates", "maturity", day)

    def level(self, scale: str, code: str) -> str:
        """The name of a level of a scale; the code where the pack has none."""
        row = self._levels.by_key(scale, code)
        return code if row is None else pack_word(row)

    def part(self, code: str) -> str:
        """The name of a part of the maturity score."""
        row = self._parts.by_key(code)
        return code if row is None else pack_word(row)

    def say(self, reason: Reason, scale: str = "") -> str:
        """The sentence of a reason of the stages and maturity engines. ``scale``: where its levels are named."""
        return reason_words(reason.code, reason.details, self._naming(scale))

    def stored(self, reasons: Iterable[Sequence[Any]]) -> list[str]:
        """The sentences of stored [code, values] pairs; what is no such pair is left out."""
        pairs = [one for one in reasons if len(one) == 2 and isinstance(one[1], Mapping)]
        return [reason_words(str(code), values, self._naming("catalogue")) for code, values in pairs]

    def _naming(self, scale: str) -> Callable[[str, str], str]:
        def named(name: str, code: str) -> str:
            if name == "stage":
                return str(STAGES.get(code, code))
            if name == "level":
                return self.level(scale, code)
            if name in ("investment", "minimum"):
                return money(code)
            return percent(code) if name == "share" and "%" not in code else code

        return named


def money(text: str) -> str:
    """An amount in 万元 with separators, without trailing noughts."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return f"{value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize():,f}"


def percent(text: str) -> str:
    """A share 0 to 1 as a whole percentage, cut off so that 100 % means all."""
    try:
        return f"{int(Decimal(text) * 100)}%"
    except (InvalidOperation, ValueError, OverflowError):
        return text

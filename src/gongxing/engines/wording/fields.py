"""Fields that may never decide who is supported or how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """``use``: eligibility or amount; ``field`` as the clause names it; ``rule`` the wording rule of the same thing; article and words to
    show; ``source`` and ``status`` of the row it rests on."""

    use: str
    field: str
    rule: str
    article_zh: str
    words_zh: str
    words_en: str
    source: str
    status: str

    @classmethod
    def from_row(cls, row: Mapping[str, str], source: str, status: str) -> FieldRefusal:
        """From a row of ``fair-competition/refused_fields``; source and status stand beside a pack row's cells."""
        return cls(
            row["use"], row["field"], row["rule"], row["article_zh"], row["words_zh"], row["words_en"], source, status
        )


def refused_fields(use: str, fields: Iterable[str], refusals: Iterable[FieldRefusal]) -> tuple[FieldRefusal, ...]:
    """The refusals that meet this use (``eligibility`` or ``amount``) of these fields, in the order of the fields, each once.

    A field under a register (``firm.lead_firm``) is refused as its last part is.
    """
    by_field: dict[str, list[FieldRefusal]] = {}
    for one in refusals:
        if one.use == use:
            by_field.setdefault(one.field, []).append(one)
    found: dict[FieldRefusal, None] = {}
    for name in fields:
        for one in (*by_field.get(name, ()), *by_field.get(name.rpartition(".")[2], ())):
            found[one] = None
    return tuple(found)

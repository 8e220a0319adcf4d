"""The rules of the fair-competition review in the reader's language, how each can be excepted, and the fields no clause may ask for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from gongxing.domains.policy.models import Finding
from gongxing.engines.wording import FieldRefusal, WordingRules
from gongxing.engines.wording import refused_fields as refused_by
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import PackRow, Table, table

PACK = "fair-competition"
OF_CLAUSE, OUTSIDE, OVER_CAP, UNLOOKED, OVER_POT = "B01", "B02", "B03", "B04", "B05"
OVER_DUE, UNDER_DUE, NO_FIGURE = "B06", "B07", "B08"
LIST_RULES = frozenset({OF_CLAUSE, OUTSIDE, OVER_CAP, UNLOOKED, OVER_POT, OVER_DUE, UNDER_DUE, NO_FIGURE})
"""Rules about the facts of a list of awards; all others are about words."""
NONE, BY_LAW, ART_12, OPEN_OR_12, NOTHING = (
    "none",
    "law_or_state_council",
    "art12",
    "art12_or_open_conditions",
    "nothing",
)
"""How a rule can be excepted; ``nothing``: what is found is a fact that only another list, or other data, mends."""
Ground = Finding.Ground
ARTICLE_12 = frozenset({Ground.SECURITY, Ground.SCIENCE, Ground.GREEN, Ground.LAW})
GROUNDS: Mapping[str, frozenset[Ground]] = {
    NOTHING: frozenset(),
    NONE: frozenset({Ground.NOT_MEANT}),
    BY_LAW: ARTICLE_12 | {Ground.NOT_MEANT},
    ART_12: ARTICLE_12 | {Ground.NOT_MEANT},
    OPEN_OR_12: ARTICLE_12 | {Ground.OPEN_TERMS, Ground.NOT_MEANT},
}
"""On which grounds a finding can be cleared, by the column ``exception`` of its row in the pack. Only words can be hit without being meant: a fact of a list
is a fact, whatever the column says."""


@dataclass(frozen=True)
class Rule:
    """A rule as the reviewer reads it. ``status``: how well its article was read. ``of_words``: it looks for words, not for facts of a list."""

    code: str
    name: str
    article: str
    question: str
    fix: str
    exception: str
    exception_words: str
    status: str = ""
    of_words: bool = True

    def grounds(self) -> frozenset[Ground]:
        """The grounds on which a finding of it can be cleared; none where the pack names an exception nobody knows."""
        allowed = GROUNDS.get(self.exception, frozenset())
        return allowed if self.of_words else allowed - {Ground.NOT_MEANT}

    def needs_end(self, ground: Ground) -> bool:
        """Whether the exception needs an end date: those of 条例 12 do; a law that is the basis itself (条例 10) ends when it does."""
        return ground in ARTICLE_12 and not (ground == Ground.LAW and self.exception == BY_LAW)


@lru_cache(maxsize=8)
def _ready(rules: Table) -> WordingRules:
    return WordingRules.from_rows(rules)


EDITS = ("packs.packedit",)


@lru_cache(maxsize=8)
def _kept(name: str, _edits: int, day: date) -> Table:
    return table(PACK, name, day)


def _table(name: str) -> Table:
    """A table of the pack as it holds today: asked many times for a page, looked up again once the county edited any rule."""
    return _kept(name, revision(EDITS), today())


def _rules() -> Table:
    return _table("rules")


def _own(row: PackRow, name: str) -> str:
    """A cell in the reader's language."""
    english = (get_language() or "").startswith("en")
    return (row.get(f"{name}_en") if english else None) or row.get(f"{name}_zh") or ""


def rule_of(code: str) -> Rule:
    """A rule in the reader's language; one that no longer holds says so by its code alone, and nothing but another text or list ends it."""
    of_words = code not in LIST_RULES
    row = (_rules() if of_words else _table("list_rules")).by_key(code)
    if row is None:
        return Rule(code, code, "", "", "", NONE if of_words else NOTHING, "", of_words=of_words)
    return Rule(
        code, _own(row, "name"), row["article_zh"], _own(row, "question"), _own(row, "fix"), row["exception"], _own(row, "exception"), row.status,
        of_words,
    )  # fmt: skip


def _refusals() -> list[FieldRefusal]:
    return [FieldRefusal.from_row(row, row.source, row.status) for row in _table("refused_fields")]


def refused_fields(condition: Any, amount: Any) -> tuple[FieldRefusal, ...]:
    """Why fields of a clause may not decide who is supported, or how much: words and article of each. ``condition`` and ``amount`` are the
    JSON of a clause; an editor refuses to store what this finds. Lead-firm tags and tax paid are among them."""
    refusals = _refusals()
    return (
        *refused_by("eligibility", _fields_in(condition), refusals),
        *refused_by("amount", _fields_in(amount), refusals),
    )


def _fields_in(data: Any) -> Iterator[str]:
    """Every field named anywhere in the JSON, also in one that is not well formed."""
    if isinstance(data, Mapping):
        named = data.get("field")
        if isinstance(named, str) and named:
            yield named
        for one in data.values():
            yield from _fields_in(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _fields_in(one)


def wording_rules() -> WordingRules:
    """The wording rules that hold today, made ready."""
    return _ready(_rules())

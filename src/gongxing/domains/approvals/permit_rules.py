"""The rules of the permit graph as the packs have them on a day, with their words: kept as long as the tables are the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from gongxing.domains.approvals.items import PACK
from gongxing.domains.projects.rule_words import said
from gongxing.engines.conditions import Expression, parse
from gongxing.engines.permits import DayTable, Rules, faults
from gongxing.engines.reasons import Reason
from gongxing.engines.workdays import Calendar
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.packs.tables import Table, table

TABLES = ("questionnaire", "applicability", "items", "prerequisites", "measures")


@dataclass(frozen=True)
class Contradiction:
    """Answers that cannot both be true: ``questions`` are those the sentence stands beside."""

    code: str
    when: Expression
    questions: tuple[str, ...]
    basis: str


@lru_cache(maxsize=4)
def _rules(tables: tuple[Table, ...]) -> tuple[Rules, tuple[Reason, ...]]:
    found = Rules.from_rows(*([{**row, "source": row.source, "status": row.status} for row in one] for one in tables))
    return found, faults(found)


def rules_on(day: date) -> tuple[Rules, tuple[Reason, ...]]:
    """The rules of a day, and what in them does not fit together. Five queries. ValueError for a table that cannot be read."""
    return _rules(tuple(table(PACK, name, day) for name in TABLES))


@lru_cache(maxsize=2)
def _days(book: Calendar) -> DayTable:
    return DayTable(book)


def day_table() -> DayTable:
    """The county's calendar as arrays."""
    return _days(calendar())


@lru_cache(maxsize=4)
def _contradictions(rows: Table, names: tuple[str, ...]) -> tuple[Contradiction, ...]:
    return tuple(
        Contradiction(row["code"], parse(row["when"], names), tuple(row["questions"].split()), row.source)
        for row in rows
    )


def contradictions(rules: Rules, day: date) -> tuple[Contradiction, ...]:
    """The pairs of answers that exclude each other. One query."""
    return _contradictions(table(PACK, "contradictions", day), tuple(one.code for one in rules.questions))


def contradiction_words(day: date) -> Mapping[str, str]:
    """Code → why, in the reader's language. One query."""
    return {row["code"]: said(row, "text") for row in table(PACK, "contradictions", day)}


@dataclass(frozen=True)
class QuestionWords:
    """A question in the reader's language; ``options`` by code; ``note`` and ``unit`` as the pack writes them."""

    label: str
    options: Mapping[str, str]
    unit: str
    note: str
    basis: str
    status: str


def question_words(day: date) -> Mapping[str, QuestionWords]:
    """The words of every question. One query."""
    return {
        row["code"]: QuestionWords(said(row, "name"), _options(row), row["unit"], said(row, "note"), row.source, row.status)
        for row in table(PACK, "questionnaire", day)
    }  # fmt: skip


def _options(row: Mapping[str, str]) -> Mapping[str, str]:
    english = row["options_en"] if (get_language() or "").startswith("en") else ""
    pairs = (part.partition(":") for part in (english or row["options_zh"]).split(";") if part.strip())
    return {code.strip(): label.strip() for code, _colon, label in pairs}


def paper_items(day: date) -> Mapping[str, tuple[str, ...]]:
    """Kind of a project's paper → the items it is the result of. One query."""
    return {row["kind"]: tuple(row["items"].split(";")) for row in table(PACK, "papers", day)}

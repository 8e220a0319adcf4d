"""The text box of a list as a condition: what the search index tells a list about a text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from gongxing.kernel.access.visible import Reach

Condition = Any  # what QuerySet.filter takes by position: a Q or a conditional expression


@dataclass(frozen=True)
class TextMatch:
    """Which rows of a ledger hold a text, as two conditions with the same meaning.

    ``gathered`` starts from the index: the ids it holds for the text. ``tested`` looks one row up and reads its folded text: right
    where the text is so frequent that a walk meets 50 rows with it soon. ``few``: ``hits`` is exact and ``gathered`` names the ids;
    else ``hits`` is an estimate, ``share`` that of all rows, and there are at least ``at_least``.
    """

    few: bool
    hits: float
    share: float
    at_least: int
    gathered: Condition
    tested: Condition


NOTHING = TextMatch(True, 0, 0.0, 0, Q(pk__in=()), Q(pk__in=()))
TextSearch = Callable[[str, str, Reach], TextMatch]
_search: list[TextSearch] = []


def use_search(function: TextSearch) -> None:
    """Let the search index answer the text box of lists: (ledger name, text, reach) → the match, complete, never capped."""
    _search[:] = [function]


def text_match(ledger: str, text: str, found: Reach) -> TextMatch:
    """The match of a text within a reach; nothing where no index is connected."""
    return _search[0](ledger, text, found) if _search else NOTHING

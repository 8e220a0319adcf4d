"""What other modules say about their clocks: rules they list themselves, and words for what makes a clock stand still."""

from collections.abc import Mapping

from django.utils.functional import Promise

from gongxing.kernel.deadlines.models import Ground

_elsewhere: set[str] = set()
_words: dict[str, str | Promise] = {}


def listed_elsewhere(*rules: str) -> None:
    """Clocks under these rules are listed with the matter they belong to, and go to another post with it alone: the general lists of what a post owes leave
    them out, so that nothing stands there twice."""
    _elsewhere.update(rules)


def rules_elsewhere() -> frozenset[str]:
    """The rules somebody lists with their matter."""
    return frozenset(_elsewhere)


def name_pauses(words: Mapping[str, str | Promise]) -> None:
    """Say what reasons of pauses beyond the ``Ground``s of the law are called."""
    _words.update(words)


def pause_name(reason: str) -> str:
    """The words of a reason; one nobody named stays as it is."""
    known = {ground.value: ground.label for ground in Ground}
    return str(known.get(reason) or _words.get(reason, reason))

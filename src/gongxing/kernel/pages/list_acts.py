"""Buttons other modules put on the lists of some registers, beside the import and export all of them have."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class ListAct:
    """A button that leads to a page of its own: ``url_name`` takes the register's slug and gets the query of the list.

    Shown on the lists of ``ledgers`` to who may do ``verb`` there.
    """

    label: str | Promise
    url_name: str
    icon: str
    verb: str
    ledgers: frozenset[str]


_acts: dict[str, ListAct] = {}


def declare_list_act(one: ListAct) -> None:
    """Register a button; a second declaration of the same address name replaces the first."""
    _acts[one.url_name] = one


def list_acts(ledger: str) -> Iterator[ListAct]:
    """The declared buttons of a register, in order."""
    yield from (one for one in _acts.values() if ledger in one.ledgers)

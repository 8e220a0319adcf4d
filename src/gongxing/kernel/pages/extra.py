"""Pages written by hand, for what a ledger page cannot show: declared here to stand in the menu and in the palette."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class ExtraPage:
    """A hand-written page: shown to those who may do ``verb`` on ``target``, under the seal of its stage. With ``in_menu`` False it is found
    in the palette and from other pages alone; with ``first`` it stands before the registers of its domain."""

    label: str | Promise
    url_name: str
    icon: str
    stage: str
    target: str
    verb: str = "view"
    in_menu: bool = True
    first: bool = False


_pages: dict[str, ExtraPage] = {}


def declare_page(one: ExtraPage) -> None:
    """Register a page; a second declaration of the same address name replaces the first."""
    _pages[one.url_name] = one


def extra_pages() -> Iterator[ExtraPage]:
    """Declared pages in order."""
    yield from _pages.values()

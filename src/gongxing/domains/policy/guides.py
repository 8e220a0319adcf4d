"""The official lists: what of them is loaded, how much there should be, and which shipped lines can be added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min

from gongxing.domains.policy.models import GuideItem
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import PackRow, table

Book = GuideItem.Book
PACK = "guides"
BOOKS = {
    Book.CATALOGUE: ("encouraged", "restricted", "eliminated"),
    Book.ACCESS: ("prohibited", "licensed"),
    Book.BOND: ("supported", "barred"),
    Book.CENTRAL: ("supported", "barred"),
    Book.PARK: ("encouraged", "restricted", "barred"),
}
"""Which categories a list has."""


@dataclass(frozen=True)
class Part:
    """A category of a list: lines loaded, and how many there should be (None: nobody knows)."""

    category: str
    loaded: int
    known: int | None


@dataclass(frozen=True)
class Loaded:
    """One list in one edition. ``since`` and ``until`` as its lines say; ``sources`` and ``checked`` each once; ``status`` and ``source`` of the reference total."""

    book: str
    edition: str
    parts: tuple[Part, ...]
    since: date | None
    until: date | None
    sources: tuple[str, ...]
    checked: Mapping[str, int]
    total_source: str
    total_status: str

    @property
    def loaded(self) -> int:
        return sum(part.loaded for part in self.parts)

    @property
    def known(self) -> int | None:
        counts = [part.known for part in self.parts if part.known is not None]
        return sum(counts) if counts and len(counts) == len(self.parts) else None

    @property
    def complete(self) -> bool:
        """Every category has exactly as many lines as it should."""
        return self.known is not None and all(part.loaded == part.known for part in self.parts)


def ref_of(book: str, edition: str, category: str, number: str) -> str:
    """The key of a line, as its register makes it."""
    return f"{book}:{edition}:{category}:{number}"[:80]


def _totals() -> dict[tuple[str, str], list[PackRow]]:
    found: dict[tuple[str, str], list[PackRow]] = {}
    for row in table(PACK, "totals", today()):
        found.setdefault((row["book"], row["edition"]), []).append(row)
    return found


def books() -> list[Loaded]:
    """Every list, loaded or not, in the order of the books; a list nobody knows an edition of stands with an empty one."""
    totals, counted = _totals(), _counted()
    keys = list(dict.fromkeys([*totals, *counted]))
    known = {book for book, _edition in keys}
    keys += [(str(book), "") for book in Book if book not in known]
    order = {str(book): at for at, book in enumerate(Book)}
    return [
        _loaded(key, totals.get(key, []), counted.get(key, {}))
        for key in sorted(keys, key=lambda key: (order[key[0]], key[1]))
    ]


def _counted() -> dict[tuple[str, str], dict[str, int]]:
    rows = GuideItem.objects.order_by().values_list("book", "edition", "category").annotate(n=Count("pk"))
    found: dict[tuple[str, str], dict[str, int]] = {}
    for book, edition, category, n in rows:
        found.setdefault((book, edition), {})[category] = n
    return found


def _loaded(key: tuple[str, str], totals: Iterable[PackRow], counted: Mapping[str, int]) -> Loaded:
    totals = list(totals)
    known = {row["category"]: int(row["count"]) for row in totals}
    categories = [str(one) for one in GuideItem.Category if one in known or one in counted]
    mine = GuideItem.objects.filter(book=key[0], edition=key[1]).order_by()
    days = mine.aggregate(since=Min("starts_on"), until=Max("ends_on")) if counted else {"since": None, "until": None}
    checked = dict(mine.values_list("checked").annotate(n=Count("pk"))) if counted else {}
    sources = tuple(mine.values_list("source", flat=True).distinct()[:3]) if counted else ()
    first = totals[0] if totals else None
    return Loaded(
        key[0], key[1], tuple(Part(one, counted.get(one, 0), known.get(one)) for one in categories), days["since"], days["until"], sources,
        checked, first.source if first else "", first.status if first else "",
    )  # fmt: skip


def shipped(book: str) -> list[PackRow]:
    """The lines shipped of a list that are not there yet."""
    rows = [row for row in table(PACK, "items", today()) if row["book"] == book]
    refs = {ref_of(row["book"], row["edition"], row["category"], row["number"]): row for row in rows}
    there = set(GuideItem.objects.filter(ref__in=list(refs)).values_list("ref", flat=True))
    return [row for ref, row in refs.items() if ref not in there]

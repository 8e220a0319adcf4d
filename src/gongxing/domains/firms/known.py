"""What the register already knows about a name somebody writes: the three tiers of ``engines.names`` over few candidates.

The engine's index over a whole register takes a minute to build for a million names, so it is never built for one look-up. Candidates are
fetched by what the database has indexed: equal code, equal folded name, and the search index for parts of the name, longest part first and
every part capped. The engine then ranks those few as it would have ranked them among all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.naming import folded
from gongxing.engines.names import NameEntry, NameIndex, Regions, Tier, core, fold
from gongxing.engines.names.structure import structure
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import Table, table
from gongxing.kernel.search.near import containing

CANDIDATES, PART_CAP, ALIKE = 400, 120, 0.7
SHORTEST, MOST_PARTS = 2, 24


@dataclass(frozen=True)
class Known:
    """A registered firm that may be meant. ``former``: it was called so once; ``marks`` are the characters of its name that differ."""

    firm: Firm
    tier: Tier
    score: float
    reasons: tuple[str, ...]
    marks: tuple[int, ...]
    written: str
    former: bool = False

    @property
    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The folded name in runs: (text, differs)."""
        differs = frozenset(self.marks)
        start = 0
        for at in range(1, len(self.written) + 1):
            if at == len(self.written) or (at in differs) != (start in differs):
                yield self.written[start:at], start in differs
                start = at


@lru_cache(maxsize=2)
def _regions(divisions: Table) -> Regions:
    return Regions.of(row["name_zh"] for row in divisions)


def regions() -> Regions:
    """The place names of the division pack."""
    return _regions(table("admin-divisions", "divisions", today()))


def parts_of(name: str, places: Regions) -> list[str]:
    """Parts of a name to look for, the telling ones first: brand and trade whole, its halves, then triples and pairs of characters of
    the name with its place."""
    bare = core(name)
    body = structure(name, places).body or bare
    half = len(body) // 2
    halves = [body, body[:half], body[half:]] if half >= SHORTEST else [body]
    small = [bare[at : at + size] for size in (3, 2) for at in range(len(bare) - size + 1)]
    return [part for part in dict.fromkeys([*halves, *small]) if len(part) >= SHORTEST][:MOST_PARTS]


def candidate_ids(name: str, code: str, places: Regions) -> list[int]:
    """Firms worth a closer look, at most ``CANDIDATES``: equal code or folded name first, then those sharing parts of the name."""
    equal = Q(folded=folded(name))
    if code:
        equal |= Q(uscc=fold(code))
    found = dict.fromkeys(Firm.objects.filter(equal).order_by("pk").values_list("pk", flat=True)[:CANDIDATES])
    for part in parts_of(name, places):
        if len(found) >= CANDIDATES:
            break
        found.update(dict.fromkeys(containing("firms.firm", part, PART_CAP)))
    return list(found)[:CANDIDATES]


def known(name: str, code: str = "", without: int | None = None) -> list[Known]:
    """The firms this name and code may mean, surest first, at most five. Asks the whole register: who may see what is the caller's
    question (``seen_by``)."""
    places = regions()
    if not fold(name):
        return []
    firms = Firm.objects.select_related("unit").in_bulk(candidate_ids(name, code, places))
    firms.pop(without or 0, None)
    owners: list[tuple[Firm, bool]] = []
    entries: list[NameEntry] = []
    for firm in firms.values():
        for written, former in ((firm.name, False), *((one, True) for one in firm.former_names)):
            entries.append(NameEntry(len(owners), written, "" if former else firm.uscc or ""))
            owners.append((firm, former))
    found: dict[int, Known] = {}
    for one in NameIndex(entries, places).find(name, code):
        firm, former = owners[one.id]
        tier = Tier.SUGGEST if former and one.tier is Tier.LINK else one.tier
        found.setdefault(firm.pk, Known(firm, tier, one.score, one.reasons, one.differs, one.folded, former))
    return list(found.values())


def worth_showing(one: Known) -> bool:
    """Whether a candidate is near enough to be shown to somebody who is typing: sure, likely, or alike with nothing against it."""
    return one.tier is not Tier.LIST or one.score >= ALIKE


def seen_by(actor: Actor, found: Iterable[Known]) -> tuple[list[Known], int]:
    """What an actor may see of an answer, and how many surely meant firms (link tier) stand where the actor sees nothing."""
    listed = list(found)
    ids = visible(Firm.objects.filter(pk__in=[one.firm.pk for one in listed]), actor).values_list("pk", flat=True)
    open_to = frozenset(ids)
    hidden = sum(one.tier is Tier.LINK for one in listed if one.firm.pk not in open_to)
    return [one for one in listed if one.firm.pk in open_to], hidden

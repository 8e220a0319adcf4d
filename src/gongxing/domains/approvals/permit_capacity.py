"""How many files each authority can look at at the same time: a table of the pack that the county keeps, dated, with a default for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongxing.domains.approvals.items import PACK
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import half_width
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.packs.tables import table

TABLE, DEFAULT = "desks", "*"
LEAST, MOST, WITHOUT = 1, 99, 5
"""Places a desk may have, and those it has where the table has no default row."""
NOBODY, OWN = "—", "企业"
"""Authorities of the pack that are no desk: a milestone has none, and what the enterprise does itself waits for nobody."""


@dataclass(frozen=True)
class Capacity:
    """Places by authority; ``default`` for those without a row of their own; ``unread``: rows whose number is none; ``unknown``: rows of authorities that
    decide no item."""

    default: int
    own: Mapping[str, int]
    unread: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def of(self, authority: str) -> int:
        """Files an authority can look at at the same time."""
        return self.own.get(authority, self.default)


def is_desk(authority: str) -> bool:
    """Whether files wait there for somebody."""
    return authority != NOBODY and not authority.startswith(OWN)


def authorities_on(day: date) -> frozenset[str]:
    """The desks of the items of a day. One query."""
    return frozenset(row["authority"] for row in table(PACK, "items", day) if is_desk(row["authority"]))


def capacity_on(day: date) -> Capacity:
    """The table as it holds on a day. Two queries. A row that cannot be read counts as none, and is told."""
    known, own, unread, unknown = authorities_on(day), {}, [], []
    for row in table(PACK, TABLE, day):
        name, places = row["authority"], places_of(row["places"])
        if name != DEFAULT and name not in known:
            unknown.append(name)
        elif places is None:
            unread.append(name)
        else:
            own[name] = places
    return Capacity(own.pop(DEFAULT, WITHOUT), own, tuple(unread), tuple(unknown))


def places_of(text: str) -> int | None:
    """A number of places; None for anything that is no whole number from 1 to 99."""
    folded = half_width(text).strip().removesuffix(".0")
    if not (folded.isascii() and folded.isdecimal() and len(folded) <= len(str(MOST))):
        return None
    return int(folded) if LEAST <= int(folded) <= MOST else None


def check_row(cells: Mapping[str, str]) -> list[FieldFault]:
    """What is wrong with a row somebody wants to keep: an authority that decides no item, a number of places that is none."""
    faults = []
    name = cells["authority"]
    if name != DEFAULT and name not in authorities_on(today()):
        faults.append(FieldFault("authority", Fault("desk.unknown", name=name)))
    if places_of(cells["places"]) is None:
        faults.append(FieldFault("places", Fault("desk.places", value=cells["places"][:20], least=LEAST, most=MOST)))
    return faults

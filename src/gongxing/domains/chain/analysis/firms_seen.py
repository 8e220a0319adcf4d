"""Firms on links for a reader: names of those they may see, a number for the others."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gongxing.domains.chain.models import Placement
from gongxing.domains.firms.queries import firm_names
from gongxing.kernel.access.visible import visible
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

SHOWN = 8


@dataclass(frozen=True)
class Side:
    """The firms on one side: ``named`` (name, address of the row), ``more`` of those that are not written out, ``hidden`` that the
    reader may not see, ``n`` all of them."""

    named: tuple[tuple[str, str], ...]
    more: int
    hidden: int
    n: int


def names_seen(ids: Collection[int], actor: Actor) -> dict[int, str]:
    """Names of those firms of which the reader may see both the row and its place on a chain."""
    return firm_names(places_seen(ids, actor), actor)


def places_seen(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the firms of which the reader may see a place on a chain."""
    wanted = visible(Placement.objects.filter(firm_id__in=sorted(ids)), actor).order_by()
    return set(wanted.values_list("firm_id", flat=True))


def side(ids: Iterable[str], names: Mapping[int, str], shown: int = SHOWN) -> Side:
    """The engine's firm ids as a side, at most ``shown`` of them written out."""
    firms = sorted({int(one) for one in ids})
    seen = [(names[one], ledger_named("firms.firm").row_url(one)) for one in firms if one in names]
    return Side(tuple(seen[:shown]), max(0, len(seen) - shown), len(firms) - len(seen), len(firms))

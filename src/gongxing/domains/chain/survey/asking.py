"""Reads of the purchase survey: whose sheet one may fill, what stands on it, what is offered to fill in, and what the county knows by now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from gongxing.domains.chain.county import counted_year
from gongxing.domains.chain.models import Edge, Node, Placement, Purchase, named
from gongxing.domains.chain.survey.answers import LINES, Typed
from gongxing.domains.chain.survey.items import Items, LinkWords
from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.visible import reach, restrict
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table

PURCHASE = "chain.purchase"
STANDS = (Placement.Role.MAIN, Placement.Role.SUPPORTING)
YEARS_BACK = 5


def askable(actor: Actor) -> QuerySet[Firm]:
    """Enterprises whose sheet the actor may fill."""
    return restrict(Firm.objects.select_related("unit"), reach(actor, "answer", PURCHASE))


def readable(actor: Actor) -> QuerySet[Firm]:
    """Enterprises whose sheet the actor may read."""
    return restrict(Firm.objects.select_related("unit"), reach(actor, "view", PURCHASE))


def own_firms(actor: Actor) -> tuple[int, ...]:
    """The single enterprises an account stands for: it may answer for them and for no unit."""
    found = reach(actor, "answer", PURCHASE)
    return () if found.everything or found.units else found.things


def survey_year() -> int:
    """The year asked about: the last that is over."""
    return today().year - 1


def years_of(firm_id: int) -> list[int]:
    """Years a sheet can be chosen of: the last five that are over, this one, and any with answers, newest first."""
    answered = Purchase.objects.filter(buyer_id=firm_id).order_by().values_list("year", flat=True).distinct()
    return sorted({*answered, *range(today().year - YEARS_BACK, today().year + 1)}, reverse=True)


def year_that_counts(firm_id: int) -> int | None:
    """Which year's answers of a firm the map reads today; None without any. One query."""
    rows = Purchase.objects.filter(buyer_id=firm_id).order_by().values_list("year", flat=True)
    return counted_year(Counter(rows), today())


def answers_of(firm_id: int, year: int) -> list[Purchase]:
    """A firm's stored answers of a year, largest first. One query."""
    rows = Purchase.objects.filter(buyer_id=firm_id, year=year).select_related("node__chain")
    return sorted(rows, key=lambda one: (-(one.value or 0), one.item))


def versions_of(rows: Iterable[Purchase]) -> str:
    """Stored answers as ``12@1,15@3``: number and version of each, in order of number."""
    return ",".join(f"{one.pk}@{one.version}" for one in sorted(rows, key=lambda one: one.pk))


def seal_of(rows: Iterable[Purchase]) -> str:
    """A short seal over stored answers: another one as soon as any of them is another."""
    return sha256(versions_of(rows).encode()).hexdigest()[:16]


def link_labels() -> dict[int, str]:
    """The name of every link in the reader's language, with its code where two links have one name, by id in order of code."""
    return _labels(_named_links())


def _named_links() -> list[tuple[int, str, str, str]]:
    return list(Node.objects.order_by("code").values_list("pk", "code", "name", "name_en"))


def _labels(links: Iterable[tuple[int, str, str, str]]) -> dict[int, str]:
    shown = [(pk, code, named(name, name_en)) for pk, code, name, name_en in links]
    times = Counter(name for _pk, _code, name in shown)
    return {
        pk: name if times[name] == 1 else _("%(text)s（%(more)s）") % {"text": name, "more": code}
        for pk, code, name in shown
    }


def link_names() -> dict[str, int]:
    """What a link may be called on a sheet: its code, or its label in any language → id."""
    links = _named_links()
    found = {code: pk for pk, code, _name, _name_en in links}
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            found |= {label: pk for pk, label in _labels(links).items()}
    return found


@dataclass(frozen=True)
class Standing:
    """Where a buyer stands: its links, the links that supply them, and the chains of both."""

    own: frozenset[int]
    suppliers: frozenset[int]
    chains: frozenset[int]

    def near(self, links: Iterable[LinkWords]) -> dict[int, int]:
        """How close each link is: 2 supplies one of the buyer's, 1 stands on one of its chains."""
        return {
            link.id: 2 if link.id in self.suppliers else 1
            for link in links
            if link.chain in self.chains or link.id in self.suppliers
        }


def standing_of(firm_id: int) -> Standing:
    """Two queries."""
    own = dict(Placement.objects.filter(firm_id=firm_id, role__in=STANDS).values_list("node_id", "node__chain_id"))
    suppliers = Edge.objects.filter(target_id__in=list(own)).values_list("source_id", flat=True)
    return Standing(frozenset(own), frozenset(suppliers), frozenset(own.values()))


def links() -> list[LinkWords]:
    """All links with their words. One query."""
    rows = Node.objects.order_by("code").values_list("pk", "name", "chain_id", "keywords", "exclude")
    return [LinkWords(pk, name, chain, tuple(words), tuple(out)) for pk, name, chain, words, out in rows]


def items_of(firm_id: int, year: int) -> Items:
    """The matcher of one buyer's items: what it said before and what the pack says of such firms outrank the words."""
    found, standing = links(), standing_of(firm_id)
    told = {**typical(standing.own), **_said_before(firm_id, year)}
    return Items.build(found, standing.near(found), told)


def _said_before(firm_id: int, year: int) -> dict[str, int]:
    rows = Purchase.objects.filter(buyer_id=firm_id, year__lt=year, node__isnull=False).order_by("year")
    return {item: node for item, node in rows.values_list("item", "node_id") if node is not None}


def typical(own: Iterable[int]) -> dict[str, int]:
    """Items that firms on these links usually buy → the link that supplies them, in the order of the pack; names only, no amounts."""
    codes = dict(Node.objects.values_list("code", "pk"))
    mine = {code for code, pk in codes.items() if pk in frozenset(own)}
    rows = table("chains", "key_purchases", today()) if mine else ()
    return {
        row["item"]: codes[row["supply_node"]]
        for row in rows
        if row["lead_node"] in mine and row["supply_node"] in codes
    }


@dataclass(frozen=True)
class Offer:
    """What a blank sheet is filled with: ``of_year`` are earlier answers (0: none), ``suggested`` how many bare names follow."""

    lines: tuple[Typed, ...]
    of_year: int
    suggested: int


def typed_of(row: Purchase, label: str) -> Typed:
    """A stored answer as the form shows it; ``label`` names its link."""
    return Typed(
        row.item, "" if row.value is None else f"{row.value.normalize():f}", row.where,
        "" if row.single_source is None else "y" if row.single_source else "n", row.supplier, label,
    )  # fmt: skip


def offer(firm_id: int, year: int, labels: Mapping[int, str]) -> Offer:
    """For a year without answers: those of the latest earlier year, then names of what such firms usually buy."""
    before = Purchase.objects.filter(buyer_id=firm_id, year__lt=year).aggregate(last=Max("year"))["last"]
    rows = answers_of(firm_id, before) if before else []
    lines = [typed_of(row, "" if row.node_id is None else labels[row.node_id]) for row in rows]
    known = {line.item for line in lines}
    usual = [Typed(item) for item in typical(standing_of(firm_id).own) if item not in known][
        : max(LINES - len(lines), 0)
    ]
    return Offer(tuple((*lines, *usual)[:LINES]), before or 0, len(usual))


@dataclass(frozen=True)
class Gap:
    """What one buyer spends on one link's goods, 万元 a year: in all, and outside the county; ``untold`` lines have no amount, ``placeless`` is
    money of which nobody said the place. ``node`` None: items that belong to no link."""

    node: Node | None
    lines: int
    untold: int
    money: float
    outside: float
    placeless: float


def gaps(rows: Sequence[Purchase]) -> list[Gap]:
    """Answers by link, most bought outside first; items without a link last."""
    by_link: dict[int, list[Purchase]] = {}
    for row in rows:
        by_link.setdefault(row.node_id or 0, []).append(row)
    found = [_gap(part) for part in by_link.values()]
    return sorted(
        found, key=lambda one: (one.node is None, -one.outside, -one.money, one.node.code if one.node else "")
    )


AWAY = (Purchase.Where.PROVINCE, Purchase.Where.OUTSIDE)


def _gap(rows: Sequence[Purchase]) -> Gap:
    def money(*places: str) -> float:
        return float(
            sum((one.value for one in rows if one.value is not None and (not places or one.where in places)), 0)
        )

    return Gap(
        rows[0].node, len(rows), sum(one.value is None for one in rows), money(), money(*AWAY), money(Purchase.Where.UNKNOWN)
    )  # fmt: skip

"""What the page of growth points shows of products: those that grow fast, those nobody can judge and why, and how many of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.firms_seen import places_seen
from gongxing.domains.chain.analysis.growing import Grown
from gongxing.domains.chain.analysis.growing_products import PLACE, GrownProduct
from gongxing.domains.chain.analysis.show_growth import SHOWN, interval_shown, node_shown, nodes_of, rate_shown
from gongxing.domains.chain.words import amount, sentences
from gongxing.domains.firms.queries import firm_names, product_figures_seen
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

FEW = 8
UNRATED = ("chain.growth.no_rate", "chain.growth.base_not_positive", "chain.growth.end_negative")
"""Why the engine gives no rate."""


@dataclass(frozen=True)
class Readable:
    """``names`` of the firms whose row and figures of products the reader may see; ``placed`` those of them whose place on a chain they may see
    too, or that have none."""

    names: Mapping[int, str]
    placed: frozenset[int]


@dataclass(frozen=True)
class ProductSide:
    """Products on a link: ``named`` (product, firm, address of the firm) and ``more`` of those that are not written out, ``hidden`` that the
    reader may not see, ``n`` all of them."""

    named: tuple[tuple[str, str, str], ...]
    more: int
    hidden: int
    n: int


def readable(given: Grown, actor: Actor) -> Readable:
    """What the reader may see of products. Three queries, none where there are no products."""
    wanted = {one.firm for one in given.products.products}
    names = firm_names(product_figures_seen(wanted, actor), actor) if wanted else {}
    placed = places_seen(names, actor) if names else set()
    return Readable(names, frozenset(firm for firm in names if firm in placed or firm not in given.at))


def side_of(given: Grown, subjects: Iterable[str], seen: Readable) -> ProductSide:
    """The engine's products of a link; a firm's place on the link is told only to who may see it."""
    known = given.products.by_subject()
    found = [known[one] for one in subjects]
    open_ones = [one for one in found if one.firm in seen.names and one.firm in seen.placed]
    named = tuple((one.name, seen.names[one.firm], _url(one)) for one in open_ones[:FEW])
    return ProductSide(named, len(open_ones) - len(named), len(found) - len(open_ones), len(found))


def _url(one: GrownProduct) -> str:
    return ledger_named("firms.firm").row_url(one.firm)


def _inside(given: Grown, chain: str) -> list[GrownProduct]:
    """Products of one chain; without a chain all, those on no link too."""
    kept = nodes_of(given, chain)
    return [one for one in given.products.products if not chain or one.node in kept]


def fast_products(
    given: Grown, chain: str, seen: Readable, most: int | None = SHOWN
) -> tuple[list[dict[str, Any]], int]:
    """Fast products of firms the reader may see: certain ones, ones from a base that is not small, and faster ones first; at most so many (None:
    all), and how many more there are."""
    found = [one for one in _inside(given, chain) if one.sales.fast]
    found.sort(key=lambda one: (not one.sales.certain, bool(one.small), -(one.sales.rate or 0.0), one.subject))
    open_ones = [one for one in found if one.firm in seen.names]
    return [_row(given, one, seen) for one in open_ones[:most]], len(found) - len(open_ones[:most])


def unrated_products(
    given: Grown, chain: str, seen: Readable, most: int | None = SHOWN
) -> tuple[list[dict[str, Any]], int]:
    """Products with a figure in the window that have no rate, each with the reason; as ``fast_products``."""
    found = [one for one in _inside(given, chain) if one.sales.rate is None]
    found.sort(key=lambda one: (-max(one.years.values(), default=0.0), one.subject))
    open_ones = [one for one in found if one.firm in seen.names]
    return [_row(given, one, seen) for one in open_ones[:most]], len(found) - len(open_ones[:most])


def _row(given: Grown, one: GrownProduct, seen: Readable) -> dict[str, Any]:
    year, sales = given.products.year or 0, one.sales
    placed = bool(one.node) and one.firm in seen.placed
    return {
        "name": one.name, "firm": seen.names[one.firm], "url": _url(one), "node": node_shown(given, one.node) if placed else None,
        "guessed": one.by == PLACE, "rate": "—" if sales.rate is None else rate_shown(sales.rate), "interval": interval_shown(sales), "certain": sales.certain, "n": sales.n,
        "small": bool(one.small), "start": amount(one.years.get(year - given.rules.years)), "end": amount(one.years.get(year)),
        "output": _output(one), "counted": bool(one.units), "words": _words(one), "why": sentences(reason for reason in sales.reasons if reason.code in UNRATED),
    }  # fmt: skip


def _output(one: GrownProduct) -> str:
    """Growth of the quantity, or why there is none."""
    if len(one.units) > 1:
        return _("单位不一致")
    return "—" if one.output is None or one.output.rate is None else rate_shown(one.output.rate)


def _words(one: GrownProduct) -> list[str]:
    """How it was worked out: sales first, then the quantity."""
    if len(one.units) > 1:
        made = [_("各年产量的单位不一样（%(units)s），产量不算增长，看销售收入") % {"units": _("、").join(one.units)}]
    elif one.output is None:
        made = [_("没有产量")]
    else:
        made = [
            _("产量（%(unit)s）：%(text)s") % {"unit": one.units[0], "text": text}
            for text in sentences(one.output.reasons)
        ]
    return [*sentences(one.sales.reasons), *made]


def product_tally(given: Grown, chain: str) -> dict[str, Any]:
    """How many products could be judged: with a figure, on how many firms, with a rate, fast, certain, fast from a small base; ``why`` there is no
    rate, in words with the number of products."""
    inside = _inside(given, chain)
    reasons = Counter(
        code for one in inside if one.sales.rate is None for code in {reason.code for reason in one.sales.reasons} if code in UNRATED
    )  # fmt: skip
    words = {
        "chain.growth.no_rate": _("首年或末年没有销售收入"),
        "chain.growth.base_not_positive": _("首年是零或负数"),
        "chain.growth.end_negative": _("末年是负数"),
    }
    return {
        "figures": len(inside), "firms": len({one.firm for one in inside}), "rated": sum(one.sales.rate is not None for one in inside),
        "fast": sum(bool(one.sales.fast) for one in inside), "certain": sum(one.sales.certain for one in inside),
        "small": sum(bool(one.sales.fast) and bool(one.small) for one in inside), "unrated": sum(one.sales.rate is None for one in inside),
        "linked": sum(bool(one.node) for one in inside), "why": [(words[code], reasons[code]) for code in UNRATED if reasons[code]],
    }  # fmt: skip

"""Yearly figures of products into the growth engine: how fast the sales of each product of each firm grow, by one source, and on which link.

A product is what one firm writes under one name (``naming.product_key``), by one source. Its link, in this order: the one of the firm's own
links whose name or words the product's name holds; the firm's only link; for a firm on no link, the one link of the county whose name or words
the product's name holds, unless anything was said about that firm and that link (doubtful, trade, planned, not there). Two links that fit
alike are not guessed between.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gongxing.domains.chain.models import Node, Placement
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.survey.items import Items, LinkWords
from gongxing.domains.firms.naming import product_key
from gongxing.domains.firms.queries import ProductYears, product_years, years_with_products
from gongxing.engines.chain import Growth, GrowthRules, Series, growth

WORDS, PLACE = "words", "place"
"""How the link of a product was found: by its name, or as the only link of its firm."""


@dataclass(frozen=True)
class GrownProduct:
    """One product of one firm. ``sales`` is the growth of its revenue, ``output`` that of its quantity (None: no quantity, or ``units`` differ
    between the years). ``small``: the revenue the growth begins with is above 0 and below the gazelle line (None: not known). ``node`` is the code
    of its link ("" without) and ``by`` how it was found."""

    firm: int
    name: str
    sales: Growth
    output: Growth | None
    units: tuple[str, ...]
    years: Mapping[int, float]
    small: bool | None
    node: str
    by: str

    @property
    def subject(self) -> str:
        """What the engine calls it."""
        return self.sales.subject


@dataclass(frozen=True)
class GrownProducts:
    """Products with a figure in the window by one source. ``year`` is the last with sales of products (None: the source has none),
    ``with_figures`` the products by year."""

    year: int | None
    with_figures: Mapping[int, int]
    products: tuple[GrownProduct, ...]

    def signs(self, fast: Collection[tuple[int, str]]) -> list[Growth]:
        """What the growth points are told: sales of the products that have a link. ``fast`` are firms that grow fast with their links: a product of
        such a firm on that link is the same fact once more, and no further sign."""
        return [one.sales for one in self.products if one.node and (one.firm, one.node) not in fast]

    def by_subject(self) -> dict[str, GrownProduct]:
        """Products by what the engine calls them."""
        return {one.subject: one for one in self.products}


def grown_products(source: str, rules: GrowthRules, found: Graded, at: Mapping[int, tuple[str, ...]]) -> GrownProducts:
    """Growth of products by one source; ``at`` are the links of each firm that makes something. Three queries."""
    have = years_with_products(source)
    year = max(have, default=None)
    rows = product_years(source, year - rules.years, year) if year is not None else ()
    if year is None or not rows:
        return GrownProducts(year, have, ())
    links = _Links(found, at)
    return GrownProducts(year, have, tuple(_grown(one, year, rules, links.of(one)) for one in rows))


def _grown(one: ProductYears, year: int, rules: GrowthRules, link: tuple[str, str]) -> GrownProduct:
    sold = {at: figure.revenue for at, figure in one.years.items() if figure.revenue is not None}
    made = {at: figure.quantity for at, figure in one.years.items() if figure.quantity is not None}
    units = tuple({product_key(one.years[at].unit): one.years[at].unit for at in sorted(made)}.values())
    subject, (node, by) = f"{one.firm}:{one.key}", link
    series = Series(subject, "product", node, tuple(sold.items()))
    output = growth(replace(series, points=tuple(made.items())), year, rules) if len(units) == 1 else None
    base = sold.get(year - rules.years)
    small = None if base is None else 0 < base < rules.gazelle_base
    return GrownProduct(one.firm, one.name, growth(series, year, rules), output, units, sold, small, node, by)


class _Links:
    """Which link a product belongs to."""

    def __init__(self, found: Graded, at: Mapping[int, tuple[str, ...]]) -> None:
        chains = {chain.pk for chain in found.rows.chains}
        nodes = [node for node in found.rows.nodes if node.chain_id in chains]
        self._codes = {node.pk: node.code for node in nodes}
        self._whole = Items.build(map(_link, nodes), {}, {})
        self._words = {words[0].id: words for words in self._whole.words}
        self._ids = {node.code: node.pk for node in nodes}
        self._at = at
        refused = Placement.objects.filter(role=Placement.Role.NOT).values_list("firm_id", "node_id")
        self._said = {(one.firm_id, one.node_id) for one in found.rows.placements} | set(refused)

    def of(self, product: ProductYears) -> tuple[str, str]:
        """Code of the product's link and how it was found; ("", "") where there is none or nobody could tell."""
        own = [code for code in self._at.get(product.firm, ()) if code in self._ids]
        if own:
            matched = self._among(own, product.name)
            if matched is not None:
                return self._codes[matched], WORDS
            return (own[0], PLACE) if len(own) == 1 else ("", "")
        matched = self._whole.link(product.name)
        if matched is None or (product.firm, matched) in self._said:
            return "", ""
        return self._codes[matched], WORDS

    def _among(self, codes: Sequence[str], name: str) -> int | None:
        return Items(tuple(self._words[self._ids[code]] for code in codes)).link(name)


def _link(node: Node) -> LinkWords:
    return LinkWords(node.pk, node.name, node.chain_id, tuple(node.keywords), tuple(node.exclude))

"""What the page of growth points shows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.firms_seen import names_seen, side
from gongxing.domains.chain.analysis.growing import Grown
from gongxing.domains.chain.models import Chain
from gongxing.domains.chain.words import SIGNS, amount, percent, sentences
from gongxing.domains.firms.queries import figures_seen
from gongxing.engines.chain import Growth, GrowthPoint
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

SHOWN, FEW = 40, 3


def names_with_figures(given: Grown, actor: Actor) -> dict[int, str]:
    """Names of the firms with growth or under watch whose row, place on a chain and figures the reader may see."""
    wanted = {*given.firms, *(firm for ids in given.watched.values() for firm in ids)}
    allowed = figures_seen(wanted, actor)
    return {firm: name for firm, name in names_seen(wanted, actor).items() if firm in allowed}


def nodes_of(given: Grown, chain: str) -> frozenset[str]:
    """Codes of the links of one chain, or of all."""
    return frozenset(code for code, (_node, own) in given.nodes.items() if chain in ("", own.code))


def points(
    given: Grown, chain: str, names: Mapping[int, str], sold: Callable[[Sequence[str]], Any]
) -> list[dict[str, Any]]:
    """Links where several signs meet, most signs first. ``sold`` writes the products of a link."""
    kept = nodes_of(given, chain)
    return [_point(given, one, names, sold(one.products)) for one in given.points if one.node in kept]


def _point(given: Grown, point: GrowthPoint, names: Mapping[int, str], sold: Any) -> dict[str, Any]:
    return {
        **node_shown(given, point.node), "signs": [str(SIGNS[sign]) for sign in point.signs], "n": len(point.signs),
        "certain": point.certain, "growing": bool(point.firms or point.products), "sold": sold, "firms": side(point.firms, names), "watched": side(point.near_scale, names, FEW),
        "years": years(given, point.node), "words": sentences(point.reasons),
    }  # fmt: skip


def node_shown(given: Grown, code: str) -> dict[str, str]:
    """A link as a page names it."""
    node, chain = given.nodes[code]
    return {"name": node.label, "url": reverse("chain-node", args=[code]), "chain": chain.label, "code": code}


def window(given: Grown) -> list[int]:
    """Full years shown for registrations."""
    return list(range(given.registered_to - given.rules.years, given.registered_to + 1))


def years(given: Grown, node: str) -> list[int]:
    """Firms founded on a link in each year of the window; 0 is a fact here: the register has no row of that year."""
    found = given.registered.get(node, {})
    return [found.get(year, 0) for year in window(given)]


def registrations(given: Grown, chain: str) -> list[dict[str, Any]]:
    """Links with new firms in the window, most in the last full year first."""
    kept = nodes_of(given, chain)
    rising = {one.node for one in given.points if "rising_registrations" in one.signs}
    listed = [
        {**node_shown(given, node), "years": counts, "total": sum(counts), "rising": node in rising}
        for node in sorted(given.registered) if node in kept and any(counts := years(given, node))
    ]  # fmt: skip
    return sorted(listed, key=lambda one: (-one["years"][-1], -one["total"], one["code"]))


def fast(
    given: Grown, chain: str, names: Mapping[int, str], most: int | None = SHOWN
) -> tuple[list[dict[str, Any]], int]:
    """Fast firms the reader may see, certain and faster ones first, at most so many (None: all), and how many more there are."""
    kept = nodes_of(given, chain)
    found = [
        (firm, one) for firm, one in given.firms.items() if one.fast and any(node in kept for node in given.at[firm])
    ]
    found.sort(key=lambda item: (not item[1].certain, -(item[1].rate or 0.0), item[0]))
    seen = [(firm, one) for firm, one in found if firm in names]
    return [_firm(given, firm, one, names[firm]) for firm, one in seen[:most]], len(found) - len(seen[:most])


def _firm(given: Grown, firm: int, one: Growth, name: str) -> dict[str, Any]:
    figures = given.figures[firm]
    gazelle = {True: _("瞪羚"), False: "", None: _("缺数")}[one.gazelle]
    return {
        "name": name, "url": ledger_named("firms.firm").row_url(firm), "nodes": [node_shown(given, node) for node in given.at[firm]],
        "rate": rate_shown(one.rate or 0.0), "interval": interval_shown(one), "certain": one.certain, "gazelle": gazelle, "n": one.n,
        "start": amount(figures.get((given.year or 0) - given.rules.years)), "end": amount(figures.get(given.year or 0)), "words": sentences(one.reasons),
    }  # fmt: skip


def interval_shown(one: Growth) -> str:
    """The interval of a growth, "—" without."""
    return "—" if one.low is None or one.high is None else f"{rate_shown(one.low)} – {rate_shown(one.high)}"


def rate_shown(value: float) -> str:
    """A rate a year, to a tenth of a percent."""
    return percent(round(value, 3))


def founded_once(given: Grown, chain: str) -> list[int]:
    """Firms founded in each year of the window on links of a chain or of all, each counted once, on however many links it stands."""
    kept = nodes_of(given, chain)
    found = Counter(year for year, links in given.founders.values() if not kept.isdisjoint(links))
    return [found[year] for year in window(given)]


def watched_once(given: Grown, chain: str) -> int:
    """Firms near the scale on links of a chain or of all, each counted once."""
    kept = nodes_of(given, chain)
    return len({firm for node, ids in given.watched.items() if node in kept for firm in ids})


def watched(given: Grown, chain: str, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Links with firms near the scale, most first."""
    kept = nodes_of(given, chain)
    listed = [
        {**node_shown(given, node), "side": side(map(str, ids), names, FEW)}
        for node, ids in given.watched.items()
        if node in kept
    ]
    return sorted(listed, key=lambda one: (-one["side"].n, one["code"]))


def tally(given: Grown, chain: str) -> dict[str, int]:
    """How many firms could be judged: on links, with any figure, with a rate, fast, certain, gazelles."""
    kept = nodes_of(given, chain)
    inside = [one for firm, one in given.firms.items() if any(node in kept for node in given.at[firm])]
    return {
        "placed": sum(any(node in kept for node in nodes) for nodes in given.at.values()), "figures": len(inside),
        "rated": sum(one.rate is not None for one in inside), "fast": sum(bool(one.fast) for one in inside),
        "certain": sum(one.certain for one in inside), "gazelles": sum(one.gazelle is True for one in inside),
    }  # fmt: skip


def chain_choices(given: Grown, chosen: str, url: Any) -> list[dict[str, Any]]:
    """All chains to filter by."""
    return [
        {"label": one.label, "active": one.code == chosen, "url": url(chain="" if one.code == chosen else one.code)}
        for one in given.found.rows.chains
    ]


def known_chain(chains: tuple[Chain, ...], code: str) -> str:
    """The code when it is a chain's, else ""."""
    return code if any(one.code == code for one in chains) else ""

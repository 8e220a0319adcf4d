"""Rows of the map into the lengthening problem: which links could be attracted, what each is worth, what it needs, what it would join.

A candidate is a link of a kind of goods (no generic service) that nobody makes here and nobody is building. Its value is what local
buyers spend on it outside the county by the purchase survey, else the grading's estimate of their demand, else unknown. Links: what a
candidate would buy, weight × input ratio × the candidate's value, when the seller is here or a candidate too. What a candidate
sells to buyers who are here is its value already and is not added again: those links count 0 and are only shown as completed.

Relatedness is ``relating``'s, needs are ``feasible``'s; the editor's county fit (1 to 5) can be asked for as well, and is named as that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from gongxing.domains.chain.analysis.feasible import Need, figures
from gongxing.domains.chain.analysis.relating import Related, nearness
from gongxing.domains.chain.county import pack_values
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.queries import READ, Graded, graded
from gongxing.domains.chain.starting import PACK
from gongxing.engines.chain import Budgets, Candidate, LengtheningProblem, LinkValue
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

PRESENT = frozenset({"weak", "normal", "strong", "filling"})
"""States that count as there: a link that is being filled is not attracted twice."""
LAND = {"A": 15.0, "B": 20.0, "C": 32.5, "D": 40.0}
"""亩 per 亿元 of investment by the pack's land class: A up to 15, B 15–25, C 25–40, D 40 and more; its middle, or its one known end."""
SECONDS = 10.0


@dataclass(frozen=True)
class Asked:
    """What the reader wants: one chain ("": all), how many links, limits (None: none), least county fit (None: any), least relatedness
    (None: any), must-haves, and links to leave out (what nobody attracts, such as a crop that farmers grow)."""

    chain: str = ""
    k: int = 3
    land: float | None = None
    energy: float | None = None
    labour: float | None = None
    fit: int | None = None
    related: float | None = None
    must: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The parameters as an address, always in one order: also the key under which a result is found again."""
        given = [("chain", self.chain), ("k", str(self.k))]
        for name in ("land", "energy", "labour", "fit", "related"):
            value = getattr(self, name)
            given.append((name, "" if value is None else f"{value:.12g}"))
        given += [("must", one) for one in sorted(self.must)] + [("leave", one) for one in sorted(self.leave)]
        return urlencode([(name, value) for name, value in given if value])


@dataclass(frozen=True)
class Possible:
    """A link that could be attracted. ``source`` of the value: survey, estimate or none; ``unplaced``: surveyed money whose place of
    purchase nobody knows, not counted; ``buyers`` who answered; ``profile`` of the pack."""

    node: Node
    value: float | None
    source: str
    unplaced: float
    buyers: int
    land: Need | None
    labour: Need | None
    profile: str
    energy: Need | None = None
    related: Related | None = None

    @property
    def estimated(self) -> bool:
        """Whether the value is nobody's answer but a demand worked out from revenue and weights."""
        return self.source == "estimate"


def possible() -> tuple[Possible, ...]:
    """Every link that could be attracted: those whose value was surveyed first, then estimated ones, each most valuable first; those of
    unknown value last."""
    return _possible(revision(READ), today())


@lru_cache(maxsize=2)
def _possible(latest: int, day: date) -> tuple[Possible, ...]:
    found = graded()
    profiles = {row["node_id"]: row["profile_id"] for row in table(PACK, "target_profiles", day)}
    templates = {row["profile_id"]: row for row in table(PACK, "profile_templates", day)}
    listed, known, near = [], figures(), nearness()
    for node in found.rows.nodes:
        grade = found.grading.nodes.get(node.code)
        if grade is None or node.generic or grade.presence.state != "missing":
            continue
        told, template = grade.figures, templates.get(profiles.get(node.code, ""))
        spent = told.spent
        value = told.demand
        if told.demand_source == "survey":
            value = spent.get("province", 0.0) + spent.get("outside", 0.0)
        money = band(template["investment_yi_band"]) if template is not None else None
        per = LAND.get(node.land_class)
        land = None if money is None or per is None else Need(money.low * per, None if money.high is None else money.high * per, money.value * per)  # fmt: skip
        labour = band(template["employees_band"]) if template is not None else None
        size = template["revenue_band"] if template is not None else ""
        listed.append(
            Possible(
                node, value, told.demand_source, spent.get("unknown", 0.0), len(told.buyers), known.need(node, "land_mu", size, land),
                known.need(node, "labour", size, labour), template["ideal_firm"] if template is not None else "",
                known.need(node, "energy_tce", size, None), near.of(node),
            )
        )  # fmt: skip
    return tuple(sorted(listed, key=lambda one: (one.value is None, one.estimated, -(one.value or 0.0), one.node.code)))


def band(text: str) -> Need | None:
    """ "20–200" as its ends and its middle; one figure as itself; None for anything else."""
    try:
        ends = [float(part) for part in text.replace("-", "–").split("–")]
    except ValueError:
        return None
    if len(ends) == 1:
        return Need(ends[0], ends[0], ends[0])
    return Need(ends[0], ends[1], (ends[0] + ends[1]) / 2) if len(ends) == 2 else None


def in_chain(found: Graded, listed: tuple[Possible, ...], chain: str) -> tuple[Possible, ...]:
    """Those of one chain, or all."""
    keys: dict[int, Chain] = {one.pk: one for one in found.rows.chains}
    return tuple(one for one in listed if not chain or keys[one.node.chain_id].code == chain)


def fits(one: Possible, fit: int | None) -> bool:
    """Whether an editor's county fit is good enough; an unknown one is not when a least one is asked for."""
    return fit is None or (one.node.county_fit is not None and one.node.county_fit >= fit)


def problem(found: Graded, asked: Asked) -> LengtheningProblem:
    """The engine's problem. Must-haves stay candidates whatever their fit, so that the engine can say what is wrong with them."""
    inside = in_chain(found, possible(), asked.chain)
    kept = [
        one
        for one in inside
        if one.node.code not in asked.leave and (fits(one, asked.fit) or one.node.code in asked.must)
    ]
    values: dict[str, float | None] = {one.node.code: one.value for one in kept}
    present = frozenset(code for code, grade in found.grading.nodes.items() if grade.presence.state in PRESENT)
    return LengtheningProblem(
        candidates=tuple(
            Candidate(
                one.node.code, one.value, None if one.related is None else one.related.value, *(
                    None if need is None else need.value for need in (one.land, one.energy, one.labour)
                ),
            )
            for one in kept
        ),
        links=links(found, values, present), present=present, k=asked.k, budgets=Budgets(asked.land, asked.energy, asked.labour),
        min_relatedness=asked.related, must=asked.must, seconds=pack_values(today()).get("chain.lengthen.seconds", SECONDS),
    )  # fmt: skip


def links(found: Graded, values: Mapping[str, float | None], present: frozenset[str]) -> tuple[LinkValue, ...]:
    """What links are worth when both ends are here (see the module); links between ends that are here already are left out."""
    codes = {node.pk: node.code for node in found.rows.nodes}
    ratio = found.grading.parameters.input_cost_ratio
    listed = []
    for edge in found.rows.edges:
        source, target = codes.get(edge.source_id, ""), codes.get(edge.target_id, "")
        if source == target or not {source, target} <= values.keys() | present or {source, target} <= present:
            continue
        if target in present:
            listed.append(LinkValue(source, target, 0.0))
            continue
        buys = values[target]
        known = edge.weight is not None and buys is not None
        listed.append(LinkValue(source, target, float(edge.weight or 0) * ratio * (buys or 0.0) if known else None))
    return tuple(listed)

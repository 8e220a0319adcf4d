"""The rating per mu: ``engines.permu`` asked with the rows of the county, and a round that was made asked again as it was kept.

Everything here only reads. A round keeps its formula (``Rating.benchmarks``) and of each enterprise the figures used and the exact score
(``RatingLine.given``), so that neither later figures nor later packs change what was posted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.land.models import Occupant, Rating, RatingFact, RatingLine
from gongxing.engines.permu import Family, GroupRating, Rated, TermScore, families_from_rows, rate, shown
from gongxing.engines.permu import Firm as Entrant
from gongxing.engines.permu import Rating as Rated_
from gongxing.engines.reasons import Reason
from gongxing.kernel.packs.tables import PackRow, table

PACK, ALL, INDUSTRY = "per-mu", "ALL", ("B", "C", "D")
"""Sections of industry: the rating is one of industrial enterprises."""
ABOVE = "above_scale"
FIGURES = ("tax", "value_added", "revenue", "rd", "energy_tce", "employees", "output", "profit")
FROM_FIGURE = {"energy_tce": "energy"}
LAND, NO_LAND = "land_mu", "no_land"
BENCHMARK = "benchmark"
BOOKKEEPING = ("source", "status")


@dataclass(frozen=True)
class Asked:
    """What a round is made of: the year, the formula family, whose figures (one source, never mixed), and what stands for figures of emission or energy that
    an enterprise lacks: the mean of the group, or the ``benchmark`` that was published as such."""

    year: int
    family: str
    source: str
    lacking: str = "group"


@dataclass(frozen=True)
class Entry:
    """One enterprise as it enters a round. ``left``: why it is not rated at all ("" where it is)."""

    firm: Firm
    told: Entrant
    land_from: str = ""
    left: str = ""


@dataclass(frozen=True)
class Made:
    """A round worked out: the formula as kept, the outcome, the entries by firm, how many enterprises have no figures of that year from that source."""

    frozen: dict[str, Any]
    group: GroupRating
    entries: Mapping[int, Entry]
    no_figures: int


def formula(family: str, day: date) -> dict[str, Any]:
    """The rows of a family as they hold on a day, each with its source and status. LookupError where it has no terms."""
    row = table(PACK, "families", day).by_key(family)
    kept = {
        "family": _cells(row) if row is not None else {},
        "terms": [_cells(one) for one in table(PACK, "terms", day) if one["family"] == family],
        "grades": [_cells(one) for one in table(PACK, "grades", day) if one["family"] == family],
        "adjustments": [_cells(one) for one in table(PACK, "adjustments", day) if one["family"] in (family, ALL)],
    }
    if row is None or not kept["terms"]:
        raise LookupError(f"family {family!r} has no terms")
    return kept


def _cells(row: PackRow) -> dict[str, str]:
    return {**row.cells, "source": row.source, "status": row.status}


def family_of(kept: Mapping[str, Any]) -> Family:
    """The family a round keeps."""
    found = families_from_rows([kept["family"]], kept["terms"], kept["grades"], kept["adjustments"])
    return found[kept["family"]["family"]]


def work_out(asked: Asked, day: date) -> Made:
    """A round on today's rows. Six queries, however many enterprises. LookupError for a family without terms."""
    kept: dict[str, Any] = formula(asked.family, day)
    family = family_of(kept)
    entries, no_figures = entrants(asked, family, kept["adjustments"])
    means = {
        term.code: term.benchmark.value
        for term in family.terms
        if asked.lacking == BENCHMARK and term.missing == "group_mean" and term.benchmark.value is not None
    }
    group = rate(
        [family], [one.told for one in entries.values() if not one.left], {family.code: means} if means else None
    ).groups[family.group]
    kept |= {
        "benchmarks": {code: str(value) for code, value in group.benchmarks.items()},
        "means": {code: str(value) for code, value in group.means.items()},
        "lacking": asked.lacking,
        "reasons": [plain(one) for one in group.reasons],
        "left_out": {"no_figures": no_figures, NO_LAND: sum(one.left == NO_LAND for one in entries.values())},
        "counts": _counts(group.firms),
        "rated": sum(one.score is not None for one in group.firms),
    }
    return Made(kept, group, entries, no_figures)


def _counts(firms: Iterable[Rated]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for one in firms:
        if one.place is not None:
            counts[one.grade] += 1
    return dict(sorted(counts.items()))


def entrants(asked: Asked, family: Family, adjustments: Sequence[Mapping[str, str]]) -> tuple[dict[int, Entry], int]:
    """Every active industrial enterprise of the family's group with figures of that year from that source, and how many have none."""
    group = Firm.objects.filter(
        status=Firm.Status.ACTIVE, above_scale=family.group == ABOVE, section__in=INDUSTRY
    ).order_by()
    all_firms = {one.pk: one for one in group.only("name", "invented")}
    figures = {
        one.firm_id: one
        for one in FirmFigure.objects.filter(period=str(asked.year), source=asked.source).order_by()
        if one.firm_id in all_firms
    }
    land, facts = occupied(asked.year), {one.firm_id: one for one in RatingFact.objects.filter(year=asked.year)}
    codes = {text: row["key"] for row in adjustments for text in (row["name_zh"], row["name_en"], row["key"])}
    needs_land = any(LAND in (*term.numerator, *term.denominator) for term in family.terms)
    found: dict[int, Entry] = {}
    for key in sorted(figures):
        one, more = figures[key], facts.get(key)
        values: dict[str, Any] = {name: getattr(one, FROM_FIGURE.get(name, name)) for name in FIGURES}
        mine = land.get(key)
        values[LAND] = mine if mine is not None else one.land_mu
        values["emission_t"] = None if more is None else more.emission_t
        values["power_10k_kwh"] = None if more is None else more.power_10k_kwh
        counts = {} if more is None or more.extra_tenants is None else {"extra_tenants": more.extra_tenants}
        vetoes = () if more is None else tuple(sorted({codes.get(text, text) for text in more.vetoes}))
        told = Entrant(str(key), family.group, values, counts, vetoes, "" if more is None else more.aside)
        bare = needs_land and not values[LAND]
        land_from = "" if bare else "parcel" if mine is not None else "figure"
        found[key] = Entry(all_firms[key], told, land_from, NO_LAND if bare else "")
    return found, len(all_firms) - len(figures)


def occupied(year: int) -> dict[int, Decimal]:
    """Firm → its land on the parcels of the county in that year, where it is known for every one of them."""
    rows = Occupant.objects.filter(
        Q(since=None) | Q(since__year__lte=year), Q(until=None) | Q(until__year__gte=year)
    ).values_list("firm_id", "land_mu")
    found: dict[int, Decimal | None] = {}
    for firm, mu in rows:
        before = found.get(firm, Decimal(0))
        found[firm] = None if mu is None or before is None else before + mu
    return {firm: mu for firm, mu in found.items() if mu}


def lines_of(made: Made, rating: Rating) -> list[RatingLine]:
    """The lines of a round, unsaved, best first; enterprises that are not rated last."""
    lines = [_line(rating, made.entries[int(one.key)], one) for one in made.group.firms]
    lines += [_line(rating, one, None) for one in made.entries.values() if one.left]
    return lines


def _line(rating: Rating, entry: Entry, one: Rated | None) -> RatingLine:
    told = entry.told
    given: dict[str, Any] = {
        "values": {name: str(value) for name, value in told.values.items() if value is not None},
        "counts": dict(told.counts), "vetoes": list(told.vetoes), "aside": told.aside, "land_from": entry.land_from,
    }  # fmt: skip
    reasons: list[dict[str, Any]] = [{"code": entry.left}] if entry.left else []
    if one is not None:
        reasons = [plain(reason) for reason in one.reasons if reason.code != "permu.no_bands"]
        given |= {"by_place": one.by_place, "treated_as": one.treated_as, "deducted": str(one.deducted)}
        if one.score is not None:
            given["score"] = str(one.score)
    land = given["values"].get(LAND)
    return RatingLine(
        ref=f"{rating.pk}:{entry.firm.pk}", rating=rating, firm=entry.firm, land_mu=land,
        score=shown(one.score, 3) if one is not None and one.score is not None else None,
        place=one.place if one is not None else None, grade=one.grade if one is not None else "",
        terms=[_term(term) for term in one.terms] if one is not None else [], reasons=reasons, given=given, invented=entry.firm.invented,
    )  # fmt: skip


def _term(one: TermScore) -> dict[str, Any]:
    return {
        "code": one.code, "x": None if one.x is None else str(shown(one.x, 4)), "b": str(shown(one.benchmark, 4)),
        "raw": None if one.raw is None else str(shown(one.raw, 4)), "ratio": str(shown(one.ratio, 4)), "points": str(shown(one.points, 3)),
        "capped": one.capped, "reason": plain(one.reason),
    }  # fmt: skip


def plain(one: Reason) -> dict[str, str]:
    """A reason as it is kept: its code and its details (the code a veto has is its ``veto``)."""
    return {"code": one.code, **{"veto" if name == "code" else name: text for name, text in one.params}}


def kept_round(line: RatingLine) -> Rated_:
    """The round of a line as it was kept, with this one enterprise's figures: what ``what_if`` and ``reach`` are asked of. One query."""
    kept = line.rating.benchmarks
    family = family_of(kept)
    rows = line.rating.lines.exclude(place=None).values_list("firm_id", "place", "grade", "given__score")
    count = len(rows)
    firms = tuple(
        Rated(str(key), family.code, Fraction(score), (), Fraction(0), place, count, grade, grade, "", ())
        for key, place, grade, score in rows
    )
    given = line.given
    told = Entrant(
        str(line.firm_id), family.group, {name: Decimal(text) for name, text in given["values"].items()},
        given.get("counts", {}), tuple(given.get("vetoes", ())), given.get("aside", ""),
    )  # fmt: skip
    if line.place is None:
        score = Fraction(given["score"]) if "score" in given else None
        firms += (Rated(told.key, family.code, score, (), Fraction(0), None, 0, "", "", "", ()),)
    group = GroupRating(
        family, {code: Fraction(text) for code, text in kept["benchmarks"].items()},
        {code: Fraction(text) for code, text in kept["means"].items()}, firms, {told.key: told}, (),
    )  # fmt: skip
    return Rated_({family.group: group}, ())

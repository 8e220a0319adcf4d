"""Reads over enterprises."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Length

from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product, ProductFigure
from gongxing.kernel.access.visible import reach, visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.past import cells_at, touched_after
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.org.actor import Actor

CHUNK, YEAR_DIGITS = 1000, 4
UNDECIDED = (Firm.IndustrySource.NONE,)
NEAR_SCALE = "f.near_scale=True"
STATISTICS, ACTIVE = FirmFigure.Source.STATISTICS.value, Firm.Status.ACTIVE.value
FACTS = ("pk", "name", "status", "above_scale", "revenue", "figure_source", "unit_id")


@dataclass(frozen=True)
class PatternGroup:
    """Undecided firms with one wording: how many, and one of them as an example."""

    pattern: str
    firms: int
    example: Firm


def undecided(actor: Actor) -> QuerySet[Firm]:
    """Firms without an industry code that the actor may classify."""
    return visible(Firm.objects.filter(industry_source__in=UNDECIDED), actor, "classify")


def pattern_groups(actor: Actor, limit: int = 30) -> tuple[list[PatternGroup], int]:
    """The first wordings of undecided firms, most firms first, and how many there are. Two queries."""
    rows = (
        undecided(actor).exclude(industry_pattern="").order_by().values("industry_pattern").annotate(n=Count("pk"), first=Min("pk")).order_by("-n", "industry_pattern")
    )  # fmt: skip
    every = list(rows)
    found = every[:limit]
    examples = Firm.objects.in_bulk([row["first"] for row in found])
    return [PatternGroup(row["industry_pattern"], row["n"], examples[row["first"]]) for row in found], len(every)


def without_pattern(actor: Actor) -> QuerySet[Firm]:
    """Undecided firms whose text says nothing a wording could be made of."""
    return undecided(actor).filter(industry_pattern="").order_by("pk")


def open_questions(actor: Actor) -> QuerySet[DuplicateQuestion]:
    """Possible duplicates waiting for an answer, surest ground first. Only those whose both sides the actor may see."""
    asked = DuplicateQuestion.objects.filter(answer=DuplicateQuestion.Answer.OPEN).select_related(
        "one__unit", "other__unit"
    )
    if not reach(actor, "view", "firms.firm").everything:
        seen = visible(Firm.objects.order_by(), actor).values("pk")
        asked = asked.filter(one__in=seen, other__in=seen)
    return visible(asked, actor, "answer").order_by("ground", "-likeness", "id")


def unchecked_near_scale(actor: Actor) -> QuerySet[Firm]:
    """Near-scale firms the actor may check, less those under check and those whose check ended this year: figures are yearly."""
    clocks = Deadline.objects.filter(ledger="firms.firm", rule="scale.check")
    open_or_done = clocks.filter(ended_at__isnull=True) | clocks.filter(ended_at__year=today().year)
    watched = visible(Firm.objects.order_by().filter(near_scale=True), actor, "scale")
    return watched.exclude(pk__in=open_or_done.values("row"))


MERGED, UNMERGED = "firms.merge_firms", "firms.unmerge_firms"


def last_merge(firm_id: int) -> str | None:
    """The transaction of the last merge into an enterprise that was not taken back; None when there is none."""
    entries = Entry.objects.filter(ledger="firms.firm", row=firm_id, verb__in=(MERGED, UNMERGED)).order_by("-id")
    seen: set[str] = set()
    taken_back = 0
    for verb, tx in entries.values_list("verb", "tx"):
        if tx in seen:
            continue
        seen.add(tx)
        if verb == UNMERGED:
            taken_back += 1
        elif taken_back:
            taken_back -= 1
        else:
            return str(tx)
    return None


@dataclass(frozen=True)
class FirmFacts:
    """What other stages may know of a firm without opening it. ``revenue`` in 万元 is the statistics office's or None: sources are
    never added up."""

    id: int
    name: str
    active: bool
    above_scale: bool
    revenue: float | None
    unit_id: int


@dataclass(frozen=True)
class FirmText:
    """The words of a firm: what places it on industry chains."""

    id: int
    name: str
    scope: str
    products: tuple[str, ...]
    industry: str


def firm_facts(ids: Collection[int], moment: datetime | None = None) -> dict[int, FirmFacts]:
    """Facts of some firms by id, now (one query per thousand) or as they stood at a moment (out of the trail)."""
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        if moment is None:
            rows: Iterable[tuple[Any, ...]] = Firm.objects.filter(pk__in=part).order_by("pk").values_list(*FACTS)
        else:
            rows = ((pk, *cells) for pk, cells in cells_at(Firm, FACTS[1:], moment, part).items())
        for pk, name, status, above, revenue, source, unit in rows:
            counted = revenue is not None and source == STATISTICS
            found[pk] = FirmFacts(pk, name, status == ACTIVE, above, float(revenue) if counted else None, unit)
    return found


def active_firm_count(moment: datetime | None = None) -> int:
    """Firms of the register that trade, now or as they stood at a moment: entered, closed and merged since are taken back out of the trail.
    Two queries."""
    n = Firm.objects.filter(status=Firm.Status.ACTIVE).count()
    if moment is None:
        return n
    later = Entry.objects.filter(ledger="firms.firm", at__gt=moment, body__contains='"status"').order_by("id")
    then: dict[int, str | None] = {}
    now: dict[int, str | None] = {}
    for firm, body in later.values_list("row", "body"):
        if pair := _status(body):
            then.setdefault(firm, pair[0])
            now[firm] = pair[1]
    return (
        n
        + sum(one == Firm.Status.ACTIVE for one in then.values())
        - sum(one == Firm.Status.ACTIVE for one in now.values())
    )


def _status(body: str) -> Sequence[str | None]:
    """A firm's status before and after an entry; nothing where it did not touch it."""
    found: Sequence[str | None] = json.loads(body)["cells"].get("status", ())
    return found


def owners_of(products: Collection[int]) -> dict[int, int]:
    """Firm of each of these products that is still there, by product id."""
    return dict(Product.objects.filter(pk__in=list(products)).values_list("pk", "firm_id"))


def firm_texts(ids: Collection[int] | None = None) -> Iterator[FirmText]:
    """The words of all firms that still trade, or of some, in order of id; two queries per thousand."""
    rows = Firm.objects.filter(status=Firm.Status.ACTIVE).order_by("pk")
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    last = 0
    while True:
        part = list(rows.filter(pk__gt=last).only("pk", "name", "business_scope", "main_products", "industry")[:CHUNK])
        if not part:
            return
        last = part[-1].pk
        made: dict[int, list[str]] = {}
        for firm_id, name in Product.objects.filter(firm_id__in=[one.pk for one in part]).values_list(
            "firm_id", "name"
        ):
            made.setdefault(firm_id, []).append(name)
        for one in part:
            listed = [word for word in one.main_products.replace("；", "、").replace("，", "、").split("、") if word]
            products = tuple(dict.fromkeys([*made.get(one.pk, ()), *listed]))
            yield FirmText(one.pk, one.name, one.business_scope, products, one.industry)


def firm_names(ids: Collection[int], actor: Actor) -> dict[int, str]:
    """Names of those of the firms that the actor may see."""
    return dict(visible(Firm.objects.filter(pk__in=sorted(ids)).order_by(), actor).values_list("pk", "name"))


@dataclass(frozen=True)
class FirmStart:
    """When a firm was founded (the year, None where the register does not say), its class, and whether it is on the near-scale watch."""

    founded: int | None
    industry: str
    near_scale: bool


def firm_starts(ids: Collection[int]) -> dict[int, FirmStart]:
    """Founding year, class and near-scale watch of some firms by id, whether they still trade or not. One query per thousand."""
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), CHUNK):
        part = Firm.objects.filter(pk__in=wanted[start : start + CHUNK]).order_by()
        for pk, founded, industry, near in part.values_list("pk", "founded", "industry", "near_scale"):
            found[pk] = FirmStart(founded.year if founded else None, industry, near)
    return found


def stopped_trading(ids: Collection[int]) -> dict[int, datetime]:
    """When those of some firms that no longer trade were taken out of it, out of the trail. A firm that trades, that never did or that is not
    in the register any more is not there. Two queries per thousand."""
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), CHUNK):
        part = Firm.objects.filter(pk__in=wanted[start : start + CHUNK]).exclude(status=Firm.Status.ACTIVE)
        closed = list(part.order_by().values_list("pk", flat=True))
        entries = Entry.objects.filter(ledger="firms.firm", row__in=closed, body__contains='"status"').order_by("id")
        lines = (
            (firm, at, next(iter(_status(body)), None)) for firm, at, body in entries.values_list("row", "at", "body")
        )
        found.update({firm: at for firm, at, before in lines if before == Firm.Status.ACTIVE})
    return found


def yearly_revenue(source: str, first: int, last: int) -> dict[int, dict[int, float]]:
    """Yearly revenue (万元) of every firm that trades, from one source only: firm → year → figure. A year without a figure is not
    there. One query."""
    years = range(first, last + 1)
    rows = FirmFigure.objects.filter(
        period_start__in=[date(year, 1, 1) for year in years], period__in=[str(year) for year in years], source=source,
        revenue__isnull=False, firm__status=Firm.Status.ACTIVE,
    )  # fmt: skip
    found: dict[int, dict[int, float]] = {}
    for firm_id, period, revenue in rows.order_by("firm_id", "period").values_list("firm_id", "period", "revenue"):
        if revenue is not None:
            found.setdefault(firm_id, {})[int(period)] = float(revenue)
    return found


def years_with_figures(source: str) -> dict[int, int]:
    """Years of which a source has yearly revenue, with the number of firms, newest first. One query."""
    rows = FirmFigure.objects.filter(source=source, revenue__isnull=False, firm__status=Firm.Status.ACTIVE).order_by()
    counted = rows.values_list("period").annotate(n=Count("pk"))
    return dict(sorted(((int(period), n) for period, n in counted if len(period) == YEAR_DIGITS), reverse=True))


def figures_seen(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the firms whose figures the actor may see."""
    rows = visible(FirmFigure.objects.filter(firm_id__in=sorted(ids)).order_by(), actor)
    return set(rows.values_list("firm_id", flat=True).distinct())


@dataclass(frozen=True)
class YearOfRevenue:
    """Yearly revenue by the statistics office: the newest year that has any (None: no year has), the revenue (万元) of every firm that
    traded, by id, and the class of each of them."""

    year: int | None
    revenue: Mapping[int, float]
    industry: Mapping[int, str]


def newest_revenue(moment: datetime | None = None) -> YearOfRevenue:
    """The newest year of the statistics office, now (two queries) or as it was known at a moment (out of the trail): a figure entered
    later was not known then, and firms traded or not, and had their class, as they did then."""
    return _newest_now() if moment is None else _newest_then(moment)


def _newest_now() -> YearOfRevenue:
    told = FirmFigure.objects.filter(source=STATISTICS, revenue__isnull=False, firm__status=ACTIVE)
    whole = told.annotate(digits=Length("period")).filter(digits=YEAR_DIGITS).order_by("-period_start")
    period = whole.values_list("period", flat=True).first()
    year = None if period is None else int(period)
    rows = told.filter(period_start=date(year, 1, 1), period=period).order_by("firm_id") if year else told.none()
    found = list(rows.values_list("firm_id", "revenue", "firm__industry"))
    return YearOfRevenue(
        year, {firm: float(revenue or 0) for firm, revenue, _code in found}, {firm: code for firm, _revenue, code in found}
    )  # fmt: skip


def _newest_then(moment: datetime) -> YearOfRevenue:
    told = FirmFigure.objects.filter(source=STATISTICS, revenue__isnull=False).order_by()
    ids = {*told.values_list("pk", flat=True), *touched_after(FirmFigure, moment)}
    figures = [
        (firm, int(period), float(revenue))
        for firm, period, source, revenue in cells_at(FirmFigure, ("firm_id", "period", "source", "revenue"), moment, ids).values()
        if source == STATISTICS and revenue is not None and len(period) == YEAR_DIGITS
    ]  # fmt: skip
    firms = {
        firm: code
        for firm, (status, code) in cells_at(Firm, ("status", "industry"), moment, {one[0] for one in figures}).items()
        if status == ACTIVE
    }
    year = max((year for firm, year, _revenue in figures if firm in firms), default=None)
    revenue = {firm: amount for firm, own, amount in sorted(figures) if own == year and firm in firms}
    return YearOfRevenue(year, revenue, {firm: firms[firm] for firm in revenue})


@dataclass(frozen=True)
class FirmNeeds:
    """What a firm used in a year: class, revenue in 万元, land in mu, energy in tce, persons; None is unknown."""

    industry: str
    revenue: float
    land_mu: float | None
    energy: float | None
    employees: float | None


@dataclass(frozen=True)
class YearOfNeeds:
    """The newest year of the statistics office (None: no year has revenue) and its firms that trade and have a class."""

    year: int | None
    firms: tuple[FirmNeeds, ...]


def newest_needs() -> YearOfNeeds:
    """What firms used in the newest year the statistics office has revenue of. Two queries."""
    year = max(years_with_figures(STATISTICS), default=None)
    rows = FirmFigure.objects.filter(
        period=str(year or ""), source=STATISTICS, revenue__isnull=False, firm__status=ACTIVE
    )
    cells = rows.order_by("firm_id").values_list("firm__industry", "revenue", "land_mu", "energy", "employees")
    listed = [
        FirmNeeds(code, float(revenue or 0), *(None if one is None else float(one) for one in used))
        for code, revenue, *used in cells
        if code
    ]
    return YearOfNeeds(year, tuple(listed))


@dataclass(frozen=True)
class ProductYear:
    """One year of a product: sales in 万元, quantity and its unit; None and "" are unknown."""

    revenue: float | None
    quantity: float | None
    unit: str


@dataclass(frozen=True)
class ProductYears:
    """The years of one product of one enterprise by one source. ``key`` is its name as years are brought together, ``name`` the name as last
    written."""

    firm: int
    key: str
    name: str
    years: Mapping[int, ProductYear]


def years_with_products(source: str) -> dict[int, int]:
    """Years of which a source has sales of products of firms that trade, with the number of products, newest first. One query."""
    rows = ProductFigure.objects.filter(source=source, revenue__isnull=False, firm__status=ACTIVE).order_by()
    return dict(sorted(rows.values_list("year").annotate(n=Count("pk")), reverse=True))


def product_years(source: str, first: int, last: int) -> tuple[ProductYears, ...]:
    """Products of firms that trade with a figure in these years, from one source only, by firm and name. A year without a row is not there.
    One query."""
    rows = ProductFigure.objects.filter(source=source, year__gte=first, year__lte=last, firm__status=ACTIVE)
    found: dict[tuple[int, str], dict[int, ProductYear]] = {}
    names: dict[tuple[int, str], str] = {}
    cells = rows.order_by("firm_id", "folded", "year").values_list(
        "firm_id", "folded", "name", "year", "revenue", "quantity", "quantity_unit"
    )
    for firm, key, name, year, revenue, quantity, unit in cells:
        one = ProductYear(
            None if revenue is None else float(revenue), None if quantity is None else float(quantity), unit
        )
        found.setdefault((firm, key), {})[year] = one
        names[firm, key] = name
    return tuple(ProductYears(firm, key, names[firm, key], years) for (firm, key), years in found.items())


def product_figures_seen(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the firms whose figures of products the actor may see."""
    rows = visible(ProductFigure.objects.filter(firm_id__in=sorted(ids)).order_by(), actor)
    return set(rows.values_list("firm_id", flat=True).distinct())

"""Firms and projects as columns of data that clauses ask for, in few queries. Kept in each process, part by part, until the registers of that part are written to.

Rows: firms that trade or rest, projects that were neither removed nor transferred. A yearly figure is that of one year for all firms: the newest full year for
which the source has at least half as many firms as in its fullest year, so that the first figures of a new year do not turn everyone into 缺数据.

The columns of the firms take longer to read from the registers than a page may take: after many rows were written a job does it (``keep_firms``), and
every process takes them from there (``kept``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property, lru_cache, partial
from typing import Any

from django.db.models import Count
from django.db.models.functions import Length

from gongxing.domains.chain.models import Chain, Node, Placement
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.policy import kept
from gongxing.domains.policy.fields import CHAINS, ENTRIES, FIRM, NODES, PROJECT, UNITS, YEARLY, Entry, fields_for
from gongxing.domains.policy.kept import Part, State, digest, state_of
from gongxing.domains.projects.models import NodeLink, Project
from gongxing.engines.conditions import Field
from gongxing.engines.matching import Column, Table, column
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Unit

MAP, CELLS, FIGURES, STANDING = (
    ("chain.chain", "chain.node"),
    ("firms.firm",),
    ("firms.firmfigure",),
    ("chain.placement",),
)
UNIT = ("org.unit",)
READS: Mapping[str, tuple[str, ...]] = {
    FIRM: (*CELLS, *FIGURES, *STANDING, *MAP, *UNIT),
    PROJECT: ("projects.project", "projects.nodelink", *MAP, *UNIT),
}
"""The registers the rows of a subject are read from."""
HUNDRED, FINE, HALF, YEAR_DIGITS = Decimal(100), Decimal("0.0001"), 2, 4
HOME = frozenset({"", "CNY"})
FIRM_CELLS = (
    "pk", "name", "unit_id", "industry", "section", "size", "status", "founded", "capital", "capital_currency", "above_scale", "hi_tech", "specialised", "listed",
)  # fmt: skip
ON_THE_MAP = ("nodes", "chains", "strategic")
DERIVED = frozenset({"funds_share", "central_taken", "places", "nodes", "chains"})
LEFT_OUT = {"catalogue": "unknown", "conformity": "unknown"}
Values = dict[str, list[Any]]


class Columns(Mapping[str, Column]):
    """Columns by field, each made when it is first asked for: clauses ask for few of them."""

    def __init__(self, makers: Mapping[str, Callable[[], Column]]) -> None:
        self._makers, self._made = makers, dict[str, Column]()

    def __getitem__(self, field: str) -> Column:
        if field not in self._made:
            self._made[field] = self._makers[field]()
        return self._made[field]

    def __contains__(self, field: object) -> bool:
        return field in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one subject. ``owners``: the firm of each row (a firm is its own; None: a project without one); ``names`` of what is looked up by register and
    code; ``years`` of the figures by source; ``places`` the row number of each id. Of projects only: ``begun``, the year each was entered, and
    ``numbers``, by which those of one name are told apart."""

    subject: str
    ids: tuple[int, ...]
    titles: tuple[str, ...]
    units: tuple[int, ...]
    owners: tuple[int | None, ...]
    places: Mapping[int, int]
    table: Table
    names: Mapping[str, Mapping[str, str]]
    years: Mapping[str, int]
    begun: tuple[int | None, ...] = ()
    numbers: tuple[str, ...] = ()

    @cached_property
    def alike(self) -> Mapping[str, tuple[int, ...]]:
        """The rows of each name that more than one project bears."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, title in enumerate(self.titles if self.numbers else ()):
            found[title].append(at)
        return {title: tuple(rows) for title, rows in found.items() if len(rows) > 1}

    @property
    def entries(self) -> Mapping[str, Entry]:
        return ENTRIES[self.subject]

    def label(self, field: str) -> str:
        """A field in the reader's language, with the year of a figure."""
        one = self.entries.get(field)
        return field if one is None else one.label(self.years.get(one.source))


def rows_of(subject: str) -> Rows:
    """All rows of a subject as they stand now."""
    return stored_rows(subject, revision(READS[subject]), today())


@lru_cache(maxsize=4)
def stored_rows(subject: str, _stand: int, day: date) -> Rows:
    """The rows at a state of the registers (``revision``)."""
    return _firms(day) if subject == FIRM else _projects()


def names_only(subject: str) -> Rows:
    """No rows, but all that conditions are put in words with: cheap where nobody is matched. Figures are named without their year."""
    return Rows(subject, (), (), (), (), {}, Table(0, {}, {}), _lookups(), {})


def forget() -> None:
    """Give up what is kept (between tests)."""
    for made in (stored_rows, _places, _map, _firm_cells, _standing, _figures):
        made.cache_clear()


@dataclass(frozen=True, eq=False)
class Places:
    """Units: names by code, and for each unit the codes of itself and of all above it."""

    names: Mapping[str, str]
    above: Mapping[int, frozenset[str]]


@lru_cache(maxsize=2)
def _places(_stand: int) -> Places:
    rows = list(Unit.objects.order_by("path").values_list("pk", "code", "name", "path"))
    by_path = {path: code for _pk, code, _name, path in rows}
    above: dict[int, frozenset[str]] = {}
    for pk, _code, _name, path in rows:
        steps = path.split(".")[:-1]
        ways = (".".join(steps[:n]) + "." for n in range(1, len(steps) + 1))
        above[pk] = frozenset(by_path[one] for one in ways if one in by_path)
    return Places({code: name for _pk, code, name, _path in rows}, above)


@dataclass(frozen=True, eq=False)
class County:
    """Links and chains: names by code, code and chain of each link by id, the strategic chains."""

    nodes: Mapping[str, str]
    chains: Mapping[str, str]
    of_node: Mapping[int, tuple[str, str]]
    strategic: frozenset[str]


@lru_cache(maxsize=2)
def _map(_stand: int) -> County:
    chains = {
        pk: (code, name, kind)
        for pk, code, name, kind in Chain.objects.order_by("code").values_list("pk", "code", "name", "kind")
    }
    nodes = list(Node.objects.order_by("code").values_list("pk", "code", "name", "chain_id"))
    return County(
        {code: name for _pk, code, name, _chain in nodes}, {code: name for code, name, _kind in chains.values()},
        {pk: (code, chains[chain][0]) for pk, code, _name, chain in nodes if chain in chains},
        frozenset(code for code, _name, kind in chains.values() if kind == Chain.Kind.STRATEGIC),
    )  # fmt: skip


def _fields(subject: str) -> dict[str, Field]:
    units, county = _places(revision(UNIT)), _map(revision(MAP))
    return fields_for(subject, {UNITS: tuple(units.names), NODES: tuple(county.nodes), CHAINS: tuple(county.chains)})


def _columns(fields: Mapping[str, Field], values: Mapping[str, Sequence[Any]]) -> Columns:
    return Columns({name: partial(_column, fields[name], values) for name in values})


def _column(field: Field, values: Mapping[str, Sequence[Any]]) -> Column:
    return column(field, values[field.name])


@dataclass(frozen=True, eq=False)
class Cells:
    """What the register of firms itself says."""

    ids: tuple[int, ...]
    titles: tuple[str, ...]
    units: tuple[int, ...]
    columns: Columns


def _firms(day: date) -> Rows:
    places, county = revision(UNIT), revision(MAP)
    cells = _firm_cells(revision(CELLS), places)
    years, figures = _figures(revision(FIGURES), day, cells.ids)
    parts = (cells.columns, figures, _standing(revision(STANDING), county, cells.ids))
    fields, n = _fields(FIRM), len(cells.ids)
    makers: dict[str, Callable[[], Column]] = {
        name: partial(column, one, (None,) * n)
        for name, one in fields.items()
        if not any(name in part for part in parts)
    }
    columns = Columns(makers | {name: partial(part.__getitem__, name) for part in parts for name in part})
    return Rows(
        FIRM, cells.ids, cells.titles, cells.units, cells.ids, {pk: at for at, pk in enumerate(cells.ids)}, Table(n, fields, columns), _lookups(), years,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _firm_cells(stand: int, places: int) -> Cells:
    told = kept.read("cells", state_of((stand, places))) or _read_cells(places)
    ids, titles, units = (tuple(told.heads[name]) for name in ("ids", "titles", "units"))
    return Cells(ids, titles, units, _columns(_fields(FIRM), told.values))


def _read_cells(places: int) -> Part:
    above = _places(places).above
    trading = Firm.objects.filter(status__in=(Firm.Status.ACTIVE, Firm.Status.SUSPENDED))
    rows = list(trading.order_by("pk").values_list(*FIRM_CELLS))
    names = FIRM_CELLS[3:]
    values: Values = {name: [row[at] for row in rows] for at, name in enumerate(names, start=3)}
    values["size"] = ["" if one == Firm.Size.UNKNOWN else one for one in values["size"]]
    currencies = values.pop("capital_currency")
    values["capital"] = [
        one if currency in HOME else None for one, currency in zip(values["capital"], currencies, strict=True)
    ]
    values["below_scale"] = [not one for one in values["above_scale"]]
    values["places"] = [above.get(row[2], frozenset()) for row in rows]
    return Part({name: [row[at] for row in rows] for at, name in enumerate(("ids", "titles", "units"))}, values)


@lru_cache(maxsize=2)
def _standing(stand: int, map_stand: int, ids: tuple[int, ...]) -> Columns:
    told = kept.read("standing", state_of((stand, map_stand), digest(ids))) or _read_standing(map_stand, ids)
    return _columns(_fields(FIRM), told.values)


def _read_standing(map_stand: int, ids: tuple[int, ...]) -> Part:
    """Links and chains of the firms, sure or decided; unknown for a firm of which only doubtful ones are known."""
    county = _map(map_stand)
    standing: dict[int, list[tuple[str, str]]] = defaultdict(list)
    doubted: set[int] = set()
    found = Placement.objects.exclude(role=Placement.Role.NOT).order_by().values_list("firm_id", "node_id", "level")
    for firm, node, level in found:
        if level == Placement.Level.DOUBTFUL:
            doubted.add(firm)
        elif node in county.of_node:
            standing[firm].append(county.of_node[node])
    values: Values = {name: [] for name in ON_THE_MAP}
    for pk in ids:
        on = standing.get(pk, [])
        known = pk in standing or pk not in doubted
        chains = frozenset(chain for _node, chain in on)
        values["nodes"].append(frozenset(node for node, _chain in on) if known else None)
        values["chains"].append(chains if known else None)
        values["strategic"].append(bool(chains & county.strategic) if known else None)
    return Part({}, values)


@lru_cache(maxsize=2)
def _figures(stand: int, day: date, ids: tuple[int, ...]) -> tuple[Mapping[str, int], Columns]:
    """The years and the columns of all yearly figures, in the order of the rows."""
    told = kept.read("figures", state_of((stand,), day, digest(ids))) or _read_figures(day, ids)
    return told.heads["years"], _columns(_fields(FIRM), told.values)


def _read_figures(day: date, ids: tuple[int, ...]) -> Part:
    years = figure_years(day)
    places = {pk: at for at, pk in enumerate(ids)}
    values: Values = {
        f"{source}.{name}": [None] * len(ids) for source in FirmFigure.Source.values for name, *_rest in YEARLY
    }
    plain = [name for name, *_rest in YEARLY if name not in ("revenue_growth", "rd_share")]
    for source, year in years.items():
        own = FirmFigure.objects.filter(source=source).order_by()
        before: dict[int, Decimal | None] = dict(own.filter(period=str(year - 1)).values_list("firm_id", "revenue"))
        for firm, *cells in own.filter(period=str(year)).values_list("firm_id", *plain):
            at = places.get(firm)
            if at is None:
                continue
            told = dict(zip(plain, cells, strict=True))
            for name, value in told.items():
                values[f"{source}.{name}"][at] = value
            values[f"{source}.revenue_growth"][at] = _growth(before.get(firm), told["revenue"])
            values[f"{source}.rd_share"][at] = _share(told["rd"], told["revenue"])
    return Part({"years": years}, values)


def keep_firms(day: date) -> tuple[str, ...]:
    """Read the columns of the firms from the registers and lay them down for every process. Returns the parts that were not there yet. Work of a job: the
    revisions are asked before the rows, so that what is written meanwhile makes a part out of date, never wrongly new."""
    places, county = revision(UNIT), revision(MAP)
    stands = {one: revision(one) for one in (CELLS, FIGURES, STANDING)}
    cells_state = state_of((stands[CELLS], places))
    cells = kept.read("cells", cells_state) or _read_cells(places)
    ids = tuple(cells.heads["ids"])
    parts: tuple[tuple[str, State | None, Callable[[], Part]], ...] = (
        ("cells", cells_state, lambda: cells),
        ("figures", state_of((stands[FIGURES],), day, digest(ids)), lambda: _read_figures(day, ids)),
        ("standing", state_of((stands[STANDING], county), digest(ids)), lambda: _read_standing(county, ids)),
    )
    missing = [(name, state, make) for name, state, make in parts if state is not None and not kept.holds(name, state)]
    for name, state, make in missing:
        kept.write(name, state, make())
    return tuple(name for name, _state, _make in missing)


def figure_years(day: date) -> dict[str, int]:
    """The year whose figures of each source are read (see the head of the module). One query."""
    whole = FirmFigure.objects.annotate(digits=Length("period")).filter(digits=YEAR_DIGITS, period__lt=str(day.year))
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for source, period, n in whole.order_by().values_list("source", "period").annotate(n=Count("pk")):
        counts[source][int(period)] = n
    return {
        source: max(year for year, n in by_year.items() if n * HALF >= max(by_year.values()))
        for source, by_year in counts.items()
    }


def _growth(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    """Growth in %, to four decimals; unknown without a year before that is above 0."""
    return None if before is None or now is None else _share(now - before, before)


def _share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Part of the whole in %, to four decimals; unknown where one is or the whole is not above 0."""
    if part is None or whole is None or whole <= 0:
        return None
    return (part * HUNDRED / whole).quantize(FINE, ROUND_HALF_EVEN)


def _projects() -> Rows:
    above, county = _places(revision(UNIT)).above, _map(revision(MAP))
    plain = [name for name in ENTRIES[PROJECT] if name not in DERIVED]
    gone = (Project.Stage.REMOVED, Project.Stage.TRANSFERRED)
    heads = ("pk", "name", "unit_id", "firm_id", "site_id", "central_fund", "first_claim_on", "stage_on", "number")
    rows = list(Project.objects.exclude(stage__in=gone).order_by("pk").values_list(*heads, *plain))
    linked: dict[int, set[int]] = defaultdict(set)
    for project, node in NodeLink.objects.order_by().values_list("project_id", "node_id"):
        linked[project].add(node)
    values: Values = {name: [row[at] for row in rows] for at, name in enumerate(plain, start=len(heads))}
    for name, nothing in LEFT_OUT.items():
        values[name] = ["" if one == nothing else one for one in values[name]]
    days = [[one for one in (row[6], row[7], admitted) if one] for row, admitted in zip(rows, values["admitted_on"], strict=True)]  # fmt: skip
    values["funds_share"] = [
        _share(there, total) for there, total in zip(values["funds_in_place"], values["total_investment"], strict=True)
    ]
    values["central_taken"] = [bool(row[5]) for row in rows]
    values["places"] = [above.get(row[4] or row[2], frozenset()) for row in rows]
    on = [[county.of_node[node] for node in linked.get(row[0], ()) if node in county.of_node] for row in rows]
    values["nodes"] = [frozenset(node for node, _chain in one) for one in on]
    values["chains"] = [frozenset(chain for _node, chain in one) for one in on]
    ids, fields = tuple(row[0] for row in rows), _fields(PROJECT)
    return Rows(
        PROJECT, ids, tuple(row[1] for row in rows), tuple(row[2] for row in rows), tuple(row[3] for row in rows), {pk: at for at, pk in enumerate(ids)},
        Table(len(ids), fields, _columns(fields, values)), _lookups(), {}, tuple(min(one).year if one else None for one in days), tuple(row[8] for row in rows),
    )  # fmt: skip


def _lookups() -> dict[str, Mapping[str, str]]:
    county = _map(revision(MAP))
    return {UNITS: _places(revision(UNIT)).names, NODES: county.nodes, CHAINS: county.chains}

"""Ledger: the declaration of a noun, and the registry of all of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import DecimalField, IntegerField, QuerySet
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import pgettext_lazy

from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Filled, Kind
from gongxing.kernel.org.actor import Actor

M = TypeVar("M", bound=Row)
MAX_SORTS, MAX_FACETS = 8, 6
LARGEST_INTEGER = 2_147_483_647


@dataclass(frozen=True)
class FieldFault:
    """A fault and the column it belongs to ("" for the whole row)."""

    column: str
    fault: Fault


@dataclass(frozen=True)
class Preset:
    """A ready-made view of a list: a name and a query string. ``{today}`` and ``{yesterday}`` in it stand for those days."""

    label: str | Promise
    query: str

    @property
    def asked(self) -> str:
        """The query string as it is asked today."""
        day = today()
        before = (day - timedelta(days=1)).isoformat()
        return self.query.replace("{today}", day.isoformat()).replace("{yesterday}", before)


@dataclass(frozen=True)
class Panel:
    """A block on a detail page: its template and what it shows. ``count`` is shown in the tab. ``clocks``: it shows the row's clocks itself, so the page leaves
    its general block of them out."""

    key: str
    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None
    clocks: bool = False


class Ledger(Generic[M]):
    """Subclass once per model and register with ``@ledger``.

    ``key`` is the column people identify a row by (unique), ``title`` the column shown as its name; ``order`` the default sort
    column (``-`` for descending); ``facets`` at most six model fields with few values, ``unit`` counted when it is one; ``marks``
    flags that few rows carry: a view asks for them with ``f.<mark>=True``, they have no filter menu.
    ``tagged`` are the fields ``tags`` reads of a row.
    ``lookups`` name pages (column → address name) that say, while somebody types, what is already known about it.
    ``follows`` names columns that ``prefill`` works out of others of the same form (column → those): the page asks again when they change.
    ``panels_first``: on a row's page what happens with it (its panels) stands before what it is (its facts); ``fold_empty``: facts nobody has filled stand there
    folded under one line.
    ``drawn_at`` names the page that draws what this list shows (a map) for the same query.
    ``stand_ins``: in an ordinary sheet an empty cell of a column is read from another one (the number of a parcel from its supervision number);
    what is stored keeps its own.
    ``stage`` is the seal of the stage in the menu (谋招落批建服考) or "" for the base. ``verbs`` are the generic writes allowed.
    """

    model: ClassVar[type[Row]]
    label: ClassVar[str | Promise]
    counter: ClassVar[str | Promise] = pgettext_lazy("counter", "条")
    stand_ins: ClassVar[Mapping[str, str]] = {}
    stage: ClassVar[str] = ""
    icon: ClassVar[str] = "layout-list"
    key: ClassVar[str]
    title: ClassVar[str]
    order: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    facets: ClassVar[tuple[str, ...]] = ()
    marks: ClassVar[tuple[str, ...]] = ()
    tagged: ClassVar[tuple[str, ...]] = ()
    lookups: ClassVar[Mapping[str, str]] = {}
    follows: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    presets: ClassVar[tuple[Preset, ...]] = ()
    related: ClassVar[tuple[str, ...]] = ()
    totals_by: ClassVar[str] = ""
    drawn_at: ClassVar[str] = ""
    searchable: ClassVar[bool] = True
    in_menu: ClassVar[bool] = True
    verbs: ClassVar[frozenset[str]] = frozenset({"add", "change", "import", "export"})
    detail_template: ClassVar[str] = "ledger/detail.html"
    panels_first: ClassVar[bool] = False
    fold_empty: ClassVar[bool] = False
    renewals: ClassVar[frozenset[str]] = frozenset()
    """Verbs by which the system itself works derived fields out anew: such an entry is nobody's change."""

    def __init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise TypeError(f"{self.name}: a column is declared twice")
        if sum(column.sort for column in self.columns) > MAX_SORTS or len(self.facets) > MAX_FACETS:
            raise TypeError(f"{self.name}: at most {MAX_SORTS} sortable columns and {MAX_FACETS} facets")
        for name in (self.key, self.title, self.order.lstrip("-"), *self.facets, *self.marks):
            if name not in names:
                raise TypeError(f"{self.name}: {name} is not a declared column")
        self._columns = {column.name: column for column in self.columns}

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @property
    def slug(self) -> str:
        return self.name.replace(".", "-")

    @cached_property
    def url(self) -> str:
        return reverse("ledger-list", args=[self.slug])

    def column(self, name: str) -> Column:
        """Raises KeyError for an undeclared name."""
        return self._columns[name]

    def has_column(self, name: str) -> bool:
        return name in self._columns

    @property
    def key_columns(self) -> frozenset[str]:
        """Columns an import needs to find the stored row."""
        return frozenset({self.key})

    @cached_property
    def editable(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.editable)

    def rows(self) -> QuerySet[Any]:
        """All rows with what a list needs joined in."""
        return self.model._default_manager.select_related(*self.related)

    def list_fields(self, columns: Sequence[Column], sort: str) -> tuple[str, ...]:
        """The model fields the lines of a list are written from: shown columns, the sort, the title, the key, and what ``tags`` reads."""
        asked = [
            sort,
            self.title,
            self.key,
            *self.tagged,
            *(field for one in columns for field in one.fields or (one.name,)),
        ]
        return tuple(dict.fromkeys(asked))

    def row_url(self, key: int) -> str:
        return f"{self.url}{key}/"  # as urls.py has it; asking the resolver fifty times costs a page 2 ms

    def row_title(self, row: Row) -> str:
        return str(getattr(row, self.title) or getattr(row, self.key) or row.pk)

    def key_beside(self, row: Row) -> str:
        """The key as it stands beside a title; "" where it is the title itself or worked out of other cells, which nobody reads."""
        if self.key == self.title or (self.has_column(self.key) and not self.column(self.key).editable):
            return ""
        return str(getattr(row, self.key) or "")

    # -- what a subclass may say about its rows --------------------------------------------------------------

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """Rules that look at several fields. ``values`` are cleaned model fields, ``row`` the stored row or None."""
        return []

    def check_typed(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """Rules for values typed on a page or sent to the API, which an import is free of."""
        return []

    def check_import(self, values: Mapping[str, Any], row: Row | None, may: Callable[[str], bool]) -> list[FieldFault]:
        """Rules for a row of an import that depend on who imports. ``may(verb)``: whether the importer may do the verb."""
        return []

    def settled(self, rows: Sequence[Row], *, locked: bool = True) -> dict[int, Fault]:
        """Which of these rows nobody may write any more: place in ``rows`` → why (an award of a batch that was approved). Asked inside the
        write, of each row as it stands and as it is to be, stored or new; one of them refuses the whole form, import or undo. An override
        locks what it rests on, so that nobody settles it meanwhile; not ``locked`` it only looks (a page that tells before anybody writes). At
        most a few queries."""
        return {}

    def written(self, ctx: Ctx, rows: Sequence[Row]) -> None:
        """These rows were just written by a form, the API, an import, an undo or a merge, in this transaction: each as it stood before (where it
        was stored) and as it is now (where it still is). An override makes what was read together with them stale (``ctx.touch`` on the batch of
        an award). Rows in which nothing changed are left out. At most a few queries and one write for each row that goes stale."""

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        """The identifying text of a row from its cleaned fields; None when the row does not say which one it is."""
        value = values.get(self.key)
        return None if value in (None, "") else str(value)

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        """Stored rows with these identifying texts: text → id. At most a few queries."""
        found = self.model._default_manager.filter(**{f"{self.key}__in": list(keys)})
        return {str(key): pk for key, pk in found.values_list(self.key, "pk")}

    def candidates(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, ...]]:
        """For the cleaned key fields of each row the stored rows it may mean: none (it is new), one, or several (nobody knows
        which). At most a few queries for all of them."""
        keys = [self.key_of(values) for values in rows]
        found = self.find({key for key in keys if key is not None})
        return [(found[key],) if key is not None and key in found else () for key in keys]

    def attached(self, keys: Sequence[int]) -> list[QuerySet[Any]]:
        """What the system itself hung on these rows (an open question): it holds nothing back when they are taken back, and goes
        with them."""
        return []

    def worked_out(self, row: Row) -> bool:
        """Whether the system alone made this row and will make it again (a placement nobody decided): where its owner vanishes in a
        merge it goes instead of moving, and it holds no owner back that is taken back."""
        return False

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        """Fields computed from others on every write (folded name, size class). Returns ``values`` completed."""
        return values

    def complete(self, values: Sequence[dict[str, Any]], stored: Sequence[Row | None], typed: bool = False) -> None:
        """Fill in place what is worked out for a whole batch of rows at once (an industry suggested from the name).

        ``typed``: the values come from a page or the API, where an emptied cell is meant; in a sheet it says nothing.
        """

    def prefill(self, given: Mapping[str, str], actor: Actor) -> Mapping[str, Filled]:
        """What this ledger knows of a new row beyond the declarations of its columns (``same_as``, ``initial``): column → value and
        source. ``given`` are the texts of the address and of what is filled in so far. Pages ask ``ledger.prefill.prefilled``."""
        return {}

    def tags(self, row: Row) -> list[tuple[str, str]]:
        """Short state words shown beside the title: (label, state)."""
        return []

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        """Related blocks of the detail page."""
        return []

    def page(self, row: Row, actor: Actor, asked: Mapping[str, str]) -> Mapping[str, Any]:
        """What a ``detail_template`` of its own shows beyond the facts, panels and history of any row. ``asked`` is the query of the address."""
        return {}

    def search_text(self, row: Row) -> tuple[str, str, str]:
        """(code, name, further names) as the search index keeps them."""
        return str(getattr(row, self.key) or ""), self.row_title(row), ""


def _bounded(column: Column, model: type[Row]) -> Column:
    """The column with the bounds of its database field, so that what does not fit is refused with a sentence."""
    found = {one.name: one for one in model._meta.concrete_fields}.get(column.name)
    if column.kind in (Kind.TEXT, Kind.LONG) and found is not None and found.max_length is not None:
        return replace(column, max_length=min(column.max_length, found.max_length))
    if isinstance(found, DecimalField) and column.kind is Kind.DECIMAL:
        limit = Decimal(10) ** (found.max_digits - found.decimal_places) - Decimal(10) ** -found.decimal_places
    elif isinstance(found, IntegerField) and column.kind is Kind.INTEGER:
        limit = Decimal(LARGEST_INTEGER)
    else:
        return column
    lowest = -limit if column.minimum is None else max(-limit, column.minimum)
    highest = limit if column.maximum is None else min(limit, column.maximum)
    return replace(column, minimum=lowest, maximum=highest)


_ledgers: dict[str, Ledger[Any]] = {}
Attached = Callable[[Sequence[int]], QuerySet[Any]]
_attached: dict[str, list[Attached]] = {}
L = TypeVar("L", bound=type[Ledger[Any]])


def ledger(declared: L) -> L:
    """Class decorator: register the declaration. Raises TypeError when the model already has one."""
    declared.columns = tuple(_bounded(column, declared.model) for column in declared.columns)
    one = declared()
    if one.name in _ledgers and type(_ledgers[one.name]) is not declared:
        raise TypeError(f"{one.name} has two ledgers")
    _ledgers[one.name] = one
    return declared


def attach(name: str, rows: Attached) -> None:
    """Let another module say what the system hangs on rows of a ledger that knows nothing of it (see ``Ledger.attached``)."""
    offered = _attached.setdefault(name, [])
    if rows not in offered:
        offered.append(rows)


def attached_to(ledger: Ledger[Any], keys: Sequence[int]) -> list[QuerySet[Any]]:
    """What the system hung on these rows, by the ledger's own word and by that of other modules."""
    return [*ledger.attached(keys), *(rows(keys) for rows in _attached.get(ledger.name, ()))]


def all_ledgers() -> Iterator[Ledger[Any]]:
    """Every declared ledger, in order of declaration."""
    yield from _ledgers.values()


def ledger_named(name: str) -> Ledger[Any]:
    """By name (``firms.firm``) or slug (``firms-firm``). Raises LookupError."""
    found = _ledgers.get(name) or _ledgers.get(name.replace("-", ".", 1))
    if found is None:
        raise LookupError(f"no ledger named {name!r}")
    return found

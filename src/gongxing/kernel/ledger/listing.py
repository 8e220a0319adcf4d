"""A list as its URL states it: filters, ranges, text, sort, page. Everything a link needs, nothing hidden in a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import connections, router
from django.db.models import QuerySet
from django.http import QueryDict

from gongxing.kernel.access.visible import Reach, reach, restrict
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.light import light
from gongxing.kernel.database.rows import field_of
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.ledger.cube import counted
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.paging import Page, Read, decode_cursor, page
from gongxing.kernel.ledger.planner import Tally, apply, plan, tally, within
from gongxing.kernel.ledger.texts import TextMatch, text_match
from gongxing.kernel.org.actor import Actor

EMPTY_VALUE = "~"
SIZES = (20, 50, 100, 200)
PATIENT_MS = 3000
WALK_MS, LEAST_WALK_MS, WALK_MARGIN, UNITS_PER_MS = 80.0, 20.0, 4.0, 250.0
LARGEST_KEY = 2**63
NUL = "\x00"


@dataclass(frozen=True)
class Range:
    """A condition ``minimum ≤ column ≤ maximum`` on a sortable column; either side may be open (None)."""

    column: str
    minimum: Any = None
    maximum: Any = None


@dataclass(frozen=True)
class ListState:
    """What a list URL says. ``faults`` are the parts that could not be read, shown above the list."""

    ledger: Ledger[Any]
    facets: Mapping[str, tuple[str, ...]]
    ranges: tuple[Range, ...]
    q: str
    sort: str
    descending: bool
    after: str
    before: str
    number: int
    size: int
    faults: tuple[Fault, ...] = ()

    def query(self, **changes: Any) -> str:
        """The query string of this state with some parts changed; paging starts anew unless named."""
        state = replace(self, **{"after": "", "before": "", "number": 1, **changes})
        pairs: list[tuple[str, str]] = []
        for name, values in sorted(state.facets.items()):
            pairs.extend((f"f.{name}", value) for value in values)
        for one in state.ranges:
            pairs.extend(
                (f"{side}.{one.column}", str(value))
                for side, value in (("min", one.minimum), ("max", one.maximum))
                if value is not None
            )
        default = state.ledger.order
        if state.sort != default.lstrip("-") or state.descending != default.startswith("-"):
            pairs.append(("sort", ("-" if state.descending else "") + state.sort))
        for name, value in (("q", state.q), ("after", state.after), ("before", state.before)):
            if value:
                pairs.append((name, value))
        if state.number > 1:
            pairs.append(("page", str(state.number)))
        if state.size != SIZES[1]:
            pairs.append(("size", str(state.size)))
        return urlencode(pairs)


def read_state(ledger: Ledger[Any], params: QueryDict) -> ListState:
    """Read a list URL. What cannot be read is left out and named in ``faults``, never guessed."""
    faults: list[Fault] = []
    facets = {
        name: tuple(dict.fromkeys(params.getlist(f"f.{name}"))) for name in ledger.facets if f"f.{name}" in params
    }
    facets |= {name: ("True",) for name in ledger.marks if params.get(f"f.{name}") == "True"}
    sort_text = params.get("sort", ledger.order)
    sort = sort_text.lstrip("-")
    if not (ledger.has_column(sort) and (ledger.column(sort).sort or sort == ledger.order.lstrip("-"))):
        faults.append(Fault("list.not_sortable", column=sort[:40]))
        sort_text, sort = ledger.order, ledger.order.lstrip("-")
    ranges = tuple(
        one for column in ledger.columns if column.sort for one in _range(ledger, column.name, params, faults)
    )
    size = params.get("size", "")
    number = params.get("page", "1")
    return ListState(
        ledger=ledger,
        facets=facets,
        ranges=ranges,
        q=params.get("q", "").replace(NUL, "").strip()[:100],
        sort=sort,
        descending=sort_text.startswith("-"),
        after=params.get("after", ""),
        before=params.get("before", ""),
        number=int(number) if number.isdecimal() and 0 < int(number) < 10_000_000 else 1,
        size=int(size) if size.isdecimal() and int(size) in SIZES else SIZES[1],
        faults=tuple(faults),
    )


def _range(ledger: Ledger[Any], name: str, params: QueryDict, faults: list[Fault]) -> list[Range]:
    found: dict[str, Any] = {}
    field = field_of(ledger.model, name)
    for side, key in (("minimum", f"min.{name}"), ("maximum", f"max.{name}")):
        text = params.get(key, "").strip()
        if not text:
            continue
        try:
            if NUL in text:
                raise ValidationError("a database takes no NUL")
            found[side] = field.to_python(text)
        except ValidationError:
            faults.append(Fault("list.range_unreadable", column=str(ledger.column(name).label), text=text[:40]))
    return [Range(name, **found)] if found else []


@dataclass(frozen=True)
class Listing:
    """A filtered list ready to be counted, paged, summed or exported.

    ``rows`` are all of them, in the way that reads all of them soonest. A page is taken from ``walk`` where there is one: the
    same rows by way of the sort index, given up after ``patience`` milliseconds, a few times what it should take, when the matches lie at
    its far end, and then from ``gather``. ``conditions`` are set where they say all that is asked of a row.
    """

    state: ListState
    rows: QuerySet[Any]
    scan: int = 0
    walk: QuerySet[Any] | None = None
    gather: QuerySet[Any] | None = None
    text: TextMatch | None = None
    patience: float = 0.0
    conditions: Mapping[str, tuple[Any, ...]] | None = None

    def page(self, fields: Sequence[str] = ()) -> Page:
        """The rows of the page; with only these model fields where some are named."""
        read: Read = partial(light, fields=fields) if fields else list
        if self.walk is not None and self.gather is not None:
            walk = self.walk
            found = within(walk, self.patience, lambda: self._page(walk, read))
            return found if found is not None else self._page(self.gather, read)
        return self._page(self.rows, read)

    def _page(self, rows: QuerySet[Any], read: Read) -> Page:
        field = field_of(self.state.ledger.model, self.state.sort)
        return page(
            rows,
            self.state.sort,
            self.state.descending,
            after=decode_cursor(self.state.after, field),
            before=decode_cursor(self.state.before, field),
            number=self.state.number,
            size=self.state.size,
            read=read,
        )

    def ordered(self) -> QuerySet[Any]:
        sign = "-" if self.state.descending else ""
        return self.rows.order_by(f"{sign}{self.state.sort}", f"{sign}pk")

    def tally(self, patient: bool = False) -> Tally:
        """How many rows; ``patient`` takes seconds for an exact count instead of milliseconds."""
        known = None if self.conditions is None else counted(self.state.ledger, self.conditions)
        if known is not None:
            return Tally(known)
        if patient:
            return tally(self.rows, exact_ms=PATIENT_MS, remembering=False)
        if self.text is not None and not self.text.few and not self.state.facets and not self.state.ranges:
            return Tally(self.text.at_least, over=True)  # the index has met so many already
        return tally(self.rows, scan=self.scan, capped=self.walk)


def build(state: ListState, actor: Actor, verb: str = "view", found: Reach | None = None) -> Listing:
    """The rows of a list the actor may do ``verb`` on. Permission goes in as literal unit ids, planned like any facet."""
    ledger = state.ledger
    allowed = found if found is not None else reach(actor, verb, ledger.name)
    conditions: dict[str, tuple[Any, ...]] = {
        _attname(ledger, name): _facet_values(ledger, name, values) for name, values in state.facets.items()
    }
    rows = ledger.rows()
    scope = ledger.model.scope
    if (
        allowed.units
        and not allowed.things
        and allowed.public is None
        and scope not in (None, "id")
        and "__" not in scope
    ):
        attname = f"{scope}_id"
        mine = conditions.get(attname)
        units = allowed.units if mine is None else tuple(one for one in mine if one in set(allowed.units))
        conditions[attname] = units
        whole = True
    else:
        rows, whole = restrict(rows, allowed), allowed.everything
    whole = whole and not state.q and not state.ranges
    for one in state.ranges:
        if one.minimum is not None:
            rows = rows.filter(**{f"{one.column}__gte": one.minimum})
        if one.maximum is not None:
            rows = rows.filter(**{f"{one.column}__lte": one.maximum})
    text = text_match(ledger.name, state.q, allowed) if state.q else None
    chosen = plan(ledger, conditions, text is not None or not state.ranges, text)
    walked = apply(ledger, rows, conditions, chosen, text)
    by_itself = text is None and connections[router.db_for_read(ledger.model)].vendor == "postgresql"
    if chosen.how == "gather" or not (conditions or text) or by_itself:  # PostgreSQL chooses well where only facets ask
        return Listing(state, walked, chosen.scan, text=text, conditions=conditions if whole else None)
    other = plan(ledger, conditions, False, text)
    gathered = apply(ledger, rows, conditions, other, text)
    patience = min(WALK_MS, max(LEAST_WALK_MS, WALK_MARGIN * chosen.cost / UNITS_PER_MS))
    return Listing(
        state, gathered if text is not None else walked, other.scan, walked, gathered, text, patience, conditions if whole else None
    )  # fmt: skip


def _attname(ledger: Ledger[Any], name: str) -> str:
    return str(field_of(ledger.model, name).attname)


def _facet_values(ledger: Ledger[Any], name: str, values: Sequence[str]) -> tuple[Any, ...]:
    field = field_of(ledger.model, name)
    kind = ledger.column(name).kind
    found: list[Any] = []
    for value in values:
        if NUL in value:
            continue
        if value == EMPTY_VALUE:
            found.append("" if kind in (Kind.CHOICE, Kind.TEXT, Kind.PACK) else None)
            continue
        try:
            read = field.target_field.to_python(value) if field.is_relation else field.to_python(value)
        except (ValidationError, ValueError, OverflowError):
            continue
        if not isinstance(read, int) or abs(read) < LARGEST_KEY:
            found.append(read)
    return tuple(found)

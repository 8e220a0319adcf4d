"""What merging two enterprises means, worked out before anything is written: the page shows it, the action does exactly that.

A bundle is a column with the fields that mean something only together (an amount and its currency, a date and its precision).

(1) Bundles that are equal, or blank on one side, need no choice: what is there stays. A blank never beats a value.
(2) Where both sides say something different a person chooses; unless told otherwise the kept side stands.
(3) A name that is not chosen, and all former names of both, become former names.
(4) Rows the system worked out and will work out again (``Ledger.worked_out``) go with the vanishing enterprise, and make way on the other side.
(5) Rows of other registers that belong to the vanishing enterprise move. Where both enterprises have a row that would get the same key
    (figures of one period and source, products of one name, their figures of one year and source) the two are united by (1); where (2) would
    be needed the merge waits for the choice, it never takes one of them silently.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import ForeignObjectRel, Model, QuerySet

from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.audit.write import Ctx, cell_text
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.ledger.column import Column
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence

FIRM = "firms.firm"
SAME, MINE, THEIRS, BOTH = "same", "mine", "theirs", "both"
# Fields that follow the column they explain, and columns that are one statement.
FOLLOWERS: Mapping[str, tuple[str, ...]] = {
    "firms.firm.industry": ("section", "industry_source", "industry_confidence", "industry_pattern")
}
JOINED: Mapping[str, tuple[str, ...]] = {
    "firms.product.capacity": ("capacity_unit",),
    "firms.productfigure.quantity": ("quantity_unit",),
}
UNITED = frozenset({"name", "former_names"})
# How much each source of an industry code is worth when both sides have the same code.
STRENGTH = {
    Firm.IndustrySource.NONE: 0, Firm.IndustrySource.SUGGESTED: 1, Firm.IndustrySource.PATTERN: 2, Firm.IndustrySource.IMPORTED: 3,
    Firm.IndustrySource.CONFIRMED: 4,
}  # fmt: skip


def _blank(value: Any) -> bool:
    return cell_text(value) in (None, "", "[]", "{}")


@dataclass(frozen=True)
class Bundle:
    """A column and the fields that stand or fall with it. ``followers`` explain it and are never compared."""

    column: Column
    names: tuple[str, ...]
    followers: tuple[str, ...] = ()

    def blank(self, row: Row) -> bool:
        """Whether the row says nothing here."""
        return all(_blank(value) for value in self._cells(row, self.names).values())

    def values(self, row: Row) -> dict[str, Any]:
        """Field → value of one side, followers included."""
        return self._cells(row, (*self.names, *self.followers))

    def verdict(self, mine: Row, theirs: Row) -> str:
        """same, mine or theirs (only that side says something), both (a person chooses)."""
        if self._texts(mine) == self._texts(theirs):
            return SAME
        if self.blank(theirs):
            return MINE
        return THEIRS if self.blank(mine) else BOTH

    def _texts(self, row: Row) -> list[str]:
        return ["" if _blank(value) else cell_text(value) or "" for value in self._cells(row, self.names).values()]

    @staticmethod
    def _cells(row: Row, names: Sequence[str]) -> dict[str, Any]:
        return {name: getattr(row, field_of(type(row), name).attname) for name in names}


@lru_cache(maxsize=32)
def bundles(name: str) -> tuple[Bundle, ...]:
    """The bundles of a ledger in the order of its columns."""
    ledger = ledger_named(name)
    joined = {one for names in JOINED.values() for one in names if ledger.has_column(one)}
    return tuple(
        Bundle(
            column,
            (*column.stored, *JOINED.get(f"{name}.{column.name}", ())),
            FOLLOWERS.get(f"{name}.{column.name}", ()),
        )
        for column in ledger.editable
        if column.name not in joined
    )


def firm_bundles() -> Iterator[Bundle]:
    """The bundles of an enterprise a person may have to choose between; names are never lost, so former names need no choice."""
    yield from (one for one in bundles(FIRM) if one.column.name != "former_names")


def merged_values(survivor: Firm, other: Firm, take: frozenset[str]) -> dict[str, Any]:
    """Fields of the survivor after the merge: its own, those of ``other`` named in ``take``, and those of ``other`` where its own are blank."""
    values: dict[str, Any] = {}
    for bundle in bundles(FIRM):
        if bundle.column.name in UNITED:
            continue
        found = bundle.verdict(survivor, other)
        if found == THEIRS or (found == BOTH and bundle.column.name in take):
            values.update(bundle.values(other))
        elif found == SAME and bundle.column.name == "industry" and survivor.industry and _stronger(other, survivor):
            values.update({name: getattr(other, name) for name in bundle.followers})
    values["near_scale_refuted"] = max(survivor.near_scale_refuted, other.near_scale_refuted)
    values.update(_names(survivor, other, "name" in take))
    ledger_named(FIRM).complete([values], [survivor])
    return values


def _stronger(one: Firm, other: Firm) -> bool:
    return STRENGTH[Firm.IndustrySource(one.industry_source)] > STRENGTH[Firm.IndustrySource(other.industry_source)]


def _names(survivor: Firm, other: Firm, theirs: bool) -> dict[str, Any]:
    name = other.name if theirs else survivor.name
    known = [*survivor.former_names, *other.former_names, survivor.name, other.name]
    former = list(dict.fromkeys(one for one in known if one != name))
    return ledger_named(FIRM).derive({"name": name, "former_names": former}, survivor)


@dataclass(frozen=True)
class Clash:
    """Two rows of one register that the merge would give one key. ``open`` are the bundles in which they contradict each other."""

    ledger: Ledger[Any]
    field: str
    mine: Row
    theirs: Row
    changes: Mapping[str, Any]
    open: tuple[Bundle, ...]

    @property
    def title(self) -> str:
        """What the two rows are about, as their register names them."""
        return str(self.mine)

    def token(self, winner: Row) -> str:
        """The choice for one side as a form posts it: both rows with the versions they were shown in."""
        loser = self.theirs if winner is self.mine else self.mine
        return f"{self.ledger.name}:{winner.pk}@{winner.version}>{loser.pk}@{loser.version}"

    def settled(self, locked: bool = True) -> Fault | None:
        """Why neither of the two may go (awards of a batch that was approved); None where one may. Not ``locked``: as it stands at this moment."""
        for fault in self.ledger.settled([self.mine, self.theirs], locked=locked).values():
            told = {"register": str(self.ledger.label), "title": self.title, "reason": sentence(fault)}
            return Fault("firm.merge_settled", **told)
        return None

    def values(self, winner: Row) -> dict[str, Any]:
        """What the winner is given: the survivor's key, and the loser's values where its own are blank."""
        loser = self.theirs if winner is self.mine else self.mine
        values = dict(self.changes)
        for bundle in self.bundles():
            if bundle.verdict(winner, loser) == THEIRS:
                values.update(bundle.values(loser))
        return values

    def bundles(self) -> list[Bundle]:
        """The bundles that are compared: all but the key."""
        key = self.ledger.key_columns
        return [
            one for one in bundles(self.ledger.name) if one.column.name not in key and one.column.name != self.field
        ]


@dataclass(frozen=True)
class MergePlan:
    """Everything that refers to the vanishing enterprise: rows that go because the system will work them out again, rows that move with their
    new fields, clashes, and plain relations."""

    gone: tuple[Row, ...]
    moves: tuple[tuple[Row, Mapping[str, Any]], ...]
    clashes: tuple[Clash, ...]
    plain: tuple[tuple[type[Model], str], ...]


def dependants() -> list[tuple[type[Model], str]]:
    """Every model that points to an enterprise and the field it does it with, relations without a reverse name included."""
    found = [
        (relation.related_model, relation.field.name)
        for relation in Firm._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and (relation.one_to_many or relation.one_to_one)
    ]
    return sorted(found, key=lambda pair: (pair[0]._meta.label_lower, pair[1]))


def registers() -> Iterator[tuple[Ledger[Any], str]]:
    """The declared ledgers whose rows belong to an enterprise, with the field that says to which; no duplicate questions."""
    for model, field in dependants():
        if issubclass(model, Row) and model is not DuplicateQuestion:
            try:
                yield ledger_named(model._meta.label_lower), field
            except LookupError:
                continue


def tell_written(ctx: Ctx, rows: Sequence[Row]) -> None:
    """Tell each register which of its rows a merge, or taking one back, just wrote (``Ledger.written``)."""
    for ledger in {one.name: one for one, _field in registers()}.values():
        its = [row for row in rows if isinstance(row, ledger.model)]
        if its:
            ledger.written(ctx, its)


def grants_on(firm: Firm) -> QuerySet[Grant]:
    """Grants on this one enterprise: on its own row, or on rows of registers that belong to it."""
    targets = {FIRM, ANY, *(model._meta.label_lower for model, _field in dependants() if getattr(model, "anchor", ""))}
    return Grant.objects.filter(thing=firm.pk, target__in=targets).order_by("id")


def plan_merge(survivor: Firm, other: Firm) -> MergePlan:
    """What moves from ``other`` to ``survivor`` and what clashes. Duplicate questions are not in it: they join two enterprises."""
    gone: list[Row] = []
    moves: list[tuple[Row, Mapping[str, Any]]] = []
    clashes: list[Clash] = []
    plain: list[tuple[type[Model], str]] = []
    for model, field in dependants():
        if model is DuplicateQuestion:
            continue
        if not issubclass(model, Row):
            plain.append((model, field))
            continue
        for row in model._default_manager.filter(**{field: other}).order_by("pk"):
            if _worked_out(row):
                gone.append(row)
                continue
            changes, twin = _renamed(row, field, survivor)
            if twin is not None and not _worked_out(twin):
                clashes.append(_clash(field, twin, row, changes))
                continue
            moves.append((row, changes))
            gone += [twin] if twin is not None else []
    return MergePlan(tuple(gone), tuple(moves), tuple(clashes), tuple(plain))


def _worked_out(row: Row) -> bool:
    try:
        return ledger_named(row._meta.label_lower).worked_out(row)
    except LookupError:
        return False


def _renamed(row: Row, field: str, survivor: Firm) -> tuple[dict[str, Any], Row | None]:
    """The fields a dependant gets with its new owner, and the row that has its new key already."""
    try:
        ledger = ledger_named(row._meta.label_lower)
    except LookupError:
        return {field: survivor.pk}, None
    key = ledger.derive({f"{field}_id": survivor.pk}, row).get(ledger.key)
    if not key:
        return {field: survivor.pk}, None
    twin = type(row)._default_manager.filter(**{ledger.key: key}).exclude(pk=row.pk).first()
    return {field: survivor.pk, ledger.key: key}, twin


def _clash(field: str, mine: Row, theirs: Row, changes: Mapping[str, Any]) -> Clash:
    found = Clash(ledger_named(theirs._meta.label_lower), field, mine, theirs, changes, ())
    return replace(found, open=tuple(one for one in found.bundles() if one.verdict(mine, theirs) == BOTH))

"""Changing rules: what a cell of a rule may hold, and the versions of one rule.

A shipped file is never changed. A change is a ``PackEdit`` that holds from a day on; cancelling it lets the earlier version hold
again. A cell keeps the shape of its column: where every shipped cell is a number, a word is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.packs.events import RulesChanged
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import KEY_MARK, PackRow, TableSpec, pack, row_key, shipped_rows

LOCAL, VERIFIED = "local", "verified"
CELL_LENGTH, KEY_LENGTH = 500, 160
RowCheck = Callable[[Mapping[str, str]], list[FieldFault]]
_checks: dict[tuple[str, str], RowCheck] = {}


def check_rows(pack_name: str, table_name: str, check: RowCheck) -> None:
    """Ask this function too about the cells of a row of a table before they are kept: what its columns alone do not say."""
    _checks[pack_name, table_name] = check


@dataclass(frozen=True)
class RuleName:
    """Which rule: pack, table and key; written ``pack/table/key``."""

    pack: str
    table: str
    key: str

    @classmethod
    def read(cls, text: str) -> "RuleName":
        """Raises LookupError for a pack or table that is not shipped."""
        name, _slash, rest = text.partition("/")
        table, _slash, key = rest.partition("/")
        if table not in pack(name).tables:
            raise LookupError(text)
        return cls(name, table, key)

    @property
    def spec(self) -> TableSpec:
        return pack(self.pack).tables[self.table]

    def __str__(self) -> str:
        return f"{self.pack}/{self.table}/{self.key}"


@dataclass(frozen=True)
class RuleVersion:
    """One version of a rule: as shipped (``edit`` None) or as the county wants it."""

    row: PackRow
    edit: PackEdit | None = None


def versions(name: RuleName) -> list[RuleVersion]:
    """Every version of a rule, the one that outranks the others first. Empty: there is no such rule."""
    edits = PackEdit.objects.filter(pack=name.pack, table=name.table, row_key=name.key).order_by("-id")
    found = [
        RuleVersion(PackRow(one.values, one.valid_from, one.valid_to, one.source, one.status, edited=True), one)
        for one in edits
    ]
    shipped = [row for row in shipped_rows(name.pack, name.table) if row_key(name.spec, row) == name.key]
    return found + [RuleVersion(row) for row in reversed(shipped)]


def on_day(found: Sequence[RuleVersion], day: date) -> RuleVersion | None:
    """The version that holds on a day; None when none does or the rule is withdrawn then."""
    for one in found:
        if one.row.holds(day):
            return None if one.edit is not None and one.edit.withdrawn else one
    return None


@lru_cache(maxsize=256)
def columns_of(pack_name: str, table_name: str) -> tuple[Column, ...]:
    """The cells of a rule as columns that validate: text, number or day, by what the shipped file holds."""
    spec = pack(pack_name).tables[table_name]
    rows = shipped_rows(pack_name, table_name)
    return tuple(
        Column(
            name, label, _shape([row[name] for row in rows if row.get(name)]), required=name in spec.key, max_length=CELL_LENGTH, digits=12
        )
        for name, label, _kind in spec.columns
    )  # fmt: skip


def _shape(cells: Sequence[str]) -> Kind:
    if not cells or any(len(cell) > 1 and cell[0] == "0" and cell[1] != "." for cell in cells):
        return Kind.TEXT  # codes with leading noughts
    for kind in (Kind.DECIMAL, Kind.DATE):
        probe = Column("probe", "", kind, digits=12)
        try:
            for cell in cells:
                probe.clean(cell)
        except Fault:
            continue
        return kind
    return Kind.TEXT


def clean_cells(name: RuleName, raw: Mapping[str, str]) -> dict[str, str]:
    """The cells of a rule as they are stored: the person's own writing where it is valid. Raises Refused."""
    cells: dict[str, str] = {}
    faults: list[FieldFault] = []
    for column in columns_of(name.pack, name.table):
        text = raw.get(column.name, "").strip()
        try:
            value = column.clean(text)
        except Fault as fault:
            faults.append(FieldFault(column.name, fault))
            continue
        if column.name in name.spec.key and KEY_MARK in text:
            faults.append(FieldFault(column.name, Fault("pack.key_mark", mark=KEY_MARK)))
        cells[column.name] = "" if value is None else text if column.kind is not Kind.DATE else value.isoformat()
    if not faults and len(row_key(name.spec, cells)) > KEY_LENGTH:
        faults.append(FieldFault(name.spec.key[0], Fault("text.long", length=len(row_key(name.spec, cells)), maximum=KEY_LENGTH, text=row_key(name.spec, cells)[:20])))  # fmt: skip
    check = _checks.get((name.pack, name.table))
    if not faults and check is not None:
        faults = check(cells)
    if faults:
        raise Refused(faults)
    return cells


def write_rule(
    ctx: Ctx, name: RuleName, cells: Mapping[str, str], *, valid_from: date, source: str, valid_to: date | None = None,
    status: str = LOCAL, withdrawn: bool = False,
) -> PackEdit:  # fmt: skip
    """One more version of a rule, from a day on. Raises Refused when the table is not the county's to change, the days are in the
    wrong order, no source is given, or a key was changed."""
    faults = []
    if not name.spec.editable:
        faults.append(FieldFault("", Fault("pack.not_editable", table=name.spec.title)))
    if not source.strip():
        faults.append(FieldFault("source", Fault("column.required")))
    if valid_to is not None and valid_to < valid_from:
        faults.append(FieldFault("valid_to", Fault("dates.order", start=valid_from.isoformat(), end=valid_to.isoformat())))  # fmt: skip
    key = row_key(name.spec, cells)
    if name.key and key != name.key:
        faults.append(FieldFault(name.spec.key[0], Fault("pack.key_changed", key=name.key)))
    if faults:
        raise Refused(faults)
    edit = PackEdit(
        pack=name.pack, table=name.table, row_key=key, values=dict(cells), valid_from=valid_from, valid_to=valid_to,
        source=source.strip(), status=status, withdrawn=withdrawn,
    )  # fmt: skip
    ctx.create(edit)
    ctx.emit(RulesChanged(name.pack, name.table, ctx.actor.user_id or 0))
    return edit

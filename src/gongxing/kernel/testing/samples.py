"""Rows and inputs made from the declarations alone, so that a new ledger or action is tested the day it is declared.

What a declaration cannot say (that a period reads 2025, which rows an action may stand on) is said once in ``Samples``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.action.declare import Action
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.uscc import make
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.show import raw_text
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office

CHANGEABLE = frozenset({Kind.TEXT, Kind.LONG, Kind.DECIMAL, Kind.INTEGER, Kind.DATE})


@dataclass(frozen=True)
class Given:
    """An action's acted-on row (None: on nothing yet existing) and its raw parameters; those it does not ask for are left out."""

    row: Row | None
    raw: Mapping[str, str]


@dataclass(frozen=True)
class Samples:
    """What declarations do not say: cells (``firms.firmfigure.period`` → text, with ``{n}`` for a number, or a function that lays down what
    the text names), how rows of ledgers nobody may add to come to be, and on what an action runs."""

    cells: Mapping[str, str | Callable[[Office, int], str]] = field(default_factory=dict)
    rows: Mapping[str, Callable[[Office, int], Row]] = field(default_factory=dict)
    given: Mapping[str, Callable[[Office], Given]] = field(default_factory=dict)


def holder(office: Office) -> User:
    """An account whose post may do everything in the county, made once."""
    found = User.objects.filter(username="alles").first()
    if found is not None:
        return found
    with writing(SYSTEM, "test", "") as ctx:
        user = ctx.create(User(username="alles", name="全能（演示）", password="!", invented=True))
        post = ctx.create(
            Post(unit=office.units["县府办"], title="全能岗", code="P-alles", role="system_admin", invented=True)
        )
        ctx.create(Tenure(user=user, post=post, start=SINCE, invented=True))
        ctx.create(Grant(post=post, verb=ANY, target=ANY, unit=office.units["县"], start=SINCE))
    return user


def acting_holder(office: Office) -> Actor:
    """The same account as an actor."""
    return actor_for(holder(office), today())


def square(number: int) -> str:
    """A square of about 100 m, apart from those of other numbers."""
    west, south = 109.2 + number * 0.002, 22.7
    return f"{west:.4f} {south}; {west + 0.001:.4f} {south}; {west + 0.001:.4f} {south + 0.001:.4f}; {west:.4f} {south + 0.001:.4f}"


def cell(samples: Samples, ledger: str, column: Column, number: int, office: Office) -> str:
    """A raw cell a column takes; other numbers give other cells where there are many."""
    given = samples.cells.get(f"{ledger}.{column.name}")
    if given is not None:
        return given.replace("{n}", f"{number:02d}") if isinstance(given, str) else given(office, number)
    day = (today() + timedelta(days=number)).isoformat()
    made: dict[Kind, str] = {
        Kind.TEXT: f"样{number}", Kind.LONG: f"样文{number}", Kind.LIST: f"样{number}", Kind.INTEGER: str(10 + number),
        Kind.DECIMAL: str(10 + number), Kind.DATE: day, Kind.SPAN: "2015-03", Kind.CAPITAL: f"{100 + number}万元", Kind.FLAG: "否",
        Kind.SHAPE: square(number), Kind.USCC: make("9", "1", "459999", f"MD{number:06d}"),
    }  # fmt: skip
    if column.kind is Kind.CHOICE:
        return column.choices[number % len(column.choices)][0]
    if column.kind is Kind.PACK and column.pack is not None:
        codes = sorted(pack_names(*column.pack))
        return codes[number % len(codes)]
    if column.kind is Kind.REFERENCE:
        target = ledger_named(column.target)
        row = target.rows().order_by("pk").first() or make_row(samples, target, office, number)
        return str(getattr(row, target.key) or target.row_title(row))
    return made.get(column.kind, "")[: column.max_length]


def raw_row(samples: Samples, ledger: Ledger[Any], number: int, office: Office) -> dict[str, str]:
    """Raw cells of a new row: all required columns, and the plain ones."""
    return {
        column.name: cell(samples, ledger.name, column, number, office)
        for column in ledger.editable
        if column.required or column.kind is not Kind.REFERENCE or f"{ledger.name}.{column.name}" in samples.cells
    }


def make_row(samples: Samples, ledger: Ledger[Any], office: Office, number: int = 1) -> Row:
    """A stored row of a ledger."""
    if ledger.name in samples.rows:
        return samples.rows[ledger.name](office, number)
    return save(ledger, acting_holder(office), raw_row(samples, ledger, number, office))


def changeable(ledger: Ledger[Any]) -> Column:
    """A column whose change changes nothing else."""
    plain = [
        column for column in ledger.editable if column.kind in CHANGEABLE and column.name not in ledger.key_columns
    ]
    return ([column for column in plain if column.name != ledger.title and not column.sensitive] or plain)[-1]


def whole_form(ledger: Ledger[Any], row: Row) -> dict[str, str]:
    """What a browser sends for a form nobody touched."""
    values: dict[str, str] = {}
    for column in ledger.editable:
        text = raw_text(column, row)
        if column.kind is Kind.REFERENCE and text:
            target = ledger_named(column.target)
            text = target.row_title(target.rows().get(pk=text))
        values[column.name] = text
    return {**values, "version": str(row.version)}


def given_for(samples: Samples, one: Action[Any, Any], office: Office) -> Given:
    """A row and parameters an action runs with."""
    if one.name in samples.given:
        given, asked = samples.given[one.name](office), {parameter.column.name for parameter in one.parameters}
        return Given(given.row, {name: text for name, text in given.raw.items() if name in asked})
    raw = {
        parameter.column.name: cell(samples, one.name, parameter.column, 1, office)
        for parameter in one.parameters
        if parameter.column.required
    }
    return Given(None if one.on is None else make_row(samples, ledger_named(one.target), office), raw)

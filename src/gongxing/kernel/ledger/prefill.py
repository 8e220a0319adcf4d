"""What a form is filled with before anybody types, and from where: a fact is typed once.

In this order: what the address says (a form opened from a firm's page names the firm), what the ledger itself knows (``Ledger.prefill``),
what is known of the actor and the day (``Column.initial``), the only row a required reference can mean, and, of the rows these references
lead to, every datum that is kept there (``Column.same_as``). What the actor may not see is never filled in.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t

from gongxing.kernel.access.visible import reach, visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import reference_keys
from gongxing.kernel.ledger.column import Column, Filled, Initial, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import raw_text
from gongxing.kernel.org.actor import Actor

LARGEST_KEY, MAX_DIGITS = 2**63 - 1, 19
LOOKED_AT = 50  # entries of a row read to find the day a cell was last written
UNIT, POST = "org.unit", "org.post"


@dataclass(frozen=True)
class Owner:
    """Where a datum is kept: the ledger and the column, and the references that lead to its row ("" : the row acted on; None: no way)."""

    ledger: Ledger[Any]
    column: Column
    via: str | None


def owner_of(column: Column, columns: Sequence[Column], subject: str = "") -> Owner | None:
    """The owner a column names, None where it names none. ``columns`` are all of its form, ``subject`` the ledger acted on.

    Raises LookupError for a ledger or column that is not declared, and for a way that does not lead there.
    """
    if not column.same_as:
        return None
    name, _dot, field = column.same_as.rpartition(".")
    ledger = ledger_named(name)
    if not ledger.has_column(field):
        raise LookupError(f"{column.same_as}: no such column")
    if column.via:
        if _end_of(column.via, columns) != ledger.name:
            raise LookupError(f"{column.name}: {column.via} does not lead to {ledger.name}")
        return Owner(ledger, ledger.column(field), column.via)
    if subject == ledger.name:
        return Owner(ledger, ledger.column(field), "")
    ways = [one.name for one in columns if one.kind is Kind.REFERENCE and one.target == ledger.name]
    if len(ways) > 1:
        raise LookupError(f"{column.name}: {', '.join(ways)} all lead to {ledger.name}, say which (via)")
    return Owner(ledger, ledger.column(field), ways[0] if ways else None)


def _end_of(via: str, columns: Sequence[Column]) -> str:
    """The ledger a chain of references ends in; "" where a step is none."""
    found = ""
    for step in via.split("."):
        one = next((column for column in columns if column.name == step and column.kind is Kind.REFERENCE), None)
        if one is None:
            return ""
        found = one.target
        columns = ledger_named(found).columns
    return found


def prefilled(ledger: Ledger[Any], given: Mapping[str, str], actor: Actor) -> dict[str, Filled]:
    """What the form of a new row is filled with. ``given`` are the parameters of the address; those that name no column, or a row the
    actor may not see, are left out. A few queries for each reference."""
    filled = _given(ledger.editable, given, actor)
    for name, one in ledger.prefill({**given, **{key: said.value for key, said in filled.items()}}, actor).items():
        filled.setdefault(name, one)
    for column in ledger.editable:
        if column.name in filled or given.get(column.name):  # what the address means and nobody may know stays open
            continue
        begin = _initial(column, ledger.name, actor) or (_only(column, actor) if column.required else None)
        if begin is not None:
            filled[column.name] = begin
    rows = _rows(ledger.editable, filled, actor)
    return {**_owned(ledger.editable, rows, None, actor), **filled}


def prefilled_parameters(
    columns: Sequence[Column], given: Mapping[str, str], actor: Actor, subject: Row | None, target: str
) -> dict[str, Filled]:
    """The same for the dialog of an action on a row (None: on nothing yet existing)."""
    filled = _given(columns, given, actor)
    for column in columns:
        if column.name not in filled and (begin := _initial(column, target, actor)) is not None:
            filled[column.name] = begin
    rows = _rows(columns, filled, actor, subject._meta.label_lower if subject is not None else "")
    return {**_owned(columns, rows, subject, actor), **filled}


def held(columns: Sequence[Column], texts: Mapping[str, str], subject: Row | None, actor: Actor) -> dict[str, str]:
    """Column → the text its owner holds now, for columns with ``same_as`` whose references, as ``texts`` fill them in, lead to a row the
    actor may see. Blank values and covered ones are left out."""
    filled = {name: Filled(text.strip(), "") for name, text in texts.items() if text.strip()}
    rows = _rows(columns, filled, actor, subject._meta.label_lower if subject is not None else "")
    return {name: one.value for name, one in _owned(columns, rows, subject, actor, dated=False).items()}


def leading(columns: Sequence[Column]) -> dict[str, str]:
    """Columns whose value follows from a reference of the form: column → that reference."""
    return {column.name: owner.via.split(".")[0] for column, owner in _owners(columns, "") if owner.via}


def add_url(ledger: Ledger[Any], **given: Any) -> str:
    """The address of the form of a new row, opened from where some of its values are known: column → id or text."""
    return f"{reverse('ledger-add', args=[ledger.slug])}?{urlencode(given)}"


def reference_text(target: str, key: int, actor: Actor) -> str:
    """A referred row as a form's field writes it: its title, or its key where several bear the title. "" where the actor may not see it."""
    row = _visible(target, key, actor)
    if row is None:
        return ""
    ledger = ledger_named(target)
    title, code = (str(getattr(row, name) or "") for name in (ledger.title, ledger.key))
    known = reference_keys(target, actor, frozenset({title, code} - {""}))
    return next((text for text in (title, code) if known.get(text) == key), code or title)


def _given(columns: Sequence[Column], given: Mapping[str, str], actor: Actor) -> dict[str, Filled]:
    filled: dict[str, Filled] = {}
    for column in columns:
        text = given.get(column.name, "")
        if text and column.kind is Kind.REFERENCE:
            key = _key_of(column.target, text, actor)
            text = reference_text(column.target, key, actor) if key is not None else ""
        if text:
            filled[column.name] = Filled(text, _t("按打开它的页面填好"))
    return filled


def _initial(column: Column, target: str, actor: Actor) -> Filled | None:
    if column.initial is Initial.TODAY:
        return Filled(today().isoformat(), _t("已填今天"))
    if column.initial is Initial.LAST_YEAR:
        return Filled(str(today().year - 1), _t("已填上一年"))
    post = actor.post
    if post is None or column.initial is None:
        return None
    if column.initial is Initial.OWN_POST:
        return _of_actor(POST, post.post_id, _t("按本人岗位填好"), actor)
    if column.initial is Initial.REACHED_UNIT and post.unit_id not in reach(actor, "add", target).units:
        return None
    return _of_actor(UNIT, post.unit_id, _t("按本人单位填好"), actor)


def _of_actor(target: str, key: int, source: str, actor: Actor) -> Filled | None:
    text = reference_text(target, key, actor)
    return Filled(text, source) if text else None


def _only(column: Column, actor: Actor) -> Filled | None:
    """The one row of the target the actor may see; None where there are none or several."""
    if column.kind is not Kind.REFERENCE:
        return None
    rows = visible(ledger_named(column.target).model._default_manager.all(), actor)
    keys = list(rows.order_by().values_list("pk", flat=True)[:2])
    text = reference_text(column.target, keys[0], actor) if len(keys) == 1 else ""
    return Filled(text, _t("只有这一项可选")) if text else None


def _key_of(target: str, text: str, actor: Actor) -> int | None:
    """The row a text of an address means: its title or key, else its id."""
    found = reference_keys(target, actor, frozenset({text})).get(text)
    if found is not None:
        return found
    plain = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and int(text) <= LARGEST_KEY
    return int(text) if plain else None


def _visible(target: str, key: int, actor: Actor) -> Row | None:
    row: Row | None = visible(ledger_named(target).rows(), actor).filter(pk=key).first()
    return row


def _owners(columns: Sequence[Column], subject: str) -> Iterator[tuple[Column, Owner]]:
    for column in columns:
        owner = owner_of(column, columns, subject)
        if owner is not None and owner.via is not None:
            yield column, owner


def _rows(columns: Sequence[Column], filled: Mapping[str, Filled], actor: Actor, subject: str = "") -> dict[str, Row]:
    """The rows filled references lead to, those only that own something of this form."""
    wanted = {owner.via.split(".")[0] for _column, owner in _owners(columns, subject) if owner.via}
    rows: dict[str, Row] = {}
    for column in columns:
        if column.name in wanted and column.name in filled:
            key = _key_of(column.target, filled[column.name].value, actor)
            row = _visible(column.target, key, actor) if key is not None else None
            if row is not None:
                rows[column.name] = row
    return rows


def _owned(
    columns: Sequence[Column], rows: Mapping[str, Row], subject: Row | None, actor: Actor, dated: bool = True
) -> dict[str, Filled]:
    """Every datum of the form that is kept in one of these rows, or in the row acted on."""
    found: dict[str, Filled] = {}
    for column, owner in _owners(columns, subject._meta.label_lower if subject is not None else ""):
        assert owner.via is not None
        row = _walk(rows, owner, subject, actor)
        if row is None or owner.column.name in Masks(owner.ledger, actor).of(row):
            continue
        text = raw_text(owner.column, row)
        if text and column.kind is Kind.REFERENCE:
            text = reference_text(column.target, int(text), actor)
        if text:
            found[column.name] = Filled(text, _source(owner, row) if dated else "")
    return found


def _walk(rows: Mapping[str, Row], owner: Owner, subject: Row | None, actor: Actor) -> Row | None:
    if not owner.via:
        return subject
    first, *rest = owner.via.split(".")
    row: Row | None = rows.get(first)
    for step in rest:
        row = getattr(row, step, None)
    return _visible(owner.ledger.name, row.pk, actor) if row is not None and rest else row


def _source(owner: Owner, row: Row) -> str:
    """Words for where a value comes from, with the day it was last written there: 取自企业台账，2026-10-01."""
    day = _written_on(owner, row)
    words = {"ledger": str(owner.ledger.label), "day": day}
    return _t("取自%(ledger)s，%(day)s") % words if day else _t("取自%(ledger)s") % words


def _written_on(owner: Owner, row: Row) -> str:
    entries = Entry.objects.filter(ledger=owner.ledger.name, row=row.pk).order_by("-id").values_list("body", "at")
    fields = set(owner.column.stored)
    for body, at in entries[:LOOKED_AT]:
        if fields & set(json.loads(body).get("cells", ())):
            return timezone.localtime(at).date().isoformat()
    return ""

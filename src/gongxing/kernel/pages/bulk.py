"""One act on many selected rows: all of them or none, and those it cannot be done on are named before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import RowRefused, clean, perform_many
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import number_of

BULK_LIMIT = 5000
NAMED = 10
REST, WITHOUT = "rest", "without"


@dataclass(frozen=True)
class Left:
    """A selected row the act cannot be done on, and why in a few words."""

    key: int
    title: str
    reason: str


@dataclass(frozen=True)
class Selection:
    """The selected rows: those the act can be done on, and the others. ``without`` were taken out by hand before."""

    able: tuple[int, ...]
    left: tuple[Left, ...]
    without: tuple[int, ...] = ()

    @property
    def named(self) -> tuple[Left, ...]:
        return self.left[:NAMED]

    @property
    def unnamed(self) -> int:
        return len(self.left) - len(self.named)


class RestOnly(Refused):
    """Some rows cannot be done: nothing was written, and the dialog offers to go on with the rest."""

    def __init__(self, selection: Selection) -> None:
        super().__init__([])
        self.selection = selection


def selected(one: Action[Any, Any], actor: Actor, posted: QueryDict) -> Selection:
    """What a list has selected, row by row or by its conditions. Rows the actor cannot even see are not there.

    Raises Refused when nothing or too much is selected.
    """
    if not one.bulk or one.on is None:
        raise LookupError(one.name)
    ledger = ledger_named(one.target)
    rows = ledger.rows()
    if posted.get("all_query") is not None and posted.get("scope") == "all":
        rows = build(read_state(ledger, QueryDict(str(posted["all_query"]).strip())), actor).rows
    else:
        rows = visible(rows.filter(pk__in=_keys(posted, "ids")), actor)
    without = _keys(posted, WITHOUT)
    found: list[Row] = list(rows.exclude(pk__in=without).order_by("pk")[: BULK_LIMIT + 1])
    if not found:
        raise Refused([FieldFault("", Fault("action.nothing_selected"))])
    if len(found) > BULK_LIMIT:
        raise Refused([FieldFault("", Fault("action.too_many", limit=BULK_LIMIT))])
    keys = [row.pk for row in found]
    reached = set(visible(one.on._default_manager.filter(pk__in=keys), actor, one.verb).values_list("pk", flat=True))
    able, left = [], []
    for row in found:
        if row.pk not in reached:
            left.append(Left(row.pk, ledger.row_title(row), _("不在你的权限范围内")))
        elif one.when is not None and not one.when(row):
            left.append(Left(row.pk, ledger.row_title(row), _("现在的状态不能做这件事")))
        else:
            able.append(row.pk)
    return Selection(tuple(able), tuple(left), tuple(without))


def _keys(posted: QueryDict, name: str) -> list[int]:
    return [key for text in posted.getlist(name) if (key := number_of(text)) is not None]


def run(one: Action[Any, Any], actor: Actor, raw: Mapping[str, str], posted: QueryDict) -> tuple[int, int]:
    """Do it on every row that allows it, in one transaction; returns how many were done and how many left out.

    Raises Refused (a wrong parameter, nothing to do), and RestOnly while somebody has not yet agreed to go on with just so many.
    """
    selection = selected(one, actor, posted)
    clean(one, actor, raw)
    agreed = posted.get(REST) == str(len(selection.able))
    if selection.left and not agreed:
        raise RestOnly(selection)
    if not selection.able:
        raise Refused([FieldFault("", Fault("action.nothing_selected"))])
    try:
        perform_many(one, actor, raw, selection.able)
    except RowRefused as refused:
        raise RestOnly(_without(one, selection, refused.key, refused.cause)) from refused
    return len(selection.able), len(selection.left) + len(selection.without)


def _without(one: Action[Any, Any], selection: Selection, key: int, why: Refused | Denied) -> Selection:
    """The selection without a row the act itself refused; everything written so far is rolled back."""
    row = ledger_named(one.target).rows().filter(pk=key).first()
    title = ledger_named(one.target).row_title(row) if row is not None else str(key)
    reason = _("不在你的权限范围内")
    if isinstance(why, Refused):
        reason = " ".join(sentence(fault.fault) for fault in why.faults)
    able = tuple(other for other in selection.able if other != key)
    return Selection(able, (Left(key, title, reason), *selection.left), (*selection.without, key))

"""Taking a whole batch back: every row that nobody has touched or come to depend on since; nothing where the ledger says that one of them is settled."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import ManyToOneRel, Q
from django.utils.translation import gettext as _

from gongxing.kernel.access.granting import from_post
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import Moment, field_value, of_transaction, read_entry
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.write import by_field
from gongxing.kernel.jobs.run import JobError, Progress
from gongxing.kernel.ledger.declare import Ledger, attached_to
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.planner import forget_shares
from gongxing.kernel.org.actor import Actor

CHUNK = 2000
KEPT = 1000


@dataclass
class Undone:
    """What taking back a batch did: rows removed, rows restored, and rows kept because somebody changed or used them since."""

    removed: int = 0
    restored: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)


def undo(session: ImportSession, ledger: Ledger[Any], actor: Actor, progress: Progress) -> Undone:
    """Take back every row of the batch that nobody has touched since; the others are kept and listed. Raises JobError, with nothing taken back, where
    one is settled (``Ledger.settled``)."""
    done, walked = Undone(), 0
    total = int(session.counts.get("new", 0)) + int(session.counts.get("update", 0))
    with writing(from_post(actor, "undo", ledger.name), "undo", session.file_name[:500]) as ctx:
        ImportSession.objects.filter(pk=session.pk).update(undo_tx=ctx.tx)
        for part in _batches(moment for moment in of_transaction(session.tx) if moment.kind in ("add", "change")):
            _take_back(ctx, ledger, part, done)
            walked += len(part)
            progress.step(walked, total)
        ctx.emit(RowsImported(ledger.name, session.tx, done.removed + done.restored, actor.user_id, undone=True))
    forget_shares()
    return done


def _take_back(ctx: Ctx, ledger: Ledger[Any], part: Sequence[Moment], done: Undone) -> None:
    model = ledger.model
    rows = {row.pk: row for row in model._default_manager.filter(pk__in=[one.row for one in part])}
    referred = _referred(ledger, [one.row for one in part if one.kind == "add"])
    touched = _touched(ledger, [(one, rows[one.row]) for one in part if one.row in rows])
    _unsettled(ledger, list(rows.values()))
    gone: list[Row] = []
    restored: list[Row] = []
    left: list[Row] = []
    for one in part:
        row = rows.get(one.row)
        if row is None:
            continue
        if row.pk in touched or row.pk in referred:
            done.kept.append((row.pk, ledger.row_title(row)))
        elif one.kind == "add":
            gone.append(row)
        else:
            before = {change.field: field_value(model, change.field, change.before) for change in one.changes}
            left.append(copy.copy(row))
            restored.append(ctx.update(row, **by_field(model, before)))
    _unsettled(ledger, restored)
    done.restored += len(restored)
    for hanging in attached_to(ledger, [row.pk for row in gone]):
        ctx.delete_many(list(hanging))
    done.removed += ctx.delete_many(gone)
    if restored or gone:
        ledger.written(ctx, [*left, *restored, *gone])


def _unsettled(ledger: Ledger[Any], rows: Sequence[Row]) -> None:
    """Raises JobError, naming the first row that is settled and why. All rows of the batch are asked about, those that would be kept too: half a
    batch taken back would leave a list nobody approved."""
    for at, fault in ledger.settled(rows).items():
        words = _("不能撤销这一批，一行也没有动。“%(title)s”：%(reason)s")
        raise JobError(words % {"title": ledger.row_title(rows[at]), "reason": sentence(fault)})


def undone_before(session: ImportSession, ledger: Ledger[Any]) -> Undone:
    """What an undo did whose transaction was committed before the session could hear of it, read from the trail."""
    moments = (read_entry(entry) for entry in Entry.objects.filter(tx=session.undo_tx, ledger=ledger.name))
    kinds = {one.row: one.kind for one in moments if one.kind in ("delete", "change")}
    batch = {one.row for one in of_transaction(session.tx)}
    taken = [kind for row, kind in kinds.items() if row in batch]
    left = sorted(batch - kinds.keys())[:KEPT]
    kept = [(row.pk, ledger.row_title(row)) for row in ledger.model._default_manager.filter(pk__in=left)]
    return Undone(taken.count("delete"), taken.count("change"), kept)


def _batches(moments: Iterable[Moment]) -> Iterator[list[Moment]]:
    """Entries in batches of the chunk size, so that memory does not grow with the batch that is taken back."""
    walking = iter(moments)
    while part := list(islice(walking, CHUNK)):
        yield part


def _touched(ledger: Ledger[Any], pairs: Sequence[tuple[Moment, Row]]) -> set[int]:
    """Rows somebody changed since: those with a newer version, unless the system alone worked derived fields out anew."""
    newer = {row.pk: one.row_version for one, row in pairs if row.version != one.row_version}
    if not newer:
        return set()
    if not ledger.renewals:
        return set(newer)
    entries = Entry.objects.filter(ledger=ledger.name, row__in=list(newer)).exclude(user_id=0, verb__in=ledger.renewals)
    return {row for row, version in entries.values_list("row", "row_version") if version > newer[row]}


def _referred(ledger: Ledger[Any], keys: Sequence[int]) -> set[int]:
    """Which of the rows others have come to depend on since: one query for each kind of dependant, hidden relations included."""
    model, found = ledger.model, set[int]()
    loose = {one.model: one for one in attached_to(ledger, keys)}
    relations = [one for one in model._meta.get_fields(include_hidden=True) if isinstance(one, ManyToOneRel)]
    for relation in relations:
        name = relation.field.attname
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
        if relation.related_model in loose:
            rows = rows.exclude(pk__in=loose[relation.related_model].order_by().values("pk"))
        found.update(rows.values_list(name, flat=True))
    found.update(Deadline.objects.filter(ledger=ledger.name, row__in=keys).values_list("row", flat=True))
    if model.anchor == "id":
        single = Grant.objects.filter(Q(target=ledger.name) | Q(target=ANY), thing__in=keys)
        found.update(thing for thing in single.values_list("thing", flat=True) if thing is not None)
    return found

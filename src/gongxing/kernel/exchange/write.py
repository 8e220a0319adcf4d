"""Writing a checked import: one transaction, all or nothing; and taking a whole batch back."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from gongxing.kernel.access.granting import by_post
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import field_value, row_from
from gongxing.kernel.audit.write import Ctx, StaleRow, writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.staging import Staged, staged
from gongxing.kernel.exchange.territory import Territory
from gongxing.kernel.jobs.run import JobError, Progress
from gongxing.kernel.ledger.declare import FieldFault, Ledger
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.planner import forget_shares
from gongxing.kernel.org.actor import Actor

CHUNK = 2000


def committed(tx: str) -> bool:
    """Whether a transaction noted before its first row was committed."""
    return bool(tx) and Entry.objects.filter(tx=tx).exists()


def write(session: ImportSession, ledger: Ledger[Any], actor: Actor, progress: Progress) -> str:
    """Write all staged rows. Returns the transaction. Raises JobError when a row was changed or settled since the check: nothing was written."""
    total = sum(int(session.counts.get(name, 0)) for name in ("new", "update", "question"))
    try:
        with writing(actor, "import", session.file_name[:500]) as ctx:
            ImportSession.objects.filter(pk=session.pk).update(tx=ctx.tx)
            done = _Writer(ctx, ledger).write(staged(session), progress, total)
            ctx.emit(RowsImported(ledger.name, ctx.tx, done, actor.user_id))
    except StaleRow as stale:
        title = ledger.row_title(stale.row)
        words = _("核对之后有人改过“%(title)s”，整批没有写入。请重新核对一次再写入。")
        raise JobError(words % {"title": title}) from stale
    except IntegrityError as error:
        raise JobError(_taken(session, ledger)) from error
    forget_shares()
    return ctx.tx


def _taken(session: ImportSession, ledger: Ledger[Any]) -> str:
    """The sentence for a key that somebody else registered between check and write, naming the row."""
    rows = (one for one in staged(session) if one.key is None)
    while part := list(islice(rows, CHUNK)):
        values = [{name: field_value(ledger.model, name, text) for name, text in one.values.items()} for one in part]
        for one, found in zip(part, ledger.candidates(values), strict=True):
            if found:
                row = ledger.model._default_manager.get(pk=found[0])
                words = _("核对之后有人登记了“%(title)s”（表里第 %(row)d 行），整批没有写入。请重新核对一次再写入。")
                return words % {"title": ledger.row_title(row), "row": one.number}
    return _("核对之后有人登记了同样的主键，整批没有写入。请重新核对一次再写入。")


class _Writer:
    """One write: new rows in bulk, then changes by version."""

    def __init__(self, ctx: Ctx, ledger: Ledger[Any]) -> None:
        self.ctx, self.ledger, self.model = ctx, ledger, ledger.model
        self.territory = Territory(ledger.model, ctx.actor)

    def write(self, rows: Iterable[Staged], progress: Progress, total: int) -> int:
        """Returns how many rows were written."""
        done = 0
        fresh: list[Row] = []
        lines: list[Staged] = []
        changes: list[Staged] = []
        for line in rows:
            if line.key is not None:
                changes.append(line)
                continue
            row = row_from(self.model, line.values)
            self._allowed(line, row.__dict__, None)
            fresh.append(row)
            lines.append(line)
            if len(fresh) >= CHUNK:
                done += self._create(fresh, lines)
                fresh, lines = [], []
                progress.step(done, total)
        done += self._create(fresh, lines)
        for start in range(0, len(changes), CHUNK):
            done += self._update(changes[start : start + CHUNK])
            progress.step(done, total)
        progress.step(done, total, force=True)
        return done

    def _allowed(self, line: Staged, values: Mapping[str, Any], stored: Row | None) -> None:
        """Grants are asked again: they may have ended since the check."""
        faults = self.ledger.check_import(values, stored, self.territory.may)
        if faults:
            raise JobError(_row_sentence(line, faults[0]))

    def _unsettled(self, rows: Sequence[Row], lines: Sequence[Staged]) -> None:
        """Raises JobError for the first row that was settled since the check (an award of a batch approved meanwhile)."""
        for at, fault in self.ledger.settled(rows).items():
            raise JobError(_row_sentence(lines[at], FieldFault("", fault)))

    def _create(self, rows: list[Row], lines: list[Staged]) -> int:
        self._unsettled(rows, lines)
        for post, part in by_post(self.ctx.actor, "add", rows):
            with self.ctx.under(post):
                self.ctx.create_many(part)
        if rows:
            self.ledger.written(self.ctx, rows)
            self._inside([row.pk for row in rows], "add")
        return len(rows)

    def _inside(self, keys: Sequence[int], verb: str) -> None:
        """Raises JobError when a row lies outside the actor's reach after the write."""
        reachable = visible(self.model._default_manager.filter(pk__in=keys), self.ctx.actor, verb).count()
        if reachable != len(keys):
            words = _("有 %(n)d 行的属地不在你的授权范围内，整批没有写入。请改属地，或请县府办授权。")
            raise JobError(words % {"n": len(keys) - reachable})

    def _update(self, lines: list[Staged]) -> int:
        keys = [line.key for line in lines if line.key is not None]
        rows = visible(self.model._default_manager.all(), self.ctx.actor, "change").filter(pk__in=keys)
        stored = {row.pk: row for row in rows}
        there = [line for line in lines if line.key in stored]
        found = [stored[line.key] for line in there]
        self._unsettled(found, there)
        before = [copy.copy(row) for row in found]
        posts = {
            row.pk: post for post, part in by_post(self.ctx.actor, "change", list(stored.values())) for row in part
        }
        for line in lines:
            row = stored.get(line.key)
            if row is None or row.version != line.version:
                raise StaleRow(row if row is not None else _ghost(self.model, line), row)
            values = self._values(line.values)
            if line.chosen:
                values |= self.ledger.derive(self._values(line.chosen), row)
            self._allowed(line, values, row)
            with self.ctx.under(posts[row.pk]):
                self.ctx.update(row, **by_field(self.model, values))
        self._unsettled(found, there)
        changed = [pair for pair in zip(before, found, strict=True) if pair[0].version != pair[1].version]
        if changed:
            self.ledger.written(self.ctx, [row for pair in changed for row in pair])
        self._inside(keys, "change")
        return len(lines)

    def _values(self, texts: Mapping[str, str | None]) -> dict[str, Any]:
        return {name: field_value(self.model, name, text) for name, text in texts.items()}


def _ghost(model: Any, line: Staged) -> Row:
    """A row that is gone, as the staging file remembers it."""
    ghost: Row = model(pk=line.key, version=line.version)
    return ghost


def _row_sentence(line: Staged, one: FieldFault) -> str:
    fault: Fault = one.fault
    return _("第 %(row)d 行：%(reason)s整批没有写入。") % {"row": line.number, "reason": sentence(fault)}


def by_field(model: type[Row], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values under the names of fields, references as rows."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = field_of(model, name)
        if field.is_relation and value is not None:
            value = field.related_model._default_manager.get(pk=value)
        found[field.name] = value
    return found

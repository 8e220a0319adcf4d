"""Writing a checked import: one transaction, all or nothing; and taking a whole batch back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from gongxing.kernel.access.granting import by_post, from_post
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.trail import Moment, field_value, of_transaction, row_from
from gongxing.kernel.audit.write import Ctx, StaleRow, writing
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.exchange.check import staged
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import JobError, Progress
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.planner import forget_shares
from gongxing.kernel.org.actor import Actor

CHUNK = 2000


@dataclass(frozen=True)
class Undone:
    """What taking back a batch did: rows removed, rows restored, and rows kept because somebody changed them since."""

    removed: int
    restored: int
    kept: tuple[tuple[int, str], ...]


def write(session: ImportSession, ledger: Ledger[Any], actor: Actor, progress: Progress) -> str:
    """Write all staged rows. Returns the transaction. Raises JobError when a row changed since the check: nothing was written."""
    total = (
        int(session.counts.get("new", 0))
        + int(session.counts.get("update", 0))
        + int(session.counts.get("question", 0))
    )
    why = _("导入 %(file)s") % {"file": session.file_name}
    try:
        with writing(actor, "import", why[:500]) as ctx:
            done = _write_all(ctx, session, ledger, progress, total)
            ctx.emit(RowsImported(ledger.name, ctx.tx, done, actor.user_id))
    except StaleRow as stale:
        title = ledger.row_title(stale.row)
        sentence = _("核对之后有人改过“%(title)s”，整批没有写入。请重新核对一次再写入。")
        raise JobError(sentence % {"title": title}) from stale
    except IntegrityError as error:
        raise JobError(_("核对之后有人登记了同样的主键，整批没有写入。请重新核对一次再写入。")) from error
    forget_shares()
    return ctx.tx


def _write_all(ctx: Ctx, session: ImportSession, ledger: Ledger[Any], progress: Progress, total: int) -> int:
    model, done = ledger.model, 0
    fresh: list[Row] = []
    changes: list[Mapping[str, Any]] = []
    for line in staged(session):
        if "id" in line:
            changes.append(line)
        else:
            fresh.append(row_from(model, line["v"]))
        if len(fresh) >= CHUNK:
            done += _create(ctx, ledger, fresh)
            fresh = []
            progress.step(done, total)
    done += _create(ctx, ledger, fresh)
    for start in range(0, len(changes), CHUNK):
        done += _update(ctx, ledger, changes[start : start + CHUNK])
        progress.step(done, total)
    progress.step(done, total, force=True)
    return done


def _create(ctx: Ctx, ledger: Ledger[Any], rows: list[Row]) -> int:
    if not rows:
        return 0
    for post, part in by_post(ctx.actor, "add", rows):
        with ctx.under(post):
            ctx.create_many(part)
    reachable = visible(ledger.model._default_manager.filter(pk__in=[row.pk for row in rows]), ctx.actor, "add").count()
    if reachable != len(rows):
        raise JobError(
            _("有 %(n)d 行的属地不在你的授权范围内，整批没有写入。请改属地，或请县府办授权。")
            % {"n": len(rows) - reachable}
        )
    return len(rows)


def _update(ctx: Ctx, ledger: Ledger[Any], lines: list[Mapping[str, Any]]) -> int:
    model = ledger.model
    stored = {
        row.pk: row
        for row in visible(model._default_manager.all(), ctx.actor, "change").filter(
            pk__in=[line["id"] for line in lines]
        )
    }
    posts = {row.pk: post for post, part in by_post(ctx.actor, "change", list(stored.values())) for row in part}
    for line in lines:
        row = stored.get(line["id"])
        if row is None or row.version != line["ver"]:
            missing = row if row is not None else _ghost(model, line)
            raise StaleRow(missing, row)
        values = {field_of(model, name).name: field_value(model, name, text) for name, text in line["v"].items()}
        with ctx.under(posts[row.pk]):
            ctx.update(row, **{name: _related(model, name, value) for name, value in values.items()})
    return len(lines)


def _related(model: type[Row], name: str, value: Any) -> Any:
    field = field_of(model, name)
    if field.is_relation and value is not None:
        return field.related_model._default_manager.get(pk=value)
    return value


def undo(session: ImportSession, ledger: Ledger[Any], actor: Actor, progress: Progress) -> Undone:
    """Take back every row of the batch that nobody has touched since; the others are kept and listed."""
    model = ledger.model
    removed, restored, kept = 0, 0, []
    total = int(session.counts.get("new", 0)) + int(session.counts.get("update", 0))
    with writing(
        from_post(actor, "undo", ledger.name), "undo", (_("撤销导入 %(file)s") % {"file": session.file_name})[:500]
    ) as ctx:
        done = 0
        for part in _batches(moment for moment in of_transaction(session.tx) if moment.kind in ("add", "change")):
            rows = {row.pk: row for row in model._default_manager.filter(pk__in=[one.row for one in part])}
            referred = _referred(model, [one.row for one in part if one.kind == "add"])
            gone: list[Row] = []
            for one in part:
                row = rows.get(one.row)
                if row is None:
                    continue
                if row.version != one.row_version or row.pk in referred:
                    kept.append((row.pk, ledger.row_title(row)))
                elif one.kind == "add":
                    gone.append(row)
                else:
                    before = {change.field: field_value(model, change.field, change.before) for change in one.changes}
                    ctx.update(row, **{name: _related(model, name, value) for name, value in before.items()})
                    restored += 1
            removed += ctx.delete_many(gone)
            done += len(part)
            progress.step(done, total)
        ctx.emit(RowsImported(ledger.name, session.tx, removed + restored, actor.user_id, undone=True))
    forget_shares()
    return Undone(removed, restored, tuple(kept[:1000]))


def _batches(moments: Iterable[Moment]) -> Iterator[list[Moment]]:
    """Entries in batches of the chunk size, so that memory does not grow with the batch that is taken back."""
    walking = iter(moments)
    while part := list(islice(walking, CHUNK)):
        yield part


def _referred(model: type[Row], keys: Sequence[int]) -> set[int]:
    """Which of the rows others have come to depend on since: one query for each kind of dependant."""
    found: set[int] = set()
    for relation in model._meta.related_objects:
        name = relation.field.attname
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
        found.update(rows.values_list(name, flat=True))
    return found


def _ghost(model: Any, line: Mapping[str, Any]) -> Row:
    """A row that is gone, as the staging file remembers it."""
    ghost: Row = model(pk=line["id"], version=line["ver"])
    return ghost

"""The background half of import and export."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.events import publish
from gongxing.kernel.exchange.check import Check
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.exchange.export import export_list
from gongxing.kernel.exchange.flow import source_of
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.staging import staging_path
from gongxing.kernel.exchange.undo import KEPT, Undone, undo, undone_before
from gongxing.kernel.exchange.write import committed, write
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, job
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.org.actor import Actor

State = ImportSession.State
FALLBACK = {State.CHECKING: State.UPLOADED, State.WRITING: State.CHECKED, State.UNDOING: State.WRITTEN}


def _ended(one: Job) -> None:
    """A job that failed or was cancelled gives its session back to the step before it, unless its transaction was committed and only
    the word of it was lost."""
    if one.state == Job.State.DONE:
        return
    session = ImportSession.objects.filter(pk=one.arguments.get("session"), job_id=one.pk).first()
    if session is None:
        return
    if session.state == State.WRITING and committed(session.tx):
        _written(session, session.tx)
    elif session.state == State.UNDOING and committed(session.undo_tx):
        _taken_back(session, undone_before(session, ledger_named(session.ledger)))
    elif session.state in FALLBACK:
        ImportSession.objects.filter(pk=session.pk, state=session.state).update(
            state=FALLBACK[State(session.state)], error=one.error or one.message
        )


@job("exchange.check", on_end=_ended)
def check_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The dry run of a session."""
    session = ImportSession.objects.get(pk=arguments["session"])
    try:
        counts = Check(session, ledger_named(session.ledger), actor, source_of(session), progress).run()
    except Fault as fault:
        raise JobError(sentence(fault)) from fault
    ImportSession.objects.filter(pk=session.pk).update(state=State.CHECKED, counts=asdict(counts))
    return {"url": arguments["url"], "text": _("核对完成")}


@job("exchange.write", on_end=_ended)
def write_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The write of a session. An interruption leaves nothing: the facts are one transaction, and a finished one is not repeated,
    even when the process died before it could say so."""
    session = ImportSession.objects.get(pk=arguments["session"])
    if committed(session.tx):
        publish(RowsImported(session.ledger, session.tx, sum(_written_rows(session)), actor.user_id))
        tx = session.tx
    else:
        tx = write(session, ledger_named(session.ledger), actor, progress)
    _written(session, tx)
    return {"url": arguments["url"], "text": _("已写入")}


@job("exchange.undo", on_end=_ended)
def undo_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Taking a batch back."""
    session = ImportSession.objects.get(pk=arguments["session"])
    ledger = ledger_named(session.ledger)
    if committed(session.undo_tx):
        done = undone_before(session, ledger)
        rows = done.removed + done.restored
        publish(RowsImported(ledger.name, session.tx, rows, actor.user_id, undone=True))
    else:
        done = undo(session, ledger, actor, progress)
    _taken_back(session, done)
    return {"url": arguments["url"], "text": _("已撤销")}


def _written_rows(session: ImportSession) -> list[int]:
    return [int(session.counts.get(name, 0)) for name in ("new", "update")]


def _written(session: ImportSession, tx: str) -> None:
    ImportSession.objects.filter(pk=session.pk).update(state=State.WRITTEN, tx=tx, error="", ended_at=now())
    staging_path(session).unlink(missing_ok=True)


def _taken_back(session: ImportSession, done: Undone) -> None:
    kept = [list(one) for one in done.kept[:KEPT]]
    found = {"removed": done.removed, "restored": done.restored, "kept": kept, "kept_n": len(done.kept)}
    counts = {**session.counts, **found}
    ImportSession.objects.filter(pk=session.pk).update(state=State.UNDONE, counts=counts, error="", ended_at=now())


@job("exchange.export")
def export_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """A long export; the file waits for its owner for a week."""
    ledger = ledger_named(arguments["ledger"])
    listing = build(read_state(ledger, QueryDict(arguments["query"])), actor, "export")
    stored = export_list(ledger, listing, actor, arguments["format"], progress)
    return {"url": reverse("exchange-file", args=[stored.pk]), "text": stored.name}

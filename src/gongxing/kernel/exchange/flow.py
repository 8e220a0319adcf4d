"""An import step by step: upload, set-up, check, write, undo. Pages and tests go through these doors."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import may
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.exchange.models import ImportChange, ImportSession
from gongxing.kernel.exchange.reading.source import Source, open_source
from gongxing.kernel.exchange.setup import Setup, askable, corrected, guess, remember
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import drop, keep, path_of
from gongxing.kernel.jobs.run import enqueue
from gongxing.kernel.ledger.cleaner import reference_keys
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor

State = ImportSession.State
HEAD_ROWS, HEAD_COLUMNS, HEAD_TEXT = 36, 200, 40


def _demand(actor: Actor, verb: str, ledger: Ledger[Any]) -> None:
    if "import" not in ledger.verbs or not may(actor, verb, ledger.name):
        raise Denied(verb, ledger.name)


def upload(ledger: Ledger[Any], actor: Actor, name: str, chunks: Iterable[bytes]) -> ImportSession:
    """Keep the file and guess how to read it. Raises Denied, Fault (file.*), NoSpace; a refused file leaves no session."""
    _demand(actor, "import", ledger)
    stored = keep(chunks, name=name, media_type="application/octet-stream", user_id=actor.user_id)
    try:
        source = open_source(path_of(stored), name)
        setup = guess(source, ledger)
    except Fault:
        drop(stored)
        raise
    setup = corrected(setup, {}, _first_defaults(ledger, actor, setup))
    return ImportSession.objects.create(
        ledger=ledger.name, user_id=actor.user_id, post_id=actor.post.post_id if actor.post else None, file_id=stored.pk,
        file_name=name[-200:], setup=setup.to_json(), head=head_of(source, setup.sheet), created_at=now(),
    )  # fmt: skip


def _seen(cell: Any) -> str:
    """A cell as its reader sees it in Excel, where 1.0 is 1."""
    if cell.__class__ is float and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def head_of(source: Source, sheet: str) -> dict[str, Any]:
    """What the preview shows of a file."""
    rows = [[_seen(cell)[:HEAD_TEXT] for cell in row[:HEAD_COLUMNS]] for row in source.head(sheet, HEAD_ROWS)]
    return {"sheets": list(source.sheets), "encoding": source.encoding, "rows": rows}


def _first_defaults(ledger: Ledger[Any], actor: Actor, setup: Setup) -> dict[str, str]:
    """A first answer for columns the file leaves out: the reporting unit it names, else the actor's own unit."""
    found: dict[str, str] = {}
    for column in askable(ledger, setup):
        if column.kind is not Kind.REFERENCE or column.target != "org.unit":
            continue
        known = reference_keys(column.target, actor)
        named = next((text for text in known if text and text in setup.reporter), "")
        own = actor.post.unit_name if actor.post is not None else ""
        if named or own in known:
            found[column.name] = named or own
    return found


def session_of(actor: Actor, key: int) -> ImportSession:
    """One of the actor's own sessions. Raises LookupError."""
    session = ImportSession.objects.filter(pk=key, user_id=actor.user_id).first()
    if session is None:
        raise LookupError(f"import {key}")
    return session


def source_of(session: ImportSession) -> Source:
    """The file of a session, opened again."""
    stored = StoredFile.objects.get(pk=session.file_id)
    return open_source(path_of(stored), stored.name)


def point(session: ImportSession, sheet: str, first: int, last: int) -> ImportSession:
    """Read the file anew by a sheet and header rows somebody pointed at. Raises Refused."""
    source, ledger = source_of(session), ledger_named(session.ledger)
    try:
        setup = guess(source, ledger, sheet, first, last)
    except Fault as fault:
        raise Refused([FieldFault("", fault)]) from fault
    arrange(session, setup)
    ImportSession.objects.filter(pk=session.pk).update(head=head_of(source, setup.sheet))
    return ImportSession.objects.get(pk=session.pk)


def decide(session: ImportSession, choices: Mapping[int, str]) -> None:
    """Note what was decided about disputed cells: id of the change → mine or theirs. Raises Refused once it is being written."""
    if ImportSession.objects.filter(pk=session.pk).exclude(state=State.CHECKED).exists():
        raise Refused([FieldFault("", Fault("action.not_now"))])
    disputed = ImportChange.objects.filter(session=session, note="conflict")
    for choice in ImportChange.Choice.values:
        disputed.filter(pk__in=[key for key, chosen in choices.items() if chosen == choice]).update(choice=choice)


def to_write(session: ImportSession) -> int:
    """How many rows the write would touch, as decided so far."""
    chosen = ImportChange.objects.filter(session=session, choice=ImportChange.Choice.MINE).values_list("row", flat=True)
    disputed = {*session.counts.get("merged", ()), *chosen}
    return int(session.counts.get("new", 0)) + int(session.counts.get("update", 0)) + len(disputed)


def arrange(session: ImportSession, setup: Setup) -> ImportSession:
    """Take a corrected set-up; what was checked before is void."""
    changed = ImportSession.objects.filter(
        pk=session.pk, state__in=(State.UPLOADED, State.CHECKED, State.FAILED, State.CANCELLED)
    )
    if not changed.update(setup=setup.to_json(), state=State.UPLOADED, counts={}, error=""):
        raise Refused([FieldFault("", Fault("action.not_now"))])
    return ImportSession.objects.get(pk=session.pk)


def missing_keys(ledger: Ledger[Any], setup: Setup) -> list[str]:
    """Labels of key columns of which at least one must be mapped and none is; or required columns not mapped."""
    mapped = {use.target for use in setup.columns} | set(setup.defaults)
    mapped |= {name for name, other in ledger.stand_ins.items() if other in mapped}
    if setup.id_at is not None:
        return []
    keys = [str(ledger.column(name).label) for name in ledger.key_columns if ledger.has_column(name)]
    if not mapped & ledger.key_columns:
        return keys
    return []


def start_check(session: ImportSession, actor: Actor) -> ImportSession:
    """Queue the dry run. Raises Refused when the set-up cannot work."""
    ledger = ledger_named(session.ledger)
    _demand(actor, "import", ledger)
    setup = Setup.from_json(session.setup)
    if not setup.first:
        raise Refused([FieldFault("", Fault("import.no_header"))])
    unanswered = [str(column.label) for column in askable(ledger, setup) if column.name not in setup.defaults]
    if unanswered and setup.id_at is None:
        raise Refused([FieldFault("", Fault("import.no_required_column", columns="、".join(unanswered)))])
    missing = missing_keys(ledger, setup)
    if missing:
        raise Refused([FieldFault("", Fault("import.no_key_column", columns="、".join(missing)))])
    _advance(session, (State.UPLOADED, State.CHECKED, State.FAILED, State.CANCELLED), State.CHECKING)
    title = _("核对 %(file)s") % {"file": session.file_name}
    return _queue(session, actor, "exchange.check", title)


def start_write(session: ImportSession, actor: Actor) -> ImportSession:
    """Queue the write of a checked session; what the headers meant is remembered."""
    ledger = ledger_named(session.ledger)
    _demand(actor, "import", ledger)
    if not to_write(session):
        raise Refused([FieldFault("", Fault("import.nothing"))])
    _advance(session, (State.CHECKED,), State.WRITING)
    remember(ledger, Setup.from_json(session.setup))
    return _queue(session, actor, "exchange.write", _("写入 %(file)s") % {"file": session.file_name})


def start_undo(session: ImportSession, actor: Actor) -> ImportSession:
    """Queue taking the batch back."""
    _demand(actor, "undo", ledger_named(session.ledger))
    _advance(session, (State.WRITTEN,), State.UNDOING)
    return _queue(session, actor, "exchange.undo", _("撤销导入 %(file)s") % {"file": session.file_name})


def _advance(session: ImportSession, allowed: tuple[State, ...], to: State) -> None:
    """Conditional: of two people pressing the button one wins. Raises Refused for the other."""
    if not ImportSession.objects.filter(pk=session.pk, state__in=allowed).update(state=to, error=""):
        raise Refused([FieldFault("", Fault("action.not_now"))])


def _queue(session: ImportSession, actor: Actor, kind: str, title: str) -> ImportSession:
    queued = enqueue(kind, title, actor, {"session": session.pk, "url": reverse("exchange-session", args=[session.pk])})
    ImportSession.objects.filter(pk=session.pk).update(job_id=queued.pk)
    return ImportSession.objects.get(pk=session.pk)

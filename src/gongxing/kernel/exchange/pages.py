"""Pages of import and export."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongxing.kernel.access.visible import may
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.units import same_kind
from gongxing.kernel.clock import now
from gongxing.kernel.exchange.export import export_list, safe_text
from gongxing.kernel.exchange.flow import arrange, session_of, source_of, start_check, start_undo, start_write, upload
from gongxing.kernel.exchange.models import ImportFault, ImportSession
from gongxing.kernel.exchange.setup import Setup, askable, corrected, guess
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import NoSpace, path_of
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, enqueue
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.form import field_of
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, crumbs, ledger_frame

State = ImportSession.State
RAW_ROWS, SHOWN_FAULTS, SHOWN_CHANGES, DIRECT_ROWS = 8, 50, 60, 2000


@require_http_methods(["GET", "POST"])
def upload_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: choose a file. POST: keep it and go to its preview; a refused file is answered with its sentence."""
    ledger, actor = ledger_named(slug), acting(request)
    if "import" not in ledger.verbs or not may(actor, "import", ledger.name):
        raise Denied("import", ledger.name)
    error = ""
    if request.method == "POST":
        given = request.FILES.get("file")
        if getattr(request, "upload_too_big", False):
            error = _("文件超过大小上限，没有接收。请分成几个文件，或删去多余的工作表和图片。")
        elif given is None:
            error = _("没有选文件。请先选一个 Excel 或 CSV 文件。")
        else:
            try:
                session = upload(ledger, actor, given.name or "file", given.chunks())
                return HttpResponseRedirect(reverse("exchange-session", args=[session.pk]))
            except Fault as fault:
                error = sentence(fault)
            except NoSpace:
                error = _("服务器磁盘已满，文件没有保存。请联系管理员清理磁盘后重试。")
    past = ImportSession.objects.filter(ledger=ledger.name, user_id=actor.user_id).order_by("-id")[:10]
    context = {
        "ledger": ledger_frame(ledger),
        "crumbs": crumbs(ledger, (_("导入"), "")),
        "error": error,
        "past": [_past(one) for one in past],
        "columns": [
            {"label": str(column.label), "required": column.required, "unit": column.unit_label}
            for column in ledger.editable
        ],
    }
    return render(request, "exchange/upload.html", context, status=422 if error else 200)


def _past(one: ImportSession) -> dict[str, Any]:
    return {
        "file": one.file_name, "state_text": one.get_state_display(), "url": reverse("exchange-session", args=[one.pk]),
        "when": timezone.localtime(one.created_at).strftime("%m-%d %H:%M"), "rows": one.counts.get("rows", ""),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def session_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: where the import stands. POST: correct the set-up (header, columns, units) and check again."""
    actor = acting(request)
    session = session_of(actor, key)
    errors: list[str] = []
    if request.method == "POST":
        try:
            session = arrange(session, _posted_setup(request.POST, session))
            session = start_check(session, actor)
            return HttpResponseRedirect(request.path)
        except Refused as refused:
            errors = [sentence(one.fault) for one in refused.faults]
            session = session_of(actor, key)
    elif session.state == State.UPLOADED and not session.job_id:
        try:
            session = start_check(session, actor)
        except Refused as refused:
            errors = [sentence(one.fault) for one in refused.faults]
    if session.state in (State.CHECKING, State.WRITING, State.UNDOING):
        return _running(request, session)
    if session.state in (State.WRITTEN, State.UNDONE):
        return _done(request, session)
    return _preview(request, session, errors)


def _posted_setup(posted: QueryDict, session: ImportSession) -> Setup:
    setup, ledger = Setup.from_json(session.setup), ledger_named(session.ledger)
    sheet, first, last = posted.get("sheet", setup.sheet), posted.get("first", ""), posted.get("last", "")
    if sheet != setup.sheet or (first.isdigit() and (int(first), int(last or first)) != (setup.first, setup.last)):
        pointed = int(first) if first.isdigit() and sheet == setup.sheet else 0
        return guess(source_of(session), ledger, sheet, pointed, int(last) if last.isdigit() else pointed)
    chosen = {}
    for use in setup.columns:
        target = posted.get(f"target-{use.position}")
        if target is not None and (target == "" or ledger.has_column(target)):
            chosen[use.position] = (target, posted.get(f"unit-{use.position}", use.unit))
    defaults = {
        column.name: posted.get(f"default-{column.name}", setup.defaults.get(column.name, "")).strip()
        for column in askable(ledger, corrected(setup, chosen))
    }
    return corrected(setup, chosen, defaults)


def _frame(session: ImportSession) -> dict[str, Any]:
    ledger = ledger_named(session.ledger)
    setup = Setup.from_json(session.setup)
    return {
        "ledger": ledger_frame(ledger),
        "crumbs": crumbs(ledger, (_("导入"), reverse("exchange-upload", args=[ledger.slug])), (session.file_name, "")),
        "session": {
            "id": session.pk, "file": session.file_name, "sheet": setup.sheet, "rows": session.counts.get("rows", 0), "state": session.state,
            "state_text": session.get_state_display(), "error": session.error, "url": reverse("exchange-session", args=[session.pk]),
        },
    }  # fmt: skip


def _running(request: HttpRequest, session: ImportSession) -> HttpResponse:
    one = Job.objects.filter(pk=session.job_id or 0).first()
    context = {**_frame(session), "job": job_frame(one) if one else None}
    return render(request, "exchange/running.html", context)


def _done(request: HttpRequest, session: ImportSession) -> HttpResponse:
    ledger = ledger_named(session.ledger)
    kept = [{"title": title, "url": ledger.row_url(key)} for key, title in session.counts.get("kept", [])]
    context = {
        **_frame(session), "counts": session.counts, "kept": kept, "undone": session.state == State.UNDONE,
        "undo_url": reverse("exchange-undo", args=[session.pk]), "list_url": ledger.url,
        "faults_url": reverse("exchange-faults", args=[session.pk]) if session.counts.get("fault") else "",
    }  # fmt: skip
    return render(request, "exchange/done.html", context)


def _preview(request: HttpRequest, session: ImportSession, errors: list[str]) -> HttpResponse:
    ledger = ledger_named(session.ledger)
    setup = Setup.from_json(session.setup)
    source = source_of(session)
    context = {
        **_frame(session),
        "errors": errors or ([session.error] if session.error else []),
        "sheets": source.sheets,
        "encoding": source.encoding.upper().replace("-SIG", " BOM"),
        "setup": setup,
        "sums": _sums(session, ledger),
        "raw": _raw(source.rows(setup.sheet), setup),
        "mapping": _mapping(setup, ledger),
        "defaults": _defaults(setup, ledger, acting(request)),
        "changes": _changes(session, ledger, acting(request)),
        "faults": _faults(session, ledger),
        "foot": {
            "accept_url": reverse("exchange-write", args=[session.pk]) if session.state == State.CHECKED else "",
            "accept_label": _accept_label(session, ledger),
            "cancel_url": ledger.url,
            "faults_url": reverse("exchange-faults", args=[session.pk]) if session.counts.get("fault") else "",
        },
    }
    return render(request, "exchange/preview.html", context)


def _accept_label(session: ImportSession, ledger: Ledger[Any]) -> str:
    n = session.counts.get("new", 0) + session.counts.get("update", 0)
    return _("写入 %(n)s %(counter)s") % {"n": f"{n:,}", "counter": ledger.counter}


def _sums(session: ImportSession, ledger: Ledger[Any]) -> list[dict[str, Any]]:
    counts, counter = session.counts, str(ledger.counter)
    lines = (
        ("new", _("新增"), "good", counter),
        ("update", _("更新"), "fill", _("%(counter)s，%(n)s 个格") % {"counter": counter, "n": counts.get("cells", 0)}),
        ("same", _("无变化"), "idle", _("%(counter)s，不写") % {"counter": counter}),
        ("question", _("待你定"), "warn", _("两边都改过的格")),
        ("fault", _("写不进"), "bad", _("行，看原因")),
    )
    return [
        {"label": label, "value": f"{counts.get(name, 0):,}", "hint": hint, "state": state}
        for name, label, state, hint in lines
    ]


def _raw(rows: Iterator[list[Any]], setup: Setup) -> list[dict[str, Any]]:
    why = dict(setup.skipped)
    words = {
        "title": _("标题，跳过"), "reporter": _("填报单位，跳过"), "unit": _("单位，已采用"), "numbering": _("编号行，跳过"), "blank": _("空行"),
    }  # fmt: skip
    shown = []
    for number, row in enumerate(islice(rows, max(setup.data_start, 1) + RAW_ROWS), start=1):
        head = setup.first <= number <= setup.last
        cells = ["" if cell is None else str(cell)[:40] for cell in row[: max(setup.width, 1)]]
        shown.append(
            {
                "number": number,
                "cells": cells,
                "head": head,
                "why": _("表头") if head else words.get(why.get(number, ""), ""),
            }
        )
    return shown


def _mapping(setup: Setup, ledger: Ledger[Any]) -> list[dict[str, Any]]:
    choices = [("", _("不导入"))] + [(column.name, str(column.label)) for column in ledger.editable]
    lines = []
    for use in setup.columns:
        column = ledger.column(use.target) if use.target else None
        note = ""
        if column is not None and column.unit and use.unit != column.unit:
            note = f"{use.unit} → {column.unit}"
        elif use.reason == "remembered":
            note = _("上次的选择")
        elif not use.sure:
            note = _("请核对单位") if column is not None and column.unit else _("请核对")
        state = "idle" if column is None else "good" if use.sure else "warn"
        lines.append(
            {
                "position": use.position, "source": use.label or _("（空表头）"), "target": use.target, "choices": choices, "unit": use.unit,
                "unit_choices": same_kind(column.unit) if column is not None and column.unit else (), "note": note, "state": state,
            }
        )  # fmt: skip
    return lines


def _defaults(setup: Setup, ledger: Ledger[Any], actor: Actor) -> list[dict[str, Any]]:
    """Columns the file leaves out, each with one value for all rows."""
    cleaner = Cleaner(ledger, actor)
    return [
        field_of(column, setup.defaults.get(column.name, ""), {}, cleaner.known(column))
        for column in askable(ledger, setup)
    ]


def _changes(session: ImportSession, ledger: Ledger[Any], actor: Actor) -> list[dict[str, Any]]:
    notes = {
        "ten_times": (_("相差 10 倍以上，请核单位"), "warn"),
        "conflict": (_("导出之后别人也改过，保留现在的值"), "bad"),
    }
    shown, masks = list(session.changes.order_by("-weight", "row")[:SHOWN_CHANGES]), Masks(ledger, actor)
    covered = masks.rows(one.key for one in shown if one.column in masks.columns)
    lines = []
    for one in shown:
        old, note = one.theirs or one.old, notes.get(one.note, ("", ""))
        if old and one.column in masks.columns and one.key in covered:
            old = MASK
        lines.append(
            {
                "row": one.row, "row_title": one.title, "url": ledger.row_url(one.key), "field": str(ledger.column(one.column).label), "old": old,
                "new": one.new, "note": note[0], "state": note[1],
            }
        )  # fmt: skip
    return lines


def fault_sentence(one: ImportFault, ledger: Ledger[Any]) -> str:
    """The fault of a row with the column it is in."""
    params = {name: int(value) if value.isdigit() and len(value) < 6 else value for name, value in one.params.items()}
    label = f"{ledger.column(one.column).label}：" if one.column and ledger.has_column(one.column) else ""
    return label + sentence(Fault(one.code, **params))


def _faults(session: ImportSession, ledger: Ledger[Any]) -> list[dict[str, Any]]:
    return [
        {
            "row": one.row,
            "sentence": fault_sentence(one, ledger),
            "fix": one.params.get("fix", ""),
            "field": one.column,
            "code": one.code,
        }
        for one in session.faults.order_by("row")[:SHOWN_FAULTS]
    ]


@require_POST
def write_page(request: HttpRequest, key: int) -> HttpResponse:
    """POST: write what the preview showed."""
    actor = acting(request)
    session = session_of(actor, key)
    try:
        start_write(session, actor)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    return HttpResponseRedirect(reverse("exchange-session", args=[key]))


@require_POST
def undo_page(request: HttpRequest, key: int) -> HttpResponse:
    """POST: take the batch back."""
    actor = acting(request)
    session = session_of(actor, key)
    try:
        start_undo(session, actor)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    return HttpResponseRedirect(reverse("exchange-session", args=[key]))


def faults_file(request: HttpRequest, key: int) -> StreamingHttpResponse:
    """GET: the rows that cannot be written, with their reason, as CSV one can mend and import again."""
    session = session_of(acting(request), key)
    ledger, setup = ledger_named(session.ledger), Setup.from_json(session.setup)

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        yield "\ufeff"
        writer.writerow([*(use.label for use in setup.columns), _("原行号"), _("写不进的原因")])
        for one in session.faults.order_by("row").iterator(500):
            cells = [safe_text(cell) for cell in one.cells[: len(setup.columns)]]
            cells += [""] * (len(setup.columns) - len(cells))
            writer.writerow([*cells, one.row, fault_sentence(one, ledger)])
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    name = quote(_("失败行-%(file)s.csv") % {"file": session.file_name})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_POST
def export_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """POST ?filters, format: small lists come at once, long ones as a job."""
    ledger, actor = ledger_named(slug), acting(request)
    if "export" not in ledger.verbs or not may(actor, "export", ledger.name):
        raise Denied("export", ledger.name)
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    state = read_state(ledger, request.GET)
    listing = build(state, actor, "export")
    if listing.rows.order_by()[: DIRECT_ROWS + 1].count() <= DIRECT_ROWS:
        try:
            return _download(export_list(ledger, listing, actor, kind))
        except JobError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(f"{ledger.url}?{state.query()}")
    queued = enqueue(
        "exchange.export",
        _("导出 %(label)s") % {"label": ledger.label},
        actor,
        {"ledger": ledger.name, "query": state.query(), "format": kind},
    )
    messages.info(request, _("行数较多，已转到后台导出，完成后在“任务”里下载。"))
    return HttpResponseRedirect(f"{reverse('jobs')}#job-{queued.pk}")


def file_page(request: HttpRequest, key: int) -> HttpResponseBase:
    """GET: one of the actor's own files, while it is kept."""
    stored = StoredFile.objects.filter(pk=key, user_id=acting(request).user_id).first()
    if stored is None or (stored.expires_at is not None and stored.expires_at < now()):
        raise LookupError(f"file {key}")
    return _download(stored)


def _download(stored: StoredFile) -> FileResponse:
    return FileResponse(
        path_of(stored).open("rb"), as_attachment=True, filename=stored.name, content_type=stored.media_type
    )

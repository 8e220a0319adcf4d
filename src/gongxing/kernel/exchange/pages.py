"""Pages of import and export."""

import csv
import io
from collections.abc import Iterator
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
from gongxing.kernel.cells.money import capital_unit
from gongxing.kernel.cells.units import unit_in
from gongxing.kernel.clock import now
from gongxing.kernel.exchange.export import export_list
from gongxing.kernel.exchange.flow import (
    arrange,
    decide,
    point,
    session_of,
    start_check,
    start_undo,
    start_write,
    to_write,
    upload,
)
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.preview import done_frame, fault_sentence, preview_frame, running_frame, undo_frame
from gongxing.kernel.exchange.reading.header import LOOK_AT
from gongxing.kernel.exchange.reading.source import guarded
from gongxing.kernel.exchange.setup import ColumnUse, Setup, askable, corrected
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import NoSpace, path_of
from gongxing.kernel.jobs.run import JobError, enqueue
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.pages.requests import acting, crumbs, ledger_frame

State = ImportSession.State
DIRECT_ROWS = 2000


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
            session = start_check(_arranged(request.POST, session), actor)
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
        return render(request, "exchange/running.html", running_frame(session))
    if session.state in (State.WRITTEN, State.UNDONE):
        return render(request, "exchange/done.html", done_frame(session))
    return render(request, "exchange/preview.html", preview_frame(session, actor, errors, _page(request.GET)))


def _page(given: QueryDict) -> int:
    text = given.get("page", "1")
    return int(text) if text.isdigit() and len(text) < 6 else 1


def _arranged(posted: QueryDict, session: ImportSession) -> ImportSession:
    """The session with the set-up somebody posted: another sheet or header, or other columns and units. Raises Refused."""
    setup, ledger = Setup.from_json(session.setup), ledger_named(session.ledger)
    sheet, first, last = posted.get("sheet", setup.sheet), posted.get("first", ""), posted.get("last", "")
    if sheet != setup.sheet or (first.isdigit() and (first, last or first) != (str(setup.first), str(setup.last))):
        pointed = min(int(first[:6]), LOOK_AT) if first.isdigit() and sheet == setup.sheet else 0
        return point(session, sheet, pointed, min(int(last[:6]), LOOK_AT + 1) if last.isdigit() else pointed)
    chosen = {}
    for use in setup.columns:
        target = posted.get(f"target-{use.position}")
        if target is not None and (target == "" or ledger.has_column(target)):
            chosen[use.position] = (target, posted.get(f"unit-{use.position}", use.unit))
    defaults = {
        column.name: posted.get(f"default-{column.name}", setup.defaults.get(column.name, "")).strip()
        for column in askable(ledger, corrected(setup, chosen))
    }
    return arrange(session, corrected(setup, chosen, defaults))


def _choices(posted: QueryDict) -> dict[int, str]:
    """Decisions about disputed cells as a form posts them: ``choice-12=mine``."""
    found = {name.removeprefix("choice-"): posted[name] for name in posted if name.startswith("choice-")}
    return {int(key): str(text) for key, text in found.items() if key.isdigit() and len(key) < 19}


@require_POST
def decide_page(request: HttpRequest, key: int) -> HttpResponse:
    """POST: note what was decided about disputed cells, and go on to a page of them."""
    session = session_of(acting(request), key)
    try:
        decide(session, _choices(request.POST))
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    page = _page(request.POST)
    return HttpResponseRedirect(f"{reverse('exchange-session', args=[key])}?page={page}#q")


@require_POST
def write_page(request: HttpRequest, key: int) -> HttpResponse:
    """POST: write what the preview showed, disputed cells as decided on it."""
    actor = acting(request)
    session = session_of(actor, key)
    try:
        choices = _choices(request.POST)
        if choices:
            decide(session, choices)
        start_write(session, actor)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    return HttpResponseRedirect(reverse("exchange-session", args=[key]))


@require_POST
def undo_page(request: HttpRequest, key: int) -> HttpResponse:
    """POST: take the batch back. It is asked about once more, with the number of its rows; ``rows`` is the answer."""
    actor = acting(request)
    session = session_of(actor, key)
    n = to_write(session)
    if session.state == State.WRITTEN and request.POST.get("rows") != str(n):
        if not may(actor, "undo", session.ledger):
            raise Denied("undo", session.ledger)
        return render(request, "exchange/undo.html", undo_frame(session, n))
    try:
        start_undo(session, actor)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    return HttpResponseRedirect(reverse("exchange-session", args=[key]))


def _label(use: ColumnUse) -> str:
    """The header of a column, with its unit where it came from elsewhere: the failed rows come back without the 单位 line."""
    named = unit_in(use.label) or capital_unit(use.label)
    return f"{use.label}（{use.unit}）" if use.unit and use.unit != named else use.label


def faults_file(request: HttpRequest, key: int) -> StreamingHttpResponse:
    """GET: the rows that cannot be written, with their reason, as CSV one can mend and import again."""
    session = session_of(acting(request), key)
    ledger, setup = ledger_named(session.ledger), Setup.from_json(session.setup)

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        yield "\ufeff"
        writer.writerow([*(_label(use) for use in setup.columns), _("原行号"), _("写不进的原因")])
        for one in session.faults.order_by("row").iterator(500):
            cells = [guarded(cell) for cell in one.cells[: len(setup.columns)]]
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
    messages.info(request, _("行数较多，已转到后台导出，完成后在“后台任务”里下载。"))
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

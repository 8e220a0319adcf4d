"""Import and export of map files: upload, what is unclear, what was understood and found; then the import every register has."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.land.map_jobs import PREPARE, WRITE
from gongxing.domains.land.mapfiles import drafts, tables
from gongxing.domains.land.mapfiles.drafts import Draft
from gongxing.domains.land.mapfiles.exporting import ENCODINGS, FORMATS, systems_for
from gongxing.domains.land.mapfiles.preparing import AT_ONCE, hand_over, look, prepare, report_of
from gongxing.domains.land.mapfiles.said import refused, said, system_called
from gongxing.domains.land.models import PlanLayer
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.files.store import NoSpace
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import enqueue
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.maps.outcome import Question
from gongxing.kernel.maps.reading import Sight
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.facets import facet_chips
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.listing import count_text
from gongxing.kernel.pages.requests import acting, crumbs, ledger_frame

MOST_FILES, LONGEST_ANSWER = 20, 200
OPEN = (Job.State.READY, Job.State.RUNNING)
QUESTIONS = ("file", "layer", "sheet", "encoding", "system", "old_system", "parts", "columns")


def _shaped(slug: str, actor: Actor, verb: str) -> Ledger[Any]:
    """A register with shapes on which the actor may do this. Raises LookupError, Denied."""
    ledger = ledger_named(slug)
    tables.shape_column(ledger)
    if verb not in ledger.verbs or not may(actor, verb, ledger.name):
        raise Denied(verb, ledger.name)
    return ledger


def _full() -> str:
    return _("服务器磁盘已满，文件没有保存。请联系管理员清理磁盘后重试。")


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: choose files. POST: keep them and go on to what was understood."""
    actor = acting(request)
    ledger = _shaped(slug, actor, "import")
    error = ""
    if request.method == "POST":
        given = request.FILES.getlist("file")
        if getattr(request, "upload_too_big", False):
            error = _("文件超过大小上限，没有接收。请按图幅或乡镇分成几个文件再传。")
        elif not given or len(given) > MOST_FILES:
            error = _("请选一个图件，或一次选齐 Shapefile 的几个文件，最多 %(n)d 个。") % {"n": MOST_FILES}
        else:
            try:
                draft = drafts.keep(
                    ledger.name, actor, [(str(one.name or "file")[:200], one.chunks()) for one in given]
                )
                return HttpResponseRedirect(reverse("land-map-file", args=[ledger.slug, draft.token]))
            except OSError:
                error = _full()
    context = {
        "ledger": ledger_frame(ledger), "crumbs": crumbs(ledger, (_("导入图件"), "")), "error": error,
        "limit": settings.UPLOAD_LIMIT_BYTES // 2**20, "table_url": reverse("exchange-upload", args=[ledger.slug]),
    }  # fmt: skip
    return render(request, "land/map_import.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def file_page(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """GET: what was understood of an upload, what is asked, what was found. POST: answers, go on, or give up."""
    actor = acting(request)
    ledger = _shaped(slug, actor, "import")
    draft = drafts.opened(token, ledger.name, actor)
    errors: list[str] = []
    if request.method == "POST":
        if request.POST.get("act") == "drop":
            drafts.drop(draft)
            return HttpResponseRedirect(reverse("land-map-import", args=[ledger.slug]))
        try:
            if request.POST.get("act") == "go" and draft.prepared:
                return HttpResponseRedirect(
                    reverse("exchange-session", args=[_handed_over(draft, actor, request.POST).pk])
                )
            _answered(draft, request.POST)
            return HttpResponseRedirect(request.path)
        except Fault as fault:
            errors.append(refused(fault))
        except Refused as found:
            errors.extend(refused(one.fault) for one in found.faults)
        except (NoSpace, OSError):
            errors.append(_full())
    return _file_answer(request, ledger, drafts.opened(token, ledger.name, actor), actor, errors)


def _file_answer(
    request: HttpRequest, ledger: Ledger[Any], draft: Draft, actor: Actor, errors: list[str]
) -> HttpResponse:
    context: dict[str, Any] = {
        "ledger": ledger_frame(ledger), "files": list(draft.files), "errors": errors, "url": request.path,
        "crumbs": crumbs(ledger, (_("导入图件"), reverse("land-map-import", args=[ledger.slug])), (draft.files[0], "")),
    }  # fmt: skip
    try:
        sight = look(draft)
    except (NoSpace, OSError):
        return render(
            request, "land/map_file.html", {**context, "errors": [*errors, _full()], "broken": True}, status=507
        )
    except Fault as fault:
        if draft.answers and not errors:  # an answer that does not fit: ask again
            drafts.changed(draft, answers={})
            context["errors"] = [refused(fault)]
            return _file_answer(
                request, ledger, drafts.opened(draft.token, ledger.name, actor), actor, context["errors"]
            )
        context["errors"] = [*errors, refused(fault)]
        return render(request, "land/map_file.html", {**context, "broken": True}, status=422)
    context |= _seen(sight, draft)
    if not sight.questions:
        context |= _prepared(request, ledger, draft, actor, sight)
    return render(request, "land/map_file.html", context, status=422 if context["errors"] else 200)


def _seen(sight: Sight, draft: Draft) -> dict[str, Any]:
    """What is known so far, and the questions."""
    return {
        "name": sight.name, "kind": FORMATS.get(sight.kind, sight.kind.upper()), "count": f"{sight.count:,}" if sight.count else "",
        "system": system_called(sight.system.details) if sight.system is not None else "", "swapped": sight.swapped,
        "heads": [one.name for one in sight.columns][:12], "rows": [[_shown(cell) for cell in row[:12]] for row in sight.sample],
        "notes": [said(note) for note in sight.notes], "questions": [_asked(one) for one in sight.questions], "answered": dict(draft.answers),
        "encodings": ("UTF-8", "GBK"),
    }  # fmt: skip


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return "" if cell is None else str(cell)[:60]


def _asked(question: Question) -> dict[str, Any]:
    return {
        "key": question.key, "text": said(question.reason), "free": question.free, "suggested": question.suggested,
        "choices": [{"value": one.value, "text": said(one.reason), "on": one.value == question.suggested} for one in question.choices],
        "labels": {"system": _("其他坐标系的 EPSG 代码"), "encoding": _("其他编码"), "columns": _("各列的位置")}.get(question.key, ""),
    }  # fmt: skip


def _prepared(request: HttpRequest, ledger: Ledger[Any], draft: Draft, actor: Actor, sight: Sight) -> dict[str, Any]:
    """The report; for a large file the job that makes it."""
    found: dict[str, Any] = {"choices": _choices(ledger, actor, draft), "move_back": draft.move_back}
    if draft.prepared:
        return {**found, "report": report_of(draft)}
    if sight.count <= AT_ONCE:
        try:
            return {**found, "report": prepare(draft, actor, sight)}
        except Fault as fault:
            return {**found, "errors": [refused(fault)], "broken": True}
        except OSError:
            return {**found, "errors": [_full()], "broken": True}
    job = Job.objects.filter(pk=draft.job, user_id=actor.user_id).first() if draft.job else None
    if job is None:
        job = enqueue(
            PREPARE, _("看图件 %(file)s") % {"file": draft.files[0]}, actor,
            {"token": draft.token, "ledger": ledger.name, "url": request.path},
        )  # fmt: skip
        drafts.store(replace(draft, job=job.pk))
    return {**found, "job": job_frame(job)}


def _choices(ledger: Ledger[Any], actor: Actor, draft: Draft) -> list[dict[str, Any]]:
    """What all rows of the file are given: zones go to one layer, the one chosen here."""
    if ledger.name != "land.zone":
        return []
    layers = visible(PlanLayer.objects.order_by("name", "edition"), actor)
    options = [{"value": one.code, "text": f"{one.name} {one.edition}", "on": draft.choice.get("layer") == one.code} for one in layers]  # fmt: skip
    return [{"name": "layer", "label": _("都放进哪个图层"), "options": options}]


def _picked(draft: Draft, posted: QueryDict) -> dict[str, str]:
    given = {name.removeprefix("choice-"): str(posted[name])[:80] for name in posted if name.startswith("choice-")}
    allowed = {"layer"} if draft.ledger == "land.zone" else set()
    return {**draft.choice, **{name: text for name, text in given.items() if name in allowed and text}}


def _answered(draft: Draft, posted: QueryDict) -> None:
    """Take answers: another answer makes void what was found. An empty one takes the answer back."""
    answers = dict(draft.answers)
    for key in QUESTIONS:
        text = (posted.get(f"free-{key}", "").strip() or posted.get(f"q-{key}", "").strip())[:LONGEST_ANSWER]
        if not text:
            if f"q-{key}" in posted or f"free-{key}" in posted:
                answers.pop(key, None)
            continue
        if key == "system" and posted.get("swap") and not text.endswith(" yx"):
            text += " yx"
        if answers.get(key) != text and key in ("file", "layer", "sheet"):
            answers = {}  # another map: what was answered of the first says nothing of it
        answers[key] = text
    move = posted.get("move_back") == "1" if "move_back" in posted else draft.move_back
    drafts.changed(draft, answers=answers, choice=_picked(draft, posted), move_back=move)


def _handed_over(draft: Draft, actor: Actor, posted: QueryDict) -> Any:
    picked = _picked(draft, posted)
    if draft.ledger == "land.zone" and not picked.get("layer"):
        raise Refused([FieldFault("layer", Fault("mapfile.no_layer"))])
    return hand_over(drafts.store(replace(draft, choice=picked)), actor)


@require_http_methods(["GET", "POST"])
def export_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET ?filters: choose a format and a system. POST: a job writes exactly this list."""
    actor = acting(request)
    ledger = _shaped(slug, actor, "export")
    state = read_state(ledger, request.GET)
    listing = build(state, actor, "export")
    choices = systems_for(listing)
    if request.method == "POST":
        asked = _export_asked(request.POST, dict(choices))
        queued = enqueue(
            WRITE, _("导出图件 %(label)s") % {"label": ledger.label}, actor, {"ledger": ledger.name, "query": state.query(), **asked}
        )  # fmt: skip
        messages.info(request, _("正在后台写图件，完成后在“后台任务”里下载。"))
        return HttpResponseRedirect(f"{reverse('jobs')}#job-{queued.pk}")
    context = {
        "ledger": ledger_frame(ledger), "crumbs": crumbs(ledger, (_("导出图件"), "")), "count": count_text(listing.tally(patient=True), str(ledger.counter)),
        "undrawn": listing.rows.order_by().filter(shape="").count(), "chips": facet_chips(state), "systems": choices,
        "formats": _formats(), "encodings": ENCODINGS, "back_url": f"{ledger.url}?{state.query()}",
    }  # fmt: skip
    return render(request, "land/map_export.html", context)


def _formats() -> list[tuple[str, str, str]]:
    hints = {
        "shapefile": _("各种 GIS 都能开；字段名最多 10 个字节"), "gpkg": _("字段名不截短，一个文件"), "geojson": _("只有经纬度"),
        "dxf": _("给 CAD 用，只带编号"), "kml": _("只有经纬度"), "corners": _("界址点坐标表，X 是纵坐标"),
    }  # fmt: skip
    return [(key, label, str(hints[key])) for key, label in FORMATS.items()]


def _export_asked(posted: QueryDict, known: Mapping[str, str]) -> dict[str, str]:
    what = posted.get("what", "")
    system, encoding = posted.get("system", ""), posted.get("encoding", "")
    return {
        "what": what if what in FORMATS else "shapefile",
        "system": system if system in known and what not in ("geojson", "kml") else "EPSG:4490",
        "encoding": encoding if encoding in ENCODINGS else ENCODINGS[0],
    }

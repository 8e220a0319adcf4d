"""The documents of a chain: the 招商图谱 report as Word, PDF and workbook, and its map as a picture. They honour the address of the map."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.map_table import sheet, sorted_rows
from gongxing.domains.chain.models import Chain
from gongxing.domains.chain.pages.frame import attachment, reader
from gongxing.domains.chain.pages.reading import Reading, filter_of, moved, read
from gongxing.domains.chain.queries import Graded, graded
from gongxing.domains.chain.report.book import xlsx_of
from gongxing.domains.chain.report.collect import (
    Asked,
    Change,
    collect,
    drawn_of,
    notices,
    picture_of,
    sources,
    title_of,
)
from gongxing.domains.chain.report.facts import Report
from gongxing.domains.chain.report.lists import bracketed
from gongxing.domains.chain.report.pdf import pdf_of, png_of
from gongxing.domains.chain.report.word import word_of
from gongxing.domains.chain.show import finding, rows
from gongxing.domains.chain.words import parameter_words, sentences
from gongxing.engines.chain import CODES
from gongxing.kernel.access.visible import may
from gongxing.kernel.exchange.book import book_of
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table as pack_table

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAKERS: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "docx": (WORD, word_of),
    "pdf": ("application/pdf", pdf_of),
    "xlsx": (XLSX, xlsx_of),
}
PICTURES: dict[str, tuple[str, Callable[[Any], bytes]]] = {
    "png": ("image/png", png_of),
    "svg": ("image/svg+xml", lambda picture: picture.svg.encode()),
}


def report(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """GET: the report. A workbook is an export and needs that right. Raises LookupError for a kind there is not."""
    if kind not in MAKERS:
        raise LookupError(kind)
    actor = reader(request)
    if kind == "xlsx" and not may(actor, "export", "chain.chain"):
        raise Denied("export", "chain.chain")
    asked = _asked(request, code, actor)
    if asked is None:
        return _to_the_map(request, code)
    media, make = MAKERS[kind]
    return _file(asked, kind, media, make(collect(asked)))


def picture(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """GET: the map as PNG or SVG. Raises LookupError for a kind there is not."""
    if kind not in PICTURES:
        raise LookupError(kind)
    asked = _asked(request, code, reader(request))
    if asked is None:
        return _to_the_map(request, code)
    media, make = PICTURES[kind]
    return _file(asked, kind, media, make(picture_of(asked)))


def table(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the table of the map as a workbook, as filtered and sorted: what a reader sees there, he may take along."""
    asked = _asked(request, code, reader(request))
    if asked is None:
        return _to_the_map(request, code)
    found, chain = asked.found, asked.chain
    listed = sorted_rows(rows(found, chain, asked.shown, lambda one: ""), request.GET.get("sort", ""))
    title = f"{title_of(chain)} {_('截至 %(day)s') % {'day': found.grading.today.isoformat()}}"
    warning = asked.warning
    actor = asked.actor
    who = f"{actor.post.unit_name} {actor.post.title} {actor.name}" if actor.post else actor.name
    cover = [
        (_("产业链"), chain.label), *([(_("注意"), warning)] if warning else []), (_("结论"), finding(found, chain)),
        (_("来源"), sources().removeprefix(_("来源："))), (_("制表"), who), *((_("说明"), text) for text in notices(asked)),
    ]  # fmt: skip
    made = book_of([sheet(" ".join(filter(None, (title, warning))), listed)], cover)
    return _file(asked, "xlsx", XLSX, made, _("环节表"))


def table_link(request: HttpRequest, chain: Chain) -> str:
    """The address of the table as a workbook, of what the map's address asks for."""
    query = request.GET.copy()
    for name in ("view", "node", "fit"):
        query.pop(name, None)
    url = reverse("chain-table", args=[chain.code])
    return f"{url}?{query.urlencode()}" if query else url


def other_picture(request: HttpRequest, code: str, which: str, kind: str) -> HttpResponse:
    """GET: 招商目标图 (``targets``), 企业分布图 (``spread``) or 补链强链状态图 (``states``) as PNG or SVG. Raises LookupError for others."""
    if kind not in PICTURES:
        raise LookupError(kind)
    asked = _asked(request, code, reader(request))
    if asked is None:
        return _to_the_map(request, code)
    drawn = next((one for one in drawn_of(asked) if one.key == which), None)
    if drawn is None:
        raise LookupError(which)
    media, make = PICTURES[kind]
    return _file(asked, kind, media, make(drawn.picture), drawn.title)


def document_links(request: HttpRequest, chain: Chain, actor: Actor) -> list[dict[str, str]]:
    """The documents a map page offers, of what it shows."""
    query = request.GET.copy()
    for name in ("view", "sort", "node", "fit"):
        query.pop(name, None)
    asked = f"?{query.urlencode()}" if query else ""
    offered = [("chain-report", "docx", _("Word 招商图谱")), ("chain-report", "pdf", _("PDF 招商图谱"))]
    if may(actor, "export", "chain.chain"):
        offered.append(("chain-report", "xlsx", _("Excel 全部清单")))
    offered += [("chain-picture", "png", _("PNG 图")), ("chain-picture", "svg", _("SVG 图"))]
    links = [(reverse(name, args=[chain.code, kind]), label) for name, kind, label in offered]
    others = (("targets", _("招商目标图")), ("spread", _("企业分布图")), ("states", _("补链强链状态图")))
    links += [
        (reverse("chain-picture-of", args=[chain.code, which, "png"]), _("PNG %(title)s") % {"title": title})
        for which, title in others
    ]
    return [{"label": label, "url": f"{url}{asked}"} for url, label in links]


def _asked(request: HttpRequest, code: str, actor: Actor) -> Asked | None:
    """What the address asks for; None when the chain was not there on that day. Raises LookupError for a chain there never was."""
    asked = read(request.GET, actor, leaving=True)
    if asked.past and not any(one.code == code for one in asked.found.rows.chains):
        graded().chain(code)
        return None
    return Asked(
        found=asked.found,
        chain=asked.found.chain(code),
        shown=replace(filter_of(request.GET), node=""),
        actor=actor,
        faults=asked.faults,
        trial=_tried(asked),
        moved=_changes(asked.own, asked.found, code) if asked.trial else (),
        compared=_compared(asked, code),
    )


def _to_the_map(request: HttpRequest, code: str) -> HttpResponse:
    """The map says that the chain was not registered on that day."""
    return HttpResponseRedirect(f"{reverse('chain-map', args=[code])}?{request.GET.urlencode()}")


def _tried(asked: Reading) -> tuple[str, ...]:
    """Each tried line: what it is called, its own value, the one tried."""
    labels = {row["code"]: (row["name_zh"], row["unit"]) for row in pack_table("parameters", "parameters", asked.day)}
    said = []
    for code, value in asked.trial.items():
        name, scale = CODES[code]
        label, unit = labels.get(code, (code, ""))
        mark = "%" if unit == "%" else ""
        own = getattr(asked.own.grading.parameters, name) / scale
        said.append(
            _("%(label)s %(own)s → %(tried)s")
            % {"label": parameter_words(label), "own": f"{own:g}{mark}", "tried": f"{value:g}{mark}"}
        )
    return tuple(said)


def _changes(before: Graded, after: Graded, code: str) -> tuple[Change, ...]:
    names = {node.code: node.label for one in (before, after) for node in one.rows.nodes}
    return tuple(
        Change(one["name"], one["kind"], one["before"], one["after"], tuple(sentences(one["reasons"], names)))
        for one in moved(before, after, code)
    )


def _compared(asked: Reading, code: str) -> tuple[str, tuple[Change, ...]] | None:
    if asked.other is None:
        return None
    before, after = sorted((asked.other, asked.found), key=lambda one: one.grading.today)
    days = {"a": before.grading.today.isoformat(), "b": after.grading.today.isoformat()}
    return _("%(a)s 到 %(b)s 的变化") % days, _changes(before, after, code)


def _file(asked: Asked, kind: str, media: str, made: bytes, more: str = "") -> HttpResponse:
    title = " ".join(filter(None, (title_of(asked.chain), more)))
    return attachment(made, media, f"{bracketed(title, asked.found.grading.today.isoformat())}.{kind}")

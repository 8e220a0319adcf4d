"""Word, PDF and message text of a row."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.database.rows import Row
from gongxing.kernel.documents.facts import message_of, sheet_of
from gongxing.kernel.documents.pdf import pdf_of
from gongxing.kernel.documents.word import word_of
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}


def links(ledger: Ledger[Any], row: Row) -> list[dict[str, str]]:
    """The documents a detail page offers."""
    labels = (("docx", _("Word 情况表")), ("pdf", _("PDF 情况表")), ("txt", _("微信文本")))
    return [
        {"label": label, "url": reverse("document", args=[ledger.slug, row.pk, kind]), "kind": kind}
        for kind, label in labels
    ]


def document(request: HttpRequest, slug: str, key: int, kind: str) -> HttpResponse:
    """GET: the document of a row the actor may see."""
    if kind not in KINDS:
        raise LookupError(kind)
    ledger, actor = ledger_named(slug), acting(request)
    sheet = sheet_of(ledger, visible_row(ledger, actor, key), actor)
    made: bytes | str = message_of(sheet) if kind == "txt" else word_of(sheet) if kind == "docx" else pdf_of(sheet)
    response = HttpResponse(made, content_type=KINDS[kind])
    if kind != "txt":
        name = quote(f"{sheet.title}.{kind}")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response

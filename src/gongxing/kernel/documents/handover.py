"""The 交接单 on paper: parties, days, every open item, who confirmed on the system and when, and lines for the signatures by hand.

The words around the items follow the reader's language; the items stand as they were frozen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.kernel.clock import now
from gongxing.kernel.database.rows import Row
from gongxing.kernel.documents.layout import (
    FANG,
    SMALL,
    SONG,
    TITLE,
    centred,
    heading,
    line,
    new_document,
    page_number,
    saved,
    table,
)
from gongxing.kernel.inbox.handover import lines_of, slip_for
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Handover
from gongxing.kernel.pages.requests import acting

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH = 156  # mm of the type area
WIDTHS = (10, 21, 45, 20, 21, 19, 20)
RIGHT = (True, False, False, False, False, False, False)


def handover_links(ledger: Ledger[Any], row: Row) -> list[dict[str, str]]:
    """The paper of a slip, on the page of its row."""
    if not isinstance(row, Handover):
        return []
    return [{"label": _("交接单（Word）"), "url": reverse("handover-word", args=[row.pk]), "kind": "docx"}]


@require_GET
def handover_word(request: HttpRequest, key: int) -> HttpResponse:
    """GET: a slip as Word, to its parties and to those who may view it."""
    actor = acting(request)
    slip = slip_for(actor, key)
    response = HttpResponse(word_of_slip(slip, lines_of(actor, slip), actor), content_type=WORD)
    name = quote(_("交接单 %(number)s") % {"number": slip.number} + ".docx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def word_of_slip(slip: Handover, lines: Sequence[Mapping[str, Any]], actor: Actor) -> bytes:
    """The paper as .docx bytes. ``lines`` are the items as the reader may see them."""
    document = new_document()
    centred(document, _("岗位工作交接单"), SONG, TITLE, bold=True)
    void = _("本单已作废") if slip.state == Handover.State.VOID else ""
    warning = invented_words([Shown(str(slip._meta.verbose_name), int(slip.invented), 1)])
    for text in filter(None, (_("编号：%(number)s") % {"number": slip.number}, void, warning)):
        centred(document, text, FANG, SMALL)
    heading(document, _("一、岗位和双方"), 1)
    table(document, (), _parties(slip), (38, 118), (False, False), WIDTH)
    heading(document, _("二、未办事项"), 1)
    late = sum(bool(one["late"]) for one in lines)
    counted = _("共 %(n)d 件，其中逾期 %(late)d 件，以开单时为准。") % {"n": slip.count, "late": late}
    line(document, counted if lines else _("开单时没有未办事项。"))
    if lines:
        table(document, _head(), [_cells(one) for one in lines], WIDTHS, RIGHT, WIDTH)
    if slip.note:
        heading(document, _("三、说明"), 1)
        line(document, slip.note)
    heading(document, _("四、签字") if slip.note else _("三、签字"), 1)
    head = ("", _("签字"), _("日期"), _("系统确认"))
    table(document, head, _signatures(slip), (22, 44, 36, 54), (False,) * 4, WIDTH)
    foot = _("来源：交接单台账；开单 %(made)s（%(by)s）；打印 %(moment)s（%(post)s）") % {
        "made": _moment(slip.made_at), "by": slip.made_by, "moment": _moment(now()),
        "post": f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name,
    }  # fmt: skip
    line(document, foot, SMALL, indent=False)
    page_number(document.sections[0])
    return saved(document)


def _head() -> tuple[str, ...]:
    return _("序号"), _("台账"), _("事项"), _("身份"), _("期限"), _("办到哪一步"), _("交给")


def _parties(slip: Handover) -> list[tuple[str, str]]:
    """What stands above the list: label and text."""
    facts = [
        (_("岗位"), f"{slip.post.unit} {slip.post.title}（{slip.post.code}）"),
        (_("移交人"), slip.from_user.name),
        (_("移交人最后一天"), slip.last_day.isoformat()),
    ]
    if slip.to_post is not None:
        facts.append((_("移到的岗位"), f"{slip.to_post.unit} {slip.to_post.title}（{slip.to_post.code}）"))
    facts.append((_("接收人"), slip.to_user.name))
    if slip.first_day is not None:
        facts.append((_("接收人第一天"), slip.first_day.isoformat()))
    return facts


def _cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    due = one["due"] or "—"
    if one["late"]:
        due += "\n" + _("（逾期）")
    return (
        str(one["number"]), one["label"], one["title"], one["capacity"], due, one["state"] or "—", one["after"],
    )  # fmt: skip


def _signatures(slip: Handover) -> list[tuple[str, str, str, str]]:
    blank, day = "\n\n", "\n" + _("      年   月   日")
    return [
        (_("移交人"), blank, day, _confirmed(slip.from_user.name, slip.given_at, slip.given_from)),
        (_("接收人"), blank, day, _confirmed(slip.to_user.name, slip.taken_at, slip.taken_from)),
        (_("监交人"), blank, day, "—"),
    ]


def _confirmed(name: str, at: datetime | None, post: str) -> str:
    """Who confirmed on the system, from which post and when."""
    if at is None:
        return _("%(name)s 尚未在系统上确认") % {"name": name}
    told = {"name": name, "post": post or _("已无任职岗位"), "moment": _moment(at)}
    return _("%(name)s（%(post)s）\n%(moment)s 在系统上确认") % told


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")

"""The promises of one project as a Word list, both sides apart."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.domains.projects.clocks import basis_of, standing
from gongxing.domains.projects.models import Project, Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.promising import rate_of
from gongxing.kernel.clock import now, today
from gongxing.kernel.documents.layout import (
    HEI,
    SMALL,
    SONG,
    TITLE,
    UPRIGHT,
    centred,
    heading,
    line,
    new_document,
    page_number,
    saved,
    table,
)
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.org.actor import Actor

WIDTHS = (8, 44, 28, 30, 22, 24)


def promise_list(project: Project, rows: Sequence[Promise], actor: Actor) -> bytes:
    """The list as .docx bytes: a table for each side, the rate in words, source and day. Posts, no persons."""
    document, day = new_document(), today()
    centred(document, _("%(project)s承诺清单") % {"project": project.name}, SONG, TITLE, bold=True)
    warning = invented_words([Shown(_("承诺"), sum(one.invented for one in rows), len(rows))]) if rows else ""
    for text in filter(None, (project.number, warning)):
        centred(document, text, HEI, SMALL)
    line(document, _("截至 %(day)s，%(words)s；全部 %(all)d 项，双方同意取消 %(cancelled)d 项不计。") % {"day": day.isoformat(), "words": (rate := rate_of("", rows, day)).words, "all": rate.all, "cancelled": rate.cancelled}, SMALL)  # fmt: skip
    for value, label in Side.choices:
        part = [one for one in rows if one.side == value]
        heading(document, _("%(side)s的承诺（%(n)d 项）") % {"side": label, "n": len(part)}, 1)
        if part:
            head = (_("序号"), _("承诺内容"), _("依据"), _("责任岗位"), _("到期日"), _("状态"))
            cells = [_cells(number, one, day) for number, one in enumerate(part, start=1)]
            table(document, head, cells, WIDTHS, (False,) * len(WIDTHS), UPRIGHT.room[0])
        else:
            line(document, _("台账里没有。"), SMALL)
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    moment = timezone.localtime(now()).strftime("%Y-%m-%d %H:%M")
    line(document, _("来源：承诺台账；截至 %(moment)s；制表：%(post)s") % {"moment": moment, "post": post}, SMALL)
    page_number(document.sections[0])
    return saved(document)


def _cells(number: int, one: Promise, day: date) -> tuple[str, ...]:
    state = standing(one, day)
    if one.state == Promise.State.CONFIRMED and one.confirmed_on is not None:
        state = _("%(state)s %(day)s\n%(who)s") % {
            "state": state,
            "day": one.confirmed_on.isoformat(),
            "who": one.confirmed_by,
        }
    elif one.state == Promise.State.CANCELLED:
        state = f"{state}\n{one.answer}"
    return str(number), one.text, basis_of(one), f"{one.post.unit.name} {one.post.title}", one.due_on.isoformat(), state  # fmt: skip

"""What a document of one row says: title, groups of facts with units, source and date. Word, PDF and message share it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.kernel.clock import now
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import facts

MESSAGE_LIMIT = 300


@dataclass(frozen=True)
class Sheet:
    """One row as a document. ``groups``: (heading, ((label, text), …)); ``foot`` says source, date and who made it."""

    title: str
    number: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    foot: str
    warning: str


def sheet_of(ledger: Ledger[Any], row: Row, actor: Actor) -> Sheet:
    """Collect the document of a row as the actor may see it; unknown values stay «—（未报）»."""
    unmasked = not Masks(ledger, actor).covers(row)
    groups = tuple(
        (str(group["label"]), tuple((str(item["label"]), f"{item['text']}{item['unit']}") for item in group["items"]))
        for group in facts(ledger, row, unmasked)
    )
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    moment = timezone.localtime(now()).strftime("%Y-%m-%d %H:%M")
    foot = _("来源：%(ledger)s；截至 %(moment)s；制表：%(post)s") % {
        "ledger": ledger.label,
        "moment": moment,
        "post": post,
    }
    warning = invented_words([Shown(ledger.label, int(row.invented), 1)])
    code = str(getattr(row, ledger.key) or "") if ledger.key != ledger.title else ""
    return Sheet(_("%(title)s情况表") % {"title": ledger.row_title(row)}, code, groups, foot, warning)


def message_of(sheet: Sheet) -> str:
    """The row as a message of at most 300 characters, known facts only."""
    parts = [sheet.title]
    for _heading, items in sheet.groups:
        parts.extend(f"{label}{_('：')}{text}" for label, text in items if not text.startswith("—") and len(text) < 60)
    text = _("，").join(parts)
    return text if len(text) <= MESSAGE_LIMIT else text[: MESSAGE_LIMIT - 1] + "…"

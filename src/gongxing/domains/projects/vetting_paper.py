"""The 清库意见表 as Word: the round, its outcome by unit, every project with advice, reasons and decision, lines for signatures."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.domains.projects.models import Vetting, VettingItem
from gongxing.domains.projects.said import Words, pack_word
from gongxing.kernel.clock import now, today
from gongxing.kernel.documents.layout import (
    FANG,
    LYING,
    SMALL,
    SONG,
    TITLE,
    centred,
    heading,
    line,
    new_document,
    page,
    page_number,
    saved,
    table,
)
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table as pack_table

WIDTHS = (8, 48, 26, 16, 20, 18, 46, 18, 30)
NUMERIC = (True, False, False, False, True, False, False, False, False)


def vetting_word(round_: Vetting, items: Sequence[VettingItem], undecided: int, actor: Actor) -> bytes:
    """The paper as .docx bytes. ``items``: those the reader asked for and may take along; ``undecided``: of the whole round."""
    document, words = new_document(), Words()
    page(document.sections[0], LYING)
    width = LYING.room[0]
    reasons = {row["code"]: pack_word(row) for row in pack_table("gates", "reasons", today())}
    centred(document, _("%(year)s 年度项目储备库清库意见表") % {"year": round_.year}, SONG, TITLE, bold=True)
    warning = invented_words([Shown(pgettext("several", "项目"), sum(one.invented for one in items), len(items))])
    draft = _("还有 %(n)d 个项目没有定，本表未定稿。") % {"n": undecided} if undecided else ""
    for text in filter(None, (_span(round_), warning, draft)):
        centred(document, text, FANG, SMALL)
    counts = {choice: sum(one.decision == choice for one in items) for choice in VettingItem.Choice.values}
    told = _(
        "本表 %(n)d 个项目：留库 %(keep)d，留库并补资料 %(amend)d，退库 %(exit)d，没有定 %(open)d。系统只给建议，意见由人定。"
    )
    line(document, told % {"n": len(items), **counts, "open": sum(not one.decision for one in items)}, SMALL)
    head = (
        _("序号"), _("项目名称"), _("责任单位"), _("阶段"), _("总投资（万元）"), _("系统建议"), _("理由"), _("决定"), _("原因和说明"),
    )  # fmt: skip
    table(document, head, [_cells(number, one, words, reasons) for number, one in enumerate(items, 1)], WIDTHS, NUMERIC, width, fine=True)  # fmt: skip
    heading(document, pgettext("paper", "签字"), 1)
    table(
        document, (_("承办人"), _("承办单位负责人"), _("分管领导")), [("\n\n", "", "")], (1, 1, 1), (False,) * 3, width
    )
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    moment = timezone.localtime(now()).strftime("%Y-%m-%d %H:%M")
    line(
        document,
        _("来源：清库意见台账；打印 %(moment)s（%(post)s）") % {"moment": moment, "post": post},
        SMALL,
        indent=False,
    )
    page_number(document.sections[0])
    return saved(document)


def _span(round_: Vetting) -> str:
    """When the round ran."""
    if round_.closed_on is None:
        return _("%(day)s 开始，进行中") % {"day": round_.opened_on.isoformat()}
    return _("%(day)s 开始，%(end)s 结束") % {"day": round_.opened_on.isoformat(), "end": round_.closed_on.isoformat()}


def _cells(number: int, one: VettingItem, words: Words, reasons: dict[str, str]) -> tuple[str, ...]:
    project = one.project
    money = "—" if project.total_investment is None else f"{project.total_investment:,.0f}"
    why = _("；").join(filter(None, (reasons.get(one.reason_code, one.reason_code), one.note)))
    return (
        str(number), project.name, project.unit.name, project.get_stage_display(), money, one.get_advice_display(), _("；").join(words.stored(one.reasons)) or "—",
        one.get_decision_display() if one.decision else _("没有定"), why or "—",
    )  # fmt: skip

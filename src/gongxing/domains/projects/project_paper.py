"""The 项目一页纸 of a project as Word: one upright sheet in small letters."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx.shared import Pt

from gongxing.domains.projects.one_page import OnePage, paired
from gongxing.kernel.cells.text import xml_text
from gongxing.kernel.documents.layout import (
    CELL,
    FANG,
    HEADING,
    HEI,
    SONG,
    Sheet,
    centred,
    font,
    line,
    new_document,
    page,
    saved,
    table,
)

ONE = Sheet(210, 297, 16, 20, 14, 20)
WIDTH = ONE.room[0]


def project_word(found: OnePage) -> bytes:
    """The sheet as .docx bytes."""
    document = new_document()
    page(document.sections[0], ONE)
    centred(document, found.title, SONG, HEADING, bold=True)
    for text in filter(None, (f"{_('项目一页纸')} · {found.number}", found.warning, found.standing)):
        centred(document, text, FANG, CELL)
    table(document, (), paired(found.basics), (22, 63, 22, 63), (False,) * 4, WIDTH, fine=True)
    _caption(document, _("阶段"))
    table(document, tuple(one.label for one in found.track), [tuple(_marked(one.state, one.when) for one in found.track)], (1,) * len(found.track), (False,) * len(found.track), WIDTH, fine=True)  # fmt: skip
    if found.gate:
        _caption(document, found.gate)
    if found.lacking:
        head = (_("缺什么"), _("谁欠着"), _("期限"), _("影响"))
        rows = [(_("%(label)s：%(words)s") % {"label": one.label, "words": one.words}, one.owes, one.due, _("不齐不能进") if one.blocks else _("可以先过")) for one in found.lacking]  # fmt: skip
        table(document, head, rows, (86, 42, 20, 22), (False,) * 4, WIDTH, fine=True)
    if found.more:
        line(document, _("还有 %(n)d 样没有列。") % {"n": found.more}, CELL, indent=False)
    _caption(document, _("时间"))
    stages = ("", *(label for label, _plan, _real in found.dates))
    days = [(pgettext("day", "计划"), *(plan for _label, plan, _real in found.dates)), (pgettext("day", "实际"), *(real for _label, _plan, real in found.dates))]  # fmt: skip
    table(document, stages, days, (20, *(30 for _one in found.dates)), (False,) * (1 + len(found.dates)), WIDTH, fine=True)  # fmt: skip
    _caption(document, _("资金：%(note)s") % {"note": found.money_note})
    table(document, (), paired(found.money), (28, 57, 28, 57), (False,) * 4, WIDTH, fine=True)
    if found.promises is not None:
        _caption(document, _("双方承诺"))
        table(document, (_("承诺方"), _("承诺内容"), _("责任岗位"), _("兑现")), _promised(found), (18, 90, 40, 22), (False,) * 4, WIDTH, fine=True)  # fmt: skip
    _caption(document, _("下一步"))
    for text in found.following:
        line(document, text, CELL, indent=False)
    line(document, found.foot, Pt(9), indent=False)
    return saved(document)


def _caption(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(3), Pt(2)
    paragraph.paragraph_format.keep_with_next = True
    font(paragraph.add_run(xml_text(text)), HEI, CELL)


def _marked(state: str, when: str) -> str:
    """A stage in a cell: black for passed, the triangle for here; read aloud the words after it say the same."""
    mark = {"done": "●", "now": "▶", "skipped": "－"}.get(state, "○")
    return f"{mark}\n{when}" if when else mark


def _promised(found: OnePage) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for part in found.promises or ():
        rows.append((part.side, part.rate, "", ""))
        rows += [("", one.text, one.post, one.when) for one in part.lines]
        if part.more:
            rows.append(("", _("还有 %(n)d 项没有列。") % {"n": part.more}, "", ""))
    return rows

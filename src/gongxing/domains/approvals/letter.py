"""The one-time notice of what is lacking (一次告知) as a letter, in Word and PDF. The wording is the county's own; it bears no form number and no document number.

行政许可法 32: what is lacking is told on the spot or within the limit (a row of the limits pack), everything at once; untold within it, the application counts as accepted
from the day it was received. The letter says the day it was told, the last day it could be, and how that was counted.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.domains.approvals.case_view import lacking_of, told_of
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.panels import limit_words, unsure
from gongxing.domains.approvals.standing import COMPLETE, item_of
from gongxing.engines.workdays import due
from gongxing.kernel.clock.calendar import calendar, office_hours
from gongxing.kernel.deadlines.limits import limit_on
from gongxing.kernel.documents.layout import (
    BODY,
    FANG,
    HEI,
    SMALL,
    SONG,
    TITLE,
    UPRIGHT,
    centred,
    font,
    heading,
    line,
    new_document,
    page_number,
    saved,
    table,
)
from gongxing.kernel.documents.typeset import typeset
from gongxing.kernel.ledger.invented import Shown, invented_words

TEMPLATE = Path(__file__).resolve().parent / "templates" / "approvals" / "letter.typ"
WIDTHS = (12, 64, 80)


@dataclass(frozen=True)
class Letter:
    """What the letter says. ``rows``: number, material, what to hand in. ``told``: the desk's own words ("" for an imported case)."""

    title: str
    warning: str
    to: str
    opening: str
    told: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    counting: tuple[str, ...]
    closing: tuple[str, ...]
    unit: str
    day: str
    headings: tuple[str, str, str]


def letter_of(case: Case) -> Letter:
    """The letter of a case (with ``project__firm`` and ``post__unit``). LookupError where nothing was told to be lacking."""
    if case.correction_on is None:
        raise LookupError(f"letter of approvals.case {case.pk}")
    item, told_on = item_of(case), case.correction_on
    rows = [
        (one.name, one.lacking or _("没有交"))
        for one in case.materials.order_by("pk")
        if one.lacking or ((one.handed_on is None or one.handed_on > told_on) and one.later_on is None)
    ]
    firm = case.project.firm
    to = firm.name if firm is not None else _("“%(project)s”的申请人") % {"project": case.project.name}
    opening = _("你单位为“%(project)s”申请办理“%(item)s”，我单位于 %(day)s 收到申请材料。经核对，材料不齐全或者不符合法定形式。依照《中华人民共和国行政许可法》第三十二条，现将需要补正的全部内容一次告知如下。") % {
        "project": case.project.name, "item": item.name if item else case.name, "day": _day(case.received_on),
    }  # fmt: skip
    return Letter(
        title=_("补正申请材料一次告知书"),
        warning=invented_words([Shown(_("审批件"), int(case.invented), 1)]),
        to=to + _("："),
        opening=opening,
        told=lacking_of(told_of(case)),
        head=(_("序号"), _("材料"), _("要补什么")),
        rows=tuple((str(number), *row) for number, row in enumerate(rows, start=1)),
        counting=_counting(case, told_on),
        closing=(
            _("请把以上材料补齐后交到%(unit)s%(desk)s，也可以凭办件码和钥匙在办件页上传。") % {"unit": case.post.unit.name, "desk": case.post.title},
            _("材料补齐以后重新核对；受理以前不计入办理时限；受理的当日也不计，从下一个工作日数起。"),
        ),
        unit=case.post.unit.name,
        day=_day(told_on),
        headings=(_("一、需要补正的内容"), _("二、期限怎样计算"), _("三、补正以后")),
    )  # fmt: skip


def _day(day: date) -> str:
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def _counting(case: Case, told_on: date) -> tuple[str, ...]:
    """The rule, the last day by it, and on which side of that day the notice came."""
    counted = limit_on(COMPLETE, case.received_on)
    begun = timezone.make_aware(datetime.combine(case.received_on, time(12)))
    last = due(counted.limit, begun, (), calendar(), office_hours())
    status = unsure(counted.status)
    rule = _("第三十二条规定：申请材料不齐全或者不符合法定形式的，当场或者在规定期限内一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理。")  # fmt: skip
    count = _("期限为 %(limit)s。收到材料的当日（%(received)s）不计，从下一个工作日数起，最后一日是 %(last)s。") % {
        "limit": limit_words(counted.limit), "received": _day(case.received_on), "last": _day(last.at.date()),
    }  # fmt: skip
    marks = [_("依据状态：%(status)s。") % {"status": status}] if status else []
    if last.provisional:
        marks.append(_("所在年份的放假安排尚未录入，最后一日是暂定的。"))
    if told_on <= last.at.date():
        where = _("本告知于 %(told)s 作出，在期限以内。") % {"told": _day(told_on)}
    else:
        where = _("本告知于 %(told)s 作出，已过期限：依上述规定，申请自收到材料之日起即为受理，不因补正而顺延。") % {"told": _day(told_on)}  # fmt: skip
    return (rule, count, *marks, where)


def letter_word(letter: Letter) -> bytes:
    """The letter as .docx bytes, in the measures of GB/T 9704."""
    document = new_document()
    centred(document, letter.title, SONG, TITLE, bold=True)
    if letter.warning:
        centred(document, letter.warning, HEI, SMALL)
    line(document, letter.to, BODY, indent=False)
    line(document, letter.opening)
    heading(document, letter.headings[0], 1)
    if letter.told:
        line(document, letter.told)
    if letter.rows:
        table(document, letter.head, letter.rows, WIDTHS, (False,) * 3, UPRIGHT.room[0])
    for title, texts in zip(letter.headings[1:], (letter.counting, letter.closing), strict=True):
        heading(document, title, 1)
        for text in texts:
            line(document, text)
    for text in (letter.unit, letter.day):
        paragraph = document.add_paragraph()
        paragraph.alignment = 2
        font(paragraph.add_run(text), FANG, BODY)
    page_number(document.sections[0])
    return saved(document)


def letter_pdf(letter: Letter) -> bytes:
    """The letter as PDF bytes."""
    return typeset(TEMPLATE, asdict(letter))

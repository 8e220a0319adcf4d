"""The letter of the one-time notice: what it says, how the days were counted, in Word and PDF."""

import io
from datetime import date

import pytest
from django.urls import reverse
from docx import Document

from gongxing.domains.approvals.actions.intake import ask_correction
from gongxing.domains.approvals.letter import Letter, letter_of, letter_pdf, letter_word
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.tests.case_keys import entered, handed_in, held
from gongxing.domains.approvals.tests.desks import moment
from gongxing.kernel.clock import at
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


def letter(case: Case) -> Letter:
    return letter_of(Case.objects.select_related("project__firm", "post__unit").get(pk=case.pk))


def written(made: Letter) -> str:
    """All text of the Word letter, tables included."""
    document = Document(io.BytesIO(letter_word(made)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_it_says_all_that_is_lacking_the_rule_and_the_days(office: Office) -> None:
    """Received on Friday 2026-03-06: not counted; 9, 10, 11, 12, 13 March are the five working days, so 13 March is the last."""
    with at(moment(2026, 3, 6)):
        given = held(office)
        first = given.materials()[0]
        with as_system() as ctx:
            ctx.update(first, lacking="加盖公章", handed_on=date(2026, 3, 6))
        made = letter(given.case)
    assert made.told == "总平面图缺比例尺。营业执照请交最新的。"
    assert made.rows[0] == ("1", first.name, "加盖公章")
    assert [row[2] for row in made.rows[1:]] == ["没有交"] * (len(given.materials()) - 1)
    text = written(made)
    for words in (
        "补正申请材料一次告知书", "青禾样品有限公司：", "《中华人民共和国行政许可法》第三十二条", "建设工程规划许可证", "总平面图缺比例尺。", "加盖公章",
        "期限为 5 工作日。收到材料的当日（2026年3月6日）不计，从下一个工作日数起，最后一日是 2026年3月13日。", "本告知于 2026年3月6日 作出，在期限以内。",
        "行政审批局",
    ):  # fmt: skip
        assert words in text, words
    assert "window（演示）" not in text
    assert letter_pdf(made)[:5] == b"%PDF-"


def test_what_came_later_does_not_change_the_letter(office: Office) -> None:
    with at(moment(2026, 3, 6)):
        given = held(office)
        before = letter(given.case)
    with at(moment(2026, 3, 9)), as_system() as ctx:
        ctx.update(given.materials()[0], handed_on=date(2026, 3, 9))
        assert letter(given.case) == before


def test_a_notice_that_came_too_late_says_so(office: Office) -> None:
    """13 March is the last day; of a notice of the 16th, which only a sheet can bring in, the letter itself says that the application counts as accepted."""
    with at(moment(2026, 3, 6)):
        given = held(office)
        late = handed_in(given.desks, given.desks.project, "land.permit", date(2026, 3, 6))
    with at(moment(2026, 3, 16)):
        late = given.desks.do("window", ask_correction, late, lacking="缺红线图", told_on="2026-03-13")
        with as_system() as ctx:
            late = ctx.update(late, correction_on=date(2026, 3, 16))
        assert letter(late).counting[-1] == "本告知于 2026年3月16日 作出，已过期限：依上述规定，申请自收到材料之日起即为受理，不因补正而顺延。"  # fmt: skip


def test_no_letter_without_a_notice_and_no_other_kind(office: Office) -> None:
    given = held(office)
    with pytest.raises(LookupError):
        letter(given.other)
    client = entered(given)
    for kind, begins in (("docx", b"PK"), ("pdf", b"%PDF-")):
        answer = client.get(reverse("case-letter", args=[given.row.code, given.case.pk, kind]))
        assert answer.content.startswith(begins)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("case-letter", args=[given.row.code, given.case.pk, "txt"])).status_code == 404

"""公平竞争审查表: one text as it is reviewed, as Word."""

from django.utils.translation import gettext as _t

from gongxing.domains.policy.checking import CLAUSE, Item
from gongxing.domains.policy.finding_words import KINDS, STATEMENT, STATES
from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.review_basis import holds
from gongxing.domains.policy.review_rules import rule_of
from gongxing.domains.policy.reviewing import Text
from gongxing.domains.policy.terms import terms
from gongxing.kernel.documents import layout
from gongxing.kernel.ledger.invented import Shown, invented_words

SHARES = (1, 4)
COLUMNS = (2, 4, 3, 5)


def review_sheet(text: Text, day: str, by: str) -> bytes:
    """The sheet as .docx bytes: the text, who drafted it, for whom it is and what it gives, every finding with the decision on it, opinions,
    reviewer and date."""
    document = layout.new_document()
    reading = text.standing.reading
    title = _t("公平竞争审查表")
    document.core_properties.title, document.core_properties.author = title, ""
    layout.page_number(document.sections[0])
    layout.centred(document, title, layout.SONG, layout.TITLE, bold=True)
    warning = invented_words([Shown(str(KINDS[reading.ledger]), int(text.row.invented), 1)])
    if warning:
        layout.centred(document, warning, layout.FANG, layout.SMALL)
    room = layout.UPRIGHT.room[0]
    layout.table(document, (), _facts(text), SHARES, (False, False), room)
    layout.heading(document, _t("检查结果"), 1)
    if text.standing.items:
        head = (_t("程度、规则"), _t("句子和条文"), _t("处理"), _t("审查人、理由、期限"))
        layout.table(document, head, [_line(one) for one in text.standing.items], COLUMNS, (False,) * 4, room)
    else:
        layout.line(document, _t("没有提示。"), layout.SMALL)
    layout.heading(document, _t("意见"), 1)
    layout.table(document, (), _opinions(text), SHARES, (False, False), room)
    layout.line(document, str(STATEMENT), layout.CELL, indent=False)
    layout.line(document, _t("制表：%(by)s；%(day)s") % {"by": by, "day": day}, layout.CELL, indent=False)
    return layout.saved(document)


def _facts(text: Text) -> list[tuple[str, str]]:
    reading = text.standing.reading
    return [
        (_t("名称"), reading.subject),
        (_t("类别"), str(KINDS[reading.ledger])),
        (_t("起草"), _t("、").join(text.drafters.names) or "—"),
        (_t("文字"), reading.text),
        *_terms(text),
    ]


def _terms(text: Text) -> list[tuple[str, str]]:
    """Condition, amount, days and so on of a clause; other texts have none beside their words."""
    if not isinstance(text.row, Clause):
        return []
    return [(one.label, "\n".join(one.lines)) for one in terms(text.row)]


def _line(item: Item) -> tuple[str, str, str, str]:
    rule, stored = rule_of(item.found.rule), item.stored
    tone = str(Finding.Severity(item.found.severity).label)
    decided = ""
    if stored is not None and stored.reviewer:
        parts = [
            stored.reviewer,
            stored.get_ground_display() if stored.ground else "",
            stored.cleared_article,
            stored.reason,
        ]
        parts += [_t("到 %(day)s") % {"day": stored.ends_on.isoformat()}] if stored.ends_on else []
        parts += [stored.decided_on.isoformat()] if stored.decided_on else []
        decided = "\n".join(part for part in parts if part)
    said = f"{item.found.sentence}\n{item.found.article}"
    return f"{tone} {item.found.rule}\n{rule.name}", said, str(STATES[item.state]), decided or "—"


def _opinions(text: Text) -> list[tuple[str, str]]:
    row = text.row
    if text.standing.reading.ledger != CLAUSE or not isinstance(row, Clause):
        return [(_t("初审意见"), ""), (_t("审查结论"), ""), (_t("审查人"), ""), (_t("日期"), "")]
    current = holds(row, text.standing.reading.digest)
    day = row.reviewed_on.isoformat() if row.reviewed_on is not None else ""
    return [
        (_t("初审意见"), row.first_opinion),
        (_t("听取意见"), row.heard),
        (_t("审查结论"), row.review_opinion if current else ""),
        (_t("审查人"), row.reviewer if current else ""),
        (_t("日期"), day if current else ""),
    ]

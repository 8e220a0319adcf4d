"""Entries as sentences: «张三（工信局 科员）把 状态 由 存续 改为 停业»."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongxing.kernel.action.declare import action_named
from gongxing.kernel.audit.trail import Change, Moment, field_value
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.show import MASK, display

KINDS = ("add", "change", "delete")
SHOWN = 6


class _Shell:
    """Carries one field's value so that ``display`` can show it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


VERBS: dict[str, Promise] = {
    "add": gettext_lazy("登记"),
    "change": gettext_lazy("修改"),
    "delete": gettext_lazy("删除"),
    "import": gettext_lazy("导入"),
    "undo": gettext_lazy("撤销导入"),
    "edit": gettext_lazy("修改规则"),
    "begin": gettext_lazy("建立第一个账号"),
    "password": gettext_lazy("重置密码"),
    "second-factor": gettext_lazy("解除二次验证"),
    "deadlines.refresh": gettext_lazy("重算时限"),
    "deadlines.pass": gettext_lazy("到期"),
    "deadlines.escalate": gettext_lazy("报告上一级"),
    "demo": gettext_lazy("生成演示数据"),
}


def name_verbs(words: Mapping[str, Promise]) -> None:
    """Words for verbs that are no action of anybody's, such as a stage's own recomputation."""
    VERBS.update(words)


def verb_words(moment: Moment) -> str:
    """What was done, in a word or two."""
    if moment.verb in VERBS:
        return str(VERBS[moment.verb])
    try:
        return str(action_named(moment.verb).label)
    except LookupError:
        return moment.verb


def signature(post: str, lent: str, user: str) -> str:
    """Who wrote, from which post, and who lent that post: «东园 主任岗（李四委托） 张三»."""
    loan = _("（%(lender)s委托）") % {"lender": lent} if lent else ""
    return f"{post}{loan} {user}".strip()


def _column_of(ledger: Ledger[Any], field: str) -> Column | None:
    for column in ledger.columns:
        if field == column.name or field in column.stored:
            return column
    return None


def _value(ledger: Ledger[Any], column: Column, change: Change, text: str | None) -> str:
    if change.sealed:
        return MASK
    if text is None:
        return "—"
    if column.kind is Kind.SHAPE:
        return _("图形 %(mark)s") % {"mark": sha256(text.encode()).hexdigest()[:6]} if text else "—"
    if column.kind in (Kind.SPAN, Kind.CAPITAL, Kind.REFERENCE) or change.field != column.name:
        if column.kind is Kind.REFERENCE:
            row = ledger.model._meta.get_field(column.name).related_model
            found = row._default_manager.filter(pk=text).first() if isinstance(row, type) else None
            return str(found) if found is not None else text
        return text
    return display(column, _Shell({column.name: field_value(ledger.model, column.name, text)}))


def change_html(ledger: Ledger[Any], change: Change) -> SafeString | None:
    """One changed field; None for fields nobody declared (derived search keys and the like)."""
    if change.field.startswith("@"):
        return format_html("{}", change.after or "")
    column = _column_of(ledger, change.field)
    if column is None or (column.fields and change.field != column.fields[0]):
        return None
    before, after = (_value(ledger, column, change, text) for text in (change.before, change.after))
    if change.before is None and not change.sealed:
        return format_html("{} <ins>{}</ins>", column.label, after)
    return format_html("{} <del>{}</del> → <ins>{}</ins>", column.label, before, after)


def history_lines(ledger: Ledger[Any], moments: list[Moment]) -> list[dict[str, Any]]:
    """The history of a row as templates draw it, newest first."""
    lines = []
    for moment in moments:
        parts = [html for change in moment.changes if (html := change_html(ledger, change)) is not None]
        shown = parts[:SHOWN] if moment.kind != "add" else []
        more = len(parts) - len(shown) if moment.kind != "add" else 0
        tail = _("，另有 %(n)d 项") % {"n": more} if more > 0 else ""
        lines.append(
            {
                "when": timezone.localtime(moment.at).strftime("%Y-%m-%d %H:%M"),
                "who": signature(moment.post, moment.lent, moment.user),
                "sentence_html": format_html(
                    "{} {}{}", verb_words(moment), format_html_join(_("；"), "{}", ((one,) for one in shown)), tail
                ),
                "why": moment.why,
                "id": moment.id,
            }
        )
    return lines

"""Verbs over rules: the county's own version of a row, confirming, withdrawing, taking back."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.office.rules import VERIFIED, RuleName, RuleVersion, clean_cells, on_day, versions, write_rule
from gongxing.kernel.packs.events import RulesChanged
from gongxing.kernel.packs.models import PackEdit

FIRST_DAY = date(1949, 10, 1)
RULE = Ask(_("规则"), help=_("规则包/表/主键"), max_length=300)
SOURCE = Ask(_("依据"), help=_("文件名称、文号、条款。"), max_length=300)


def _current(rule: str, day: date) -> tuple[RuleName, RuleVersion]:
    name = RuleName.read(rule)
    found = on_day(versions(name), day)
    if found is None:
        raise Refused([FieldFault("rule", Fault("pack.row_unknown", key=name.key))])
    return name, found


@action(label=_("修改规则"), permission="packs.packedit.edit", icon="edit", why="required")
def edit_pack_row(
    ctx: Ctx,
    *,
    rule: Annotated[str, RULE],
    column: Annotated[str, Ask(_("改哪一列"))],
    value: Annotated[str, Ask(_("改成"), required=False)],
    valid_from: Annotated[date, Ask(_("从哪天起"))],
    source: Annotated[str, SOURCE],
) -> PackEdit:
    """The county's version of one cell of a rule from a day on; the shipped row holds before it and stays readable."""
    name, found = _current(rule, valid_from)
    if column not in found.row:
        raise Refused([FieldFault("column", Fault("pack.cell_missing", column=column))])
    cells = clean_cells(name, {**found.row, column: value})
    return write_rule(ctx, name, cells, valid_from=valid_from, valid_to=found.row.valid_to, source=source)


@action(label=_("确认已核对"), permission="packs.packedit.edit", icon="checks", why="required")
def verify_rule(
    ctx: Ctx,
    *,
    rule: Annotated[str, RULE],
    source: Annotated[
        str, Ask(_("对照的原文"), help=_("写明对照了哪份正式文本：文件名称、文号、条款。"), max_length=300)
    ],
) -> PackEdit:
    """Somebody compared the rule with the official text: it is shown as verified, under that person's name."""
    name, found = _current(rule, today())
    row = found.row
    return write_rule(
        ctx, name, dict(row), valid_from=row.valid_from or FIRST_DAY, valid_to=row.valid_to, source=source, status=VERIFIED
    )  # fmt: skip


@action(label=_("停用规则"), permission="packs.packedit.edit", icon="x", tone="danger", why="required")
def withdraw_rule(
    ctx: Ctx, *, rule: Annotated[str, RULE], valid_from: Annotated[date, Ask(_("从哪天起"))], source: Annotated[str, SOURCE]
) -> PackEdit:  # fmt: skip
    """The rule does not hold for this county from a day on."""
    name, found = _current(rule, valid_from)
    return write_rule(ctx, name, dict(found.row), valid_from=valid_from, source=source, withdrawn=True)


@action(label=_("取消这次修改"), permission="packs.packedit.edit", on=PackEdit, icon="arrow-back-up", tone="danger", why="required")  # fmt: skip
def cancel_pack_edit(ctx: Ctx, *, edit: PackEdit) -> None:
    """Take one change of a rule back: the version before it holds again. What it said stays in the trail."""
    ctx.delete(edit)
    ctx.emit(RulesChanged(edit.pack, edit.table, ctx.actor.user_id or 0))

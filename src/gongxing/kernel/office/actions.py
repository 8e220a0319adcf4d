"""Verbs over accounts and rules."""

from datetime import date
from typing import Annotated

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now, today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.office.rules import VERIFIED, RuleName, RuleVersion, clean_cells, on_day, versions, write_rule
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.packs.events import RulesChanged
from gongxing.kernel.packs.models import PackEdit

FIRST_DAY = date(1949, 10, 1)


@action(label=_("重置密码"), permission="org.user.reset", on=User, icon="key", why="required")
def reset_password(
    ctx: Ctx,
    *,
    user: User,
    password: Annotated[
        str, Ask(_("新密码"), help=_("至少 10 位，大小写字母、数字、符号中至少三类；本人首次登录须再改。"))
    ],
) -> None:
    """Set a new password that its owner must change at the next log-in."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused([FieldFault("password", Fault("password.weak", rules=" ".join(error.messages)))]) from error
    ctx.update(user, password=make_password(password), must_change_password=True, password_set_at=now())


@action(
    label=_("停用账号"),
    permission="org.user.disable",
    on=User,
    icon="user-off",
    tone="danger",
    why="required",
    when=lambda user: user.is_active,
)
def disable_account(ctx: Ctx, *, user: User) -> None:
    """The account can no longer log in; what its posts owe stays with the posts."""
    ctx.update(user, is_active=False)


@action(
    label=_("结束任职"),
    permission="org.tenure.end",
    on=Tenure,
    icon="user-off",
    why="required",
    when=lambda tenure: tenure.end is None,
)
def end_tenure(ctx: Ctx, *, tenure: Tenure, last_day: Annotated[date, Ask(_("最后一天"))]) -> None:
    """End a tenure on a day; open items stay with the post for its next holder."""
    if last_day < tenure.start:
        fault = Fault("dates.order", start=tenure.start.isoformat(), end=last_day.isoformat())
        raise Refused([FieldFault("last_day", fault)])
    ctx.update(tenure, end=last_day)


@action(
    label=_("收回授权"),
    permission="access.grant.revoke",
    on=Grant,
    icon="key-off",
    tone="danger",
    why="required",
    bulk=True,
)
def revoke_grant(ctx: Ctx, *, grant: Grant) -> None:
    """The grant ends yesterday: it holds no longer from this moment."""
    ctx.update(grant, end=date.fromordinal(today().toordinal() - 1))


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


@action(label=_("按角色授权"), permission="org.post.grant", on=Post, icon="key", bulk=True)
def grant_by_role(ctx: Ctx, *, post: Post, start: Annotated[date, Ask(_("从哪天起"))]) -> None:
    """Give the post what its role may do by the rule pack; grants it already has are left as they are."""
    held = set(Grant.objects.filter(post=post, end__isnull=True).values_list("verb", "target", "unit_id", "thing"))
    new = [one for one in grants_for(post, start) if (one.verb, one.target, one.unit_id, one.thing) not in held]
    if not new:
        raise Refused([FieldFault("", Fault("post.nothing_to_grant", role=post.role))])
    ctx.create_many(new)

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
from gongxing.kernel.org.models import Tenure, User
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import pack, row_key, shipped_rows


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


@action(label=_("修改规则"), permission="packs.packedit.edit", icon="edit", why="required")
def edit_pack_row(
    ctx: Ctx,
    *,
    pack_name: Annotated[str, Ask(_("规则包"))],
    table_name: Annotated[str, Ask(_("表"))],
    key: Annotated[str, Ask(_("主键"))],
    column: Annotated[str, Ask(_("改哪一列"))],
    value: Annotated[str, Ask(_("改成"))],
    valid_from: Annotated[date, Ask(_("从哪天起"))],
    source: Annotated[str, Ask(_("依据"), help=_("文件名称、文号、条款。"))],
) -> PackEdit:
    """The county's version of one rule row from a day on; the shipped row holds before it and stays readable."""
    spec = pack(pack_name).tables[table_name]
    rows = [row for row in shipped_rows(pack_name, table_name) if row_key(spec, row) == key]
    if not rows:
        raise Refused([FieldFault("key", Fault("pack.row_unknown", key=key))])
    known = [name for name, _label, _kind in spec.columns]
    if column not in known:
        raise Refused([FieldFault("column", Fault("pack.cell_missing", column=column))])
    values = {**dict(rows[-1]), column: value}
    return ctx.create(
        PackEdit(
            pack=pack_name,
            table=table_name,
            row_key=key,
            values=values,
            valid_from=valid_from,
            source=source,
            status="local",
        )
    )

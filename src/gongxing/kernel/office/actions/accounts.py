"""Verbs over accounts, tenures and grants."""

from datetime import date
from typing import Annotated

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import reach
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now, today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.org.second_factor import factor_of, remove_factor


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
    label=_("解除二次验证"),
    permission="org.user.reset",
    on=User,
    icon="key-off",
    tone="danger",
    why="required",
    when=lambda user: factor_of(user.pk) is not None,
)
def remove_second_factor(ctx: Ctx, *, user: User) -> None:
    """The authenticator of an account is forgotten (a lost phone); where a second factor is demanded, a new one is bound at the next
    log-in. Make sure of the person first."""
    ctx.note(user, second_factor=_t("已解除二次验证"))
    transaction.on_commit(lambda: remove_factor(user.pk))


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


@action(label=_("按角色授权"), permission="org.post.grant", on=Post, icon="key", bulk=True)
def grant_by_role(ctx: Ctx, *, post: Post, start: Annotated[date, Ask(_("从哪天起"))]) -> None:
    """Give the post what its role may do by the rule pack; grants it already has are left as they are."""
    held = set(Grant.objects.filter(post=post, end__isnull=True).values_list("verb", "target", "unit_id", "thing"))
    new = [one for one in grants_for(post, start) if (one.verb, one.target, one.unit_id, one.thing) not in held]
    if not new:
        raise Refused([FieldFault("", Fault("post.nothing_to_grant", role=post.role))])
    found = reach(ctx.actor, "grant", "org.post")
    if not (found.everything or all(one.unit_id in found.units for one in new)):
        raise Denied("grant", "org.post")  # what the role reaches lies beyond what the granter may grant
    ctx.create_many(new)

"""The first account of a new site, and a way back in for whoever is locked out. Run on the machine itself."""

import argparse
import secrets
import sys
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.office.ledgers import next_path
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Tenure, Unit, User
from gongxing.kernel.org.second_factor import factor_of, remove_factor

ROLE = "system_admin"
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read for something else
GROUPS, GROUP = 4, 4


def say(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")


def new_password() -> str:
    """Four groups of four characters, by the system's random source, that keep the password rules."""
    while True:
        text = "-".join("".join(secrets.choice(ALPHABET) for _i in range(GROUP)) for _g in range(GROUPS))
        try:
            validate_password(text)
        except ValidationError:
            continue
        return text


def begin(arguments: Sequence[str]) -> int:
    """``begin --county NAME --account USERNAME --name NAME``: the county's unit, a post of the system administrator and its account,
    with a password that must be changed at the first log-in. Refused (exit 1) where an account exists already."""
    parser = argparse.ArgumentParser(prog="gongxing begin")
    parser.add_argument("--county", required=True, help="name of the county, e.g. 某某县")
    parser.add_argument("--account", default="admin", help="user name of the first account")
    parser.add_argument("--name", default="系统管理员", help="the name shown")
    given = parser.parse_args(arguments)
    if User.objects.exists():
        say("已经有账号了。忘记密码请用：python3 run.py password 账号")
        say("There are accounts already. For a lost password: python3 run.py password ACCOUNT")
        return 1
    password = new_password()
    with writing(SYSTEM, "begin", "建立第一个账号") as ctx:
        _build(ctx, given.county.strip()[:80], given.account.strip()[:60], given.name.strip()[:60], password)
    say(f"账号 account: {given.account}")
    say(f"密码 password: {password}")
    say("首次登录须改密码。接着在“管理”里建单位、岗位、账号和任职。  Change it at the first log-in, then add units, posts and accounts.")  # fmt: skip
    return 0


def _build(ctx: Ctx, county: str, account: str, name: str, password: str) -> None:
    root = Unit.objects.filter(parent__isnull=True).first()
    if root is None:
        root = ctx.create(Unit(name=county, code="ROOT", kind=Unit.Kind.COUNTY, path=next_path(None)))
    post = ctx.create(Post(unit=root, title="系统管理岗", code="ROOT-ADMIN", role=ROLE))
    user = ctx.create(
        User(
            username=account, name=name, password=make_password(password), password_set_at=now(), must_change_password=True
        )
    )  # fmt: skip
    ctx.create(Tenure(user=user, post=post, start=today()))
    ctx.create_many(grants_for(post, today()))


def password(arguments: Sequence[str]) -> int:
    """``password ACCOUNT``: print a new password for an account; it must be changed at the next log-in. Exit 1 for an unknown one."""
    parser = argparse.ArgumentParser(prog="gongxing password")
    parser.add_argument("account")
    account = parser.parse_args(arguments).account
    user = User.objects.filter(username=account).first()
    if user is None:
        say(f"没有这个账号 no such account: {account}")
        return 1
    text = new_password()
    with writing(SYSTEM, "password", "在服务器上重置") as ctx:
        ctx.update(user, password=make_password(text), must_change_password=True, password_set_at=now())
    say(f"密码 password: {text}")
    return 0


def second_factor(arguments: Sequence[str]) -> int:
    """``second-factor ACCOUNT``: forget the authenticator of an account whose telephone is lost; a new one is bound at the next log-in
    where it is demanded. Exit 1 for an unknown account or one without."""
    parser = argparse.ArgumentParser(prog="gongxing second-factor")
    parser.add_argument("account")
    account = parser.parse_args(arguments).account
    user = User.objects.filter(username=account).first()
    if user is None or factor_of(user.pk) is None:
        say(f"没有这个账号，或它没有绑定验证器 no such account, or no authenticator bound: {account}")
        return 1
    with writing(SYSTEM, "second-factor", "在服务器上解除") as ctx:
        ctx.note(user, second_factor="已解除二次验证")
    remove_factor(user.pk)
    say(f"已解除二次验证 second factor removed: {account}")
    return 0

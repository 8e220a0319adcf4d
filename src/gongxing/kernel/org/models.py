"""Unit, Post, User, SecondFactor, Tenure, Delegation, Handover."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Sequence
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row

PATH_DIGITS = 4


class Unit(Row):
    """A body that can be responsible: the county, a bureau, a park committee, a town, a bank.

    ``path`` is the materialised path of four-digit numbers with a final dot (``0001.0005.``); a subtree is a prefix.
    """

    scope: ClassVar[str | None] = "id"

    class Kind(models.TextChoices):
        COUNTY = "county", _("县")
        LEADERS = "leaders", _("县领导")
        BUREAU = "bureau", _("部门")
        PARK = "park", _("园区")
        TOWN = "town", _("乡镇")
        OFFICE = "office", _("科室")
        ENTERPRISE = "enterprise", _("企业")
        BANK = "bank", _("银行")

    name = models.CharField(_("名称"), max_length=80)
    code = models.CharField(_("代码"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "org.Unit", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(_("路径"), max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = _("单位")
        indexes: ClassVar = [models.Index(fields=["parent"])]

    def __str__(self) -> str:
        return self.name


class Post(Row):
    """A position in a unit. ``role`` is a key of the pack table ``roles``; ``superior`` is where an escalation goes."""

    scope: ClassVar[str | None] = "unit"

    unit = models.ForeignKey("org.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("岗位"), max_length=60)
    code = models.CharField(_("代码"), max_length=40, unique=True)
    role = models.CharField(_("角色"), max_length=40)
    superior = models.ForeignKey(
        "org.Post", verbose_name=_("上级岗位"), null=True, blank=True, on_delete=models.PROTECT, related_name="juniors"
    )

    class Meta:
        verbose_name = _("岗位")

    def __str__(self) -> str:
        return self.title


class UserManager(BaseUserManager["User"]):
    """Look-up by user name, as Django's log-in needs it."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser, Row):
    """An account. It can do nothing by itself: every right comes from the posts it holds today.

    A unit is responsible for an account when every post it holds or is lent lies in it (``in_units``): whoever may set its password
    could act from all of them. Accounts without a post are the county's. There is no ``last_login``: logging in writes nothing to
    the facts, so that it never waits for a long import.
    """

    scope: ClassVar[str | None] = None
    sensitive: ClassVar[frozenset[str]] = frozenset({"password", "phone"})

    username = models.CharField(_("账号"), max_length=60, unique=True)
    name = models.CharField(_("显示名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须改密码"), default=False)
    second_factor_required = models.BooleanField(_("须二次验证"), default=False)
    password_set_at = models.DateTimeField(_("密码设置时间"), null=True, editable=False)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    theme = models.CharField(_("配色"), max_length=8, default="light")
    size = models.CharField(_("字号"), max_length=8, default="normal")

    last_login = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def by_unit(cls) -> bool:
        """Through the posts it holds."""
        return True

    @classmethod
    def in_units(cls, units: Sequence[int]) -> Q:
        """Accounts that hold a post in these units now or later, and none, lent ones included, outside them."""
        day = today()
        tenures = Tenure.objects.filter(Q(end__isnull=True) | Q(end__gte=day))
        lent = Delegation.objects.filter(end__gte=day)
        inside = Q(post__unit_id__in=units)
        return (
            Q(pk__in=tenures.filter(inside).values("user_id"))
            & ~Q(pk__in=tenures.exclude(inside).values("user_id"))
            & ~Q(pk__in=lent.exclude(inside).values("to_user_id"))
        )

    def check_password(self, raw_password: str | None) -> bool:
        """Whether the password is right. Unlike Django's, it never stores the hash anew: that would be a write at log-in, past the
        trail."""
        return raw_password is not None and check_password(raw_password, self.password)


class SecondFactor(models.Model):
    """The authenticator of an account (``second_factor``). In the ``ops`` database, hence no foreign key; one for each account."""

    user_id = models.BigIntegerField(unique=True)
    key = models.CharField(max_length=80)
    confirmed = models.BooleanField(default=False)
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("二次验证")

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"

    @property
    def secret(self) -> str:
        """The key as people type it into an authenticator."""
        return b32encode(bytes.fromhex(self.key)).decode()


class Tenure(Row):
    """Who holds a post from when to when (last day included)."""

    scope: ClassVar[str | None] = "post__unit"

    user = models.ForeignKey("org.User", verbose_name=_("账号"), on_delete=models.PROTECT, related_name="tenures")
    post = models.ForeignKey("org.Post", verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="tenures")
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        indexes: ClassVar = [models.Index(fields=["user", "start"])]

    def __str__(self) -> str:
        return f"{self.user_id}→{self.post_id}"


class Delegation(Row):
    """A post lent to another account between two dates; the trail names both."""

    scope: ClassVar[str | None] = "post__unit"

    post = models.ForeignKey("org.Post", verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="delegations")
    to_user = models.ForeignKey(
        "org.User", verbose_name=_("受托账号"), on_delete=models.PROTECT, related_name="delegations"
    )
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"))
    reason = models.CharField(_("事由"), max_length=200)

    class Meta:
        verbose_name = _("委托")
        indexes: ClassVar = [models.Index(fields=["to_user", "start"])]

    def __str__(self) -> str:
        return f"{self.post_id}→{self.to_user_id}"


class Handover(Row):
    """The slip (交接单) of a change of hands: what was open on a post the moment it was handed on, and who confirmed it.

    ``to_post`` is the post the listed items went to; None: they stay with ``post``, whose new holder is ``to_user``. ``items`` are frozen as
    they stood: ledger, name of the ledger, row, title, capacity, due (ISO date or ""), state, late, before and after (posts). Both sides
    confirm by their own account; a reading of ``state`` is that of the last confirmation, and the receiver's is the last that is needed.
    """

    scope: ClassVar[str | None] = "post__unit"

    class State(models.TextChoices):
        DRAFTED = "drafted", _("待移交人确认")
        HANDED = "handed", _("待接收人确认")
        RECEIVED = "received", _("已接收")
        VOID = "void", _("作废")

    number = models.CharField(_("编号"), max_length=60, unique=True)
    post = models.ForeignKey("org.Post", verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="handovers")
    to_post = models.ForeignKey(
        "org.Post", verbose_name=_("移到的岗位"), null=True, on_delete=models.PROTECT, related_name="takeovers"
    )
    from_user = models.ForeignKey(
        "org.User", verbose_name=_("移交人"), on_delete=models.PROTECT, related_name="handovers"
    )
    to_user = models.ForeignKey(
        "org.User", verbose_name=_("接收人"), on_delete=models.PROTECT, related_name="takeovers"
    )
    last_day = models.DateField(_("移交人最后一天"))
    first_day = models.DateField(_("接收人第一天"), null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFTED)
    count = models.PositiveIntegerField(_("件数"), default=0)
    items = models.JSONField(_("事项"), default=list)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("开单时间"))
    made_by = models.CharField(_("开单人"), max_length=160)
    given_at = models.DateTimeField(_("移交人确认时间"), null=True)
    given_from = models.CharField(_("移交人确认时的岗位"), max_length=160, blank=True)
    taken_at = models.DateTimeField(_("接收人确认时间"), null=True)
    taken_from = models.CharField(_("接收人确认时的岗位"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("交接单")
        indexes: ClassVar = [
            models.Index(fields=["from_user", "state"]),
            models.Index(fields=["to_user", "state"]),
            models.Index(fields=["last_day", "id"]),
            models.Index(fields=["state"]),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def waiting_for(cls, user_id: int) -> Q:
        """The slips this account has still to confirm, as the one who gives or the one who takes."""
        return ~Q(state=cls.State.VOID) & (
            Q(from_user_id=user_id, given_at__isnull=True) | Q(to_user_id=user_id, taken_at__isnull=True)
        )

    def is_party(self, user_id: int) -> bool:
        """Whether this account gives or takes here."""
        return user_id in (self.from_user_id, self.to_user_id)

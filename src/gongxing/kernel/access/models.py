"""Grant: a post may do a verb on a ledger, in a subtree of units or on one single thing, between two dates."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row

ANY = "*"


class Grant(Row):
    """One permission. ``target`` is a ledger name (``firms.firm``) or ``*``; ``verb`` a verb or ``*``.

    Verbs every ledger knows: view, add, change, delete, import, export, unmask; an action's verb is its permission name.
    ``thing`` names one single row (an enterprise's own); then ``unit`` is ignored.
    """

    scope: ClassVar[str | None] = "unit"

    post = models.ForeignKey("org.Post", verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="grants")
    verb = models.CharField(_("可做的事"), max_length=60)
    target = models.CharField(_("台账"), max_length=60)
    unit = models.ForeignKey("org.Unit", verbose_name=_("单位范围"), on_delete=models.PROTECT, related_name="grants")
    thing = models.BigIntegerField(_("仅限一条记录"), null=True, blank=True)
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("授权")
        indexes: ClassVar = [models.Index(fields=["post", "target", "verb"])]

    def __str__(self) -> str:
        return f"{self.post_id}:{self.verb}@{self.target}"

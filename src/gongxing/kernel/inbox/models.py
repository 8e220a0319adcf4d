"""Notice: one line to a post or an account, with its reason and where to act."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """Addressed to a post (whoever holds it) or to one account. ``key`` makes repeated sending harmless."""

    post = models.ForeignKey("org.Post", null=True, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey("org.User", null=True, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(_("内容"), max_length=200)
    why = models.CharField(_("为何给你"), max_length=200)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("通知")
        indexes: ClassVar = [
            models.Index(fields=["post", "read_at", "created_at"]),
            models.Index(fields=["user", "read_at", "created_at"]),
        ]

    def __str__(self) -> str:
        return self.title

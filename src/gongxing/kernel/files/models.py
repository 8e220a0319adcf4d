"""StoredFile: the description of a file; its bytes lie in the data folder under their SHA-256."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file somebody uploaded or a job produced. ``ledger`` and ``row`` name what it belongs to ("" and 0: its owner only)."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.BigIntegerField(_("大小"))
    media_type = models.CharField(max_length=100)
    user_id = models.BigIntegerField()
    ledger = models.CharField(max_length=60, blank=True)
    row = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("时间"))
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("文件")
        indexes: ClassVar = [models.Index(fields=["ledger", "row"])]

    def __str__(self) -> str:
        return self.name

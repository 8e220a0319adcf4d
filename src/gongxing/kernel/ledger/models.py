"""What people keep about lists: saved views and their own columns. Conveniences, not facts: they leave no entry."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A named list: the query string of a ledger, for one account, a unit or everybody."""

    class Audience(models.TextChoices):
        MINE = "mine", _("仅自己")
        UNIT = "unit", _("本单位")
        ALL = "all", _("所有人")

    ledger = models.CharField(max_length=60)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    audience = models.CharField(_("谁可见"), max_length=8, choices=Audience.choices, default=Audience.MINE)
    user = models.ForeignKey("org.User", on_delete=models.CASCADE, related_name="saved_views")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.CASCADE, related_name="saved_views")

    class Meta:
        verbose_name = _("视图")
        constraints: ClassVar = [models.UniqueConstraint(fields=["ledger", "user", "name"], name="saved_view_once")]
        indexes: ClassVar = [models.Index(fields=["ledger", "audience"])]

    def __str__(self) -> str:
        return self.name


class ListPreference(models.Model):
    """Which columns of a ledger an account sees, in which order, how dense."""

    ledger = models.CharField(max_length=60)
    user = models.ForeignKey("org.User", on_delete=models.CASCADE, related_name="list_preferences")
    columns = models.JSONField(default=list)
    dense = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("列表偏好")
        constraints: ClassVar = [models.UniqueConstraint(fields=["ledger", "user"], name="list_preference_once")]

    def __str__(self) -> str:
        return f"{self.ledger}:{self.user_id}"

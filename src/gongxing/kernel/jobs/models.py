"""Job: one piece of long work. Lives in the ``ops`` database, so progress is seen while the main one is being written."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """State goes ready → running → done, failed or cancelled, by conditional updates only."""

    class State(models.TextChoices):
        READY = "ready", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(max_length=60)
    title = models.CharField(_("任务"), max_length=200)
    language = models.CharField(max_length=10, default="zh-hans")
    arguments = models.JSONField(default=dict)
    user_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READY)
    attempt = models.PositiveSmallIntegerField(default=0)
    retriable = models.BooleanField(default=True)
    done_units = models.BigIntegerField(default=0)
    total_units = models.BigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    traceback = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("任务")
        indexes: ClassVar = [
            models.Index(fields=["state", "id"]),
            models.Index(fields=["user_id", "state"]),
            models.Index(fields=["kind", "id"], name="jobs_job_kind"),
        ]

    def __str__(self) -> str:
        return self.title

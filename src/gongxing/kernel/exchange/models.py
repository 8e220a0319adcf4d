"""Import sessions and what they found. In the ``ops`` database: long imports never hold these."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportSession(models.Model):
    """One file on its way into one ledger.

    State: uploaded → checking → checked → writing → written → undoing → undone; failed and cancelled end it. ``setup`` holds sheet, header rows and
    the meaning of each column; ``counts`` what the check found. ``tx`` is the transaction that writes it and ``undo_tx`` the one that takes
    it back: each is noted before its first row, so that after a crash the trail says whether it was committed. ``head`` is what the
    preview shows of the file, so that a page never opens the file again: sheets, encoding and the first rows.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("待核对")
        CHECKING = "checking", _("核对中")
        CHECKED = "checked", _("待写入")
        WRITING = "writing", _("写入中")
        WRITTEN = "written", _("已写入")
        FAILED = "failed", _("未写入")
        CANCELLED = "cancelled", _("已取消")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    ledger = models.CharField(max_length=60)
    user_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField()
    file_name = models.CharField(_("文件"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.UPLOADED)
    setup = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)
    tx = models.CharField(max_length=32, blank=True)
    undo_tx = models.CharField(max_length=32, blank=True)
    head = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(_("时间"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("导入")
        indexes: ClassVar = [models.Index(fields=["user_id", "state"]), models.Index(fields=["ledger", "id"])]

    def __str__(self) -> str:
        return self.file_name


class ImportFault(models.Model):
    """A row that cannot be written, and why. ``cells`` is the raw row for the failed-rows file."""

    session = models.ForeignKey("exchange.ImportSession", on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    cells = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["session", "row"])]

    def __str__(self) -> str:
        return f"{self.row}:{self.code}"


class ImportChange(models.Model):
    """One cell the import would change, kept for the preview (the biggest first, at most a few hundred; every disputed one).

    A disputed cell was changed by the file and by somebody else since its export: ``old`` is what both began with, ``theirs`` what is
    stored, ``new`` what the file says, ``choice`` what somebody decided ("" not yet: what is stored stays).
    """

    class Choice(models.TextChoices):
        MINE = "mine", _("用表里的")
        THEIRS = "theirs", _("保留现在的")

    session = models.ForeignKey("exchange.ImportSession", on_delete=models.CASCADE, related_name="changes")
    row = models.PositiveIntegerField()
    key = models.BigIntegerField()
    title = models.CharField(max_length=200)
    column = models.CharField(max_length=60)
    old = models.CharField(max_length=300, blank=True)
    new = models.CharField(max_length=300, blank=True)
    theirs = models.CharField(max_length=300, blank=True)
    weight = models.FloatField(default=0.0)
    note = models.CharField(max_length=20, blank=True)
    choice = models.CharField(max_length=8, choices=Choice.choices, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["session", "-weight"])]

    def __str__(self) -> str:
        return f"{self.row}:{self.column}"


class ColumnMemory(models.Model):
    """What a header meant last time: nobody maps the same file twice."""

    ledger = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    column = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ledger", "label"], name="column_memory_once")]

    def __str__(self) -> str:
        return self.label

"""A project's way through the green lane: on what ground, by whose paper, from when to when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class GreenLane(Row):
    """One stay of a project on the green lane. ``ground`` is a row of ``packs/approvals/greenlane`` (part entry) and ``condition`` its text as of ``entered_on``; what
    the ``grade`` gives is that day's too. ``credit``: what the look-up of the owner's credit record on ``credit_on`` said. ``keeper``: the post that let it in, which calls the meeting a grade promises; ``met_on`` and
    ``conclusion``: that it was held and what came of it. At most one stay of a project has not ended."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    class Grade(models.TextChoices):
        SPECIAL = "special", pgettext_lazy("lane", "特事特办")
        URGENT = "urgent", pgettext_lazy("lane", "急事急办")
        DIFFICULT = "difficult", pgettext_lazy("lane", "难事快办")

    class Credit(models.TextChoices):
        CLEAR = "clear", pgettext_lazy("credit", "没有失信记录")
        REPAIRED = "repaired", pgettext_lazy("credit", "曾有失信，已修复")
        LISTED = "listed", pgettext_lazy("credit", "仍在失信名单")

    project = models.ForeignKey("projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="lanes", db_index=False)  # fmt: skip
    ground = models.CharField(_("进入条件"), max_length=12)
    condition = models.CharField(_("符合的条件"), max_length=200, editable=False)
    grade = models.CharField(pgettext_lazy("lane", "档次"), max_length=10, choices=Grade.choices)
    number = models.CharField(_("文件名称和文号"), max_length=120, blank=True)
    order_on = models.DateField(_("文件日期"), null=True, blank=True)
    file_id = models.BigIntegerField(null=True, editable=False)
    file_name = models.CharField(_("原件"), max_length=200, blank=True, editable=False)
    credit = models.CharField(_("信用查询结果"), max_length=10, choices=Credit.choices)
    credit_on = models.DateField(_("信用查询日"))
    entered_on = models.DateField(_("进入日"))
    entered_by = models.CharField(_("谁办的进入"), max_length=120)
    keeper = models.ForeignKey("org.Post", verbose_name=_("召集岗位"), on_delete=models.PROTECT, null=True, blank=True, related_name="lanes")  # fmt: skip
    met_on = models.DateField(_("协调会日"), null=True, blank=True)
    conclusion = models.TextField(_("协调会结论"), blank=True)
    met_by = models.CharField(_("谁记录的协调会"), max_length=120, blank=True)
    left_on = models.DateField(_("退出日"), null=True, blank=True)
    left_by = models.CharField(_("谁办的退出"), max_length=120, blank=True)
    ref = models.CharField(_("编号"), max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = _("绿色通道")
        indexes: ClassVar = [
            *ledger_indexes("approvals_greenlane", sorts=("entered_on", "left_on"), facets=("grade",), scope=""),
            models.Index(fields=["project", "left_on"], name="approvals_lane_project"),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(left_on__isnull=True), name="approvals_lane_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project.name} {self.entered_on}"

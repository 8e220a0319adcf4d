"""What hangs on a project: its moves between stages, the units with a duty, its links of chains, its papers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.models.project import Project
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Move(Row):
    """One step of a project from a stage into another: the day it really happened, whoever moved it, and what was still missing then (only warnings can
    be): codes of the gates pack; rows of old hold the words behind the code too. A project passed on within the county keeps its stage: ``from_unit`` and
    ``to_unit`` tell who had it and who took it; ``outside`` names who took it beyond the county, where it ends here."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="moves", db_index=False
    )
    from_stage = models.CharField(_("从"), max_length=16, choices=Project.Stage.choices, blank=True)
    to_stage = models.CharField(_("到"), max_length=16, choices=Project.Stage.choices)
    on = models.DateField(_("日期"))
    reason_code = models.CharField(_("原因"), max_length=20, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    missing = models.JSONField(_("当时还缺"), default=list)
    from_unit = models.ForeignKey("org.Unit", verbose_name=_("转出单位"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False)  # fmt: skip
    to_unit = models.ForeignKey("org.Unit", verbose_name=_("承接单位"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False)  # fmt: skip
    outside = models.CharField(_("县外承接方"), max_length=80, blank=True)
    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)

    class Meta:
        verbose_name = _("阶段经过")
        indexes: ClassVar = [
            *ledger_indexes("projects_move", sorts=("on",), facets=("to_stage",), scope=""),
            models.Index(fields=["project", "on"], name="projects_move_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_to_stage_display()}"


class Duty(Row):
    """A unit's duty on a project: it leads or helps in one class of work (招商, 审批, 要素保障)."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    class Class(models.TextChoices):
        ATTRACTING = "attracting", _("产业招引")
        APPROVING = "approving", pgettext_lazy("duty", "审批")
        SECURING = "securing", _("要素保障")

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头")
        CO = "co", pgettext_lazy("duty", "协办")

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="duties", db_index=False
    )
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="project_duties"
    )
    duty_class = models.CharField(_("职责类别"), max_length=10, choices=Class.choices)
    role = models.CharField(pgettext_lazy("duty", "分工"), max_length=4, choices=Role.choices, default=Role.LEAD)
    post = models.ForeignKey(
        "org.Post", verbose_name=_("责任岗位"), null=True, on_delete=models.PROTECT, related_name="project_duties"
    )
    task = models.CharField(_("任务"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("项目分工")
        indexes: ClassVar = [
            *ledger_indexes("projects_duty", sorts=(), facets=("duty_class", "role"), scope=""),
            models.Index(fields=["project", "duty_class"], name="projects_duty_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.unit}"


class NodeLink(Row):
    """A project stands on a link of a chain."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="node_links", db_index=False
    )
    node = models.ForeignKey(
        "chain.Node", verbose_name=_("产业链环节"), on_delete=models.PROTECT, related_name="project_links"
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("项目所在环节")
        indexes: ClassVar = [models.Index(fields=["project", "node"], name="projects_link_project")]

    def __str__(self) -> str:
        return f"{self.project} · {self.node}"


class Paper(Row):
    """A document a gate asks for: which one (``kind`` is its key in the gates pack), its number, day, issuer and, if kept here, the file."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="papers", db_index=False
    )
    kind = models.CharField(_("材料"), max_length=30)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issuer = models.CharField(_("出具单位"), max_length=80, blank=True)
    issued_on = models.DateField(_("出具日期"))
    valid_until = models.DateField(_("有效期至"), null=True)
    file_id = models.BigIntegerField(null=True, editable=False)
    file_name = models.CharField(_("文件"), max_length=200, blank=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("项目材料")
        indexes: ClassVar = [
            *ledger_indexes("projects_paper", sorts=("issued_on",), facets=("kind",), scope=""),
            models.Index(fields=["project", "kind"], name="projects_paper_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.kind}"

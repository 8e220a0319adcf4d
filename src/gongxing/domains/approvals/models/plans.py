"""The permit plan of a project: what was answered, from which facts, and which measures were chosen. Dates are worked out when it is looked at."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class PermitPlan(Row):
    """One project's plan of approvals. It is made anew in place, its history is the trail.

    ``answers``: what was answered, question → text as ``packs/approvals/questionnaire`` writes it; ``facts``: what project, land need, firm and park
    said of these questions on the day, so that a later change is told; ``rules_on``: the day whose rules it keeps; ``goal``: the item whose
    end counts ("all": the last of all); ``prepare_on``: the day from which papers are taken to be prepared: ``start_on``, but never before the plan was first
    made, for nobody knows what was done before (None, of plans made before this was kept: ``reckoned_from``)."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    class Goal(models.TextChoices):
        START = "ms.start", _("合法开工")
        PRODUCTION = "ms.production", _("合法投产")
        ALL = "all", _("全部办完")

    project = models.OneToOneField("projects.Project", verbose_name=_("项目"), on_delete=models.CASCADE, related_name="permit_plan")  # fmt: skip
    answers = models.JSONField(_("回答"), default=dict, blank=True, editable=False)
    facts = models.JSONField(_("做方案时的情况"), default=dict, blank=True, editable=False)
    measures = models.JSONField(_("选用的提速办法"), default=list, blank=True, editable=False)
    rules_on = models.DateField(_("按哪天的规定"), editable=False)
    start_on = models.DateField(_("从哪天起"))
    prepare_on = models.DateField(_("准备从哪天算"), null=True, editable=False)
    goal = models.CharField(_("算到哪一步"), max_length=20, choices=Goal.choices, default=Goal.START)
    made_on = models.DateField(_("制定日期"), editable=False)
    made_by = models.CharField(_("谁制定的"), max_length=120, editable=False)

    class Meta:
        verbose_name = _("许可路径方案")
        indexes: ClassVar = ledger_indexes("approvals_permitplan", sorts=("made_on", "start_on"), facets=("goal",), scope="")  # fmt: skip

    def __str__(self) -> str:
        return self.project.name

    @property
    def reckoned_from(self) -> date:
        """The day from which what has not happened yet is reckoned."""
        return self.prepare_on or max(self.start_on, self.made_on)

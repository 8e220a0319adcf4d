"""Logs of other systems, opened as pages of the process, and leads on clocks that may be played with."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class ProcessLog(Row):
    """One log file of another system. The file itself lies with ``kernel.files`` under ``file_id``.

    ``asked``: how the file is read (columns, type of object, zone); ``answers``: the figures of the whole log, as ``mining.measures`` gives
    them; ``trouble``: the code and details of what stopped the reading, {} where nothing did.
    """

    scope: ClassVar[str | None] = "unit"

    class Kind(models.TextChoices):
        XES = "xes", "XES"
        CSV = "csv", "CSV"
        OCEL = "ocel", "OCEL JSON"

    class State(models.TextChoices):
        ASKING = "asking", pgettext_lazy("process log", "待说明")
        READING = "reading", pgettext_lazy("process log", "正在读")
        READY = "ready", pgettext_lazy("process log", "可以看")
        REFUSED = "refused", pgettext_lazy("process log", "读不了")

    number = models.CharField(_("编号"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=120)
    source = models.CharField(_("来源"), max_length=120, blank=True)
    unit = models.ForeignKey("org.Unit", verbose_name=_("导入单位"), on_delete=models.PROTECT, related_name="+", db_index=False)  # fmt: skip
    kind = models.CharField(_("格式"), max_length=4, choices=Kind.choices, editable=False)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ASKING, editable=False)
    file_id = models.BigIntegerField(editable=False)
    file_name = models.CharField(_("文件"), max_length=200, editable=False)
    cases = models.PositiveIntegerField(_("件数"), null=True, editable=False)
    events = models.PositiveIntegerField(_("环节记录"), null=True, editable=False)
    activities = models.PositiveIntegerField(_("环节"), null=True, editable=False)
    asked = models.JSONField(_("怎么读"), default=dict)
    answers = models.JSONField(_("结果"), default=dict)
    trouble = models.JSONField(_("读不了的原因"), default=dict)
    made_on = models.DateField(_("导入日期"), editable=False)
    made_by = models.CharField(_("谁导入的"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("流程日志")
        indexes: ClassVar = ledger_indexes(
            "approvals_processlog", sorts=("made_on",), facets=("state", "kind"), scope="unit"
        )

    def __str__(self) -> str:
        return self.name


class ClockLead(Row):
    """Something about the clocks of a unit that is worth a look: never a verdict. ``reason`` is the engine's code, ``details`` its figures,
    ``cases`` the numbers (primary keys) of its cases.

    Its own unit reads it at once; all others from ``open_on``, which is ``found_on`` and the days of the parameter ``process.lead.own_days``.
    ``gone_on``: the day its facts no longer gave it.
    """

    scope: ClassVar[str | None] = "unit"
    drafted: ClassVar[tuple[str, ...]] = ("approvals.clocklead",)
    # Who reads the trail reads it whole and at once: what a lead says is sealed there, so that it is not read before its day.
    sensitive: ClassVar[frozenset[str]] = frozenset(
        {"ref", "unit", "reason", "item", "details", "cases", "number", "explained"}
    )

    ref = models.CharField(_("编号"), max_length=200, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", verbose_name=_("承办单位"), on_delete=models.PROTECT, related_name="+", db_index=False)  # fmt: skip
    reason = models.CharField(_("线索"), max_length=40, editable=False)
    item = models.CharField(_("事项"), max_length=40, editable=False)
    details = models.JSONField(_("细节"), default=dict, editable=False)
    cases = models.JSONField(_("涉及的件"), default=list, editable=False)
    number = models.PositiveIntegerField(_("涉及件数"), editable=False)
    found_on = models.DateField(_("发现日期"), editable=False)
    open_on = models.DateField(_("外单位可见日期"), editable=False)
    gone_on = models.DateField(_("不再成立的日期"), null=True, editable=False)
    explained = models.CharField(_("承办单位说明"), max_length=500, blank=True, editable=False)
    explained_on = models.DateField(_("说明日期"), null=True, editable=False)

    class Meta:
        verbose_name = _("核查线索")
        indexes: ClassVar = [
            *ledger_indexes("approvals_clocklead", sorts=("found_on",), facets=("reason", "item"), scope="unit"),
            models.Index(fields=["open_on"], name="approvals_lead_open"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        """Leads of the reader's own units, and those whose days with their unit are over."""
        return Q(unit_id__in=units) | Q(open_on__lte=today())

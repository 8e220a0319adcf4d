"""The declaration of permit plans."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.models import PermitPlan
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger


@ledger
class PermitPlanLedger(Ledger[PermitPlan]):
    """Permit plans: made on their page, worked out when looked at."""

    model = PermitPlan
    label = _("许可路径方案")
    counter = pgettext_lazy("counter", "份")
    stage = "批"
    icon = "sitemap"
    key, title, order = "project", "project", "-made_on"
    related = ("project",)
    facets = ("goal",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", editable=False),
        Column("goal", _("算到哪一步"), Kind.CHOICE, choices=tuple(PermitPlan.Goal.choices), editable=False),
        Column("start_on", _("从哪天起"), Kind.DATE, sort=True, editable=False),
        Column("rules_on", _("按哪天的规定"), Kind.DATE, editable=False, shown=False),
        Column("made_on", _("制定日期"), Kind.DATE, sort=True, editable=False),
        Column("made_by", _("谁制定的"), editable=False, max_length=120),
    )

    def row_title(self, row: Row) -> str:
        assert isinstance(row, PermitPlan)
        return row.project.name

"""The declarations of imported logs and of leads on clocks."""

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.mining.lead_show import shown_leads
from gongxing.domains.approvals.mining.lead_words import KINDS
from gongxing.domains.approvals.models import ClockLead, ProcessLog
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, Panel, ledger
from gongxing.kernel.org.actor import Actor


@ledger
class ProcessLogLedger(Ledger[ProcessLog]):
    """Logs of other systems. They are read by a job; the page of the process shows them."""

    model = ProcessLog
    label = _("流程日志")
    counter = pgettext_lazy("counter", "份")
    stage = "批"
    icon = "file-text"
    key, title, order = "number", "name", "-made_on"
    related = ("unit",)
    facets = ("state", "kind")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("name", _("名称"), editable=False),
        Column("number", _("编号"), editable=False),
        Column("source", _("来源"), editable=False),
        Column("unit", _("导入单位"), Kind.REFERENCE, target="org.unit", editable=False),
        Column("kind", _("格式"), Kind.CHOICE, choices=tuple(ProcessLog.Kind.choices), editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(ProcessLog.State.choices), editable=False, states={"asking": "warn", "reading": "fill", "ready": "good", "refused": "bad"}),
        Column("cases", _("件数"), Kind.INTEGER, editable=False),
        Column("events", _("环节记录"), Kind.INTEGER, editable=False),
        Column("activities", _("环节"), Kind.INTEGER, editable=False),
        Column("file_name", _("文件"), editable=False, shown=False),
        Column("made_on", _("导入日期"), Kind.DATE, sort=True, editable=False),
        Column("made_by", _("谁导入的"), editable=False),
    )  # fmt: skip


@ledger
class ClockLeadLedger(Ledger[ClockLead]):
    """Leads on clocks, found every night. 核查线索，不是结论."""

    model = ClockLead
    label = _("核查线索")
    counter = pgettext_lazy("counter", "条")
    stage = "批"
    icon = "zoom-check"
    key, title, order = "ref", "reason", "-found_on"
    related = ("unit",)
    facets = ("reason", "item")
    searchable = False
    in_menu = False
    panels_first = fold_empty = True
    verbs = frozenset({"export"})
    columns = (
        Column("reason", _("线索"), Kind.CHOICE, choices=tuple(KINDS.items()), editable=False),
        Column("unit", _("承办单位"), Kind.REFERENCE, target="org.unit", editable=False),
        Column("item", _("事项"), Kind.PACK, pack=("approvals", "items"), editable=False),
        Column("number", _("涉及件数"), Kind.INTEGER, editable=False),
        Column("found_on", _("发现日期"), Kind.DATE, sort=True, editable=False),
        Column("open_on", _("外单位可见日期"), Kind.DATE, editable=False),
        Column("gone_on", _("不再成立的日期"), Kind.DATE, editable=False),
        Column("explained", _("承办单位说明"), editable=False, shown=False, max_length=500),
        Column("explained_on", _("说明日期"), Kind.DATE, editable=False, shown=False),
        Column("ref", _("编号"), editable=False, shown=False, max_length=200),
    )

    def row_title(self, row: Row) -> str:
        """What kind of lead it is."""
        assert isinstance(row, ClockLead)
        return str(KINDS.get(row.reason, row.reason))

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        """What was seen, and the cases the actor may see."""
        assert isinstance(row, ClockLead)
        shown = shown_leads([row], actor)[0]
        return [Panel("lead", _t("看到了什么"), "approvals/lead_panel.html", {"lead": shown}, row.number)]

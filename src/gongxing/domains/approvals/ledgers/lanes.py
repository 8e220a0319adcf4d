"""The declaration of the green lane's register."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.lane_panels import lane_panel
from gongxing.domains.approvals.models import GreenLane
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, Panel, ledger
from gongxing.kernel.org.actor import Actor


@ledger
class GreenLaneLedger(Ledger[GreenLane]):
    """Stays of projects on the green lane, written by its verbs alone."""

    model = GreenLane
    label = _("绿色通道记录")
    counter = pgettext_lazy("counter", "次")
    stage = "批"
    icon = "clipboard-check"
    key, title, order = "ref", "condition", "-entered_on"
    related = ("project",)
    facets = ("grade",)
    searchable = False
    in_menu = False
    panels_first = fold_empty = True
    verbs = frozenset({"export"})
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project"),
        Column("condition", _("符合的条件"), editable=False, max_length=200),
        Column("ground", _("进入条件"), shown=False, max_length=12),
        Column("grade", pgettext_lazy("lane", "档次"), Kind.CHOICE, choices=tuple(GreenLane.Grade.choices)),
        Column("number", _("文件名称和文号"), max_length=120),
        Column("order_on", _("文件日期"), Kind.DATE, shown=False),
        Column("file_name", _("原件"), editable=False, shown=False, max_length=200),
        Column("credit", _("信用查询结果"), Kind.CHOICE, choices=tuple(GreenLane.Credit.choices), shown=False),
        Column("credit_on", _("信用查询日"), Kind.DATE, shown=False),
        Column("entered_on", _("进入日"), Kind.DATE, sort=True),
        Column("entered_by", _("谁办的进入"), shown=False, max_length=120),
        Column("keeper", _("召集岗位"), Kind.REFERENCE, target="org.post", editable=False, shown=False),
        Column("met_on", _("协调会日"), Kind.DATE, editable=False, shown=False),
        Column("conclusion", _("协调会结论"), Kind.LONG, editable=False, shown=False, max_length=2000),
        Column("met_by", _("谁记录的协调会"), editable=False, shown=False, max_length=120),
        Column("left_on", _("退出日"), Kind.DATE, sort=True),
        Column("left_by", _("谁办的退出"), shown=False, max_length=120),
        Column("ref", _("编号"), shown=False, editable=False, max_length=80),
    )

    def row_title(self, row: Row) -> str:
        assert isinstance(row, GreenLane)
        return row.project.name

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, GreenLane)
        return [lane_panel(row)]

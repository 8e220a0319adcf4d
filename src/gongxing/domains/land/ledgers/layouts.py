"""The declarations of layouts and of the rating per mu."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.models import Layout, Rating, RatingLine
from gongxing.domains.land.rating_panels import line_panels
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, Panel, ledger
from gongxing.kernel.org.actor import Actor

GRADES = {"A": "good", "D": "bad", "C": "warn"}


@ledger
class LayoutLedger(Ledger[Layout]):
    """Layouts of projects on parcels, with what was asked and found."""

    model = Layout
    label = _("布局方案")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "map-2"
    key, title, order = "number", "name", "-made_on"
    facets = ("state",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("name", _("名称"), max_length=80),
        Column("number", _("编号"), editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Layout.State.choices), states={"ready": "fill", "failed": "bad", "published": "good"}, editable=False),
        Column("placed", _("落位项目"), Kind.INTEGER, editable=False),
        Column("candidates", _("参加项目"), Kind.INTEGER, editable=False),
        Column("made_on", _("测算日期"), Kind.DATE, sort=True, editable=False),
        Column("made_by", _("谁测算的"), editable=False),
        Column("proposed_on", _("报请日期"), Kind.DATE, editable=False),
        Column("proposed_by", _("谁报请的"), editable=False),
        Column("published_on", _("发布日期"), Kind.DATE, editable=False),
        Column("published_by", _("谁发布的"), editable=False),
        Column("note", _("说明"), max_length=300),
    )  # fmt: skip


@ledger
class RatingLedger(Ledger[Rating]):
    """The yearly rounds of the rating per mu."""

    model = Rating
    label = _("亩均评价")
    counter = pgettext_lazy("counter", "轮")
    stage = "落"
    icon = "chart-bar"
    key, title, order = "ref", "ref", "-year"
    facets = ("state",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("ref", _("编号"), editable=False),
        Column("year", _("年度"), Kind.INTEGER, plain=True, sort=True, editable=False),
        Column("family", _("公式"), Kind.PACK, pack=("per-mu", "families"), editable=False),
        Column("source", _("数据来源"), Kind.CHOICE, choices=tuple(FirmFigure.Source.choices), editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Rating.State.choices), states={"posted": "fill", "published": "good"}, editable=False),
        Column("firms", _("参评企业"), Kind.INTEGER, editable=False),
        Column("posted_on", _("公示开始"), Kind.DATE, editable=False),
        Column("posted_until", _("公示截止"), Kind.DATE, editable=False),
        Column("published_on", _("公布日期"), Kind.DATE, editable=False),
        Column("note", _("说明"), max_length=300),
    )  # fmt: skip


@ledger
class RatingLineLedger(Ledger[RatingLine]):
    """What every enterprise of a round came to."""

    model = RatingLine
    label = _("评价结果")
    counter = pgettext_lazy("counter", "家")
    stage = "落"
    icon = "list-numbers"
    key, title, order = "ref", "firm", "place"
    related = ("firm__unit", "rating")
    facets = ("rating", "grade")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("rating", _("评价"), Kind.REFERENCE, target="land.rating", shown=False),
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm"),
        Column("place", _("名次"), Kind.INTEGER, sort=True),
        Column("grade", _("档"), Kind.CHOICE, choices=tuple(RatingLine.Grade.choices), states=GRADES),
        Column("score", _("得分"), Kind.DECIMAL, digits=3, sort=True, unit="分"),
        Column("land_mu", _("用地"), Kind.DECIMAL, unit="亩"),
        Column("objection", _("异议"), shown=False, max_length=500),
        Column("objected_on", _("异议日期"), Kind.DATE, shown=False),
        Column("answer", _("答复"), shown=False, max_length=500),
        Column("answered_on", _("答复日期"), Kind.DATE, shown=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, RatingLine)
        return line_panels(row, actor)

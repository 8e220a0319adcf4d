"""The declarations of facilities and of studies of sites and of the scale of parks."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.models import SHAPE_FIELDS, Facility, ScaleStudy, SiteStudy
from gongxing.kernel.ledger.column import Column, Initial, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger

ZERO = Decimal(0)


@ledger
class FacilityLedger(Ledger[Facility]):
    """What serves the people of the parks: complexes, neighbourhood and service centres, dormitories, clinics, bus stops, fire stations."""

    model = Facility
    label = _("服务设施")
    counter = pgettext_lazy("counter", "处")
    stage = "落"
    icon = "building"
    key, title, order = "number", "name", "number"
    related = ("unit", "park", "parcel")
    facets = ("kind", "park")
    in_menu = False
    columns = (
        Column("name", _("名称"), required=True, max_length=80, synonyms=("设施名称",)),
        Column("number", _("设施编号"), required=True, max_length=40),
        Column("kind", _("类别"), Kind.CHOICE, choices=tuple(Facility.Kind.choices), required=True),
        Column("unit", _("责任单位"), Kind.REFERENCE, target="org.unit", required=True, initial=Initial.REACHED_UNIT, shown=False),
        Column("park", _("园区"), Kind.REFERENCE, target="land.park", help=_("不在园区里的空着。")),
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel", shown=False),
        Column("capacity", _("能服务的人数"), Kind.INTEGER, unit="人", minimum=ZERO, help=_("不知道的空着：按容量选址时就不用这一处，并且说明。")),
        Column("opened_on", _("启用日期"), Kind.DATE, help=_("还没有启用的填计划日期，到那天才算数。")),
        Column("shape", _("图形"), Kind.SHAPE, fields=SHAPE_FIELDS, points=True, shown=False, help=_("一个点或一块范围：经度 纬度。")),
        Column("remark", _("备注"), shown=False, max_length=300),
    )  # fmt: skip


@ledger
class SiteStudyLedger(Ledger[SiteStudy]):
    """Studies of where new facilities go."""

    model = SiteStudy
    label = _("设施选址")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "map-pin"
    key, title, order = "number", "name", "-made_on"
    facets = ("kind", "state")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("name", _("名称"), editable=False),
        Column("number", _("编号"), editable=False),
        Column("kind", _("设施"), Kind.CHOICE, choices=tuple(Facility.Kind.choices), editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(SiteStudy.State.choices), states={"ready": "good", "none": "bad"}, editable=False),
        Column("opened", _("新建"), Kind.INTEGER, unit="处", editable=False),
        Column("made_on", _("测算日期"), Kind.DATE, sort=True, editable=False),
        Column("made_by", _("谁测算的"), editable=False),
    )  # fmt: skip


@ledger
class ScaleStudyLedger(Ledger[ScaleStudy]):
    """Studies of how large the parks should be."""

    model = ScaleStudy
    label = _("建设规模测算")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "chart-bar"
    key, title, order = "number", "name", "-made_on"
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("name", _("名称"), editable=False),
        Column("number", _("编号"), editable=False),
        Column("mu", _("基准情景用地"), Kind.DECIMAL, unit="亩", editable=False),
        Column("output", _("基准情景年产值"), Kind.DECIMAL, unit="万元", editable=False),
        Column("made_on", _("测算日期"), Kind.DATE, sort=True, editable=False),
        Column("made_by", _("谁测算的"), editable=False),
    )

"""The declaration of what projects ask of their land."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.models import LandNeed, Parcel
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger

ZERO, FIRST, LAST = Decimal(0), Decimal(2000), Decimal(2100)
OPEN = _("不知道的空着：那一条就不查，并且说明没有查。")


@ledger
class LandNeedLedger(Ledger[LandNeed]):
    """What every project needs of the place it goes to."""

    model = LandNeed
    label = _("用地要求")
    counter = pgettext_lazy("counter", "条")
    stage = "落"
    icon = "ruler-2"
    key, title, order = "project", "project", "project"
    related = ("project__unit", "park")
    facets = ("park",)
    searchable = False
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=("项目名称", "项目代码")),
        Column("use", _("用途"), Kind.CHOICE, choices=tuple(Parcel.Use.choices), help=_("空着的工业项目按工业用地。")),
        Column("park", _("指定园区"), Kind.REFERENCE, target="land.park"),
        Column("power_kva", _("用电容量"), Kind.DECIMAL, unit="kVA", minimum=ZERO, help=OPEN),
        Column("water_td", _("日用水"), Kind.DECIMAL, unit="吨/日", minimum=ZERO),
        Column("sewage_td", _("日排污水"), Kind.DECIMAL, unit="吨/日", minimum=ZERO),
        Column("steam_th", _("蒸汽"), Kind.DECIMAL, unit="吨/时", minimum=ZERO, shown=False),
        Column("gas_m3d", _("日用气"), Kind.DECIMAL, unit="立方米/日", minimum=ZERO, shown=False),
        Column("floor_m2", _("建筑面积"), Kind.DECIMAL, unit="平方米", minimum=ZERO, shown=False),
        Column("earliest", _("最早用地年份"), Kind.INTEGER, plain=True, minimum=FIRST, maximum=LAST),
        Column("latest", _("最晚用地年份"), Kind.INTEGER, plain=True, minimum=FIRST, maximum=LAST),
        Column("homes_m", _("离居住区至少"), Kind.DECIMAL, unit="米", minimum=ZERO, shown=False),
        Column("water_source_barred", _("不得在水源保护区"), Kind.FLAG, shown=False),
        Column("note", _("说明"), shown=False, max_length=300),
    )  # fmt: skip

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        key = values.get("project_id")
        return None if key is None else str(key)

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        first, last = (values.get(name, getattr(row, name, None)) for name in ("earliest", "latest"))
        if first is not None and last is not None and last < first:
            return [FieldFault("latest", Fault("need.years", first=str(first), last=str(last)))]
        return []

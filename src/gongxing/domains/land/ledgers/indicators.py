"""The declarations of what a rating asks beyond yearly figures, and of the figures parks are compared by."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.ledgers.joining import joined
from gongxing.domains.land.models import ParkIndicator, RatingFact
from gongxing.engines.permu.model import VetoEffect
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger
from gongxing.kernel.packs.tables import table

ZERO, FIRST_YEAR, LAST_YEAR = Decimal(0), Decimal(2000), Decimal(2100)


def veto_names() -> list[str]:
    """What vetoes are called today."""
    rows = table("per-mu", "adjustments", today())
    return list(dict.fromkeys(row["name_zh"] for row in rows if row["effect"] in get_args(VetoEffect)))


@ledger
class RatingFactLedger(Ledger[RatingFact]):
    """Emissions, electricity, tenants, vetoes: what the rating asks of an enterprise beyond its yearly figures."""

    model = RatingFact
    label = _("评价补充资料")
    counter = pgettext_lazy("counter", "条")
    stage = "落"
    icon = "clipboard-data"
    key, title, order = "ref", "firm", "-year"
    related = ("firm__unit",)
    facets = ("aside",)
    searchable = False
    in_menu = False
    columns = (
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "统一社会信用代码")),
        Column("year", _("年度"), Kind.INTEGER, plain=True, required=True, sort=True, minimum=FIRST_YEAR, maximum=LAST_YEAR),
        Column("emission_t", _("排放当量"), Kind.DECIMAL, unit="吨", digits=4, minimum=ZERO),
        Column("power_10k_kwh", _("用电量"), Kind.DECIMAL, unit="万千瓦时", digits=4, minimum=ZERO),
        Column("extra_tenants", _("多出的承租户"), Kind.INTEGER, unit="家", minimum=ZERO, help=_("出租厂房，除第一家以外的承租户。")),
        Column("vetoes", _("一票否决"), Kind.LIST, help=_("按规则包里的名称，用顿号隔开；须填依据文件。")),
        Column("aside", _("不分档的原因"), Kind.CHOICE, choices=tuple(RatingFact.Aside.choices)[1:]),
        Column("document", _("依据文件"), max_length=200, shown=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"firm", "year"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "firm_id", "year") or None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "firm_id", "year")
        return values

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        vetoes, aside, document = (
            values.get(name, getattr(row, name, None)) for name in ("vetoes", "aside", "document")
        )
        faults, known = [], veto_names()
        unknown = [text for text in vetoes or () if text not in known]
        if unknown:
            names = _t("、").join(known)
            faults.append(FieldFault("vetoes", Fault("rating.veto_unknown", text=unknown[0][:40], choices=names)))
        if (vetoes or aside) and not document:
            faults.append(FieldFault("document", Fault("rating.document_needed")))
        return faults


@ledger
class ParkIndicatorLedger(Ledger[ParkIndicator]):
    """Figures of the county's parks and of the peers it loads, for comparing them."""

    model = ParkIndicator
    label = _("园区指标")
    counter = pgettext_lazy("counter", "条")
    stage = "落"
    icon = "target-arrow"
    key, title, order = "ref", "indicator", "-year"
    related = ("park__unit",)
    facets = ("park", "indicator")
    searchable = False
    in_menu = False
    columns = (
        Column("park", _("本县园区"), Kind.REFERENCE, target="land.park", help=_("别处的园区空着，填对标园区。")),
        Column("peer_name", _("对标园区"), max_length=60, synonyms=("园区名称", "对标单位")),
        Column("indicator", _("指标"), Kind.PACK, pack=("park-indicators", "indicators"), required=True),
        Column("year", _("年度"), Kind.INTEGER, plain=True, required=True, sort=True, minimum=FIRST_YEAR, maximum=LAST_YEAR),
        Column("value", _("数值"), Kind.DECIMAL, digits=4, required=True, help=_("按指标表里的单位填；百分数填 3.5，不填 0.035。")),
        Column("source", _("来源"), required=True, max_length=200, help=_("公报、年报的名称和页码，或提供单位。")),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"park", "peer_name", "indicator", "year"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return _key(values, None) or None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = _key(values, row)
        return values

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        park, peer = (values.get(name, getattr(row, name, None)) for name in ("park_id", "peer_name"))
        if bool(park) == bool(peer):
            return [FieldFault("peer_name", Fault("indicator.whose"))]
        return []


def _key(values: Mapping[str, Any], row: Row | None) -> str:
    park, peer, indicator, year = (
        values.get(name, getattr(row, name, None)) for name in ("park_id", "peer_name", "indicator", "year")
    )
    whose = f"k{park}" if park else peer
    return f"{whose}:{indicator}:{year}"[:120] if whose and indicator and year else ""

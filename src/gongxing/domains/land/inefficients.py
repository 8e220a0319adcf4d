"""The list of inefficient land: ``engines.permu.inefficient`` asked with the parcels the reader may see. What nobody knows is unknown, never met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models import Commitment, Parcel
from gongxing.engines.permu import Criteria, LandFacts, inefficient
from gongxing.engines.permu.inefficient import Inefficiency
from gongxing.engines.reasons import Reason
from gongxing.kernel.access.visible import visible
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table

Item = Commitment.Item
SHARES: Mapping[str, str] = {Item.INTENSITY: "intensity", Item.OUTPUT_PER_MU: "output"}
OFF_PLAN: Mapping[str, bool] = {Parcel.Conformity.CONFLICT: True, Parcel.Conformity.CONFORMS: False}
WHY: Mapping[str, Promise] = {
    "late": _("过了约定竣工的宽限（%(line)s）还没有竣工，或晚于这天竣工"),
    "intensity": _("投资强度只到约定的 %(share)s，线是 %(least)s"),
    "output": _("产出只到标准的 %(share)s，线是 %(least)s"),
    "stopped": _("%(since)s 停工停产，已过 %(line)s"),
    "eliminated": _("属淘汰类"),
    "off_plan": _("与规划冲突"),
    "unsafe": _("安全不达标"),
    "polluting": _("环保不达标"),
    "renewal": _("列入改造"),
    "scattered": _("布局零散"),
}


@dataclass(frozen=True)
class Found:
    """One parcel with what was found of it."""

    parcel: Parcel
    result: Inefficiency

    @property
    def why(self) -> list[str]:
        """The criteria met, in words."""
        return [words(one.reason) for one in self.result.met]


@dataclass(frozen=True)
class Inefficients:
    """Parcels on the list, and how many in use were looked at, with how many of them nothing certain can be said; the criteria's marks."""

    found: tuple[Found, ...]
    looked: int
    unknown: int
    marks: tuple[str, ...]


def criteria_on(day: date) -> Criteria:
    """The lines of the list as they hold on a day. KeyError where the pack lacks one."""
    rows = {
        row["code"]: row for row in table("parameters", "parameters", day) if row["code"].startswith("inefficient.")
    }
    return Criteria.from_rows(rows, {code: row.status for code, row in rows.items()})


def facts_of(parcel: Parcel, shares: Mapping[str, Fraction]) -> LandFacts:
    """The record of a parcel in use as the engine reads it."""
    return LandFacts(
        agreed_finish=parcel.agreed_finish,
        finished=parcel.actual_finish,
        unfinished=parcel.actual_start is not None
        and parcel.actual_finish is None
        and parcel.actual_production is None,
        intensity=shares.get("intensity"),
        output=shares.get("output"),
        stopped_since=parcel.stopped_on,
        running=parcel.actual_production is not None and parcel.stopped_on is None,
        off_plan=OFF_PLAN.get(parcel.conformity),
    )


def inefficients(actor: Actor, day: date) -> Inefficients:
    """Every supplied parcel the actor may see against the criteria. Three queries."""
    parcels = visible(Parcel.objects.filter(contract_on__isnull=False, reclaimed_on=None), actor)
    rows = list(parcels.select_related("park", "firm").order_by("number"))
    shares: dict[int, dict[str, Fraction]] = {}
    verified = Commitment.objects.filter(parcel__in=parcels.order_by(), item__in=list(SHARES), verified__isnull=False)
    for one in visible(verified, actor):
        if one.promised and one.verified is not None:
            shares.setdefault(one.parcel_id, {})[SHARES[one.item]] = Fraction(one.verified) / Fraction(one.promised)
    criteria = criteria_on(day)
    results = [Found(row, inefficient(facts_of(row, shares.get(row.pk, {})), criteria, day)) for row in rows]
    return Inefficients(
        tuple(one for one in results if one.result.answer == "met"),
        len(results),
        sum(one.result.answer == "unknown" for one in results),
        tuple(sorted({status for _code, status in criteria.marks})),
    )


def words(reason: Reason) -> str:
    """A criterion met, in words."""
    code = reason.code.removeprefix("inefficient.")
    details: dict[str, Any] = dict(reason.details)
    for name in ("share", "least"):
        if name in details:
            details[name] = f"{Decimal(100) * _decimal(details[name]):.1f}%"
    return str(WHY[code]) % details if code in WHY else code


def _decimal(text: str) -> Decimal:
    value = Fraction(text)
    return Decimal(value.numerator) / Decimal(value.denominator)

"""What the conformity page of a parcel and its Word report show: per layer verdict, areas, zones, rule and document, a picture where the reader may see
the lines, and what has to be done.

The table is what was kept by the last check. Pictures are worked out from the shapes of today; where the two differ the line says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.domains.land.conform_words import TONES, mu, rule_label, to_do, tolerance_words, verdict_label
from gongxing.domains.land.conforming import Judged, box_of, judge, plans_on, sees_lines, tolerance_of
from gongxing.domains.land.models import Check, Parcel, PlanLayer, Zone
from gongxing.domains.land.pictures import Drawn, Picture, picture
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.show import number_text
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

LISTED = tuple(kind for kind in PlanLayer.Kind if kind != PlanLayer.Kind.OTHER)
"""The list of the rulebook, 6.9."""
NEAR, NOWHERE = Decimal("0.2"), (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Touched:
    """A zone a parcel lies in: "outside" has no name."""

    name: str
    zone_class: str
    rule: str
    m2: str
    mu: str


@dataclass(frozen=True)
class Line:
    """A parcel against one layer, in words. ``hidden``: the reader gets the result only. ``now``: today's verdict where it is another."""

    layer: PlanLayer
    verdict: str
    label: str
    tone: str
    area_m2: str
    mu: str
    share: str
    slivers: str
    rule: str
    tolerance: str
    zones: tuple[Touched, ...]
    hidden: bool
    picture: Picture | None
    to_do: str
    now: str
    checked_on: date


@dataclass(frozen=True)
class Sheet:
    """The page. ``headline`` and ``tone``: the verdict; ``lines`` worst first; ``missing``: kinds of the list that no layer in force covers; ``blank``: layers
    without a drawn zone; ``stale``: today's layers or shapes say something else; ``marks``: words for what nobody verified."""

    parcel: Parcel
    headline: str
    tone: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    blank: tuple[str, ...]
    loaded: int
    stale: bool
    checked_on: date | None
    area: str
    tolerance: str
    marks: tuple[str, ...]


def sheet_of(parcel: Parcel, actor: Actor) -> Sheet:
    """The page of a parcel the reader may see."""
    day = today()
    plans = plans_on(day, box_of(parcel) or NOWHERE)
    judged = judge([parcel], plans) if parcel.shape else None
    rows = list(visible(Check.objects.filter(parcel=parcel), actor).select_related("layer").order_by("layer__kind", "layer__code"))  # fmt: skip
    if parcel.conformity == Parcel.Conformity.UNKNOWN:
        rows = []  # found of another shape
    names = _names(rows, actor)
    live = {} if judged is None else {one.layer: one for one in next(judged.all())[1]}
    lines = []
    for row in rows:
        sees = sees_lines(actor, row.layer)
        drawn = _drawn(parcel, row, judged) if sees and judged is not None and row.layer_id in live else None
        found = live.get(row.layer_id)
        differs = found is None or found.verdict != row.verdict or abs(found.area_m2 - (row.area_m2 or 0)) > NEAR
        lines.append(_line(row, names if sees else None, drawn, plans, "" if not differs else verdict_label(found.verdict) if found else _("不再核对")))  # fmt: skip
    lines.sort(key=lambda one: (("conflict", "adjust", "unknown", "conforms").index(one.verdict), -_plain(one.share)))
    words = status_words(day)
    marks = {words.get(plans.standard.status, plans.standard.status)} if plans.standard.status != "verified" else set()
    kinds = {one.kind for one in plans.layers}
    headline, tone = headline_of(parcel, lines, len(plans.layers))
    asked = {row.layer_id for row in rows}
    return Sheet(
        parcel, headline, tone, tuple(lines), tuple(str(kind.label) for kind in LISTED if kind not in kinds), tuple(str(one) for one in plans.blank),
        len(plans.layers), bool(rows) and (any(one.now for one in lines) or asked != set(live)), max((row.checked_on for row in rows), default=None),
        _area(judged), tolerance_words(plans.standard.tolerance), tuple(sorted(marks)),
    )  # fmt: skip


def _plain(text: str) -> float:
    return float(text.replace(",", ""))


def headline_of(parcel: Parcel, lines: Sequence[Line], loaded: int) -> tuple[str, str]:
    """The verdict in one sentence, and its tone."""
    worst = [one for one in lines if one.verdict == Parcel.Conformity.CONFLICT]
    soft = [one for one in lines if one.verdict == Parcel.Conformity.ADJUST]
    if worst:
        first = worst[0]
        said = _("与%(layer)s冲突 %(m2)s 平方米（%(mu)s 亩，占 %(share)s%%）") % {
            "layer": first.layer.name,
            "m2": first.area_m2,
            "mu": first.mu,
            "share": first.share,
        }
        more = len(worst) - 1
        if more:
            said += ngettext("，还与 %(n)d 个图层冲突", "，还与 %(n)d 个图层冲突", more) % {"n": more}
        if soft:
            said += ngettext("，%(n)d 个图层需调整", "，%(n)d 个图层需调整", len(soft)) % {"n": len(soft)}
        return said, "bad"
    if soft:
        first = soft[0]
        said = _("没有冲突，%(layer)s需调整 %(m2)s 平方米（%(mu)s 亩）") % {
            "layer": first.layer.name,
            "m2": first.area_m2,
            "mu": first.mu,
        }
        more = len(soft) - 1
        if more:
            said += ngettext("，另有 %(n)d 个图层需调整", "，另有 %(n)d 个图层需调整", more) % {"n": more}
        return said, "warn"
    if lines:
        return ngettext("%(n)d 个图层都符合", "%(n)d 个图层都符合", len(lines)) % {"n": len(lines)}, "good"
    if not loaded:
        return _("规划图层未加载，没有核对"), "idle"
    return (_("还没有核对") if parcel.shape else _("没有图形，不能核对")), "idle"


def _names(rows: Sequence[Check], actor: Actor) -> dict[int, tuple[str, str]]:
    """Name and class of the zones the reader may see. One query."""
    keys = {one["zone"] for row in rows for one in row.zones if one.get("zone") is not None}
    if not keys:
        return {}
    found = visible(Zone.objects.filter(pk__in=keys), actor).values_list("pk", "name", "ref", "zone_class")
    return {pk: (name or ref, kind) for pk, name, ref, kind in found}


def _line(row: Check, names: dict[int, tuple[str, str]] | None, drawn: Picture | None, plans: Any, now: str) -> Line:
    layer = row.layer
    return Line(
        layer, row.verdict, verdict_label(row.verdict), TONES[row.verdict], number_text(row.area_m2 or 0, 2), mu(row.area_m2), number_text(row.share or 0, 2),
        number_text(row.slivers_m2 or 0, 2) if row.slivers_m2 else "", rule_label(layer.rule), tolerance_words(tolerance_of(layer, plans.standard.tolerance)),
        tuple(_touched(one, names) for one in row.zones) if names is not None else (), names is None, drawn, to_do(layer, row.verdict), now, row.checked_on,
    )  # fmt: skip


def _touched(one: dict[str, Any], names: dict[int, tuple[str, str]]) -> Touched:
    key = one.get("zone")
    name, kind = (_("不在任何范围内"), "") if key is None else names.get(key, ("—", ""))
    return Touched(name, kind, rule_label(one["rule"]), number_text(Decimal(str(one["m2"])), 2), mu(one["m2"]))


def _drawn(parcel: Parcel, row: Check, judged: Judged) -> Picture | None:
    """The parcel with its pieces that conflict or need adjustment; None for a layer it conforms with."""
    finding = judged.batch.finding(str(parcel.pk), str(row.layer_id))
    looks = {"forbidden": "conflict", "needs_adjustment": "adjust"}
    pieces = [Drawn(looks[one.rule], one.wkb, ring=True) for one in finding.pieces if one.rule in looks]
    if not pieces:
        return None
    alt = _("地块%(number)s与%(layer)s：斜线是冲突，圆点是需调整的部分") % {
        "number": parcel.number,
        "layer": row.layer.name,
    }
    return picture([Drawn("parcel", parcel.shape), *reversed(pieces)], alt, f"cf{row.pk}")


def _area(judged: Judged | None) -> str:
    if judged is None:
        return ""
    whole = float(judged.batch.area_m2[0])
    if whole != whole:  # NaN
        return ""
    return _("%(m2)s 平方米（%(mu)s 亩）") % {"m2": number_text(Decimal(whole), 2), "mu": mu(whole)}

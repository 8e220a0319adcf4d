"""What a new version of a plan layer changes, and the faults of the parcels as drawn."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from gongxing.domains.land.conform_words import TONES, mu, rule_label, tolerance_words, verdict_label
from gongxing.domains.land.conforming import OF_RULE, OF_VERDICT, sees_lines, standard_on
from gongxing.domains.land.land_faults import LABELS, Looked, look
from gongxing.domains.land.layer_versions import MOST_ZONES, Changed, changes_of
from gongxing.domains.land.models import Parcel, Park, PlanLayer, Zone
from gongxing.engines.overlay import ZoneChange
from gongxing.kernel.access.visible import may, reach, restrict, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.show import number_text
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting, number_of

PARCEL, HERE, LAYER = "land.parcel", "land.check", "land.planlayer"
FEW, PAGE = 200, 24


@require_GET
def changes_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: a layer against the version it replaces: its zones where the reader may see the lines, and the parcels judged otherwise. LookupError for a layer
    that replaces none."""
    actor = acting(request)
    if not may(actor, "view", HERE):
        raise Denied("view", HERE)
    layer = visible_row(ledger_named(LAYER), actor, key)
    assert isinstance(layer, PlanLayer)
    old = layer.replaces
    if old is None:
        raise LookupError(f"{LAYER} {key}")
    sees = sees_lines(actor, layer) and sees_lines(actor, old)
    seen = restrict(visible(Parcel.objects.exclude(shape=""), actor), reach(actor, "view", HERE))
    parcels = {str(one.pk): one for one in seen.select_related("park").order_by("number")}
    found = changes_of(layer, old, list(parcels.values()), standard_on(today()))
    zones = _zones(found, actor) if sees else []
    register = ledger_named(LAYER)
    verdicts = [
        {
            "parcel": parcels[one.parcel], "url": reverse("land-parcel-conformity", args=[one.parcel]), "before": verdict_label(OF_VERDICT[one.before]), "after": verdict_label(OF_VERDICT[one.after]),
            "tone": TONES[OF_VERDICT[one.after]], "same": one.before == one.after, "before_m2": _m2(one.before_m2), "after_m2": _m2(one.after_m2), "mu": mu(one.after_m2 - one.before_m2),
        }
        for one in sorted(found.parcels, key=lambda one: parcels[one.parcel].number)
    ]  # fmt: skip
    context = {
        "layer": layer, "old": old, "sees": sees, "zones": zones[:FEW], "more": max(0, len(zones) - FEW), "verdicts": verdicts, "found": found,
        "too_many": found.zones is None, "most": MOST_ZONES, "empty": not found.old_zones or not found.new_zones,
        "sums": None if found.zones is None or not sees else {"newly": _m2(found.zones.newly_m2), "newly_mu": mu(found.zones.newly_m2), "gone": _m2(found.zones.no_longer_m2), "gone_mu": mu(found.zones.no_longer_m2), "unchanged": found.zones.unchanged},
        "head": _head(zones, [one for one in verdicts if not one["same"]], sees), "back": register.row_url(layer.pk),
        "crumbs": [{"label": register.label, "url": register.url}, {"label": str(layer), "url": register.row_url(layer.pk)}, {"label": _("这一版改了什么"), "url": ""}],
    }  # fmt: skip
    return render(request, "land/layer_changes.html", context)


def _m2(value: float) -> str:
    return number_text(Decimal(str(round(value, 2))), 2)


def _head(zones: list[dict[str, Any]], verdicts: list[Any], sees: bool) -> str:
    n = len(verdicts)
    said = ngettext("新版改变 %(n)d 块地的结论", "新版改变 %(n)d 块地的结论", n) % {"n": n}
    return said if not sees else _("%(zones)d 处范围有改动，%(said)s") % {"zones": len(zones), "said": said}


def _zones(found: Changed, actor: Actor) -> list[dict[str, Any]]:
    if found.zones is None:
        return []
    keys = {int(text.removeprefix("old:")) for one in found.zones.zones for text in (one.key, one.was) if text}
    rows = visible(Zone.objects.filter(pk__in=keys), actor).values_list("pk", "name", "ref", "zone_class")
    names = {pk: (name or ref, kind) for pk, name, ref, kind in rows}
    words = {"added": _("新增"), "removed": _("取消"), "changed": _("改动"), "renamed": _("改动")}
    tones = {"added": "warn", "removed": "idle", "changed": "fill", "renamed": "fill"}
    out = []
    for one in found.zones.zones:
        name, kind = names.get(int((one.key or one.was).removeprefix("old:")), ("—", ""))
        out.append(
            {
                "name": name, "kind": kind, "change": words[one.change], "tone": tones[one.change], "before": _m2(one.before_m2), "after": _m2(one.after_m2),
                "gained": _m2(one.gained_m2), "lost": _m2(one.lost_m2), "mu": mu(one.gained_m2 + one.lost_m2), "what": _what(one),
            }
        )  # fmt: skip
    return out


def _what(one: ZoneChange) -> str:
    parts = []
    if one.rule is not None:
        parts.append(
            _("规则由“%(a)s”改为“%(b)s”") % {"a": rule_label(_rule(one.rule[0])), "b": rule_label(_rule(one.rule[1]))}
        )
    if one.kind is not None:
        parts.append(_("分类由“%(a)s”改为“%(b)s”") % {"a": one.kind[0] or "—", "b": one.kind[1] or "—"})
    return _("；").join(parts)


def _rule(code: str) -> str:
    return "inside" if code == "must_be_inside" else OF_RULE[code]


# -- faults -----------------------------------------------------------------------------------------------------


@require_GET
def topology_page(request: HttpRequest) -> HttpResponse:
    """GET park, kind, page: the faults of the parcels of a park (all without one), land sold twice first, each with its picture."""
    actor = acting(request)
    if not may(actor, "change", PARCEL):
        raise Denied("change", PARCEL)
    parks = list(visible(Park.objects.order_by("code"), actor))
    park, kind = request.GET.get("park", ""), request.GET.get("kind", "")
    rows = visible(Parcel.objects.all(), actor).order_by("number")
    if park:
        rows = rows.filter(park__code=park)
    standard = standard_on(today())
    found = look(list(rows), standard.tolerance)
    chosen = [one for one in found.faults if one.kind == kind] if kind else list(found.faults)
    number = max(1, number_of(request.GET.get("page", "")) or 1)
    part = chosen[(number - 1) * PAGE : number * PAGE]
    url, here = ledger_named(PARCEL).row_url, reverse("land-topology")
    counts = found.counts()
    context = {
        "crumbs": [{"label": _("规划符合性"), "url": reverse("land-conformity")}, {"label": _("图形检查"), "url": ""}], "head": _faults_head(found), "found": found, "parks": parks, "park": park, "kind": kind,
        "lines": [{"one": one, "picture": one.picture(f"f{n}"), "m2": _m2(one.area_m2), "mu": mu(one.area_m2), "width": f"{one.width_m:.2f}", "parcels": [{"number": row.number, "url": url(row.pk)} for row in one.parcels]} for n, one in enumerate(part)],
        "chips": [{"label": str(LABELS[name]), "n": n, "on": name == kind, "url": f"{here}?park={park}&kind={name}"} for name, n in counts.items()], "here": here,
        "before": f"{here}?park={park}&kind={kind}&page={number - 1}" if number > 1 else "", "after": f"{here}?park={park}&kind={kind}&page={number + 1}" if number * PAGE < len(chosen) else "",
        "tolerance": tolerance_words(standard.tolerance),
    }  # fmt: skip
    return render(request, "land/topology.html", context)


def _faults_head(found: Looked) -> str:
    if not found.checked:
        return _("没有带图形的地块")
    twice = found.counts().get("sold_twice", 0)
    if not found.faults:
        return ngettext("%(n)d 块地的图形没有问题", "%(n)d 块地的图形没有问题", found.checked) % {"n": found.checked}
    said = _("%(all)d 块地里有 %(n)d 处图形问题") % {"all": found.checked, "n": len(found.faults)}
    return f"{said}{_('，其中 %(n)d 处像是一地两卖') % {'n': twice}}" if twice else said

"""园区: what each park is and yields; one park against the peers the county loaded, with the path to one of them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.land.benchmarking import (
    ParkFigures,
    community,
    indicator_rows,
    indicators,
    own_figures,
    peers,
)
from gongxing.domains.land.models import Occupant, Parcel, Park, Utility
from gongxing.domains.land.radar import radar
from gongxing.engines.parkgaps import Profile, Standing, profile, target_path
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting, number_of

PARK, INDICATOR = "land.park", "land.parkindicator"
UNUSED = ("planned", "approved_unsupplied", "under_approval")
BEST, MEDIAN, SHAPES = "best", "median", ("linear", "growth")
YEARS, MOST_YEARS, MOST_DRAWN = 3, 10, 3
VERIFIED = "verified"


@require_GET
def parks_page(request: HttpRequest) -> HttpResponse:
    """Every park with its land by state, utilities, leading industries, firms and what they yield."""
    actor = acting(request)
    if not may(actor, "view", PARK):
        raise Denied("view", PARK)
    day, ledger = today(), ledger_named(PARK)
    parks = list(visible(Park.objects.all(), actor).order_by("code"))
    figures = own_figures(parks, day) if may(actor, "view", INDICATOR) else {}
    land, utilities, firms = _land(actor), _utilities(actor), _firms(actor)
    names, rows = pack_names("industry-codes", "gbt4754"), {one["indicator"]: one for one in indicator_rows(day)}
    cards = [
        {
            "park": one, "url": reverse("land-park", args=[one.pk]), "row_url": ledger.row_url(one.pk), "states": land.get(one.pk, []),
            "mu": sum((state["mu"] for state in land.get(one.pk, [])), Decimal(0)), "free": sum((state["mu"] for state in land.get(one.pk, []) if state["code"] in UNUSED), Decimal(0)),
            "utilities": utilities.get(one.pk, []), "firms": firms.get(one.pk, 0), "leading": [f"{code} {names.get(code, '')}".strip() for code in one.leading],
            "yields": _yields(figures.get(one.pk), rows),
        }
        for one in parks
    ]  # fmt: skip
    context = {
        "crumbs": [{"label": _("园区对标"), "url": ""}], "cards": cards, "planned": sum((one.planned_mu or Decimal(0) for one in parks), Decimal(0)),
        "built": sum((one.built_mu or Decimal(0) for one in parks), Decimal(0)), "add_url": f"{ledger.url}add/" if may(actor, "add", PARK) else "", **_loading(actor),
    }  # fmt: skip
    return render(request, "land/parks.html", context)


def _loading(actor: Actor) -> dict[str, str]:
    ledger = ledger_named(INDICATOR)
    return {
        "figures_url": ledger.url if may(actor, "view", INDICATOR) else "",
        "load_url": reverse("exchange-upload", args=[ledger.slug]) if may(actor, "import", INDICATOR) else "",
    }


def _land(actor: Actor) -> dict[int, list[dict[str, Any]]]:
    if not may(actor, "view", "land.parcel"):
        return {}
    labels, found = dict(Parcel.State.choices), dict[int, list[dict[str, Any]]]()
    rows = visible(Parcel.objects.filter(park__isnull=False), actor).order_by()
    order = {code: at for at, code in enumerate(Parcel.State.values)}
    counted = rows.values("park_id", "state").annotate(n=Count("pk"), mu=Sum("land_mu"))
    for one in sorted(counted, key=lambda one: order[one["state"]]):
        url = f"{ledger_named('land.parcel').url}?f.park={one['park_id']}&f.state={one['state']}"
        found.setdefault(one["park_id"], []).append(
            {"code": one["state"], "label": labels[one["state"]], "n": one["n"], "mu": one["mu"] or Decimal(0), "url": url}
        )  # fmt: skip
    return found


def _utilities(actor: Actor) -> dict[int, list[dict[str, Any]]]:
    """The latest row of each utility that is ready; what it can still carry is unknown where nobody knows what is used."""
    if not may(actor, "view", "land.utility"):
        return {}
    latest: dict[tuple[int, str], Utility] = {}
    for one in visible(Utility.objects.filter(ready_on__lte=today()), actor).order_by("ready_on", "pk"):
        latest[one.park_id, one.kind] = one
    found: dict[int, list[dict[str, Any]]] = {}
    for (park, kind), one in latest.items():
        spare = None if one.used is None else one.capacity - one.used
        found.setdefault(park, []).append(
            {"label": one.get_kind_display(), "unit": Utility.UNITS[kind], "capacity": one.capacity, "spare": spare, "tight": spare is not None and spare <= one.capacity / 10}
        )  # fmt: skip
    return found


def _firms(actor: Actor) -> dict[int, int]:
    if not may(actor, "view", "land.occupant"):
        return {}
    rows = visible(Occupant.objects.filter(parcel__park__isnull=False, until=None), actor).order_by()
    counted = rows.values_list("parcel__park_id").annotate(n=Count("firm", distinct=True))
    return {park: n for park, n in counted if park is not None}


def _yields(found: ParkFigures | None, rows: Mapping[str, Any]) -> list[dict[str, Any]]:
    if found is None:
        return []
    return [
        {"name": rows[code]["name_zh"], "unit": rows[code]["unit"], "value": one.value, "year": one.year, "firms": one.firms}
        for code in ("output_per_mu", "tax_per_mu", "added_per_mu") if code in rows and (one := found.figures.get(code)) is not None
    ]  # fmt: skip


@require_GET
def park_page(request: HttpRequest, key: int) -> HttpResponse:
    """One park against the loaded peers: gap, rank, radar and the same as a table, the path to a target, facilities of an industry community."""
    actor = acting(request)
    park = visible_row(ledger_named(PARK), actor, key)
    assert isinstance(park, Park)
    if not may(actor, "view", INDICATOR):
        raise Denied("view", INDICATOR)
    day, own, others = today(), own_figures([park], today())[park.pk], peers()
    rows = indicator_rows(day)
    names = {one["indicator"]: one for one in rows}
    against = request.GET.get("against", BEST)
    against = against if against in (BEST, MEDIAN) or against in others else BEST
    reference = others[against].key if against in others else against
    found = profile(own.compared, [one.compared for one in others.values()], indicators(rows), reference)
    shape, until = request.GET.get("shape", "linear"), number_of(request.GET.get("until", "")) or day.year + YEARS
    shape = shape if shape in SHAPES else "linear"
    context: dict[str, Any] = {
        "park": park, "crumbs": [{"label": _("园区对标"), "url": reverse("land-parks")}, {"label": park.name, "url": ""}], "peers": list(others), "against": against,
        "reference": {BEST: _("最好的"), MEDIAN: _("中位数")}.get(against, against), "rows": [_row(one, own, others, names) for one in found.standings], "behind": len(found.behind),
        "behind_names": [names[code]["name_zh"] for code in found.behind[:3]], "compared": sum(one.gap is not None for one in found.standings), "until": until, "shape": shape,
        "paths": _paths(found, own, names, min(until, day.year + MOST_YEARS), shape), "radar": _radar(found, own, others, names, against), "withheld": [names[code]["name_zh"] for code in own.withheld],
        "facilities": _facilities(own, names), "row_url": ledger_named(PARK).row_url(park.pk), "year": day.year, "last": day.year + MOST_YEARS, **_loading(actor),
    }  # fmt: skip
    return render(request, "land/park.html", context)


def _row(
    one: Standing, own: ParkFigures, others: Mapping[str, ParkFigures], names: Mapping[str, Any]
) -> dict[str, Any]:
    code, mine = one.indicator.code, own.figures.get(one.indicator.code)
    peer = next((other for other in others.values() if other.key == one.reference), None)
    theirs = peer.figures.get(code) if peer is not None else None
    return {
        "name": names[code]["name_zh"], "unit": one.indicator.unit, "up": one.indicator.direction == "up", "formula": names[code]["formula_zh"], "own": one.own,
        "year": mine.year if mine else None, "firms": mine.firms if mine else 0, "source": mine.source if mine else "", "reference": peer.name if peer is not None else _("中位数") if one.reference == MEDIAN else "",
        "value": one.reference_value, "their_year": theirs.year if theirs else None, "their_source": theirs.source if theirs else "", "gap": one.gap, "share": None if one.share is None else 100 * one.share,
        "state": "idle" if one.gap is None else "warn" if one.gap > 0 else "good", "ahead": None if one.gap is None else -one.gap, "rank": one.rank, "n": one.n,
        "radar": one.radar.values.get(own.key), "years_differ": mine is not None and theirs is not None and mine.year != theirs.year,
        "all": [{"name": other.name, "value": other.figures[code].value if code in other.figures else None, "radar": one.radar.values.get(other.key)} for other in others.values()],
    }  # fmt: skip


def _paths(found: Profile, own: ParkFigures, names: Mapping[str, Any], until: int, shape: str) -> list[dict[str, Any]]:
    """Year by year to the reference, for every indicator that is behind, from the year of the own figure."""
    rows = []
    for one in found.standings:
        if one.indicator.code not in found.behind:
            continue
        start = own.figures[one.indicator.code].year
        path = target_path(
            one.indicator, one.own, one.reference_value, start, until, "growth" if shape == "growth" else "linear"
        )
        rows.append(
            {
                "name": names[one.indicator.code]["name_zh"], "unit": one.indicator.unit, "start": start, "now": one.own, "target": one.reference_value,
                "years": [{"year": year.year, "value": year.value} for year in path.years], "growth": None if path.growth is None else 100 * path.growth,
                "linear": any(reason.code.endswith("linear_instead") for reason in path.reasons),
            }
        )  # fmt: skip
    return rows


def _radar(
    found: Profile, own: ParkFigures, others: Mapping[str, ParkFigures], names: Mapping[str, Any], against: str
) -> dict[str, Any] | None:
    """Own park, and the named peer or the first ones, on the indicators own park knows and is compared by."""
    axes = [one for one in found.standings if one.own is not None and one.n > 1]
    chosen = [others[against]] if against in others else list(others.values())[:MOST_DRAWN]
    drawn: dict[str, Sequence[float | None]] = {
        one.name: [axis.radar.values.get(one.key) for axis in axes] for one in (*chosen, own)
    }
    found_ = radar([names[axis.indicator.code]["name_zh"] for axis in axes], drawn)
    if found_ is None:
        return None
    marks = {one.name: f"r{at + 1}" for at, one in enumerate(chosen)} | {own.name: "r0"}
    return {
        "axes": found_.axes, "rings": found_.rings, "shapes": [{"name": name, "points": points, "mark": marks[name]} for name, points in found_.shapes],
        "dots": [{"mark": marks[name], "x": x, "y": y} for name, x, y in found_.dots], "legend": [{"name": name, "mark": mark} for name, mark in marks.items()],
    }  # fmt: skip


def _facilities(own: ParkFigures, names: Mapping[str, Any]) -> list[dict[str, Any]]:
    words, states = status_words(today()), {"within": "good", "below": "warn", "above": "warn", "unknown": "idle"}
    said = {"within": _("在范围内"), "below": _("不够"), "above": _("超出"), "unknown": _("还没有载入")}
    return [
        {
            "name": names[one.rule.code]["name_zh"], "unit": one.rule.unit, "least": one.rule.least, "most": one.rule.most, "value": one.value, "by": one.by,
            "state": states[one.state], "words": said[one.state], "marks": sorted({words.get(status, status) for status in one.rule.statuses if status != VERIFIED}),
        }
        for one in community(own.figures, today()) if one.rule.code in names
    ]  # fmt: skip

"""A stored study of sites as its page tells it: which are chosen, who goes where and how far, who is left out and by how much; and today's reach."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.models import Facility, Parcel, SiteStudy
from gongxing.domains.land.site_words import MODELS, WAYS, metres, persons, why
from gongxing.domains.land.siting import Asked, Posed, Spot, asked_from, posed_from
from gongxing.engines.reasons import Reason
from gongxing.engines.siting import Aside, Load, Result, Served
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

STATUS = {"optimal": "good", "within": "good", "stopped": "warn", "infeasible": "bad", "nothing_to_choose": "idle"}
HIDDEN = "—"


def result_of(raw: Mapping[str, Any]) -> Result:
    """An answer as it was kept."""
    return Result(
        model=raw["model"], status=raw["status"], opened=tuple(raw["opened"]), sites=tuple(raw["sites"]),
        assignment=tuple(Served(**one) for one in raw["assignment"]), loads=tuple(Load(**one) for one in raw["loads"]), value=raw["value"],
        bound=raw["bound"] if raw["bound"] is not None else float("nan"), gap=raw["gap"], nodes=raw["nodes"],
        aside=tuple(Aside(one["key"], _reason(one["reason"])) for one in raw["aside"]), reasons=tuple(_reason(one) for one in raw["reasons"]),
    )  # fmt: skip


def _reason(raw: Mapping[str, Any]) -> Reason:
    return Reason(raw["code"], tuple((name, value) for name, value in raw["params"]), raw["weight"])


@dataclass(frozen=True)
class Share:
    """People and parcels within the radius, of all."""

    people: float
    parcels: int
    of_people: float
    of_parcels: int

    @property
    def percent(self) -> str:
        return f"{self.people / self.of_people * 100:.0f}" if self.of_people else "0"


class Shown:
    """One study with the names and figures its reader may see."""

    def __init__(self, study: SiteStudy, actor: Actor) -> None:
        self.study, self.actor = study, actor
        self.asked: Asked = asked_from(study.asked)
        self.posed: Posed = posed_from(study.problem)
        self.result: Result = result_of(study.answer)
        self.clients = {one.key: one for one in self.posed.clients}
        self.sites: dict[str, Spot] = {one.key: one for one in self.posed.sites}
        numbers = [*self.clients, *(one.number for one in self.posed.sites if one.key.startswith("p:"))]
        rows = visible(Parcel.objects.filter(number__in=numbers), actor)
        self.parcels = dict(rows.values_list("number", "pk"))
        self.told = _told(self.parcels, actor)
        held = visible(Facility.objects.filter(number__in=[one.number for one in self.posed.sites]), actor)
        self.facilities = dict(held.values_list("number", "pk"))

    @property
    def radius(self) -> float | None:
        """Within how many metres somebody counts as served; None where neither rule nor reader said one."""
        return self.posed.radius

    def site(self, key: str) -> dict[str, Any]:
        """A site's name and where its row is."""
        spot = self.sites[key]
        built = key.startswith("f:")
        pk = (self.facilities if built else self.parcels).get(spot.number)
        url = ledger_named("land.facility" if built else "land.parcel").row_url(pk) if pk is not None else ""
        name = spot.name if built else spot.number
        return {"key": key, "name": name if pk is not None else _("（你看不到的位置）"), "url": url, "standing": built}

    def within(self, served: Served) -> bool:
        """Whether somebody is within the radius; without one whoever is served at all."""
        return self.radius is None or served.distance <= self.radius

    def share(self) -> Share:
        """Who is within the radius then."""
        keys = [one.client for one in self.result.assignment if self.within(one)]
        return self._share(keys)

    def before(self) -> Share:
        """Who is within the radius of what stands today."""
        columns = [k for k, one in enumerate(self.posed.sites) if one.open]
        limit = self.radius
        keys = []
        for one, row in zip(self.posed.clients, self.posed.distances, strict=True):
            ways = [far for k in columns if (far := row[k]) is not None]
            if ways and (limit is None or min(ways) <= limit):
                keys.append(one.key)
        return self._share(keys)

    def _share(self, keys: Sequence[str]) -> Share:
        weights = [self.clients[key].weight for key in keys]
        every = self.posed.clients
        return Share(sum(weights), len(keys), sum(one.weight for one in every), len(every))

    def head(self) -> dict[str, Any]:
        """The finding in figures and words."""
        result, share = self.result, self.share()
        people = sum(self.clients[one.client].weight for one in result.assignment)
        walked = sum(self.clients[one.client].weight * one.distance for one in result.assignment)
        far = max(result.assignment, key=lambda one: one.distance, default=None)
        costs = [self.sites[key].cost for key in result.opened]
        return {
            "status": STATUS[result.status], "answered": bool(result.sites), "proved": result.status == "optimal", "gap": f"{result.gap * 100:.2f}",
            "model": str(MODELS[self.asked.model][0]), "model_says": str(MODELS[self.asked.model][1]), "ways": str(WAYS[self.asked.ways]),
            "new": len(result.opened), "kind": self.study.get_kind_display(), "radius": "" if self.radius is None else metres(self.radius),
            "radius_status": status_words(today()).get(self.posed.radius_status, "") if self.posed.radius_status not in ("", "verified") else "",
            "people": persons(share.people), "all_people": persons(share.of_people), "percent": share.percent, "before": self.before().percent,
            "parcels": share.parcels, "all_parcels": share.of_parcels, "mean": metres(walked / people) if people else "",
            "walked": f"{walked / 1000:,.0f}", "furthest": "" if far is None else metres(far.distance), "furthest_client": "" if far is None else self.number(far.client),
            "cost": None if not result.opened or any(one is None for one in costs) else f"{sum(one or 0.0 for one in costs):,.0f}",
            "reasons": [why(one) for one in result.reasons if one.code not in ("siting.proved", "siting.within")],
            "guessed": self.posed.guessed, "undrawn": self.posed.undrawn, "year": self.posed.year,
            "source": str(dict(FirmFigure.Source.choices).get(self.posed.source, "")),
        }  # fmt: skip

    def number(self, key: str) -> str:
        """A client's parcel number, where the reader may see the parcel."""
        return key if key in self.parcels else _("（你看不到的地块）")

    def opened(self) -> list[dict[str, Any]]:
        """Each open site: whom it serves, how far they go, what it holds; new ones first."""
        by_site: dict[str, list[Served]] = defaultdict(list)
        for one in self.result.assignment:
            by_site[one.site].append(one)
        found = []
        for load in sorted(self.result.loads, key=lambda one: (not one.new, one.site)):
            mine = by_site[load.site]
            walked = sum(self.clients[one.client].weight * one.distance for one in mine)
            spot = self.sites[load.site]
            found.append(
                {
                    **self.site(load.site), "new": load.new, "place": spot.name if load.new else "", "clients": load.clients, "people": persons(load.weight), "offered": spot.offered, "fits": spot.fits,
                    "mean": metres(walked / load.weight) if load.weight else "—", "furthest": metres(max((one.distance for one in mine), default=0.0)),
                    "capacity": "—" if spot.capacity is None else persons(spot.capacity), "cost": "—" if spot.cost is None else f"{spot.cost:,.0f}",
                }
            )  # fmt: skip
        return found

    def served(self) -> list[dict[str, Any]]:
        """Who goes where and how far, the furthest first."""
        rows = sorted(self.result.assignment, key=lambda one: (-one.distance, one.client))
        return [
            {
                "number": self.number(one.client), "url": self._url(one.client), "people": self._people(one.client), "site": self.site(one.site),
                "distance": metres(one.distance), "within": self.within(one), "beyond": "" if self.within(one) else metres(one.distance - (self.radius or 0.0)),
            }
            for one in rows
        ]  # fmt: skip

    def missed(self) -> list[dict[str, Any]]:
        """Who is not served: beyond the radius, by how much; and who no site reaches."""
        beyond = [one for one in self.served() if not one["within"]]
        lost = [one for one in self.result.aside if one.key in self.clients]
        return [
            *({"number": self.number(one.key), "url": self._url(one.key), "people": self._people(one.key), "distance": "", "beyond": "", "why": why(one.reason), "site": None} for one in lost),
            *({**one, "why": ""} for one in beyond),
        ]  # fmt: skip

    def unused(self) -> list[dict[str, Any]]:
        """Sites of which no use was made, and why."""
        rows = [one for one in self.result.aside if one.key in self.sites]
        return [{**self.site(one.key), "why": why(one.reason)} for one in rows]

    def _url(self, key: str) -> str:
        return ledger_named("land.parcel").row_url(self.parcels[key]) if key in self.parcels else ""

    def _people(self, key: str) -> str:
        client = self.clients[key]
        if client.guessed == client.weight:
            return _("不详")
        return persons(client.weight) if key in self.told else HIDDEN


def _told(parcels: Mapping[str, int], actor: Actor) -> frozenset[str]:
    """Parcels of whose enterprises the reader may see the figures. Two queries."""
    rows, keys = visible(FirmFigure.objects.all(), actor), list(parcels.values())
    seen = set(
        rows.filter(firm__premises__parcel__in=keys).values_list("firm__premises__parcel_id", flat=True).distinct()
    )
    seen |= set(rows.filter(firm__parcels__in=keys).values_list("firm__parcels__pk", flat=True).distinct())
    return frozenset(number for number, pk in parcels.items() if pk in seen)

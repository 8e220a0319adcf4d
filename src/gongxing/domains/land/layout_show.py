"""A stored layout as its page tells it: plans side by side, who stands where and why, who was left out, what happens each year."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.land.laying import Asked, asked_from, phase_year
from gongxing.domains.land.layout_words import (
    PLAN_LABELS,
    PLANS,
    change_words,
    number,
    park_names,
    row_word,
    rule_word,
    short_of,
    unit_of,
    utility_word,
    why,
)
from gongxing.domains.land.models import LandNeed, Layout, Parcel, Utility
from gongxing.domains.projects.models import Project
from gongxing.engines.allocation import (
    Lost,
    Override,
    Placement,
    Plan,
    Result,
    Why,
    override_from_json,
    result_from_json,
    why_from_json,
)
from gongxing.kernel.access.visible import visible
from gongxing.kernel.ledger.column import unit_word
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

STATUS = {"optimal": "good", "within": "good", "stopped": "warn", "infeasible": "bad", "nothing_to_place": "idle"}
FEW, BROKEN = 3, ".broken."


@lru_cache(maxsize=16)
def _read(text: str) -> Result:
    """An answer out of its JSON; the same layout is opened many times over."""
    return result_from_json(text)


class Shown:
    """One layout with the names its reader may see."""

    def __init__(self, layout: Layout, actor: Actor) -> None:
        self.layout, self.actor = layout, actor
        self.asked: Asked = asked_from(layout.asked)
        self.result: Result = _read(json.dumps(layout.answer))
        self.parks = park_names()
        self.projects = {one["key"]: one for one in layout.problem["projects"]}
        rows = visible(Project.objects.filter(pk__in=[int(key) for key in self.projects]), actor)
        self.names = {str(pk): name for pk, name in rows.values_list("pk", "name")}
        needs = visible(LandNeed.objects.filter(project__in=[int(key) for key in self.projects]), actor)
        self.needs = {str(pk) for pk in needs.values_list("project_id", flat=True)}
        numbers = {number for plan in self.result.plans for one in plan.placements for number in one.parcels}
        self.parcels = dict(Parcel.objects.filter(number__in=numbers).values_list("number", "pk"))

    def name(self, key: str) -> str:
        """A project's name, where the reader may see it."""
        return self.names.get(key) or _("（你看不到的项目）")

    def plans(self) -> list[dict[str, Any]]:
        """The plans as columns."""
        return [self._plan(place, one) for place, one in enumerate(self.result.plans)]

    def _plan(self, place: int, plan: Plan) -> dict[str, Any]:
        figures = plan.figures
        return {
            "place": place,
            "label": str(PLAN_LABELS[place]),
            "name": str(PLANS.get(plan.name, plan.name)),
            "placed": figures.placed,
            "tax_per_mu": None if figures.tax_per_mu is None else number(figures.tax_per_mu),
            "leading": None if figures.leading is None else f"{figures.leading * 100:.0f}",
            "fit": None if figures.fit is None else f"{figures.fit * 100:.0f}",
            "to_clear": number(figures.to_clear, 0),
            "cost": number(figures.cost, 0),
            "ready": figures.ready,
            "mu": number(figures.mu, 0),
            "output": number(figures.output, 0),
            "together": figures.together,
            "gap": f"{plan.gap * 100:.1f}",
            "value": number(plan.value),
            "differs": plan.differs,
            "chosen": self.layout.chosen == place,
        }

    def placements(self, place: int) -> list[dict[str, Any]]:
        """Who stands where in one plan, largest first."""
        rows = sorted(self.result.plans[place].placements, key=lambda one: (-one.mu, one.project))
        return [self.placement(one) for one in rows]

    def placement(self, one: Placement) -> dict[str, Any]:
        """One placement with its reasons."""
        url = ledger_named("land.parcel").row_url
        return {
            "key": one.project,
            "name": self.name(one.project),
            "url": ledger_named("projects.project").row_url(int(one.project)) if one.project in self.names else "",
            "park": self.parks.get(one.park, one.park),
            "parcels": [
                {"number": number, "url": url(self.parcels[number]) if number in self.parcels else ""}
                for number in one.parcels
            ],
            "text": "＋".join(one.parcels),
            "piece": one.piece,
            "year": phase_year(self.asked, one.phase),
            "mu": number(one.mu),
            "need": number(self.projects[one.project]["need"])
            if self.projects[one.project]["need"] is not None
            else "—",
            "cost": number(one.cost, 0),
            "to_clear": number(one.to_clear),
            "by_hand": one.by_hand,
            "broken": [why(reason, self.parks) for reason in one.reasons if BROKEN in reason.code],
            "reasons": [
                said
                for reason in one.reasons
                if not reason.code.endswith("here.fit")
                and BROKEN not in reason.code
                and (said := why(reason, self.parks))
            ],
        }

    def broken(self) -> list[dict[str, Any]]:
        """What the placements by hand break, plan by plan: nobody's check takes that back, so it stands at the head of the page."""
        found = []
        for place, plan in enumerate(self.result.plans):
            for one in plan.placements:
                told = [why(reason, self.parks) for reason in one.reasons if BROKEN in reason.code]
                if told:
                    found.append({"plan": str(PLAN_LABELS[place]), "name": self.name(one.project), "where": "＋".join(one.parcels), "told": told})  # fmt: skip
        return found

    def phases(self, place: int) -> list[dict[str, Any]]:
        """What happens in each year of a plan, with the utilities that come close to their limit."""
        found = []
        for one in self.result.plans[place].phases:
            tight = sorted((use for use in one.uses if use.limit > 0), key=lambda use: -use.used / use.limit)[:FEW]
            found.append(
                {
                    "year": phase_year(self.asked, one.phase), "n": len(one.projects), "names": [self.name(key) for key in one.projects], "mu": number(one.mu, 0),
                    "to_clear": number(one.to_clear, 0), "cost": number(one.cost, 0), "output": number(one.output, 0), "tax": number(one.tax, 0),
                    "uses": [{"label": row_word(use.row, self.parks), "used": number(use.used), "limit": number(use.limit), "unit": unit_of(use.unit), "percent": min(100, round(use.used / use.limit * 100))} for use in tight],
                }
            )  # fmt: skip
        return found

    def by_park(self, place: int) -> list[dict[str, Any]]:
        """Parks under a plan."""
        return [
            {
                "name": self.parks.get(one.park, one.park), "placed": one.placed, "mu": number(one.mu, 0), "share": None if one.share is None else f"{one.share * 100:.0f}",
                "output": number(one.output, 0), "reserve": number(one.reserve_left, 0),
            }
            for one in self.result.plans[place].parks
        ]  # fmt: skip

    def lost(self, told: Mapping[str, Any], failed: Mapping[str, str]) -> list[dict[str, Any]]:
        """Who the best plan leaves out, those that were considered first. ``told``: answers by project, as JSON."""
        rows = sorted(self.result.lost, key=lambda one: (one.aside, self.name(one.project)))
        return [self._lost(one, told.get(one.project), failed.get(one.project, "")) for one in rows]

    def _lost(self, one: Lost, told: Any, failed: str) -> dict[str, Any]:
        return {
            "key": one.project,
            "name": self.name(one.project),
            "url": ledger_named("projects.project").row_url(int(one.project)) if one.project in self.names else "",
            "need": self._need(one.project),
            "aside": one.aside,
            "binding": rule_word(one.binding),
            "sites": one.sites,
            "fits": one.fits,
            "reasons": [why(reason, self.parks) for reason in one.reasons],
            "tried": [
                {"rule": rule_word(rule.rule), "out": rule.out, "alone": rule.alone, "nearest": "＋".join(rule.nearest), "lacks": "" if not rule.lacks or number(rule.lacks) == "0" else number(rule.lacks)}
                for rule in one.tried
                if rule.out
            ],
            "blocked": [
                {"text": short_of(row.row.kind, row_word(row.row, self.parks), number(row.lacks), row.unit), "parcels": "＋".join(row.parcels), "holders": [self.name(key) for key in row.holders]}
                for row in one.blocked[:FEW]
            ],
            "told": None if told is None else self.answer(why_from_json(json.dumps(told))),
            "failed": failed,
        }  # fmt: skip

    def _need(self, key: str) -> str:
        raw = self.projects.get(key)
        if raw is None or key not in self.names:
            return ""
        told = raw["needs"] if key in self.needs else {}
        units = Utility.UNITS
        needs = [
            f"{utility_word(name)} {number(value)} {unit_word(units.get(name, ''))}"
            for name, value in told.items()
            if value
        ]
        area = [_("%(n)s 亩") % {"n": number(raw["need"])}] if raw["need"] is not None else []
        park = [self.parks.get(raw["park"], raw["park"])] if raw["park"] and key in self.needs else []
        return "、".join([*area, *needs, *park])

    def answer(self, told: Why) -> dict[str, Any]:
        """What it would take to place a project."""
        return {
            "loss": None if told.loss is None else number(told.loss, 2),
            "gains": told.loss is not None and told.loss <= 0,
            "proved": told.proved,
            "at_least": number(told.at_least, 2),
            "placement": None if told.placement is None else self.placement(told.placement),
            "moved": [self.name(key) for key in told.moved],
            "left": [self.name(key) for key in told.left],
            "reasons": [why(reason, self.parks) for reason in told.reasons],
            "changes": [
                {"text": change_words(one, self.parks, phase_year(self.asked, one.phase)), "price": None if one.price is None else number(one.price, 0), "soft": one.soft}
                for one in told.changes[:FEW]
            ],
        }  # fmt: skip

    def trial(self, raw: Any, arguments: Mapping[str, Any], job: int) -> dict[str, Any]:
        """What putting a project somewhere by hand costs."""
        made: Override = override_from_json(json.dumps(raw))
        held = arguments["fixed"]
        best = made.result.best
        return {
            "job": job,
            "name": self.name(arguments["key"]),
            "where": "＋".join(held["parcels"]),
            "year": phase_year(self.asked, int(held["phase"])),
            "cost": None if made.cost is None else number(made.cost, 2),
            "gains": made.cost is not None and made.cost < 0,
            "same": made.cost is not None and number(made.cost, 2) in ("0", "-0"),
            "gained": None if made.cost is None else number(-made.cost, 2),
            "broken": [why(reason, self.parks) for reason in made.broken if reason not in made.hard],
            "hard": [why(reason, self.parks) for reason in made.hard],
            "moved": [self.name(key) for key in made.moved],
            "left": [self.name(key) for key in made.left],
            "came": [self.name(key) for key in made.came],
            "placed": len(best.placements) if best is not None else 0,
            "gap": f"{made.result.gap * 100:.1f}",
        }

    def head(self) -> dict[str, Any]:
        """The first sentence in figures."""
        best = self.result.best
        return {
            "status": STATUS[self.result.status],
            "optimal": self.result.status in ("optimal", "within"),
            "listed": len(self.projects),
            "placed": len(best.placements) if best is not None else 0,
            "tax_per_mu": None if best is None or best.figures.tax_per_mu is None else number(best.figures.tax_per_mu),
            "gap": f"{self.result.gap * 100:.1f}" if best is not None else "",
            "reasons": [
                why(one, self.parks)
                for one in self.result.reasons
                if one.code.partition("allocation.")[2].split(".")[0] not in ("unchecked",)
            ],
            "unchecked": sorted({why(one, self.parks) for one in self.result.reasons if ".unchecked." in one.code}),
            "sites": f"{self.result.sites:,}",
            "options": f"{self.result.options:,}",
        }

"""Today's facilities against the radius rules: who is within, who is not and by how much. Only what the reader may see counts."""

from dataclasses import dataclass

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.models import Facility, Parcel
from gongxing.domains.land.siting import People, Radius, in_use, occupied, people, places, radii, standing, straight_m
from gongxing.engines.siting import Client
from gongxing.engines.siting import reach as reaching
from gongxing.engines.siting.reach import Facility as Place
from gongxing.engines.siting.reach import Reach, Rule
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor


@dataclass(frozen=True)
class Reached:
    """Every rule for every parcel in use: the rules, the parcels by number, facilities by number, people, parcels nobody drew."""

    reach: Reach
    rules: dict[str, Radius]
    parcels: dict[str, Parcel]
    facilities: dict[str, Facility]
    people: People
    undrawn: int


def reached(actor: Actor) -> Reached:
    """Reach as of today, by straight lines. About eight queries."""
    day = today()
    rules = radii(day)
    used = in_use(visible(Parcel.objects.select_related("park"), actor))
    drawn = [one for one in used if one.shape]
    counted = people(drawn, occupied(drawn, day), visible(FirmFigure.objects.all(), actor))
    rows = visible(Facility.objects.all(), actor)
    there = [one for kind in rules for one in standing(kind, day, rows)]
    at = places([one.shape for one in (*drawn, *there)])
    far = straight_m(at.metres[: len(drawn)], at.metres[len(drawn) :])
    found = reaching.reach(
        [Client(one.number, counted.weight[one.pk]) for one in drawn],
        [Place(one.number, one.kind) for one in there],
        far,
        [Rule(kind, rule.metres) for kind, rule in rules.items()],
    )
    return Reached(
        found,
        rules,
        {one.number: one for one in drawn},
        {one.number: one for one in there},
        counted,
        len(used) - len(drawn),
    )

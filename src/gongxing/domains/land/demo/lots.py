"""Drawing the parcels: what each is for, what it lived through, which project or which enterprises are on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import Any

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.demo.cutting import longest_side
from gongxing.domains.land.demo.ground import MU, Ground
from gongxing.domains.land.demo.lives import SHARES, SINGLE, UNUSED, Lives, Steps
from gongxing.domains.projects.models import Project

TENTH, CENT = Decimal("0.1"), Decimal("0.01")
EDGES = 30
"""An outer side is at least so long, in metres, to be crossed by a plan."""
FITS = (0.97, 1.30)
"""Area of a parcel over what its project asks for."""
WITH_PROJECT = 0.38
"""At most so many of a park's parcels stand with a project of the pool."""
STAGES = ("signed", "pre_construction", "construction", "building", "completed", "production", "full_capacity")
OTHER_USES = ("storage", "storage", "mixed", "commerce", "public", "utility", "housing", "green")
OPEN_USES = ("industry",) * 9 + ("reserve", "mixed", "storage")
RENTED = 0.35
SMALLEST_TENANT = Decimal("0.8")


@dataclass(eq=False)
class Lot:
    """One parcel as it was drawn. ``side`` is its side on the edge of the park, ``kind`` how it lies unused."""

    number: str
    ground: Ground
    block: int
    shape: Any
    mu: Decimal
    use: str = "industry"
    fate: str = ""
    kind: str = ""
    side: Any = None
    project: Project | None = None
    firms: list[tuple[Firm, str, Decimal]] = field(default_factory=list)
    steps: Steps = field(default_factory=dict)
    standard: bool = False

    @property
    def holder(self) -> str:
        """Who holds it, once it was supplied."""
        if self.project is not None:
            return self.project.firm.name if self.project.firm else self.project.owner_name
        if self.firms and self.firms[0][1] == "own":
            return self.firms[0][0].name
        if self.use in ("industry", "storage", "mixed"):
            return (
                "青禾园区建设开发有限公司（演示）"
                if self.firms
                else f"青禾{self.ground.site.letter}{int(self.number[2:])}号实业有限公司（演示）"
            )
        return "青禾城市建设服务中心（演示）"

    @property
    def firm(self) -> Firm | None:
        """The enterprise of the register that holds it."""
        if self.project is not None:
            return self.project.firm
        return self.firms[0][0] if self.firms and self.firms[0][1] == "own" else None


def draw_lots(random: Random, grounds: Sequence[Ground], today: date) -> list[Lot]:
    """All parcels of all parks with their lives."""
    lots = [lot for ground in grounds for lot in _lots(random, ground)]
    lives = Lives(random, today)
    _give_projects(random, lots, lives)
    _give_fates(random, lots, lives)
    _give_uses(random, lots)
    _give_firms(random, lots)
    for lot in lots:
        lot.standard = _standard(random, lot)
    return lots


def _lots(random: Random, ground: Ground) -> list[Lot]:
    made: list[Lot] = []
    for place, block in enumerate(ground.blocks):
        for piece in block.pieces:
            number = f"{ground.site.letter}-{len(made) + 1:03d}"
            papers = random.choices((random.uniform(0.997, 1.003), random.uniform(0.965, 1.04)), (12, 1))[0]
            mu = Decimal(str(piece.area / MU * papers)).quantize(TENTH)
            side = longest_side(piece, ground.shape.exterior)
            made.append(
                Lot(number, ground, place, piece, mu, side=side if side is not None and side.length > EDGES else None)
            )
    return made


def _give_projects(random: Random, lots: Sequence[Lot], lives: Lives) -> None:
    """Each project that is signed or further and wants land gets the parcel of its park that fits it best, while there is one."""
    asked = Project.objects.filter(stage__in=STAGES, land_mu__isnull=False).exclude(land_mode="lease_building")
    free: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        free[lot.ground.site.code].append(lot)
    room = {code: int(len(own) * WITH_PROJECT) for code, own in free.items()}
    waiting = list(asked.select_related("site", "firm").order_by("number"))
    random.shuffle(waiting)
    for project in waiting:
        assert project.land_mu is not None
        code = project.site.code if project.site else ""
        fits = [lot for lot in free.get(code, ()) if FITS[0] <= float(lot.mu / project.land_mu) <= FITS[1]]
        if not fits or not room[code]:
            continue
        lot = min(fits, key=lambda one: (abs(one.mu - project.land_mu), one.number))
        free[code].remove(lot)
        room[code] -= 1
        lot.project, lot.fate, lot.steps = project, "project", lives.of_project(project)


def _give_fates(random: Random, lots: Sequence[Lot], lives: Lives) -> None:
    """Parts of all parcels by ``SHARES``; what is not yet built on lies rather at the edge, the others are in use."""
    left = [lot for lot in lots if lot.project is None]
    random.shuffle(left)
    edge = [lot for lot in left if lot.side is not None and lot.mu > 24] + [
        lot for lot in left if lot.side is None or lot.mu <= 24
    ]
    wanted = [(name, max(1, round(len(lots) * share))) for name, share in SHARES.items()]
    for name, count in wanted[:2]:
        for lot in edge[:count]:
            lot.fate = name
        del edge[:count]
    rest = [lot for lot in left if not lot.fate]
    names = [name for name, count in wanted[2:] for _ in range(count)] + list(SINGLE)
    for lot, name in zip(rest, names[: max(len(rest) - 3, 0)], strict=False):
        lot.fate = name
    kinds = [*UNUSED]
    later = cycle(("late", "ahead"))
    for lot in left:
        lot.fate = lot.fate or "normal"
        if lot.fate == "unused":
            lot.kind = kinds.pop(0) if kinds else next(later)
            lot.steps = lives.unused(lot.kind)
        else:
            lot.steps = lives.life(lot.fate)


def _give_uses(random: Random, lots: Sequence[Lot]) -> None:
    """Most is for industry; shops, dormitories, greenery and stations are among what is in use and what is planned."""
    others = cycle(OTHER_USES)
    for lot in lots:
        if lot.project is not None:
            continue
        if lot.fate == "planned":
            lot.use = random.choice(OPEN_USES)
        elif lot.fate == "normal" and lot.mu < 70 and random.random() < 0.14:
            lot.use = next(others)


def _give_firms(random: Random, lots: Sequence[Lot]) -> None:
    """Enterprises of the register on what is in use: in a plant of their own about as large as their land, or several in one as tenants."""
    known: Mapping[str, list[Firm]] = defaultdict(list)
    rows = Firm.objects.filter(unit__kind="park", status="active", section="C", land_mu__gt=0).select_related("unit")
    for firm in rows.order_by("pk"):
        known[firm.unit.code].append(firm)
    for lot in lots:
        if lot.use not in ("industry", "storage", "mixed") or lot.fate not in (
            "normal",
            "below",
            "inefficient",
            "partly",
        ):
            continue
        own = known[lot.ground.site.code]
        fits = [one for one in own if Decimal("0.75") * lot.mu <= _land(one) <= lot.mu * Decimal("1.3")]
        if fits and random.random() >= RENTED:
            firm = min(fits, key=lambda one: (abs(_land(one) - lot.mu), one.pk))
            own.remove(firm)
            lot.firms = [(firm, "own", lot.mu)]
            continue
        room, tenants = lot.mu * Decimal("0.92"), random.randint(2, 5)
        small = [one for one in own if SMALLEST_TENANT <= _land(one) <= lot.mu / 2]
        random.shuffle(small)
        for firm in small:
            if len(lot.firms) == tenants:
                break
            if _land(firm) <= room:
                own.remove(firm)
                lot.firms.append((firm, "rent", _land(firm)))
                room -= _land(firm)


def _land(firm: Firm) -> Decimal:
    return firm.land_mu or Decimal(0)


def _standard(random: Random, lot: Lot) -> bool:
    """Land supplied with commitments: about half of what was supplied for industry in the last seven years, and what is judged by them."""
    chance = random.random()
    if lot.use != "industry" or not any("contract_on" in facts for facts in lot.steps.values()):
        return False
    if lot.project is not None:
        return bool(lot.project.standard_land) or chance < 0.2
    contract = next(facts["contract_on"] for facts in lot.steps.values() if "contract_on" in facts)
    if lot.fate in ("below", "inefficient"):
        return True
    return contract.year >= 2019 and chance < 0.5

"""Clearance of drawn parcels: households counted, never named; finished ones with what they cost and how long they took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.land.demo.journal import Journal, Step, changed, made
from gongxing.domains.land.demo.lives import Facts, merged
from gongxing.domains.land.demo.lots import Lot
from gongxing.domains.land.models import ClearanceUnit, Parcel
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.org.models import Post

CENT = Decimal("0.01")
HARD = (
    "安置房还未交付",
    "一处养殖场待搬迁",
    "两宗宅基地界址有争议",
    "青苗测算有分歧",
    "祖坟迁移待定日",
    "厂房停产补偿未谈定",
    "",
)
ACCOUNTS = {"QH-P1": "yuanqu1", "QH-P2": "yuanqu2", "QH-P3": "yuanqu3"}


@dataclass
class Clearer:
    """Notes in the journal what is cleared on each parcel."""

    random: Random
    journal: Journal
    posts: Mapping[str, Post]

    def clear(self, lot: Lot, parcel: Parcel) -> None:
        """The units of a parcel: finished where it was cleared in these years, going on where it is approved, waiting where it is not."""
        known = merged(lot.steps)
        cleared, approved, submitted = (known.get(name) for name in ("cleared_on", "approved_on", "submitted_on"))
        if submitted is None or (cleared is not None and cleared < self.journal.today - timedelta(days=1500)):
            return
        if cleared is not None and lot.fate not in ("cleared", "project", "unused"):
            return
        if cleared is not None and self.random.random() < 0.35 and lot.fate != "cleared":
            return
        count = self.random.choice((1, 1, 2, 3)) if lot.mu > 35 else 1
        part = (lot.mu / count).quantize(CENT)
        for number in range(1, count + 1):
            self._unit(lot, parcel, number, part, approved or submitted, cleared, approved is not None)

    def _unit(
        self, lot: Lot, parcel: Parcel, number: int, mu: Decimal, approved: date, cleared: date | None, may: bool
    ) -> None:
        random = self.random
        households = random.choices((0, random.randint(1, 12), random.randint(8, 45)), (2, 5, 4))[0]
        floor = Decimal(households * random.randint(115, 210))
        days = int((35 + households * random.uniform(2.2, 4.0) + float(mu) * 0.25) * random.uniform(0.85, 1.3))
        if cleared is not None:
            ended = cleared - timedelta(days=random.randint(0, 12))
            begun = ended - timedelta(days=days)
        else:
            ended = None
            begun = min(approved + timedelta(days=random.randint(15, 90)), self.journal.today - timedelta(days=8))
        values: Facts = {
            "ref": f"{lot.number}-ZC{number}", "parcel_id": parcel.pk, "land_mu": mu, "households": households, "floor_m2": floor,
            "disputed_share": Decimal(random.choices((0, 4, 9, 22), (5, 3, 2, 1))[0]), "graves": random.choices((0, 3, 9, 22, 40), (3, 3, 2, 2, 1))[0],
            "crops_share": Decimal(random.choice((0, 10, 35, 60))), "livestock": random.choices((0, 1, 2), (7, 2, 1))[0],
            "stoppage_wan": Decimal(random.choices((0, 45, 120), (7, 2, 1))[0]), "farmland_forest": "none" if cleared else random.choice(("none", "none", "pending", "forest")),
            "funds_share": Decimal(100 if cleared else random.choice((40, 60, 80, 100, 100))),
            "legacy": random.choices(("none", "settled", "open", "repeated"), (6, 3, 2, 1))[0], "compensation_wan": self._cost_of(households, mu, floor),
            "owner_id": self.posts[ACCOUNTS[lot.ground.site.code]].pk, "hard_point": random.choice(HARD) if cleared is None else "",
        }  # fmt: skip
        if cleared is None and random.random() < 0.25:
            values |= {"disputed_share": None, "legacy": ""}
        if not may:
            values |= {
                "agreed": 0,
                "vacated": 0,
                "paid_wan": Decimal(0),
                "funds_share": Decimal(random.choice((0, 20, 50))),
            }
            self.journal.on(approved + timedelta(days=3), self._entry(values))
            return
        values |= {
            "risk_assessed_on": begun - timedelta(days=random.randint(95, 130)), "notice_on": begun - timedelta(days=random.randint(45, 80)),
            "decided_on": begun - timedelta(days=random.randint(5, 20)), "started_on": begun, "agreed": 0, "vacated": 0, "paid_wan": Decimal(0), "cleared_mu": Decimal(0),
        }  # fmt: skip
        self._go_on(values, begun, days, ended)

    def _go_on(self, values: Facts, begun: date, days: int, ended: date | None) -> None:
        """Begin, tell how far it is now and then, and end where it has ended."""
        random, households = self.random, values["households"]
        part = 0.0 if ended is None else 1.0
        if ended is None:
            part = min(random.uniform(0.35, 1.0), (self.journal.today - begun).days / days * random.uniform(0.4, 0.9))
        told: list[tuple[date, Facts]] = []
        last = ended or self.journal.today
        for step in (0.45, 0.85):
            share = part * step
            agreed = int(households * min(1.0, share * 1.25))
            facts = {
                "agreed": agreed,
                "vacated": int(agreed * 0.7),
                "paid_wan": (values["compensation_wan"] * Decimal(str(round(share, 3)))).quantize(CENT),
                "cleared_mu": (values["land_mu"] * Decimal(str(round(share * 0.8, 3)))).quantize(CENT),
            }
            told.append((begun + (last - begun) * step, facts))
        if ended is not None:
            told.append((ended, {"agreed": households, "vacated": households, "paid_wan": values["compensation_wan"], "cleared_mu": values["land_mu"], "cleared_on": ended, "cost_wan": self._cost(values)}))  # fmt: skip

        def enter(ctx: Ctx) -> None:
            row = self._enter(ctx, values)
            for day, facts in told:
                self.journal.on(max(day, self.journal.opened), self._tell(row, facts))

        opened = self.journal.opened
        if last <= opened:
            done = values | {name: value for _day, facts in told for name, value in facts.items()}
            self.journal.on(last, self._entry(done))
        else:
            self.journal.on(begun, enter)

    def _cost(self, values: Facts) -> Decimal:
        """What it came to, 万元: by land, households and floor, give or take a fifth; invented."""
        hard = 1 + 0.01 * float(values["disputed_share"] or 0) + 0.06 * values["livestock"]
        paid: Decimal = values["compensation_wan"]
        return (paid * Decimal(str(round(hard * self.random.uniform(0.9, 1.15), 4)))).quantize(CENT)

    def _cost_of(self, households: int, mu: Decimal, floor: Decimal) -> Decimal:
        """What is to be paid, 万元: by land, households and floor, give or take a tenth; invented."""
        usual = float(mu) * 5.2 + households * 14 + float(floor) * 0.11 + 6
        return Decimal(str(round(usual * self.random.uniform(0.92, 1.1), 2)))

    @staticmethod
    def _enter(ctx: Ctx, values: Facts) -> ClearanceUnit:
        return ctx.create(made(ClearanceUnit, values))

    def _entry(self, values: Facts) -> Step:
        def enter(ctx: Ctx) -> None:
            self._enter(ctx, values)

        return enter

    @staticmethod
    def _tell(row: ClearanceUnit, facts: Facts) -> Step:
        return lambda ctx: changed(ctx, row, facts)

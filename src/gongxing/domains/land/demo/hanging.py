"""What hangs on drawn parcels: enterprises, buildings, promises of standard land, delays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.demo.cutting import inside_box
from gongxing.domains.land.demo.ground import MU, drawn
from gongxing.domains.land.demo.journal import Journal, changed, made
from gongxing.domains.land.demo.lives import Facts, merged
from gongxing.domains.land.demo.lots import Lot
from gongxing.domains.land.models import Building, Commitment, Delay, Occupant, Parcel
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.org.models import Unit

CENT = Decimal("0.01")
HALLS = ("一号厂房", "二号厂房", "三号厂房", "研发楼", "综合仓库")
PROMISED: Mapping[str, tuple[float, float, str]] = {
    "intensity": (190, 420, "1"), "tax_per_mu": (8, 22, "0.1"), "far": (1.0, 1.6, "0.05"), "output_per_mu": (220, 520, "1"),
    "rd_share": (1.5, 4.0, "0.1"), "jobs": (30, 320, "1"),
}  # fmt: skip
"""What was promised, from and to, and to what it is rounded; invented."""
LAYOUTS = (((0.04, 0.46), (0.06, 0.62)), ((0.54, 0.96), (0.06, 0.62)), ((0.04, 0.60), (0.70, 0.94)))
SOON, LATE = 6, 6
"""So many promises are made to fall due within weeks, and so many to be overdue."""
HANDLED = ("约谈并限期整改", "按合同计收违约金", "给予一年整改期，期满复核")


@dataclass
class Hanger:
    """Notes in the journal what hangs on each parcel."""

    random: Random
    journal: Journal
    units: Mapping[str, Unit]

    def hang(self, lot: Lot, parcel: Parcel) -> None:
        """All that hangs on one parcel but its promises."""
        known = merged(lot.steps)
        self._occupants(lot, parcel, known)
        self._buildings(lot, parcel, known)
        if lot.kind in ("proved", "unproved", "standing"):
            self._delay(lot, parcel, known["agreed_start"])

    def _occupants(self, lot: Lot, parcel: Parcel, known: Facts) -> None:
        begun = known.get("actual_production")
        if begun is None:
            return
        firms = lot.firms
        if lot.project is not None:
            firms = [(lot.project.firm, "own", lot.mu)] if lot.project.firm else []
        for firm, holding, mu in firms:
            since = begun if holding == "own" else begun + (self.journal.today - begun) * self.random.random() * 0.8
            floor = (mu * Decimal(str(round(MU * self.random.uniform(0.6, 0.95), 2)))).quantize(CENT)
            values = {"parcel_id": parcel.pk, "firm_id": firm.pk, "holding": holding, "land_mu": mu, "floor_m2": floor, "since": since}  # fmt: skip

            def enter(ctx: Ctx, values: Facts = values, firm: Firm = firm) -> None:
                ctx.create(made(Occupant, values, parcel=parcel, firm=firm))

            self.journal.on(since, enter)

    def _buildings(self, lot: Lot, parcel: Parcel, known: Facts) -> None:
        finished = known.get("actual_finish")
        if finished is None or lot.use == "green":
            return
        count = 1 if lot.mu < 22 else 2 if lot.mu < 60 else 3
        names = [*self.random.sample(HALLS[:3], 3)[: count - 1], self.random.choice(HALLS)]
        for number, (along, up) in enumerate(LAYOUTS[:count], start=1):
            box = inside_box(lot.shape, 11.0, along, up)
            if box is None:
                continue
            floors = self.random.choice((1, 1, 2, 2, 3, 4))
            foot = Decimal(str(round(box.area, 2)))
            name = names[number - 1] if lot.use in ("industry", "storage", "mixed") else f"{number}号楼"
            values = {
                "number": f"{lot.number}-{number}", "parcel_id": parcel.pk, "name": name, "use": parcel.get_planned_use_display().removesuffix("用地"),
                "footprint_m2": foot, "floor_m2": foot * floors, "floors": floors, "finished_on": finished, **drawn(box),
            }  # fmt: skip

            def enter(ctx: Ctx, values: Facts = values) -> None:
                ctx.create(made(Building, values, parcel=parcel))

            self.journal.on(finished, enter)

    def _delay(self, lot: Lot, parcel: Parcel, start: date) -> None:
        """The park was late with the road or the power line; for one there is no proof, one has not ended."""
        random = self.random
        begun = start + timedelta(days=random.randint(20, 50))
        ended = begun + timedelta(days=random.randint(110, 150))
        proof = "" if lot.kind == "unproved" else f"青园管函〔{begun.year}〕{random.randint(3, 60)}号（演示，虚构）"
        note = random.choice(("红线外道路未按约定接通", "10 千伏线路迁改未完成", "地下管线迁改"))
        values = {"parcel_id": parcel.pk, "cause": "government", "begun_on": begun, "proof": proof, "note": note}

        def enter(ctx: Ctx) -> None:
            delay = ctx.create(made(Delay, values, parcel=parcel))
            if lot.kind != "standing":
                self.journal.on(ended, lambda later: changed(later, delay, {"ended_on": ended}))

        self.journal.on(begun, enter)

    def promise(self, lots: Sequence[tuple[Lot, Parcel]]) -> None:
        """The promises of all standard land: what was promised with the contract, what was found when it fell due."""
        soon, late = SOON, LATE
        for lot, parcel in lots:
            known = merged(lot.steps)
            if not lot.standard or "contract_on" not in known:
                continue
            items = ["intensity", "tax_per_mu", "far", self.random.choice(("output_per_mu", "rd_share", "jobs"))]
            for item in items:
                due = self._due(item, known)
                if item == "far" and due > self.journal.today and soon:
                    due, soon = self.journal.today + timedelta(days=self.random.randint(4, 28)), soon - 1
                skipped = (
                    item == "intensity" and lot.fate in ("normal", "project") and due < self.journal.today and late > 0
                )
                late -= skipped
                self._promise(lot, parcel, item, known["contract_on"], due, skipped)

    @staticmethod
    def _due(item: str, known: Facts) -> date:
        """Investment and floor area when it should be finished, the others two years after production should begin."""
        built = item in ("intensity", "far")
        first: date = known["agreed_finish"] if built else known["agreed_production"]
        return first + timedelta(days=120 if built else 700)

    def _promise(self, lot: Lot, parcel: Parcel, item: str, contract: date, due: date, skipped: bool) -> None:
        random = self.random
        low, high, step = PROMISED[item]
        promised = Decimal(str(random.uniform(low, high))).quantize(Decimal(step))
        found_on = due + timedelta(days=random.randint(6, 50))
        found = (promised * Decimal(str(round(self._part(lot.fate, item), 3)))).quantize(CENT)
        handling = random.choice(HANDLED) if found < promised else ""
        values = {"parcel_id": parcel.pk, "item": item, "promised": promised, "due_on": due}
        unit = self.units["财政局" if item == "tax_per_mu" else "工业和信息化局"]

        def enter(ctx: Ctx) -> None:
            row = ctx.create(made(Commitment, values, parcel=parcel))
            if skipped or "actual_finish" not in merged(lot.steps):
                return
            said = {"verified": found, "verified_on": found_on, "verified_by_id": unit.pk, "handling": handling}
            self.journal.on(found_on, lambda later: changed(later, row, said))

        self.journal.on(contract, enter)

    def _part(self, fate: str, item: str) -> float:
        """What came true over what was promised."""
        random = self.random
        if fate == "inefficient":
            return random.uniform(0.28, 0.46)
        if fate == "below" and item in ("tax_per_mu", "output_per_mu"):
            return random.uniform(0.62, 0.88)
        if fate == "partly" and item == "intensity":
            return random.uniform(0.7, 0.98)
        return random.uniform(1.0, 1.35)

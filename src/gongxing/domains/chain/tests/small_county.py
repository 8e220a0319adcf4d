"""A county of a few rows for the tests of the analyses, and forgetting what was computed for an earlier test's county."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gongxing.domains.chain import queries
from gongxing.domains.chain.analysis import feasible, fusing, growing, planning, relating, specialising, structuring
from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LAST = today().year - 1


def forget() -> None:
    """Entries begin at the same number in every test; what was kept under that number is another county's."""
    queries.forget()
    for kept in (
        fusing._fused,
        growing._grown,
        planning._possible,
        structuring._structure,
        feasible._figures,
        relating._nearness,
        specialising._special,
    ):
        kept.cache_clear()


@dataclass
class County:
    """Rows by code; firms by name."""

    office: Office
    chains: dict[str, Chain] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    firms: dict[str, Firm] = field(default_factory=dict)

    def write(self) -> AbstractContextManager[Ctx]:
        """A context that writes as the system."""
        return as_system()

    def chain(self, ctx: Ctx, code: str, kind: str, **nodes: Mapping[str, Any]) -> None:
        """A chain and its links: code → fields."""
        self.chains[code] = ctx.create(Chain(code=code, name=f"{code}链", kind=kind))
        for name, given in nodes.items():
            values = {"segment": "2", "name": f"{name}环节", "code": name, **given}
            self.nodes[name] = ctx.create(Node(chain=self.chains[code], **values))

    def edge(self, ctx: Ctx, source: str, target: str, kind: str = "material", **given: Any) -> Edge:
        """A supply relation between two links."""
        ends = self.nodes[source], self.nodes[target]
        ref = f"{ends[0].pk}:{ends[1].pk}:{kind}"
        return ctx.create(Edge(ref=ref, source=ends[0], target=ends[1], kind=kind, **given))

    def firm(self, ctx: Ctx, name: str, unit: str = "东园", at: Sequence[str] = (), role: str = "main", **given: Any) -> Firm:  # fmt: skip
        """A firm that trades, on links as a person decided."""
        values = {"name": name, "folded": name, "initials": "", "unit": self.office.units[unit], **given}
        self.firms[name] = ctx.create(Firm(**values))
        for code in at:
            self.place(ctx, name, code, role)
        return self.firms[name]

    def place(self, ctx: Ctx, name: str, code: str, role: str = "main", level: str = "decided") -> None:
        """A firm on a link."""
        firm, node = self.firms[name], self.nodes[code]
        ref = f"{firm.pk}:{node.pk}"
        ctx.create(Placement(ref=ref, firm=firm, node=node, role=role, level=level, as_of=today()))

    def figures(self, ctx: Ctx, name: str, source: str, *revenues: float | None, last: int = LAST) -> None:
        """Yearly revenue up to ``last``, the newest at the end; None: no row of that year."""
        firm = self.firms[name]
        for back, revenue in enumerate(reversed(revenues)):
            year = last - back
            if revenue is not None:
                ctx.create(
                    FirmFigure(
                        firm=firm, ref=f"{firm.pk}:{year}:{source}", period=str(year), period_start=date(year, 1, 1), source=source,
                        revenue=Decimal(str(revenue)),
                    )
                )  # fmt: skip

    def bought(self, ctx: Ctx, buyer: str, node: str, value: float, where: str) -> None:
        """One line of a purchase survey."""
        firm = self.firms[buyer]
        item = f"{node}{where}"
        ctx.create(
            Purchase(
                ref=f"{firm.pk}:{LAST}:{item}", buyer=firm, year=LAST, item=item, node=self.nodes[node], value=Decimal(str(value)),
                where=where, as_of=today(),
            )
        )  # fmt: skip

"""A small invented county for tests: one chain of five links, twelve firms, one purchase survey."""

from dataclasses import dataclass
from decimal import Decimal

from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LINKS = (
    ("t.grow", Node.Segment.UPSTREAM, "花茶种植"),
    ("t.scent", Node.Segment.SUPPORTING, "茶用香精"),
    ("t.pack", Node.Segment.SUPPORTING, "茶叶包装"),
    ("t.make", Node.Segment.MIDSTREAM, "花茶精制"),
    ("t.sell", Node.Segment.DOWNSTREAM, "茶饮料"),
)
EDGES = (
    ("t.grow", "t.make", "0.3"),
    ("t.scent", "t.make", "0.1"),
    ("t.pack", "t.make", None),
    ("t.make", "t.sell", "0.4"),
)
FIRMS = 12


@dataclass(frozen=True)
class Small:
    """The rows by their codes; firms in order."""

    chain: Chain
    nodes: dict[str, Node]
    firms: list[Firm]


def small_county(office: Office) -> Small:
    """Made: three above-scale firms refine (normal), one small firm grows (weak), one builds packaging (being filled), nobody makes
    scent (missing) or drinks (missing); the first firm buys 800 of scent outside and 300 of flowers here."""
    with writing(SYSTEM, "test", "") as ctx:
        chain = ctx.create(Chain(code="t", name="花茶", kind=Chain.Kind.TRADITIONAL, reviewed=today()))
        nodes = {
            code: ctx.create(
                Node(code=code, chain=chain, segment=segment, name=name, keywords=[name], barrier=3, reviewed=today())
            )
            for code, segment, name in LINKS
        }
        for source, target, weight in EDGES:
            edge = Edge(
                source=nodes[source], target=nodes[target], ref=f"{nodes[source].pk}:{nodes[target].pk}:material"
            )
            if weight:
                edge.weight, edge.weight_source = Decimal(weight), Edge.WeightSource.EDITOR
            ctx.create(edge)
        firms = [make_firm(ctx, office, number) for number in range(FIRMS)]
        for number in range(3):
            place(ctx, firms[number], nodes["t.make"])
        place(ctx, firms[3], nodes["t.grow"])
        place(ctx, firms[4], nodes["t.pack"], Placement.Role.BUILDING)
        buy(ctx, firms[0], nodes["t.scent"], "800", Purchase.Where.OUTSIDE)
        buy(ctx, firms[0], nodes["t.grow"], "300", Purchase.Where.LOCAL)
    return Small(chain, nodes, firms)  # fmt: skip


def make_firm(ctx: Ctx, office: Office, number: int) -> Firm:
    """Firms 0 to 2 are above scale with revenue of the statistics office; even ones stand in 东园, odd ones in 西园."""
    large = number < 3
    name = f"青禾试验{number}茶业有限公司"
    return ctx.create(
        Firm(
            name=name, folded=name, initials="qhsycy", unit=office.units["西园" if number % 2 else "东园"], above_scale=large,
            revenue=Decimal(5000 - 1000 * number) if large else None, figure_source="stat" if large else "", figure_period="2025" if large else "",
        )
    )  # fmt: skip


def place(
    ctx: Ctx, firm: Firm, node: Node, role: str = Placement.Role.MAIN, level: str = Placement.Level.DECIDED
) -> Placement:
    """A firm on a link."""
    ref = f"{firm.pk}:{node.pk}"
    return ctx.create(Placement(ref=ref, firm=firm, node=node, role=role, level=level, as_of=today()))


def buy(ctx: Ctx, firm: Firm, node: Node, value: str, where: str) -> Purchase:
    """A line of last year's survey."""
    year = today().year - 1
    return ctx.create(
        Purchase(ref=f"{firm.pk}:{year}:{node.name}", buyer=firm, year=year, item=node.name, node=node, value=Decimal(value), where=where, as_of=today())
    )  # fmt: skip

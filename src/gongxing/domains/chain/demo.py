"""The invented county's chains: all eight shipped chains, firms placed by the engine, three lead firms' purchase surveys.

Everything is marked invented; amounts are drawn from a seeded stream.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.actions.firms import write_placements
from gongxing.domains.chain.jobs import place_firms, placer
from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.firms.queries import firm_texts
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Post, Unit

CODES = ("bat", "ele", "med", "eqp", "tea", "sug", "pap", "mat")
SURVEYED = 9
BUILDING, INTENDED = 9, 6


def build_chains(ctx: Ctx, seed: int, lead: Unit, chief: Post | None) -> int:
    """Load, place, survey. Returns how many placements there are."""
    random = Random(seed)
    load_chains(ctx, list(CODES), invented=True)
    for chain in Chain.objects.order_by("code"):
        ctx.update(chain, lead=lead, chief=chief, reviewed=today() - timedelta(days=random.randrange(10, 90)))
    for node in Node.objects.order_by("code"):
        ctx.update(node, reviewed=today() - timedelta(days=random.choice((20, 45, 80, 120, 240, 400))))
    texts = list(firm_texts())
    found = place_firms(placer(), texts)
    for one in found:
        one.invented = True
    write_placements(ctx, found, [text.id for text in texts])
    _planned(ctx, random)
    _surveys(ctx, random)
    return Placement.objects.count()


def _planned(ctx: Ctx, random: Random) -> None:
    """Some projects under construction and some that are only meant, on links where nobody makes anything yet."""
    empty = list(Node.objects.exclude(placements__role="main").filter(generic=False).order_by("code"))
    firms = list(
        Placement.objects.filter(role="main", level="sure").order_by("ref").values_list("firm_id", flat=True).distinct()
    )
    for number, node in enumerate(random.sample(empty, min(len(empty), BUILDING + INTENDED))):
        firm = random.choice(firms)
        role = Placement.Role.BUILDING if number < BUILDING else Placement.Role.INTENDED
        ref = f"{firm}:{node.pk}"
        if not Placement.objects.filter(ref=ref).exists():
            ctx.create(
                Placement(ref=ref, firm_id=firm, node=node, role=role, level="decided", as_of=today(), invented=True)
            )


def _surveys(ctx: Ctx, random: Random) -> None:
    """The largest makers of each chain say what they buy."""
    makers = list(
        Placement.objects.filter(role="main", level__in=("sure", "decided"), firm__revenue__isnull=False)
        .order_by("node__chain__code", "-firm__revenue")
        .select_related("firm", "node__chain")
    )
    asked: dict[str, list[Placement]] = {}
    for one in makers:
        listed = asked.setdefault(one.node.chain.code, [])
        if len(listed) < SURVEYED // 3 and one.firm_id not in {other.firm_id for other in listed}:
            listed.append(one)
    day, done = today(), set()
    for listed in asked.values():
        for one in listed:
            if one.firm_id not in done:
                done.add(one.firm_id)
                ctx.create_many(_survey(one, random, day))


def _survey(maker: Placement, random: Random, day: date) -> Sequence[Purchase]:
    """One firm's answers: every input of its link with a share of its revenue; a few amounts are not told, as in life."""
    revenue = Decimal(maker.firm.revenue or 0)
    edges = list(Edge.objects.filter(target_id=maker.node_id).select_related("source").order_by("ref"))
    local = set(Placement.objects.filter(role__in=("main", "supporting")).values_list("node_id", flat=True))
    lines = []
    for edge in edges[:20]:
        weight = edge.weight if edge.weight else Decimal("0.02")
        amount = (revenue * weight * Decimal(str(round(random.uniform(0.4, 0.9), 3)))).quantize(Decimal("0.1"))
        where = random.choices(
            ("local", "province", "outside", "unknown"), (5 if edge.source_id in local else 0, 2, 4, 1)
        )[0]
        lines.append(
            Purchase(
                ref=f"{maker.firm_id}:{day.year - 1}:{edge.source.name}", buyer_id=maker.firm_id, year=day.year - 1, item=edge.source.name,
                node_id=edge.source_id, value=None if random.random() < 0.06 else amount, where=where,
                single_source=random.random() < 0.15, as_of=day - timedelta(days=random.randrange(5, 60)), invented=True,
            )
        )  # fmt: skip
    return list({line.ref: line for line in lines}.values())

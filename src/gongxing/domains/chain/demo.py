"""The invented county's chains and what happened on them: loaded and placed long ago, projects planned, purchases asked about, some projects
become makers, experts and reviewers have looked.

Each step happens on its own day, so that the time line of the map has something true to show. Everything is marked invented; amounts are
drawn from a seeded stream.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.actions.firms import write_placements
from gongxing.domains.chain.jobs import place_firms, placer
from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.chain.queries import graded
from gongxing.domains.firms.queries import firm_texts
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit

CODES = ("bat", "ele", "med", "eqp", "tea", "sug", "pap", "mat")
PLACED, REVIEWED, PLANNED, SURVEYED, TURNED, DECIDED, JUDGED = 300, 210, 200, 120, 60, 40, 20
"""How many days ago each step was."""
LEADS = {"bat": 2, "ele": 2, "tea": 2, "sug": 2}
"""Lead firms asked on a chain; one on every other."""
BUILDING, INTENDED, MADE = 12, 8, 4
SETTLED, SURE_MAKERS, NAMED_KEY = 60, ("sure", "decided"), 2
EXPERTS = "链长办专家组（演示）"
FIRST_DAYS = 9
REFUSED, DOUBT = 0.06, 0.15


def build_chains(seed: int, lead: Unit, chief: Post | None) -> int:
    """Build the chains and their past. Returns how many placements there are."""
    random = Random(seed)
    with _then(PLACED) as ctx:
        _load(ctx, random, lead, chief)
    with _then(REVIEWED) as ctx:
        _review(ctx, random, 0.5)
    with _then(PLANNED) as ctx:
        planned = _planned(ctx, random)
    year = today().year - 1
    opening = (today() - today().replace(month=1, day=1)).days - FIRST_DAYS
    with _then(max(min(SURVEYED, opening), 0)) as ctx:
        _surveys(ctx, random, year)
    with _then(TURNED) as ctx:
        for one in planned[:MADE]:
            ctx.update(one, role=Placement.Role.MAIN, as_of=today())
    with _then(DECIDED) as ctx:
        _decide(ctx, random)
    with _then(JUDGED) as ctx:
        _review(ctx, random, 0.25)
        _judge(ctx)
    return Placement.objects.count()


@contextmanager
def _then(days: int) -> Iterator[Ctx]:
    """A write as it would have been made so many days ago."""
    with at(now() - timedelta(days=days)), writing(SYSTEM, "demo", "生成演示产业链（企业与采购全部虚构）") as ctx:
        yield ctx


def _load(ctx: Ctx, random: Random, lead: Unit, chief: Post | None) -> None:
    load_chains(ctx, list(CODES), invented=True)
    for chain in Chain.objects.order_by("code"):
        ctx.update(chain, lead=lead, chief=chief, reviewed=today() - timedelta(days=random.randrange(10, 90)))
    for node in Node.objects.order_by("code"):
        ctx.update(node, reviewed=today() - timedelta(days=random.choice((5, 20, 45, 80))))
    texts = list(firm_texts())
    found = place_firms(placer(), texts)
    for one in found:
        one.invented = True
    write_placements(ctx, found, [text.id for text in texts])


def _review(ctx: Ctx, random: Random, share: float) -> None:
    """Somebody looked through a part of the links that day."""
    for node in Node.objects.order_by("code"):
        if random.random() < share:
            ctx.update(node, reviewed=today())


def _planned(ctx: Ctx, random: Random) -> list[Placement]:
    """Projects under construction and some that are only meant, on links where nobody makes anything yet. Returns those under construction."""
    empty = list(Node.objects.exclude(placements__role="main").filter(generic=False).order_by("code"))
    makers: dict[int, list[int]] = {}
    for chain, firm in (
        Placement.objects.filter(role="main", level="sure").order_by("ref").values_list("node__chain_id", "firm_id")
    ):
        makers.setdefault(chain, []).append(firm)
    empty = [node for node in empty if node.chain_id in makers]
    built = []
    for number, node in enumerate(random.sample(empty, min(len(empty), BUILDING + INTENDED))):
        firm = random.choice(makers[node.chain_id])
        role = Placement.Role.BUILDING if number < BUILDING else Placement.Role.INTENDED
        ref = f"{firm}:{node.pk}"
        if not Placement.objects.filter(ref=ref).exists():
            row = Placement(ref=ref, firm_id=firm, node=node, role=role, level="decided", as_of=today(), invented=True)
            built += [ctx.create(row)] if role == Placement.Role.BUILDING else []
            if role == Placement.Role.INTENDED:
                ctx.create(row)
    return built


def _surveys(ctx: Ctx, random: Random, year: int) -> None:
    """The largest makers of each chain say what they bought."""
    makers = list(
        Placement.objects.filter(
            role="main",
            level__in=SURE_MAKERS,
            firm__revenue__isnull=False,
            firm__figure_source="stat",
            firm__status="active",
        )
        .order_by("node__chain__code", "-firm__revenue", "pk")
        .select_related("firm", "node__chain")
    )
    asked: dict[str, list[Placement]] = {}
    known: set[int] = set()
    for one in makers:
        listed = asked.setdefault(one.node.chain.code, [])
        if len(listed) < LEADS.get(one.node.chain.code, 1) and one.firm_id not in known:
            known.add(one.firm_id)
            listed.append(one)
    for listed in asked.values():
        for one in listed:
            ctx.create_many(_survey(one, random, year))


def _survey(maker: Placement, random: Random, year: int) -> Sequence[Purchase]:
    """One firm's answers: every input of its link with a share of its revenue; a few amounts are not told, as in life."""
    revenue = Decimal(maker.firm.revenue or 0)
    edges = list(Edge.objects.filter(target_id=maker.node_id).select_related("source").order_by("ref"))
    local = set(Placement.objects.filter(role__in=("main", "supporting")).values_list("node_id", flat=True))
    day = today() - timedelta(days=random.randrange(5))
    lines = []
    for edge in edges[:20]:
        weight = edge.weight if edge.weight else Decimal("0.02")
        amount = (revenue * weight * Decimal(str(round(random.uniform(0.4, 0.9), 3)))).quantize(Decimal("0.1"))
        where = random.choices(
            ("local", "province", "outside", "unknown"), (7 if edge.source_id in local else 0, 2, 4, 1)
        )[0]
        lines.append(
            Purchase(
                ref=f"{maker.firm_id}:{year}:{edge.source.name}", buyer_id=maker.firm_id, year=year, item=edge.source.name,
                node_id=edge.source_id, value=None if random.random() < REFUSED else amount, where=where,
                single_source=random.random() < DOUBT, as_of=day, invented=True,
            )
        )  # fmt: skip
    return list({line.ref: line for line in lines}.values())


def _decide(ctx: Ctx, random: Random) -> None:
    """People went through some of the doubtful firms."""
    doubtful = list(Placement.objects.filter(level="doubtful").order_by("-score", "ref")[: 3 * SETTLED])
    for one in random.sample(doubtful, min(SETTLED, len(doubtful))):
        role = random.choices(("main", "supporting", "trade", "not"), (4, 3, 2, 3))[0]
        ctx.update(one, role=role, level="decided", as_of=today())


def _judge(ctx: Ctx) -> None:
    """An expert holds links to be key that the score alone does not: where lead firms buy most from outside the province. Of the first of them
    he also says what to do."""
    grades, held = graded().grading.nodes, 0
    bought = Purchase.objects.filter(node__forced_key=False, where="outside", value__isnull=False).order_by(
        "-value", "ref"
    )
    for one in bought.select_related("node"):
        node = one.node
        if node is None or node.forced_key or grades[node.code].criticality.is_key is not False or held == NAMED_KEY:
            continue
        why = "演示：链主企业从省外买得最多，断供就停产"
        ctx.update(node, forced_key=True, forced_by=EXPERTS, forced_why=why, forced_on=today())
        if not held:
            what = "演示：企业落地要两年，先谈下第二家供应商"
            ctx.update(node, chosen_act=Node.Act.SECURE, chosen_by=EXPERTS, chosen_why=what, chosen_on=today())
        held += 1

"""The work of ``benchmarks.chain_page`` inside Django."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.core.management import call_command
from django.test import Client

from benchmarks.harness import Bounds, case, percentile, stopwatch
from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.chain.queries import graded
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office, make_office

SHIPPED = ("bat", "ele", "med", "eqp", "tea", "sug", "pap", "mat")
LARGE, LARGE_LINKS, PURCHASES = 500, 1_200, 600
ROLES = ("main", "main", "main", "supporting", "building", "intended", "trade")
BOUND, REPEATS = 500.0, 12


def large_chain(ctx: Ctx, draw: random.Random) -> None:
    """One chain of 500 links, most relations along the segments."""
    chain = ctx.create(Chain(code="big", name="大链", reviewed=today()))
    nodes = [
        Node(code=f"big.{n:03d}", chain=chain, segment=str(1 + n % 5), name=f"环节{n:03d}", barrier=draw.randint(1, 5), reviewed=today())
        for n in range(LARGE)
    ]  # fmt: skip
    ctx.create_many(nodes)
    edges: dict[str, Edge] = {}
    while len(edges) < LARGE_LINKS:
        one, other = draw.sample(nodes, 2)
        ref = f"{one.pk}:{other.pk}:material"
        edges[ref] = Edge(
            source=one, target=other, ref=ref, weight=Decimal(draw.randrange(1, 30)) / 100, weight_source="editor"
        )
    ctx.create_many(list(edges.values()))


def stand(firms: Sequence[Firm], draw: random.Random) -> list[Placement]:
    """Every firm on one link, crowded on the first ones."""
    nodes = list(Node.objects.order_by("code"))
    rows = []
    for firm in firms:
        node = nodes[int(len(nodes) * draw.random() ** 2)]
        rows.append(
            Placement(
                ref=f"{firm.pk}:{node.pk}", firm=firm, node=node, role=draw.choice(ROLES), level="sure", as_of=today()
            )
        )
    return rows


def build(firms: int, seed: int) -> Office:
    """Everything, through the trail as in life; the past lies sixty days back."""
    draw = random.Random(seed)
    office = make_office()
    units = [office.units[name] for name in ("东园", "西园", "禾城镇")]
    with at(now() - timedelta(days=60)), writing(SYSTEM, "bench", "") as ctx:
        made = [
            Firm(
                name=f"青禾{n}厂", folded=f"青禾{n}厂", initials="qh", unit=draw.choice(units), above_scale=draw.random() < 0.1,
                revenue=Decimal(draw.randrange(100, 90_000)), figure_source="stat",
            )
            for n in range(firms)
        ]  # fmt: skip
        ctx.create_many(made)
        load_chains(ctx, list(SHIPPED))
        large_chain(ctx, draw)
        ctx.create_many(stand(made, draw))
        nodes = list(Node.objects.order_by("code"))
        lines = {}
        for _ in range(PURCHASES):
            node, firm = draw.choice(nodes), draw.choice(made[:60])
            ref = f"{firm.pk}:2025:{node.name}"
            lines[ref] = Purchase(ref=ref, buyer=firm, year=2025, item=node.name, node=node, value=Decimal(draw.randrange(10, 9_000)), where=draw.choice(("local", "province", "outside")), as_of=today())  # fmt: skip
        ctx.create_many(list(lines.values()))
    return office


def run(arguments: Sequence[str]) -> int:
    """Firms, seed."""
    firms, seed = int(arguments[0]), int(arguments[1])
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    with stopwatch() as watch:
        office = build(firms, seed)
    case("build", chains=Chain.objects.count(), links=Node.objects.count(), relations=Edge.objects.count(), placements=Placement.objects.count(), seconds=watch.seconds)  # fmt: skip
    client, bounds = Client(), Bounds()
    client.force_login(office.users["gongxin"])
    node = Node.objects.filter(chain__code="bat").order_by("code")[3].code
    day = (today() - timedelta(days=20)).isoformat()
    pages = {
        "all": "/chain/", "map": "/chain/map/bat/", "evidence": f"/chain/map/bat/?node={node}", "table": "/chain/map/bat/?view=table",
        "large": "/chain/map/big/", "large_table": "/chain/map/big/?view=table", "trial": "/chain/map/bat/?t.chain.critical=50",
        "past": f"/chain/map/bat/?day={day}",
    }  # fmt: skip
    for name, path in pages.items():
        times = []
        for _ in range(REPEATS):
            with stopwatch() as watch:
                answer = client.get(path)
            times.append(watch.seconds * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{answer.status_code} for {path}")
        case(
            name,
            p50_ms=percentile(times[1:], 0.5),
            p95_ms=percentile(times[1:], 0.95),
            first_ms=times[0],
            kb=len(answer.content) // 1024,
        )
        if name == "trial":
            bounds.note(trial_p95_ms=percentile(times, 0.95))
        else:
            bounds.check(f"{name}_p95_ms", percentile(times[1:], 0.95), "<=", BOUND)
    with writing(SYSTEM, "bench", "") as ctx:
        ctx.update(Node.objects.get(code=node), barrier=1)
    with stopwatch() as watch:
        graded()
    case("graded anew after a change", seconds=watch.seconds)
    bounds.check("graded_anew_seconds", watch.seconds, "<=", 2.0)
    return bounds.finish()

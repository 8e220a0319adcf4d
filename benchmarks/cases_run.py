"""The part of ``benchmarks.cases`` that runs on Django: builds the register in an empty database, then measures."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from benchmarks.harness import Bounds, case, percentile, stopwatch
from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import insert_many
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.office.rules import RuleName, clean_cells, on_day, versions, write_rule
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office, make_office

ROWS, PROJECTS, LANES, REQUESTS, BAR, UNDER_WAY = 200_000, 20_000, 50, 160, 200.0, 1 / 40
GOING, OVER = ("handed_in", "correcting", "running", "stopped", "decided"), ("delivered",) * 12 + ("refused", "withdrawn")  # fmt: skip
SORTS = ("received_on", "accepted_on", "decided_on")
UNITS = ("东园", "西园", "禾城镇")


def run(arguments: Sequence[str]) -> int:
    """Seed. Build, measure, print."""
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    bounds, draw, office = Bounds(), random.Random(int(arguments[0])), make_office()
    with stopwatch() as watch:
        build(draw, office)
    case("built", rows=Case.objects.count(), under_way=Case.objects.filter(state__in=GOING).count(), seconds=watch.seconds)  # fmt: skip
    measure(bounds, draw, office)
    return bounds.finish()


def build(draw: random.Random, office: Office) -> None:
    """Projects, their cases, the lane, and an item that has changed since most cases began."""
    day, items = today(), sorted(item_names(today()))
    with writing(SYSTEM, "demo", "") as ctx:
        projects = [
            Project(number=f"XM{at:06d}", name=f"项目{at}", folded=f"项目{at}", initials="xm", unit=office.units[draw.choice(UNITS)], invented=True)
            for at in range(PROJECTS)
        ]  # fmt: skip
        ctx.create_many(projects)
    with transaction.atomic():
        insert_many([_case(draw, at, projects[at % PROJECTS], items, office, day) for at in range(ROWS)])
    with writing(SYSTEM, "demo", "") as ctx:
        for project in projects[:LANES]:
            ctx.create(
                GreenLane(project=project, ground="G01", condition="样", grade="special", number="样", order_on=day, credit="clear", credit_on=day, entered_on=day, entered_by="样", ref=f"{project.pk}:1")
            )  # fmt: skip
        name = RuleName.read("approvals/items/plan.permit")
        found = on_day(versions(name), day)
        if found is None:
            raise SystemExit("no item plan.permit")
        write_rule(ctx, name, clean_cells(name, {**found.row, "limit": "15"}), valid_from=day - timedelta(days=30), source="样")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _case(draw: random.Random, at: int, project: Project, items: Sequence[str], office: Office, day: date) -> Case:
    going = draw.random() < UNDER_WAY
    received = day - timedelta(days=draw.randrange(0, 60) if going else draw.randrange(60, 1500))
    accepted = received + timedelta(days=draw.randrange(0, 5))
    post = office.posts[("yuanqu", "yuanqu2", "xiangzhen")[at % 3]]
    state, item = draw.choice(GOING if going else OVER), draw.choice(items)
    decided = None if going else accepted + timedelta(days=draw.randrange(0, 30))
    return Case(
        project=project, item=item, name=item, turn=at // PROJECTS + 1, unit=post.unit, post=post, state=state, rules_on=received, received_on=received,
        accepted_on=accepted, decided_on=decided, outcome="" if going else draw.choice(("granted",) * 19 + ("denied",)), ref=f"样{at}", invented=True,
    )  # fmt: skip


def measure(bounds: Bounds, draw: random.Random, office: Office) -> None:
    """List pages, then the two pages that look at every case under way."""
    client = Client()
    client.force_login(office.users["gongxin"])
    base, items = ledger_named("approvals.case").url, sorted(item_names(today()))
    texts = [_query(draw, office, items) for _ in range(REQUESTS)]
    _ask(client, [f"{base}?{text}" for text in texts[:8]])
    times = _ask(client, [f"{base}?{text}" for text in texts])
    case("list", requests=len(times), p50_ms=percentile(times, 0.5), p95_ms=percentile(times, 0.95), max_ms=max(times))
    for milliseconds, text in sorted(zip(times, texts, strict=True), reverse=True)[:3]:
        case("slowest", ms=milliseconds, query=text)
    bounds.check("list_p95_ms", percentile(times, 0.95), "<=", BAR)
    for name, url in (("lane", "/approvals/lane/"), ("changes", "/approvals/changes/")):
        _ask(client, [url] * 2)
        found = _ask(client, [url] * 20)
        case(name, p50_ms=percentile(found, 0.5), p95_ms=percentile(found, 0.95))
        bounds.check(f"{name}_p95_ms", percentile(found, 0.95), "<=", BAR)


def _query(draw: random.Random, office: Office, items: Sequence[str]) -> str:
    """None to three filters and a sort."""
    facets = {
        "state": (*GOING, "delivered", "refused"), "item": tuple(items), "outcome": ("granted", "denied", ""), "unit": tuple(str(office.units[one].pk) for one in UNITS),
    }  # fmt: skip
    names = draw.sample(sorted(facets), draw.choice((0, 1, 1, 2, 3)))
    pairs = [(f"f.{name}", draw.choice(facets[name])) for name in names]
    return urlencode([*pairs, ("sort", draw.choice(("", "-")) + draw.choice(SORTS))])


def _ask(client: Client, urls: Sequence[str]) -> list[float]:
    """Milliseconds of each answer; anything but 200 ends the benchmark."""
    times = []
    for url in urls:
        with stopwatch() as watch:
            answer = client.get(url)
        times.append(watch.seconds * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} for {url}")
    return times

"""The part of ``benchmarks.projects`` that runs on Django: builds the register in an empty database, then measures."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.harness import Bounds, case, percentile, stopwatch
from gongxing.domains.projects import jobs
from gongxing.domains.projects.models import Move, Paper, Project
from gongxing.domains.projects.naming import folded_name
from gongxing.domains.projects.reckoning import CHUNK, Reckoned, reckon
from gongxing.domains.projects.twins import all_pairs, pairs_with
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Unit
from gongxing.kernel.testing.office import Office, make_office

ROWS, REQUESTS, LIST_BAR = 20_000, 160, 200.0
LADDER = ("concept", "reserve", "negotiation", "signed", "pre_construction", "construction", "building", "completed", "production", "full_capacity")  # fmt: skip
DATES = {
    "reserve": "admitted_on", "signed": "signed_on", "construction": "started_on", "completed": "completed_on", "production": "produced_on",
    "full_capacity": "full_on",
}  # fmt: skip
PRODUCTS = (
    "白砂糖",
    "茉莉花茶",
    "瓦楞纸箱",
    "电解铜箔",
    "预拌砂浆",
    "石墨电极",
    "饲料",
    "人造板",
    "塑料管材",
    "光伏组件",
    "锂电池",
    "速冻食品",
)
WORKS = ("扩建", "新建", "技改", "深加工", "仓储", "研发中心", "生产线", "一期", "二期")
WORDS = (
    "恒信",
    "中允",
    "启源",
    "新越",
    "东岭",
    "宏图",
    "德益",
    "茂昌",
    "汇丰",
    "金禾",
    "绿源",
    "同创",
    "瑞达",
    "华兴",
    "永固",
    "天成",
)


def run(arguments: Sequence[str]) -> int:
    """Seed. Build, measure, print."""
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    bounds, draw, office = Bounds(), random.Random(int(arguments[0])), make_office()
    with stopwatch() as watch:
        build(draw, office)
    case("built", rows=ROWS, moves=Move.objects.count(), papers=Paper.objects.count(), seconds=watch.seconds)
    measure_reckoning(bounds)
    measure_twins(bounds)
    measure_pages(bounds, draw, office)
    return bounds.finish()


def build(draw: random.Random, office: Office) -> None:
    """Projects with the way they came, in one transaction."""
    units = [office.units[name] for name in ("东园", "西园", "禾城镇")]
    with writing(SYSTEM, "demo", "") as ctx:
        projects = [_project(draw, at, units, today()) for at in range(ROWS)]
        ctx.create_many(projects)
        ctx.create_many([move for one in projects for move in _moves(one)])
        ctx.create_many([paper for one in projects for paper in _papers(draw, one)])


def _project(draw: random.Random, at: int, units: Sequence[Unit], day: date) -> Project:
    name = f"{draw.choice(WORDS)}{draw.choice(WORDS)}年产{draw.randrange(1, 99)}万吨{draw.choice(PRODUCTS)}{draw.choice(WORKS)}项目{at}"
    reached = draw.choices(range(10), (10, 20, 10, 8, 8, 6, 14, 6, 10, 8))[0]
    first = day - timedelta(days=draw.randrange(30, 2200))
    span = (day - first).days
    days = sorted(first + timedelta(days=draw.randrange(span)) for _ in range(reached + 1))
    stage, known = LADDER[reached], draw.random()
    fields: dict[str, Any] = {DATES[one]: on for one, on in zip(LADDER, days, strict=False) if one in DATES}
    if known < 0.5:
        fields |= {
            "land_planning": "done", "land_class": "construction", "clearance_share": 100, "land_supply": "submitted", "conformity": "conforms", "eia_state": "done",
            "energy_state": "done", "soil_state": "preparing", "design_depth": "feasibility", "catalogue": "permitted", "power_state": "planned",
            "water_state": "planned", "gas_state": "not_needed", "sewage_state": "planned",
        }  # fmt: skip
    total = None if draw.random() < 0.05 else Decimal(int(draw.lognormvariate(8.8, 1.1) * 10)).scaleb(-1)
    owner = "" if draw.random() < 0.06 else f"青禾{draw.choice(WORDS)}{draw.randrange(7000)}有限公司"
    return Project(
        number=f"XM{at:06d}", name=name, folded=folded_name(name), initials="".join(draw.choices("abcdefghjklmnpqrstwxyz", k=6)), unit=draw.choice(units),
        kind=draw.choice(("industry",) * 5 + ("agriculture", "service")), section="C", stage=stage, stage_on=days[-1], moved_on=day - timedelta(days=draw.randrange(600)),
        owner_name=owner, place=f"东园{draw.randrange(900)}号地块" if draw.random() < 0.4 else "", total_investment=total,
        funds_in_place=total / 2 if total is not None and known < 0.5 else None, plan_start=days[-1] + timedelta(days=draw.randrange(400)), land_mu=draw.randrange(5, 300),
        invented=True, **fields,
    )  # fmt: skip


def _moves(one: Project) -> list[Move]:
    last = LADDER.index(one.stage)
    stages = [stage for stage in LADDER[: last + 1] if stage == one.stage or stage in DATES or stage == "concept"]
    made: list[Move] = []
    first = one.stage_on or today()
    for stage in stages:
        on: date = (getattr(one, DATES[stage]) if stage in DATES else None) or first
        made.append(Move(project=one, to_stage=stage, on=on, ref=f"{one.pk}:{stage}", invented=True))
    return made


def _papers(draw: random.Random, one: Project) -> list[Paper]:
    kinds = draw.sample(("screening", "due_diligence", "joint_review", "legality", "filing"), draw.choice((0, 1, 2, 3)))
    return [Paper(project=one, kind=kind, issued_on=one.stage_on or today(), ref=f"{one.pk}:{kind}", invented=True) for kind in kinds]  # fmt: skip


def measure_reckoning(bounds: Bounds) -> None:
    """The arithmetic, then the job twice."""
    found: dict[int, Reckoned] = {}
    with stopwatch() as watch:
        ids = list(Project.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            found |= reckon(
                list(Project.objects.select_related("firm").filter(pk__in=ids[start : start + CHUNK])), today()
            )
    known = sum(one.maturity is not None for one in found.values())
    case("reckon", rows=len(found), known_maturity=known, stale=sum(one.stale != "fresh" for one in found.values()), seconds=watch.seconds)  # fmt: skip
    bounds.check("reckon_seconds", watch.seconds, "<=", 20)
    with stopwatch() as first:
        changed = jobs.reckon_all(SYSTEM, {}, Silent())
    with stopwatch() as second:
        again = jobs.reckon_all(SYSTEM, {}, Silent())
    case(
        "renew", first_seconds=first.seconds, second_seconds=second.seconds, first=changed["text"], second=again["text"]
    )
    bounds.check("renew_first_seconds", first.seconds, "<=", 90)
    bounds.check("renew_again_seconds", second.seconds, "<=", 30)


class Silent(Progress):
    """A job that reports to nobody."""

    def __init__(self) -> None:
        super().__init__(Job(kind="benchmark"))

    def step(self, done: int, total: int | None = None, message: str = "", force: bool = False) -> None:
        """Nothing."""


def measure_twins(bounds: Bounds) -> None:
    """All pairs, and those of one project just written."""
    with stopwatch() as watch:
        pairs = all_pairs()
    case("twins", pairs=len(pairs), seconds=watch.seconds)
    bounds.check("twins_seconds", watch.seconds, "<=", 20)
    times = []
    for pk in Project.objects.order_by("pk").values_list("pk", flat=True)[:: ROWS // 60]:
        with stopwatch() as one:
            pairs_with([pk])
        times.append(one.seconds * 1000)
    case("twins of one", p95_ms=percentile(times, 0.95))
    bounds.check("twins_of_one_p95_ms", percentile(times, 0.95), "<=", 200)


def measure_pages(bounds: Bounds, draw: random.Random, office: Office) -> None:
    """List pages, and the overview in its three kinds."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(office.users["gongxin"])
    base = ledger_named("projects.project").url
    texts = [_query(draw, office) for _ in range(REQUESTS)]
    _ask(client, [f"{base}?{text}" for text in texts[:8]])
    times = _ask(client, [f"{base}?{text}" for text in texts])
    case("list", requests=len(times), p50_ms=percentile(times, 0.5), p95_ms=percentile(times, 0.95), max_ms=max(times))
    for milliseconds, text in sorted(zip(times, texts, strict=True), reverse=True)[:3]:
        case("slowest", ms=milliseconds, query=text)
    bounds.check("list_p95_ms", percentile(times, 0.95), "<=", LIST_BAR)
    year, pool = today().year, "/projects/pool/"
    _ask(client, [pool])
    own = _ask(client, [pool] * 10)
    bounds.check("pool_p95_ms", percentile(own, 0.95), "<=", 1000)
    fresh = _ask(client, [f"{pool}?kind={kind}&year={year - 1}" for kind in ("seven", "four", "three")])
    kept = _ask(client, [f"{pool}?kind={kind}&year={year - 1}" for kind in ("seven", "four", "three")] * 3)
    case("pool", this_year_ms=percentile(own, 0.5), other_first_ms=max(fresh), other_again_ms=percentile(kept, 0.95))
    bounds.check("pool_first_ms", max(fresh), "<=", 5000)


def _query(draw: random.Random, office: Office) -> str:
    """None to three filters, a sort, in a third of them a text."""
    facets = {
        "stage": LADDER, "kind": ("industry", "agriculture", "service"), "batch": ("concept", "started", "building", "production", "none"),
        "maturity_class": ("ready", "pre", ""), "stale": ("fresh", "remind", "amber", "exit"), "unit": tuple(str(office.units[one].pk) for one in ("东园", "西园")),
    }  # fmt: skip
    pairs = [
        (f"f.{name}", draw.choice(facets[name])) for name in draw.sample(sorted(facets), draw.choice((0, 1, 1, 2, 3)))
    ]
    sorts = ("total_investment", "land_mu", "maturity", "moved_on", "stage_on", "plan_start", "initials")
    pairs.append(("sort", draw.choice(("", "-")) + draw.choice(sorts)))
    if draw.random() < 1 / 3:
        pairs.append(("q", draw.choice((*PRODUCTS, *WORDS, "万吨"))))
    return urlencode(pairs)


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

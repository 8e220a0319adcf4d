"""One database's part of ``benchmarks.search``: builds the register and the index, measures, compares, leaves figures.json."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict

from benchmarks.harness import case, percentile, stopwatch
from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import Listing, build, read_state
from gongxing.kernel.org.actor import Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, Unit, User
from gongxing.kernel.search import match
from gongxing.kernel.search.index import number_of, project
from gongxing.kernel.search.initials import readings_of
from gongxing.kernel.search.models import ROW_MASK
from gongxing.kernel.search.query import search
from gongxing.kernel.search.tokens import norm

HAN = [bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
PLACES = ("青禾", "青禾县", "禾城", "云岭", "清溪", "")
TRADES = (
    "糖业", "木业", "建材", "商贸", "农业科技", "机械设备", "新能源", "物流", "食品", "包装材料", "电子科技", "家具", "纺织", "水产", "茶业", "蚕丝绸",
    "纸业", "重工", "汽车配件", "光伏", "畜牧", "长石", "生物制药", "会计服务", "行车", "乐器",
)  # fmt: skip
FORMS = (("有限公司", 60), ("有限责任公司", 12), ("股份有限公司", 3), ("专业合作社", 10), ("经营部", 10), ("厂", 5))
LEDGER, CHUNK, QUERIES, TRUTHS, UNLIMITED = "firms.firm", 5000, 200, 6, 100_000_000
PARK_SECTIONS, UNITS, LISTS, LIST_MS, REVENUES = 10, 120, 2, 200, 1_000_003


@dataclass(frozen=True)
class Kind:
    """A kind of query: the tier it asks for and its length; ``limit`` in ms per database."""

    tier: str
    length: int
    sqlite: float = 50
    postgres: float = 50

    @property
    def name(self) -> str:
        return f"{self.tier.removesuffix('_prefix')}{self.length}"


KINDS = (
    Kind("name", 1, postgres=100),
    *(Kind("name", length) for length in (2, 3, 4, 6)),
    Kind("initials", 1, postgres=100),
    *(Kind("initials", length) for length in (2, 3, 4, 6)),
    Kind("code_prefix", 8),
    Kind("code_prefix", 14),
)


@dataclass(frozen=True)
class Register:
    """What was written: names and unit of each firm (row id = position + 1), readings of the names, one actor per visibility."""

    names: Sequence[str]
    units: Sequence[int]
    readings: Sequence[list[str]]
    actors: dict[str, Actor]
    members: dict[str, frozenset[int]]


def invented(rows: int, seed: int) -> list[str]:
    """Names from invented words; frequent characters are frequent as in a register (Zipf)."""
    draw = random.Random(seed)
    signs = [sign for sign in HAN if sign]
    draw.shuffle(signs)
    brands = draw.choices(signs, [1 / (rank + 4) for rank in range(len(signs))], k=rows * 5)
    forms = draw.choices([form for form, _share in FORMS], [share for _form, share in FORMS], k=rows)
    return [
        f"{draw.choice(PLACES)}{''.join(brands[at * 5 : at * 5 + draw.randint(2, 5)])}{draw.choice(TRADES)}{forms[at]}"
        for at in range(rows)
    ]


def registered(data: Path) -> list[str]:
    """The names of the real register."""
    path = data / "companies" / "registry" / "registry_dev.parquet"
    with duckdb.connect() as reader:
        columns = [row[0] for row in reader.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()]
        column = next(name for name in columns if "name" in name.lower())
        rows = reader.execute(f'SELECT DISTINCT "{column}" FROM read_parquet(?) ORDER BY 1', [str(path)]).fetchall()
    return [str(name)[:200] for (name,) in rows if name]


def office(seed: int, rows: int) -> tuple[list[int], dict[str, Actor], dict[str, frozenset[int]]]:
    """120 units; who sees all, a park with ten sections (4 % of firms), one bureau (0.3 %). Returns the unit of every firm too."""
    county = Unit.objects.create(name="青禾县（演示）", code="C", kind="county", path="0001.")
    park = Unit.objects.create(name="东园", code="P", kind="park", parent=county, path="0001.0001.")
    sections = [
        Unit.objects.create(name=f"东园{n}组", code=f"P{n}", kind="office", parent=park, path=f"0001.0001.{n:04d}.")
        for n in range(1, PARK_SECTIONS + 1)
    ]
    others = [
        Unit.objects.create(name=f"单位{n}", code=f"U{n}", kind="bureau", parent=county, path=f"0001.{n:04d}.")
        for n in range(2, UNITS - PARK_SECTIONS)
    ]
    weights = [0.004] * PARK_SECTIONS + [0.003] + [0.957 / (len(others) - 1)] * (len(others) - 1)
    units = random.Random(seed).choices([unit.pk for unit in (*sections, *others)], weights, k=rows)
    actors = {name: _actor(name, unit) for name, unit in (("all", county), ("park", park), ("bureau", others[0]))}
    members = {
        "all": frozenset(units),
        "park": frozenset(unit.pk for unit in sections),
        "bureau": frozenset({others[0].pk}),
    }
    return units, actors, members


def _actor(name: str, unit: Unit) -> Actor:
    user = User.objects.create(username=name, name=name, password="!")
    post = Post.objects.create(unit=unit, title=name, code=name, role="park")
    Tenure.objects.create(user=user, post=post, start=today())
    Grant.objects.create(post=post, verb="view", target=LEDGER, unit=unit, start=today())
    return actor_for(user, today())


def code_of(at: int) -> str:
    """An invented code: 18 characters, division 459999."""
    return f"91459999{at:010d}"


def write_firms(names: Sequence[str], units: Sequence[int], readings: Sequence[list[str]]) -> None:
    """All firms by one INSERT … SELECT from a template row; then the indexes lists are planned with."""
    with connection.schema_editor() as editor:
        for index in Firm._meta.indexes:
            editor.remove_index(Firm, index)
    template = Firm.objects.create(pk=len(names) + 1, name="样", uscc="X", unit_id=units[0], invented=True)
    columns = [field.column for field in Firm._meta.concrete_fields]
    given = {"id": "t.id", "name": "t.name", "uscc": "t.code", "unit_id": "t.unit", "initials": "t.initials"}
    given["revenue"] = f"(t.id * 7919) %% {REVENUES}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE drawn(id bigint, name text, code text, unit bigint, initials text)")
        for start in range(0, len(names), CHUNK):
            part = range(start, min(start + CHUNK, len(names)))
            rows = [(at + 1, names[at], code_of(at), units[at], readings[at][0][:200]) for at in part]
            if connection.vendor == "postgresql":
                with cursor.copy("COPY drawn FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.executemany("INSERT INTO drawn VALUES (%s, %s, %s, %s, %s)", rows)
        chosen = ", ".join(given.get(str(column), f'f."{column}"') for column in columns)
        quoted = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO firms_firm ({quoted}) SELECT {chosen} FROM drawn t, firms_firm f WHERE f.id = %s",
            [template.pk],
        )
        cursor.execute("DELETE FROM firms_firm WHERE id = %s", [template.pk])
    with connection.schema_editor() as editor:
        for index in Firm._meta.indexes:
            editor.add_index(Firm, index)


def write_index(names: Sequence[str], units: Sequence[int]) -> list[float]:
    """Index every firm by the projection, 100,000 in a transaction as an import does. Seconds of each transaction."""
    seconds = []
    for begin in range(0, len(names), 20 * CHUNK):
        firms = [
            Firm(pk=at + 1, name=names[at], uscc=code_of(at), unit_id=units[at], former_names=[])
            for at in range(begin, min(begin + 20 * CHUNK, len(names)))
        ]
        with stopwatch() as watch, transaction.atomic():
            for start in range(0, len(firms), CHUNK):
                part = firms[start : start + CHUNK]
                project(LEDGER, [firm.pk for firm in part], part)
        seconds.append(watch.seconds)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return seconds


def drawn(kind: Kind, register: Register, draw: random.Random, count: int) -> list[str]:
    """Queries: half from random places of random names (so frequent words are asked often), half from among the distinct ones."""
    texts: list[str] = []
    while len(texts) < count * 20:
        at = draw.randrange(len(register.names))
        source = {"name": register.names[at], "initials": register.readings[at][0], "code_prefix": code_of(at)}[
            kind.tier
        ]
        if len(source) >= kind.length:
            start = 0 if kind.tier == "code_prefix" else draw.randrange(len(source) - kind.length + 1)
            texts.append(norm(source[start : start + kind.length]))
    distinct = sorted(set(texts))
    return texts[: count // 2] + draw.choices(distinct, k=count - count // 2)


def truth(kind: Kind, query: str, register: Register, seen: frozenset[int]) -> set[int]:
    """Row ids by LIKE over the firms themselves (names), or by looking into every reading (initials), or by the code."""
    if kind.tier == "name":
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, unit_id FROM firms_firm WHERE name LIKE %s", [f"%{query}%"])
            return {row for row, unit in cursor.fetchall() if unit in seen}
    hits: Iterable[int]
    if kind.tier == "initials":
        hits = (at for at, readings in enumerate(register.readings) if any(query in one for one in readings))
    else:
        hits = (at for at in range(len(register.names)) if code_of(at).startswith(query))
    return {at + 1 for at in hits if register.units[at] in seen}


def equal(kind: Kind, queries: Sequence[str], register: Register, who: str) -> int:
    """For how many queries the index, uncapped, finds exactly what LIKE finds."""
    units = tuple(sorted(register.members[who]))
    sight = match.Sight(number_of(LEDGER), None if who == "all" else units, units)
    found = ({key & ROW_MASK for key in match.ask(kind.tier, query, [sight], UNLIMITED)} for query in queries)
    return sum(
        one == truth(kind, query, register, register.members[who]) for one, query in zip(found, queries, strict=True)
    )


def listed(query: str, actor: Actor, more: str = "") -> Listing:
    """The list somebody gets who types the query into its text box, as the page builds it."""
    return build(read_state(ledger_named(LEDGER), QueryDict(f"{urlencode({'q': query})}{more}")), actor)


def first_page(query: str, actor: Actor, more: str = "") -> None:
    """A page and its count, as the list page asks for them."""
    one = listed(query, actor, more)
    one.page()
    one.tally()


def lists_equal(kind: Kind, queries: Sequence[str], register: Register, who: str) -> int:
    """For how many queries the whole list, narrowed to one unit by a facet as well, is what LIKE finds: nothing cut, before or after."""
    actor, same = register.actors[who], 0
    for query in queries:
        wanted = truth(kind, query, register, register.members[who])
        unit = min(register.members[who])
        narrowed = {row for row in wanted if register.units[row - 1] == unit}
        everything = set(listed(query, actor).rows.values_list("pk", flat=True))
        faceted = set(listed(query, actor, f"&f.unit={unit}").rows.values_list("pk", flat=True))
        same += everything == wanted and faceted == narrowed
    return same


def timed(queries: Sequence[str], answer: Callable[[str], object]) -> list[float]:
    """Milliseconds of each answer."""
    times = []
    for query in queries:
        with stopwatch() as watch:
            answer(query)
        times.append(watch.seconds * 1000)
    return times


def measure(database: str, register: Register, seed: int) -> list[tuple[str, float, str, float]]:
    """Every kind of query for every visibility; the figures that carry limits."""
    figures: list[tuple[str, float, str, float]] = []
    worst: dict[str, float] = {}
    unequal = asked = 0
    slowest = 0.0
    for who, actor in register.actors.items():
        for kind in KINDS:
            draw = random.Random(f"{seed}-{who}-{kind.name}")
            queries = drawn(kind, register, draw, QUERIES)
            best = timed(queries, lambda query, actor=actor: search(None, actor, query, 50))  # type: ignore[misc]
            facet = f"&f.unit={min(register.members[who])}"
            many = timed(queries[::4], lambda query, actor=actor: first_page(query, actor))  # type: ignore[misc]
            many += timed(queries[2::4], lambda query, actor=actor: first_page(query, actor, f"&sort=-revenue{facet}"))  # type: ignore[misc]  # noqa: B023
            checked = sorted(set(queries[:: QUERIES // TRUTHS]))
            same = equal(kind, checked, register, who)
            same_lists = lists_equal(kind, checked[:LISTS], register, who)
            asked, unequal = asked + len(checked), unequal + len(checked) - same
            asked, unequal = asked + len(checked[:LISTS]), unequal + len(checked[:LISTS]) - same_lists
            case(
                f"{database} {who} {kind.name}", p50_ms=percentile(best, 0.5), p95_ms=percentile(best, 0.95), max_ms=max(best),
                list_p50_ms=percentile(many, 0.5), list_p95_ms=percentile(many, 0.95), equal=f"{same}/{len(checked)}",
                lists_equal=f"{same_lists}/{len(checked[:LISTS])}",
            )  # fmt: skip
            worst[kind.name] = max(worst.get(kind.name, 0.0), percentile(best, 0.95))
            slowest = max(slowest, percentile(many, 0.95))
    for kind in KINDS:
        limit = kind.postgres if database == "postgres" else kind.sqlite
        figures.append((f"{database}_{kind.name}_p95_ms", worst[kind.name], "<=", limit))
    figures.append((f"{database}_list_with_text_p95_ms", slowest, "<=", LIST_MS))
    return [*figures, (f"{database}_compared_with_like", asked, "", 0), (f"{database}_unequal", unequal, "==", 0)]


def run(arguments: Sequence[str]) -> None:
    """database, rows, seed, folder, and the data folder when the real register is wanted."""
    database, rows, seed, folder = arguments[0], int(arguments[1]), int(arguments[2]), Path(arguments[3])
    call_command("migrate", database="default", verbosity=0)
    names = invented(rows, seed)
    if len(arguments) > 4:
        real = registered(Path(arguments[4]))[:rows]
        names = real + names[len(real) :]
        case(f"{database} register", real_names=len(real))
    units, actors, members = office(seed, rows)
    readings = [readings_of(norm(name)) or [""] for name in names]
    with stopwatch() as watch:
        write_firms(names, units, readings)
    seconds = write_index(names, units)
    size = _size(folder)
    case(
        f"{database} build",
        rows=rows,
        firms_s=watch.seconds,
        index_s=sum(seconds),
        first_100k_s=seconds[0],
        last_100k_s=seconds[-1],
        index_mb=size,
    )
    register = Register(names, units, readings, actors, members)
    figures = measure(database, register, seed)
    if rows >= 200_000 and database == "sqlite":
        figures.append(("sqlite_index_100k_s", max(seconds[0], seconds[-1] if rows % 100_000 == 0 else 0.0), "<=", 8))
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def _size(folder: Path) -> float:
    """Megabytes of the search tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('search_searchdoc')")
        else:
            cursor.execute("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'search_%%'", [])
        return round(float(cursor.fetchone()[0]) / 1e6, 1)

"""One database's part of ``benchmarks.lists``: builds the register, starts the server, asks it, leaves figures.json."""

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from benchmarks.harness import case, percentile, stopwatch
from benchmarks.search_run import CHUNK, code_of, invented
from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import ListState, build, read_state
from gongxing.kernel.ledger.paging import Cursor, decode_cursor
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.testing.office import Office, make_office

LEDGER = "firms.firm"
SORTS = ("revenue", "tax", "employees", "land_mu", "tax_per_mu", "capital", "founded", "initials")
SECTIONS, SIZES = "ACFGKLMCCC", ("micro", "small", "small", "medium", "large", "unknown")
STATUSES = ("active",) * 8 + ("closed", "revoked")
REQUESTS, COMPARED, DEEP = 160, 24, 5000
FACETS: dict[str, tuple[str, ...]] = {
    "section": tuple(sorted(set(SECTIONS))),
    "size": tuple(sorted(set(SIZES))),
    "status": tuple(sorted(set(STATUSES))),
    "above_scale": ("True", "False"),
    "specialised": ("none", "specialised"),
}


def write_firms(rows: int, seed: int, units: Sequence[int]) -> None:
    """Firms with drawn facets and figures, by one INSERT … SELECT from a template row."""
    draw, names = random.Random(seed), invented(rows, seed)
    template = Firm.objects.create(pk=rows + 1, name="样", uscc="X", unit_id=units[0], invented=True)
    drawn = ("unit_id", "section", "size", "status", "above_scale", "specialised", "revenue", "tax", "employees", "land_mu", "tax_per_mu", "capital", "founded", "initials", "figure_source")  # fmt: skip
    kinds = ("bigint", "text", "text", "text", "boolean", "text", "numeric", "numeric", "integer", "numeric", "numeric", "numeric", "date", "text", "text")  # fmt: skip
    given = {"id": "t.id", "name": "t.name", "folded": "t.name", "uscc": "t.code"} | {
        one: f't."{one}"' for one in drawn
    }
    columns = [field.column for field in Firm._meta.concrete_fields]
    with transaction.atomic(), connection.cursor() as cursor:
        typed = ", ".join(f'"{name}" {kind}' for name, kind in zip(drawn, kinds, strict=True))
        cursor.execute(f"CREATE TEMPORARY TABLE drawn(id bigint, name text, code text, {typed})")
        for start in range(0, rows, CHUNK):
            part = [
                (at + 1, names[at], code_of(at), *_drawn(draw, units)) for at in range(start, min(rows, start + CHUNK))
            ]
            if connection.vendor == "postgresql":
                with cursor.copy("COPY drawn FROM STDIN") as copy:
                    for row in part:
                        copy.write_row(row)
            else:
                cursor.executemany(f"INSERT INTO drawn VALUES ({', '.join(['%s'] * len(part[0]))})", part)
        chosen = ", ".join(given.get(str(column), f'f."{column}"') for column in columns)
        quoted = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO firms_firm ({quoted}) SELECT {chosen} FROM drawn t, firms_firm f WHERE f.id = %s",
            [template.pk],
        )
        cursor.execute("DELETE FROM firms_firm WHERE id = %s", [template.pk])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE firms_firm" if connection.vendor == "postgresql" else "ANALYZE")


def _drawn(draw: random.Random, units: Sequence[int]) -> tuple[Any, ...]:
    """Facets and figures of one firm; four in ten report nothing, as in a register."""
    reports = draw.random() < 0.6
    revenue = round(draw.lognormvariate(6, 2), 2) if reports else None
    return (
        draw.choices(units, [1 + at for at in range(len(units))])[0], draw.choice(SECTIONS), draw.choice(SIZES), draw.choice(STATUSES),
        draw.random() < 0.03, "specialised" if draw.random() < 0.002 else "none", revenue, round(revenue * 0.04, 2) if revenue else None,
        draw.randint(1, 900) if reports else None, round(draw.uniform(1, 300), 2) if reports else None,
        round(draw.uniform(0, 60), 2) if reports else None, draw.randint(1, 9999), f"{draw.randint(1985, 2025)}-{draw.randint(1, 12):02d}-15",
        "".join(draw.choices("abcdefghjklmnpqrstwxyz", k=6)), "stat" if reports else "",
    )  # fmt: skip


def queries(draw: random.Random, units: Sequence[int], actor: Actor, count: int) -> list[str]:
    """Query strings: filters, sort, and first page, next page or page 5,000 by cursor in turn."""
    found = []
    for at in range(count):
        pairs: list[tuple[str, str]] = []
        names = [*FACETS, "unit"]
        for name in draw.sample(names, draw.choice((0, 1, 1, 2, 2, 3))):
            values = [str(unit) for unit in units] if name == "unit" else FACETS[name]
            pairs += [(f"f.{name}", value) for value in draw.sample(values, 1)]
        pairs.append(("sort", draw.choice(("", "-")) + draw.choice(SORTS)))
        deep = {1: 1, 2: DEEP}.get(at % 3)
        if deep:
            pairs += [("after", cursor)] if (cursor := _cursor(urlencode(pairs), actor, deep)) else []
        found.append(urlencode(pairs))
    return found


def _cursor(query: str, actor: Actor, page: int) -> str:
    """The cursor of the last row of that page, "" where the list is shorter."""
    listing = build(_state(query), actor)
    found = list(listing.ordered().values_list("pk", listing.state.sort)[page * 50 - 1 : page * 50])
    return Cursor(found[0][1], found[0][0]).encode() if found else ""


def _state(query: str) -> ListState:
    return read_state(ledger_named(LEDGER), QueryDict(query))


def plain(query: str, units: frozenset[int]) -> list[int]:
    """The ids of the page by one plain query over the whole table: everything sorted, then cut in Python."""
    state = _state(query)
    rows = Firm.objects.filter(unit_id__in=units)
    for name, values in state.facets.items():
        field = "unit_id" if name == "unit" else name
        rows = rows.filter(
            **{f"{field}__in": [value == "True" if name == "above_scale" else value for value in values]}
        )
    pairs = list(rows.values_list(state.sort, "pk"))
    known = sorted((pair for pair in pairs if pair[0] is not None), reverse=state.descending)
    unknown = sorted(
        ((None, pair[1]) for pair in pairs if pair[0] is None), key=lambda pair: pair[1], reverse=state.descending
    )
    ids = [pk for _value, pk in (*known, *unknown)]
    last = decode_cursor(state.after, Firm._meta.get_field(state.sort))
    start = ids.index(last.pk) + 1 if last is not None else 0
    return ids[start : start + 50]


class Server:
    """The real server as ``gongxing serve`` starts it, on a free port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [
            sys.executable,
            "-m",
            "gongxing",
            "serve",
            "--no-worker",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(command, env={**os.environ}, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not come up")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def ask(port: int, cookie: str, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each page over one kept connection; anything but 200 ends the benchmark."""
    link, times = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for text in texts:
        began = time.perf_counter()
        link.request("GET", f"{ledger_named(LEDGER).url}?{text}", headers={"Cookie": cookie})
        answer = link.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        if answer.status != 200 or b"</html>" not in body:
            raise SystemExit(f"{answer.status} for {text}")
    link.close()
    return times


def cookie_of(office: Office, name: str) -> str:
    """A signed-in session of an officer."""
    client = Client()
    client.force_login(office.users[name])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def measure(database: str, seed: int, office: Office, units: Sequence[int]) -> list[tuple[str, float, str, float]]:
    """Times of pages and counts; how many pages equal the plain query."""
    figures: list[tuple[str, float, str, float]] = []
    server, unequal = Server(), 0
    try:
        for name, seen in (("gongxin", frozenset(units)), ("yuanqu", frozenset({office.units["东园"].pk}))):
            actor, cookie = office.actor(name), cookie_of(office, name)
            texts = queries(random.Random(f"{seed}-{name}"), units, actor, REQUESTS)
            ask(server.port, cookie, texts[:4])
            alone = ask(server.port, cookie, texts)
            with ThreadPoolExecutor(16) as pool:
                parts = [texts[at::16] * 2 for at in range(16)]
                asked = pool.map(partial(ask, server.port, cookie), parts)
                crowd = [one for part in asked for one in part]
            counts = [_counted(text, actor) for text in texts]
            same = sum(_equal(text, actor, seen) for text in texts[: COMPARED // 2])
            unequal += COMPARED // 2 - same
            case(
                f"{database} {name}", p50_ms=percentile(alone, 0.5), p95_ms=percentile(alone, 0.95), max_ms=max(alone),
                p50_16_ms=percentile(crowd, 0.5), p95_16_ms=percentile(crowd, 0.95), count_p95_ms=percentile(counts, 0.95),
                count_max_ms=max(counts), equal=f"{same}/{COMPARED // 2}",
            )  # fmt: skip
            for milliseconds, text in sorted(zip(alone, texts, strict=True), reverse=True)[:3]:
                case(f"{database} {name} slowest", ms=milliseconds, query=text)
            figures += [
                (f"{database}_{name}_page_p95_ms", percentile(alone, 0.95), "<=", 200),
                (f"{database}_{name}_page_p95_16_clients_ms", percentile(crowd, 0.95), "<=", 400),
                (f"{database}_{name}_count_p95_ms", percentile(counts, 0.95), "<=", 50),
            ]
    finally:
        server.stop()
    return [*figures, (f"{database}_unequal", unequal, "==", 0)]


def _counted(text: str, actor: Actor) -> float:
    listing = build(_state(text), actor)
    with stopwatch() as watch:
        listing.tally()
    return watch.seconds * 1000


def _equal(text: str, actor: Actor, seen: frozenset[int]) -> bool:
    found = [row.pk for row in build(_state(text), actor).page().rows]
    same = found == plain(text, seen)
    if not same:
        print(f"differs: {text}")
    return same


def run(arguments: Sequence[str]) -> None:
    """database, rows, seed, folder."""
    database, rows, seed, folder = arguments[0], int(arguments[1]), int(arguments[2]), Path(arguments[3])
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    office = make_office()
    units = [office.units[name].pk for name in ("东园", "西园", "禾城镇")]
    with stopwatch() as watch:
        write_firms(rows, seed, units)
    case(f"{database} build", rows=rows, s=watch.seconds)
    figures = measure(database, seed, office, units)
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")

"""Keeping the house: init, tick, check, backup, reindex."""

import argparse
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Head
from gongxing.kernel.clock import now
from gongxing.kernel.deadlines.limits import compute_many, refresh_open
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.tick import tick as tick_once
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.kernel.jobs.daily import run_daily
from gongxing.kernel.search.index import rebuild_all
from gongxing.kernel.search.verify import verify
from gongxing.site.translations import compile_stale, faults, write

CHUNK = 5000


def say(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def init(arguments: Sequence[str]) -> int:
    """Make or upgrade the databases."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    compile_stale()
    call_command("migrate", database="default", verbosity=0)
    if not settings.SINGLE_DATABASE:
        call_command("migrate", database="ops", verbosity=0)
    say(f"ready: {settings.DATA_DIR}")
    return 0


def tick(arguments: Sequence[str]) -> int:
    """Derive open deadlines again, flip those that became due, and tell what was not told yet."""
    run_daily()
    moved, passed = refresh_open(), tick_once()
    say(f"moved={moved} passed={passed} told={warn_waiting()}")
    return 0


def check(arguments: Sequence[str]) -> int:
    """``check [audit|deadlines|search] [--head HASH]``: exit 1 when something does not hold, naming it."""
    parser = argparse.ArgumentParser(prog="gongxing check")
    parser.add_argument("what", nargs="?", choices=("all", "audit", "deadlines", "search"), default="all")
    parser.add_argument("--head", default="", help="a head hash printed earlier, to see a cut tail")
    given = parser.parse_args(arguments)
    sound = True
    if given.what in ("all", "audit"):
        report = check_chain(given.head)
        sound = report.sound
        say(
            f"audit entries={report.entries} links={report.links} secrets={report.secrets} head={report.head} sound={'yes' if report.sound else 'NO'}"
        )
        for one in report.breaks:
            say(f"  {one.kind} entry={one.entry_id} link={one.link_id} {one.detail}")
    if given.what in ("all", "deadlines"):
        wrong, total = _wrong_deadlines()
        say(f"deadlines checked={total} wrong={len(wrong)}")
        for line in wrong[:20]:
            say(f"  {line}")
        sound = sound and not wrong
    if given.what in ("all", "search"):
        index = verify()
        say(f"search checked={index.rows} wrong={index.wrong}")
        for line in index.lines:
            say(f"  {line}")
        sound = sound and not index.wrong
    return 0 if sound else 1


def _wrong_deadlines() -> tuple[list[str], int]:
    """Stored due instants that differ from what the facts give."""
    wrong: list[str] = []
    total, last = 0, 0
    while True:
        rows = list(Deadline.objects.filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not rows:
            return wrong, total
        for row, found in zip(rows, compute_many(rows), strict=True):
            if row.due_at != found.at:
                wrong.append(
                    f"{row.pk} {row.title}: stored {row.due_at:%Y-%m-%d %H:%M}, facts give {found.at:%Y-%m-%d %H:%M}"
                )
        total, last = total + len(rows), rows[-1].pk


def backup(arguments: Sequence[str]) -> int:
    """``backup DIR``: SQLite by its online backup, files beside it; prints the head hash of what was copied, to compare later."""
    parser = argparse.ArgumentParser(prog="gongxing backup")
    parser.add_argument("folder", type=Path)
    target = parser.parse_args(arguments).folder / timezone.localtime(now()).strftime("%Y%m%d-%H%M%S")
    if settings.SINGLE_DATABASE:
        say("the database is PostgreSQL: back it up with pg_dump; copying the files only")
    target.mkdir(parents=True)
    for alias, name in () if settings.SINGLE_DATABASE else (("default", "main"), ("ops", "ops")):
        connections[alias].ensure_connection()
        with closing(sqlite3.connect(target / f"{name}.sqlite3")) as copy:
            connections[alias].connection.backup(copy)
    if Path(settings.FILES_DIR).is_dir():
        shutil.copytree(settings.FILES_DIR, target / "files")
    say(f"backup={target} head={_head_of(target / 'main.sqlite3')}")
    return 0


def _head_of(copied: Path) -> str:
    """The head in a copied database, which others may have moved on since; with PostgreSQL the present one."""
    if not copied.is_file():
        return Head.objects.order_by("pk").values_list("hash", flat=True).first() or ""
    with closing(sqlite3.connect(copied)) as copy:
        found = copy.execute("SELECT hash FROM audit_head ORDER BY id LIMIT 1").fetchone()
    return str(found[0]) if found else ""


def reindex(arguments: Sequence[str]) -> int:
    """Build the search index anew."""
    for name, rows in rebuild_all().items():
        say(f"{name} rows={rows}")
    return 0


def translations(arguments: Sequence[str]) -> int:
    """``translations [--write]``: bring the English catalogue up to the source; without the flag only say what is missing."""
    parser = argparse.ArgumentParser(prog="gongxing translations")
    parser.add_argument("--write", action="store_true")
    if parser.parse_args(arguments).write:
        say(f"without English: {write()}")
    found = faults()
    for line in found:
        say(line)
    compile_stale()
    return 1 if found else 0

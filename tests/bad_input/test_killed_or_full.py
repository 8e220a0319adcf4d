"""Processes of their own: the worker killed in mid-import, and a full disk."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

PREPARE = """
from django.core.management import call_command
from django.conf import settings
for alias in ("default",) if settings.SINGLE_DATABASE else ("default", "ops"):
    call_command("migrate", database=alias, verbosity=0)
from gongxing.kernel.org.models import User
from gongxing.domains.firms.models import Firm
from gongxing.kernel.testing.office import make_office
office = make_office()
"""
IMPORT = """
from gongxing.kernel.exchange.flow import start_check, start_write, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
actor = office.actor("gongxin")
lines = ["单位名称,所属园区,注册资金"] + [f"青禾试断{n}食品有限公司,东园,{n + 1}万元" for n in range(%d)]
session = upload(ledger_named("firms.firm"), actor, "名录.csv", ["\\n".join(lines).encode()])
start_check(session, actor)
while run_next():
    pass
start_write(ImportSession.objects.get(), actor)
"""
REPORT = """
import json
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.models import Job
one = Job.objects.filter(kind="exchange.write").get()
print(json.dumps([Firm.objects.count(), Entry.objects.filter(verb="import").count(), check_chain().sound, one.state, one.attempt, one.message, ImportSession.objects.get().state]))
"""
KILLED_ROWS = 3000


def python(code: str, folder: Path, wait: bool = True) -> subprocess.Popen[str]:
    """Run code in a Python with Django set up on a data folder of its own."""
    env = {**os.environ, "GONGXING_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "gongxing.site.settings"}
    address = folder / "database"
    env["GONGXING_DATABASE_URL"] = address.read_text() if address.exists() else ""
    process = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"], env=env, stdout=subprocess.PIPE, text=True
    )
    if wait:
        assert process.wait(120) == 0
    return process


def told(code: str, folder: Path) -> list[list[Any]]:
    """Every line of JSON that the code prints."""
    process = python(code, folder)
    assert process.stdout is not None
    return [json.loads(line) for line in process.stdout]


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder for processes of their own; on PostgreSQL with a database of its own, whose address lies in it."""
    server = os.environ.get("GONGXING_DATABASE_URL", "")
    if not server:
        yield tmp_path
        return
    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        (tmp_path / "database").write_text(server.replace("/postgres?", f"/{name}?"))
        yield tmp_path
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def units_written(folder: Path) -> int:
    """How far the write has come, as an onlooker sees it."""
    ask = "SELECT COALESCE(MAX(done_units), 0) FROM jobs_job WHERE kind = 'exchange.write'"
    address = folder / "database"
    if address.exists():
        with psycopg.connect(address.read_text()) as connection:
            found = connection.execute(ask).fetchone()
            return int(found[0]) if found else 0
    with closing(sqlite3.connect(f"file:{folder / 'ops.sqlite3'}?mode=ro", uri=True)) as jobs:
        return int(jobs.execute(ask).fetchone()[0])


SWEEP = """
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import sweep
said = []
for language in ("zh-hans", "en"):
    Job.objects.filter(kind="exchange.write").update(state="running", language=language)
    assert sweep() == 1
    said.append(Job.objects.get(kind="exchange.write").message)
print(json.dumps(said))
"""


@pytest.mark.both
def test_killing_the_worker_in_mid_import_leaves_nothing_half_written(own_folder: Path) -> None:
    python(PREPARE + IMPORT % KILLED_ROWS, own_folder)
    killed = python("from gongxing.kernel.jobs.run import run_next\nrun_next()", own_folder, wait=False)
    end = time.monotonic() + 60
    while time.monotonic() < end and not units_written(own_folder):
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(10) == -signal.SIGKILL, "the import ended before it could be killed: make it longer"
    (firms, entries, sound, state, attempt, _message, session), said, after = told(REPORT + SWEEP + REPORT, own_folder)
    assert (firms, entries, sound, state, attempt, session) == (0, 0, True, "running", 1, "writing")
    assert "上次进程中断，重新开始" in said[0]
    assert "starting again" in said[1]
    assert (after[0], after[3]) == (0, "ready")
    [written] = told("from gongxing.kernel.jobs.run import run_next\nassert run_next()\n" + REPORT, own_folder)
    assert written[:5] == [KILLED_ROWS, KILLED_ROWS, True, "done", 2]


FULL = """
import resource
from pathlib import Path
from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from gongxing.kernel.audit.write import writing
from gongxing.kernel.exchange.export import export_list
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.jobs.run import JobError
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
actor = office.actor("gongxin")
with writing(actor, "import", "") as ctx:
    ctx.create_many([Firm(name=f"青禾试满{n}食品有限公司", folded=str(n), unit=office.units["东园"]) for n in range(2000)])
ledger = ledger_named("firms.firm")
for kind in ("xlsx", "csv"):
    listing = build(read_state(ledger, QueryDict("")), actor, "export")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    for language, words in (("zh-hans", "磁盘已满"), ("en", "The disk is full")):
        with translation.override(language):
            try:
                export_list(ledger, listing, actor, kind)
                raise SystemExit("the export went through")
            except JobError as error:
                assert words in str(error), str(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    left = [path for path in Path(settings.DATA_DIR).rglob("*") if path.suffix in (".xlsx", ".csv", ".bare")]
    assert left == [], left
    assert not StoredFile.objects.exists()
    assert export_list(ledger, listing, actor, kind).size > 64 * 1024
    StoredFile.objects.all().delete()
"""


@pytest.mark.both
def test_a_full_disk_ends_the_export_with_a_sentence_and_no_half_file(own_folder: Path) -> None:
    python(
        PREPARE
        + FULL.replace(
            "StoredFile.objects.all().delete()",
            "[one.delete() for one in StoredFile.objects.all()]; [path.unlink() for path in Path(settings.DATA_DIR).rglob('*') if path.suffix in ('.xlsx', '.csv')]",
        ),
        own_folder,
    )

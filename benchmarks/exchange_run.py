"""The steps of ``benchmarks.exchange``, each run in a process of its own."""

import json
import os
import random
import resource
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from django.core.management import call_command
from django.http import QueryDict

from benchmarks.harness import stopwatch
from benchmarks.search_run import invented
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.cells.uscc import make
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.export import export_list
from gongxing.kernel.exchange.flow import arrange, start_check, start_undo, start_write, upload
from gongxing.kernel.exchange.models import ImportFault, ImportSession
from gongxing.kernel.exchange.setup import Setup, corrected
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.org.actor import Actor, actor_for
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import make_office

LEDGER = "firms.firm"
REGISTER = os.environ.get("GONGXING_BENCH_REGISTER", "")
FILE = "register.csv" if REGISTER else "register.xlsx"
CLASSES = ("1391", "1340", "2012", "3011", "3825", "2231", "1530", "5137", "4754", "3099", "6110", "0111")
SCOPES = (
    "白糖、红糖的生产、销售；糖蜜加工",
    "人造板制造；木材加工；货物进出口",
    "建筑材料销售；水泥制品制造",
    "茉莉花茶加工、销售；农副产品收购",
    "计算机软硬件的技术开发、技术咨询；办公用品批发",
)
UNITS = ("东园", "西园", "禾城镇")


def sheet_row(at: int, name: str, draw: random.Random) -> list[Any]:
    """One of the 30-cell rows; every hundredth has a wrong check character."""
    code = make("9", "1", "459999", f"MA{at:06d}")
    if at % 100 == 99:
        code = code[:-1] + ("0" if code[-1] != "0" else "1")
    year, month, day = 1990 + at % 35, 1 + at % 12, 1 + at % 28
    return [
        at + 1, f"{name}{at}", code, "" if at % 5 == 0 else draw.choice(CLASSES), UNITS[at % 3], "存续", "是" if at % 40 == 0 else "否",
        "否", "", "否", "", f"{draw.randint(1, 9999)}万元" if at % 3 else f"人民币{draw.randint(10, 900)}万元整", f"{year}-{month:02d}-{day:02d}",
        f"{year + 1}.{month}", f"{year}/{month}/{day}", "", "有限责任公司", "私人控股", "", "青禾县市场监督管理局", f"45{at:013d}", "",
        draw.choice(SCOPES), "白砂糖、红糖", f"青禾县禾城镇工业大道{at % 900}号", "530300", f"演示{at % 90}", f"0771{at % 10_000_000:07d}", "", "演示",
    ]  # fmt: skip


def write_file(path: Path, rows: int, seed: int) -> list[str]:
    """The register as an XLSX with a title row. Returns the header."""
    draw = random.Random(seed)
    names = invented(rows, seed)
    head = ["序号", *(str(column.label) for column in ledger_named(LEDGER).editable)]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        sheet = book.add_worksheet("名录")
        sheet.write_string(0, 0, "青禾县（演示）企业名录")
        sheet.write_row(1, 0, head)
        for at, name in enumerate(names):
            sheet.write_row(at + 2, 0, sheet_row(at, name, draw))
    return head


def write_register(path: Path, rows: int, seed: int) -> int:
    """The real register as a CSV, its rows in a fixed shuffle. Returns how many cells."""
    with duckdb.connect() as reader:
        mixed = f"md5(concat('{seed}', 统一社会信用代码, 企业名称, 注册地址))"
        reader.execute(
            f"CREATE TABLE register AS SELECT * FROM read_parquet(?) ORDER BY {mixed} LIMIT {rows}", [REGISTER]
        )
        reader.execute(f"COPY register TO '{path}' (HEADER)")
        found = reader.execute("SELECT count(*) FROM register").fetchone()
        return (found[0] if found else 0) * len(reader.execute("DESCRIBE register").fetchall())


def clerk() -> Actor:
    return actor_for(User.objects.get(username="gongxin"), today())


def prepare(folder: Path, rows: int, seed: int) -> dict[str, float]:
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    make_office()
    if REGISTER:
        cells = write_register(folder / FILE, rows, seed)
        return {"cells": cells, "file_mb": round((folder / FILE).stat().st_size / 1e6, 1)}
    head = write_file(folder / FILE, rows, seed)
    return {"cells": rows * len(head), "file_mb": round((folder / FILE).stat().st_size / 1e6, 1)}


def _jobs() -> None:
    while run_next():
        pass


def check(folder: Path, rows: int, _seed: int) -> dict[str, float]:
    with stopwatch() as watch, (folder / FILE).open("rb") as content:
        session = upload(ledger_named(LEDGER), clerk(), FILE, iter(lambda: content.read(1 << 20), b""))
        if REGISTER:
            setup = Setup.from_json(session.setup)
            session = arrange(session, corrected(setup, {}, {**setup.defaults, "unit": UNITS[0]}))
        start_check(session, clerk())
        _jobs()
    session.refresh_from_db()
    counts = session.counts
    if REGISTER:
        return register_counts(counts, watch.seconds)
    wrong = rows // 100
    if counts["new"] != rows - wrong or counts["fault"] != wrong:
        first = ImportFault.objects.filter(session=session).values_list("row", "column", "code").first()
        raise SystemExit(f"the dry run counted {counts}; first fault {first}")
    return {"s": watch.seconds, "new": counts["new"], "faults": counts["fault"]}


def register_counts(counts: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Every row of the real register is new or has a fault; which share may have one the caller judges."""
    if not counts or counts["new"] + counts["fault"] != counts["rows"]:
        raise SystemExit(f"the dry run counted {counts}: {ImportSession.objects.get().error}")
    return {"s": seconds, "found": counts["rows"], "new": counts["new"], "faults": counts["fault"]}


def write(_folder: Path, rows: int, _seed: int) -> dict[str, float]:
    session = ImportSession.objects.get()
    with stopwatch() as watch:
        start_write(session, clerk())
        run_next()
    with stopwatch() as after:  # what the write set going: duplicates looked for among the new firms
        _jobs()
    found = Firm.objects.count()
    expected = session.counts["new"] if REGISTER else rows - rows // 100
    if found != expected:
        raise SystemExit(f"{found} firms after the write: {ImportSession.objects.get().error}")
    return {"s": watch.seconds, "followed_by_s": after.seconds, "firms": found}


def export(_folder: Path, _rows: int, _seed: int) -> dict[str, float]:
    ledger = ledger_named(LEDGER)
    listing = build(read_state(ledger, QueryDict("")), clerk(), "export")
    with stopwatch() as watch:
        stored = export_list(ledger, listing, clerk(), "xlsx")
    return {"s": watch.seconds, "file_mb": round(stored.size / 1e6, 1)}


def undo(_folder: Path, _rows: int, _seed: int) -> dict[str, float]:
    session = ImportSession.objects.get()
    with stopwatch() as watch:
        start_undo(session, clerk())
        _jobs()
    left = Firm.objects.count()
    faults = check_chain().breaks
    if left or faults:
        raise SystemExit(f"{left} firms left after the undo; chain: {faults}")
    return {"s": watch.seconds}


STEPS: dict[str, Callable[[Path, int, int], dict[str, float]]] = {
    "prepare": prepare,
    "check": check,
    "write": write,
    "export": export,
    "undo": undo,
}


def run(arguments: Sequence[str]) -> None:
    """step, folder, rows, seed."""
    name, folder, rows, seed = arguments[0], Path(arguments[1]), int(arguments[2]), int(arguments[3])
    keep(folder, name, STEPS[name](folder, rows, seed))


def keep(folder: Path, name: str, figures: dict[str, float]) -> None:
    """Leave the figures of a step, with the peak memory of this process."""
    figures["mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    (folder / f"{name}.json").write_text(json.dumps(figures), encoding="utf-8")

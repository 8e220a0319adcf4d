"""The steps of ``benchmarks.map_import``, each run in a process of its own."""

import json
import resource
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.core.management import call_command
from pyogrio import raw
from tests.browser.land_server import KEEPER, keeper

from benchmarks.harness import stopwatch
from gongxing.domains.land.mapfiles import drafts
from gongxing.domains.land.mapfiles.preparing import hand_over, look, prepare
from gongxing.domains.land.models import PlanLayer, Zone
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.flow import start_check, start_undo, start_write
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import make_office

LEDGER, LAYER, FILE = "land.zone", "TC1", "layer.gpkg"
WEST, SOUTH, STEP = 109.0, 22.5, 0.0007


def fields(areas: int, seed: int) -> list[Any]:
    """Fields side by side with a path between; every thousandth crosses itself."""
    draw, wide = np.random.default_rng(seed), int(np.ceil(np.sqrt(areas)))
    made = []
    for at in range(areas):
        west, south = WEST + (at % wide) * STEP, SOUTH + (at // wide) * STEP
        sides, reach = int(draw.integers(5, 10)), draw.uniform(0.00025, 0.00032)
        turns = np.linspace(0, 2 * np.pi, sides, endpoint=False)
        ring = np.column_stack([west + reach * np.cos(turns), south + reach * np.sin(turns)])
        if at % 1000 == 999:
            ring[[1, 3]] = ring[[3, 1]]
        made.append(shapely.Polygon(ring))
    return made


def clerk() -> Actor:
    return actor_for(User.objects.get(username=KEEPER), today())


def prepare_file(folder: Path, areas: int, seed: int) -> dict[str, float]:
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    office = make_office()
    with writing(SYSTEM, "benchmark", "") as ctx:
        keeper(ctx, office)
        ctx.create(
            PlanLayer(code=LAYER, name="图层", authority="机关", edition="v1", kind="permanent_farmland", rule="forbidden", dated=today())
        )  # fmt: skip
    shapes = fields(areas, seed)
    numbers = np.array([f"TB{at:07d}" for at in range(areas)], dtype=object)
    raw.write(
        str(folder / FILE), np.array([one.wkb for one in shapes], dtype=object), [numbers], ["图斑编号"], driver="GPKG",
        geometry_type="Polygon", crs="EPSG:4490",
    )  # fmt: skip
    return {"file_mb": round((folder / FILE).stat().st_size / 1e6, 1)}


def look_at(folder: Path, _areas: int, _seed: int) -> dict[str, float]:
    with stopwatch() as watch:
        with (folder / FILE).open("rb") as content:
            draft = drafts.keep(LEDGER, clerk(), [(FILE, iter(lambda: content.read(1 << 20), b""))])
        draft = drafts.changed(draft, choice={"layer": LAYER})
        report = prepare(draft, clerk(), look(draft))
        session = hand_over(draft, clerk())
    (folder / "session").write_text(str(session.pk), encoding="utf-8")
    return {"s": round(watch.seconds, 1), "shapes": report["n"], "faults": report["faults_n"]}


def _session(folder: Path) -> ImportSession:
    return ImportSession.objects.get(pk=int((folder / "session").read_text(encoding="utf-8")))


def _run(start: Callable[[ImportSession, Actor], object], folder: Path) -> float:
    with stopwatch() as watch:
        start(_session(folder), clerk())
        while run_next():
            pass
    return round(watch.seconds, 1)


def check(folder: Path, _areas: int, _seed: int) -> dict[str, float]:
    seconds = _run(start_check, folder)
    counts = _session(folder).counts
    return {"s": seconds, "new": counts["new"], "fault": counts["fault"]}


def write(folder: Path, _areas: int, _seed: int) -> dict[str, float]:
    return {"s": _run(start_write, folder), "rows": Zone.objects.count()}


def undo(folder: Path, _areas: int, _seed: int) -> dict[str, float]:
    return {"s": _run(start_undo, folder), "rows": Zone.objects.count()}


STEPS: Mapping[str, Callable[[Path, int, int], dict[str, float]]] = {
    "prepare": prepare_file, "look": look_at, "check": check, "write": write, "undo": undo,
}  # fmt: skip


def run(argv: Sequence[str]) -> None:
    """One step: name, folder, areas, seed. Its figures go to ``<name>.json``."""
    name, folder = argv[0], Path(argv[1])
    figures = STEPS[name](folder, int(argv[2]), int(argv[3]))
    figures["mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)
    (folder / f"{name}.json").write_text(json.dumps(figures), encoding="utf-8")

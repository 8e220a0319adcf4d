"""Import and export of 100,000 firms × 30 cells, against django-import-export on the same file.

``python -m benchmarks.exchange [--rows 100000] [--only sqlite|postgres] [--no-peer] [--register]``

Each step (dry run, write, undo, export, the peer) runs in a process of its own, so that its peak memory is its own. The file holds all 29
columns of the firms register and a running number; one row in five has no industry code and is classified in the dry run; one row in a
hundred carries a fault. The peer does its documented two steps (a dry run with a preview of differences, then the import) over the same
columns and the same database; it validates less, classifies nothing, writes no trail and no search index.

With ``--register`` the file is the real register (DIR/companies/registry/registry_dev.parquet, all 428,828 rows or the first ``--rows`` of
a fixed shuffle) as a CSV: every row must end as new or as a fault with its reason, at most one in a hundred. Its figures are printed; the
bounds above are for the invented file.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import harness
from gongxing.kernel.testing.postgres import programs

START = "import sys, django; django.setup(); from benchmarks.{module} import run; run(sys.argv[1:])"
STEPS = ("prepare", "check", "write", "export", "undo")
LIMITS = {"check_s": 30.0, "write_s": 60.0, "export_s": 20.0, "check_mb": 600.0, "write_mb": 600.0, "export_mb": 600.0}
RATIO = 5.0
REGISTER = "GONGXING_BENCH_REGISTER"
WHOLE = 1_000_000  # more rows than the register has


def step(name: str, folder: Path, args: Namespace, database: str) -> dict[str, float]:
    """Run one step in a new process; its figures."""
    start = START.format(module="exchange_peer" if name == "peer" else "exchange_run")
    command = [sys.executable, "-c", start, name, str(folder), str(args.rows), str(args.seed)]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gongxing.site.settings",
        "GONGXING_DATA_DIR": str(folder),
        "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}",
    }
    if database == "sqlite":
        env["GONGXING_DATABASE_URL"] = ""
    if args.register:
        env[REGISTER] = str(args.data / "companies" / "registry" / "registry_dev.parquet")
    subprocess.run(command, check=True, cwd=harness.REPOSITORY, env=env)
    return dict(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))


def measured(database: str, folder: Path, args: Namespace) -> dict[str, float]:
    """All steps on one database."""
    figures: dict[str, float] = {}
    steps = STEPS if args.no_peer or args.register or database != "sqlite" else (*STEPS, "peer")
    for name in steps:
        found = step(name, folder, args, database)
        harness.case(f"{database} {name}", **found)
        figures.update({f"{name}_{key}": value for key, value in found.items()})
    return figures


def judge(bounds: harness.Bounds, database: str, figures: Mapping[str, float]) -> None:
    """Compare with the limits; the peer's ratio is wall time for dry run and write together."""
    if "check_found" in figures:
        bounds.check(f"{database}_refused_share", figures["check_faults"] / figures["check_found"], "<=", 0.01)
        bounds.note(**{f"{database}_{name}": figures[name] for name in LIMITS})
        return
    for name, limit in LIMITS.items():
        bounds.check(f"{database}_{name}", figures[name], "<=", limit)
    bounds.note(**{f"{database}_undo_s": figures["undo_s"]})
    if "peer_s" in figures:
        ratio = figures["peer_s"] / (figures["check_s"] + figures["write_s"])
        bounds.check(f"{database}_times_faster_than_peer", ratio, ">=", RATIO)


def parser() -> ArgumentParser:
    made = ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    made.add_argument("--rows", type=int, help="100,000 of the invented file, all of the register")
    made.add_argument("--register", action="store_true", help="the real register instead of an invented file")
    made.add_argument("--only", choices=("sqlite", "postgres"))
    made.add_argument("--no-peer", action="store_true")
    made.add_argument(
        "--data",
        type=Path,
        default=harness.default_data(),
        help="where the real register is; not needed for the invented file",
    )
    made.add_argument("--seed", type=int, default=20260101)
    made.add_argument("--inside", action="store_true", help="already inside a PostgreSQL server of its own")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    args.rows = args.rows or (WHOLE if args.register else 100_000)
    if args.register and not (args.data / "companies" / "registry").is_dir():
        return harness.skip(f"{args.data / 'companies' / 'registry'} is absent: nothing measured.")
    if args.inside:
        figures = measured("postgres", Path(os.environ["GONGXING_BENCH_DIR"]), args)
        (Path(os.environ["GONGXING_BENCH_DIR"]) / "all.json").write_text(json.dumps(figures), encoding="utf-8")
        return 0
    harness.versions("django", "python-calamine", "xlsxwriter", "django-import-export", rows=args.rows, seed=args.seed)
    bounds = harness.Bounds()
    if args.only in (None, "sqlite"):
        with tempfile.TemporaryDirectory(prefix="gongxing-exchange-") as folder:
            judge(bounds, "sqlite", measured("sqlite", Path(folder), args))
    if args.only in (None, "postgres"):
        if programs() is None:
            print("No PostgreSQL server programs on this machine: measured on SQLite only.")
        else:
            with tempfile.TemporaryDirectory(prefix="gongxing-exchange-") as folder:
                own = [sys.executable, "-m", "gongxing.kernel.testing.postgres", "--", sys.executable, "-m"]
                own += ["benchmarks.exchange", "--inside", "--rows", str(args.rows), "--seed", str(args.seed)]
                own += ["--register", "--data", str(args.data)] if args.register else []
                env = {**os.environ, "GONGXING_BENCH_DIR": folder}
                subprocess.run(own, check=True, cwd=harness.REPOSITORY, env=env)
                judge(bounds, "postgres", json.loads((Path(folder) / "all.json").read_text(encoding="utf-8")))
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

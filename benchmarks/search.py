"""Search over a register of a million invented firms: speed by length of the query and by what one may see, and truth against LIKE.

``python -m benchmarks.search [--rows 1000000] [--data DIR] [--register] [--only sqlite|postgres]``

Each database gets its own run in a temporary folder. Names are drawn with a seed from invented words; ``--register`` takes the names of
``DIR/companies/registry/registry_dev.parquet`` as far as they reach. Firms are written with SQL and indexed through the projection that every write uses. Measured is the whole answer of the palette (grants,
index, sorting, the rows read again through ``access``), and the list with the text in its box as its page builds it: first page and count,
alone and with a facet and a sort. Both are compared with LIKE, the lists whole and uncut.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness
from gongxing.kernel.testing.postgres import programs

START = "import sys, django; django.setup(); from benchmarks.search_run import run; run(sys.argv[1:])"


def measured(database: str, folder: Path, args: Namespace) -> list[tuple[str, float, str, float]]:
    """Run one database in a process of its own; (figure, value, operator, limit), an empty operator for a figure without a limit."""
    command = [sys.executable, "-c", START, database, str(args.rows), str(args.seed), str(folder)]
    command += [str(args.data)] if args.register else []
    if database == "postgres":
        command = [sys.executable, "-m", "gongxing.kernel.testing.postgres", "--", *command]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gongxing.site.settings",
        "GONGXING_DATA_DIR": str(folder),
        "GONGXING_DATABASE_URL": "",
        "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}",
    }
    subprocess.run(command, check=True, cwd=harness.REPOSITORY, env=env)
    figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    return [(name, value, op, limit) for name, value, op, limit in figures]


def main(argv: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--register", action="store_true", help="names of the real register as far as they reach")
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--data", type=Path, default=harness.default_data(), help="folder with the real files")
    parser.add_argument("--seed", type=int, default=20260101)
    args = parser.parse_args(argv)
    harness.versions("django", "pypinyin", "psycopg", rows=args.rows, seed=args.seed)
    bounds = harness.Bounds()
    for database in ("sqlite", "postgres"):
        if args.only not in (None, database):
            continue
        if database == "postgres" and programs() is None:
            print("No PostgreSQL server programs on this machine: measured on SQLite only.")
            continue
        with tempfile.TemporaryDirectory(prefix="gongxing-search-") as folder:
            for name, value, op, limit in measured(database, Path(folder), args):
                if op:
                    bounds.check(name, value, op, limit)
                else:
                    bounds.note(**{name: value})
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

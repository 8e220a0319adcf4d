"""Lists of a million firms: whole pages over HTTP from the real server, at 1 and at 16 clients, and counting.

``python -m benchmarks.lists [--rows 1000000] [--only sqlite|postgres]``

Every request is a full list page (filters, sort, page, count, facets, totals, HTML) for a signed-in officer of the industry bureau who
sees all, and for a park officer who sees a tenth. Requests are drawn with a seed: none to three filters, any sort, first page, a page
onward by cursor, and page 5,000 by cursor. Twenty-four of them are compared with a plain ORDER BY of the whole table.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness
from gongxing.kernel.testing.postgres import programs

START = "import sys, django; django.setup(); from benchmarks.lists_run import run; run(sys.argv[1:])"


def main(argv: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument(
        "--data", type=Path, default=harness.default_data(), help="not needed: the register is invented"
    )
    parser.add_argument("--seed", type=int, default=20260101)
    args = parser.parse_args(argv)
    harness.versions("django", "granian", "psycopg", rows=args.rows, seed=args.seed)
    bounds = harness.Bounds()
    for database in ("sqlite", "postgres"):
        if args.only not in (None, database):
            continue
        if database == "postgres" and programs() is None:
            print("No PostgreSQL server programs on this machine: measured on SQLite only.")
            continue
        with tempfile.TemporaryDirectory(prefix="gongxing-lists-") as folder:
            command = [sys.executable, "-c", START, database, str(args.rows), str(args.seed), folder]
            if database == "postgres":
                command = [sys.executable, "-m", "gongxing.kernel.testing.postgres", "--", *command]
            env = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "gongxing.site.settings",
                "GONGXING_DATA_DIR": folder,
                "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}",
            }
            if database == "sqlite":
                env["GONGXING_DATABASE_URL"] = ""
            subprocess.run(command, check=True, cwd=harness.REPOSITORY, env=env)
            for name, value, op, limit in json.loads((Path(folder) / "figures.json").read_text(encoding="utf-8")):
                bounds.check(name, value, op, limit)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

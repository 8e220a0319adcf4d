"""A plan layer of 200,000 areas out of a GeoPackage: looked at, checked, written, taken back.

``python -m benchmarks.map_import [--areas 200000] [--data DIR] [--seed N]``: SQLite in a temporary folder, one process for each step so that its peak
memory is its own. Each area is a field of about sixty metres with five to nine corners; one in a thousand crosses itself and has to be refused by
name. No bound is set by the design; what is checked is that every area ends as new or as a fault, and that taking back leaves nothing.
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

START = "import sys, django; django.setup(); from benchmarks.map_import_run import run; run(sys.argv[1:])"
STEPS = ("prepare", "look", "check", "write", "undo")


def step(name: str, folder: Path, areas: int, seed: int) -> dict[str, float]:
    """Run one step in a new process; its figures."""
    env = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "gongxing.site.settings", "GONGXING_DATA_DIR": str(folder), "GONGXING_DATABASE_URL": "",
        "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}",
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", START, name, str(folder), str(areas), str(seed)],
        check=True,
        cwd=harness.REPOSITORY,
        env=env,
    )
    return dict(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))


def main(argv: Sequence[str] | None = None) -> int:
    made = ArgumentParser(add_help=False)
    made.add_argument("--areas", type=int, default=200_000)
    own, rest = made.parse_known_args(argv)
    args = harness.arguments(__doc__, rest)
    harness.versions("django", "shapely", "pyogrio", areas=own.areas, seed=args.seed)
    bounds, found = harness.Bounds(), {}
    with tempfile.TemporaryDirectory(prefix="gongxing-layer-") as folder:
        for name in STEPS:
            figures = step(name, Path(folder), own.areas, args.seed)
            harness.case(name, **figures)
            found |= {f"{name}_{key}": value for key, value in figures.items()}
    bounds.check("ended", found["check_new"] + found["check_fault"], "==", float(own.areas))
    bounds.check("refused", found["check_fault"], "==", float(own.areas // 1000))
    bounds.check("written", found["write_rows"], "==", found["check_new"])
    bounds.check("left", found["undo_rows"], "==", 0.0)
    bounds.note(**{key: value for key, value in found.items() if key.endswith(("_s", "_mb"))})
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

"""The pool of 20,000 projects: list pages, the overview, every project reckoned, likely twins.

``python -m benchmarks.projects [--seed N]``. One process, SQLite in a folder of its own, invented projects drawn with a seed: their stages and days,
80,000 moves, 30,000 papers. List pages are whole answers of the site (filters, sort, text, page, count, HTML) for an officer who sees all; the first
answers of the process are not counted. ``reckon`` is the whole nightly job's arithmetic with its queries; ``renew`` the job itself with its entries:
the first time every project differs, the second none. ``twins``: every pair of the register.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness

START = "import sys, django; django.setup(); from benchmarks.projects_run import run; sys.exit(run(sys.argv[1:]))"


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("django", rows=20_000, seed=args.seed)
    with tempfile.TemporaryDirectory(prefix="gongxing-projects-") as folder:
        return harness.child(START, Path(folder), [str(args.seed)])


if __name__ == "__main__":
    sys.exit(main())

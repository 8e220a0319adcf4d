"""The list of 200,000 cases of approval, and the pages that count all of them: the green lane and the changes of rules.

``python -m benchmarks.cases [--seed N]``. One process, SQLite in a folder of its own, invented cases of 20,000 projects drawn with a seed, a fortieth of them
under way, 50 projects on the lane, one item changed by the county. Pages are whole answers of the site (filters, sort, page, count, HTML) for an
officer who sees all; the first answers of the process are not counted.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness

START = "import sys, django; django.setup(); from benchmarks.cases_run import run; sys.exit(run(sys.argv[1:]))"


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("django", rows=200_000, seed=args.seed)
    with tempfile.TemporaryDirectory(prefix="gongxing-cases-") as folder:
        return harness.child(START, Path(folder), [str(args.seed)])


if __name__ == "__main__":
    sys.exit(main())

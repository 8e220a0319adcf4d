"""100,000 stored deadlines recomputed from their facts, a fifth of them paused; a sample compared with a walk day by day.

``python -m benchmarks.deadlines [--data DIR]``: SQLite in a temporary folder. Recomputing means reading deadlines and pauses from the
database, counting anew in the calendar 2007–2026 and comparing with the stored instant. Then all of them run, and as many pass as on a normal
day (167); 5,000 at once, as after a change of rules, are noted.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness

START = "import sys, django; django.setup(); from benchmarks.deadlines_run import run; sys.exit(run(sys.argv[1:]))"
ROWS = 100_000


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("django", rows=ROWS, seed=args.seed)
    with tempfile.TemporaryDirectory(prefix="gongxing-deadlines-") as folder:
        return harness.child(START, Path(folder), [str(ROWS), str(args.seed)])


if __name__ == "__main__":
    sys.exit(main())

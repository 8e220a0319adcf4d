"""The audit chain: cost of an entry, time of a check over 100,000 entries, and whether every kind of tampering is found.

``python -m benchmarks.audit [--data DIR]``: SQLite in a temporary folder. Tampering is done with SQL behind the program's back, one kind
at a time, on a copy of the database.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness

START = "import sys, django; django.setup(); from benchmarks.audit_run import run; sys.exit(run(sys.argv[1:]))"
ROWS = 100_000


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("django", rows=ROWS, seed=args.seed)
    with tempfile.TemporaryDirectory(prefix="gongxing-audit-") as folder:
        return harness.child(START, Path(folder), [str(ROWS), str(args.seed)])


if __name__ == "__main__":
    sys.exit(main())

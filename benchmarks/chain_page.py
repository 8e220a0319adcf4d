"""Pages of the chain map on a county's data: the eight shipped chains and one of 500 links, 20,000 firms on them.

``python -m benchmarks.chain_page [--data DIR] [--seed N]``: SQLite in a temporary folder, whole pages for a signed-in officer. ``first``
is the first page after a fact changed, which reads and grades everything anew; the others find the grading kept.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import harness

START = "import sys, django; django.setup(); from benchmarks.chain_page_run import run; sys.exit(run(sys.argv[1:]))"
FIRMS = 20_000


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("django", "rustworkx", firms=FIRMS, seed=args.seed)
    with tempfile.TemporaryDirectory(prefix="gongxing-chain-") as folder:
        return harness.child(START, Path(folder), [str(FIRMS), str(args.seed)])


if __name__ == "__main__":
    sys.exit(main())

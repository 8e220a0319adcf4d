"""``benchmarks.rcpsp`` as the core install has it: the compiler of the extra ``fast`` is hidden before anything is loaded. Same options."""

from __future__ import annotations

import sys

sys.modules["numba"] = None  # type: ignore[assignment]  # what is named so cannot be imported

from benchmarks.rcpsp import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())

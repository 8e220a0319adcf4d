"""pyogrio, loaded without pandas and pyarrow: it takes them along where there are any (a solver of ours needs the first, a yardstick of the
benchmarks the second), and we never ask it for frames or tables. That is 32 and 40 MB and a quarter of a second in every process of the site."""

import sys

_hidden = [name for name in ("pandas", "pyarrow") if name not in sys.modules]
for _name in _hidden:
    sys.modules[_name] = None  # type: ignore[assignment]  # to an import: not there

import pyogrio  # noqa: E402
import pyogrio.errors as errors  # noqa: E402
from pyogrio import raw  # noqa: E402

for _name in _hidden:
    del sys.modules[_name]

__all__ = ["errors", "pyogrio", "raw"]

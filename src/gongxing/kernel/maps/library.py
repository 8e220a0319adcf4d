"""pyogrio, loaded without pandas: it takes pandas along where there is one (a solver of ours needs it), and we never ask it for frames.
That is 32 MB and a quarter of a second in every process of the site."""

import sys

_pandas = sys.modules.get("pandas")
if _pandas is None:
    sys.modules["pandas"] = None  # type: ignore[assignment]  # to an import: not there

import pyogrio  # noqa: E402
import pyogrio.errors as errors  # noqa: E402
from pyogrio import raw  # noqa: E402

if _pandas is None:
    del sys.modules["pandas"]

__all__ = ["errors", "pyogrio", "raw"]

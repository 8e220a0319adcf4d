"""Complexity of world trade, 226 countries × 785 products, against the PyPI package ecomplexity in the same run.

``python -m benchmarks.complexity [--data DIR]``. Each side runs in a process of its own with one thread for linear algebra (both
slow down, the peer more, when threads wait for a busy core), three times; the fastest counts. Both start from the same rows in
memory and end with quotients, advantages, proximities, densities, ECI and PCI. The peer also computes its outlook indices,
which it cannot be told to leave out; its random check of log-supermodularity is switched off. Ours adds proximities between
countries and fitness in ``all_s``.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks import harness

TRADE = Path("companies") / "lq" / "world_trade_avg_1998_2000.csv"
SECONDS, RATIO, CLOSE = 0.5, 5.0, 1e-6
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def side(module: str, folder: Path, trade: Path) -> dict[str, float]:
    """Run one side in a new process; its figures. Its arrays are in ``folder/<module>.npz``."""
    env = {**os.environ, **ONE_THREAD, "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}"}
    command = [sys.executable, "-m", f"benchmarks.{module}", str(folder), str(trade)]
    subprocess.run(command, check=True, cwd=harness.REPOSITORY, env=env)
    return dict(json.loads((folder / f"{module}.json").read_text(encoding="utf-8")))


def scaled(vector: np.ndarray) -> np.ndarray:
    """Mean 0, deviation 1: the peer divides PCI by the deviation of ECI, ours by its own."""
    return np.asarray((vector - vector.mean()) / vector.std())


def compare(bounds: harness.Bounds, folder: Path) -> None:
    """The same names, the same set of advantages, and arrays equal to ``CLOSE``."""
    ours, theirs = np.load(folder / "complexity_run.npz"), np.load(folder / "complexity_peer.npz")
    named = all((ours[name] == theirs[name]).all() for name in ("places", "industries"))
    bounds.check("same_names", int(named), "==", 1)
    bounds.check("advantages_differing", int((ours["marks"] != theirs["marks"]).sum()), "==", 0)
    bounds.note(advantages=int(ours["marks"].sum()))
    for name in ("quotients", "proximities", "density", "eci"):
        bounds.check(f"{name}_gap", float(np.abs(ours[name] - theirs[name]).max()), "<=", CLOSE)
    bounds.check("pci_gap", float(np.abs(scaled(ours["pci"]) - scaled(theirs["pci"])).max()), "<=", CLOSE)


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    trade = args.data / TRADE
    if not trade.exists():
        return harness.skip(f"{trade} is absent: nothing measured.")
    harness.versions("numpy", "ecomplexity", "pandas", threads=1)
    bounds = harness.Bounds()
    with tempfile.TemporaryDirectory(prefix="gongxing-complexity-") as name:
        folder = Path(name)
        ours = side("complexity_run", folder, trade)
        harness.case("gongxing", **ours)
        bounds.check("all_s", ours["all_s"], "<=", SECONDS)
        bounds.note(same_measures_s=ours["same_measures_s"])
        if find_spec("ecomplexity") is None:
            print("The peer ecomplexity is not installed (pip install ecomplexity): nothing was compared.")
            bounds.check("times_faster_than_peer", 0.0, ">=", RATIO)
            return bounds.finish()
        theirs = side("complexity_peer", folder, trade)
        harness.case("ecomplexity", **theirs)
        bounds.check("times_faster_than_peer", theirs["peer_s"] / ours["same_measures_s"], ">=", RATIO)
        compare(bounds, folder)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

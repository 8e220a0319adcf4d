"""The peer's side of ``benchmarks.complexity``, in a process of its own: ``python -m benchmarks.complexity_peer FOLDER TRADE_CSV``.

Needs the packages ecomplexity and pandas (extra ``bench``). ``proximities`` come from a second call that the time does not count.
"""

import contextlib
import csv
import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from ecomplexity import ecomplexity, proximity

from benchmarks.harness import stopwatch

REPEATS = 3
COLUMNS = {"time": "year", "loc": "place", "prod": "industry", "val": "value"}


def run(folder: Path, trade: Path) -> None:
    """Measure and leave figures and arrays in ``folder``."""
    with trade.open(encoding="utf-8", newline="") as handle:
        rows = [(2000, row["country"], row["product"], float(row["value"])) for row in csv.DictReader(handle)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS.values()))
    seconds = []
    with contextlib.redirect_stdout(io.StringIO()):  # the peer prints each year
        for _ in range(REPEATS):
            with stopwatch() as watch:
                found = ecomplexity(frame, COLUMNS, check_logsupermodularity=False)
            seconds.append(watch.seconds)
        with stopwatch() as again:
            near = proximity(frame, COLUMNS)
    figures = {"peer_s": min(seconds), "peer_slowest_s": max(seconds), "proximity_call_s": again.seconds}
    (folder / "complexity_peer.json").write_text(json.dumps(figures), encoding="utf-8")
    cells = {name: found.pivot(index="place", columns="industry", values=name) for name in ("rca", "mcp", "density")}
    square = near.pivot(index="industry_1", columns="industry_2", values="proximity")
    by_place, by_industry = found.groupby("place"), found.groupby("industry")
    np.savez(
        folder / "complexity_peer.npz",
        places=np.array(list(cells["mcp"].index)),
        industries=np.array(list(cells["mcp"].columns)),
        quotients=cells["rca"].to_numpy(),
        marks=cells["mcp"].to_numpy() == 1,
        proximities=square.to_numpy(),
        density=cells["density"].to_numpy(),
        eci=by_place["eci"].first().to_numpy(),
        pci=by_industry["pci"].first().to_numpy(),
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))

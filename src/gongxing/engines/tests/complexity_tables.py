"""Small tables the tests of complexity measures share."""

from __future__ import annotations

import numpy as np

from gongxing.engines.complexity import ActivityTable, Advantages, Sample, advantages, revealed_comparative_advantage

ANY = Sample(1, 1)
SALES = {"u00": 20.0, "u01": 50.0, "u02": 20.0, "u03": 10.0}


def numbered(figures: list[float]) -> dict[str, float]:
    return {f"u{number:02d}": figure for number, figure in enumerate(figures)}


def marked(rows: dict[str, str]) -> Advantages:
    """Advantages given by hand: each place with the letters of its industries."""
    industries = tuple(sorted(set("".join(rows.values()))))
    marks = np.array([[letter in has for letter in industries] for has in rows.values()])
    cells = np.where(marks, 2.0, 0.0)
    found = advantages(revealed_comparative_advantage(ActivityTable(tuple(rows), industries, cells), ANY))
    return Advantages(
        tuple(rows), industries, marks, marks.sum(1), marks.sum(0), 1.0, found.n_places, found.n_industries
    )

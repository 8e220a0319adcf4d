"""Technological closeness of industries by what they buy, and proximities cut to the nearest: (C14), (C15)."""

from __future__ import annotations

import numpy as np

from gongxing.engines.complexity.relatedness import Proximities
from gongxing.engines.complexity.table import Matrix, kept, sealed
from gongxing.engines.reasons import Reason


def input_proximities(names: tuple[str, ...], columns: Matrix) -> Proximities:
    """(C14). Los 2000. ``columns`` is inputs × industries: what one unit of output of each industry (``names``) takes of every input, no
    figure negative. An industry that buys nothing is left out and named. ``n_places`` is the number of inputs compared. ValueError for a
    shape that does not fit, a name twice, or a figure that is missing, infinite or negative."""
    if columns.ndim != 2 or columns.shape[1] != len(names) or len(set(names)) != len(names):
        raise ValueError(f"{columns.shape} figures for {len(names)} industries")
    if not np.all(np.isfinite(columns) & (columns >= 0)):
        raise ValueError("an input is no amount")
    order = sorted(range(len(names)), key=names.__getitem__)
    sorted_names, given = tuple(names[i] for i in order), columns[:, order]
    buys = np.asarray(given.sum(axis=0) > 0, dtype=np.bool_)
    left_out = tuple(Reason.of("complexity.no_inputs", industry=name) for name in kept(sorted_names, ~buys))
    unit = given[:, buys] / np.linalg.norm(given[:, buys], axis=0)
    values = np.clip(unit.T @ unit, 0.0, 1.0)
    np.fill_diagonal(values, 1.0)
    found = kept(sorted_names, buys)
    return Proximities(found, sealed(values), "industries", columns.shape[0], len(found), left_out)


def nearest_only(near: Proximities, count: int) -> Proximities:
    """(C15): in each column the ``count`` nearest others and the industry itself, the rest 0; equals by name. No longer symmetric.
    ValueError for a count below 1."""
    if count < 1:
        raise ValueError(f"the {count} nearest are none")
    values = np.zeros_like(near.values)
    for i in range(len(near.names)):
        others = [j for j in np.argsort(-near.values[:, i], kind="stable") if j != i][:count]
        values[[i, *others], i] = near.values[[i, *others], i]
    return Proximities(
        near.names, sealed(values), near.between, near.n_places, near.n_industries, near.left_out, near.refused
    )

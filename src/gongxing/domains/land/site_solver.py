"""Choosing sites, and the scale of parks, in a process of its own: a question from standard input as JSON, progress and the answer to standard output.

Run as ``python -m gongxing.domains.land.site_solver``. Nobody imports this module: the solvers it loads live and die with its process. A question of sites is
``{"posed": …, "asked": …}``, answered with distances, result and the codes of what the engine's checker found wrong; one of scale is
``{"problem": …, "scenarios": …, "points": …}``, answered with the scale plans and what their checker found wrong.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from math import hypot, isfinite
from typing import Any, TextIO

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gongxing.engines.allocation import problem_from_json
from gongxing.engines.allocation.scale import Scenario, scale_plan
from gongxing.engines.allocation.scale_checker import check_scale
from gongxing.engines.siting import Client, Effort, Problem, Result, Site, check
from gongxing.engines.siting.capacities import choose_capacitated
from gongxing.engines.siting.choosing import choose_center, choose_covering, choose_median
from gongxing.engines.siting.distances import Edge, network, straight

STEP_M, TENTHS = 50.0, 1


def main() -> int:
    """Answer what stands on standard input. What the solvers themselves print goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    raw = json.load(sys.stdin)
    found = scales(raw) if "scenarios" in raw else sites(raw, out)
    out.write(json.dumps(found, allow_nan=False) + "\n")
    out.flush()
    return 0


def sites(raw: dict[str, Any], out: TextIO) -> dict[str, Any]:
    """The answer to a question of sites."""
    posed, asked = raw["posed"], raw["asked"]
    ones, others = _points(posed["clients"]), _points(posed["sites"])
    if posed["roads"]:
        far = along(posed["roads"], ones, others, float(posed["snap"]))
    else:
        far = np.asarray(straight(ones, others))
    far = np.round(far, TENTHS)
    problem = Problem(
        tuple(Client(one["key"], one["weight"], one["weight"]) for one in posed["clients"]),
        tuple(Site(one["key"], open=one["open"], capacity=one["capacity"]) for one in posed["sites"]),
        far,
        int(asked["new"]),
    )

    def progress(done: float, step: str) -> bool:
        out.write(json.dumps({"done": done, "step": step}) + "\n")
        out.flush()
        return True

    radius = float(posed["radius"] or 0.0)
    result = solve(problem, asked["model"], radius, Effort(float(asked["seconds"]), 0.0, progress))
    wrong = check(problem, result, radius if asked["model"] == "covering" else None)
    return {"answer": plain(asdict(result)), "distances": plain(far.tolist()), "faults": [one.code for one in wrong]}


def solve(problem: Problem, model: str, radius: float, effort: Effort) -> Result:
    """The choice under one of the models."""
    if model == "center":
        return choose_center(problem, effort)
    if model == "covering":
        return choose_covering(problem, radius, effort)
    return choose_capacitated(problem, effort) if model == "capacitated" else choose_median(problem, effort)


def along(
    roads: Sequence[Sequence[Sequence[float]]],
    ones: Sequence[tuple[float, float]],
    others: Sequence[tuple[float, float]],
    snap: float,
) -> Any:
    """Shortest ways over roads in metres, with the way to the nearest road at both ends; infinite from further than ``snap`` off any road. Roads that
    cross meet there."""
    lines = shapely.get_parts(shapely.union_all(np.array([shapely.LineString(one) for one in roads], dtype=object)))
    cut = shapely.segmentize(lines, STEP_M)
    edges, at = [], {}
    for line in cut:
        corners = [(round(float(x), 2), round(float(y), 2)) for x, y in line.coords]
        for one, two in pairwise(corners):
            edges.append(Edge(_name(one), _name(two), hypot(two[0] - one[0], two[1] - one[1])))
        at.update({corner: _name(corner) for corner in corners})
    corners = sorted(at)
    tree = cKDTree(np.array(corners))
    ends = [tree.query(np.array(list(points), dtype=float).reshape(-1, 2)) for points in (ones, others)]
    names = [[at[corners[int(k)]] for k in near] for _off, near in ends]
    ways = np.asarray(network(edges, names[0], names[1]).distances).reshape(len(ones), len(others))
    off = [np.where(np.asarray(away) <= snap, np.asarray(away), np.inf) for away, _near in ends]
    return ways + off[0][:, None] + off[1][None, :]


def _name(corner: tuple[float, float]) -> str:
    return f"{corner[0]:.2f},{corner[1]:.2f}"


def _points(rows: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(float(one["x"]), float(one["y"])) for one in rows]


def plain(value: Any) -> Any:
    """Figures that are not finite become null."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def scales(raw: dict[str, Any]) -> dict[str, Any]:
    """The answer to a question of scale."""
    asked = tuple(Scenario(one["name"], one["chance"]) for one in raw["scenarios"])
    problem = problem_from_json(json.dumps(raw["problem"]))
    found = scale_plan(problem, asked, int(raw["points"]))
    wrong = check_scale(problem, asked, found)
    return {"answer": plain([asdict(one) for one in found]), "faults": [one.code for one in wrong]}


if __name__ == "__main__":
    sys.exit(main())

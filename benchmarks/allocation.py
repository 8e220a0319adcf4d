"""Allocation of projects to parcels over phases."""

from __future__ import annotations

import random
import sys
import time

from benchmarks.harness import Bounds, arguments, case, stopwatch, versions
from gongxing.engines.allocation.model import Border, Parameters, Parcel, Park, Problem, Project, Utility


def county(seed: int, projects: int, parcels: int, phases: int = 3, land: float = 0.9, short: bool = False) -> Problem:
    """Three parks as grids of parcels (neighbours share an edge, a tenth of the borders are cut by roads); areas lognormal around 25 mu.
    Projects ask for ``land`` times what is offered; utilities carry seven tenths of what all of them need, growing by phase."""
    rng = random.Random(seed)
    codes = ("east", "north", "port")
    uses = ("M1", "M2", "M3")
    lots: list[Parcel] = []
    borders: list[Border] = []
    share = (0.4, 0.35, 0.25)
    for code, part in zip(codes, share, strict=True):
        count = round(parcels * part)
        wide = max(round(count**0.5), 1)
        for i in range(count):
            mu = round(min(max(rng.lognormvariate(3.2, 0.6), 5), 150), 2)
            clear = rng.random() < 0.45
            phase = rng.choices((1, 2, 3, None), (5, 3, 2, 0.5))[0] if clear else 1
            cost = round(mu * rng.uniform(8, 30), 1) if clear else 0.0
            lots.append(
                Parcel(
                    f"{code[0]}{i:03d}", code, mu, tuple(sorted(rng.sample(uses, rng.choice((1, 2, 2, 3))))), phase,
                    cost, round(mu * rng.uniform(1, 5), 1), mu if clear else 0.0,
                    rng.choice((0.0, 0.0, 0.0, 0.01, 0.2)), ("water",) if rng.random() < 0.05 else (),
                    {"homes": round(rng.uniform(50, 2500))}, mu > 40, 10.0,
                )
            )  # fmt: skip
            if i % wide and rng.random() < 0.9:
                borders.append(Border(f"{code[0]}{i - 1:03d}", f"{code[0]}{i:03d}", 80.0))
            if i >= wide and rng.random() < 0.9:
                borders.append(Border(f"{code[0]}{i - wide:03d}", f"{code[0]}{i:03d}", 80.0))
    offered = sum(one.mu or 0 for one in lots)
    industries = ("C38", "C26", "C39", "C13", "C33", "C36")
    sizes = [min(max(rng.lognormvariate(0, 0.8), 0.15), 6.0) for _ in range(projects)]
    scale = land * offered / sum(sizes)
    listed = []
    for i, size in enumerate(sizes):
        need = round(min(size * scale, 280), 1)
        industry = rng.choice(industries)
        chains = (f"c{rng.randrange(max(projects // 10, 1)):02d}",) if rng.random() < 0.7 else ()
        early = rng.choice((1, 1, 1, 2))
        listed.append(
            Project(
                f"p{i:03d}", need, rng.choice(uses), industry, chains, early, rng.choice((None, None, 2)) if early == 1 else None,
                {"power": round(need * rng.uniform(20, 120)), "sewage": round(need * rng.uniform(1, 20))},
                round(need * rng.uniform(150, 700)), round(need * rng.lognormvariate(5.8, 0.5)),
                round(need * rng.lognormvariate(2.6, 0.6), 1), None, {"homes": rng.choice((0.0, 0.0, 100.0, 300.0))},
                ("water",) if rng.random() < 0.3 else (), rng.choice(codes) if rng.random() < 0.1 else "",
            )
        )  # fmt: skip
    parks = []
    for code, part in zip(codes, share, strict=True):
        lines = []
        for name in ("power", "sewage"):
            whole = sum(one.needs[name] or 0 for one in listed) * part
            scarce = short or (code, name) in (("north", "power"), ("port", "sewage"))
            lines.append(Utility(name, tuple(round(whole * x * (1 if scarce else 2)) for x in (0.35, 0.55, 0.7)), 0.0))
        parks.append(Park(code, tuple(rng.sample(industries, 2)), (), tuple(lines)))
    return Problem(
        tuple(parks), tuple(lots), tuple(listed), tuple(borders),
        Parameters(phases=phases, intensity={"C": 180.0}, tolerance=0.02, reserve=0.1, band=0.15),
    )  # fmt: skip

"""Projects × parcels × phases: first plan and gap at two sizes, checker, every assignment of tiny counties, three plans of a county as
large as the demo's, one question, the scale plan with its checker.

``python -m benchmarks.allocation [--seed N]``. Counties are drawn with a seed (see ``county``): three parks as grids of parcels,
projects that ask for seven tenths of the land (crowded and the large one: nine tenths, of which a third is of no use to most), two
scarce utilities (short: all of them). ``first_s``: seconds until the first plan (greedy and local search, no
bound) is there with its reasons; ``gap``: of the best plan against the bound of the same answer.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from benchmarks.harness import Bounds, arguments, case, stopwatch, versions
from gongxing.engines.allocation.allocating import allocate, first, table_of, weighed_in
from gongxing.engines.allocation.asking import override, why
from gongxing.engines.allocation.checker import check
from gongxing.engines.allocation.greedy import state_of
from gongxing.engines.allocation.model import Border, Fixed, Parameters, Parcel, Park, Problem, Project, Utility
from gongxing.engines.allocation.proving import prove
from gongxing.engines.allocation.rulebook import Rulebook
from gongxing.engines.allocation.scale import Scenario, scale_plan
from gongxing.engines.allocation.scale_checker import check_scale


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


def measure(name: str, problem: Problem, seconds: float, bounds: Bounds, most: float | None) -> None:
    """One county: the first plan, then the best one in ``seconds``; its checks are bounds of their own."""
    with stopwatch() as quick:
        start = first(problem)
    with stopwatch() as watch:
        result = allocate(problem, seconds, plans=False)
    wrong = [*check(problem, start), *check(problem, result)]
    best = result.best
    label = name.replace(" ", "_")
    case(
        name,
        value=round(best.value, 3) if best else 0.0,
        bound=round(result.bound, 3),
        gap=result.gap,
        status=result.status,
        first=round(start.best.value, 3) if start.best else 0.0,
        first_s=quick.seconds,
        seconds=watch.seconds,
        sites=result.sites,
        options=result.options,
        placed=best.figures.placed if best else 0,
        tax_per_mu=best.figures.tax_per_mu or 0.0 if best else 0.0,
        checker="ok" if not wrong else " ".join(reason.code for reason in wrong),
    )
    bounds.check(f"{label}_wrong", len(wrong), "==", 0)
    if most is not None:
        bounds.check(f"{label}_gap", result.gap, "<=", most)
        bounds.check(f"{label}_over_time", max(watch.seconds - seconds, 0.0), "<=", 0.1 * seconds)
        if name.startswith("100"):
            bounds.check(f"{label}_first_s", quick.seconds, "<=", 3.0)


def measure_three(problem: Problem, bounds: Bounds) -> None:
    """Three plans in 60 seconds, one loser asked about, one project placed by hand."""
    with stopwatch() as watch:
        result = allocate(problem, 60.0)
    wrong = check(problem, result)
    case("three plans", seconds=watch.seconds, plans=len(result.plans), checker="ok" if not wrong else str(wrong))
    for plan in result.plans:
        told = plan.figures
        case(
            f"plan {plan.name}", placed=told.placed, tax_per_mu=told.tax_per_mu or 0.0, leading=told.leading or 0.0, fit=told.fit or 0.0,
            to_clear=told.to_clear, ready=told.ready, share=plan.share or 0.0, own_gap=plan.gap, differs=plan.differs,
        )  # fmt: skip
    bounds.check("three_wrong", len(wrong), "==", 0)
    bounds.check("three_plans", len(result.plans), "==", 3)
    best = result.best
    asked = next((one for one in result.lost if one.fits), None)
    if best is None or asked is None:
        return
    with stopwatch() as asking:
        answer = why(problem, best, asked.project, 10.0)
    case(
        "why",
        seconds=asking.seconds,
        loss=answer.loss if answer.loss is not None else "none",
        changes=len(answer.changes),
    )
    with stopwatch() as placing:
        told_cost = override(
            problem, best, asked.project, Fixed(best.placements[0].parcels, best.placements[0].phase), 10.0
        )
    case(
        "by hand", seconds=placing.seconds, cost=told_cost.cost if told_cost.cost is not None else "none",
        broken=" ".join(reason.code for reason in told_cost.broken) or "none", left=len(told_cost.left),
    )  # fmt: skip


def measure_usual(seed: int, bounds: Bounds) -> None:
    """Three plans of 59 projects on 100 parcels, as a layout asks for them: it stops where each plan is proved, after 60 seconds at the latest."""
    for k in range(3):
        problem = replace(county(seed + k, 59, 100, land=0.5), gap=0.01)
        with stopwatch() as watch:
            result = allocate(problem, 60.0)
        with stopwatch() as checking:
            wrong = check(problem, result)
        proof = prove(Rulebook(problem), result)
        case(
            f"59 x 100 x 3, three plans {k}", seconds=watch.seconds, check_s=checking.seconds, status=result.status,
            gaps=" ".join(f"{plan.gap:.4f}" for plan in result.plans), by_prices=round(proof.bound, 3) if proof else "none",
            bound=round(result.bound, 3), certified=round(result.certified or 0.0, 3), checker="ok" if not wrong else str(wrong),
        )  # fmt: skip
        bounds.check(f"usual_{k}_wrong", len(wrong), "==", 0)
        bounds.check(f"usual_{k}_plans", len(result.plans), "==", 3)
        bounds.check(f"usual_{k}_gap", result.gap, "<=", 0.01)


def measure_scale(seed: int, bounds: Bounds) -> None:
    """Three scenarios of a county of the demo's size and a large one: seconds, and what the checker says, which proves each plan best."""
    asked = (Scenario("low", {}, 0.3), Scenario("base", {}, 0.6), Scenario("high", {}, 1.0))
    for projects, parcels in ((59, 100), (300, 600)):
        problem = county(seed, projects, parcels)
        with stopwatch() as watch:
            scales = scale_plan(problem, asked)
        with stopwatch() as checking:
            wrong = check_scale(problem, asked, scales)
        case(
            f"scale {projects} x {parcels} x 3", seconds=watch.seconds, check_s=checking.seconds,
            output=" ".join(f"{one.output:.0f}" for one in scales), checker="ok" if not wrong else str(wrong),
        )  # fmt: skip
        bounds.check(f"scale_{projects}_wrong", len(wrong), "==", 0)


def measure_tiny(seed: int, bounds: Bounds) -> None:
    """Twelve counties of three projects and eight parcels against every set of placements."""
    off = 0.0
    for k in range(12):
        problem = county(seed + k, 3, 9)
        table = table_of(problem)
        values, company = weighed_in(table, problem.parameters.weights)
        blocks = [range(int(table.start[i]), int(table.start[i + 1])) for i in range(len(table.projects))]
        best = 0.0
        for chosen in product(*([None, *block] for block in blocks)):
            state = state_of(table, values, company, tuple(option for option in chosen if option is not None))
            if state.kept():
                best = max(best, state.value())
        found = allocate(problem, 10.0, plans=False).best
        off = max(off, abs((found.value if found is not None else 0.0) - best))
    case("tiny, every assignment", counties=12, worst_difference=off)
    bounds.check("tiny_difference", off, "<=", 1e-6)


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    versions("numpy", "scipy", seed=args.seed)
    bounds = Bounds()
    measure_tiny(args.seed, bounds)
    measure_scale(args.seed, bounds)
    measure_usual(args.seed, bounds)
    for k in range(2):
        measure(f"100 x 200 x 3 {k}", county(args.seed + k, 100, 200, land=0.7), 30.0, bounds, 0.01)
    measure("100 x 200 x 3 crowded", county(args.seed, 100, 200), 30.0, bounds, None)
    measure("100 x 200 x 3 short", county(args.seed, 100, 200, short=True), 30.0, bounds, None)
    measure("300 x 600 x 3", county(args.seed, 300, 600), 120.0, bounds, 0.03)
    measure_three(county(args.seed, 30, 190), bounds)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

"""Choosing projects: 500 × 12 budgets to a proved gap, county like ones with funds and parks, planted optima, every subset of 14.

``python -m benchmarks.portfolio [--seed N]``. Instances are drawn with a seed. ``mkp``: needs even in 1 … 1,000, value = mean need + even in
0 … 500, every budget a share of all needs (Chu and Beasley 1998, as in the OR-Library). ``planted``: needs are split so that a known set uses
up every budget and its projects alone are worth more than the prices of what they need: it is the only optimum by duality. Seconds by the
clock are those of the whole answer with three plans, prices and reasons; ``first_s`` those until the best plan is proved within the gap.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from itertools import combinations

from benchmarks.harness import Bounds, arguments, case, stopwatch, versions
from gongxing.engines.portfolio import Budget, Candidate, Draw, Emphasis, Fund, Problem, Quota, RowId, admit, check
from gongxing.engines.portfolio.choosing import choose
from gongxing.engines.portfolio.explaining import explain, more
from gongxing.engines.portfolio.optimum import optimum
from gongxing.engines.portfolio.solving import Model

PROJECTS, BUDGETS = 500, 12
GAP, SECONDS = 0.005, 10.0
WANTED = 0.0045
"""Asked of the search: a little under the bound, so that rounding does not decide."""


def mkp(seed: int, tightness: float) -> Problem:
    rng = random.Random(seed)
    needs = [[float(rng.randint(1, 1000)) for _ in range(BUDGETS)] for _ in range(PROJECTS)]
    values = [round(sum(need) / BUDGETS + 500 * rng.random(), 1) for need in needs]
    return Problem(
        tuple(
            Candidate(f"p{i:03d}", {"value": value}, {f"r{r:02d}": need[r] for r in range(BUDGETS)})
            for i, (value, need) in enumerate(zip(values, needs, strict=True))
        ),
        tuple(Budget(f"r{r:02d}", tightness * sum(need[r] for need in needs)) for r in range(BUDGETS)),
        gap=WANTED,
        seconds=SECONDS,
    )


def county(seed: int) -> Problem:
    """500 projects of a county: size lognormal, needs follow size, four parks with land of their own, four county resources, four funds."""
    rng = random.Random(seed)
    parks = ("north", "south", "east", "port")
    resources = ("land", "energy", "cod", "power")
    funds = ("bond", "central", "renewal", "province")
    listed = []
    for i in range(PROJECTS):
        size = rng.lognormvariate(0, 1)
        needs = {name: round(size * rng.lognormvariate(3, 0.6), 1) for name in resources}
        draws = tuple(
            Draw(fund, round(size * rng.uniform(100, 900)), {"paid": round(size * 40)})
            for fund in funds
            if rng.random() < 0.3
        )
        values = {"output": round(size * rng.lognormvariate(6, 0.5)), "tax": round(size * rng.lognormvariate(3, 0.7))}
        listed.append(
            Candidate(
                f"p{i:03d}", {**values, "paid": 0.0}, needs, rng.choice((*parks, "")), draws, rng.random() < 0.7,
                rng.random() < 0.01, "", (f"p{i - 1:03d}",) if rng.random() < 0.04 else (),
            )
        )  # fmt: skip
    total = {name: sum(one.needs[name] or 0 for one in listed) for name in resources}
    in_park = {park: sum(one.needs["land"] or 0 for one in listed if one.park == park) for park in parks}
    return Problem(
        tuple(listed),
        (
            *(Budget(name, round(0.35 * total[name])) for name in resources),
            *(Budget("land", round(0.4 * in_park[park]), park) for park in parks),
        ),
        tuple(Fund(fund, 60_000.0, 40) for fund in funds),
        tuple(Quota(park, least=5) for park in parks),
        {"output": 1.0, "tax": 8.0, "paid": 1.0},
        Emphasis("tax", {"tax": 1.0}),
        gap=WANTED,
        seconds=SECONDS,
    )


def planted(seed: int) -> tuple[Problem, float]:
    """A problem with its optimum. Prices are drawn; a project of the planted set is worth 1 to 20 % more than its needs at these prices,
    another one 1 to 20 % less; budgets are what the set uses. By (9) at these prices no set is worth more than the planted one."""
    rng = random.Random(seed)
    prices = [rng.uniform(0.5, 2.0) for _ in range(BUDGETS)]
    listed, value, used = [], 0.0, [0.0] * BUDGETS
    for i in range(PROJECTS):
        need = [float(rng.randint(1, 1000)) for _ in range(BUDGETS)]
        inside = rng.random() < 0.35
        cost = sum(price * amount for price, amount in zip(prices, need, strict=True))
        worth = round(cost * (1 + rng.uniform(0.01, 0.2) * (1 if inside else -1)), 3)
        listed.append(Candidate(f"p{i:03d}", {"value": worth}, {f"r{r:02d}": need[r] for r in range(BUDGETS)}))
        if inside:
            value += worth
            used = [one + amount for one, amount in zip(used, need, strict=True)]
    budgets = tuple(Budget(f"r{r:02d}", amount) for r, amount in enumerate(used))
    return Problem(tuple(listed), budgets, gap=WANTED, seconds=SECONDS), value


def measure(name: str, problem: Problem, bounds: Bounds, known: float | None = None) -> tuple[float, float]:
    """One case: gap and seconds; its checks are bounds of their own."""
    with stopwatch() as first:
        optimum(Model(admit(problem)), problem.seconds, problem.gap)
    with stopwatch() as watch:
        result = choose(problem)
    with stopwatch() as checking:
        wrong = check(problem, result)
    value = result.best.value if result.best is not None else 0.0
    short = 0.0 if known is None else (known - value) / known
    case(
        name,
        value=round(value, 1),
        bound=round(result.bound, 1),
        gap=result.gap,
        status=result.status,
        seconds=watch.seconds,
        first_s=first.seconds,
        plans=len(result.plans),
        greedy_share=result.greedy / value if value else 0.0,
        **({} if known is None else {"known": round(known, 1), "below_known": short}),
        check_s=checking.seconds,
        checker="ok" if not wrong else " ".join(reason.code for reason in wrong),
    )
    label = name.replace(" ", "_").replace(".", "")
    bounds.check(f"{label}_wrong", len(wrong), "==", 0)
    if known is not None:
        bounds.check(f"{label}_below_known", short, "<=", GAP)
    return result.gap, first.seconds


def measure_subsets(seed: int, bounds: Bounds) -> None:
    """Ten problems of 14 projects and 4 budgets against every subset."""
    off = 0.0
    for k in range(10):
        rng = random.Random(seed + k)
        figures = [(rng.randint(1, 60), [rng.randint(1, 40) for _ in range(4)]) for _ in range(14)]
        limits = [sum(need[r] for _, need in figures) // rng.randint(2, 4) for r in range(4)]
        best = max(
            sum(value for value, _ in chosen)
            for size in range(15)
            for chosen in combinations(figures, size)
            if all(sum(need[r] for _, need in chosen) <= limits[r] for r in range(4))
        )
        problem = Problem(
            tuple(
                Candidate(f"p{i:02d}", {"value": value}, {str(r): need[r] for r in range(4)})
                for i, (value, need) in enumerate(figures)
            ),
            tuple(Budget(str(r), limit) for r, limit in enumerate(limits)),
        )
        found = choose(problem).best
        off = max(off, abs((found.value if found is not None else 0.0) - best) / best)
    case("14 projects, every subset", problems=10, worst_difference=off)
    bounds.check("subsets_difference", off, "<=", 1e-9)


def measure_asking(seed: int) -> None:
    """What one question afterwards takes: a project of the county that was left out, and a tenth more of its land."""
    problem = county(seed)
    best = choose(problem).plans[0]
    left = next(one for one in choose(problem).left_out if not one.aside)
    with stopwatch() as asking:
        told = explain(problem, best, left.key)
    with stopwatch() as raising:
        gain = more(problem, best, RowId("budget", "land"))
    case(
        "one question",
        explain_s=asking.seconds,
        loss=told.loss if told.loss is not None else "none",
        extras=len(told.extras),
        more_s=raising.seconds,
        gain=gain.gain if gain is not None else "none",
    )


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    versions("numpy", "scipy", seed=args.seed, projects=PROJECTS, budgets=BUDGETS)
    bounds = Bounds()
    found = [
        measure(f"mkp {tightness} {k}", mkp(args.seed + k, tightness), bounds)
        for tightness in (0.25, 0.5, 0.75)
        for k in range(2)
    ]
    found += [measure(f"county {k}", county(args.seed + k), bounds) for k in range(3)]
    for k in range(2):
        problem, known = planted(args.seed + k)
        found.append(measure(f"planted {k}", problem, bounds, known))
    measure_subsets(args.seed, bounds)
    measure_asking(args.seed)
    bounds.check("worst_gap", max(gap for gap, _ in found), "<=", GAP)
    bounds.check("worst_seconds", max(seconds for _, seconds in found), "<=", SECONDS)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())

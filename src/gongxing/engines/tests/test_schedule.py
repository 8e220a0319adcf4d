"""Schedules under resources: tiny ones against trying every start, lists against the rules they keep, bounds, faults, and the checker."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gongxing.engines.records import from_json, to_json
from gongxing.engines.schedule import Placed, Problem, Resource, Result, Task, check
from gongxing.engines.schedule.choice import COMPILED
from gongxing.engines.schedule.plain import crossed, moved
from gongxing.engines.schedule.population import Population
from gongxing.engines.schedule.solving import solve
from gongxing.engines.schedule.table import table

SOURCE = Path(__file__).resolve().parents[3]


def drawn(seed: int, most: int = 6) -> Problem:
    """Up to ``most`` tasks with one or two resources, some of length 0, some released late, waiting for earlier ones here and there."""
    draw = random.Random(seed)
    resources = tuple(Resource(f"r{k}", draw.randint(1, 4)) for k in range(draw.randint(1, 2)))
    tasks = []
    for i in range(draw.randint(1, most)):
        tasks.append(
            Task(
                f"t{i}",
                draw.choice((0, 1, 1, 2, 3)),
                tuple(draw.randint(0, one.capacity) for one in resources),
                tuple(f"t{j}" for j in range(i) if draw.random() < 0.25),
                draw.choice((0, 0, 0, 1, 4)),
            )
        )
    draw.shuffle(tasks)
    return Problem(resources, tuple(tasks), seconds=20.0, workers=1, seed=seed)


def least_end(problem: Problem) -> int:
    """The least end, by asking of every end from 0 on whether some starts keep all limits: every start of every task is tried."""
    tasks = list(problem.tasks)
    tasks.sort(key=lambda one: one.key)  # a task only waits for those with a smaller number

    def fits(k: int, starts: dict[str, int], end: int) -> bool:
        if k == len(tasks):
            return True
        one = tasks[k]
        first = max(
            [one.release, *(starts[key] + next(t.duration for t in tasks if t.key == key) for key in one.after)]
        )
        for start in range(first, end - one.duration + 1):
            if all(room(one, start, time, k, starts) for time in range(start, start + one.duration)) and fits(
                k + 1, {**starts, one.key: start}, end
            ):
                return True
        return False

    def room(one: Task, start: int, time: int, k: int, starts: dict[str, int]) -> bool:
        running = [t for t in tasks[:k] if starts[t.key] <= time < starts[t.key] + t.duration]
        return all(
            one.demands[r] + sum(t.demands[r] for t in running) <= there.capacity
            for r, there in enumerate(problem.resources)
        )

    return next(end for end in range(100) if fits(0, {}, end))


@pytest.mark.parametrize("seed", range(60))
def test_tiny_problems_end_as_early_as_trying_everything(seed: int) -> None:
    problem = drawn(seed)
    result = solve(problem)
    assert check(problem, result) == ()
    assert (result.status, result.makespan, result.bound) == ("optimal", least_end(problem), result.makespan)


def test_two_reviewers_and_three_files_by_hand() -> None:
    """Files of 4, 3 and 3 days with two reviewers: 4 + 3 beside 3: 6 days would need a cut file, so 6 = 3 + 3 beside 4 is enough."""
    problem = Problem((Resource("desk", 2),), tuple(Task(key, n, (1,)) for key, n in (("a", 4), ("b", 3), ("c", 3))))
    result = solve(problem)
    assert (result.makespan, result.bound, result.status) == (6, 6, "optimal")


def test_the_energy_bound_by_hand() -> None:
    """Three tasks of length 2 that each need the whole crew, behind one of 3 and before one of 1: 3 + 6 + 1."""
    tasks = (
        Task("first", 3, (0,)),
        *(Task(f"m{k}", 2, (2,), ("first",)) for k in range(3)),
        Task("last", 1, (0,), ("m0", "m1", "m2")),
    )
    assert table(Problem((Resource("crew", 2),), tasks)).bound == 10


@pytest.mark.parametrize("seed", range(20))
def test_bounds_never_exceed_the_least_end(seed: int) -> None:
    problem = drawn(500 + seed)
    assert table(problem).bound <= least_end(problem)


def larger(seed: int, size: int = 60) -> Problem:
    draw = random.Random(seed)
    tasks = []
    for i in range(size):
        after = tuple(f"t{j:02d}" for j in range(max(0, i - 12), i) if draw.random() < 0.15)
        tasks.append(Task(f"t{i:02d}", draw.randint(0, 9), tuple(draw.randint(0, 6) for _ in range(3)), after))
    return Problem(tuple(Resource(f"r{k}", 9) for k in range(3)), tuple(tasks), seconds=1.5, workers=2, seed=seed)


def test_sixty_tasks_by_lists_and_the_exact_model() -> None:
    problem = larger(1)
    heard: list[str] = []

    def progress(share: float, step: str) -> bool:
        heard.append(step)
        return 0.0 <= share <= 1.0

    result = solve(problem, progress)
    assert check(problem, result) == ()
    assert result.makespan is not None
    assert "tight" in heard
    told_to_stop = solve(problem, lambda _share, _step: False)
    assert check(problem, told_to_stop) == ()
    assert (told_to_stop.ended, told_to_stop.bound) == ("lists", table(problem).bound)


def test_children_of_lists_keep_what_comes_first() -> None:
    data = table(larger(2, 30))
    group = Population(data, 3, 40, 0, lambda: True)
    random_ = np.random.default_rng(4)
    before, after = ([links.of(i) for i in range(30)] for links in (data.before, data.after))
    for _ in range(200):
        a, b = random_.integers(0, len(group.lists), 2)
        low, high = sorted(random_.integers(0, 31, 2).tolist())
        mother, father = group.lists[a].tolist(), group.lists[b].tolist()
        child = crossed(mother, father, low, high)
        assert child[:low] == mother[:low]
        inside = set(child[low:high])
        assert child[low:high] == [x for x in father if x in inside]
        child = moved(child, int(random_.integers(0, 30)), float(random_.random()), before, after)
        assert sorted(child) == list(range(30))
        assert all(child.index(j) < child.index(i) for i in range(30) for j in before[i])


COMPARING = """
import json, sys
if sys.argv[1] == "plain":
    sys.modules["numba"] = None
import numpy as np
from gongxing.engines.records import from_json
from gongxing.engines.schedule import Problem
from gongxing.engines.schedule.choice import COMPILED, breed
from gongxing.engines.schedule.population import Population
from gongxing.engines.schedule.table import table

data = table(from_json(Problem, sys.stdin.read()))
group = Population(data, 3, 30, 0, lambda: True)
begun = group.lists.tolist()
draws = np.random.default_rng(5).random((300, 8))
links = (data.before.first, data.before.other, data.after.first, data.after.other)
least = breed(group.lists, group.ends, draws, group.best, 0, *links, data.release, data.duration, data.demand, data.capacity, group.free)
group.take_in(group.best)
print(json.dumps([COMPILED, begun, int(least), group.lists.tolist(), group.ends.tolist(), group.best.tolist()]))
"""


@pytest.mark.skipif(not COMPILED, reason="the compiler of the extra fast is not installed: there is nothing to compare")
def test_compiled_and_plain_lists_are_the_same() -> None:
    """The same numbers drawn: the same first lists, the same children, the same best schedule."""
    told = [
        subprocess.run(
            [sys.executable, "-c", COMPARING, how],
            input=to_json(larger(6, 40)),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(SOURCE), "PATH": ""},
        ).stdout
        for how in ("plain", "compiled")
    ]
    plain, compiled = (json.loads(text) for text in told)
    assert (plain[0], compiled[0]) == (False, True)
    assert plain[1:] == compiled[1:]


def test_without_the_compiler_the_answer_is_the_same() -> None:
    """A process that cannot load the compiler, on a tiny problem that is proved either way and on one of 60 tasks."""
    start = (
        "import sys; sys.modules['numba'] = None\n"
        "from gongxing.engines.records import from_json, to_json\n"
        "from gongxing.engines.schedule import Problem\n"
        "from gongxing.engines.schedule.solving import solve\n"
        "print(to_json(solve(from_json(Problem, sys.stdin.read()))))\n"
    )
    for problem in (drawn(7), larger(1)):
        done = subprocess.run(
            [sys.executable, "-c", start],
            input=to_json(problem),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(SOURCE), "PATH": ""},
        )
        plain = from_json(Result, done.stdout)
        assert plain.compiled is False
        assert check(problem, plain) == ()
        if len(problem.tasks) < 10:
            assert (plain.makespan, plain.status) == (least_end(problem), "optimal")


def test_what_is_exported_loads_no_solver() -> None:
    start = "import sys, gongxing.engines.schedule\nprint(sorted({'ortools', 'numba'} & set(sys.modules)))"
    env = {"PYTHONPATH": str(SOURCE), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "[]"


def test_faults_are_named() -> None:
    room = (Resource("r", 2),)
    for tasks, status, code in (
        ((Task("a", 1, (1,)), Task("a", 1, (1,))), "invalid", "schedule.twice"),
        ((Task("a", 1, (1,), ("z",)),), "invalid", "schedule.no_such_task"),
        ((Task("a", -1, (1,)),), "invalid", "schedule.negative"),
        ((Task("a", 1, (1, 1)),), "invalid", "schedule.demands"),
        ((Task("a", 1, (1,), ("b",)), Task("b", 1, (1,), ("a",))), "invalid", "schedule.cycle"),
        ((Task("a", 1, (3,)),), "infeasible", "schedule.too_much"),
    ):
        result = solve(Problem(room, tasks))
        assert (result.status, [one.code for one in result.reasons]) == (status, [code])
        assert check(Problem(room, tasks), result) == ()
    empty = solve(Problem(room, ()))
    assert (empty.status, empty.makespan) == ("nothing_to_schedule", 0)


def test_the_checker_sees_what_is_wrong() -> None:
    problem = Problem((Resource("r", 1),), (Task("a", 2, (1,), (), 1), Task("b", 2, (1,), ("a",))))
    right = solve(problem)
    assert (right.makespan, check(problem, right)) == (5, ())

    def codes(result: Result) -> set[str]:
        return {one.code for one in check(problem, result)}

    a, b = right.placed
    assert "schedule.overrun" in codes(replace(right, placed=(a, Placed("b", 2, 4))))
    assert "schedule.too_early" in codes(replace(right, placed=(a, Placed("b", 2, 4))))
    assert "schedule.too_early" in codes(replace(right, placed=(Placed("a", 0, 2), b)))
    assert "schedule.wrong_end" in codes(replace(right, placed=(Placed("a", 1, 2), b)))
    assert codes(replace(right, placed=(a,))) == {"schedule.missing"}
    assert codes(replace(right, placed=(a, b, Placed("c", 0, 1)))) == {"schedule.unknown"}
    assert "schedule.wrong_makespan" in codes(replace(right, makespan=4))
    assert "schedule.wrong_bound" in codes(replace(right, bound=6))
    assert "schedule.wrong_status" in codes(replace(right, status="stopped"))

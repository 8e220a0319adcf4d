"""Drift by month: nothing where nothing changed, the month where something did, by hand and by exact chance."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations

import numpy as np

from gongxing.engines.process import Entry, EventLog, drift, log_of_entries
from gongxing.engines.process.drift import _Blocks, _chance
from gongxing.engines.process.tests.small_logs import near

CHINA = timezone(timedelta(hours=8))


def log(months: int, per_month: int, changed_from: int | None = None, seed: int = 1) -> EventLog:
    """Cases of three steps each month; from one month on half of them pass over the second."""
    random = np.random.default_rng(seed)
    entries = []
    for month in range(months):
        for k in range(per_month):
            when = datetime(2025 + month // 12, month % 12 + 1, 2 + k % 20, 9, tzinfo=UTC)
            skip = random.random() < (0.5 if changed_from is not None and month >= changed_from else 0.1)
            path = ["受理", "办结"] if skip else ["受理", "审查", "办结"]
            entries += [Entry(f"{month}-{k}", step, when + timedelta(hours=n)) for n, step in enumerate(path)]
    return log_of_entries(entries)


def test_the_month_that_changed_is_told_and_no_other() -> None:
    found = drift(log(12, 60, changed_from=8), apart=0.15)
    assert [month.month for month in found] == [f"2025-{k:02d}" for k in range(1, 13)]
    changed = [month for month in found if month.changed]
    assert changed[0].month == "2025-09"
    assert changed[0].chance == near(1 / 200)
    first = changed[0].shifts[0]
    assert (first.source, first.target) == ("受理", "办结")
    assert first.now > 2 * first.before
    assert all(not month.changed and month.shifts == () for month in found[:8])
    assert not any(month.changed for month in drift(log(12, 60)))


def test_distance_and_figures_by_hand() -> None:
    january, february = datetime(2025, 1, 10, tzinfo=UTC), datetime(2025, 2, 10, tzinfo=UTC)
    entries = []
    for k in range(4):
        entries += [Entry(f"j{k}", "a", january), Entry(f"j{k}", "b", january + timedelta(hours=k))]
        entries += [Entry(f"f{k}", "a", february), Entry(f"f{k}", "b" if k else "c", february + timedelta(hours=1))]
    open_case = [Entry("o", "a", january), Entry("o", "c", february)]
    found = drift(log_of_entries([*entries, *open_case]), least=4, apart=0.0)
    # January: 4 × ab. February: 3 × ab, 2 × ac.
    assert [(month.month, month.began, month.ended, month.pairs) for month in found] == [
        ("2025-01", 5, 4, 4),
        ("2025-02", 4, 5, 5),
    ]
    assert (found[0].distance, found[0].chance) == (None, None)
    assert found[1].distance == near(0.4)
    assert (found[0].median_s, found[0].p90_s) == (1.5 * 3600, near(2.7 * 3600))
    assert [
        (one.source, one.target, one.before, one.now)
        for one in drift(log_of_entries([*entries, *open_case]), least=4, level=1.0)[1].shifts
    ] == [
        ("a", "b", 1.0, near(0.6)),
        ("a", "c", 0.0, near(0.4)),
    ]


def test_chance_is_that_of_all_shuffles() -> None:
    """Five blocks against four: the share of all 126 choices that lie as far apart, within the error of drawing."""
    counts = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]])
    types = np.array([0, 0, 0, 1, 2, 0, 1, 1, 1])
    blocks = _Blocks(np.zeros(9, np.int64), types, counts)
    now, before = np.bincount(types[:5], minlength=3), np.bincount(types[5:], minlength=3)
    rows = counts[types]

    def apart(chosen: tuple[int, ...]) -> float:
        one = rows[list(chosen)].sum(axis=0)
        other = rows.sum(axis=0) - one
        return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)

    seen = apart((0, 1, 2, 3, 4))
    exact = np.mean([apart(chosen) >= seen - 1e-12 for chosen in combinations(range(9), 5)])
    drawn = _chance(blocks, now, before, seen, 20_000, np.random.default_rng(3))
    assert drawn == near(exact, 0.015)


def test_months_are_those_of_the_wall_clock() -> None:
    late = datetime(2025, 1, 31, 20, tzinfo=UTC)  # the first of February in China
    found = drift(log_of_entries([Entry("1", "a", late), Entry("2", "a", datetime(2025, 4, 2, tzinfo=UTC))]), CHINA)
    assert [(month.month, month.began) for month in found] == [("2025-02", 1), ("2025-03", 0), ("2025-04", 1)]
    naive = log_of_entries([Entry("1", "a", datetime(2025, 1, 31, 20))])  # noqa: DTZ001
    assert [month.month for month in drift(naive, CHINA)] == ["2025-01"]
    assert drift(log_of_entries([])) == ()
    ages = log_of_entries([Entry("1", "a", datetime(1, 1, 1, tzinfo=UTC)), Entry("2", "a", late)])
    assert [month.month for month in drift(ages, CHINA)] == ["0001-01", "2025-02"]

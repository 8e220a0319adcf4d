"""The maturity score: the pack's points by hand, ranges, what blocks, and the next step against a brute count."""

import csv
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.maturity import Level, Lines, Part, score

BUSY = [HealthCheck.too_slow]  # drawing takes long where two processors serve many
PACK = Path(__file__).resolve().parents[4] / "packs"


def rows(name: str, pack: str = "gates") -> list[dict[str, str]]:
    with (PACK / pack / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PARTS = [Part.from_row(row) for row in rows("maturity")]
LEVELS = [Level.from_row(row) for row in rows("maturity_levels")]
VALUES = {row["code"]: Decimal(row["value"]) for row in rows("parameters", "parameters") if row["unit"] == "point"}
LINES = Lines(VALUES["maturity.ready"], VALUES["maturity.pre"], VALUES["maturity.reserve"])
FULL: dict[str, Any] = {
    "owner": "registered", "funds_share": 1, "land_planning": "done", "land_class": "construction", "clearance_share": 1, "land_supply": "done",
    "plan_conformity": "conforms", "eia_state": "done", "energy_state": "not_needed", "soil_state": "done", "design_depth": "drawings",
    "catalogue": "encouraged", "power_state": "ready", "water_state": "ready", "gas_state": "not_needed", "sewage_state": "ready",
}  # fmt: skip


def test_the_points_of_the_rulebook() -> None:
    groups: dict[str, Decimal] = {}
    for part in PARTS:
        groups[part.group] = groups.get(part.group, Decimal(0)) + part.points
    assert groups == {
        "owner": 15,
        "funds": 20,
        "land": 20,
        "planning": 10,
        "permits": 10,
        "design": 10,
        "policy": 5,
        "utilities": 10,
    }
    assert sum(groups.values()) == 100
    assert [part.points for part in PARTS if part.group == "land"] == [5, 5, 5, 5]
    assert [LINES.ready, LINES.preparatory, LINES.reserve] == [80, 60, 40]


def test_everything_done_is_one_hundred_with_nothing_left_to_do() -> None:
    got = score(PARTS, LEVELS, FULL, LINES)
    assert [got.score, got.maturity_class, got.steps, got.asks, got.may_be_blocked] == [100, "ready", (), (), False]


def test_a_project_in_the_middle_by_hand() -> None:
    facts = FULL | {
        "owner": "agreed", "funds_share": Decimal("0.35"), "clearance_share": 0.4, "land_supply": "none", "eia_state": "submitted",
        "design_depth": "feasibility", "catalogue": "permitted", "power_state": "planned",
    }  # fmt: skip
    got = score(PARTS, LEVELS, facts, LINES)
    # 15·0.8 + 20·0.35 + (5+5+5·0.4+0) + 10 + (4·0.5+3+3) + 10·0.5 + 5·0.6 + (2.5·0.4+2.5+2.5+2.5)
    assert got.score == Decimal("12") + 7 + 12 + 10 + 8 + 5 + 3 + Decimal("8.5")
    assert (got.score, got.maturity_class) == (Decimal("65.5"), "preparatory")
    # gain per working day: funds 13/19.5, owner 3/20, design 3/30, clearance 3/36, eia 2/30, power 0.75/15, supply 1.25/30
    assert [(one.part.code, one.to_level, one.gain, one.effort) for one in got.steps] == [
        ("funds", "", Decimal("13.00"), Decimal("19.50")),
        ("owner", "registered", Decimal("3.0"), 20),
        ("design", "preliminary", Decimal("3.0"), 30),
        ("land.clearance", "", Decimal("3.0"), Decimal("36.0")),
        ("permits.eia", "done", Decimal("2.0"), 30),
        ("utilities.power", "building", Decimal("0.75"), 15),
        ("land.supply", "preparing", Decimal("1.25"), 30),
    ]


def test_what_nobody_knows_is_a_range_and_is_asked_for() -> None:
    facts = {key: value for key, value in FULL.items() if key not in ("funds_share", "eia_state")} | {"gas_state": ""}
    got = score(PARTS, LEVELS, facts, LINES)
    assert [got.score, got.low, got.high] == [None, Decimal("73.5"), 100]
    assert [got.low_class, got.high_class, got.maturity_class] == ["preparatory", "ready", None]
    assert [(one.field, one.at_stake) for one in got.asks] == [
        ("funds_share", 20),
        ("eia_state", 4),
        ("gas_state", Decimal("2.5")),
    ]
    assert got.steps == ()


def test_nothing_known_is_nought_to_one_hundred() -> None:
    got = score(PARTS, LEVELS, {}, LINES)
    assert [got.low, got.high, got.low_class, got.high_class, len(got.asks)] == [0, 100, "concept", "ready", 16]
    assert got.may_be_blocked


@pytest.mark.parametrize("catalogue", ["restricted", "eliminated"])
def test_restricted_and_eliminated_industries_are_nought_and_blocked(catalogue: str) -> None:
    got = score(PARTS, LEVELS, FULL | {"catalogue": catalogue, "owner": None}, LINES)
    assert [got.score, got.maturity_class, got.steps, got.asks] == [0, "blocked", (), ()]
    assert got.blocked_by is not None
    assert got.blocked_by.code == "policy"


def test_existing_capacity_of_a_restricted_industry_may_be_upgraded() -> None:
    got = score(PARTS, LEVELS, FULL | {"catalogue": "restricted_upgrade"}, LINES)
    assert [got.score, got.maturity_class, got.steps] == [95, "ready", ()]


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (80, "ready"),
        ("79.99", "preparatory"),
        (60, "preparatory"),
        ("59.99", "reserve"),
        (40, "reserve"),
        ("39.99", "concept"),
        (0, "concept"),
    ],
)
def test_lines_belong_to_the_class_above(points: str | int, name: str) -> None:
    assert LINES.class_of(Decimal(points)) == name


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("funds_share", 1.01, "maturity.not_a_share"),
        ("funds_share", "-0.1", "maturity.not_a_share"),
        ("funds_share", True, "maturity.not_a_share"),
        ("funds_share", "half", "maturity.not_a_share"),
        ("funds_share", Decimal("Infinity"), "maturity.not_a_share"),
        ("funds_share", float("nan"), "maturity.unknown"),
        ("owner", "somebody", "maturity.level_gone"),
        ("owner", 3, "maturity.level_gone"),
    ],
)
def test_a_value_that_says_nothing_is_unknown_with_the_reason(field: str, value: Any, code: str) -> None:
    got = score(PARTS, LEVELS, FULL | {field: value}, LINES)
    (one,) = [one for one in got.parts if one.part.field == field]
    assert one.reason.code == code
    assert [got.low, got.high] == [100 - one.part.points, 100]


@pytest.mark.parametrize("wrong", [{"points": "-1"}, {"effort": "0"}])
def test_a_part_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="owner"):
        Part.from_row(rows("maturity")[0] | wrong)
    with pytest.raises(ValueError, match="owner"):
        Level.from_row(rows("maturity_levels")[0] | {"share": "101"})


SMALL_PARTS = [Part(code, code, Decimal(points), code, "s", Decimal(effort), n) for n, (code, points, effort) in enumerate([("a", 50, 7), ("b", 30, 3), ("c", 20, 2)])]  # fmt: skip
SMALL_LEVELS = [Level("s", f"l{n}", Decimal(n) / 4) for n in range(5)]


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(st.tuples(*[st.sampled_from([None, "l0", "l1", "l2", "l3", "l4"])] * 3))
def test_the_range_holds_every_completion_and_the_step_is_the_best_of_all(values: tuple[str | None, ...]) -> None:
    """Oracle: fill the unknown parts in every way; try every single step and take the best gain per day."""
    facts = dict(zip("abc", values, strict=True))
    got = score(SMALL_PARTS, SMALL_LEVELS, facts, LINES)
    points = {"a": 50, "b": 30, "c": 20}
    ways = product(*[[value] if value else ["l0", "l4"] for value in values])
    totals = [sum(points[key] * int(level[1]) / 4 for key, level in zip("abc", way, strict=True)) for way in ways]
    assert (float(got.low), float(got.high)) == (min(totals), max(totals))
    tries = [
        (points[key] / 4 / days, points[key] / 4, key)
        for key, days in (("a", 7), ("b", 3), ("c", 2))
        if facts[key] not in (None, "l4")
    ]
    best = max(tries, key=lambda one: (one[0], one[1]), default=None)
    assert [got.steps[0].part.code if got.steps else None] == [best[2] if best else None]
    if best and best[2] != "a":  # b and c gain the same per day: the larger gain goes first
        assert got.steps[0].part.code == ("b" if facts["b"] not in (None, "l4") else "c")

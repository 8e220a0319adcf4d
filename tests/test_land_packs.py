"""The packs of the land stage as data: known sources and units, parameters that are named exist, and the engines read them."""

from datetime import date

import pytest

from gongxing.engines.clearance import Rules as ClearanceRules
from gongxing.engines.clearance import steps_from_rows
from gongxing.engines.landstates import Period, Rules, stage_rules_from_rows
from gongxing.engines.permu import Criteria, families_from_rows
from gongxing.kernel.packs.tables import pack, shipped_rows, table

DAY = date(2026, 6, 1)
TABLES = [
    ("per-mu", "families"),
    ("per-mu", "terms"),
    ("per-mu", "grades"),
    ("per-mu", "adjustments"),
    ("clearance", "steps"),
    ("park-indicators", "indicators"),
    ("land-control", "rules"),
    ("parameters", "parameters"),
]


@pytest.mark.parametrize(("name", "rows"), TABLES)
def test_every_row_rests_on_a_source_that_is_named(name: str, rows: str) -> None:
    known = {row["code"] for row in shipped_rows("vocab", "sources")}
    found = {part.partition(":")[0] for row in shipped_rows(name, rows) for part in row.source.split(";")}
    assert found <= known


OF_LAND = (
    "idle.",
    "inefficient.",
    "standard.",
    "siting.",
    "community.",
    "clearance.",
    "control.",
    "land.",
    "park.",
    "permu.",
    "zd.",
)


def test_units_are_in_the_vocabulary() -> None:
    known = {row["unit"] for row in shipped_rows("vocab", "units")}
    assert {row["x_unit"] for row in shipped_rows("per-mu", "terms")} <= known
    assert {row["unit"] for row in shipped_rows("park-indicators", "indicators")} <= known
    mine = [row for row in shipped_rows("parameters", "parameters") if row["code"].startswith(OF_LAND)]
    assert {row["unit"] for row in mine} <= known
    assert len(mine) > 60


def test_columns_are_those_declared() -> None:
    for name, rows in TABLES:
        declared = [column for column, _, _ in pack(name).tables[rows].columns]
        assert list(shipped_rows(name, rows)[0]) == declared


@pytest.mark.django_db
def test_the_engines_read_the_tables_of_a_day() -> None:
    parameters = {row["code"]: row for row in table("parameters", "parameters", DAY)}
    statuses = {code: row.status for code, row in parameters.items()}
    idle = Rules.from_rows(parameters, statuses)
    assert (idle.year1, idle.year2, idle.no_date) == (Period(1, "year"), Period(2, "year"), Period(1, "year"))
    assert dict(idle.marks)["idle.no_date"] == "recalled"
    assert sum(ClearanceRules.from_rows(parameters, statuses).weights.values()) == 100
    assert Criteria.from_rows(parameters, statuses).late_years == 2
    assert set(stage_rules_from_rows(parameters, statuses)) == {"start", "finish", "full_review"}
    steps = table("clearance", "steps", DAY)
    made = steps_from_rows(steps, parameters, {(row["regime"], row["step"]): (row.source, row.status) for row in steps})
    assert {regime: len(rows) for regime, rows in made.items()} == {"collective": 11, "state_owned": 9}
    families = families_from_rows(
        *(table("per-mu", name, DAY) for name in ("families", "terms", "grades", "adjustments"))
    )
    # Wenling and the county's template have no terms yet
    assert sorted(families) == ["HY2021A", "HY2022A", "HY2022B", "MU2A", "MU2B"]
    assert [sum(term.weight for term in families[code].terms) for code in sorted(families)] == [100] * 5
    assert {code: len(family.bands) for code, family in families.items() if family.bands} == {"MU2A": 4, "MU2B": 4}

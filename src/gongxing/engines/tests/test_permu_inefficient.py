"""The criteria of inefficient land, by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from gongxing.engines.permu import Criteria, LandFacts, inefficient

ROWS = {
    f"inefficient.{code}": {"value": value}
    for code, value in (("late", "2"), ("settled", "2"), ("intensity", "50"), ("output", "50"), ("stopped", "1"))
}
CRITERIA = Criteria.from_rows(
    ROWS, {"inefficient.late": "recalled", "inefficient.output": "verified", "idle.y1": "excerpt"}
)
DAY = date(2026, 3, 1)
GOOD = LandFacts(
    agreed_finish=date(2022, 6, 1), finished=date(2022, 5, 1), intensity=Fraction(9, 10), output=Fraction(1, 2), running=True,
    eliminated=False, off_plan=False, unsafe=False, polluting=False, renewal=False, scattered=False,
)  # fmt: skip


def answers(**changed: Any) -> dict[str, str]:
    facts = LandFacts(**{**{name: getattr(GOOD, name) for name in LandFacts.__slots__}, **changed})
    found = inefficient(facts, CRITERIA, DAY)
    return {"": str(found.answer)} | {one.code: str(one.answer) for one in found.findings if one.answer != "clear"}


def test_a_parcel_in_good_use_is_clear_and_unverified_lines_are_marked() -> None:
    # output exactly 50 % of the standard is not below it
    assert answers() == {"": "clear"}
    assert inefficient(GOOD, CRITERIA, DAY).marks == (("inefficient.late", "recalled"),)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        # agreed finish 2022-06-01: the line is 2024-06-01, and the day itself is not yet more than two years
        ({"finished": date(2024, 6, 1)}, {"": "clear"}),
        ({"finished": date(2024, 6, 2)}, {"": "met", "late": "met"}),
        ({"finished": None, "unfinished": True}, {"": "met", "late": "met"}),
        ({"finished": None}, {"": "unknown", "late": "unknown"}),
        # finished 2024-03-01: two full years on 2026-03-01
        ({"finished": date(2024, 3, 1), "intensity": Fraction(49, 100)}, {"": "met", "intensity": "met"}),
        ({"finished": date(2024, 3, 2), "intensity": Fraction(49, 100)}, {"": "clear"}),
        ({"output": None}, {"": "unknown", "output": "unknown"}),
        # stopped for one full year on the anniversary
        ({"stopped_since": date(2025, 3, 1)}, {"": "met", "stopped": "met"}),
        ({"stopped_since": date(2025, 3, 2)}, {"": "clear"}),
        ({"running": False}, {"": "unknown", "stopped": "unknown"}),
        ({"off_plan": True, "unsafe": None}, {"": "met", "off_plan": "met", "unsafe": "unknown"}),
        ({"eliminated": True, "polluting": True}, {"": "met", "eliminated": "met", "polluting": "met"}),
    ],
)
def test_each_criterion(changed: dict[str, Any], found: dict[str, str]) -> None:
    assert answers(**changed) == found


def test_nothing_known_is_unknown() -> None:
    found = inefficient(LandFacts(), CRITERIA, DAY)
    assert (found.answer, len(found.findings), found.met) == ("unknown", 10, ())
    assert {one.reason.details["missing"] for one in found.findings} >= {"agreed_finish", "stopped_since", "scattered"}

"""The invented papers carry the mark of the bureau that makes their kind."""

import pytest

from gongxing.domains.projects.demo.terms import BY_DUTY, BY_KIND
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table


@pytest.mark.django_db
def test_a_number_has_the_mark_of_the_bureau_that_issued_it() -> None:
    kinds = {row["key"]: row["duty"] for row in table("gates", "requirements", today()) if row["kind"] == "document"}
    assert set(BY_KIND) <= set(kinds), "kinds of paper no gate asks for"
    marks: dict[str, set[str]] = {}
    for kind, duty in kinds.items():
        bureau, mark = BY_KIND.get(kind) or BY_DUTY[duty]
        marks.setdefault(bureau, set()).add(mark)
    assert all(len(own) == 1 for own in marks.values())
    assert [BY_KIND[kind][1] for kind in ("eia_approval", "energy_opinion", "build_permit", "plan_permit")] == [
        "青环", "青发改", "青建", "青自然资",
    ]  # fmt: skip
    assert (BY_KIND.get("land_contract") or BY_DUTY[kinds["land_contract"]]) == ("自然资源局", "青自然资")

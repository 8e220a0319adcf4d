"""Indexes that an earlier release made with other columns are made anew when a site is upgraded."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.indexes import indexes_as_declared

UNIT = "f_daa75280183b_unit"


def columns() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Firm._meta.db_table)
    return {name: one["columns"] for name, one in found.items() if one["index"]}


@pytest.mark.django_db
def test_narrow_ones_are_made_anew_and_the_others_left() -> None:
    editor, declared = connection.schema_editor(), columns()
    editor.deferred_sql = []  # begun without its own transaction: the test has one
    assert len(declared[UNIT]) == 6 and declared[UNIT][0] == "unit_id"
    wide = next(one for one in Firm._meta.indexes if one.name == UNIT)
    editor.remove_index(Firm, wide)
    editor.add_index(Firm, models.Index(fields=["unit", "revenue", "id"], name=UNIT))
    assert columns()[UNIT] == ["unit_id", "revenue", "id"]
    step = indexes_as_declared("firms")
    step.code(apps, editor)
    assert columns() == declared
    with CaptureQueriesContext(connection) as asked:
        step.code(apps, editor)
    assert not [one for one in asked.captured_queries if one["sql"].startswith(("CREATE", "DROP"))]

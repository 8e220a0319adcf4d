"""The invented county is the same for the same seed, and every record of it says that it is invented."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product
from gongxing.kernel.audit.write import cell_text
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.org.models import User
from gongxing.site.demo.build import build

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
NUMBERED = frozenset({"id", "ref", "firm", "one", "other", "unit", "version"})


def _cells(row: Any) -> tuple[Any, ...]:
    return tuple(
        cell_text(getattr(row, field.attname)) for field in row._meta.concrete_fields if field.name not in NUMBERED
    )


def county(scale: float, seed: int) -> list[Any]:
    """Everything invented about enterprises, told without row numbers; then it is taken away again."""
    with transaction.atomic():
        build(scale, seed)
        firms = [(_cells(row), row.unit.name) for row in Firm.objects.select_related("unit").order_by("pk")]
        figures = sorted(
            (row.firm.name, row.firm.uscc or "", *_cells(row)) for row in FirmFigure.objects.select_related("firm")
        )
        products = sorted(
            (row.firm.name, row.firm.uscc or "", *_cells(row)) for row in Product.objects.select_related("firm")
        )
        asked = sorted(
            (row.one.name, row.other.name, *_cells(row))
            for row in DuplicateQuestion.objects.select_related("one", "other")
        )
        clocks = sorted((row.title, row.rule, row.limit) for row in Deadline.objects.all())
        people = sorted(User.objects.values_list("username", "name"))
        transaction.set_rollback(True)
    return [
        firms,
        [str(one) for one in figures],
        [str(one) for one in products],
        [str(one) for one in asked],
        clocks,
        people,
    ]


def test_the_same_seed_gives_the_same_county() -> None:
    first, again, other = county(0.05, 7), county(0.05, 7), county(0.05, 8)
    for one, two in zip(first, again, strict=True):
        assert one == two
    assert len(first[0]) == 150
    assert first[0] != other[0]
    assert first[5] == other[5]


def test_every_record_says_that_it_is_invented() -> None:
    build(0.1, 7)
    models = [model for model in apps.get_models() if issubclass(model, Row)]
    assert [model._meta.label_lower for model in models if model._default_manager.filter(invented=False).exists()] == []
    for model in (Firm, FirmFigure, Product, DuplicateQuestion, Deadline):
        assert model._default_manager.exists(), f"no {model.__name__} in the demo county"

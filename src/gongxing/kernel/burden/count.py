"""Counting one saved form: two short statements, three where something was typed twice; never a reason for a save to fail or to wait."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import OperationalError, connections, router, transaction
from django.db.models import Model

from gongxing.kernel.burden.measure import Measured
from gongxing.kernel.burden.models import FormCount, MonthCount, TwiceCount
from gongxing.kernel.clock import today
from gongxing.kernel.database.patience import limit_waiting, patience
from gongxing.kernel.org.actor import Actor

SECONDS = 0.5
log = logging.getLogger(__name__)


def count(actor: Actor, one: Measured) -> None:
    """Add a saved form to the counters. To be called after the save: what was refused is not counted. A form without fields counts
    nothing, and where the database is busy for half a second the measurement is given up."""
    if not one.asked:
        return
    day, unit = today(), actor.post.unit_id if actor.post is not None else 0
    alias = router.db_for_write(FormCount)
    try:
        with patience(SECONDS), transaction.atomic(using=alias):
            limit_waiting(alias)
            numbers = {
                "saves": 1, "asked": one.asked, "kept": one.kept, "changed": one.changed, "typed": one.typed, "twice": len(one.twice),
                "owed": one.owed,
            }  # fmt: skip
            _add(alias, FormCount, {"day": day, "form": one.form, "unit_id": unit}, numbers)
            for column, owner in sorted(one.twice.items()):
                key = {"day": day, "form": one.form, "column": column, "owner": owner}
                _add(alias, TwiceCount, key, {"twice": 1})
            if one.owed and not actor.is_system:
                month = {"month": day.replace(day=1), "user_id": actor.user_id, "unit_id": unit}
                _add(alias, MonthCount, month, {"owed": one.owed})
    except OperationalError:
        log.warning("a saved form was not counted: the database was busy")


def _add(alias: str, model: type[Model], key: Mapping[str, Any], numbers: Mapping[str, int]) -> None:
    """Make the row or add to it, in one statement: two at once lose nothing."""
    connection, table = connections[alias], model._meta.db_table
    names = ", ".join(f'"{name}"' for name in (*key, *numbers))
    keys = ", ".join(f'"{name}"' for name in key)
    sums = ", ".join(f'"{name}" = "{table}"."{name}" + EXCLUDED."{name}"' for name in numbers)
    marks = ", ".join(["%s"] * (len(key) + len(numbers)))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks}) ON CONFLICT ({keys}) DO UPDATE SET {sums}',
            [*key.values(), *numbers.values()],
        )

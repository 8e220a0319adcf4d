"""Numbers of rows that nobody types: the moment they were made, and which of that moment they are."""

from typing import Any

from django.db.models import QuerySet

from gongxing.kernel.clock import now


def free_number(rows: QuerySet[Any], letters: str) -> str:
    """A ``number`` none of these rows has: BJ20260301093000, of the same second BJ20260301093000-2."""
    moment = f"{letters}{now():%Y%m%d%H%M%S}"
    before = rows.filter(number__startswith=moment).count()
    return f"{moment}-{before + 1}" if before else moment

"""The indexes a declaration needs, generated the same way for every model.

One index per sortable column, ``(column, id)``; per facet one that covers all other facets and the scope on SQLite (a filter
and its count never touch the table), and ``(facet, default sort, id)`` on PostgreSQL, which plans well alone. Price, measured:
about 25 MB (SQLite) or 47 MB (PostgreSQL) per million rows and index, hence at most eight sorts and six facets.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import models


class FacetIndex(models.Index):
    """An index with other columns on PostgreSQL (``pg_fields``) than on SQLite (``fields``)."""

    def __init__(self, *, fields: Sequence[str], pg_fields: Sequence[str], name: str) -> None:
        super().__init__(fields=list(fields), name=name)
        self.pg_fields = list(pg_fields)

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return super().create_sql(model, schema_editor, using=using, **kwargs)
        plain = models.Index(fields=self.pg_fields, name=self.name)
        return plain.create_sql(model, schema_editor, using=using, **kwargs)

    def deconstruct(self) -> Any:
        _, _, options = super().deconstruct()
        options["pg_fields"] = self.pg_fields
        return "gongxing.kernel.ledger.indexes.FacetIndex", (), options


def _name(kind: str, table: str, field: str) -> str:
    return f"{kind}_{hashlib.sha256(f'{table}.{field}'.encode()).hexdigest()[:12]}_{field[:12]}"


def ledger_indexes(
    table: str, *, sorts: Sequence[str], facets: Sequence[str], scope: str, order: str, marks: Sequence[str] = ()
) -> list[models.Index]:
    """Indexes for ``class Meta: indexes`` of a ledger's model. ``order`` is the default sort column, ``scope`` the unit field
    or "" . ``marks`` are flags few rows carry: their index holds those rows only and costs next to nothing."""
    found: list[models.Index] = [
        models.Index(fields=[column, "id"], name=_name("s", table, column)) for column in dict.fromkeys(sorts)
    ]
    covered = list(dict.fromkeys([*facets, *([scope] if scope else [])]))
    for facet in covered:
        others = [name for name in covered if name != facet]
        found.append(FacetIndex(fields=[facet, *others], pg_fields=[facet, order, "id"], name=_name("f", table, facet)))
    for mark in marks:
        carrying = models.Q(**{mark: True})
        found.append(models.Index(fields=[scope or "id"], condition=carrying, name=_name("m", table, mark)))
    return found

"""The full-text tables, one shape per database."""

from typing import Any

from django.db import migrations

from gongxing.kernel.search.fulltext import POSTGRES_DOWN, POSTGRES_UP, SQLITE_DOWN, SQLITE_UP


def _run(editor: Any, on_sqlite: tuple[str, ...], on_postgres: tuple[str, ...]) -> None:
    for statement in on_postgres if editor.connection.vendor == "postgresql" else on_sqlite:
        editor.execute(statement)


def up(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "default":
        _run(editor, SQLITE_UP, POSTGRES_UP)


def down(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "default":
        _run(editor, SQLITE_DOWN, POSTGRES_DOWN)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(up, down)]

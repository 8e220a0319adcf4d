"""The tables of the search index: SearchDoc for both databases, the full-text part one shape per database."""

from typing import Any

from django.db import migrations, models

from gongxing.kernel.search.store import POSTGRES_DOWN, POSTGRES_UP, SQLITE_DOWN, SQLITE_UP


def _run(editor: Any, on_sqlite: tuple[str, ...], on_postgres: tuple[str, ...]) -> None:
    if editor.connection.alias == "default":
        for statement in on_postgres if editor.connection.vendor == "postgresql" else on_sqlite:
            editor.execute(statement)


def up(apps: Any, editor: Any) -> None:
    _run(editor, SQLITE_UP, POSTGRES_UP)


def down(apps: Any, editor: Any) -> None:
    _run(editor, SQLITE_DOWN, POSTGRES_DOWN)


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="SearchLedger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                ("tokenizer", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchDoc",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("ledger", models.IntegerField()),
                ("unit", models.BigIntegerField(null=True)),
                ("code", models.CharField(blank=True, max_length=200)),
                ("name", models.TextField(blank=True)),
                ("initials", models.TextField(blank=True)),
                ("places", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ledger", "code"], name="search_doc_code"),
                    models.Index(fields=["ledger", "unit", "code"], name="search_doc_unit_code"),
                ],
            },
        ),
        migrations.RunPython(up, down),
    ]

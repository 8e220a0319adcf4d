"""Logging in writes nothing to the facts: no last log-in there, and second factors move to the ``ops`` database."""

from typing import Any

from django.db import connections, migrations, models
from django.utils import timezone

OLD = "otp_totp_totpdevice"


def carry(apps: Any, schema_editor: Any) -> None:
    """Authenticators bound before stay bound."""
    source = connections["default"]
    if OLD not in source.introspection.table_names():
        return
    with source.cursor() as cursor:
        cursor.execute(f"SELECT user_id, key, drift, last_t FROM {OLD} WHERE confirmed ORDER BY id")
        bound = {row[0]: row for row in cursor.fetchall()}
    factors = apps.get_model("org", "SecondFactor").objects.using(schema_editor.connection.alias)
    for user_id, key, drift, last_t in bound.values():
        factors.create(
            user_id=user_id, key=key, drift=drift, last_t=last_t, confirmed=True, created_at=timezone.now()
        )


class Migration(migrations.Migration):

    dependencies = [("org", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField(unique=True)),
                ("key", models.CharField(max_length=80)),
                ("confirmed", models.BooleanField(default=False)),
                ("drift", models.SmallIntegerField(default=0)),
                ("last_t", models.BigIntegerField(default=-1)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={"verbose_name": "二次验证"},
        ),
        migrations.RunPython(carry, migrations.RunPython.noop, hints={"model_name": "secondfactor"}),
        migrations.RemoveField(model_name="user", name="last_login"),
    ]

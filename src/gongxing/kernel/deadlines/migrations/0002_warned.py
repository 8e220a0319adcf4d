"""Whether it was told that a limit ran out. What ran out before this was told by the notices of then."""

from typing import Any

from django.db import migrations, models


def told(apps: Any, schema_editor: Any) -> None:
    deadlines = apps.get_model("deadlines", "Deadline").objects.using(schema_editor.connection.alias)
    deadlines.exclude(state="running").update(warned=True)


class Migration(migrations.Migration):

    dependencies = [("deadlines", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="deadline", name="warned", field=models.BooleanField(default=False, verbose_name="已提醒")
        ),
        migrations.RunPython(told, migrations.RunPython.noop, hints={"model_name": "deadline"}),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("state", "passed"), ("warned", False)), fields=["id"], name="deadline_to_warn"
            ),
        ),
    ]

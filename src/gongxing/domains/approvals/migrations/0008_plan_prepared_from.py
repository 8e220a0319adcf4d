"""From which day the papers of a permit plan are taken to be prepared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_lane_meetings")]

    operations = [
        migrations.AddField(
            model_name="permitplan",
            name="prepare_on",
            field=models.DateField(editable=False, null=True, verbose_name="准备从哪天算"),
        ),
    ]

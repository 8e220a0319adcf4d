"""The day the parties agreed on, where a clock counts nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("deadlines", "0002_warned")]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="agreed_on",
            field=models.DateField(blank=True, null=True, verbose_name="约定日期"),
        ),
    ]

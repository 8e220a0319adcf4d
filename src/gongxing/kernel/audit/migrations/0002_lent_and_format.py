"""Entries say that a post was lent; entries and links say in which format they are hashed. Those there are stay in format 1."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="entry", name="lent", field=models.CharField(blank=True, default="", max_length=120, verbose_name="委托人")
        ),
        migrations.AddField(model_name="entry", name="format", field=models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(model_name="link", name="format", field=models.PositiveSmallIntegerField(default=1)),
    ]

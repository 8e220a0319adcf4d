"""The newest jobs of a kind are asked for on pages: an index that has them in order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('jobs', '0002_language'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['kind', 'id'], name='jobs_job_kind'),
        ),
    ]

"""The coordination meeting of a difficult matter on the green lane."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0006_flows'),
        ('org', '0003_handover'),
    ]

    operations = [
        migrations.AddField(
            model_name='greenlane',
            name='conclusion',
            field=models.TextField(blank=True, verbose_name='协调会结论'),
        ),
        migrations.AddField(
            model_name='greenlane',
            name='keeper',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lanes', to='org.post', verbose_name='召集岗位'),
        ),
        migrations.AddField(
            model_name='greenlane',
            name='met_by',
            field=models.CharField(blank=True, max_length=120, verbose_name='谁记录的协调会'),
        ),
        migrations.AddField(
            model_name='greenlane',
            name='met_on',
            field=models.DateField(blank=True, null=True, verbose_name='协调会日'),
        ),
    ]

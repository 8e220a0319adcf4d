import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0003_handover'),
        ('projects', '0002_promise_post'),
    ]

    operations = [
        migrations.AddField(
            model_name='move',
            name='from_unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit', verbose_name='转出单位'),
        ),
        migrations.AddField(
            model_name='move',
            name='to_unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit', verbose_name='承接单位'),
        ),
        migrations.AddField(
            model_name='move',
            name='outside',
            field=models.CharField(blank=True, default='', max_length=80, verbose_name='县外承接方'),
            preserve_default=False,
        ),
    ]

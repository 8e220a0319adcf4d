"""The slip of a change of hands (交接单)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0002_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('invented', models.BooleanField(default=False, editable=False)),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='编号')),
                ('last_day', models.DateField(verbose_name='移交人最后一天')),
                ('first_day', models.DateField(null=True, verbose_name='接收人第一天')),
                ('state', models.CharField(choices=[('drafted', '待移交人确认'), ('handed', '待接收人确认'), ('received', '已接收'), ('void', '作废')], default='drafted', max_length=10, verbose_name='状态')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='件数')),
                ('items', models.JSONField(default=list, verbose_name='事项')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('made_at', models.DateTimeField(verbose_name='开单时间')),
                ('made_by', models.CharField(max_length=160, verbose_name='开单人')),
                ('given_at', models.DateTimeField(null=True, verbose_name='移交人确认时间')),
                ('given_from', models.CharField(blank=True, max_length=160, verbose_name='移交人确认时的岗位')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='接收人确认时间')),
                ('taken_from', models.CharField(blank=True, max_length=160, verbose_name='接收人确认时的岗位')),
                ('from_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to=settings.AUTH_USER_MODEL, verbose_name='移交人')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='org.post', verbose_name='岗位')),
                ('to_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='takeovers', to='org.post', verbose_name='移到的岗位')),
                ('to_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takeovers', to=settings.AUTH_USER_MODEL, verbose_name='接收人')),
            ],
            options={
                'verbose_name': '交接单',
                'indexes': [models.Index(fields=['from_user', 'state'], name='org_handove_from_us_84b4a7_idx'), models.Index(fields=['to_user', 'state'], name='org_handove_to_user_855a47_idx'), models.Index(fields=['last_day', 'id'], name='org_handove_last_da_b2d0ca_idx'), models.Index(fields=['state'], name='org_handove_state_a69f10_idx')],
            },
        ),
    ]

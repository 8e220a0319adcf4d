"""What somebody chose to be done on a link instead of what the system derives: act, who, why, when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('chain', '0002_hints'),
    ]

    operations = [
        migrations.AddField(
            model_name='node',
            name='chosen_act',
            field=models.CharField(blank=True, choices=[('fill_link', '补链'), ('strengthen_link', '强链'), ('extend_link', '延链'), ('secure_link', '固链')], default='', max_length=15, verbose_name='人工指定的做法'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='node',
            name='chosen_by',
            field=models.CharField(blank=True, default='', max_length=60, verbose_name='谁指定的'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='node',
            name='chosen_on',
            field=models.DateField(null=True, verbose_name='哪天指定的'),
        ),
        migrations.AddField(
            model_name='node',
            name='chosen_why',
            field=models.CharField(blank=True, default='', max_length=300, verbose_name='指定的理由'),
            preserve_default=False,
        ),
    ]

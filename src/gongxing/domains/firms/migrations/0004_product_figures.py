import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('firms', '0003_industry_source_pattern_and_near_scale_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('invented', models.BooleanField(default=False, editable=False)),
                ('ref', models.CharField(editable=False, max_length=140, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='产品名称')),
                ('folded', models.CharField(editable=False, max_length=100)),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('source', models.CharField(choices=[('stat', '统计局'), ('dept', '部门'), ('self', '企业自报')], max_length=8, verbose_name='来源')),
                ('revenue', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='销售收入')),
                ('quantity', models.DecimalField(decimal_places=4, max_digits=18, null=True, verbose_name='产量')),
                ('quantity_unit', models.CharField(blank=True, max_length=20, verbose_name='产量单位')),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='product_figures', to='firms.firm', verbose_name='企业')),
            ],
            options={
                'verbose_name': '产品数据',
                'indexes': [models.Index(fields=['firm', 'year'], name='firms_product_year'), models.Index(fields=['year', 'id'], name='s_9eaeef7e00d3_year'), models.Index(fields=['revenue', 'id'], name='s_225666afd7df_revenue'), models.Index(fields=['source'], name='f_67c3146b5f29_source')],
            },
        ),
    ]

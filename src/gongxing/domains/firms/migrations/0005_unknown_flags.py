"""Whether a firm is listed or a hi-tech enterprise may be unknown: a register that does not say so says neither yes nor no."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('firms', '0004_product_figures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='firm',
            name='hi_tech',
            field=models.BooleanField(default=None, null=True, verbose_name='高新技术企业'),
        ),
        migrations.AlterField(
            model_name='firm',
            name='listed',
            field=models.BooleanField(default=None, null=True, verbose_name='上市'),
        ),
    ]

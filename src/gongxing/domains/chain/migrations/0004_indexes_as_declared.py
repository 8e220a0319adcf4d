"""Indexes of facets cover the other facets on PostgreSQL too."""

from django.db import migrations

from gongxing.kernel.ledger.indexes import indexes_as_declared


class Migration(migrations.Migration):
    dependencies = [("chain", "0003_chosen_act")]

    operations = [indexes_as_declared("chain")]

"""Indexes of facets cover the other facets on PostgreSQL too."""

from django.db import migrations

from gongxing.kernel.ledger.indexes import indexes_as_declared


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_gates_move_units")]

    operations = [indexes_as_declared("projects")]

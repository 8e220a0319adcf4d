"""Indexes of facets cover the other facets on PostgreSQL too."""

from django.db import migrations

from gongxing.kernel.ledger.indexes import indexes_as_declared


class Migration(migrations.Migration):
    dependencies = [("approvals", "0008_plan_prepared_from")]

    operations = [indexes_as_declared("approvals")]

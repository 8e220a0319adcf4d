"""The history of a row is read newest first: with the id last in the index SQLite goes to the row instead of through its whole ledger."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("audit", "0002_lent_and_format")]

    operations = [
        migrations.RemoveIndex(model_name="entry", name="audit_entry_ledger_45cc3e_idx"),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["ledger", "row", "id"], name="audit_entry_ledger_fb243f_idx")),
    ]

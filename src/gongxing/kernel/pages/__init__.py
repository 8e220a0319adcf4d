"""The generic pages every ledger and action gets: list, detail, form, dialog, job panel, history."""

"""What tests stand on: a temporary PostgreSQL, the conformance checks over every ledger and action, the whole suite."""

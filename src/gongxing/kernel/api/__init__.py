"""The JSON API of every ledger and action, with OpenAPI, behind the same doors as the pages."""

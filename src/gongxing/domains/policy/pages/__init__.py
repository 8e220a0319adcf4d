"""Pages of policies written by hand."""

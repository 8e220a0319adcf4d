"""Pages of the spine, written by hand."""

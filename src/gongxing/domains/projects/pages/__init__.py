"""Pages of the spine that no declaration makes."""

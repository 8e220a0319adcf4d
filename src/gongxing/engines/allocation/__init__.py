"""Which project goes on which land in which phase."""

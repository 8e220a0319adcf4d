"""Long work: a row with progress, cancel, result and traceback; a lock that dies with its process is the sign of life."""

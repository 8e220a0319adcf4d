"""Import and export: the ugly Excel file is the normal case; nothing is half-written, everything can be undone."""

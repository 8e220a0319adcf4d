"""The SQLite backend of this project: Django's own, with the writer gate in front of every transaction."""

"""Map files of the land registers: an upload on its way to the table import, what is told of it before, and lists as map files.

A map file becomes a table (its attributes and a column with the outlines) and goes through the import every register has: preview, failed rows,
one write, undo.
"""

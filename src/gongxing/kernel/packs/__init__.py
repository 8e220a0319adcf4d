"""Dated rules and reference tables with a source per row; a county edits its own copy on screen.

The door is ``kernel.packs.tables.table(pack, table, as_of)``.
"""

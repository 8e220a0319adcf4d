"""Charts as data: the title says the finding, the table stands behind, the definition and date are never missing."""

"""Map files in and out: shapes in EPSG:4490, longitude before latitude. No Django, no database; what is unclear is asked, never guessed."""

"""Word, PDF and message text of any row: one base layout, fonts embedded, made from the same declarations as the page."""

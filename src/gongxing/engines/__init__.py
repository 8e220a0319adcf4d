"""Pure engines: no Django, no clock, no files. Tables, words and settings arrive as arguments; results carry their reasons."""

"""Reading a file as people send it: is it a table, in which encoding, where is the header, what do the columns mean."""

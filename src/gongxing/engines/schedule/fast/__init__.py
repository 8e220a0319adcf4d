"""What needs the extra ``fast``: a compiler for the search over lists."""

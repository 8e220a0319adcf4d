"""What every stored row and both databases share: the row base, the writer gate, bulk insertion, forced plans.

This is the lowest layer of the kernel that knows Django. It holds no nouns and no verbs.
"""

"""Limits that start, pause and end by facts. The due instant is stored and indexed, and always derivable again.

Above ``org``, because a deadline names the post that owes the act; the counting itself is ``engines.workdays``.
"""

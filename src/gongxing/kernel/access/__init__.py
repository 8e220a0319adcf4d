"""Grants and the only door to rows: ``visible(queryset, actor, verb)``."""

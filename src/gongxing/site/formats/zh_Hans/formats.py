"""Thousands are parted as in every statistical table: 412,400. Django's own file of this language parts nothing."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3

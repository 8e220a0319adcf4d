"""The base of everything: enterprises, their products, and the periodic figures of both.

Enterprises come in from the county's own Excel files, are classified, deduplicated, searched and exported here. A figure
always carries its source (statistics office, department, the enterprise itself); sources are never added up together.
"""

"""Whether the search over lists runs as machine code (extra ``fast``) or as plain Python: decided once, when this module is loaded."""

from __future__ import annotations

from gongxing.engines.schedule import plain

breed, by_keys, by_start, improve = plain.breed, plain.by_keys, plain.by_start, plain.improve
COMPILED = False
try:
    from gongxing.engines.schedule.fast import lists
except ImportError:
    pass
else:
    breed, by_keys, by_start, improve = lists.breed, lists.by_keys, lists.by_start, lists.improve
    COMPILED = True

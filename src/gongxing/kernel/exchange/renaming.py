"""Whether a sheet gives a stored row a quite different name: most often the code in the sheet is another one's."""

import re
from functools import lru_cache

from django.conf import settings

from gongxing.engines.names.structure import Regions, unlike
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import Table, table

BRACKETS = re.compile(r"[（(].*?[）)]")


def another_name(old: str, new: str) -> bool:
    """Whether the two names share no word of two characters besides place and legal form (``engines.names``). False where one is blank."""
    return bool(old and new) and unlike(
        old, new, _regions(table("admin-divisions", "divisions", today()), settings.COUNTY)
    )


@lru_cache(maxsize=2)
def _regions(divisions: Table, county: str) -> Regions:
    """The places of the division table, and the county itself should it not be among them."""
    return Regions.of([*(row["name_zh"] for row in divisions), BRACKETS.sub("", county)])

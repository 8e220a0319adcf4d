"""What the status of a pack's row is called: how well somebody checked it."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext, gettext_noop

from gongxing.kernel.packs.tables import table

SHIPPED = (
    gettext_noop("依据已核对"),
    gettext_noop("依据待复核"),
    gettext_noop("依据未核实"),
    gettext_noop("系统建议值"),
    gettext_noop("待本地填写"),
    gettext_noop("推算，未核实"),
)
"""The words as the vocabulary ships them; words the county changed are shown as it wrote them."""


def status_words(day: date) -> Mapping[str, str]:
    """Status → its words in the reader's language, from the vocabulary of that day."""
    words = {row["code"]: row["shown_zh"] for row in table("vocab", "status", day)}
    return {code: gettext(shown) if shown else code for code, shown in words.items()}

"""The words of a pack row in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language


def said(row: Mapping[str, str], name: str) -> str:
    """A cell of a pack row in the reader's language: ``name_zh`` or, where there is one, ``name_en``."""
    english = row.get(f"{name}_en", "") if (get_language() or "").startswith("en") else ""
    return english or row.get(f"{name}_zh", "")

"""The sections of GB/T 4754-2017 by their first division (structure table of the standard)."""

_FIRST = (("A", 1), ("B", 6), ("C", 13), ("D", 44), ("E", 47), ("F", 51), ("G", 53), ("H", 61), ("I", 63), ("J", 66), ("K", 70), ("L", 71), ("M", 73), ("N", 76), ("O", 80), ("P", 83), ("Q", 84), ("R", 86), ("S", 91), ("T", 97))  # fmt: skip


def section_of(code: str) -> str:
    """The section letter of a GB/T 4754-2017 code: 3841 → C. "" for an empty code."""
    if not code or code[0].isalpha():
        return code[:1]
    division = int(code[:2])
    return next(letter for letter, first in reversed(_FIRST) if division >= first)

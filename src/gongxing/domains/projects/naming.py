"""The number a project gets once, and the folded form by which lists of other offices are recognised."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 6
PREFIX = "XM"


def new_number() -> str:
    """A project number nobody has to count for: XM and six signs that cannot be mistaken for one another; the database refuses a second one."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def folded_name(name: str) -> str:
    """A project name as it is compared: width, capitals, blanks and punctuation apart."""
    plain = unicodedata.normalize("NFKC", name).upper()
    return "".join(sign for sign in plain if sign.isalnum())[:120]

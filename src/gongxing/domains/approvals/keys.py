"""Codes and keys of case pages: drawn at random, read as people type them, compared in constant time. Writes nothing.

The key has 16 letters of an alphabet of 31 without look-alikes: log2(31) · 16 = 79 bits. Nobody tries those out, whatever the hash costs, so that a plain
SHA-256 under a salt of its own is enough.
"""

import secrets
import unicodedata
from datetime import date
from hashlib import sha256

from django.utils.crypto import constant_time_compare

from gongxing.domains.approvals.models import CaseKey

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH, KEY_LENGTH, GROUP = 6, 16, 4
LONGEST_INPUT = 100
NOBODYS_SALT = "0" * 32


def draw(length: int) -> str:
    """A random word of the alphabet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def plain(text: str) -> str:
    """What was typed, without blanks, dashes and full width, in capitals."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_INPUT]).upper()
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def in_groups(key: str) -> str:
    """A key as it is printed: four letters and a dash."""
    return "-".join(key[start : start + GROUP] for start in range(0, len(key), GROUP))


def digest_of(salt: str, key: str) -> str:
    """The hash under which a key is kept."""
    return sha256(f"{salt}:{key}".encode()).hexdigest()


def is_open(row: CaseKey, day: date) -> bool:
    """Whether the key opens anything on this day."""
    return row.revoked_on is None and day <= row.expires_on


def opened_by(code: str, key: str, day: date) -> CaseKey | None:
    """The key row that this code and this key open today; None for anything else, and as much is computed for a code there is not."""
    row = CaseKey.objects.select_related("project").filter(code=plain(code)[: CODE_LENGTH + 1]).first()
    salt, wanted = (row.salt, row.digest) if row is not None else (NOBODYS_SALT, NOBODYS_SALT * 2)
    right = constant_time_compare(digest_of(salt, plain(key)), wanted)
    return row if row is not None and right and is_open(row, day) else None

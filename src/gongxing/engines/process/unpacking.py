"""Unpacking with a limit: a small file that unpacks into a huge one is refused while it is unpacked, not after."""

from __future__ import annotations

import zlib

from gongxing.engines.process.log import Refused
from gongxing.engines.process.spans import PAD

GZIP = b"\x1f\x8b"
LIMIT = 1 << 29  # bytes after unpacking
MEMBERS = 64  # parts of one gzip file; each costs a copy of the rest
SLICE = 1 << 15  # bytes of gzip unpacked at a time


def unpacked(data: bytes, limit: int = LIMIT) -> bytes | bytearray:
    """The bytes of a file, unpacked where it is gzip, with ``PAD`` behind. ``Refused`` beyond ``limit`` bytes or where gzip is broken."""
    if not data.startswith(GZIP):
        if len(data) > limit:
            raise Refused("process.too_large", limit=str(limit))
        return data + PAD
    found = bytearray()
    rest, members = data, 0
    while rest.startswith(GZIP):  # a gzip file may have several members
        members += 1
        if members > MEMBERS:
            raise Refused("process.broken_gzip", detail=f"more than {MEMBERS} members")
        rest = _member(rest, found, limit)
    if rest.strip(b"\0"):
        raise Refused("process.broken_gzip", detail="something else follows")
    found += PAD
    return found


def _member(data: bytes, found: bytearray, limit: int) -> bytes:
    """Unpack one member behind ``found``; what follows the member."""
    member = zlib.decompressobj(wbits=31)
    try:
        for start in range(0, len(data), SLICE):
            found += member.decompress(data[start : start + SLICE], limit - len(found) + 1)
            if len(found) > limit:
                raise Refused("process.too_large", limit=str(limit))
            if member.eof:
                return member.unused_data + data[start + SLICE :]
    except zlib.error as error:
        raise Refused("process.broken_gzip", detail=str(error)) from error
    raise Refused("process.broken_gzip", detail="the file ends early")

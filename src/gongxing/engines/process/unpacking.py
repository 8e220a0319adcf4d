"""Unpacking with a limit: a small file that unpacks into a huge one is refused while it is unpacked, not after."""

from __future__ import annotations

import zlib

from gongxing.engines.process.log import Refused
from gongxing.engines.process.spans import PAD

GZIP = b"\x1f\x8b"
LIMIT = 1 << 29  # bytes after unpacking
MEMBERS = 64  # parts of one gzip file; each costs a copy of the rest


def unpacked(data: bytes, limit: int = LIMIT) -> bytes:
    """The bytes of a file, unpacked where it is gzip, with ``PAD`` behind. ``Refused`` beyond ``limit`` bytes or where gzip is broken."""
    if not data.startswith(GZIP):
        if len(data) > limit:
            raise Refused("process.too_large", limit=str(limit))
        return data + PAD
    parts: list[bytes] = []
    size, rest = 0, data
    while rest.startswith(GZIP):  # a gzip file may have several members
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(rest, limit - size + 1)
        except zlib.error as error:
            raise Refused("process.broken_gzip", detail=str(error)) from error
        size += len(part)
        parts.append(part)
        if size > limit:
            raise Refused("process.too_large", limit=str(limit))
        if len(parts) > MEMBERS:
            raise Refused("process.broken_gzip", detail=f"more than {MEMBERS} members")
        if not member.eof:
            raise Refused("process.broken_gzip", detail="the file ends early")
        rest = member.unused_data
    if rest.strip(b"\0"):
        raise Refused("process.broken_gzip", detail="something else follows")
    return b"".join([*parts, PAD])

"""Files people attach as evidence: which kinds are taken, how big, and whether the content is what the name says."""

from pathlib import PurePath

from gongxing.kernel.cells.fault import Fault

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "ofd": ("application/ofd", (b"PK\x03\x04",)),
    "doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    "xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    "wps": ("application/vnd.ms-works", (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")),
}
"""Extension → media type and how such a file begins."""
ACCEPTED = ",".join(f".{one}" for one in KINDS)


def media_type_of(name: str, head: bytes, size: int) -> str:
    """The media type of a file that may be kept. ``head``: its first bytes.

    Raises Fault: ``evidence.empty``, ``evidence.too_big`` (limit in MB), ``evidence.kind`` (kind, kinds), ``evidence.content`` (name).
    """
    kind = PurePath(name).suffix.removeprefix(".").lower()
    if size == 0:
        raise Fault("evidence.empty", name=name[:60])
    if size > MOST_BYTES:
        raise Fault("evidence.too_big", limit=MOST_BYTES // MEGABYTE)
    if kind not in KINDS:
        raise Fault("evidence.kind", kind=kind[:12] or "—", kinds=" ".join(KINDS))
    media, beginnings = KINDS[kind]
    if not head.startswith(beginnings):
        raise Fault("evidence.content", name=name[:60], kind=kind)
    return media

"""Keeping bytes: written beside their final place, synced, then renamed, so that a file is whole or not there."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from gongxing.kernel.clock import now
from gongxing.kernel.files.models import StoredFile

CHUNK = 1024 * 1024


class NoSpace(Exception):
    """The disk of the data folder is full. Nothing was kept."""


def path_of(stored: StoredFile) -> Path:
    """Where the bytes lie."""
    return _place(stored.sha256)


def _place(sha256: str) -> Path:
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def keep(
    chunks: Iterable[bytes],
    *,
    name: str,
    media_type: str,
    user_id: int,
    ledger: str = "",
    row: int = 0,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Store bytes and describe them. Raises NoSpace when the disk is full, leaving nothing behind."""
    root = Path(settings.FILES_DIR)
    root.mkdir(parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0
    handle, scratch = tempfile.mkstemp(dir=root, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                hasher.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        place = _place(hasher.hexdigest())
        place.parent.mkdir(exist_ok=True)
        os.replace(scratch, place)
    except OSError as error:
        Path(scratch).unlink(missing_ok=True)
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise NoSpace(str(root)) from error
        raise
    return StoredFile.objects.create(
        sha256=hasher.hexdigest(), name=name[-200:], size=size, media_type=media_type, user_id=user_id,
        ledger=ledger, row=row, created_at=now(), expires_at=expires_at,
    )  # fmt: skip


def drop(stored: StoredFile) -> None:
    """Forget a file; its bytes go too, unless another description names the same."""
    sha256 = stored.sha256
    stored.delete()
    place = _place(sha256)
    if not StoredFile.objects.filter(sha256=sha256).exists() and place.is_file():
        place.unlink()


def keep_path(
    path: Path, *, name: str, media_type: str, user_id: int, expires_at: datetime | None = None
) -> StoredFile:
    """Store a finished file from a path."""
    with path.open("rb") as source:
        chunks = iter(lambda: source.read(CHUNK), b"")
        return keep(chunks, name=name, media_type=media_type, user_id=user_id, expires_at=expires_at)

"""What need not be kept: exports past their week, staging files nobody will write, scraps of processes that died."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from gongxing.kernel.clock import now
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.staging import folder
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import drop

OPEN_DAYS, SCRAP_HOURS = 30, 24
WAITING = (ImportSession.State.CHECKED, ImportSession.State.CHECKING, ImportSession.State.WRITING)
PREFIX = "import-"


def purge() -> int:
    """Delete what is past its time. Returns how many files went. Safe to run at any moment and from many workers."""
    gone = 0
    for stored in StoredFile.objects.filter(expires_at__lt=now()):
        drop(stored)
        gone += 1
    _reopen()
    for path in (*_idle_staging(), *_scraps()):
        path.unlink(missing_ok=True)
        gone += 1
    return gone


def _reopen() -> None:
    """A check nobody acted upon for a month is void: the facts have moved on. Its file can be checked again."""
    old = now() - timedelta(days=OPEN_DAYS)
    stale = ImportSession.objects.filter(state=ImportSession.State.CHECKED, created_at__lt=old)
    stale.update(state=ImportSession.State.UPLOADED, counts={})


def _idle_staging() -> Iterator[Path]:
    """Staging files of sessions that are not about to be written."""
    paths = {path.stem.removeprefix(PREFIX): path for path in folder().glob(f"{PREFIX}*.jsonl")}
    keys = [int(key) for key in paths if key.isdigit()]
    waiting = set(ImportSession.objects.filter(pk__in=keys, state__in=WAITING).values_list("pk", flat=True))
    for key, path in paths.items():
        if not key.isdigit() or int(key) not in waiting:
            yield path


def _scraps() -> Iterator[Path]:
    """Half-made exports and uploads of processes that died: a day old, so that none is still being made."""
    limit = (now() - timedelta(hours=SCRAP_HOURS)).timestamp()
    made = (*folder().glob("tmp*"), *Path(settings.FILES_DIR).glob("incoming-*"))
    yield from (path for path in made if path.is_file() and path.stat().st_mtime < limit)

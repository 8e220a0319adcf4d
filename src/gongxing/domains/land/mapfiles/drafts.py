"""An upload on its way: the files, the answers so far and what was found, in a folder of their own that only their owner reaches.

Nothing is written to the registers. A folder goes when its table was handed to the import, when its owner gives it up, and after a day.
"""

import json
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from gongxing.kernel.clock import now
from gongxing.kernel.org.actor import Actor

HOURS, KEPT, LONGEST = 24, 5, 16
PREFIX = "map-"


@dataclass(frozen=True)
class Draft:
    """``answers``: question → answer; ``choice``: what all rows are given (zones: their layer); ``job``: the job that prepares it."""

    token: str
    ledger: str
    user_id: int
    files: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    choice: Mapping[str, str] = field(default_factory=dict)
    move_back: bool = False
    job: int = 0

    @property
    def folder(self) -> Path:
        """Where everything of it lies."""
        return root() / f"{PREFIX}{self.token}"

    @property
    def table(self) -> Path:
        """The table made of the file."""
        return self.folder / "table.csv"

    @property
    def report(self) -> Path:
        """What was found before the import, as JSON."""
        return self.folder / "report.json"

    @property
    def uploads(self) -> list[tuple[str, Path]]:
        """The files as ``kernel.maps`` takes them."""
        return [(name, self.folder / f"u{at}") for at, name in enumerate(self.files)]

    @property
    def prepared(self) -> bool:
        """Whether table and report are there."""
        return self.table.exists() and self.report.exists()


def root() -> Path:
    """The folder of drafts."""
    return Path(settings.DATA_DIR) / "staging"


def keep(ledger: str, actor: Actor, given: Iterable[tuple[str, Iterable[bytes]]]) -> Draft:
    """Store the uploaded files. Raises OSError when the disk is full, leaving nothing."""
    purge()
    folder = root() / f"{PREFIX}{secrets.token_hex(LONGEST)}"
    folder.mkdir(parents=True)
    names = []
    try:
        for at, (name, chunks) in enumerate(given):
            names.append(name)
            with (folder / f"u{at}").open("wb") as out:
                for chunk in chunks:
                    out.write(chunk)
        made = store(Draft(folder.name.removeprefix(PREFIX), ledger, actor.user_id, tuple(names)))
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    for older in _of(actor.user_id)[KEPT:]:
        shutil.rmtree(older, ignore_errors=True)
    return made


def _of(user_id: int) -> list[Path]:
    """The folders of somebody's drafts, the newest first."""
    found: list[tuple[float, Path]] = []
    for state in root().glob(f"{PREFIX}*/state.json"):
        try:
            if json.loads(state.read_text(encoding="utf-8")).get("user_id") == user_id:
                found.append((state.stat().st_mtime, state.parent))
        except (OSError, ValueError):  # going or just being written
            continue
    return [folder for _when, folder in sorted(found, reverse=True)]


def store(draft: Draft) -> Draft:
    """Write down how far it is."""
    scratch = draft.folder / "state.part"
    scratch.write_text(json.dumps(asdict(draft), ensure_ascii=False), encoding="utf-8")
    scratch.replace(draft.folder / "state.json")
    return draft


def changed(draft: Draft, **values: Any) -> Draft:
    """With other answers: what was prepared before is void."""
    draft.table.unlink(missing_ok=True)
    draft.report.unlink(missing_ok=True)
    return store(replace(draft, job=0, **values))


def opened(token: str, ledger: str, actor: Actor) -> Draft:
    """One of the actor's own drafts. Raises LookupError."""
    path = root() / f"{PREFIX}{token}" / "state.json"
    if not (token.isalnum() and len(token) == 2 * LONGEST and path.is_file()):
        raise LookupError(f"map file {token}")
    raw = json.loads(path.read_text(encoding="utf-8"))
    draft = Draft(**{**raw, "files": tuple(raw["files"])})
    if draft.user_id != actor.user_id or draft.ledger != ledger:
        raise LookupError(f"map file {token}")
    return draft


def drop(draft: Draft) -> None:
    """Forget it."""
    shutil.rmtree(draft.folder, ignore_errors=True)


def purge() -> int:
    """Delete what is older than a day. Returns how many went; safe from many workers."""
    limit, gone = (now() - timedelta(hours=HOURS)).timestamp(), 0
    for folder in root().glob(f"{PREFIX}*"):
        try:
            old = folder.is_dir() and folder.stat().st_mtime < limit
        except FileNotFoundError:  # another worker was faster
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone

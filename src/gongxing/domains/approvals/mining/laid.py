"""What was worked out of cases, laid down for every process with the state it was made from and when: a file is of one question, the newest state only.

The state is named by the hashes of the links of the trail in which the registers were last written to, so that a database put back from a copy never meets
figures of another history. A file that is absent or torn counts as none; one of another state is old, and is shown only with its day and hour.
"""

import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from gongxing import __version__
from gongxing.domains.approvals.mining.casebook import Casebook
from gongxing.engines.process import EventLog
from gongxing.engines.process.log import Column
from gongxing.kernel.audit.models import Link
from gongxing.kernel.audit.revision import EPOCH, revision
from gongxing.kernel.clock import now, today

FOLDER, PREFIX, LAYOUT, OLD_DAYS = "kept", "approvals-process-", f"{__version__}.1", 40
State = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Laid:
    """What a file holds: the state it was made from, when, and what was worked out."""

    state: State
    made: datetime
    body: bytes


def state_of(ledgers: Sequence[str]) -> State:
    """The state of these ledgers, of the packs of today and of this version of the site; empty where nothing was ever written. Two queries."""
    number = revision(tuple(ledgers)) % EPOCH
    found = Link.objects.filter(pk=number).values_list("hash", flat=True).first() if number else None
    return (LAYOUT, found, today().isoformat()) if found else ()


def name_of(*parts: object) -> str:
    """The name of a question's file."""
    return sha256(repr(parts).encode()).hexdigest()[:32]


def read(name: str) -> Laid | None:
    """What is laid down of a question, of whatever state; None where nothing whole is."""
    try:
        head, _gap, body = _path(name).read_bytes().partition(b"\n")
        told = json.loads(head)
        if len(body) != int(told["size"]):
            return None
        return Laid(tuple(map(str, told["state"])), datetime.fromisoformat(told["made"]), body)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(name: str, state: State, body: bytes) -> Laid:
    """Lay it down in place of an older one, whole or not at all, for the site's own account alone; what nobody asked for in weeks goes. OSError where the
    folder takes no file."""
    path, made = _path(name), now()
    path.parent.mkdir(parents=True, exist_ok=True)
    scrap = path.with_suffix(f".{os.getpid()}")
    head = json.dumps({"state": state, "made": made.isoformat(), "size": len(body)}).encode()
    try:
        private = os.open(scrap, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(private, "wb") as file:
            file.write(head + b"\n" + body)
        scrap.replace(path)
    finally:
        scrap.unlink(missing_ok=True)
    _tidy(path.parent, made.timestamp() - OLD_DAYS * 86400)
    return Laid(state, made, body)


def _tidy(folder: Path, before: float) -> None:
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()


def _path(name: str) -> Path:
    return Path(settings.DATA_DIR) / FOLDER / f"{PREFIX}{name}.bin"


def packed(book: Casebook) -> bytes:
    """A casebook as bytes."""
    log, found = book.log, io.BytesIO()
    names = {
        "cases": log.case.names, "activities": log.activity.names, "desks": log.desk.names, "kinds": book.kinds, "items": book.item.names,
        "units": [[key, name] for key, name in book.units.items()],
    }  # fmt: skip
    columns: dict[str, Any] = {
        "case": log.case.codes, "activity": log.activity.codes, "desk": log.desk.codes, "time": log.time, "start": log.start, "begins": log.begins,
        "key": book.key, "item": book.item.codes, "unit": book.unit, "year": book.year, "over": book.over,
    }  # fmt: skip
    np.savez(found, **columns, names=np.frombuffer(json.dumps(names).encode(), np.uint8))
    return found.getvalue()


def unpacked(body: bytes) -> Casebook:
    """The casebook of bytes. ValueError, KeyError or OSError where they are none."""
    with np.load(io.BytesIO(body), allow_pickle=False) as found:
        names: dict[str, Any] = json.loads(found["names"].tobytes())
        column: Callable[[str, str], Column] = lambda codes, told: Column(found[codes], tuple(names[told]))
        activity = column("activity", "activities")
        unknown = Column.unknown(len(activity.codes))
        log = EventLog(
            column("case", "cases"), activity, unknown, unknown, column("desk", "desks"), found["time"], found["start"], found["begins"], "wall"
        )  # fmt: skip
        return Casebook(
            log, tuple(names["kinds"]), found["key"], column("item", "items"), found["unit"], found["year"], found["over"], {int(key): name for key, name in names["units"]}
        )  # fmt: skip

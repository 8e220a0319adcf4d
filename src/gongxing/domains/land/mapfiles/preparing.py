"""From a draft to the import of its register."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from time import time
from typing import Any

from django.conf import settings

from gongxing.domains.land.mapfiles import drafts, tables
from gongxing.domains.land.mapfiles.drafts import Draft
from gongxing.domains.land.mapfiles.examining import examined
from gongxing.kernel.exchange.flow import arrange, point, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.setup import Setup, corrected
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.maps import reading
from gongxing.kernel.maps.outcome import Limits, Wish
from gongxing.kernel.org.actor import Actor

AT_ONCE = 2_000
"""Up to so many shapes are prepared while the page is waited for; more are a job."""
AHEAD = 2
"""Columns of the table before the attributes."""
PIECE = 1 << 20
STALE = 60.0
"""Seconds after which the copies of an earlier look are nobody's: a page is answered long before."""


def look(draft: Draft, room: str = "read") -> reading.Sight:
    """Look at the files with the answers so far, in a room of the draft's folder: a page's next look clears the copies of those before, a job has
    its own. Raises Fault."""
    folder = draft.folder / room
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time() - STALE:
            shutil.rmtree(old, ignore_errors=True)
    wish = tables.wish_for(ledger_named(draft.ledger), dict(draft.answers))
    limit = min(Limits().bytes, settings.UPLOAD_LIMIT_BYTES)
    return reading.look(draft.uploads, folder, Wish(wish.answers, wish.place, wish.wanted, Limits(bytes=limit)))


def prepare(
    draft: Draft, actor: Actor, sight: reading.Sight, told: Callable[[float, str], bool] | None = None, step: Any = None
) -> dict[str, Any]:
    """Make the table and the report. Raises Fault, OSError; LookupError where the draft went, or got other answers meanwhile: what was made of the old ones is dropped."""
    ledger = ledger_named(draft.ledger)
    mark = secrets.token_hex(4)
    scratch, part = draft.folder / f"table.{mark}.part", draft.folder / f"report.{mark}.part"
    read = tables.write(scratch, sight, ledger, draft.move_back, step)
    report = examined(read, ledger, actor, draft.choice, told)
    part.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    current = drafts.opened(draft.token, draft.ledger, actor)
    if (current.answers, current.move_back, current.choice) != (draft.answers, draft.move_back, draft.choice):
        scratch.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        raise LookupError(f"map file {draft.token}: other answers")
    scratch.replace(draft.table)
    part.replace(draft.report)
    return report


def report_of(draft: Draft) -> dict[str, Any]:
    """What was found."""
    found: dict[str, Any] = json.loads(draft.report.read_text(encoding="utf-8"))
    return found


def hand_over(draft: Draft, actor: Actor) -> ImportSession:
    """Begin the ordinary import with the table and forget the draft. Raises Denied, Fault, NoSpace."""
    ledger, report = ledger_named(draft.ledger), report_of(draft)
    session = upload(ledger, actor, f"{_stem(draft.files[0])}.csv", _chunks(draft))
    setup = Setup.from_json(session.setup)
    kept = dict(setup.defaults)
    if (setup.first, setup.last) != (1, 1):
        session = point(session, "", 1, 1)
        setup = Setup.from_json(session.setup)
    chosen = {use.position: ("", "") for use in setup.columns if use.target in draft.choice}
    area = report.get("area") or {}
    if area.get("unit"):
        at = area["position"] + AHEAD
        chosen[at] = (area["column"], area["unit"])
        chosen |= {
            use.position: ("", "") for use in setup.columns if use.target == area["column"] and use.position != at
        }
    session = arrange(session, corrected(setup, chosen, {**kept, **draft.choice}))
    drafts.drop(draft)
    return session


def _stem(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:150] or "map"


def _chunks(draft: Draft) -> Iterator[bytes]:
    with draft.table.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece

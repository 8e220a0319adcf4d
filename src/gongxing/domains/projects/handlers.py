"""What follows when projects, what hangs on them, or rules change: recomputed values and open questions only, so a lost event is harmless."""

from collections.abc import Iterable
from typing import Any

from gongxing.domains.projects.jobs import (
    TWINS,
    ask_about,
    queue_reckoning,
    queue_twins,
    reckon_projects,
)
from gongxing.domains.projects.models import Move, Paper
from gongxing.domains.projects.reckoning import RECKON
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.packs.events import RulesChanged

AT_ONCE, COMPARED_AT_ONCE = 100, 20
PROJECT = "projects.project"
HANGING: dict[str, type[Move] | type[Paper]] = {"projects.move": Move, "projects.paper": Paper}
"""What a project is reckoned from besides itself; a move or a paper that is gone changed its project or is left to the night."""
SILENT = frozenset({RECKON, TWINS})
RULES = frozenset({"stages", "maturity", "maturity_levels"})


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """A few projects are reckoned at once; many are left to the job. What the system itself writes, a demonstration, is left to the night."""
    if event.verb in SILENT or not event.user_id:
        return
    if not any(name in event.rows for name in (PROJECT, *HANGING)):
        return
    touched = _touched(event)
    if touched is None or len(touched) > AT_ONCE:
        queue_reckoning(event.user_id)
    elif touched:
        reckon_projects(touched)


@handles(RowsWritten)
def after_typing(event: RowsWritten) -> None:
    """A project that was written is compared with those of its owner at once; many are left to the job."""
    if event.verb in SILENT or not event.user_id or PROJECT not in event.rows:
        return
    projects = event.rows[PROJECT]
    if projects is None or len(projects) > COMPARED_AT_ONCE:
        queue_twins(event.user_id)
    else:
        ask_about(projects)


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """Imported projects are compared, and reckoned if the write was too big to name its rows."""
    if event.ledger == PROJECT and not event.undone:
        queue_reckoning(event.user_id)
        queue_twins(event.user_id)


@handles(RulesChanged)
def after_rules(event: RulesChanged) -> None:
    """Other lines, points or levels: every project anew."""
    if (event.pack == "gates" and event.table in RULES) or (event.pack, event.table) == ("parameters", "parameters"):
        queue_reckoning(event.user_id)


def _touched(event: RowsWritten) -> frozenset[int] | None:
    """The projects to reckon; None when they are too many to name."""
    found = set(event.rows.get(PROJECT, ()) or ())
    if PROJECT in event.rows and event.rows[PROJECT] is None:
        return None
    for name, model in HANGING.items():
        ids = event.rows.get(name, ())
        if ids is None:
            return None
        if ids:
            found.update(_projects(model, ids))
    return frozenset(found)


def _projects(model: type[Move] | type[Paper], ids: Iterable[int]) -> Iterable[int]:
    rows: Any = model._default_manager.filter(pk__in=list(ids))
    return frozenset(rows.values_list("project_id", flat=True))

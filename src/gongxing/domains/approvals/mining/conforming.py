"""Cases held against the legal order of their acts, or against a version of a flow: from what is kept, by a job where there are many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _t

from gongxing.domains.approvals.flow_defs import flow_of
from gongxing.domains.approvals.mining import designed, laid, lawful
from gongxing.domains.approvals.mining.casebook import Narrowed
from gongxing.domains.approvals.mining.keeping import Opened, answered, book_of, makes, scope_of, work_for
from gongxing.domains.approvals.mining.paths import Paths, Weighed, paths_from, weighed
from gongxing.domains.approvals.models import Case, FlowVersion
from gongxing.engines.process import Flow
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.revision import Kept
from gongxing.kernel.clock import now
from gongxing.kernel.jobs.run import JobError, Progress
from gongxing.kernel.org.actor import Actor

LAW = "law"
FLOW = "flow"
IN_FLOW = 300
"""Cases in a flow read at once: the acts of each are read through."""


@dataclass(frozen=True)
class Held:
    """Paths of cases, and when they were read."""

    paths: Paths
    made: datetime


_held: Kept[Held] = Kept(20)


def law_weighed(actor: Actor, narrowed: Narrowed) -> Opened[tuple[Held, Weighed]]:
    """The cases of the actor against the legal order."""
    opened = book_of(actor, "case")
    book = opened.found
    if book is None:
        return Opened(None, False, opened.job)
    paths = answered(book, ("lawful",), lambda: lawful.lawful_paths(book.book))
    found = answered(book, ("lawful", narrowed), lambda: weighed(paths, narrowed, lawful.LAW, lawful.lacking))
    return Opened((Held(paths, book.made), found), opened.fresh, opened.job)


def flow_weighed(version: FlowVersion, flow: Flow, actor: Actor, narrowed: Narrowed) -> Opened[tuple[Held, Weighed]]:
    """The cases of a version against its flow."""
    opened = _paths(version, actor)
    held = opened.found
    if held is None:
        return Opened(None, False, opened.job)
    return Opened((held, weighed(held.paths, narrowed, flow, designed.lacking)), opened.fresh, opened.job)


def flow_in(version: FlowVersion) -> Flow | None:
    """The flow of a version as the replay reads it; None where it cannot be replayed."""
    desks = flow_of(version.definition)
    return None if desks is None else designed.net_of_desks(desks)


def _paths(version: FlowVersion, actor: Actor) -> Opened[Held]:
    name, state = _name(version, actor), laid.state_of(designed.READS)
    held = _held.get((name, state), 1)
    if held is not None:
        return Opened(held, True)
    there = laid.read(name)
    old = None if there is None else _read(there)
    if there is not None and old is not None and there.state == state:
        _held.keep((name, state), 1, old)
        return Opened(old, True)
    if state and designed.cases_of(version, actor).count() > IN_FLOW:
        one, ended = work_for({"what": FLOW, "version": version.pk}, state, actor)
        if not ended:
            return Opened(old, False, one)
    made = Held(designed.designed_paths(version, actor), now())
    if state:
        _held.keep((name, state), 1, made)
    return Opened(made, True)


def _name(version: FlowVersion, actor: Actor) -> str:
    return laid.name_of(scope_of(actor), FLOW, version.pk)


def _read(there: laid.Laid) -> Held | None:
    try:
        return Held(paths_from(designed.raw_of(there.body)), there.made)
    except (ValueError, KeyError, TypeError):
        return None


@makes(FLOW)
def _flow(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> tuple[str, laid.State, bytes, int]:
    version = visible(FlowVersion.objects.filter(pk=arguments["version"]), actor).first()
    if version is None:
        raise JobError(_t("这一版流程已经没有了。"))
    name, state = _name(version, actor), laid.state_of(designed.READS)
    paths = designed.designed_paths(version, actor, progress)
    return name, state, designed.body_of(paths), len(paths.key)


def links_of(keys: list[int], actor: Actor) -> dict[int, Case]:
    """Those of these cases the actor may see now, with their projects. One query."""
    return {one.pk: one for one in visible(Case.objects.filter(pk__in=keys), actor).select_related("project")}


def forget() -> None:
    """Drop what this process holds."""
    _held.clear()

"""The casebook of an actor: in memory, laid down in a file, made at once, or made by a job. What is older than the register is handed out with its hour only.

1. Whose cases they are is named by the condition that lets him see them, so that people of one reach share what is made.
2. In memory and in the file it holds until cases, stops, units or the day change (``laid.state_of``).
3. Up to ``AT_ONCE`` cases are read when they are asked for. More are read by a job; until it is done the older file is shown with its hour.
4. Where the job has ended and no file is here (another server, a full disk), they are read at once, slowly and rightly.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.utils import timezone, translation
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.mining import laid
from gongxing.domains.approvals.mining.axis import in_working_days
from gongxing.domains.approvals.mining.casebook import By, Casebook, Narrowed, casebook
from gongxing.domains.approvals.mining.measures import Timed
from gongxing.domains.approvals.models import Case
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.revision import Kept
from gongxing.kernel.clock import now
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress, enqueue, job
from gongxing.kernel.org.actor import Actor

T = TypeVar("T")
READS = ("approvals.case", "approvals.stop", "projects.project", "org.unit", "packs.packedit")
WEIGH = "approvals.weigh_cases"
AT_ONCE = 5000
OPEN = (Job.State.READY, Job.State.RUNNING)


@dataclass(frozen=True, eq=False)
class Book:
    """A casebook on both clocks, of which state, and when it was made."""

    name: str
    book: Casebook
    timed: Timed
    state: laid.State
    made: datetime
    answers: dict[tuple[object, ...], Any] = field(default_factory=dict)
    """What was worked out of it in this process, the last ``ANSWERS`` questions; it goes with the book."""


@dataclass(frozen=True)
class Opened(Generic[T]):
    """``found``: what there is, None where nothing is yet; ``fresh``: whether it is of now; ``job``: the work that makes it anew."""

    found: T | None
    fresh: bool
    job: Job | None = None


_held: Kept[Book] = Kept(6)
ANSWERS, ONE = 40, 1
"""``Kept`` wants a number of the state; here the state is part of the key."""


def scope_of(actor: Actor) -> str:
    """Names the condition by which the actor sees cases."""
    try:
        return laid.name_of(visible(Case.objects.order_by(), actor).values("pk").query.sql_with_params())
    except EmptyResultSet:
        return "none"


def book_of(actor: Actor, by: By) -> Opened[Book]:
    """The casebook of all cases the actor may see. Five queries where it is in memory."""
    name, state = _name(actor, by), laid.state_of(READS)
    held = _held.get((name, state), ONE)
    if held is not None:
        return Opened(held, True)
    there = laid.read(name)
    if there is not None and there.state == state:
        found = _from_file(name, there)
        if found is not None:
            return Opened(found, True)
    cases = visible(Case.objects.all(), actor)
    if not state or cases.count() <= AT_ONCE:
        return Opened(_made(actor, by, name, state), True)
    one, ended = work_for({"by": by}, state, actor)
    if ended:
        return Opened(_made(actor, by, name, state), True)
    return Opened(None if there is None else _from_file(name, there), False, one)


def work_for(about: Mapping[str, Any], state: laid.State, actor: Actor) -> tuple[Job, bool]:
    """The job that makes this for the actor, queued where none waits; and whether it has ended for this very state."""
    asked = {**about, "state": list(state)}
    mine = Job.objects.filter(kind=WEIGH, user_id=actor.user_id).order_by("-id")
    for one in mine[:20]:
        same = {key: value for key, value in one.arguments.items() if key != "state"} == dict(about)
        if same and (one.state in OPEN or one.arguments.get("state") == asked["state"]):
            return one, one.state not in OPEN
    return enqueue(WEIGH, _t("重算流程体检"), actor, asked), False


def answered(book: Book, question: Sequence[object], work: Callable[[], T]) -> T:
    """The answer to a question about a casebook, worked out once for its state in this process; ``question`` names it."""
    if not book.state:
        return work()
    key = tuple(question)
    if key not in book.answers:
        if len(book.answers) >= ANSWERS:
            book.answers.pop(next(iter(book.answers)), None)
        book.answers[key] = work()
    return cast(T, book.answers[key])


def narrowed_to(book: Book, narrowed: Narrowed) -> Timed:
    """The log of the cases asked for."""
    return book.timed if narrowed == Narrowed() else book.timed.only(book.book.chosen(narrowed))


def forget() -> None:
    """Drop what this process holds (between tests, and for measuring)."""
    _held.clear()


def _name(actor: Actor, by: By) -> str:
    return laid.name_of(scope_of(actor), by, translation.get_language())


def _from_file(name: str, there: laid.Laid) -> Book | None:
    key = (name, there.state)
    held = _held.get(key, ONE)
    if held is not None and held.made == there.made:
        return held
    try:
        found = _on_both(name, laid.unpacked(there.body), there.state, there.made)
    except (ValueError, KeyError, OSError):
        return None
    _held.keep(key, ONE, found)
    return found


def _made(actor: Actor, by: By, name: str, state: laid.State) -> Book:
    found = _on_both(name, casebook(visible(Case.objects.all(), actor), by), state, now())
    if state:
        _held.keep((name, state), ONE, found)
    return found


def _on_both(name: str, book: Casebook, state: laid.State, made: datetime) -> Book:
    return Book(name, book, Timed(book.log, in_working_days(book.log, calendar())), state, made)


def said_when(made: datetime) -> str:
    """Day and minute, as pages say them."""
    return timezone.localtime(made).strftime("%Y-%m-%d %H:%M")


Maker = Callable[[Actor, Mapping[str, Any], Progress], tuple[str, laid.State, bytes, int]]
_makers: dict[str, Maker] = {}


def makes(what: str) -> Callable[[Maker], Maker]:
    """Decorator: how the job makes a thing of this kind: (actor, arguments, progress) → (name of the file, state, bytes, how many cases)."""

    def declare(function: Maker) -> Maker:
        _makers[what] = function
        return function

    return declare


@makes("")
def _book(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> tuple[str, laid.State, bytes, int]:
    by: By = "project" if arguments.get("by") == "project" else "case"
    name, state = _name(actor, by), laid.state_of(READS)
    there = laid.read(name)
    if there is not None and there.state == state:
        return name, state, b"", 0
    found = casebook(visible(Case.objects.all(), actor), by)
    progress.step(1, 2, _t("%(n)s 件，正在算") % {"n": f"{found.cases:,}"}, force=True)
    return name, state, laid.packed(found), found.cases


@job(WEIGH)
def weigh(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Read the cases the owner may see and lay them down; older jobs of this kind leave the list. May be repeated."""
    progress.step(0, 2, _t("读审批件"), force=True)
    name, state, body, cases = _makers[str(arguments.get("what", ""))](actor, arguments, progress)
    if body:
        laid.write(name, state, body)
    done = Job.objects.filter(kind=WEIGH, user_id=actor.user_id, state=Job.State.DONE)
    done.exclude(pk=progress.job.pk).delete()
    return {
        "text": _t("流程体检算好了") if not cases else _t("流程体检算好了：%(n)s 件") % {"n": f"{cases:,}"},
        "state": json.dumps(state),
    }

"""How promises are kept: rates with their numerators and denominators, what is overdue, near, and waiting for the other side.

Arithmetic. Of the promises that were not cancelled, let *due* be those whose agreed day lies before the day looked at, *kept* those the
other side confirmed. The rate is |kept ∩ due| / |due|; beside it stands |kept| / |all|. What is not due yet is no failure; a claim the other side has
not answered is not kept; cancelled ones are left out of both and counted apart. In time: claimed on or before the agreed day.
No promise due: the rate is unknown, not nought.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.projects.clocks import RULE, UNFULFILLED, basis_of, standing
from gongxing.domains.projects.models import Project, Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.sides import PROMISE
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import OPEN
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox.passed import above
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.prefill import add_url
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post

FEW = 10
"""Fewer due promises than this say little: the rate is shown with that word, and is not compared."""
SOON_DAYS, MOST_LINES = 30, 30
CARD = 300
STATE = Promise.State
COUNTED = (STATE.OPEN, STATE.CLAIMED, STATE.CONFIRMED, STATE.REFUSED)
MOST_PROJECTS = 80
"""More projects than this are not named in the address of a list."""
JOINED = ("project", "post__unit", "post__superior__unit", "clause")
READ = (
    "project", "side", "text", "clause", "basis", "post", "due_on", "state", "evidence", "claimed_on", "confirmed_on", "confirmed_by",
    "answer", "version", "invented", "project__name", "project__unit", "post__title", "post__unit__name", "post__superior__title",
    "post__superior__unit__name", "clause__number",
)  # fmt: skip
"""A project has a hundred cells; the pages of promises read two of them."""
Narrow = Sequence[tuple[str, str]]


class Fact(NamedTuple):
    """What the rates ask of a promise."""

    pk: int
    project_id: int
    side: str
    state: str
    due_on: date
    claimed_on: date | None
    post_id: int


@dataclass(frozen=True)
class Rate:
    """Counts of one group. ``kept`` of ``due``, ``in_time`` of those kept, ``waiting`` of those due; ``all_kept`` of ``all``; ``cancelled`` apart.
    ``narrow`` are the conditions of the list of the group."""

    label: str
    narrow: Narrow = ()
    due: int = 0
    kept: int = 0
    in_time: int = 0
    waiting: int = 0
    all: int = 0
    all_kept: int = 0
    cancelled: int = 0
    as_of: date = field(default_factory=today)

    @property
    def percent(self) -> float | None:
        """Kept of due in per cent; None where none was due."""
        return 100 * self.kept / self.due if self.due else None

    @property
    def all_percent(self) -> float | None:
        """Kept of all in per cent; None where there is none."""
        return 100 * self.all_kept / self.all if self.all else None

    @property
    def few(self) -> bool:
        """Whether the rate rests on few promises."""
        return 0 < self.due < FEW

    @property
    def broken(self) -> int:
        """Due, and not confirmed."""
        return self.due - self.kept

    @property
    def words(self) -> str:
        """Numerator and denominator in words."""
        if not self.due:
            return _("还没有到期的")
        return _("已到期 %(due)d 项，对方确认兑现 %(kept)d 项") % {"due": self.due, "kept": self.kept}

    def url(self, states: Sequence[str], due_only: bool) -> str:
        """The list of exactly these rows."""
        pairs = [*self.narrow, *(("f.state", state) for state in states)]
        if due_only:
            last = (self.as_of - timedelta(days=1)).isoformat()
            limits = [value for name, value in pairs if name == "max.due_on"]
            pairs = [(name, value) for name, value in pairs if name != "max.due_on"]
            pairs.append(("max.due_on", min([last, *limits])))
        return f"{ledger_named(PROMISE).url}?{urlencode(pairs)}"

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """Where each number leads."""
        return {
            "due": self.url(COUNTED, True), "kept": self.url([STATE.CONFIRMED], True), "waiting": self.url([STATE.CLAIMED], True),
            "broken": self.url([STATE.OPEN, STATE.CLAIMED, STATE.REFUSED], True), "all": self.url(COUNTED, False),
            "all_kept": self.url([STATE.CONFIRMED], False), "cancelled": self.url([STATE.CANCELLED], False),
        }  # fmt: skip


def rate_of(label: str, rows: Iterable[Promise | Fact], day: date, narrow: Narrow = ()) -> Rate:
    """The counts of some promises on a day."""
    due = kept = in_time = waiting = every = all_kept = cancelled = 0
    for one in rows:
        if one.state == STATE.CANCELLED:
            cancelled += 1
            continue
        every += 1
        done = one.state == STATE.CONFIRMED
        all_kept += done
        if one.due_on < day:
            due += 1
            kept += done
            waiting += one.state == STATE.CLAIMED
            in_time += done and one.claimed_on is not None and one.claimed_on <= one.due_on
    return Rate(label, tuple(narrow), due, kept, in_time, waiting, every, all_kept, cancelled, day)


@dataclass(frozen=True)
class Line:
    """A promise as the page shows it. ``late``: days after the agreed day, 0 before it; ``told``: the post above that was told, "" where nobody was;
    ``days``: days left, or days the other side has been silent."""

    promise: Promise
    url: str
    basis: str
    late: int = 0
    told: str = ""
    days: int = 0


@dataclass(frozen=True)
class Kept:
    """What the page says of one reader's promises; of each list the first thirty and how many there are."""

    day: date
    whole: Rate
    by_side: Sequence[Rate]
    by_unit: Sequence[Rate]
    by_post: Sequence[Rate]
    by_year: Sequence[Rate]
    overdue: Sequence[Line]
    soon: Sequence[Line]
    waiting: Sequence[Line]
    n_overdue: int
    n_soon: int
    n_waiting: int
    drills: bool = True
    """Whether the addresses of the lists say all that was asked: a park with very many projects does not fit into one."""


def readable(actor: Actor, park: int | None = None, side: str = "") -> QuerySet[Promise]:
    """Promises the actor may see, of the projects of one unit, of one side."""
    rows = visible(Promise.objects.select_related(*JOINED).only(*READ), actor)
    if park is not None:
        rows = rows.filter(project__unit_id=park)
    if side in Side.values:
        rows = rows.filter(side=side)
    return rows.order_by("due_on", "pk")  # fmt: skip


def kept_of(actor: Actor, park: int | None = None, side: str = "") -> Kept:
    """Rates and lists for one reader. Four queries: all rows as bare facts, the posts they name, and whole only the rows that are listed."""
    day, asked = today(), readable(actor, park, side)
    facts = [Fact(*row) for row in asked.select_related(None).values_list(*Fact._fields)]
    posts = {
        post.pk: post for post in Post.objects.select_related("unit").filter(pk__in={one.post_id for one in facts})
    }
    narrow, drills = _narrow(facts, park, side)
    plain = [pair for pair in narrow if pair[0] != "f.side"]
    of_unit: dict[int, list[int]] = {}
    for key in sorted(posts):
        of_unit.setdefault(posts[key].unit_id, []).append(key)
    late = [one.pk for one in facts if one.state in UNFULFILLED and one.due_on < day]
    near = day + timedelta(days=SOON_DAYS)
    soon = [one.pk for one in facts if one.state in UNFULFILLED and day <= one.due_on <= near]
    waiting = [one.pk for one in sorted(facts, key=lambda one: one.claimed_on or day) if one.state == STATE.CLAIMED]
    lines = _lines(asked, [*late[:MOST_LINES], *soon[:MOST_LINES], *waiting[:MOST_LINES]], day)
    return Kept(
        day=day,
        whole=rate_of(_("全部"), facts, day, narrow),
        by_side=[
            rate_of(str(label), [one for one in facts if one.side == value], day, [*plain, ("f.side", value)])
            for value, label in Side.choices
            if side in ("", value)
        ],
        by_unit=_groups(
            facts, day, lambda one: posts[one.post_id].unit_id, lambda one: posts[one.post_id].unit.name,
            lambda one: [*narrow, *(("f.post", str(post)) for post in of_unit[posts[one.post_id].unit_id])],
        ),
        by_post=_groups(
            facts, day, lambda one: one.post_id, lambda one: f"{posts[one.post_id].unit.name} {posts[one.post_id].title}",
            lambda one: [*narrow, ("f.post", str(one.post_id))],
        ),
        by_year=sorted(
            _groups(
                facts, day, lambda one: one.due_on.year, lambda one: str(one.due_on.year),
                lambda one: [*narrow, ("min.due_on", f"{one.due_on.year}-01-01"), ("max.due_on", f"{one.due_on.year}-12-31")],
            ),
            key=lambda rate: rate.label,
            reverse=True,
        ),
        overdue=[lines[key] for key in late[:MOST_LINES]], n_overdue=len(late),
        soon=[lines[key] for key in soon[:MOST_LINES]], n_soon=len(soon),
        waiting=[lines[key] for key in waiting[:MOST_LINES]], n_waiting=len(waiting),
        drills=drills,
    )  # fmt: skip


def _lines(asked: QuerySet[Promise], keys: Sequence[int], day: date) -> Mapping[int, Line]:
    """The listed promises in full. Two queries."""
    rows = list(asked.filter(pk__in=keys))
    line = _liner(day, _told(rows))
    return {one.pk: line(one) for one in rows}


def _narrow(rows: Sequence[Fact], park: int | None, side: str) -> tuple[list[tuple[str, str]], bool]:
    """The conditions of the lists behind the page's numbers, and whether they say all that was asked."""
    narrow = [("f.side", side)] if side in Side.values else []
    if park is None:
        return narrow, True
    projects = sorted({one.project_id for one in rows})
    if len(projects) > MOST_PROJECTS:
        return narrow, False
    return [*narrow, *(("f.project", str(project)) for project in projects or [0])], True


def _groups(
    rows: Sequence[Fact],
    day: date,
    key: Callable[[Fact], int],
    label: Callable[[Fact], str],
    narrow: Callable[[Fact], Narrow],
) -> list[Rate]:
    """Most broken promises first, then most due: no ranking by a rate that rests on few."""
    groups: dict[int, list[Fact]] = {}
    for one in rows:
        groups.setdefault(key(one), []).append(one)
    found = [rate_of(label(part[0]), part, day, narrow(part[0])) for part in groups.values()]
    return sorted(found, key=lambda rate: (-rate.broken, -rate.due, rate.label))


def _told(rows: Sequence[Promise]) -> Mapping[int, str]:
    """Promise → the post above that was told of the day that passed."""
    asked = [one.pk for one in rows if one.state in (*UNFULFILLED, STATE.CLAIMED)]
    clocks = Deadline.objects.filter(ledger=PROMISE, rule=RULE, row__in=asked, state__in=OPEN, escalated=True)
    posts = {clock.post_id: clock.post for clock in clocks.select_related("post__superior__unit")}
    higher = {key: above(post) for key, post in posts.items()}
    return {
        clock.row: f"{told.unit.name} {told.title}" for clock in clocks if (told := higher[clock.post_id]) is not None
    }


def _liner(day: date, told: Mapping[int, str]) -> Callable[[Promise], Line]:
    url = ledger_named(PROMISE).row_url

    def line(one: Promise) -> Line:
        late = max((day - one.due_on).days, 0)
        if one.state == STATE.CLAIMED and one.claimed_on is not None:
            days = (day - one.claimed_on).days
        else:
            days = max((one.due_on - day).days, 0)
        return Line(one, url(one.pk), basis_of(one), late, told.get(one.pk, ""), days)

    return line


def rate_text(rate: Rate) -> str:
    """A rate in one breath: fraction first, per cent after it; few are said to be few."""
    if rate.percent is None:
        return _("%(label)s —（没有到期的）") % {"label": rate.label}
    said = {"label": rate.label, "kept": rate.kept, "due": rate.due, "percent": f"{rate.percent:.0f}"}
    if rate.few:
        return _("%(label)s %(kept)d/%(due)d（项数少）") % said
    return _("%(label)s %(kept)d/%(due)d（%(percent)s%%）") % said


def card_of(kept: Kept, place: str = "") -> str:
    """The page as a message of at most 300 characters: rates, overdue matters with posts, no person's name."""
    head = _("【承诺兑现】%(place)s截至%(day)s") % {"place": f"{place} " if place else "", "day": kept.day.isoformat()}
    parts = [head, _("；").join(rate_text(rate) for rate in kept.by_side) + _("（对方确认兑现/已到期）")]
    counts = {"overdue": kept.n_overdue, "soon": kept.n_soon, "waiting": kept.n_waiting}
    parts.append(_("逾期%(overdue)d项，30天内到期%(soon)d项，待对方确认%(waiting)d项。") % counts)
    for line in kept.overdue[:5]:
        said = _("逾期%(late)d天：%(text)s（%(post)s）") % {
            "late": line.late,
            "text": line.promise.text[:30],
            "post": f"{line.promise.post.unit.name} {line.promise.post.title}",
        }
        if sum(len(part) + 1 for part in parts) + len(said) > CARD:
            break
        parts.append(said)
    return "\n".join(parts)[:CARD]


@dataclass(frozen=True)
class BoxRow:
    """A promise in the box on a project's page. ``tone``: vow, bad, good, idle; ``when``: the day, or how late, or that it is kept."""

    side: str
    text: str
    url: str
    tone: str
    when: str
    basis: str
    post: str
    told: str
    state: str


@dataclass(frozen=True)
class Box:
    """The promises of one project: rows, kept of all that were not cancelled, and where the list, the Word list and a new one are ("" for who may
    not add one)."""

    rows: Sequence[BoxRow]
    rate: Rate
    list_url: str
    word_url: str
    add_url: str


def promise_box(project: Project, actor: Actor) -> Box:
    """Both sides' promises of a project for one reader, overdue first, settled last. Two queries."""
    day = today()
    rows = list(readable(actor).filter(project_id=project.pk))
    line, shown = _liner(day, _told(rows)), []
    order = sorted(rows, key=lambda one: (one.state in (STATE.CONFIRMED, STATE.CANCELLED), one.due_on))
    for one in order:
        said = line(one)
        tone, when = _when(one, said, day)
        shown.append(
            BoxRow(one.get_side_display(), one.text, said.url, tone, when, said.basis, f"{one.post.unit.name} {one.post.title}", said.told, standing(one, day))
        )  # fmt: skip
    ledger = ledger_named(PROMISE)
    narrow = [("f.project", str(project.pk))]
    return Box(
        rows=shown,
        rate=rate_of(_("这个项目"), rows, day, narrow),
        list_url=f"{ledger.url}?{urlencode(narrow)}",
        word_url=reverse("promise-word", args=[project.pk]),
        add_url=add_url(ledger, project=project.pk) if may(actor, "add", PROMISE) else "",
    )


def _when(one: Promise, line: Line, day: date) -> tuple[str, str]:
    if one.state in (STATE.CONFIRMED, STATE.CANCELLED):
        return ("good" if one.state == STATE.CONFIRMED else "idle"), str(one.get_state_display())
    if one.state == STATE.CLAIMED:
        return "vow", _("待对方确认")
    if line.late:
        return "bad", _("逾期 %(n)d 天") % {"n": line.late}
    if one.due_on == day:
        return "vow", _("今天到期")
    return "vow", one.due_on.isoformat() if one.due_on.year != day.year else f"{one.due_on:%m-%d}"


def own_both_ways(actor: Actor, firms: Sequence[int]) -> Mapping[str, list[dict[str, Any]]]:
    """What an enterprise's page shows: what it was promised and what it promised, each with the one act that is its turn."""
    day = today()
    found: dict[str, list[dict[str, Any]]] = {value: [] for value in Side.values}
    rows = list(readable(actor).filter(project__firm_id__in=firms))
    line = _liner(day, _told(rows))
    for one in rows:
        said = line(one)
        tone, when = _when(one, said, day)
        act = ""
        if one.side == Side.GOVERNMENT and one.state == STATE.CLAIMED:
            act = "confirm"
        elif one.side == Side.ENTERPRISE and one.state in UNFULFILLED:
            act = "claim"
        found[one.side].append({"one": one, "line": said, "tone": tone, "when": when, "act": act})
    for part in found.values():
        part.sort(key=lambda row: (not row["act"], row["one"].state in (STATE.CONFIRMED, STATE.CANCELLED)))
    return found

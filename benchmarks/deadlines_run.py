"""The work of ``benchmarks.deadlines`` inside Django."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.core.management import call_command
from django.utils import timezone

from benchmarks.harness import Bounds, case, stopwatch
from gongxing.kernel.clock import now
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.database.rows import insert_many
from gongxing.kernel.deadlines.limits import compute_many
from gongxing.kernel.deadlines.models import Deadline, Pause
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.testing.office import make_office

UNITS = (("wd", 60), ("day", 90), ("month", 12), ("hour", 72))
SAMPLE, DUE = 500, 5_000
NORMAL = 167
"""What passes on a normal day: 100,000 limits of 60 working days on average come due 1,667 a day, and nine in ten are done before they do."""


def build(rows: int, seed: int, post_id: int) -> list[Deadline]:
    """Deadlines begun between 2008 and 2025, one in five with a pause; stored with their due instants."""
    draw = random.Random(seed)
    first = datetime(2008, 1, 2, 1, tzinfo=UTC)
    made = []
    for at in range(rows):
        unit, most = UNITS[draw.choices(range(4), (6, 2, 1, 1))[0]]
        started = first + timedelta(days=draw.randrange(6500), minutes=draw.randrange(480))
        made.append(
            Deadline(
                ledger="firms.firm", row=at + 1, title=f"事项{at}", rule="bench", limit=draw.randint(1, most), unit=unit, post_id=post_id,
                started_at=started, due_at=started, state=Deadline.State.MET,
            )
        )  # fmt: skip
    insert_many(made)
    pauses = []
    for one in made[::5]:
        start = timezone.localtime(one.started_at).date() + timedelta(days=draw.randint(1, 3))
        pauses.append(
            Pause(
                deadline=one,
                reason="专家评审",
                proof="通知",
                start=start,
                end=start + timedelta(days=draw.randint(1, 9)),
            )
        )
    insert_many(pauses)
    for one, found in zip(made, compute_many(made), strict=True):
        one.due_at, one.provisional = found.at, found.provisional
    Deadline.objects.bulk_update(made, ["due_at", "provisional"], batch_size=500)
    return made


def recompute() -> int:
    """Read everything again and count; how many stored instants differ."""
    rows = list(Deadline.objects.order_by("id"))
    return sum(one.due_at != found.at for one, found in zip(rows, compute_many(rows), strict=True))


def walked(one: Deadline, pause: Pause | None) -> date:
    """The due day of a working-day limit, counted one day after another: the day of the start is not counted, nor are paused days
    after the first through the last (the rule (p, q] of the design)."""
    book, day, left = calendar(), timezone.localtime(one.started_at).date(), one.limit
    while left:
        day += timedelta(days=1)
        paused = pause is not None and pause.start < day <= (pause.end or date.max)
        left -= book.is_workday(day) and not paused
    return day


def oracle(seed: int) -> tuple[int, int]:
    """Compared and unequal, among working-day deadlines."""
    draw, rows = random.Random(seed), list(Deadline.objects.filter(unit="wd", provisional=False))
    pauses = {pause.deadline_id: pause for pause in Pause.objects.all()}
    chosen = draw.sample(rows, SAMPLE)
    wrong = [one for one in chosen if walked(one, pauses.get(one.pk)) != timezone.localtime(one.due_at).date()]
    for one in wrong[:3]:
        print(f"differs: {one.started_at} {one.limit} wd {pauses.get(one.pk)}: {one.due_at}")
    return len(chosen), len(wrong)


def ticked(count: int) -> tuple[float, int, int]:
    """Let so many of the running ones come due: seconds of the tick that flips them, how many it flipped, how many a second one did."""
    keys = Deadline.objects.filter(state=Deadline.State.RUNNING).order_by("id").values("pk")[:count]
    Deadline.objects.filter(pk__in=keys).update(due_at=now() - timedelta(hours=1))
    with stopwatch() as watch:
        flipped = tick()
    return watch.seconds, flipped, tick()


def run(arguments: Sequence[str]) -> int:
    """rows, seed."""
    rows, seed = int(arguments[0]), int(arguments[1])
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    post = make_office().posts["gongxin"]
    build(rows, seed, post.pk)
    with stopwatch() as watch:
        differing = recompute()
    compared, unequal = oracle(seed)
    case("recompute", rows=rows, s=watch.seconds, differing=differing, compared=compared, unequal=unequal)
    Deadline.objects.update(state=Deadline.State.RUNNING, due_at=now() + timedelta(days=30))
    ticked(1)
    normal, flipped_normal, _again = ticked(NORMAL)
    mass, flipped, again = ticked(DUE)
    case("tick", running=rows, due=NORMAL, flipped=flipped_normal, s=normal)
    case("tick at once", running=rows, due=DUE, flipped=flipped, again=again, s=mass)
    bounds = Bounds()
    bounds.check("recompute_s", watch.seconds, "<=", 10)
    bounds.check("differing", differing, "==", 0)
    bounds.check("unequal_to_walk", unequal, "==", 0)
    bounds.check("flipped", flipped, "==", DUE)
    bounds.check("flipped_again", again, "==", 0)
    bounds.check("flipped_normal", flipped_normal, "==", NORMAL)
    bounds.check("tick_s", normal, "<=", 2)
    bounds.note(tick_at_once_s=mass)
    return bounds.finish()

"""Declaring, queueing, running, sweeping jobs.

Liveness without a heartbeat: the worker holds an operating-system file lock per job (an advisory lock on its own connection
on PostgreSQL servers that share no file system); both vanish with the process. A running job whose lock is free was
interrupted: it is taken back by a conditional UPDATE and run again once, or failed with «进程中断».
"""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections
from django.utils import translation
from django.utils.translation import gettext as _

from gongxing.kernel.clock import now, today
from gongxing.kernel.database.gate import FileLock
from gongxing.kernel.database.patience import is_busy, is_full
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import User

MAX_ATTEMPTS = 2


class Cancelled(Exception):
    """Raised inside a job by ``Progress.step`` when its owner asked to stop. The work rolls back."""


class JobError(Exception):
    """A failure the owner can understand; the message is shown as it is."""


class Progress:
    """Handed to a job: report steps, learn of cancellation. Writes to ``ops`` only, at most five times a second."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._last = 0.0

    def step(self, done: int, total: int | None = None, message: str = "", force: bool = False) -> None:
        """Report progress. Raises Cancelled when the owner asked for it."""
        moment = now().timestamp()
        if not force and moment - self._last < 0.2:
            return
        self._last = moment
        values: dict[str, Any] = {"done_units": done}
        if total is not None:
            values["total_units"] = total
        if message:
            values["message"] = message[:300]
        Job.objects.filter(pk=self.job.pk).update(**values)
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled


Work = Callable[[Actor, Mapping[str, Any], Progress], Mapping[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """A declared kind of long work. ``retriable``: safe to run again after an interruption (its write is one transaction)."""

    name: str
    run: Work
    retriable: bool
    on_end: Callable[[Job], None] | None = None


_kinds: dict[str, JobKind] = {}


def job(name: str, *, retriable: bool = True, on_end: Callable[[Job], None] | None = None) -> Callable[[Work], Work]:
    """Decorator: declare a kind of long work. ``on_end`` is told of done, failed and cancelled."""

    def declare(function: Work) -> Work:
        _kinds[name] = JobKind(name, function, retriable, on_end)
        return function

    return declare


def enqueue(kind: str, title: str, actor: Actor, arguments: Mapping[str, Any]) -> Job:
    """Queue long work for the actor. Raises LookupError for an undeclared kind."""
    if kind not in _kinds:
        raise LookupError(f"no job kind {kind!r}")
    return Job.objects.create(
        kind=kind,
        title=title[:200],
        language=translation.get_language() or settings.LANGUAGE_CODE,
        arguments=dict(arguments),
        user_id=actor.user_id,
        post_id=actor.post.post_id if actor.post else None,
        retriable=_kinds[kind].retriable,
        created_at=now(),
    )


def enqueue_once(kind: str, title: str, arguments: Mapping[str, Any]) -> None:
    """Queue work of the system's own, unless one of the kind already waits: what waits will see what was written meanwhile."""
    if not Job.objects.filter(kind=kind, state=Job.State.READY).exists():
        enqueue(kind, title, SYSTEM, arguments)


def in_pieces(ids: list[int], work: Callable[[list[int]], int], progress: Progress, size: int = 500) -> int:
    """Give ``work`` some ids at a time and report how far it is. Returns the sum of what it answered. Raises Cancelled between two pieces."""
    found = 0
    for start in range(0, len(ids), size):
        found += work(ids[start : start + size])
        progress.step(start, len(ids))
    return found


def ask_cancel(job_id: int, actor: Actor) -> bool:
    """Ask a job of the actor to stop. A waiting one is cancelled at once. False when there is nothing to cancel."""
    mine = Job.objects.filter(pk=job_id, user_id=actor.user_id)
    waiting = mine.filter(state=Job.State.READY).update(state=Job.State.CANCELLED, ended_at=now())
    if waiting:
        _ended(Job.objects.get(pk=job_id))
        return True
    return bool(mine.filter(state=Job.State.RUNNING).update(cancel_asked=True))


def _lock_path(job_id: int) -> Path:
    return Path(settings.DATA_DIR) / "locks" / f"job-{job_id}.lock"


class _AdvisoryLock:
    """PostgreSQL: a session lock that vanishes with the connection."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def acquire(self) -> bool:
        with connections["ops"].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(7411, %s)", [self.job_id])
            return bool(cursor.fetchone()[0])

    def release(self) -> None:
        with connections["ops"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(7411, %s)", [self.job_id])


@contextmanager
def _alive(job_id: int) -> Iterator[bool]:
    """Hold the sign of life of a job; False when another process holds it."""
    if connections["ops"].vendor == "postgresql":
        advisory = _AdvisoryLock(job_id)
        taken = advisory.acquire()
        try:
            yield taken
        finally:
            if taken:
                advisory.release()
        return
    lock = FileLock(_lock_path(job_id))
    taken = lock.acquire(timeout=0)
    try:
        yield taken
    finally:
        if taken:
            lock.path.unlink(missing_ok=True)
            lock.release()


def sweep() -> int:
    """Take back running jobs whose process died. Returns how many."""
    taken = 0
    for one in Job.objects.filter(state=Job.State.RUNNING).order_by("id"):
        with _alive(one.pk) as free:
            if free:
                with translation.override(one.language):
                    taken += _take_back(one)
    return taken


def _take_back(one: Job) -> int:
    same = Job.objects.filter(pk=one.pk, state=Job.State.RUNNING, attempt=one.attempt)
    if one.retriable and one.attempt < MAX_ATTEMPTS:
        return same.update(state=Job.State.READY, message=_("上次进程中断，重新开始"))
    reason = _("进程中断：办理它的程序被关闭或断电，没有写入任何数据，请重新提交。")
    changed = same.update(state=Job.State.FAILED, error=reason, ended_at=now())
    if changed:
        _ended(Job.objects.get(pk=one.pk))
    return changed


def run_next() -> bool:
    """Run the oldest waiting job, if any; exactly one worker wins it. Returns whether one was run."""
    for job_id in Job.objects.filter(state=Job.State.READY).order_by("id").values_list("pk", flat=True)[:5]:
        with _alive(job_id) as free:
            if not free:
                continue
            one = Job.objects.get(pk=job_id)
            won = Job.objects.filter(pk=job_id, state=Job.State.READY).update(
                state=Job.State.RUNNING,
                attempt=one.attempt + 1,
                started_at=now(),
                cancel_asked=False,
                error="",
                traceback="",
            )
            if won:
                with translation.override(one.language):
                    _run(Job.objects.get(pk=job_id))
                return True
    return False


def _run(one: Job) -> None:
    kind = _kinds.get(one.kind)
    values: dict[str, Any]
    try:
        if kind is None:
            raise JobError(_("这个版本不认识任务“%(kind)s”。") % {"kind": one.kind})
        result = kind.run(_actor(one), one.arguments, Progress(one))
        values = {"state": Job.State.DONE, "result": dict(result)}
    except Cancelled:
        values = {"state": Job.State.CANCELLED, "message": _("已取消，没有写入任何数据")}
    except JobError as error:
        values = {"state": Job.State.FAILED, "error": str(error)[:500]}
    except OperationalError as error:
        values = {
            "state": Job.State.FAILED,
            "error": _database_words(one, error)[:500],
            "traceback": traceback.format_exc()[-20000:],
        }
    except Exception as error:
        values = {
            "state": Job.State.FAILED,
            "error": _broken_words(one, error)[:500],
            "traceback": traceback.format_exc()[-20000:],
        }
    Job.objects.filter(pk=one.pk, state=Job.State.RUNNING).update(**values, ended_at=now())
    _ended(Job.objects.get(pk=one.pk))


def _broken_words(one: Job, error: Exception) -> str:
    reason = _("程序出错（%(error)s），没有写入任何数据。请把任务编号 %(id)d 告诉管理员。")
    return reason % {"error": type(error).__name__, "id": one.pk}


def _database_words(one: Job, error: OperationalError) -> str:
    if is_busy(error):
        return _("数据库一直被另一批写入占用，没有写入任何数据。请稍后重新提交。")
    if is_full(error):
        return _("服务器磁盘已满，没有写入任何数据。请联系管理员清理磁盘后重新提交。")
    return _broken_words(one, error)


def _ended(one: Job) -> None:
    kind = _kinds.get(one.kind)
    if kind is not None and kind.on_end is not None:
        kind.on_end(one)


def _actor(one: Job) -> Actor:
    if one.user_id == 0:
        return SYSTEM
    return actor_for(User.objects.get(pk=one.user_id), today(), one.post_id)

"""What a handover asks and answers before anything is written: who leaves, who takes over, where each group of open items goes.

An item stays with the post unless its group (a register and the field that names the post, ``deadlines.deadline:post``) is given another
post. What somebody looked at comes back as ``seen``: for each group the rows with their versions, so that nothing is handed on that
changed meanwhile.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.office.held import HeldItem
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Handover, Post, Tenure, User

VERB, REST = "handover", "*"
Seen = dict[str, dict[str, int]]


def refused(column: str, code: str, **params: Any) -> Refused:
    """One fault of one field."""
    return Refused([FieldFault(column, Fault(code, **params))])


def group_of(item: HeldItem) -> str:
    """The group an item is moved with."""
    return f"{item.ledger}:{item.field}"


def seen_of(items: Sequence[HeldItem]) -> str:
    """What a page showed, to be sent back with what is decided on it."""
    found: Seen = {}
    for item in items:
        found.setdefault(group_of(item), {})[str(item.row)] = item.version
    return json.dumps(found, separators=(",", ":"), sort_keys=True)


def read_object(column: str, text: str) -> dict[str, Any]:
    """A JSON object, {} for nothing. Raises Refused."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise refused(column, "handover.json", text=text[:40]) from error
    if not isinstance(found, dict):
        raise refused(column, "handover.json", text=text[:40])
    return found


def check_seen(items: Sequence[HeldItem], text: str) -> None:
    """Refuse when an item came, went or changed since it was looked at: one is named, the others are counted."""
    seen = {
        (group, row): version
        for group, rows in read_object("seen", text).items()
        if isinstance(rows, dict)
        for row, version in rows.items()
    }
    now = {(group_of(item), str(item.row)): item for item in items}
    odd = [key for key in {**seen, **now} if key not in now or seen.get(key) != now[key].version]
    if not odd:
        return
    group, row = odd[0]
    title = now[odd[0]].said if odd[0] in now else _title_of(group, row)
    raise refused("", "handover.moved", title=title, n=len(odd))


def _title_of(group: str, row: str) -> str:
    """What an item that is open here no more can be called without looking at it."""
    try:
        return f"{ledger_named(group.partition(':')[0]).label} {row[:19]}"
    except LookupError:
        return row[:19]


def posts_for(actor: Actor) -> QuerySet[Post]:
    """The posts whose handover the actor may arrange."""
    return visible(Post.objects.select_related("unit"), actor, VERB)


def post_with(actor: Actor, code: str, column: str) -> Post:
    """Such a post by its code. Raises Refused, in the same words whether it is not there or not the actor's."""
    post = posts_for(actor).filter(code=code).first()
    if post is None:
        raise refused(column, "handover.post_unknown", post=code)
    return post


def holders(post_id: int, day: date) -> list[Tenure]:
    """Who holds a post on a day, the longest first."""
    found = Tenure.objects.filter(Q(end__isnull=True) | Q(end__gte=day), post=post_id, start__lte=day)
    return list(found.select_related("user").order_by("start", "id"))


def leavers(post_id: int) -> list[Tenure]:
    """Who may hand the post over: its holders of today; where there is none, the one who left last."""
    found = holders(post_id, today())
    if found:
        return found
    last = Tenure.objects.filter(post=post_id, end__lt=today()).select_related("user").order_by("-end", "-id")
    return list(last[:1])


def account_of(text: str, column: str) -> User:
    """An active account by user name, or by display name where only one bears it. Raises Refused."""
    found = list(User.objects.filter(username=text)[:1]) or list(User.objects.filter(name=text).order_by("id")[:2])
    if not found:
        raise refused(column, "handover.no_account", name=text)
    if len(found) > 1:
        raise refused(column, "handover.name_twice", name=text)
    if not found[0].is_active:
        raise refused(column, "handover.inactive", name=found[0].name)
    return found[0]


def leaver_of(post: Post, text: str) -> Tenure:
    """The tenure that is handed on: of the account named, or of the only one there is. Raises Refused."""
    found = leavers(post.pk)
    if not found:
        raise refused("leaver", "handover.nobody", post=post.title)
    named = [one for one in found if text in (one.user.username, one.user.name)]
    if not text and len(found) == 1:
        return found[0]
    if len(named) != 1:
        who = "、".join(f"{one.user.name}（{one.user.username}）" for one in found)
        raise refused("leaver", "handover.not_holder", name=text or "—", post=post.title, holders=who)
    return named[0]


def check_leaving(tenure: Tenure, last_day: date) -> None:
    """The last day lies in the tenure, and it was not handed on before. Raises Refused."""
    if last_day < tenure.start:
        raise refused(
            "last_day", "handover.before_start", day=last_day.isoformat(), start=tenure.start.isoformat(), name=tenure.user.name
        )  # fmt: skip
    if tenure.end is not None and last_day > tenure.end:
        raise refused("last_day", "handover.after_end", day=last_day.isoformat(), end=tenure.end.isoformat(), name=tenure.user.name)  # fmt: skip
    before = Handover.objects.filter(post=tenure.post_id, from_user=tenure.user_id, last_day__gte=tenure.start)
    done = before.exclude(state=Handover.State.VOID).order_by("id").first()
    if done is not None:
        raise refused("", "handover.done", name=tenure.user.name, number=done.number)


@dataclass(frozen=True)
class Receiver:
    """Who takes what: the new holder of the same post (``post`` None), or the holder of the post the items go to."""

    user: User
    post: Post | None
    items: tuple[HeldItem, ...]


def targets_of(actor: Actor, post: Post, items: Sequence[HeldItem], moves: Mapping[str, Any]) -> dict[str, Post]:
    """Group → the other post it goes to. Raises Refused."""
    found: dict[str, Post] = {}
    for group in dict.fromkeys(group_of(item) for item in items if item.movable):
        code = moves.get(group, moves.get(REST)) or ""
        if not isinstance(code, str):
            raise refused("moves", "handover.json", text=str(code)[:40])
        if not code:
            continue
        target = post_with(actor, code, "moves")
        if target.pk == post.pk:
            raise refused("moves", "handover.same_post", post=post.title)
        found[group] = target
    return found


def receivers(
    post: Post, items: Sequence[HeldItem], targets: Mapping[str, Post], successor: User | None, day: date
) -> list[Receiver]:
    """One for each slip: the successor first, then each other post by its holder on the day. Items that cannot move stay with the
    post; where it has no successor they stand on the first slip. Raises Refused where something would be left to nobody."""
    away: dict[int, list[HeldItem]] = {}
    staying: list[HeldItem] = []
    for item in items:
        target = targets.get(group_of(item)) if item.movable else None
        if target is None:
            staying.append(item)
        else:
            away.setdefault(target.pk, []).append(item)
    if successor is None and (left := [item for item in staying if item.movable]):
        raise refused("successor", "handover.nobody_takes", n=len(left), post=post.title, title=left[0].said)
    if successor is None and not away:
        raise refused("successor", "handover.no_receiver", post=post.title)
    found = [] if successor is None else [Receiver(successor, None, tuple(staying))]
    for target in {one.pk: one for one in targets.values()}.values():
        taking = holders(target.pk, max(day, today()))
        if not taking:
            raise refused("moves", "handover.post_empty", post=f"{target.unit} {target.title}")
        if not taking[0].user.is_active:
            raise refused("moves", "handover.inactive", name=taking[0].user.name)
        also = staying if successor is None and not found else []
        found.append(Receiver(taking[0].user, target, (*away[target.pk], *also)))
    return found


def write_moves(moves: Mapping[str, str]) -> str:
    """Group → code of a post as the action takes it."""
    return json.dumps(moves, ensure_ascii=False) if moves else ""

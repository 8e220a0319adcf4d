"""Handing a post on: one act ends the old tenure, begins the new one, moves what goes to other posts and leaves the slips; then both sides
confirm, each by its own account."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from django.db import IntegrityError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.access.granting import from_post
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, StaleRow, writing
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.handing import (
    VERB,
    Receiver,
    account_of,
    check_leaving,
    check_seen,
    group_of,
    leaver_of,
    post_with,
    read_object,
    receivers,
    refused,
    targets_of,
)
from gongxing.kernel.office.held import HeldItem, held_by
from gongxing.kernel.org.actor import Actor, Held
from gongxing.kernel.org.models import Handover, Post, Tenure, User

GIVE, TAKE = "give", "take"
SIGNS = {GIVE: "office.give_handover", TAKE: "office.take_handover"}
JSON_LENGTH = 1_000_000


@action(label=_("办理交接"), permission="org.post.handover", icon="arrows-right-left", tone="primary")
def hand_over(
    ctx: Ctx,
    *,
    post: Annotated[str, Ask(_("岗位代码"), max_length=40)],
    last_day: Annotated[date, Ask(_("移交人最后一天"))],
    seen: Annotated[str, Ask(_("看过的事项"), help=_("交接页打开时的事项和版本，JSON。"), max_length=JSON_LENGTH)],
    leaver: Annotated[str, Ask(_("移交人"), help=_("账号；岗位只有一个人时可以不填。"), max_length=60)] = "",
    successor: Annotated[str, Ask(_("接任人"), help=_("账号；事项全部移到别的岗位时不填。"), max_length=60)] = "",
    first_day: Annotated[date | None, Ask(_("接任人第一天"), help=_("不填就是移交人最后一天的次日。"))] = None,
    moves: Annotated[
        str, Ask(_("移到别的岗位"), help=_("JSON：事项组 → 岗位代码；* 表示其余各组。"), max_length=JSON_LENGTH)
    ] = "",
    note: Annotated[str, Ask(_("说明"), required=False, max_length=500)] = "",
) -> list[Handover]:
    """A post passes to another person, or its open items to other posts: tenures, items and slips in one transaction. One slip for each
    receiver, the new holder's first."""
    found = post_with(ctx.actor, post, "post")
    found = Post.objects.select_for_update(of=("self",)).select_related("unit").get(pk=found.pk)
    tenure = leaver_of(found, leaver)
    check_leaving(tenure, last_day)
    new = _successor(ctx.actor, tenure, successor)
    begin = first_day or last_day + timedelta(days=1)
    if new is not None and begin < tenure.start:
        raise refused("first_day", "handover.first_early", day=begin.isoformat(), start=tenure.start.isoformat())
    with translation.override("zh-hans"):  # a slip is a Chinese paper whoever makes it
        items = held_by(found.pk, ctx.actor)
    check_seen(items, seen)
    targets = targets_of(ctx.actor, found, items, read_object("moves", moves))
    slips = receivers(found, items, targets, new, last_day)
    with ctx.under(from_post(ctx.actor, VERB, "org.post", found).post):
        for rows in _by_row(items, targets).values():
            _move(ctx, rows, found, targets)
        ctx.update(tenure, end=last_day)
        if new is not None:
            _begin_tenure(ctx, found, new, begin)
        return _write_slips(ctx, found, tenure.user, slips, last_day, begin, note)


def _successor(actor: Actor, tenure: Tenure, text: str) -> User | None:
    if not text:
        return None
    new = account_of(text, "successor")
    if new.pk == tenure.user_id:
        raise refused("successor", "handover.same_person", name=new.name)
    if new.pk == actor.user_id and not may(actor, "add", "org.tenure"):
        raise refused("successor", "handover.own")
    return new


def _begin_tenure(ctx: Ctx, post: Post, new: User, begin: date) -> None:
    """The successor holds the post from a day on; one who holds it then already goes on."""
    held = Tenure.objects.filter(user=new, post=post, start__lte=begin, end__isnull=True).exists()
    if not held:
        ctx.create(Tenure(user=new, post=post, start=begin, invented=post.invented))


def _by_row(items: Sequence[HeldItem], targets: Mapping[str, Post]) -> dict[tuple[str, int], list[HeldItem]]:
    """What goes to other posts, row by row: one row may name the post in several fields."""
    found: dict[tuple[str, int], list[HeldItem]] = {}
    for item in items:
        if item.movable and group_of(item) in targets:
            found.setdefault((item.ledger, item.row), []).append(item)
    return found


def _move(ctx: Ctx, items: Sequence[HeldItem], post: Post, targets: Mapping[str, Post]) -> None:
    """Give one row the other post, by the rules of its register and by its version. Raises Refused and StaleRow."""
    item = items[0]
    ledger = ledger_named(item.ledger)
    rows = ledger.model._default_manager.select_for_update(of=("self",))
    row: Row | None = rows.filter(pk=item.row, version=item.version).first()
    if row is None:
        raise refused("", "handover.moved", title=item.said, n=1)
    values: dict[str, Any] = {}
    for one in items:
        target = targets[group_of(one)]
        value = _superior(row, post, target) if isinstance(row, Post) else target
        values[f"{one.field}_id"] = value.pk if value is not None else None
    faults = ledger.check(values, row)
    if faults:
        raise Refused(faults)
    values = ledger.derive(values, row)
    try:
        ctx.update(row, **{type(row)._meta.get_field(name).name: cell for name, cell in values.items()})
    except IntegrityError as error:
        raise refused("moves", "handover.cannot_move", title=item.said, post=target.title) from error


def _superior(junior: Post, post: Post, target: Post) -> Post | None:
    """The new superior of a post that reported to the one handed on: nobody reports to himself or in a ring."""
    if junior.pk == target.pk:
        return post.superior if post.superior_id != target.pk else None
    above: Post | None = target
    met: set[int] = set()
    while above is not None and above.pk not in met:
        met.add(above.pk)
        if above.superior_id == junior.pk:
            raise refused("moves", "handover.ring", junior=junior.title, post=target.title)
        above = above.superior
    return target


def _write_slips(
    ctx: Ctx, post: Post, giver: User, slips: Sequence[Receiver], last_day: date, begin: date, note: str
) -> list[Handover]:
    number = Handover.objects.filter(post=post).count()
    written = []
    for one in slips:
        number += 1
        after = f"{one.post.unit} {one.post.title}" if one.post is not None else ""
        slip = Handover(
            number=f"{post.code}-{last_day:%Y%m%d}-{number}", post=post, to_post=one.post, from_user=giver, to_user=one.user, last_day=last_day,
            first_day=begin if one.post is None else None, count=len(one.items), note=note, made_at=ctx.at, made_by=_who(ctx.actor),
            items=[_frozen(item, post, after if item.movable else "") for item in one.items], invented=post.invented,
        )  # fmt: skip
        written.append(ctx.create(slip))
    return written


def _frozen(item: HeldItem, post: Post, after: str) -> Mapping[str, Any]:
    """An item as the slip keeps it, whatever becomes of its row."""
    before = f"{post.unit} {post.title}"
    with translation.override("zh-hans"):
        label = str(ledger_named(item.ledger).label)
    return {
        "ledger": item.ledger, "label": label, "row": item.row, "field": item.field, "title": item.title, "capacity": item.capacity,
        "due": item.due.isoformat() if item.due else "", "state": item.state, "late": item.late, "before": before, "after": after or before,
    }  # fmt: skip


def _who(actor: Actor) -> str:
    """Post and name of somebody as a slip keeps them."""
    return (f"{actor.post.unit_name} {actor.post.title} {actor.name}" if actor.post else actor.name)[:160]


@action(
    label=_("作废交接单"), permission="org.handover.void", on=Handover, icon="x", tone="danger", why="required",
    when=lambda one: one.state in (Handover.State.DRAFTED, Handover.State.HANDED),
)  # fmt: skip
def void_handover(ctx: Ctx, *, handover: Handover) -> None:
    """A slip made by mistake holds no longer and the handover can be done again; tenures and items are left as they now are."""
    ctx.update(handover, state=Handover.State.VOID)


def sign_handover(actor: Actor, key: int, side: str, version: int) -> Handover:
    """Confirm as the one who gives or the one who takes: the account named on the slip only, no grant stands in for it.

    Raises Denied (another account), Refused (confirmed already, or void), StaleRow, LookupError. On any of them nothing was written.
    """
    with writing(actor, SIGNS[side]) as ctx:
        slip = Handover.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if slip is None:
            raise LookupError(f"org.handover {key}")
        if actor.user_id != (slip.from_user_id if side == GIVE else slip.to_user_id):
            raise Denied("sign", "org.handover")
        if slip.state == Handover.State.VOID:
            raise refused("", "handover.void", number=slip.number)
        if (slip.given_at if side == GIVE else slip.taken_at) is not None:
            raise refused("", "handover.signed", number=slip.number)
        if slip.version != version:
            current = Handover.objects.get(pk=key)
            slip.version = version
            raise StaleRow(slip, current)
        held = _signing_post(actor, slip)
        with ctx.under(held):
            who = f"{held.unit_name} {held.title}"[:160] if held else ""
            if side == GIVE:
                state = Handover.State.HANDED if slip.taken_at is None else slip.state
                return ctx.update(slip, given_at=ctx.at, given_from=who, state=state)
            return ctx.update(slip, taken_at=ctx.at, taken_from=who, state=Handover.State.RECEIVED)


def _signing_post(actor: Actor, slip: Handover) -> Held | None:
    """The post somebody confirms from: the one on the slip where held, else the one acted from."""
    own = {held.post_id: held for held in actor.posts}
    return own.get(slip.to_post_id or slip.post_id) or own.get(slip.post_id) or actor.post


def signable(slip: Handover, user_id: int) -> list[str]:
    """The sides on which this account has still to confirm."""
    if slip.state == Handover.State.VOID:
        return []
    sides = [GIVE] if user_id == slip.from_user_id and slip.given_at is None else []
    return [*sides, TAKE] if user_id == slip.to_user_id and slip.taken_at is None else sides


def made_on(slip: Handover) -> str:
    """The day and minute the slip was made, county time."""
    return timezone.localtime(slip.made_at).strftime("%Y-%m-%d %H:%M")


def default_days() -> tuple[str, str]:
    """What the page proposes: today as the last day, tomorrow as the first."""
    return today().isoformat(), (today() + timedelta(days=1)).isoformat()

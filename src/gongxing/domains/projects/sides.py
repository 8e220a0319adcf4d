"""On which side of a promise somebody stands, and whether an enterprise has an account of its own."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.access.visible import Reach, reach, restrict
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Tenure

PROMISE = "projects.promise"
CLAIM = "projects.claim_promise"
OTHER = {Side.GOVERNMENT: Side.ENTERPRISE, Side.ENTERPRISE: Side.GOVERNMENT}


def sides_of(actor: Actor, promise: Promise, verb: str) -> frozenset[Side]:
    """The sides the actor stands on when it does ``verb`` on this promise: a grant on the one firm is the enterprise's, a grant on units the
    government's. Post by post, because a reach of the whole county would hide a grant on one firm."""
    sides: set[Side] = set()
    for held in actor.posts or (None,):
        single = actor if held is None else replace(actor, post=held, posts=(held,), memo={})
        found = reach(single, verb, PROMISE)
        if found.everything or promise.project.unit_id in found.units:
            sides.add(Side.GOVERNMENT)
        if promise.project.firm_id is not None and promise.project.firm_id in found.things:
            sides.add(Side.ENTERPRISE)
    return frozenset(sides)


def enterprise_only(actor: Actor) -> tuple[int, ...]:
    """The firms an account stands for that sees promises of its own firms and of no unit; () for officials."""
    found = reach(actor, "view", PROMISE)
    return () if found.everything or found.units else found.things


def firms_with_account(day: date | None = None) -> frozenset[int]:
    """Firms some account may confirm for today: a grant on the firm, held by a post that somebody active holds. One query."""
    return frozenset(firm for firm in _with_account(day or today()).distinct() if firm is not None)


def _with_account(day: date) -> QuerySet[Grant, int | None]:
    """Their numbers, to be asked for within another query."""
    live = Q(end__isnull=True) | Q(end__gte=day)
    held = Tenure.objects.filter(live, start__lte=day, user__is_active=True).values("post_id")
    grants = Grant.objects.filter(
        live,
        start__lte=day,
        thing__isnull=False,
        verb__in=("confirm", ANY),
        target__in=(PROMISE, ANY),
        post_id__in=held,
    )
    return grants.values_list("thing", flat=True)


def claimed_by(promise: Promise) -> int | None:
    """The account that last said it was done, out of the trail; None where nobody did."""
    entries = Entry.objects.filter(ledger=PROMISE, row=promise.pk, verb=CLAIM).order_by("-id")
    return entries.values_list("user_id", flat=True).first()


def claiming_post(promise: Promise) -> int | None:
    """The post whose grant the last claim rested on, out of the trail; a promise handed on keeps it. None where nobody claimed."""
    entries = Entry.objects.filter(ledger=PROMISE, row=promise.pk, verb=CLAIM).order_by("-id")
    return entries.values_list("post_id", flat=True).first()


def to_confirm(actor: Actor) -> tuple[QuerySet[Promise], QuerySet[Promise]]:
    """What waits for this actor's side: claims it may confirm as the other side; and claims of the government for enterprises without an
    account, whose word an official has to fetch on paper (never the post that owes it)."""
    found = reach(actor, "confirm", PROMISE)
    claimed = Promise.objects.filter(state=Promise.State.CLAIMED).select_related("project", "post__unit", "clause")
    firm = restrict(claimed, Reach(things=found.things)).filter(side=Side.GOVERNMENT)
    county = restrict(claimed, Reach(everything=found.everything, units=found.units))
    without = county.filter(side=Side.GOVERNMENT).exclude(project__firm_id__in=_with_account(today()))
    return firm | county.filter(side=Side.ENTERPRISE), without.exclude(post_id__in=actor.post_ids)

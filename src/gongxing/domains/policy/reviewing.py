"""The reviewer's queue: which texts have something to decide, red ones and old ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, When

from gongxing.domains.policy.checking import MODELS, Standing, read, standings, texts
from gongxing.domains.policy.drafting import Drafters, drafters
from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.review_basis import holds
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.org.actor import Actor

State = Finding.State
RED = Finding.Severity.RED


@dataclass(frozen=True)
class Text:
    """A text to review: the row, how it stands, who wrote it."""

    row: Row
    standing: Standing
    drafters: Drafters


def undecided() -> QuerySet[Finding]:
    """Open findings, and those cleared until a day that is past."""
    return Finding.objects.filter(Q(state=State.OPEN) | Q(state=State.CLEARED, ends_on__lt=today()))


def in_state(state: str) -> QuerySet[Finding]:
    """The findings of one tab of the page: open (expired ones with them), cleared or confirmed."""
    if state == State.CLEARED:
        return Finding.objects.filter(state=State.CLEARED).exclude(ends_on__lt=today())
    return Finding.objects.filter(state=State.CONFIRMED) if state == State.CONFIRMED else undecided()


def readable(actor: Actor) -> Q:
    """The condition on findings that they are about texts the actor may read, and may be read themselves."""
    condition = Q(pk__in=())
    for name, model in MODELS.items():
        found = reach(actor, "view", name)
        if found.everything:
            condition |= Q(ledger=name)
        elif not found.nothing:
            rows = restrict(model._default_manager.all(), found).order_by()
            condition |= Q(ledger=name, row__in=rows.values("pk"))
    own = reach(actor, "view", "policy.finding")
    if own.nothing:
        return Q(pk__in=())
    if own.public is None:
        return condition
    return condition & Finding.public(own.public.units, own.public.posts, own.public.works)


def seen(findings: QuerySet[Finding], actor: Actor) -> QuerySet[Finding]:
    """Those about texts the actor may read."""
    return findings.filter(readable(actor))


@dataclass(frozen=True)
class Waiting:
    """A clause that waits for a conclusion. ``changed``: it had one and was changed since."""

    clause: Clause
    changed: bool


def waiting(actor: Actor, most: int) -> list[Waiting]:
    """Clauses that were sent to review and have no conclusion on what they say now, also those in which the rules found nothing. One query; a text is
    read only where there is a conclusion."""
    sent = visible(Clause.objects.filter(state=Clause.State.REVIEW), actor).select_related("policy").order_by("pk")
    found = (Waiting(one, bool(one.review_digest)) for one in sent if not one.review_digest or not _concluded(one))
    return list(islice(found, most))


def _concluded(clause: Clause) -> bool:
    return holds(clause, read(clause).digest)


def queue(findings: QuerySet[Finding], start: int, most: int) -> list[tuple[str, int]]:
    """Texts with these findings: (register, id), those with red ones first, then the longest waiting."""
    red = Min(Case(When(severity=RED, then=0), default=1, output_field=IntegerField()))
    found = findings.order_by().values("ledger", "row").annotate(red=red, since=Min("found_on"))
    return [
        (one["ledger"], one["row"]) for one in found.order_by("red", "since", "ledger", "row")[start : start + most]
    ]


def counted(findings: QuerySet[Finding]) -> tuple[int, int]:
    """How many findings, and how many of them red."""
    found = findings.order_by().aggregate(n=Count("pk"), red=Count("pk", filter=Q(severity=RED)))
    return found["n"], found["red"]


def read_queue(keys: Sequence[tuple[str, int]], actor: Actor) -> list[Text]:
    """The texts of these keys the actor may see, in their order."""
    found: dict[tuple[str, int], Text] = {}
    for name in MODELS:
        ids = [row for ledger, row in keys if ledger == name]
        if not ids:
            continue
        may_see = set(visible(MODELS[name]._default_manager.filter(pk__in=ids), actor).values_list("pk", flat=True))
        rows = texts(name, may_see)
        for row, standing in zip(rows, standings(rows), strict=True):
            found[name, row.pk] = Text(row, standing, drafters(name, row.pk))
    return [found[key] for key in keys if key in found]

"""Reads over enterprises."""

from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.kernel.access.visible import reach, visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.org.actor import Actor

UNDECIDED = (Firm.IndustrySource.NONE,)
NEAR_SCALE = "f.near_scale=True"


@dataclass(frozen=True)
class PatternGroup:
    """Undecided firms with one wording: how many, and one of them as an example."""

    pattern: str
    firms: int
    example: Firm


def undecided(actor: Actor) -> QuerySet[Firm]:
    """Firms without an industry code that the actor may classify."""
    return visible(Firm.objects.filter(industry_source__in=UNDECIDED), actor, "classify")


def pattern_groups(actor: Actor, limit: int = 30) -> list[PatternGroup]:
    """Wordings of undecided firms, most firms first. Two queries."""
    rows = (
        undecided(actor).exclude(industry_pattern="").order_by().values("industry_pattern").annotate(n=Count("pk"), first=Min("pk")).order_by("-n", "industry_pattern")
    )[:limit]  # fmt: skip
    found = list(rows)
    examples = Firm.objects.in_bulk([row["first"] for row in found])
    return [PatternGroup(row["industry_pattern"], row["n"], examples[row["first"]]) for row in found]


def without_pattern(actor: Actor, limit: int = 30) -> list[Firm]:
    """Undecided firms whose text says nothing a wording could be made of."""
    return list(undecided(actor).filter(industry_pattern="").order_by("pk")[:limit])


def open_questions(actor: Actor) -> QuerySet[DuplicateQuestion]:
    """Possible duplicates waiting for an answer, surest ground first. Only those whose both sides the actor may see."""
    asked = DuplicateQuestion.objects.filter(answer=DuplicateQuestion.Answer.OPEN).select_related(
        "one__unit", "other__unit"
    )
    if not reach(actor, "view", "firms.firm").everything:
        seen = visible(Firm.objects.order_by(), actor).values("pk")
        asked = asked.filter(one__in=seen, other__in=seen)
    return visible(asked, actor, "answer").order_by("ground", "-likeness", "id")


def unchecked_near_scale(actor: Actor) -> QuerySet[Firm]:
    """Near-scale firms the actor may check, less those under check and those whose check ended this year: figures are yearly."""
    clocks = Deadline.objects.filter(ledger="firms.firm", rule="scale.check")
    open_or_done = clocks.filter(ended_at__isnull=True) | clocks.filter(ended_at__year=today().year)
    watched = visible(Firm.objects.order_by().filter(near_scale=True), actor, "scale")
    return watched.exclude(pk__in=open_or_done.values("row"))


MERGED, UNMERGED = "firms.merge_firms", "firms.unmerge_firms"


def last_merge(firm_id: int) -> str | None:
    """The transaction of the last merge into an enterprise that was not taken back; None when there is none."""
    entries = Entry.objects.filter(ledger="firms.firm", row=firm_id, verb__in=(MERGED, UNMERGED)).order_by("-id")
    seen: set[str] = set()
    taken_back = 0
    for verb, tx in entries.values_list("verb", "tx"):
        if tx in seen:
            continue
        seen.add(tx)
        if verb == UNMERGED:
            taken_back += 1
        elif taken_back:
            taken_back -= 1
        else:
            return str(tx)
    return None

"""Reads over enterprises."""

from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.kernel.access.visible import visible
from gongxing.kernel.org.actor import Actor

UNDECIDED = (Firm.IndustrySource.NONE,)


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
    """Possible duplicates waiting for an answer, surest ground first."""
    asked = DuplicateQuestion.objects.filter(answer=DuplicateQuestion.Answer.OPEN).select_related(
        "one__unit", "other__unit"
    )
    return visible(asked, actor, "answer").order_by("ground", "-likeness", "id")

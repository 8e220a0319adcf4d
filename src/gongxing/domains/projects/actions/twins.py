"""One project, one signed anew, or two: a person answers, and is not asked again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.models import TwinQuestion
from gongxing.domains.projects.twins import Pair, seen_twins
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Denied

Answer = TwinQuestion.Answer
ANSWERS = tuple((value, label) for value, label in Answer.choices if value != Answer.OPEN)
TWIN = "projects.twinquestion"


@action(
    label=_("判断是不是同一项目"), permission=f"{TWIN}.answer", on=TwinQuestion, icon="copy", tone="primary", why=""
)
def answer_twin(
    ctx: Ctx,
    *,
    asked: TwinQuestion,
    answer: Annotated[str, Ask(_("判断"), choices=ANSWERS)],
    note: Annotated[str, Ask(_("说明"), required=False, max_length=300)] = "",
) -> TwinQuestion:
    """Say of two projects whether they are one, one signed anew, or two. Nothing else happens: which of the two leaves the pool is another decision."""
    if not seen_twins(ctx.actor, "answer").filter(pk=asked.pk).exists():
        raise Denied("answer", TWIN)
    return ctx.update(asked, answer=answer, note=note.strip(), answered_by=ctx.actor.signature, answered_on=today())


def ask_twins(ctx: Ctx, pairs: Sequence[Pair]) -> int:
    """A question for every pair nobody was asked about yet. Returns how many."""
    refs = [pair.ref for pair in pairs]
    known = set(TwinQuestion.objects.filter(ref__in=refs).values_list("ref", flat=True)) if len(refs) < 500 else set(TwinQuestion.objects.values_list("ref", flat=True))  # fmt: skip
    fresh = [
        TwinQuestion(
            ref=pair.ref, one_id=pair.one.pk, other_id=pair.other.pk, score=Decimal(str(pair.score)),
            reasons=[[code, dict(values)] for code, values in pair.reasons], invented=pair.one.invented and pair.other.invented,
        )
        for pair in pairs if pair.ref not in known
    ]  # fmt: skip
    ctx.create_many(fresh)
    return len(fresh)

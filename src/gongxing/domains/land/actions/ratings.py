"""The case of a round of the rating per mu: made, posted for objections, objected to, answered, published."""

from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.models import Rating, RatingLine
from gongxing.domains.land.rating_days import last_day, objections_taken, waiting
from gongxing.domains.land.ratings import BENCHMARK, Asked, lines_of, work_out
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

State = Rating.State
OLDEST, LEAST_WORDS = Decimal(2000), 6
LACKING = (("group", _("本组有数企业的平均")), (BENCHMARK, _("公布的基准值（基准就是本组平均时）")))
OBJECTION = ("objection", "objected_on", "answer", "answered_on")


@action(label=_("做一轮评价"), permission="land.rating.make", icon="plus", tone="primary", why="optional")
def make_rating(
    ctx: Ctx,
    *,
    year: Annotated[int, Ask(_("年度"), minimum=OLDEST, help=_("用这一年的企业数据。"))],
    family: Annotated[str, Ask(_("公式"), pack=("per-mu", "families"), help=_("公式定了企业分组：规上或规下。"))],
    source: Annotated[FirmFigure.Source, Ask(_("数据来源"), help=_("一轮只用一个来源，不混用。"))],
    lacking: Annotated[str, Ask(_("没有能耗、排放数据的企业取"), required=False, choices=LACKING)] = "group",
    note: Annotated[str, Ask(_("说明"), required=False, max_length=300)] = "",
) -> Rating:
    """Rate every active industrial enterprise of the formula's group on the figures of one year from one source, as a draft. A draft of the same year and
    formula is worked out anew, objections made to it before stay with their enterprises. Refused when that round is posted or published already, for a
    formula without terms, and when nobody has figures."""
    day = today()
    faults = []
    if year > day.year:
        faults.append(FieldFault("year", Fault("rating.future", year=str(year))))
    there = list(Rating.objects.select_for_update().filter(year=year, family=family).order_by("pk"))
    if any(one.state != State.DRAFT for one in there):
        faults.append(FieldFault("year", Fault("rating.there", year=str(year), family=family)))
    if faults:
        raise Refused(faults)
    try:
        made = work_out(Asked(year, family, source, lacking or "group"), day)
    except LookupError:
        raise Refused([FieldFault("family", Fault("rating.no_terms", family=family))]) from None
    if not made.entries:
        raise Refused([FieldFault("year", Fault("rating.no_figures", year=str(year), source=str(source.label)))])
    fields: dict[str, Any] = {
        "source": source.value,
        "firms": made.frozen["rated"],
        "benchmarks": made.frozen,
        "note": note,
    }
    before: dict[int, RatingLine] = {}
    if there:
        rating = ctx.update(there[0], **fields)
        old = list(rating.lines.select_related("firm", "rating").order_by("pk"))
        before = {one.firm_id: one for one in old if one.objection}
        ctx.delete_many(old)
    else:
        invented = all(one.firm.invented for one in made.entries.values())
        rating = ctx.create(Rating(ref=f"{year}-{family}", year=year, family=family, invented=invented, **fields))
    lines = lines_of(made, rating)
    for one in lines:
        if one.firm_id in before:
            for name in OBJECTION:
                setattr(one, name, getattr(before[one.firm_id], name))
    ctx.create_many(lines)
    return rating


@action(
    label=_("公示"), permission="land.rating.post", on=Rating, icon="speakerphone", tone="primary", why="optional",
    when=lambda rating: rating.state == State.DRAFT,
    confirm=_("公示后企业能看到自己的得分、名次和档，可以书面提异议；结果不再随数据变动。"),
)  # fmt: skip
def post_rating(ctx: Ctx, *, rating: Rating) -> Rating:
    """Post a draft: every enterprise may read its own line and object until the last day. Refused when nobody was rated."""
    if not rating.firms:
        raise Refused([FieldFault("", Fault("rating.nobody"))])
    day = today()
    return ctx.update(rating, state=State.POSTED, posted_on=day, posted_until=last_day(day))


@action(
    label=_("撤回公示"), permission="land.rating.post", on=Rating, icon="arrow-back-up", tone="danger", why="required",
    when=lambda rating: rating.state == State.POSTED,
    confirm=_("撤回后回到草稿：改正数据后重做一轮，再公示。异议和答复留着。"),
)  # fmt: skip
def withdraw_rating(ctx: Ctx, *, rating: Rating) -> Rating:
    """Take a posting back, because an objection holds or figures were wrong: the round is a draft again and can be made anew."""
    return ctx.update(rating, state=State.DRAFT, posted_on=None, posted_until=None)


@action(
    label=_("公布"), permission="land.rating.publish", on=Rating, icon="check", tone="primary", why="optional",
    when=lambda rating: rating.state == State.POSTED,
    confirm=_("公布后这一轮不能再改。"),
)  # fmt: skip
def publish_rating(ctx: Ctx, *, rating: Rating) -> Rating:
    """Publish a posted round. Refused while objections may still be made and while one is unanswered."""
    faults = []
    if objections_taken(rating, today()) and rating.posted_until is not None:
        faults.append(FieldFault("", Fault("rating.posting_runs", day=rating.posted_until.isoformat())))
    unanswered = rating.lines.exclude(objection="").filter(answer="").count()
    if unanswered:
        faults.append(FieldFault("", Fault("rating.unanswered", n=str(unanswered))))
    if faults:
        raise Refused(faults)
    return ctx.update(rating, state=State.PUBLISHED, published_on=today())


def _open(line: RatingLine) -> bool:
    return objections_taken(line.rating, today()) and not waiting(line)


@action(
    label=_("提异议"),
    permission="land.ratingline.object",
    on=RatingLine,
    icon="message-exclamation",
    why="",
    when=_open,
)
def object_to_line(
    ctx: Ctx,
    *,
    line: RatingLine,
    reason: Annotated[
        str,
        Ask(
            _("异议和理由"),
            long=True,
            max_length=500,
            help=_("写明哪个数不对、应当是多少、凭什么；盖章的书面材料交到工信部门。"),
        ),
    ],
) -> RatingLine:
    """Object to one's own line, in writing, while the round is posted. A second objection waits until the first is answered."""
    if sum(sign.isalnum() for sign in reason) < LEAST_WORDS:
        raise Refused([FieldFault("reason", Fault("rating.reason_short", n=str(LEAST_WORDS)))])
    return ctx.update(line, objection=reason.strip(), objected_on=today(), answer="", answered_on=None)


@action(
    label=_("答复异议"),
    permission="land.ratingline.answer",
    on=RatingLine,
    icon="message-reply",
    tone="primary",
    why="",
    when=waiting,
)
def answer_objection(
    ctx: Ctx,
    *,
    line: RatingLine,
    answer: Annotated[
        str, Ask(_("答复"), long=True, max_length=500, help=_("写明查到什么。异议成立的，撤回公示、改正数据后重做。"))
    ],
) -> RatingLine:
    """Answer an objection. The figures of the round stay as posted: where it holds, the posting is withdrawn and the round made anew."""
    if sum(sign.isalnum() for sign in answer) < LEAST_WORDS:
        raise Refused([FieldFault("answer", Fault("rating.reason_short", n=str(LEAST_WORDS)))])
    return ctx.update(line, answer=answer.strip(), answered_on=today())

"""One enterprise or two: a person decides; a merge shows both sides and loses nothing."""

from typing import Annotated

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, cell_text
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import field_of
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

Side = (("one", _("留甲")), ("other", _("留乙")))


@action(
    label=_("不是同一家"),
    permission="firms.duplicatequestion.answer",
    on=DuplicateQuestion,
    icon="x",
    when=lambda asked: asked.answer == "open",
)
def mark_different(ctx: Ctx, *, asked: DuplicateQuestion) -> None:
    """Two firms; the question is not asked again."""
    ctx.update(asked, answer=DuplicateQuestion.Answer.DIFFERENT)


@action(label=_("合并"), permission="firms.firm.merge", icon="arrow-merge", tone="primary", why="required")
def merge_firms(
    ctx: Ctx,
    *,
    keep: Annotated[int, Ask(_("保留的企业"))],
    gone: Annotated[int, Ask(_("并入的企业"))],
    take: Annotated[str, Ask(_("取自并入企业的栏目"), required=False, max_length=2000)] = "",
) -> Firm:
    """Merge ``gone`` into ``keep``. ``take`` names the columns whose value comes from ``gone`` (blank-separated); empty cells of
    ``keep`` are filled from it anyway. Products and figures move over; where both have a figure for the same period and source
    the merge is refused, because one of the two must be chosen first. The other name becomes a former name; every field of
    the vanished row stays in the trail."""
    rows = {
        row.pk: row for row in visible(Firm.objects.select_for_update(), ctx.actor, "merge").filter(pk__in=(keep, gone))
    }
    if len(rows) != 2:
        raise Denied("merge", "firms.firm")
    survivor, other = rows[keep], rows[gone]
    _refuse_double_figures(survivor, other)
    _move_children(ctx, survivor, other)
    for asked in DuplicateQuestion.objects.filter(Q(one=other) | Q(other=other)):
        ctx.delete(asked)
    values = merged_values(survivor, other, frozenset(take.split()))
    other_code = values.pop("uscc", survivor.uscc)
    ctx.delete(other)
    return ctx.update(survivor, uscc=other_code, **values)


def merged_values(survivor: Firm, other: Firm, take: frozenset[str]) -> dict[str, object]:
    """Fields of the survivor after the merge: its own, the named ones of the other, and the other's where its own are empty."""
    values: dict[str, object] = {}
    for column in FirmLedger().editable:
        if column.name in ("name", "former_names"):
            continue
        for name in column.stored:
            field = field_of(Firm, name)
            mine, theirs = getattr(survivor, field.attname), getattr(other, field.attname)
            if column.name in take or (cell_text(mine) in (None, "") and cell_text(theirs) not in (None, "")):
                values[name] = getattr(other, name)
    names = [*survivor.former_names, *other.former_names]
    name = other.name if "name" in take else survivor.name
    names += [one for one in (survivor.name, other.name) if one != name]
    values["former_names"] = list(dict.fromkeys(one for one in names if one != name))
    values["name"] = name
    derived = FirmLedger().derive({"name": name, "former_names": values["former_names"]}, survivor)
    values.update(derived)
    return values


def _refuse_double_figures(survivor: Firm, other: Firm) -> None:
    mine = set(FirmFigure.objects.filter(firm=survivor).values_list("period", "source"))
    both = [pair for pair in FirmFigure.objects.filter(firm=other).values_list("period", "source") if pair in mine]
    if both:
        periods = "、".join(sorted({period for period, _source in both}))
        raise Refused([FieldFault("gone", Fault("firm.double_figures", periods=periods))])


def _move_children(ctx: Ctx, survivor: Firm, other: Firm) -> None:
    for figure in FirmFigure.objects.filter(firm=other).order_by("id"):
        ctx.update(figure, firm=survivor, ref=f"{survivor.pk}:{figure.period}:{figure.source}")
    own = set(Product.objects.filter(firm=survivor).values_list("name", flat=True))
    for product in Product.objects.filter(firm=other).order_by("id"):
        if product.name in own:
            ctx.delete(product)
        else:
            ctx.update(product, firm=survivor, ref=f"{survivor.pk}:{product.name}")

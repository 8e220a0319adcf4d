"""Which industry: suggesting, confirming one firm, confirming a wording for many, taking it back."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.industry import Classifier, industry_fields
from gongxing.domains.firms.models import Firm, IndustryPattern
from gongxing.domains.firms.sections import section_of
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

CODES = ("industry-codes", "gbt4754")
Undecided = (Firm.IndustrySource.NONE, Firm.IndustrySource.SUGGESTED)


def classify_firms(ctx: Ctx, firms: Sequence[Firm], classifier: Classifier) -> int:
    """Give every firm without a confirmed or imported code the classifier's suggestion. Returns how many changed."""
    changed = 0
    for firm in firms:
        if firm.industry_source not in Undecided:
            continue
        before = firm.version
        fields = industry_fields(classifier.suggest(firm.name, firm.business_scope))
        ctx.update(firm, **fields, section=section_of(fields["industry"]))
        changed += firm.version != before
    return changed


@action(
    label=_("重新判定行业"),
    permission="firms.firm.classify",
    on=Firm,
    icon="refresh",
    bulk=True,
    when=lambda firm: firm.industry_source in Undecided,
)
def suggest_industry(ctx: Ctx, *, firm: Firm) -> None:
    """Ask the classifier again (after its words or patterns changed)."""
    classify_firms(ctx, [firm], Classifier())


@action(label=_("确认行业"), permission="firms.firm.classify", on=Firm, icon="check", tone="normal")
def confirm_industry(
    ctx: Ctx,
    *,
    firm: Firm,
    code: Annotated[str, Ask(_("行业代码"), pack=CODES, help=_("GB/T 4754—2017，填到能确定的那一级。"))],
) -> None:
    """A person says the class of one firm; it outranks every suggestion."""
    ctx.update(
        firm, industry=code, section=section_of(code), industry_source=Firm.IndustrySource.CONFIRMED, industry_confidence=None
    )  # fmt: skip


@action(label=_("按字样确认行业"), permission="firms.industrypattern.answer", icon="checks", why="optional")
def confirm_pattern(
    ctx: Ctx, *, pattern: Annotated[str, Ask(_("字样"))], code: Annotated[str, Ask(_("行业代码"), pack=CODES)]
) -> int:
    """One answer settles every undecided firm with the same wording, and those that come later. Returns how many firms."""
    if not pattern.strip("|"):
        raise Refused([FieldFault("pattern", Fault("industry.blank_pattern"))])
    stored = IndustryPattern.objects.filter(pattern=pattern).first()
    rows = visible(Firm.objects.all(), ctx.actor, "classify").filter(
        industry_pattern=pattern, industry_source__in=Undecided
    )
    firms = list(rows.order_by("id"))
    if stored is None:
        ctx.create(IndustryPattern(pattern=pattern, industry=code, firms=len(firms), confirmed_at=now()))
    else:
        ctx.update(stored, industry=code, firms=stored.firms + len(firms), confirmed_at=now())
    for firm in firms:
        ctx.update(
            firm, industry=code, section=section_of(code), industry_source=Firm.IndustrySource.CONFIRMED, industry_confidence=None
        )  # fmt: skip
    return len(firms)


@action(
    label=_("撤回字样确认"),
    permission="firms.industrypattern.answer",
    on=IndustryPattern,
    icon="arrow-back-up",
    tone="danger",
    why="required",
)
def withdraw_pattern(ctx: Ctx, *, pattern: IndustryPattern) -> None:
    """Take the answer back: the wording goes, and the firms it settled return to the classifier's suggestion."""
    firms = list(
        Firm.objects.filter(
            industry_pattern=pattern.pattern, industry_source=Firm.IndustrySource.CONFIRMED, industry=pattern.industry
        ).order_by("id")
    )
    ctx.delete(pattern)
    classifier = Classifier()
    for firm in firms:
        fields = industry_fields(classifier.suggest(firm.name, firm.business_scope))
        ctx.update(firm, **fields, section=section_of(fields["industry"]))

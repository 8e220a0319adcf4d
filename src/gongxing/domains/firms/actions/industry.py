"""Which industry: suggesting, confirming one firm, confirming a wording for many, teaching a word, taking an answer back."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.industry import CODES, WORDS, Classifier, industry_fields
from gongxing.domains.firms.models import Firm, IndustryPattern
from gongxing.domains.firms.sections import section_of
from gongxing.engines.classify.text import fold
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now, today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.rules import RuleName, clean_cells, write_rule
from gongxing.kernel.packs.tables import table

Source = Firm.IndustrySource
Undecided = (Source.NONE, Source.SUGGESTED)
CLASS_DIGITS, SHORTEST_WORD, LONGEST_WORD = 4, 2, 20
WORD = Ask(
    _("新词"), required=False, max_length=LONGEST_WORD,
    help=_("这些企业的名称或经营范围里、说明做什么的字，例如“蔗渣板”。写了就记入本县的行业词库，以后照此判定。"),
)  # fmt: skip


def classify_firms(ctx: Ctx, firms: Sequence[Firm], classifier: Classifier) -> int:
    """Give every firm without a confirmed or imported code the classifier's suggestion. Returns how many changed."""
    changed = 0
    for firm in firms:
        if firm.industry_source not in Undecided:
            continue
        before = firm.version
        _suggest(ctx, firm, classifier)
        changed += firm.version != before
    return changed


def _suggest(ctx: Ctx, firm: Firm, classifier: Classifier) -> None:
    fields = industry_fields(classifier.suggest(firm.name, firm.business_scope))
    ctx.update(firm, **fields, section=section_of(fields["industry"]))


def _settle(ctx: Ctx, firm: Firm, code: str, source: str) -> None:
    ctx.update(firm, industry=code, section=section_of(code), industry_source=source, industry_confidence=None)


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
    code: Annotated[
        str,
        Ask(_("行业代码"), pack=CODES, help=_("GB/T 4754—2017，填到能确定的那一级。"), same_as="firms.firm.industry"),
    ],
    word: Annotated[str, WORD] = "",
) -> None:
    """A person says the class of one firm; it outranks every suggestion. A new word joins the county's lexicon in the same transaction."""
    _settle(ctx, firm, code, Source.CONFIRMED)
    learn_word(ctx, word, code, [firm])


@action(label=_("按字样确认行业"), permission="firms.industrypattern.answer", icon="checks", why="optional")
def confirm_pattern(
    ctx: Ctx,
    *,
    pattern: Annotated[str, Ask(_("字样"))],
    code: Annotated[str, Ask(_("行业代码"), pack=CODES)],
    word: Annotated[str, WORD] = "",
) -> int:
    """One answer settles every undecided firm with the same wording, and those that come later. Returns how many firms. A new word joins
    the county's lexicon in the same transaction."""
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
        _settle(ctx, firm, code, Source.PATTERN)
    learn_word(ctx, word, code, firms)
    return len(firms)


def learn_word(ctx: Ctx, word: str, code: str, firms: Iterable[Firm]) -> None:
    """Put a word into the county's lexicon with the class it stands for: as made, sold or done by what the class is. Nothing for "".

    It is a change of a rule like any other: from today on, with its source, readable and withdrawable among the rules. Raises Denied
    where the actor may not change rules, Refused for a word that none of the firms has or a code that is no class.
    """
    text = fold(word)
    if not text:
        return
    if not may(ctx.actor, "edit", "packs.packedit"):
        raise Denied("edit", "packs.packedit")
    fault = _word_fault(text, code, firms)
    if fault is not None:
        raise Refused([FieldFault("word", fault)])
    name = RuleName(*WORDS, text)
    known = table(*WORDS, today()).by_key(text)
    cells = {column: "" for column, _label, _kind in name.spec.columns} | dict(known or {}) | {"word": text}
    cells[slot_of(code)] = code
    source = _t("行业请确认：%(name)s") % {"name": ctx.actor.post.title if ctx.actor.post else ctx.actor.name}
    write_rule(ctx, name, clean_cells(name, cells), valid_from=today(), source=source[:300])


def _word_fault(text: str, code: str, firms: Iterable[Firm]) -> Fault | None:
    if not SHORTEST_WORD <= len(text) <= LONGEST_WORD:
        return Fault("industry.word_length", word=text[:LONGEST_WORD], least=SHORTEST_WORD, most=LONGEST_WORD)
    if len(code) != CLASS_DIGITS:
        return Fault("industry.word_class", word=text, industry=code)
    if not any(text in fold(firm.name) or text in fold(firm.business_scope) for firm in firms):
        return Fault("industry.word_absent", word=text)
    return None


def slot_of(code: str) -> str:
    """The lexicon column a class belongs to: making (divisions 13 to 42), wholesale 51, retail 52, else other."""
    division = int(code[:2])
    if 13 <= division <= 42:
        return "make"
    return {51: "wholesale", 52: "retail"}.get(division, "other")


@action(
    label=_("撤回字样确认"),
    permission="firms.industrypattern.answer",
    on=IndustryPattern,
    icon="arrow-back-up",
    tone="danger",
    why="required",
)
def withdraw_pattern(ctx: Ctx, *, pattern: IndustryPattern) -> None:
    """Take the answer back: the wording goes, and the firms it settled (at once or when they came later) return to the classifier's
    suggestion. Firms that a person confirmed one by one, or whose code stood in a sheet, stay as they are."""
    by_it = (Source.PATTERN, Source.SUGGESTED)
    settled = Firm.objects.filter(industry_pattern=pattern.pattern, industry_source__in=by_it)
    firms = list(settled.order_by("id"))
    ctx.delete(pattern)
    classifier = Classifier()
    for firm in firms:
        _suggest(ctx, firm, classifier)

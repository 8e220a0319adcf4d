"""One enterprise or two: a person decides; a merge shows both sides and loses nothing without being told to."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.merging import (
    FIRM,
    Clash,
    MergePlan,
    firm_bundles,
    grants_on,
    merged_values,
    plan_merge,
    registers,
    tell_written,
)
from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.limits import cancel_deadline
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused

CHOICES = 20_000
OPEN_CLOCKS = (Deadline.State.RUNNING, Deadline.State.PASSED)
ZERO, LARGEST_KEY, LARGEST_VERSION = Decimal(0), Decimal(2**63 - 1), Decimal(2**31 - 1)
VERSION = Ask(_("看到的版本"), minimum=ZERO, maximum=LARGEST_VERSION)


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
    keep: Annotated[int, Ask(_("保留的企业"), minimum=ZERO, maximum=LARGEST_KEY)],
    gone: Annotated[int, Ask(_("并入的企业"), minimum=ZERO, maximum=LARGEST_KEY)],
    keep_version: Annotated[int, VERSION],
    gone_version: Annotated[int, VERSION],
    take: Annotated[str, Ask(_("取自并入企业的栏目"), required=False, max_length=2000)] = "",
    choose: Annotated[str, Ask(_("同一期数据、同名产品留哪一份"), required=False, max_length=CHOICES)] = "",
) -> Firm:
    """Merge ``gone`` into ``keep``. ``take`` names the columns whose value comes from ``gone`` (blank-separated); empty cells of
    ``keep`` are filled from it anyway. Products, figures, deadlines, single-row grants, duplicate questions and whatever else refers to
    the vanishing row move over. Where both sides have contradicting figures for one period and source, or one product, ``choose`` must
    name the one that stays (``ledger:id@version>other@version``); the other stays in the trail. Can be taken back with unmerge_firms."""
    _hold(keep, gone)
    survivor, other = _both(ctx, keep, gone, keep_version, gone_version)
    taken = _columns(take)
    plan = plan_merge(survivor, other)
    decided = list(_decided(plan, choose.split()))
    values = merged_values(survivor, other, taken)
    faults = ledger_named(FIRM).check(values, survivor)
    if faults:
        raise Refused(faults)
    try:
        _move(ctx, plan, decided, survivor, other)
        ctx.delete(other)
        ctx.update(survivor, **values)
    except IntegrityError as error:
        raise Refused([FieldFault("gone", Fault("firm.merge_blocked", name=other.name))]) from error
    ctx.note(
        survivor, merged=_t("并入 %(name)s（%(code)s）") % {"name": other.name, "code": other.uscc or _t("无代码")}
    )
    if not visible(Firm.objects.filter(pk=survivor.pk), ctx.actor, "merge").exists():
        raise Denied("merge", FIRM)
    return survivor


def _hold(keep: int, gone: int) -> None:
    """Lock what rows of either enterprise rest on (the batches of their awards) before the enterprises: in the order a form does."""
    for ledger, field in registers():
        ledger.settled(list(ledger.model._default_manager.filter(**{f"{field}__in": (keep, gone)}).order_by("pk")))


def _both(ctx: Ctx, keep: int, gone: int, keep_version: int, gone_version: int) -> tuple[Firm, Firm]:
    """Both rows, locked, as the person saw them. Raises Denied, StaleRow."""
    found = visible(Firm.objects.select_for_update(of=("self",)), ctx.actor, "merge").filter(pk__in=(keep, gone))
    rows = {row.pk: row for row in found.order_by("pk")}
    if len(rows) != 2:
        raise Denied("merge", FIRM)
    for row, version in ((rows[keep], keep_version), (rows[gone], gone_version)):
        if row.version != version:
            seen = Firm(pk=row.pk, name=row.name, version=version)
            raise StaleRow(seen, row)
    return rows[keep], rows[gone]


def _columns(take: str) -> frozenset[str]:
    named, known = frozenset(take.split()), {bundle.column.name for bundle in firm_bundles()}
    if named - known:
        raise Refused([FieldFault("take", Fault("firm.take_unknown", column=min(named - known)))])
    return named


def _decided(plan: MergePlan, tokens: list[str]) -> Iterator[tuple[Clash, Row, Row]]:
    """(clash, the row that stays, the row that goes). Raises Refused for a contradiction nobody decided and for rows of which none may go any more,
    StaleRow for one decided on rows that changed since."""
    chosen = set(tokens)
    for clash in plan.clashes:
        fault = clash.settled()
        if fault is not None:
            raise Refused([FieldFault("gone", fault)])
        sides = [(clash.mine, clash.theirs), (clash.theirs, clash.mine)]
        named = [(winner, loser) for winner, loser in sides if clash.token(winner) in chosen]
        if not named and any(_names(token, clash) for token in tokens):
            raise StaleRow(clash.mine, clash.mine)
        if not named and clash.open:
            columns = "、".join(str(one.column.label) for one in clash.open)
            params = {"register": str(clash.ledger.label), "title": clash.title, "columns": columns}
            raise Refused([FieldFault("choose", Fault("firm.merge_undecided", **params))])
        winner, loser = named[0] if named else sides[0]
        yield clash, winner, loser


def _names(token: str, clash: Clash) -> bool:
    """Whether a posted choice is about these two rows, in whatever versions."""
    name, _colon, rest = token.partition(":")
    ids = {side.partition("@")[0] for side in rest.split(">")}
    return name == clash.ledger.name and ids == {str(clash.mine.pk), str(clash.theirs.pk)}


def _move(ctx: Ctx, plan: MergePlan, decided: list[tuple[Clash, Row, Row]], survivor: Firm, other: Firm) -> None:
    for row in plan.gone:
        ctx.delete(row)
    for clash, winner, loser in decided:
        values = clash.values(winner)
        ctx.delete(loser)
        ctx.update(winner, **values)
    for row, changes in plan.moves:
        ctx.update(row, **changes)
    moved = [*(row for row, _changes in plan.moves), *(row for _clash, *both in decided for row in both), *plan.gone]
    tell_written(ctx, moved)
    for model, field in plan.plain:
        model._default_manager.filter(**{field: other}).update(**{field: survivor})
    _move_questions(ctx, survivor, other)
    _move_deadlines(ctx, survivor, other)
    _move_grants(ctx, survivor, other)
    ledger = ledger_named(FIRM)
    StoredFile.objects.filter(ledger=FIRM, row=other.pk).update(row=survivor.pk)
    Notice.objects.filter(url=ledger.row_url(other.pk)).update(url=ledger.row_url(survivor.pk))


def _move_questions(ctx: Ctx, survivor: Firm, other: Firm) -> None:
    """Questions between the vanishing row and third ones go on between the survivor and them; what a person answered stands."""
    for asked in DuplicateQuestion.objects.filter(Q(one=other) | Q(other=other)).order_by("id"):
        third = asked.other_id if asked.one_id == other.pk else asked.one_id
        if third == survivor.pk:
            ctx.delete(asked)
            continue
        first, second = sorted((survivor.pk, third))
        ref = f"{first}:{second}"
        twin = DuplicateQuestion.objects.filter(ref=ref).first()
        if twin is None:
            ctx.update(asked, one=first, other=second, ref=ref)
            continue
        if asked.answer == DuplicateQuestion.Answer.DIFFERENT:
            ctx.update(twin, answer=asked.answer)
        ctx.delete(asked)


def _move_deadlines(ctx: Ctx, survivor: Firm, other: Firm) -> None:
    """Clocks go with the row. Two open clocks of one rule are one duty: the one that ends first goes on."""
    for clock in Deadline.objects.filter(ledger=FIRM, row=other.pk).order_by("id"):
        twin = Deadline.objects.filter(ledger=FIRM, row=survivor.pk, rule=clock.rule, state__in=OPEN_CLOCKS).first()
        if twin is not None and clock.state in OPEN_CLOCKS:
            cancel_deadline(ctx, max(twin, clock, key=lambda one: (one.due_at, one.pk)))
        ctx.update(clock, row=survivor.pk)


def _move_grants(ctx: Ctx, survivor: Firm, other: Firm) -> None:
    """Grants on this one row (an enterprise's own account) hold for the survivor."""
    for grant in grants_on(other):
        ctx.update(grant, thing=survivor.pk)

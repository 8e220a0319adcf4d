"""The life of a policy and its clauses: sent to review, reviewed, in force, ended, and written anew as the next edition."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.policy.actions.findings import not_own, write_findings
from gongxing.domains.policy.checking import CLAUSE, Standing, standing_of, standings, texts
from gongxing.domains.policy.editing import faults_in
from gongxing.domains.policy.models import Clause, Policy
from gongxing.domains.policy.register import rows_of
from gongxing.domains.policy.review_basis import review_basis
from gongxing.domains.policy.review_rules import rule_of
from gongxing.domains.policy.terms import condition_of, needs_condition
from gongxing.engines.conditions import Condition
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

State = Clause.State
BEFORE = (State.DRAFT, State.REVIEW)
COPIED = (
    "policy_id", "code", "name", "article", "text", "subject", "kind", "condition", "amount", "opens_on", "closes_on", "automatic", "contact", "post_id",
)  # fmt: skip
"""What the next edition begins with: the dates it holds on are its own."""
NAMED = 3


def held_up(standing: Standing) -> list[FieldFault]:
    """A fault that names what blocks the text and its article; none where nothing does."""
    if not standing.blocking:
        return []
    words = _t("%(rule)s（%(article)s）“%(sentence)s”")
    said = [
        words
        % {"rule": rule_of(one.found.rule).name, "article": one.found.article, "sentence": one.found.sentence[:40]}
        for one in standing.blocking
    ]
    names = _t("；").join(dict.fromkeys(said[:NAMED]))
    return [FieldFault("", Fault("finding.blocks", n=len(said), names=names))]


@action(
    label=_("送公平竞争审查"),
    permission="policy.clause.issue",
    on=Clause,
    icon="clipboard-list",
    tone="primary",
    why="optional",
    when=lambda clause: clause.state == State.DRAFT,
)
def send_to_review(
    ctx: Ctx,
    *,
    clause: Clause,
    opinion: Annotated[str, Ask(_("起草单位初审意见"), long=True, max_length=300, help=_("起草单位先自己审：有没有限制竞争的内容，依据是什么。"))],
    heard: Annotated[str, Ask(_("听取意见情况"), long=True, max_length=300, help=_("听了哪些经营者、协会的意见，结果怎样（条例16条）。"))],
) -> None:  # fmt: skip
    """Hand a drafted clause to the market bureau with the drafter's own opinion first and what stakeholders said."""
    write_findings(ctx, [clause])
    ctx.update(clause, state=State.REVIEW, first_opinion=opinion.strip(), heard=heard.strip(), **_UNREVIEWED)


_UNREVIEWED = {"review_opinion": "", "reviewer": "", "reviewed_on": None, "review_digest": ""}


@action(
    label=_("出具审查结论"),
    permission="policy.clause.clear",
    on=Clause,
    icon="clipboard-check",
    tone="primary",
    why="",
    when=lambda clause: clause.state == State.REVIEW,
)
def review_clause(
    ctx: Ctx,
    *,
    clause: Clause,
    opinion: Annotated[str, Ask(_("审查结论"), long=True, max_length=300, help=_("适用例外的，写明条文、理由和期限（条例17条）。"))],
) -> None:  # fmt: skip
    """The reviewer's conclusion on this very wording, and on whom it is for, what it gives and when (``review_basis``). Not while a red finding is open, and not by who wrote the text."""
    not_own(ctx, CLAUSE, clause.pk)
    write_findings(ctx, [clause])
    standing = standing_of(clause)
    faults = held_up(standing)
    if faults:
        raise Refused(faults)
    basis = review_basis(clause, standing.reading.digest)
    ctx.update(
        clause, review_opinion=opinion.strip(), reviewer=ctx.actor.signature, reviewed_on=today(), review_digest=basis
    )


@action(
    label=_("退回起草"),
    permission="policy.clause.clear",
    on=Clause,
    icon="arrow-back-up",
    why="required",
    when=lambda clause: clause.state == State.REVIEW,
)
def return_clause(ctx: Ctx, *, clause: Clause) -> None:
    """Give the clause back to its drafter, saying why."""
    ctx.update(clause, state=State.DRAFT, **_UNREVIEWED)


@action(
    label=_("开始执行"),
    permission="policy.clause.issue",
    on=Clause,
    icon="check",
    tone="primary",
    why="optional",
    when=lambda clause: clause.state in BEFORE,
)
def issue_clause(ctx: Ctx, *, clause: Clause) -> None:
    """Put a clause in force: reviewed as it stands, no red finding left, with a condition that says who is meant (only a service that pays nothing may
    have none), without any fault the editor would refuse, the day it begins and the day it ends, under a policy that is issued. An edition before it ends the day before."""
    write_findings(ctx, [clause])
    standing = standing_of(clause)
    faults = held_up(standing)
    if needs_condition(clause):
        page = reverse("policy-condition", args=[clause.pk])
        faults.append(FieldFault("", Fault("policy.condition_needed", kind=str(clause.get_kind_display()), url=page)))
    faults += _ill_written(clause)
    for name in ("starts_on", "ends_on"):
        if getattr(clause, name) is None:
            faults.append(FieldFault("", Fault("policy.dates_needed")))
            break
    if clause.ends_on is not None and clause.ends_on < today():
        faults.append(FieldFault("", Fault("policy.over", day=clause.ends_on.isoformat())))
    if clause.policy.state != Policy.State.IN_FORCE:
        faults.append(FieldFault("", Fault("policy.not_issued", name=clause.policy.title)))
    faults += _unreviewed(clause, standing)
    earlier = list(_in_force(clause))
    for one in earlier:
        if clause.starts_on is not None and one.starts_on is not None and clause.starts_on <= one.starts_on:
            faults.append(FieldFault("", Fault("policy.edition_order", day=one.starts_on.isoformat())))
    if faults:
        raise Refused(faults)
    assert clause.starts_on is not None
    ctx.update(clause, state=State.IN_FORCE)
    for one in earlier:
        _end(ctx, one, clause.starts_on - timedelta(days=1))


def _ill_written(clause: Clause) -> list[FieldFault]:
    """What the editor finds wrong with condition and amount as they are stored: fields nobody has, values that do not fit, numbers nobody can read."""
    if not isinstance(clause.amount, Mapping):
        return [FieldFault("", Fault("clause.shape", where="amount"))]
    found = faults_in(condition_of(clause) or Condition(), clause.amount, rows_of(clause.subject), clause)
    return [FieldFault("", one.fault) for one in found]


def _unreviewed(clause: Clause, standing: Standing) -> list[FieldFault]:
    """Reviewed or not at all (条例 14, 18); of a text from above the reviewer says so."""
    if not clause.review_digest:
        return [FieldFault("", Fault("policy.review_missing"))]
    if clause.review_digest != review_basis(clause, standing.reading.digest):
        return [FieldFault("", Fault("policy.review_old"))]
    return []


def _in_force(clause: Clause) -> list[Clause]:
    found = Clause.objects.filter(policy=clause.policy_id, code=clause.code, state=State.IN_FORCE).exclude(pk=clause.pk)
    return list(found.select_for_update().order_by("edition"))


def _end(ctx: Ctx, clause: Clause, last: date) -> None:
    """End a clause after a day; it keeps an earlier end of its own."""
    ends = last if clause.ends_on is None else min(clause.ends_on, last)
    ctx.update(clause, ends_on=ends, state=State.ENDED if ends < today() else clause.state)


@action(
    label=pgettext_lazy("end a clause", "停用"),
    permission="policy.clause.issue",
    on=Clause,
    icon="x",
    tone="danger",
    why="required",
    when=lambda clause: clause.state == State.IN_FORCE,
)
def end_clause(ctx: Ctx, *, clause: Clause) -> None:
    """Stop a clause today: nobody is matched with it any more; what was approved under it stays."""
    ends = today() if clause.ends_on is None else min(clause.ends_on, today())
    ctx.update(clause, state=State.ENDED, ends_on=max(ends, clause.starts_on) if clause.starts_on else ends)


@action(
    label=_("出新版本"),
    permission="policy.clause.edit",
    on=Clause,
    icon="copy",
    why="optional",
    when=lambda clause: clause.state in (State.IN_FORCE, State.ENDED),
)
def new_edition(ctx: Ctx, *, clause: Clause) -> Clause:
    """Copy a clause as the draft of its next edition, to be changed, reviewed and issued; the one in force stays so until then."""
    editions = Clause.objects.filter(policy=clause.policy_id, code=clause.code)
    draft = editions.filter(state__in=BEFORE).first()
    if draft is not None:
        raise Refused([FieldFault("", Fault("policy.edition_open", n=draft.edition))])
    latest = editions.order_by("-edition").values_list("edition", flat=True).first() or clause.edition
    fields = {name: getattr(clause, name) for name in COPIED}
    ref = f"{clause.policy_id}:{clause.code}:{latest + 1}"
    made = ctx.create(Clause(ref=ref, edition=latest + 1, invented=clause.invented, **fields))
    write_findings(ctx, [made])
    return made


@action(
    label=_("印发执行"),
    permission="policy.policy.issue",
    on=Policy,
    icon="check",
    tone="primary",
    why="optional",
    when=lambda policy: policy.state == Policy.State.DRAFT,
)
def issue_policy(ctx: Ctx, *, policy: Policy) -> None:
    """Put a document in force: with the days it was issued and begins, and no clause of it held up by the fair-competition review."""
    faults = [
        FieldFault("", Fault("policy.day_needed", name=str(label)))
        for name, label in (("issued_on", _("印发日期")), ("starts_on", _("施行日期")))
        if getattr(policy, name) is None
    ]
    ids = list(policy.clauses.exclude(state=State.ENDED).values_list("pk", flat=True))
    clauses = texts(CLAUSE, ids)
    write_findings(ctx, clauses)
    if not clauses:
        faults.append(FieldFault("", Fault("policy.no_clauses")))
    for standing in standings(clauses):
        faults += held_up(standing)
    if faults:
        raise Refused(faults)
    ctx.update(policy, state=Policy.State.IN_FORCE)


@action(
    label=_("废止"),
    permission="policy.policy.issue",
    on=Policy,
    icon="x",
    tone="danger",
    why="required",
    when=lambda policy: policy.state == Policy.State.IN_FORCE,
)
def end_policy(ctx: Ctx, *, policy: Policy) -> None:
    """Repeal a document: its clauses in force end with it."""
    for one in policy.clauses.filter(state=State.IN_FORCE).select_for_update().order_by("pk"):
        ctx.update(one, state=State.ENDED, ends_on=today() if one.ends_on is None else min(one.ends_on, today()))
    ctx.update(policy, state=Policy.State.ENDED)


def end_past_clauses(ctx: Ctx) -> int:
    """Clauses in force whose last day is past are ended. Returns how many."""
    rows = list(Clause.objects.filter(state=State.IN_FORCE, ends_on__lt=today()).select_for_update().order_by("pk"))
    for one in rows:
        ctx.update(one, state=State.ENDED)
    return len(rows)

"""Checking texts, and what a named reviewer says of a finding: cleared on a ground, a real breach, or open again.

Each is decided by itself: there is no clearing of many at once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.checking import (
    BATCH,
    EXPIRED,
    MODELS,
    Found,
    Reading,
    lapsed,
    read,
    state_on,
    texts,
    was_confirmed,
)
from gongxing.domains.policy.drafting import drafters
from gongxing.domains.policy.models import AwardBatch, Finding
from gongxing.domains.policy.review_rules import Rule, rule_of
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

State = Finding.State
SENTENCE, LEAST_REASON = 300, 6
ARTICLE = re.compile(r"\d|[一二三四五六七八九十百零〇]+\s*条")
UNDECIDED: dict[str, Any] = {
    "state": State.OPEN, "reviewer": "", "ground": "", "cleared_article": "", "reason": "", "ends_on": None, "decided_on": None,
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What a check of texts changed: how many were read, how many findings are new (or open again), how many are gone."""

    texts: int
    new: int
    gone: int


def write_findings(ctx: Ctx, rows: Sequence[Row]) -> Checked:
    """Bring the stored findings of these texts to what stands in them now. A confirmed breach stays as long as its sentence or fact does, and is one again
    where it comes back; a clearance stays on the same wording; what else is no longer found is gone, and comes back open."""
    new = gone = 0
    for ledger, name in {(type(row), row._meta.label_lower) for row in rows}:
        mine = [row for row in rows if type(row) is ledger]
        stored: dict[int, dict[str, Finding]] = {row.pk: {} for row in mine}
        for one in Finding.objects.filter(ledger=name, row__in=list(stored)):
            stored[one.row][one.ref] = one
        for row in mine:
            more, less = _bring(ctx, row, read(row), stored[row.pk])
            new, gone = new + more, gone + less
    return Checked(len(rows), new, gone)


def _bring(ctx: Ctx, row: Row, reading: Reading, stored: dict[str, Finding]) -> tuple[int, int]:
    new = gone = 0
    for found in reading.found:
        one = stored.pop(found.ref, None)
        if one is None:
            ctx.create(_new(row, reading, found))
            new += 1
        elif was_confirmed(one):
            ctx.update(one, state=State.CONFIRMED, severity=found.severity, article=found.article[:120])
            new += 1
        elif one.state == State.GONE or lapsed(one, found):
            ctx.update(one, **UNDECIDED, digest=found.digest, severity=found.severity, article=found.article[:120])
            new += 1
    for one in stored.values():
        if one.state != State.GONE:
            ctx.update(one, state=State.GONE)
            gone += 1
    return new, gone


def _new(row: Row, reading: Reading, found: Found) -> Finding:
    return Finding(
        ref=found.ref, ledger=reading.ledger, row=reading.row, subject=reading.subject, digest=found.digest, rule=found.rule,
        severity=found.severity, article=found.article[:120], sentence=found.sentence[:SENTENCE], words=list(found.words), found_on=today(),
        invented=row.invented,
    )  # fmt: skip


def forget_texts(ctx: Ctx, ledger: str, ids: Iterable[int]) -> int:
    """Texts that are no more: their findings are gone. Returns how many."""
    gone = 0
    for one in Finding.objects.filter(ledger=ledger, row__in=list(ids)).exclude(state=State.GONE):
        ctx.update(one, state=State.GONE)
        gone += 1
    return gone


def check_some(ctx: Ctx, ledger: str, ids: Iterable[int]) -> Checked:
    """Check these rows of a register of texts, those that are no more included."""
    wanted = list(ids)
    rows = texts(ledger, wanted)
    forgotten = forget_texts(ctx, ledger, set(wanted) - {row.pk for row in rows})
    done = write_findings(ctx, rows)
    return Checked(done.texts, done.new, done.gone + forgotten)


def check_all(ctx: Ctx) -> Checked:
    """Check every text there is; batches last, because they read what is decided of clauses."""
    total = [0, 0, 0]
    for name in sorted(MODELS, key=lambda one: one == BATCH):
        rows = texts(name)
        there = {row.pk for row in rows}
        left = Finding.objects.filter(ledger=name).exclude(state=State.GONE).values_list("row", flat=True)
        forgotten = forget_texts(ctx, name, set(left) - there)
        done = write_findings(ctx, rows)
        total = [total[0] + done.texts, total[1] + done.new, total[2] + done.gone + forgotten]
    return Checked(*total)


@action(label=_("全部重新检查"), permission="policy.finding.check", icon="refresh", why="optional")
def check_texts(ctx: Ctx) -> Checked:
    """Read every policy clause, agreement clause and award batch by the rules that hold today. What was decided on an unchanged wording stays."""
    return check_all(ctx)


def _undecided(finding: Finding) -> bool:
    """Open, or cleared until a day that is past."""
    return finding.state == State.OPEN or state_on(finding, today()) == EXPIRED


def _decidable(ctx: Ctx, finding: Finding) -> Found:
    """What the finding is about, if it still stands in its text. Raises Refused."""
    if ctx.actor.post is None and not ctx.actor.is_system:
        raise Refused([FieldFault("", Fault("action.post_needed"))])
    rows = texts(finding.ledger, [finding.row]) if finding.ledger in MODELS else []
    found = next((one for one in read(rows[0]).found if one.ref == finding.ref), None) if rows else None
    if found is None:
        raise Refused([FieldFault("", Fault("finding.text_changed"))])
    return found


def not_own(ctx: Ctx, ledger: str, row: int) -> None:
    """Two persons: nobody reviews or approves what the own post or the own hand wrote. Raises Refused."""
    wrote = drafters(ledger, row)
    if not ctx.actor.is_system and wrote.include(ctx.actor):
        raise Refused([FieldFault("", Fault("finding.own_text", names=_t("、").join(wrote.names)[:120]))])


@action(
    label=_("消除"),
    permission="policy.finding.clear",
    on=Finding,
    icon="check",
    tone="primary",
    why="",
    when=_undecided,
    confirm=_("消除只对现在这版文字有效；文字一改，或例外到期，就要重新审查。"),
)
def clear_finding(
    ctx: Ctx,
    *,
    finding: Finding,
    ground: Annotated[Finding.Ground, Ask(_("理由"))],
    reason: Annotated[
        str,
        Ask(
            _("说明"),
            long=True,
            max_length=300,
            help=_("写明事实；按条例12条例外的，还要写明为什么没有对公平竞争影响更小的办法。"),
        ),
    ],
    article: Annotated[
        str,
        Ask(
            _("适用条文"),
            required=False,
            max_length=120,
            help=_("如 条例第十二条第二项；法律依据写文号和条款。字面命中的可不填。"),
        ),
    ] = "",
    ends_on: Annotated[
        date | None, Ask(_("例外到期"), help=_("按条例12条例外的必须填；到期后这一条重新变为待处理。"))
    ] = None,
) -> None:
    """Clear a finding of this very wording: on a ground the rule allows, with the article, the reason and, for an exception of 条例 12, its
    last day. Whoever wrote the text may not. The reviewer stands in it with post and name."""
    found = _decidable(ctx, finding)
    not_own(ctx, finding.ledger, finding.row)
    faults = _ground_faults(rule_of(finding.rule), ground, article, ends_on)
    if sum(sign.isalnum() for sign in reason) < LEAST_REASON:
        faults.append(FieldFault("reason", Fault("finding.reason_short", n=LEAST_REASON)))
    if faults:
        raise Refused(faults)
    ctx.update(
        finding, state=State.CLEARED, reviewer=ctx.actor.signature, ground=ground, cleared_article=article.strip(), reason=reason.strip(),
        ends_on=ends_on, decided_on=today(), digest=found.digest,
    )  # fmt: skip


def _ground_faults(rule: Rule, ground: Finding.Ground, article: str, ends_on: date | None) -> list[FieldFault]:
    faults: list[FieldFault] = []
    allowed = rule.grounds()
    if not allowed:
        faults.append(FieldFault("ground", Fault("finding.fact", fix=rule.fix)))
    elif ground not in allowed:
        names = _t("、").join(str(one.label) for one in Finding.Ground if one in allowed)
        faults.append(FieldFault("ground", Fault("finding.ground", rule=rule.name, choices=names)))
    if ground != Finding.Ground.NOT_MEANT and not ARTICLE.search(article):
        faults.append(FieldFault("article", Fault("finding.article_needed")))
    if ends_on is None and rule.needs_end(ground):
        faults.append(FieldFault("ends_on", Fault("finding.end_needed")))
    if ends_on is not None and ends_on < today():
        faults.append(FieldFault("ends_on", Fault("finding.end_past", day=ends_on.isoformat())))
    return faults


@action(
    label=_("确认违反"),
    permission="policy.finding.clear",
    on=Finding,
    icon="x",
    tone="danger",
    why="",
    when=_undecided,
)
def confirm_finding(
    ctx: Ctx,
    *,
    finding: Finding,
    reason: Annotated[str, Ask(_("说明"), long=True, max_length=300, help=_("写给起草单位：违反什么，怎么改。"))],
) -> None:
    """Say that the wording or the fact is a real breach: it blocks, whatever its colour, until it is no longer there."""
    found = _decidable(ctx, finding)
    ctx.update(
        finding, state=State.CONFIRMED, reviewer=ctx.actor.signature, ground="", cleared_article="", reason=reason.strip(), ends_on=None,
        decided_on=today(), digest=found.digest,
    )  # fmt: skip


@action(
    label=_("重新处理"),
    permission="policy.finding.clear",
    on=Finding,
    icon="arrow-back-up",
    why="required",
    when=lambda finding: finding.state in (State.CLEARED, State.CONFIRMED),
)
def reopen_finding(ctx: Ctx, *, finding: Finding) -> None:
    """Take a decision back: the finding is open and blocks again. What was decided stays in the trail."""
    ctx.update(finding, **UNDECIDED)


def expire_clearances(ctx: Ctx) -> int:
    """Clearances whose last day is past are open again. Returns how many."""
    past = Finding.objects.filter(state=State.CLEARED, ends_on__lt=today()).order_by("pk")
    rows = list(past.select_for_update())
    for one in rows:
        ctx.update(one, **UNDECIDED)
    return len(rows)


def batches_of(clauses: Iterable[int]) -> list[int]:
    """The batches paid under these clauses that are not settled: they read what is decided of their clause."""
    found = AwardBatch.objects.filter(clause__in=list(clauses), state=AwardBatch.State.DRAFT)
    return list(found.values_list("pk", flat=True))

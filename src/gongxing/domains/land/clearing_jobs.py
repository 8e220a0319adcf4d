"""The difficulty of units and the clocks of the steps they owe: worked out anew after a write, after rules changed, and on every new day."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.land.clearance_words import step_label
from gongxing.domains.land.clearances import RENEW_CLEARANCE, facts_of, rules_on
from gongxing.domains.land.legal_steps import Law, law_on
from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.engines.clearance import difficulty
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import (
    OPEN,
    cancel_deadline,
    finish_deadline,
    move_deadline_on,
    start_deadline_on,
)
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import Progress, enqueue_once, in_pieces, job
from gongxing.kernel.org.actor import SYSTEM, Actor
from gongxing.kernel.packs.events import RulesChanged

UNIT, STEP, RULE = "land.clearanceunit", "land.clearancestep", "land.clearance_step:"
CHUNK, AT_ONCE = 500, 200


def queue_renewal(user_id: int = 0) -> None:
    """Queue one renewal of all units, unless one already waits."""
    enqueue_once(RENEW_CLEARANCE, _("推算征拆难度和步骤时限"), {"user": user_id})


@daily("clearance")
def every_day() -> None:
    """A day more: least periods become full, clocks run on."""
    if ClearanceUnit.objects.exists():
        queue_renewal()


@job(RENEW_CLEARANCE)
def renew_all(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Work every unit out anew. Writes only what differs, in steps of their own; safe to run again."""
    ids = list(ClearanceUnit.objects.order_by("pk").values_list("pk", flat=True))
    changed = in_pieces(ids, renew_units, progress)
    return {"text": _("看了 %(all)d 个征拆单元，更新 %(n)d 个") % {"all": len(ids), "n": changed}}


def renew_units(ids: Iterable[int]) -> int:
    """Renew the difficulty (the middle of its range, one decimal) of some units and their clocks. Returns how many difficulties differed. A few queries, one for
    each clock that moves."""
    day, changed, wanted = today(), 0, sorted(set(ids))
    rules, law = rules_on(day), law_on(day)
    with writing(SYSTEM, RENEW_CLEARANCE, _("按单元的数据推算")) as ctx:
        rows = list(ClearanceUnit.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        steps: dict[int, list[ClearanceStep]] = {}
        for one in ClearanceStep.objects.filter(unit__in=wanted).order_by("pk"):
            steps.setdefault(one.unit_id, []).append(one)
        clocks: dict[int, dict[str, Deadline]] = {}
        for clock in Deadline.objects.filter(ledger=UNIT, row__in=wanted, rule__startswith=RULE, state__in=OPEN):
            clocks.setdefault(clock.row, {})[clock.rule] = clock
        for row in rows:
            before = row.version
            ctx.update(row, difficulty=Decimal(f"{difficulty(facts_of(row), rules).middle:.1f}"))
            changed += row.version != before
            _keep_clocks(ctx, law, row, steps.get(row.pk, []), clocks.pop(row.pk, {}))
        for left in clocks.values():
            for clock in left.values():
                cancel_deadline(ctx, clock)
    return changed


def _keep_clocks(
    ctx: Ctx, law: Law, unit: ClearanceUnit, steps: list[ClearanceStep], clocks: dict[str, Deadline]
) -> None:
    """A step with a limit that runs has a clock under the unit's post; a step done ends it, and what no longer runs is cancelled."""
    for one in law.states(unit, steps):
        clock = clocks.pop(f"{RULE}{one.step.code}", None)
        if clock is not None and (one.on is not None or one.due is None or clock.post_id != unit.owner_id):
            if one.on is not None:
                finish_deadline(ctx, clock, one.on)
            else:
                cancel_deadline(ctx, clock)
            clock = None
        if one.on is not None or one.due is None or unit.owner_id is None:
            continue
        title = _("%(step)s：%(unit)s") % {"step": step_label(one.step.code), "unit": unit.ref}
        if clock is None:
            start_deadline_on(
                ctx, unit, rule=f"{RULE}{one.step.code}", title=title, post_id=unit.owner_id, due_on=one.due, basis=one.step.basis
            )  # fmt: skip
        else:
            move_deadline_on(ctx, clock, due_on=one.due, title=title, basis=one.step.basis)
    for clock in clocks.values():
        cancel_deadline(ctx, clock)


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """A few units are worked out anew at once; many are left to the job."""
    if event.verb == RENEW_CLEARANCE or not event.user_id or not (UNIT in event.rows or STEP in event.rows):
        return
    units, steps = event.rows.get(UNIT, ()), event.rows.get(STEP, ())
    if units is None or steps is None:
        queue_renewal(event.user_id)
        return
    touched = set(units) | set(ClearanceStep.objects.filter(pk__in=list(steps)).values_list("unit_id", flat=True))
    if len(touched) > AT_ONCE:
        queue_renewal(event.user_id)
    elif touched:
        renew_units(touched)


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """An import, or taking one back, may be too big to name its rows; a step taken back no longer says of which unit."""
    if event.ledger in (UNIT, STEP):
        queue_renewal(event.user_id)


@handles(RulesChanged)
def after_rules(event: RulesChanged) -> None:
    """Other weights, full measures or steps: every unit anew."""
    if (event.pack, event.table) in (("parameters", "parameters"), ("clearance", "steps")):
        queue_renewal(event.user_id)

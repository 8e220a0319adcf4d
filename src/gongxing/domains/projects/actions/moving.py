"""The steps of a project between its stages: forward through the gates, on hold and back, out of the pool, to another unit; and the last one taken back."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.gating import ASIDE, MAIN, OUT, Gate, Gates
from gongxing.domains.projects.models import Move, Project
from gongxing.engines.gates import Step, order_faults, step
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.trail import Moment, field_value, history
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import Initial
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.packs.tables import table

Stage = Project.Stage
DATES: Mapping[str, str] = {
    Stage.RESERVE: "admitted_on", Stage.SIGNED: "signed_on", Stage.CONSTRUCTION: "started_on", Stage.COMPLETED: "completed_on",
    Stage.PRODUCTION: "produced_on", Stage.FULL_CAPACITY: "full_on",
}  # fmt: skip
"""The project's own date of a stage."""
WRITTEN = ("stage", "stage_on", "reason_code", "paused_until", "to_unit", *DATES.values())
"""The fields a move writes, besides ``moved_on``."""
ON_THE_WAY = tuple(
    (code, label) for code, label in Stage.choices if code not in (Stage.PAUSED, Stage.REMOVED, Stage.TRANSFERRED)
)
REASONS, PERMISSION, SHOWN = ("gates", "reasons"), "projects.project.move", 60
OFF = (Stage.REMOVED, Stage.TRANSFERRED)
HOLDABLE = tuple(
    code for code, _label in ON_THE_WAY if code not in (Stage.CONCEPT, Stage.FULL_CAPACITY, Stage.REVIEWED)
)
REMOVABLE = (Stage.CONCEPT, Stage.RESERVE, Stage.NEGOTIATION, Stage.SIGNED, Stage.PRE_CONSTRUCTION, Stage.PAUSED)

On = Annotated[date, Ask(_("日期"), initial=Initial.TODAY, help=_("真正发生的那一天，不是登记的这一天。"))]
Note = Annotated[str, Ask(_("说明"), required=False, max_length=300)]


@action(label=_("办理阶段变动"), permission=PERMISSION, on=Project, icon="arrow-right", why="")
def move_project(
    ctx: Ctx,
    *,
    project: Project,
    to_stage: Annotated[Project.Stage, Ask(_("到哪个阶段"))],
    on: On,
    note: Note = "",
    reason_code: Annotated[str, Ask(_("原因"), pack=REASONS, required=False, help=_("暂缓、退库要写。"))] = "",
    until: Annotated[date | None, Ask(_("暂缓到"), required=False)] = None,
    to_unit: Annotated[int | None, Ask(_("承接单位"), target="org.unit", required=False, help=_("转出要写。"))] = None,
) -> Move:
    """Any step between stages. Refused whole, with every reason, where a gate is shut, a stage would be skipped or a day cannot be."""
    return move(ctx, project, str(to_stage), on, note, reason_code, until, to_unit)


@action(label=_("推进阶段"), permission=PERMISSION, on=Project, icon="arrow-right", tone="primary", why="", when=lambda one: one.stage not in (*OFF, Stage.REVIEWED))  # fmt: skip
def advance_project(
    ctx: Ctx,
    *,
    project: Project,
    to_stage: Annotated[Project.Stage, Ask(_("进入阶段"), choices=ON_THE_WAY)],
    on: On,
    note: Note = "",
) -> Move:
    """Into the next stage through its gate, or from a hold back to where the project stood. Warnings may be passed and are kept."""
    return move(ctx, project, str(to_stage), on, note)


@action(
    label=_("暂缓"), permission=PERMISSION, on=Project, icon="clock", why="", when=lambda one: one.stage in HOLDABLE
)
def pause_project(
    ctx: Ctx,
    *,
    project: Project,
    on: On,
    reason_code: Annotated[str, Ask(_("原因"), pack=REASONS)],
    until: Annotated[date, Ask(_("暂缓到"), help=_("到了这一天，回到原阶段，或退库。"))],
    note: Note = "",
) -> Move:
    """On hold for a written reason until a day."""
    return move(ctx, project, Stage.PAUSED, on, note, reason_code, until)


@action(label=pgettext_lazy("move", "退库"), permission=PERMISSION, on=Project, icon="package", tone="danger", why="", confirm=_("退库后资料和经过都留着，不再算在库项目。"), when=lambda one: one.stage in REMOVABLE)  # fmt: skip
def remove_project(
    ctx: Ctx,
    *,
    project: Project,
    on: On,
    reason_code: Annotated[str, Ask(_("原因"), pack=REASONS)],
    note: Annotated[str, Ask(_("说明"), max_length=300, help=_("谁定的，为什么。"))],
) -> Move:
    """Out of the pool by a person's decision with its reason. Nothing of the project is lost."""
    return move(ctx, project, Stage.REMOVED, on, note, reason_code)


@action(label=_("转出"), permission=PERMISSION, on=Project, icon="arrow-up-right", why="", when=lambda one: one.stage in (Stage.RESERVE, Stage.NEGOTIATION))  # fmt: skip
def transfer_project(
    ctx: Ctx,
    *,
    project: Project,
    on: On,
    to_unit: Annotated[int, Ask(_("承接单位"), target="org.unit")],
    note: Annotated[str, Ask(_("分成约定"), max_length=300)],
) -> Move:
    """Passed on to another unit, with the shares agreed upon. The responsible unit stays: whoever passed it on keeps the record."""
    return move(ctx, project, Stage.TRANSFERRED, on, note, to_unit=to_unit)


@action(label=_("撤回上一步"), permission=PERMISSION, on=Project, icon="arrow-back-up", why="required", when=lambda one: one.stage != Stage.CONCEPT)  # fmt: skip
def take_back_move(ctx: Ctx, *, project: Project) -> None:
    """Take the last step back: it was entered by mistake. The project stands as it did before it; the trail keeps the step."""
    gates = Gates(project)
    if not gates.moves:
        raise _refused("", "move.nothing_to_take_back")
    last = max(gates.moves, key=lambda one: one.pk)
    ctx.update(project, **_before(project, last, gates), moved_on=today())
    ctx.delete(last)


def move(
    ctx: Ctx, project: Project, to_stage: str, on: date, note: str = "", reason_code: str = "", until: date | None = None,
    to_unit: int | None = None,
) -> Move:  # fmt: skip
    """One step inside an open write. Raises Refused with every fault; then nothing was written.

    ``reason_code`` and ``until`` belong to a hold, ``reason_code`` and ``note`` to leaving the pool, ``to_unit`` and ``note`` to passing on.
    """
    note = note.strip()
    given: dict[str, Any] = {
        "paused_until": until,
        "pause_reason": reason_code or None,
        "remove_reason": reason_code or None,
    }
    given |= {"to_unit": to_unit, **({DATES[to_stage]: on} if to_stage in DATES else {})}
    gates = Gates(project, given, decided=bool(note), on=on)
    faults = [*_way_faults(gates, to_stage), *_day_faults(gates, to_stage, on), *_asked_faults(to_stage, on, note, reason_code, until, to_unit)]  # fmt: skip
    back = bool(gates.held_at) and (to_stage in gates.days or to_stage == Stage.CONCEPT)
    gate = None if back else gates.gate(to_stage)
    if gate is not None and not any(one.fault.code.startswith("move.way") for one in faults):
        faults += [*_gate_faults(gate), *_standing_faults(gates, to_stage)]
    if faults:
        raise Refused(faults)
    made = ctx.create(
        Move(
            project=project, from_stage=project.stage, to_stage=to_stage, on=on, reason_code=reason_code, note=note,
            missing=[f"{one.code} {one.label}"[:SHOWN] for one in gate.warnings] if gate else [], ref=_next_ref(project),
        )
    )  # fmt: skip
    ctx.update(project, **_after(gates, to_stage, on, reason_code, until, to_unit))
    return made


def _next_ref(project: Project) -> str:
    """Project and number of the step; the numbers of steps taken back are not given again while a later one stands."""
    refs = Move.objects.filter(project=project).values_list("ref", flat=True)
    return f"{project.pk}:{max((int(ref.rsplit(':', 1)[-1]) for ref in refs if ref.rsplit(':', 1)[-1].isdigit()), default=0) + 1}"


def _after(
    gates: Gates, to_stage: str, on: date, reason_code: str, until: date | None, to_unit: int | None
) -> dict[str, Any]:
    """The project's fields after the step. On a hold and on the way out its dates stay; a step back forgets the dates of what came after."""
    project, there = gates.project, gates.stage(to_stage)
    fields: dict[str, Any] = {"stage": to_stage, "stage_on": on, "moved_on": today()}
    fields["reason_code"] = reason_code if there.track in (ASIDE, OUT) else ""
    fields["paused_until"] = until if there.track == ASIDE else None
    fields["to_unit"] = to_unit if to_stage == Stage.TRANSFERRED else None
    if there.track == MAIN:
        later = {one.code for one in gates.stages if one.track == MAIN and one.order > there.order}
        fields.update({name: None for stage, name in DATES.items() if stage in later})
        back_where_it_stood = gates.held_at and getattr(project, DATES.get(to_stage, "stage_on"))
        if to_stage in DATES and not back_where_it_stood:
            fields[DATES[to_stage]] = on
    return fields


def _refused(field: str, code: str, **values: Any) -> Refused:
    return Refused([FieldFault(field, Fault(code, **values))])


def _standing_faults(gates: Gates, to_stage: str) -> list[FieldFault]:
    """What stops every step forward whatever its gate asks: an owner struck off; from the preparatory work on, a barred industry and an agreement with
    a red finding, for a project may have come there without signing, or been changed after it."""
    project, there = gates.project, gates.stage(to_stage)
    if there.track != MAIN or there.order <= gates.stage(Stage.CONCEPT).order:
        return []
    faults = []
    if project.firm is not None and project.firm.status in (Firm.Status.REVOKED, Firm.Status.CLOSED):
        faults.append(
            FieldFault("", Fault("move.owner_gone", name=project.firm.name, status=project.firm.get_status_display()))
        )
    if there.order >= gates.stage(Stage.PRE_CONSTRUCTION).order:
        asked = {item.key for item in gates.gate(to_stage).items}
        for key in ("restricted", "fair_competition"):
            found = gates.check(key)
            if found.state == "missing" and key not in asked:
                faults.append(FieldFault("", Fault("move.stopped", words=str(found.words))))
    return faults


def _way_faults(gates: Gates, to_stage: str) -> list[FieldFault]:
    """Whether this step exists; skipped stages are named."""
    found: Step = step(gates.stages, gates.project.stage, to_stage, gates.held_at)
    if found.allowed or found.reason is None:
        return []
    names = {"here": gates.label(gates.project.stage), "there": gates.label(to_stage)}
    code = found.reason.code.removeprefix("gates.")
    if code == "skips":
        names["between"] = _t("、").join(gates.label(one) for one in found.between)
    if code == "resumes_beyond":
        names["held"] = gates.label(gates.held_at)
    return [FieldFault("to_stage", Fault(f"move.way_{code}", **names))]


def _day_faults(gates: Gates, to_stage: str, on: date) -> list[FieldFault]:
    """No step tomorrow, none before the step before, none before a stage that must not come later."""
    if on > today():
        return [FieldFault("on", Fault("project.future", day=on.isoformat()))]
    late = [(move.on, move.to_stage) for move in gates.moves if move.on > on]
    if not late and gates.stage(to_stage).track == MAIN:
        days = {**gates.days, to_stage: on}
        late = [
            (one.other_day, one.other) for one in order_faults(gates.stages, days, today()) if one.stage == to_stage
        ]
    if not late:
        return []
    day, stage = max(late)
    there, before = gates.label(to_stage), gates.label(stage)
    return [
        FieldFault("on", Fault("move.before", day=on.isoformat(), there=there, before=day.isoformat(), stage=before))
    ]


def _asked_faults(
    to_stage: str, on: date, note: str, reason_code: str, until: date | None, to_unit: int | None
) -> list[FieldFault]:
    """What a hold, leaving the pool and passing on must say."""
    faults: list[FieldFault] = []
    if to_stage in (Stage.PAUSED, Stage.REMOVED):
        row = table("gates", "reasons", today()).by_key(reason_code) if reason_code else None
        if row is None or to_stage not in row["stages"].split(";"):
            faults.append(
                FieldFault("reason_code", Fault("move.reason_needed" if not reason_code else "move.reason_foreign"))
            )
    if to_stage == Stage.PAUSED and until is None:
        faults.append(FieldFault("until", Fault("move.until_needed")))
    elif to_stage == Stage.PAUSED and until is not None and until <= max(on, today()):
        faults.append(FieldFault("until", Fault("move.until_past", day=until.isoformat())))
    if to_stage == Stage.REMOVED and not note:
        faults.append(FieldFault("note", Fault("move.note_needed")))
    if to_stage == Stage.TRANSFERRED and to_unit is None:
        faults.append(FieldFault("to_unit", Fault("move.unit_needed")))
    if to_stage == Stage.TRANSFERRED and not note:
        faults.append(FieldFault("note", Fault("move.shares_needed")))
    return faults


def _gate_faults(gate: Gate) -> list[FieldFault]:
    """Every blocking thing by name, with why and who owes it."""
    return [
        FieldFault("", Fault("move.lacks", stage=gate.label, item=one.label, words=one.words, owes=str(one.owes)))
        for one in gate.blocking
    ]


def _before(project: Project, last: Move, gates: Gates) -> dict[str, Any]:
    """The fields the step wrote, as they were before it: told by the trail, else by the steps that are left."""
    moment = _moment_of(project)
    if moment is not None:
        texts = {one.field: one.before for one in moment.changes if one.field in WRITTEN}
        return {name: field_value(Project, name, text) for name, text in texts.items()}
    left = [one for one in gates.moves if one.pk != last.pk]
    fields: dict[str, Any] = {"stage": last.from_stage, "stage_on": left[-1].on if left else project.stage_on}
    if last.to_stage in DATES:
        fields[DATES[last.to_stage]] = next((one.on for one in reversed(left) if one.to_stage == last.to_stage), None)
    return {**fields, "reason_code": left[-1].reason_code if left and last.from_stage == Stage.PAUSED else ""}


def _moment_of(project: Project) -> Moment | None:
    """The entry that brought the project to its stage."""
    for moment in history(project, 200):
        for one in moment.changes:
            if one.field == "stage":
                return moment if one.after == project.stage and moment.kind == "change" else None
    return None

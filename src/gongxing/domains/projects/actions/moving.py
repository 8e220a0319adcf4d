"""The steps of a project between its stages: forward through the gates, on hold and back, out of the pool, to another unit; and the last one taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.actions.passing import pass_on, tell
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
REASONS, PERMISSION = ("gates", "reasons"), "projects.project.move"
OFF = (Stage.REMOVED, Stage.TRANSFERRED)
HOLDABLE = tuple(
    code for code, _label in ON_THE_WAY if code not in (Stage.CONCEPT, Stage.FULL_CAPACITY, Stage.REVIEWED)
)
REMOVABLE = (Stage.CONCEPT, Stage.RESERVE, Stage.NEGOTIATION, Stage.SIGNED, Stage.PRE_CONSTRUCTION, Stage.PAUSED)


@dataclass(frozen=True)
class Receiver:
    """Who takes a project: a unit of the county, or somebody outside it by name."""

    unit: int | None = None
    outside: str = ""


NOBODY = Receiver()


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
    to_unit: Annotated[
        int | None, Ask(_("承接单位"), target="org.unit", required=False, help=_("转给本县单位的写。"))
    ] = None,
    outside: Annotated[
        str, Ask(_("县外承接方"), required=False, max_length=80, help=_("转到县外的写，例如某县某园区。"))
    ] = "",
) -> Move:
    """Any step between stages. Refused whole, with every reason, where a gate is shut, a stage would be skipped or a day cannot be."""
    return move(ctx, project, str(to_stage), on, note, reason_code, until, Receiver(to_unit, outside))


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


@action(label=_("转出"), permission=PERMISSION, on=Project, icon="arrow-up-right", why="", confirm=_("转给本县单位的，由它接着办，没办完的承诺和分工一并转过去，你的岗位可能不再看得到；转到县外的，不再算在库项目。"), when=lambda one: one.stage in (Stage.RESERVE, Stage.NEGOTIATION))  # fmt: skip
def transfer_project(
    ctx: Ctx,
    *,
    project: Project,
    on: On,
    note: Annotated[str, Ask(_("分成约定"), max_length=300)],
    to_unit: Annotated[
        int | None, Ask(_("承接单位"), target="org.unit", required=False, help=_("转给本县单位的写。"))
    ] = None,
    outside: Annotated[
        str, Ask(_("县外承接方"), required=False, max_length=80, help=_("转到县外的写，例如某县某园区。"))
    ] = "",
) -> Move:
    """Passed on, with the shares agreed upon: to another unit of the county, which becomes the responsible one and goes on in the same stage; or out of
    the county, where it ends here and the record stays with whoever passed it on."""
    return move(ctx, project, Stage.TRANSFERRED, on, note, receiver=Receiver(to_unit, outside))


@action(label=_("撤回上一步"), permission=PERMISSION, on=Project, icon="arrow-back-up", why="required", when=lambda one: one.stage != Stage.CONCEPT)  # fmt: skip
def take_back_move(ctx: Ctx, *, project: Project) -> None:
    """Take the last step back: it was entered by mistake. The project stands as it did before it; the trail keeps the step."""
    gates = Gates(project)
    if not gates.moves:
        raise _refused("", "move.nothing_to_take_back")
    last = max(gates.moves, key=lambda one: one.pk)
    if last.from_unit is not None and last.to_unit is not None:
        raise _refused("", "move.passed_on", before=last.from_unit.name, unit=last.to_unit.name)
    ctx.update(project, **_before(project, last, gates), moved_on=today())
    ctx.delete(last)


def move(
    ctx: Ctx, project: Project, to_stage: str, on: date, note: str = "", reason_code: str = "", until: date | None = None,
    receiver: Receiver = NOBODY,
) -> Move:  # fmt: skip
    """One step inside an open write. Raises Refused with every fault; then nothing was written.

    ``reason_code`` and ``until`` belong to a hold, ``reason_code`` and ``note`` to leaving the pool, ``receiver`` and ``note`` to passing on.
    """
    note, outside = note.strip(), receiver.outside.strip()
    passed = to_stage == Stage.TRANSFERRED
    given: dict[str, Any] = {
        "paused_until": until,
        "pause_reason": reason_code or None,
        "remove_reason": reason_code or None,
    }
    given |= {"to_unit": receiver.unit or outside or None, **({DATES[to_stage]: on} if to_stage in DATES else {})}
    gates = Gates(project, given, decided=bool(note), on=on)
    faults = [*_way_faults(gates, to_stage), *_day_faults(gates, to_stage, on), *_asked_faults(to_stage, on, note, reason_code, until)]  # fmt: skip
    if passed:
        faults += _receiver_faults(project, receiver.unit, outside)
    gate = None if gates.held_at == to_stage else gates.gate(to_stage)
    if gate is not None and not any(one.fault.code.startswith("move.way") for one in faults):
        faults += _gate_faults(gate)
    if faults:
        raise Refused(faults)
    inside = passed and receiver.unit is not None
    made = ctx.create(
        Move(
            project=project, from_stage=project.stage, to_stage=to_stage, on=on, reason_code=reason_code, note=note,
            missing=[one.code for one in gate.warnings] if gate else [], ref=_next_ref(project),
            from_unit=project.unit if inside else None, to_unit_id=receiver.unit if inside else None, outside=outside if passed else "",
        )
    )  # fmt: skip
    if inside and receiver.unit is not None:
        before = project.owner
        after = ctx.update(project, **pass_on(ctx, project, receiver.unit), moved_on=today())
        tell(after, made, [before] if before is not None and before.pk != after.owner_id else [])
    else:
        ctx.update(project, **_after(gates, to_stage, on, reason_code, until))
    return made


def _next_ref(project: Project) -> str:
    """Project and number of the step; the numbers of steps taken back are not given again while a later one stands."""
    refs = Move.objects.filter(project=project).values_list("ref", flat=True)
    return f"{project.pk}:{max((int(ref.rsplit(':', 1)[-1]) for ref in refs if ref.rsplit(':', 1)[-1].isdigit()), default=0) + 1}"


def _after(gates: Gates, to_stage: str, on: date, reason_code: str, until: date | None) -> dict[str, Any]:
    """The project's fields after the step. On a hold, back from it and on the way out its dates stay; a step back forgets the dates of what came after."""
    there = gates.stage(to_stage)
    fields: dict[str, Any] = {"stage": to_stage, "stage_on": on, "moved_on": today()}
    fields["reason_code"] = reason_code if there.track in (ASIDE, OUT) else ""
    fields["paused_until"] = until if there.track == ASIDE else None
    fields["to_unit"] = None
    if there.track == MAIN and gates.held_at != to_stage:
        later = {one.code for one in gates.stages if one.track == MAIN and one.order > there.order}
        fields.update({name: None for stage, name in DATES.items() if stage in later})
        if to_stage in DATES:
            fields[DATES[to_stage]] = on
    return fields


def _refused(field: str, code: str, **values: Any) -> Refused:
    return Refused([FieldFault(field, Fault(code, **values))])


def _way_faults(gates: Gates, to_stage: str) -> list[FieldFault]:
    """Whether this step exists; skipped stages are named."""
    found: Step = step(gates.stages, gates.project.stage, to_stage, gates.held_at)
    if found.allowed or found.reason is None:
        return []
    names = {"here": gates.label(gates.project.stage), "there": gates.label(to_stage)}
    code = found.reason.code.removeprefix("gates.")
    if code == "skips":
        names["between"] = _t("、").join(gates.label(one) for one in found.between)
    if code == "resumes_elsewhere":
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


def _asked_faults(to_stage: str, on: date, note: str, reason_code: str, until: date | None) -> list[FieldFault]:
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
    if to_stage == Stage.TRANSFERRED and not note:
        faults.append(FieldFault("note", Fault("move.shares_needed")))
    return faults


def _receiver_faults(project: Project, unit: int | None, outside: str) -> list[FieldFault]:
    """Exactly one receiver, and another one than has it."""
    if unit is None and not outside:
        return [FieldFault("to_unit", Fault("move.unit_needed"))]
    if unit is not None and outside:
        return [FieldFault("outside", Fault("move.unit_twice", outside=outside))]
    if unit == project.unit_id:
        return [FieldFault("to_unit", Fault("move.unit_own", unit=project.unit.name))]
    return []


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

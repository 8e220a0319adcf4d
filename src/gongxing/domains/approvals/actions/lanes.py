"""Letting a project into the green lane, and taking it out again. Its running cases get and lose the shortened promise in the same transaction."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import RUNS, keep_case
from gongxing.domains.approvals.actions.intake import check_day, fault
from gongxing.domains.approvals.actions.lane_meeting import keep_meeting
from gongxing.domains.approvals.lane_entry import Asked, entry_faults
from gongxing.domains.approvals.lanes import LEDGER, entry_rule
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.domains.projects.evidence import media_type_of
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.column import Initial
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

LARGEST_KEY, ZERO, HEAD, VERB = Decimal(2**63 - 1), Decimal(0), 16, "enter"


@action(
    label=_("进入绿色通道"),
    permission="approvals.greenlane.enter",
    icon="arrow-up-right",
    tone="primary",
    why="optional",
)
def enter_lane(
    ctx: Ctx,
    *,
    project: Annotated[int, Ask(_("项目"), minimum=ZERO, maximum=LARGEST_KEY, help=_("项目页地址里的数字。"))],
    ground: Annotated[str, Ask(_("进入条件"), max_length=12, help=_("规则里进入条件的代码，例如 G03。"))],
    grade: Annotated[GreenLane.Grade, Ask(_("档次"))],
    credit: Annotated[GreenLane.Credit, Ask(_("信用查询结果"), help=_("业主企业和法定代表人的失信被执行人记录。"))],
    credit_on: Annotated[date, Ask(_("信用查询日"))],
    entered_on: Annotated[date, Ask(_("进入日"), initial=Initial.TODAY)],
    number: Annotated[
        str, Ask(_("文件名称和文号"), max_length=120, required=False, help=_("批示、县级重点项目清单的名称和文号。"))
    ] = "",
    order_on: Annotated[date | None, Ask(_("文件日期"), required=False)] = None,
    file: Annotated[
        int | None, Ask(_("原件编号"), required=False, minimum=ZERO, maximum=LARGEST_KEY, help=_("在“进入绿色通道”页上传后得到。"))
    ] = None,
) -> GreenLane:  # fmt: skip
    """The project meets one condition of the pack and none of its bars: its cases that run, and those that come, get the shortened promise. The
    statutory clock stays as it is."""
    row = _reached(ctx, project)
    stored = _file(ctx, file)
    asked = Asked(ground, number.strip(), order_on, stored is not None, str(credit), credit_on, entered_on)
    faults = entry_faults(row, asked)
    if faults:
        raise Refused(faults)
    rule = entry_rule(ground, entered_on)
    turn = GreenLane.objects.filter(project=row).count() + 1
    made = ctx.create(
        GreenLane(
            project=row, ground=ground, condition=rule.text[:200] if rule else "", grade=str(grade), number=asked.number, order_on=order_on, credit=str(credit),
            credit_on=credit_on, entered_on=entered_on, entered_by=_by(ctx), keeper_id=ctx.actor.post.post_id if ctx.actor.post else None, ref=f"{row.pk}:{turn}", invented=row.invented,
            file_id=stored.pk if stored else None, file_name=stored.name[:200] if stored else "",
        )
    )  # fmt: skip
    if stored is not None:
        StoredFile.objects.filter(pk=stored.pk).update(ledger=LEDGER, row=made.pk, expires_at=None)
    keep_cases(ctx, made)
    keep_meeting(ctx, made)
    return made


@action(label=_("退出绿色通道"), permission="approvals.greenlane.enter", on=GreenLane, icon="arrow-back-up", why="required", when=lambda lane: lane.left_on is None)  # fmt: skip
def leave_lane(ctx: Ctx, *, lane: GreenLane, left_on: Annotated[date, Ask(_("退出日"), initial=Initial.TODAY)]) -> None:
    """The project is done with the lane, or no longer meets its conditions: promises of cases not yet decided are the items' own again."""
    check_day("left_on", left_on, lane.entered_on, _t("进入日"))
    ctx.update(lane, left_on=left_on, left_by=_by(ctx))
    keep_cases(ctx, lane)
    keep_meeting(ctx, lane)


def keep_cases(ctx: Ctx, lane: GreenLane) -> None:
    """State, promise and clocks of the project's cases that are not yet decided."""
    for case in (
        Case.objects.filter(project_id=lane.project_id, state__in=RUNS).select_related("project", "post").order_by("pk")
    ):
        keep_case(ctx, case)


def _by(ctx: Ctx) -> str:
    post = ctx.actor.post
    return (f"{post.unit_name} {post.title}" if post else ctx.actor.name)[:120]


def _reached(ctx: Ctx, key: int) -> Project:
    """The project: it must be seen, and the right held in its unit. Raises Refused, Denied."""
    rows = Project.objects.filter(pk=key)
    found = visible(rows, ctx.actor).select_for_update(of=("self",)).first()
    if found is None:
        raise Refused([FieldFault("project", Fault("reference.unknown", text=str(key)))])
    if not restrict(rows, reach(ctx.actor, VERB, LEDGER)).exists():
        raise Denied(VERB, LEDGER)
    return found


def _file(ctx: Ctx, key: int | None) -> StoredFile | None:
    """The uploaded original, if it is the actor's own, there, used nowhere else, and of a kind that is taken. Raises Refused."""
    if not key:
        return None
    stored = StoredFile.objects.filter(pk=key, user_id=ctx.actor.user_id, ledger="").first()
    if stored is None or not path_of(stored).is_file():
        raise fault("file", "evidence.gone")
    with path_of(stored).open("rb") as opened:
        head = opened.read(HEAD)
    try:
        media_type_of(stored.name, head, stored.size)
    except Fault as found:
        raise Refused([FieldFault("file", found)]) from found
    return stored

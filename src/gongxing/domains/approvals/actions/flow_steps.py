"""What a desk does with its step of a case: agree, disagree, return, add a signer, transfer, take back, remind, suspend, finish, remark."""

from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.actions.flow_keeping import begin_case, held_by, move, post_words, refuse
from gongxing.domains.approvals.flow_defs import able, engine_of, in_force, tied_verb
from gongxing.domains.approvals.following import free
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep
from gongxing.domains.approvals.remarks import hand, say
from gongxing.engines.flows import Flow, State
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Held
from gongxing.kernel.org.models import Post

ACT, REMIND = "approvals.casestep.act", "approvals.casestep.remind"
LONGEST = 2000
JUDGING = ("single", "countersign", "either", "decide")
SEEN = _("申请人和每个办理的人都看得到全文。")
COMMENT = Ask(_("意见"), long=True, max_length=LONGEST, required=False, help=SEEN)
REASON = Ask(_("意见"), long=True, max_length=LONGEST, help=SEEN)
TAKEN = ("agree", "disagree", "return", "add", "transfer")
VERBS_OF_CASE = {"accept": _("受理"), "decide": _("作出决定"), "deliver": _("送达")}


class Way(models.TextChoices):
    """How a case comes back after a return."""

    AGAIN = "again", _("重走：从那里起一步一步再办")
    DIRECT = "direct", _("直达：他办完直接回到我这里")


SHORT = {"again": _("重走"), "direct": _("直达")}


def _open(*kinds: str) -> Any:
    """The button stands on an open task of a running flow, of a step of these kinds (none named: of any)."""
    return lambda step: (
        step.state == CaseStep.State.OPEN
        and (not kinds or step.kind in kinds)
        and step.flow.status == CaseFlow.Status.RUNNING
    )


def _desk(ctx: Ctx, step: CaseStep) -> tuple[CaseFlow, Held]:
    """The flow, locked, and the post the actor acts from: that of the step, held or lent. Raises Refused for anybody else."""
    one = (
        CaseFlow.objects.select_for_update(of=("self",))
        .select_related("case__project", "case__post")
        .get(pk=step.flow_id)
    )
    held = held_by(ctx.actor, step.post_id)
    if held is None:
        raise refuse("not_yours", post=post_words(Post.objects.select_related("unit").get(pk=step.post_id)))
    return one, held


def _do(ctx: Ctx, step: CaseStep, verb: str, **more: Any) -> None:
    one, held = _desk(ctx, step)
    with ctx.under(held):
        move(ctx, one, step.task, verb, desk=str(step.post_id), **more)


def _judge(ctx: Ctx, step: CaseStep, verb: str, comment: str) -> None:
    """Agree or disagree: a step that a verb of the case closes is closed by that verb, so that nobody does it twice."""
    case = Case.objects.get(flow=step.flow_id)
    tied = "" if step.added else tied_verb(case, step.step, step.kind)
    if tied:
        raise refuse("use_case_verb", step=step.name, verb=str(VERBS_OF_CASE[tied]))
    _do(ctx, step, verb, comment=comment.strip(), column="comment")


@action(
    label=_("同意"), permission=ACT, on=CaseStep, icon="check", tone="primary", why="", when=_open(*JUDGING, "start")
)
def agree_step(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, COMMENT] = "") -> None:
    """This desk agrees; the case goes on when the step has what it needs."""
    _judge(ctx, step, "agree", comment)


@action(label=_("不同意"), permission=ACT, on=CaseStep, icon="x", tone="danger", why="", when=_open(*JUDGING))
def disagree_step(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, REASON]) -> None:
    """This desk disagrees and says why; the case goes where the flow says."""
    _judge(ctx, step, "disagree", comment)


@action(
    label=pgettext_lazy("step", "退回"),
    permission=ACT,
    on=CaseStep,
    icon="arrow-back-up",
    why="",
    when=lambda step: _open(*JUDGING, "deliver")(step) and not step.added,
)
def return_step(
    ctx: Ctx,
    *,
    step: CaseStep,
    to: Annotated[str, Ask(_("退回到哪个环节"), max_length=60, help=_("这件到过的环节的名称。"))],
    way: Annotated[Way, Ask(_("退回以后怎样走"))],
    comment: Annotated[str, REASON],
) -> None:
    """Back to a step the case was at: from there again step by step, or straight back here once that desk has done its part."""
    one, held = _desk(ctx, step)
    flow, state = engine_of(one)
    with ctx.under(held):
        key = _place(flow, state, to)
        named = flow.step(key)
        move(
            ctx, one, step.task, "return", desk=str(step.post_id), to=key, way=str(way), comment=comment.strip(), column="to",
            target=f"{named.name if named is not None else to} · {SHORT[str(way)]}",
        )  # fmt: skip


def _place(flow: Flow, state: State, to: str) -> str:
    """The key of a step from its key or its name; of several that bear a name the one the case was at."""
    if flow.step(to) is not None:
        return to
    been = [key for key, _n in state.rounds]
    named = [one.key for one in flow.steps if one.name == to.strip()]
    return next((key for key in named if key in been), named[0] if named else to)


def _asked(key: int) -> Post:
    """The post somebody asks to act. Refused where it holds no right to."""
    post = Post.objects.select_related("unit").get(pk=key)
    if post.pk not in able([post.pk]):
        raise refuse("no_right", "to", post=post_words(post))
    return post


class Added(models.TextChoices):
    """When an added signer acts."""

    BEFORE = "before", _("前加签：他先办，我再办")
    AFTER = "after", _("后加签：我办完他再办，他同意才往下走")


@action(
    label=_("加签"),
    permission=ACT,
    on=CaseStep,
    icon="user-check",
    why="",
    when=lambda step: _open(*JUDGING)(step) and not step.added,
)
def add_signer(
    ctx: Ctx,
    *,
    step: CaseStep,
    to: Annotated[int, Ask(_("请哪个岗位"), target="org.post")],
    way: Annotated[Added, Ask(_("先办还是后办"))],
    comment: Annotated[str, COMMENT] = "",
) -> None:
    """One more desk gives its opinion before this one, or has to agree after it. No step of the flow is replaced by it."""
    post = _asked(to)
    words = f"{post_words(post)} · {CaseStep.Added(str(way)).label}"
    _do(ctx, step, "add", to=str(to), way=str(way), comment=comment.strip(), column="to", target=words)


@action(label=_("转办"), permission=ACT, on=CaseStep, icon="user-share", why="", when=_open(*JUDGING, "deliver"))
def transfer_step(
    ctx: Ctx,
    *,
    step: CaseStep,
    to: Annotated[int, Ask(_("转给哪个岗位"), target="org.post")],
    comment: Annotated[str, REASON],
) -> None:
    """Another desk does it instead, with the signers that were asked."""
    post = _asked(to)
    _do(ctx, step, "transfer", to=str(to), comment=comment.strip(), column="to", target=post_words(post))


@action(label=_("办结"), permission=ACT, on=CaseStep, icon="checks", tone="primary", why="", when=_open("end"))
def finish_step(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, COMMENT] = "") -> None:
    """The last desk closes the flow; the papers of the case are complete."""
    _do(ctx, step, "finish", comment=comment.strip())


@action(
    label=pgettext_lazy("step", "撤回"),
    permission=ACT,
    on=CaseStep,
    icon="history",
    why="",
    when=lambda step: step.verdict not in ("withdrawn", "ended", "lapsed", "deliver", "finish"),
)
def take_back(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, COMMENT] = "") -> None:
    """What this desk did last on this step is taken back, while nobody after it has acted. It stays in the record."""
    one, held = _desk(ctx, step)
    _flow, state = engine_of(one)
    mine = (
        number
        for number, done in enumerate(state.log, 1)
        if done.task == step.task and done.verb in TAKEN and not done.withdrawn_by
    )
    of = max(mine, default=0)
    if not of:
        raise refuse("nothing_to_take_back")
    fact = {"decide": one.case.decided_on, "single": one.case.accepted_on if step.step == "accept" else None}.get(
        step.kind
    )
    if fact and not step.added and state.log[of - 1].verb in ("agree", "disagree"):
        raise refuse("settled_by_case")
    with ctx.under(held):
        move(ctx, one, step.task, "withdraw", desk=str(step.post_id), of=of, comment=comment.strip())


@action(label=_("催办"), permission=REMIND, on=CaseStep, icon="bell", why="", when=_open())
def remind_step(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, COMMENT] = "") -> None:
    """A notice to the desk that has the step, once a day at most. It changes nothing else."""
    one = (
        CaseFlow.objects.select_for_update(of=("self",))
        .select_related("case__project", "case__post")
        .get(pk=step.flow_id)
    )
    told = CaseNote.objects.filter(case=one.case_id, task=step.task, verb=CaseNote.Verb.REMIND, noted_on=today())
    if told.exists():
        raise refuse("reminded_today")
    post = Post.objects.select_related("unit").get(pk=step.post_id)
    own = ctx.actor.post.post_id if ctx.actor.post is not None else 0
    move(ctx, one, step.task, "remind", desk=str(own), comment=comment.strip(), target=post_words(post))
    case = one.case
    said = {"step": step.name, "item": case.name or case.item, "project": case.project.name[:60], "who": hand(ctx)}
    notify(
        key=f"flow-remind:{step.pk}:{today():%Y%m%d}", title=str(_("催办：%(step)s（%(item)s，%(project)s）")) % said,
        why=str(_("因为%(who)s催你办")) % said, url=f"{ledger_named('approvals.case').row_url(case.pk)}#panel-flow", post_id=step.post_id,
    )  # fmt: skip


@action(
    label=_("挂起"), permission=ACT, on=CaseStep, icon="clock-pause", why="", when=_open(),
    confirm=_("挂起只停环节时限，恢复以后接着数；法定、承诺时限照走。要停它们，在审批件页上凭书面告知办“停钟”。"),
)  # fmt: skip
def suspend_flow(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, REASON]) -> None:
    """The flow rests with this desk until it is resumed. Nobody can act meanwhile, so the limits of its steps stand still; the statutory and the promised clock do not."""
    _do(ctx, step, "suspend", comment=comment.strip())


@action(
    label=_("恢复流转"),
    permission=ACT,
    on=CaseStep,
    icon="clock",
    tone="primary",
    why="",
    when=lambda step: step.state != CaseStep.State.CLOSED and step.flow.status == CaseFlow.Status.SUSPENDED,
)
def resume_flow(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, COMMENT] = "") -> None:
    """The flow goes on where it rested."""
    _do(ctx, step, "resume", comment=comment.strip())


@action(label=_("写意见"), permission="approvals.casestep.remark", on=CaseStep, icon="message-reply", why="")
def remark_step(ctx: Ctx, *, step: CaseStep, comment: Annotated[str, REASON]) -> CaseNote:
    """A remark on the case beside its steps, read by the applicant and everybody who works on it. It moves nothing."""
    if not comment.strip():
        raise refuse("comment_empty", "comment")
    return say(ctx, Case.objects.select_for_update(of=("self",)).get(flow=step.flow_id), step.name, comment)


ALIVE = (Case.State.HANDED_IN, Case.State.CORRECTING, Case.State.RUNNING, Case.State.STOPPED, Case.State.DECIDED)


@action(
    label=_("进入流程"),
    permission="approvals.case.receive",
    on=Case,
    icon="arrows-right-left",
    why="",
    when=free("begin_flow", *ALIVE),
)
def begin_flow(ctx: Ctx, *, case: Case) -> CaseFlow:
    """Put a case on the way of the flow in force for its item. A case received while a flow is in force is put there by itself."""
    if CaseFlow.objects.filter(case=case).exists():
        raise refuse("has_one")
    version = in_force(case.item)
    if version is None:
        raise refuse("none_in_force", item=case.name or case.item)
    return begin_case(ctx, case, version)

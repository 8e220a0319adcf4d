"""Verbs over promises: one side says it is done, the other side says whether it agrees; both may give a promise up in writing."""

from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.actions.clocks import keep_clock
from gongxing.domains.projects.clocks import PENDING, UNFULFILLED
from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.sides import OTHER, PROMISE, claimed_by, claiming_post, firms_with_account, sides_of
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

CONFIRM = "projects.promise.confirm"
LETTER, SAID, WHO = 40, 300, 80
LARGEST_KEY, ZERO = Decimal(2**63 - 1), Decimal(0)
STATE = Promise.State


def _unfulfilled(promise: Any) -> bool:
    return promise.state in UNFULFILLED


def _claimed(promise: Any) -> bool:
    return bool(promise.state == STATE.CLAIMED)


def _pending(promise: Any) -> bool:
    return promise.state in PENDING


def _settled(promise: Any) -> bool:
    return promise.state in (STATE.CONFIRMED, STATE.CANCELLED)


def _fault(column: str, code: str, **params: Any) -> Refused:
    return Refused([FieldFault(column, Fault(code, **params))])


def _has_account(promise: Promise) -> bool:
    return promise.project.firm_id is not None and promise.project.firm_id in firms_with_account()


def _post_of(ctx: Ctx) -> str:
    """Unit and post that act: never a person's name."""
    post = ctx.actor.post
    return f"{post.unit_name} {post.title}" if post is not None else _t("系统")


def _letter_needed(promise: Promise, letter: str) -> None:
    """An official speaks for an enterprise only where it has no account, and only with its paper in hand. Raises Refused."""
    firm = promise.project.owner_label
    if _has_account(promise):
        raise _fault("letter", "promise.firm_has_account", firm=firm)
    if not letter:
        raise _fault("letter", "promise.letter_needed", firm=firm)


@action(
    label=_("报告完成"), permission="projects.promise.claim", on=Promise, icon="check", tone="primary", why="", when=_unfulfilled,
)  # fmt: skip
def claim_promise(
    ctx: Ctx,
    *,
    promise: Promise,
    evidence: Annotated[
        str,
        Ask(
            _("完成证明"),
            long=True,
            max_length=SAID,
            help=_("做到了什么，凭什么看得出来：验收单号、批文号、到账凭证号。"),
        ),
    ],
    letter: Annotated[
        str,
        Ask(
            _("企业书面说明的编号"),
            max_length=LETTER,
            help=_("只有企业没有账号、由经办岗位代报企业的承诺时才填。"),
        ),
    ] = "",
    file: Annotated[
        int | None,
        Ask(_("证明文件编号"), minimum=ZERO, maximum=LARGEST_KEY, help=_("可以不填。在“报告完成”页上传后得到。")),
    ] = None,
) -> None:
    """The promising side says that it did what it promised, and by what one can see it; the other side is asked. The clock goes on until it agrees.

    A government's promise is claimed by the post that owes it, by its unit, or by whoever keeps the register; an enterprise's by the enterprise, or
    by an official with the number of its letter where it has no account.
    """  # fmt: skip
    sides = sides_of(ctx.actor, promise, "claim")
    said = evidence.strip()
    if promise.side == Side.ENTERPRISE and Side.ENTERPRISE not in sides:
        _letter_needed(promise, letter.strip())
        said = _t("%(text)s（企业书面说明 %(letter)s，%(post)s代报）") % {"text": said, "letter": letter.strip(), "post": _post_of(ctx)}  # fmt: skip
        if len(said) > SAID:
            raise _fault("evidence", "promise.evidence_long", n=len(said) - SAID)
    elif promise.side == Side.GOVERNMENT and (Side.GOVERNMENT not in sides or not _owes(ctx, promise)):
        raise _fault("", "promise.not_owed", unit=promise.post.unit.name, post=promise.post.title)
    stored = _file_of(ctx, promise, file)
    changes: dict[str, Any] = {} if stored is None else {"file_id": stored.pk, "file_name": stored.name[:200]}
    ctx.update(
        promise, state=STATE.CLAIMED, evidence=said, claimed_on=today(), confirmed_on=None, confirmed_by="", answer="", **changes
    )  # fmt: skip
    keep_clock(ctx, promise)


def _owes(ctx: Ctx, promise: Promise) -> bool:
    """Whether the actor holds the post that owes it, a post of its unit, or keeps the register."""
    mine = any(held.post_id == promise.post_id or held.unit_id == promise.post.unit_id for held in ctx.actor.posts)
    return mine or visible(Promise.objects.filter(pk=promise.pk), ctx.actor, "change").exists()


def _file_of(ctx: Ctx, promise: Promise, file: int | None) -> StoredFile | None:
    if file is None:
        return None
    own = StoredFile.objects.filter(pk=file, user_id=ctx.actor.user_id, ledger__in=("", PROMISE))
    stored = own.first()
    if stored is None or not path_of(stored).is_file():
        raise _fault("file", "promise.file_gone")
    own.update(ledger=PROMISE, row=promise.pk, expires_at=None)
    return stored


def _answering(ctx: Ctx, promise: Promise, letter: str) -> str:
    """Who answers for the other side, in words for the row. Raises Refused for the side that promised, and for the person that claimed.

    A government's promise is answered by the enterprise itself; where it has no account by an official of another post than the one that owes it, with the
    number of the enterprise's letter. An enterprise's promise is answered by a post of the government. Who stands on both sides answers neither.
    """  # fmt: skip
    sides = sides_of(ctx.actor, promise, "confirm")
    if len(sides) > 1:
        raise _fault("", "promise.both_sides")
    if claimed_by(promise) == ctx.actor.user_id:
        raise _fault("", "promise.own_claim")
    firm = promise.project.owner_label
    if OTHER[Side(promise.side)] in sides:
        if promise.side == Side.GOVERNMENT:
            return (_t("企业：%(firm)s") % {"firm": firm})[:WHO]
        return (_t("政府：%(post)s") % {"post": _post_of(ctx)})[:WHO]
    if promise.side == Side.ENTERPRISE:
        raise _fault("", "promise.own_side")
    if not letter:
        raise _fault("letter", "promise.own_side_letter" if not _has_account(promise) else "promise.firm_has_account", firm=firm)  # fmt: skip
    _letter_needed(promise, letter)
    if {promise.post_id, claiming_post(promise)} & set(ctx.actor.post_ids):
        raise _fault("letter", "promise.owner_cannot", post=promise.post.title)
    return (_t("企业书面意见 %(letter)s（%(post)s代录）") % {"letter": letter, "post": _post_of(ctx)})[:WHO]


@action(
    label=_("确认已兑现"), permission=CONFIRM, on=Promise, icon="check", tone="primary", why="", when=_claimed,
)  # fmt: skip
def confirm_promise(
    ctx: Ctx,
    *,
    promise: Promise,
    answer: Annotated[str, Ask(_("意见"), max_length=SAID, help=_("可以不填。"))] = "",
    letter: Annotated[
        str, Ask(_("企业书面确认的编号"), max_length=LETTER, help=_("只有企业没有账号、由经办岗位代录时才填。"))
    ] = "",
) -> None:
    """The other side agrees that the promise was kept. Kept in time is judged by the day the promising side said so."""
    who = _answering(ctx, promise, letter.strip())
    ctx.update(promise, state=STATE.CONFIRMED, confirmed_on=today(), confirmed_by=who, answer=answer.strip())
    keep_clock(ctx, promise)


@action(label=_("不认可"), permission=CONFIRM, on=Promise, icon="x", why="", when=_claimed)
def refuse_promise(
    ctx: Ctx,
    *,
    promise: Promise,
    answer: Annotated[str, Ask(_("还差什么"), long=True, max_length=SAID, help=_("写清还差什么，对方照着补。"))],
    letter: Annotated[
        str, Ask(_("企业书面意见的编号"), max_length=LETTER, help=_("只有企业没有账号、由经办岗位代录时才填。"))
    ] = "",
) -> None:
    """The other side does not agree and says what is missing: the promise is open again, its clock goes on under the same day."""
    who = _answering(ctx, promise, letter.strip())
    ctx.update(
        promise, state=STATE.REFUSED, claimed_on=None, confirmed_on=None, confirmed_by=who, answer=answer.strip()
    )
    keep_clock(ctx, promise)


@action(
    label=_("双方同意取消"), permission="projects.promise.cancel", on=Promise, icon="x", tone="danger", why="required", when=_pending,
    confirm=_("取消后不计入兑现率，台账里保留。单方不能取消。"),
)  # fmt: skip
def cancel_promise(
    ctx: Ctx,
    *,
    promise: Promise,
    letter: Annotated[
        str,
        Ask(
            _("双方书面协议的编号"), max_length=LETTER, help=_("补充协议或会议纪要的文号。没有双方签字的文件不能取消。")
        ),
    ],
) -> None:
    """Both sides agreed in writing to give the promise up; it counts in no rate and stays in the register with the number of the paper."""
    said = _t("双方书面协议 %(letter)s") % {"letter": letter.strip()}
    ctx.update(
        promise, state=STATE.CANCELLED, confirmed_on=today(), confirmed_by=_t("双方")[:WHO], answer=said
    )  # fmt: skip
    keep_clock(ctx, promise)


@action(
    label=_("重新打开"), permission="projects.promise.cancel", on=Promise, icon="arrow-back-up", why="required", when=_settled,
)  # fmt: skip
def reopen_promise(ctx: Ctx, *, promise: Promise) -> None:
    """A promise that was settled by mistake is open again under its old day; what was said before stays in the trail."""
    ctx.update(
        promise, state=STATE.OPEN, claimed_on=None, confirmed_on=None, confirmed_by="", answer=""
    )  # fmt: skip
    keep_clock(ctx, promise)

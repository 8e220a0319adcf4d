"""What is said on a case outside its flow: a remark of its own, and the reasons of the verbs of the case, read by the applicant and by everybody who works on it."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.models import Case, CaseNote
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.pages.sentences import signature

REASONS: Mapping[str, Lazy] = {
    "approvals.extend": _("延长时限"),
    "approvals.withdraw": _("申请人撤回"),
    "approvals.refuse": _("不予受理"),
}
"""Verbs of a case whose reason is told to the applicant."""


def hand(ctx: Ctx) -> str:
    """Who acts, with the post and who lent it."""
    post = ctx.actor.post
    if post is None:
        return ctx.actor.name[:160]
    return signature(f"{post.unit_name} {post.title}", post.lender if post.delegated else "", ctx.actor.name)[:160]


def say(ctx: Ctx, case: Case, step: str, comment: str) -> CaseNote:
    """A remark that moves nothing; ``step``: what it is about."""
    said = CaseNote.objects.filter(case=case, number=0).count() + 1
    return ctx.create(
        CaseNote(
            case=case, verb=CaseNote.Verb.REMARK, step=step[:60], comment=comment.strip(), noted_on=today(), noted_by=hand(ctx),
            ref=f"{case.pk}:r{said}", invented=case.invented,
        )
    )  # fmt: skip

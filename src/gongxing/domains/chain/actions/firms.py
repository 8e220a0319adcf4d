"""Firms on links: what the engine finds, and what a person decides."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.models import Node, Placement
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today

DECIDED = Placement.Level.DECIDED


@action(label=_("确认上链"), permission="chain.placement.decide", on=Placement, icon="check", bulk=True, why="optional")
def decide_placement(
    ctx: Ctx,
    *,
    placement: Placement,
    role: Annotated[Placement.Role, Ask(_("角色"))] = Placement.Role.MAIN,
) -> None:
    """A person says what the firm is on this link (or that it is not there); the engine never changes it again."""
    ctx.update(placement, role=role, level=DECIDED, as_of=today())


@action(
    label=_("交回系统判断"),
    permission="chain.placement.decide",
    on=Placement,
    icon="arrow-back-up",
    why="required",
    when=lambda one: one.level == DECIDED,
)
def undecide_placement(ctx: Ctx, *, placement: Placement) -> None:
    """Take a decision back: the row goes, and the next placing says what the engine finds."""
    ctx.delete(placement)


@action(label=_("登记在建或意向企业"), permission="chain.placement.add", on=Node, icon="building-plus", why="optional")
def add_planned(
    ctx: Ctx,
    *,
    node: Node,
    firm: Annotated[int, Ask(_("企业"), target="firms.firm")],
    role: Annotated[
        Placement.Role, Ask(_("角色"), choices=(("building", _("在建")), ("intended", _("意向"))))
    ] = Placement.Role.BUILDING,
) -> None:
    """A project under construction or one that is meant: it is not presence, but it says that the gap is being filled."""
    ref = f"{firm}:{node.pk}"
    stored = Placement.objects.filter(ref=ref).first()
    if stored is None:
        ctx.create(Placement(ref=ref, firm_id=firm, node=node, role=role, level=DECIDED, as_of=today()))
    else:
        ctx.update(stored, role=role, level=DECIDED, as_of=today())


def write_placements(ctx: Ctx, found: Sequence[Placement], firm_ids: Sequence[int]) -> tuple[int, int, int]:
    """Bring the engine's placements of these firms up to ``found``. Decisions of people stay. Returns added, changed, gone."""
    stored = {one.ref: one for one in Placement.objects.filter(firm_id__in=list(firm_ids))}
    added, changed = [], 0
    for one in found:
        there = stored.pop(one.ref, None)
        if there is None:
            added.append(one)
        elif there.level != DECIDED and (there.role, there.level) != (one.role, one.level):
            ctx.update(there, role=one.role, level=one.level, score=one.score, reasons=one.reasons, as_of=one.as_of)
            changed += 1
    ctx.create_many(added)
    gone = [one for one in stored.values() if one.level != DECIDED]
    ctx.delete_many(gone)
    return len(added), changed, len(gone)

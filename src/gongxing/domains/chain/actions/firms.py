"""Firms on links: what the engine finds, and what a person decides."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.models import Node, Placement
from gongxing.domains.chain.queries import decidable
from gongxing.domains.chain.survey.asking import link_names
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

MOST, LONGEST_TOKEN = 200, 30
THOUSANDTH = Decimal("0.001")
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


@action(label=_("确认多条企业上链"), permission="chain.placement.decide", icon="checks", why="optional")
def decide_placements(
    ctx: Ctx,
    *,
    chosen: Annotated[str, Ask(_("选中的（编号@版本，空格隔开）"), max_length=8000)],
    role: Annotated[Placement.Role, Ask(_("角色"))] = Placement.Role.MAIN,
) -> dict[str, Any]:
    """One role for many placements. Those somebody changed since they were seen are left as they are and named; the others are written.
    Returns ``done`` and the titles of the ``stale`` ones."""
    seen = _seen(chosen)
    rows = visible(
        Placement.objects.select_for_update(of=("self",)).select_related("firm", "node"), ctx.actor, "decide"
    )
    found = {one.pk: one for one in rows.filter(pk__in=list(seen))}
    if not found:
        raise Denied("decide", "chain.placement")
    stale = [one.label for one in found.values() if one.version != seen[one.pk]]
    done = 0
    for one in found.values():
        if one.version == seen[one.pk]:
            ctx.update(one, role=role, level=DECIDED, as_of=today())
            done += 1
    return {"done": done, "stale": stale, "missing": len(seen) - len(found)}


def _seen(chosen: str) -> dict[int, int]:
    """Placement id → version of ``12@3 15@1``. Raises Refused."""
    seen = {}
    for token in chosen.split():
        key, _at, version = token.partition("@")
        if not (
            key.isascii() and key.isdigit() and version.isascii() and version.isdigit() and len(token) <= LONGEST_TOKEN
        ):
            raise Refused([FieldFault("chosen", Fault("chain.chosen", text=token[:20]))])
        seen[int(key)] = int(version)
    if len(seen) > MOST:
        raise Refused([FieldFault("chosen", Fault("action.too_many", limit=MOST))])
    return seen


@action(label=_("放到环节上"), permission="chain.placement.decide", icon="map-pin", why="optional")
def place_firm(
    ctx: Ctx,
    *,
    firm: Annotated[int, Ask(_("企业"), minimum=Decimal(0), maximum=Decimal(2**63 - 1))],
    node: Annotated[str, Ask(_("环节"), help=_("环节的名称或代码"), max_length=120)],
    role: Annotated[Placement.Role, Ask(_("角色"))] = Placement.Role.MAIN,
) -> Placement:
    """A person says on which link a firm stands that the words did not find. Refused when the link does not exist; where the firm stands on
    it already, that row is decided."""
    row = decidable(ctx.actor).filter(pk=firm).first()
    if row is None:
        raise Denied("decide", "chain.placement")
    link = link_names().get(node.strip())
    if link is None:
        raise Refused([FieldFault("node", Fault("chain.no_such_link", text=node[:30]))])
    ref = f"{row.pk}:{link}"
    stored = Placement.objects.select_for_update().filter(ref=ref).first()
    if stored is not None:
        return ctx.update(stored, role=role, level=DECIDED, as_of=today())
    return ctx.create(Placement(ref=ref, firm=row, node_id=link, role=role, level=DECIDED, as_of=today()))


def write_placements(ctx: Ctx, found: Sequence[Placement], firm_ids: Sequence[int]) -> tuple[int, int, int]:
    """Bring the engine's placements of these firms up to ``found``, reasons and score included: what is shown as evidence is there now.
    Decisions of people stay. Returns added, changed, gone."""
    rows = Placement.objects.filter(firm_id__in=list(firm_ids)).select_related("firm", "node")
    stored = {one.ref: one for one in rows}
    added, changed = [], 0
    for one in found:
        there = stored.pop(one.ref, None)
        if there is None:
            added.append(one)
        elif there.level != DECIDED and _found(there) != _found(one):
            ctx.update(there, **_found(one), as_of=one.as_of)
            changed += 1
    ctx.create_many(added)
    gone = [one for one in stored.values() if one.level != DECIDED]
    ctx.delete_many(gone)
    return len(added), changed, len(gone)


def _found(one: Placement) -> dict[str, Any]:
    """What the engine says of a firm on a link; equal for a stored row and a fresh one that say the same."""
    score = None if one.score is None else Decimal(str(one.score)).quantize(THOUSANDTH)
    return {"role": one.role, "level": one.level, "score": score, "reasons": json.loads(json.dumps(one.reasons))}

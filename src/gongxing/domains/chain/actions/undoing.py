"""Taking the last change of a chain back, and taking that back again: what its transaction did to each row is reversed."""

from typing import Annotated

from django.apps import apps
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.actions.moving import DECIDED, drop_node
from gongxing.domains.chain.editor.edits import REMARK, Edit, edit_named, edit_words
from gongxing.domains.chain.editor.shaping import standing_on
from gongxing.domains.chain.models import Chain, Edge, Hint, Node, Placement, Purchase
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.trail import Net, field_value, net_of, row_from
from gongxing.kernel.audit.write import Ctx, cell_text
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

TX_LENGTH = 32
NEEDED = (("add", "chain.node"), ("change", "chain.node"), ("remove", "chain.node"), ("add", "chain.edge"), ("remove", "chain.edge"))  # fmt: skip
MADE: tuple[type[Row], ...] = (Node, Edge, Hint, Placement, Purchase)
"""Rows come back in this order, and go in the opposite one: what others point to first."""


@action(label=_("撤回最近修改"), permission="chain.chain.change", on=Chain, icon="arrow-back-up", why="optional")
def undo_edit(
    ctx: Ctx,
    *,
    chain: Chain,
    tx: Annotated[
        str, Ask(_("哪一次修改"), required=False, max_length=TX_LENGTH, help=_("空着就是这条链最近的一次。"))
    ] = "",
) -> None:
    """Take one change of this chain back: links and relations are as they were, with the firms and purchases it moved. Of an undo: do
    it again. Refused, with the thing named, where somebody has since changed what it wrote."""
    for verb, target in NEEDED:
        if not may(ctx.actor, verb, target):
            raise Denied(verb, target)
    edit = _wanted(chain, tx)
    effects = [one for one in net_of(edit.tx) if one.ledger != "chain.chain"]
    strangers = [one for one in effects if apps.get_model(one.ledger) not in MADE]
    if edit.whole or strangers:
        raise Refused([FieldFault("tx", Fault("chain.undo_whole"))])
    try:
        _reverse(ctx, effects)
    except IntegrityError as error:
        raise Refused([FieldFault("", Fault("chain.undo_blocked", name=chain.label))]) from error
    when = timezone.localtime(edit.at).strftime("%Y-%m-%d %H:%M")
    words = _t("撤回 %(when)s 的修改：%(words)s") % {"when": when, "words": edit_words(edit)}
    ctx.note(chain, **{f"{REMARK.removeprefix('@')}{edit.tx}": words})


def _wanted(chain: Chain, tx: str) -> Edit:
    """The edit that is meant. Raises Refused for none, for one that is not there or was taken back."""
    edit = edit_named(chain, tx)
    if edit is None:
        raise Refused([FieldFault("tx", Fault("chain.undo_unknown" if tx else "chain.undo_nothing", name=chain.label))])
    if not edit.standing:
        raise Refused([FieldFault("tx", Fault("chain.undo_done"))])
    return edit


def _reverse(ctx: Ctx, effects: list[Net]) -> None:
    """Bring back what went, in order; give changed cells their earlier values; let go what came, in the opposite order."""
    for model in MADE:
        for one in _of(effects, model):
            if one.gone and not one.new:
                _bring_back(ctx, model, one)
    for model in reversed(MADE):
        for one in _of(effects, model):
            if not one.gone and not one.new:
                _revert(ctx, model, one)
    for model in reversed(MADE):
        for one in _of(effects, model):
            if one.new and not one.gone:
                _let_go(ctx, model, one)


def _of(effects: list[Net], model: type[Row]) -> list[Net]:
    return [one for one in effects if one.ledger == model._meta.label_lower]


def _touched(model: type[Row], one: Net) -> Refused:
    return Refused(
        [FieldFault("", Fault("chain.undo_touched", title=one.title, register=str(model._meta.verbose_name)))]
    )


def _is_what_was_written(row: Row, one: Net) -> bool:
    model = type(row)
    return all(
        (cell_text(getattr(row, field_of(model, name).attname)) or None) == (text or None)
        for name, text in one.after.items()
    )


def _revert(ctx: Ctx, model: type[Row], one: Net) -> None:
    row = model._default_manager.filter(pk=one.row).first()
    if row is None or not _is_what_was_written(row, one):
        if model is Placement and (row is None or getattr(row, "level", "") != DECIDED):
            return  # the placing of firms has run since, and runs again after this
        raise _touched(model, one)
    values = {name: field_value(model, name, text) for name, text in one.before.items()}
    if isinstance(row, Placement) and "ref" in values:
        there = Placement.objects.filter(ref=values["ref"]).exclude(pk=row.pk).first()
        if there is not None and there.level == DECIDED:
            raise _touched(model, one)
        if there is not None:
            ctx.delete(there)
    ctx.update(row, **values)


def _bring_back(ctx: Ctx, model: type[Row], one: Net) -> None:
    if model._default_manager.filter(pk=one.row).exists():
        raise _touched(model, one)
    row: Row = row_from(model, one.before)
    row.pk = one.row
    if isinstance(row, Placement):
        there = Placement.objects.filter(ref=row.ref).first()
        if there is not None:
            return
    if isinstance(row, Node) and Node.objects.filter(code=row.code).exists():
        raise _touched(model, one)
    if isinstance(row, Edge) and (
        Edge.objects.filter(ref=row.ref).exists()
        or Node.objects.filter(pk__in=(row.source_id, row.target_id)).count() != 2
    ):
        raise _touched(model, one)
    ctx.create(row, version=one.version + 1)


def _let_go(ctx: Ctx, model: type[Row], one: Net) -> None:
    row = model._default_manager.filter(pk=one.row).first()
    if row is None:
        if model is Placement:
            return
        raise _touched(model, one)
    if not _is_what_was_written(row, one):
        raise _touched(model, one)
    if not isinstance(row, Node):
        ctx.delete(row)
        return
    there = standing_on([row.pk])[row.pk]
    if there.decided or there.purchases or Edge.objects.filter(source=row).exists() or row.inputs.exists():
        raise Refused([FieldFault("", Fault("chain.undo_used", name=row.name))])
    for placement in row.placements.all():
        ctx.delete(placement)
    drop_node(ctx, row)

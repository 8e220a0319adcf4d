"""Taking a merge back: what its transaction did to each row is reversed, the vanished enterprise returns under its old number."""

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.merging import FIRM, tell_written
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import last_merge
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import action
from gongxing.kernel.audit.trail import Net, field_value, net_of, row_from
from gongxing.kernel.audit.write import Ctx, cell_text
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused


@action(
    label=_("撤回合并"),
    permission="firms.firm.merge",
    on=Firm,
    icon="arrow-back-up",
    tone="danger",
    why="required",
    confirm=_("最近一次并入的企业会按原来的内容恢复，当时转过来的产品、数据、时限和授权转回去。"),
    when=lambda firm: last_merge(firm.pk) is not None,
)
def unmerge_firms(ctx: Ctx, *, firm: Firm) -> Firm:
    """Take back the last merge into this enterprise: both are as they were, with everything that had moved. What people entered since
    stays with the survivor. Refused, with the row named, where somebody has since changed the very cells the merge wrote, or settled a row as the
    merge left it (an award approved since)."""
    tx = last_merge(firm.pk)
    if tx is None:
        raise Refused([FieldFault("", Fault("action.not_now"))])
    effects = net_of(tx)
    firms = [one for one in effects if one.ledger == FIRM]
    others = [one for one in effects if one.ledger != FIRM]
    returned: list[Row] = []
    reverted: list[Row] = []
    try:
        for part in (firms, others):  # what belongs to an enterprise is named after it: it comes back first
            for one in part:
                if not one.gone:
                    reverted.append(_revert(ctx, one))
            for one in part:
                if one.gone:
                    returned.append(_bring_back(ctx, one))
        tell_written(ctx, [*reverted, *returned])
    except IntegrityError as error:
        raise Refused([FieldFault("", Fault("firm.unmerge_blocked", name=str(firm)))]) from error
    back = [row for row in returned if isinstance(row, Firm)]
    for row in (firm, *back):
        if not visible(Firm.objects.filter(pk=row.pk), ctx.actor, "merge").exists():
            raise Denied("merge", FIRM)
    names = "、".join(row.name for row in back)
    survivor = Firm.objects.get(pk=firm.pk)
    ctx.note(survivor, unmerged=_t("恢复 %(name)s") % {"name": names})
    return survivor


def _model(one: Net) -> type[Row]:
    model = apps.get_model(one.ledger)
    assert issubclass(model, Row)
    return model


def _revert(ctx: Ctx, one: Net) -> Row:
    """Give the cells the merge changed their earlier values. Raises Refused where they are no longer what the merge wrote, or were settled since."""
    model = _model(one)
    row = model._default_manager.filter(pk=one.row).first()
    touched = row is None or any(
        (cell_text(getattr(row, field_of(model, name).attname)) or None) != (text or None)
        for name, text in one.after.items()
    )
    if row is None or touched:
        raise Refused(
            [FieldFault("", Fault("firm.unmerge_touched", title=one.title, register=str(model._meta.verbose_name)))]
        )
    if row.version != one.version:
        _unsettled(row)
    return ctx.update(row, **{name: field_value(model, name, text) for name, text in one.before.items()})


def _bring_back(ctx: Ctx, one: Net) -> Row:
    """The deleted row under its old key, its version going on."""
    model = _model(one)
    row: Row = row_from(model, one.before)
    row.pk = one.row
    _unsettled(row)
    return ctx.create(row, version=one.version + 1)


def _unsettled(row: Row) -> None:
    """Raises Refused where nobody may write the row any more: as it stood when the merge was done, it was not what was settled."""
    try:
        ledger = ledger_named(row._meta.label_lower)
    except LookupError:
        return
    for fault in ledger.settled([row]).values():
        told = {"title": ledger.row_title(row), "register": str(ledger.label), "reason": sentence(fault)}
        raise Refused([FieldFault("", Fault("firm.unmerge_settled", **told))])

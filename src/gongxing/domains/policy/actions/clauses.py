"""The condition of a clause: who is meant, and what they get."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.editing import faults_in
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import rows_of
from gongxing.engines.conditions import ConditionRefused, from_json, to_json
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

EDITABLE = frozenset({Clause.State.DRAFT, Clause.State.REVIEW})
"""The states in which a condition may be written; a clause in force gets a new edition."""
ZERO, LARGEST_KEY, LONGEST = Decimal(0), Decimal(2**63 - 1), 200_000
AMOUNT_KEYS = frozenset({"kind", "value", "field", "cap", "budget"})
SHAPE = _("写法：{“groups”: [[{“field”: “stat.revenue”, “op”: “ge”, “value”: {“number”: “2000”}}]]}。")


@action(label=_("写条款的条件"), permission="policy.clause.edit", icon="adjustments", why="optional")
def set_condition(
    ctx: Ctx,
    *,
    clause: Annotated[int, Ask(_("条款编号"), minimum=ZERO, maximum=LARGEST_KEY)],
    seen: Annotated[int, Ask(_("看到的版本"), minimum=ZERO, maximum=LARGEST_KEY)],
    condition: Annotated[str, Ask(_("条件（JSON）"), long=True, max_length=LONGEST, help=SHAPE)],
    amount: Annotated[str, Ask(_("标准（JSON）"), required=False, long=True, max_length=2_000)] = "",
) -> Clause:
    """Write who a clause is for and what it pays. Refused for a clause that is in force or ended, for anything that is not data, and for a condition with
    any fault: fields that do not exist, wrong values, groups that contradict each other, data that may not decide about support.
    Stale when somebody wrote it since version ``seen``."""
    found = visible(Clause.objects.select_for_update(of=("self",)), ctx.actor, "edit").filter(pk=clause).first()
    if found is None:
        if visible(Clause.objects.all(), ctx.actor).filter(pk=clause).exists():
            raise Denied("edit", "policy.clause")
        raise LookupError(f"policy.clause {clause}")
    if found.version != seen:
        found.version = seen
        raise StaleRow(found, Clause.objects.get(pk=clause))
    if found.state not in EDITABLE:
        raise Refused([FieldFault("", Fault("clause.in_force", state=str(Clause.State(found.state).label)))])
    try:
        read = from_json(_parsed(condition, "condition"))
    except ConditionRefused as refused:
        raise Refused([FieldFault("condition", Fault("clause.shape", where=refused.where or "condition"))]) from refused
    money = _money(amount)
    if not read.groups:
        raise Refused([FieldFault("condition", Fault("clause.nothing"))])
    faults = list(faults_in(read, money, rows_of(found.subject), found))
    if faults:
        raise Refused(faults)
    return ctx.update(found, condition=to_json(read), amount=money)


def _parsed(text: str, column: str) -> Any:
    """JSON as data. Raises Refused."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refused([FieldFault(column, Fault("clause.shape", where=column))]) from None


def _money(text: str) -> dict[str, str]:
    """The amount as data; empty for none. Raises Refused."""
    data = _parsed(text, "amount") if text.strip() else {}
    sound = isinstance(data, Mapping) and set(data) <= AMOUNT_KEYS
    if not sound or not all(isinstance(value, (str, int)) for value in data.values()):
        raise Refused([FieldFault("amount", Fault("clause.shape", where="amount"))])
    return {key: str(value) for key, value in data.items()}

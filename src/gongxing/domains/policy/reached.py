"""Which firms of a list of awards the clause reaches: the answer of the matching, one clause alone."""

from collections.abc import Mapping, Sequence

from gongxing.domains.policy.fields import FIRM
from gongxing.domains.policy.matching import told_of
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import rows_of
from gongxing.engines.conditions import ConditionRefused
from gongxing.engines.matching import match
from gongxing.kernel.clock import today


def firms_reached(clause: Clause, firms: Sequence[int]) -> Mapping[int, str]:
    """Firm id → meets, near, missing or fails as the registers stand; nothing for a clause that is not about firms or cannot be read."""
    try:
        told = told_of(clause) if clause.subject == FIRM else None
    except (ConditionRefused, ValueError):
        return {}
    if told is None:
        return {}
    rows = rows_of(FIRM)
    found = match(rows.table, (told,), today())
    return {key: found.status(rows.places[key], told.id).name.lower() for key in firms if key in rows.places}

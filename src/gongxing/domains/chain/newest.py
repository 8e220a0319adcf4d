"""Whether what was computed before still holds: the number of the newest entry of the ledgers it was computed from."""

from collections.abc import Sequence

from django.db.models import Subquery

from gongxing.kernel.audit.models import Entry, Head


def newest(ledgers: Sequence[str]) -> int:
    """The newest entry of any of these ledgers; 0 without any. One query of a few index look-ups."""
    asked = {
        f"of_{number}": Subquery(Entry.objects.filter(ledger=name).order_by("-id").values("id")[:1])
        for number, name in enumerate(ledgers)
    }
    found = Head.objects.filter(pk=1).values_list(*asked.values()).first() or ()
    return max((int(one) for one in found if one is not None), default=0)

"""Rows whose name contains a part, for comparisons inside the program: no permission is asked, so nothing of it may be shown unasked."""

from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.search.match import Sight, ask
from gongxing.kernel.search.models import ROW_MASK, SearchLedger
from gongxing.kernel.search.tokens import norm

_number = Prepared(lambda ledger: SearchLedger.objects.filter(name=ledger).values_list("pk"))


def containing(ledger: str, part: str, cap: int) -> list[int]:
    """Ids of at most ``cap`` rows of a ledger one of whose names contains the part; [] where more have it: too common to tell anything."""
    text = norm(part)
    known = _number.rows(ledger)
    if not text or not known:
        return []
    found = ask("name", text, [Sight(known[0][0])], cap + 1)
    return [] if len(found) > cap else sorted(key & ROW_MASK for key in found)

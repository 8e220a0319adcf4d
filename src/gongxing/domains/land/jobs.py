"""Long work of the land stage: what is worked out of every parcel's record, after rules changed and on every new day."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.land.models import Parcel
from gongxing.domains.land.states import RENEW, standings
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import Progress, enqueue_once, in_pieces, job
from gongxing.kernel.org.actor import SYSTEM, Actor

CHUNK = 500


def queue_renewal(user_id: int = 0) -> None:
    """Queue one renewal of all parcels, unless one already waits."""
    enqueue_once(RENEW, _("推算地块状态和闲置期限"), {"user": user_id})


@daily("land")
def every_day() -> None:
    """A day more: agreed days pass, clocks run on."""
    if Parcel.objects.exists():
        queue_renewal()


@job(RENEW)
def renew_all(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Work every parcel out anew. Writes only what differs, in steps of their own; safe to run again."""
    ids = list(Parcel.objects.order_by("pk").values_list("pk", flat=True))
    changed = in_pieces(ids, renew_parcels, progress)
    return {"text": _("看了 %(all)d 块地，更新 %(n)d 块") % {"all": len(ids), "n": changed}}


def renew_parcels(ids: Iterable[int]) -> int:
    """Renew what is worked out of some parcels: a renewal, not a change. Returns how many differed."""
    changed = 0
    with writing(SYSTEM, RENEW, _("按日期、证明和核验结果推算")) as ctx:
        rows = list(Parcel.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk"))
        found = standings(rows, today())
        for row in rows:
            before = row.version
            ctx.update(row, state=found[row.pk].state, idle_on=found[row.pk].idle_on)
            changed += row.version != before
    return changed

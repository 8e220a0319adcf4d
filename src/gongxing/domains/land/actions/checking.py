"""Parcels against the plans in force, with one click."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.check_store import record
from gongxing.domains.land.conforming import judge_one
from gongxing.domains.land.models import Check, Parcel
from gongxing.kernel.action.declare import action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused


def drawn(parcel: Parcel) -> bool:
    """Whether there is a shape to be checked."""
    return bool(parcel.shape)


@action(
    label=_("核对规划"),
    permission="land.parcel.check",
    on=Parcel,
    icon="zoom-check",
    tone="primary",
    why="optional",
    when=drawn,
)
def check_parcel(ctx: Ctx, *, parcel: Parcel) -> Parcel:
    """Check a parcel against every plan layer in force: what is found takes the place of what was found before, and the parcel gets the worst verdict.
    Refused where no layer is loaded, or where the shape cannot be tested."""
    day = today()
    judged = judge_one(parcel, day)
    if not judged.plans.layers:
        raise Refused([FieldFault("", Fault("check.no_layers"))])
    if judged.batch.area_m2[0] != judged.batch.area_m2[0]:  # NaN
        raise Refused([FieldFault("", Fault("check.no_shape", number=parcel.number))])
    kept = Check.objects.filter(parcel=parcel, checked_on=day).count()
    if not record(ctx, judged, day, dated=True) and kept == len(judged.plans.layers):
        ctx.note(parcel, checked=day.isoformat())
    return parcel

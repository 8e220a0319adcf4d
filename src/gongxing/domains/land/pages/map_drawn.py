"""What is told of a shape the moment it was drawn on the map, before anything is saved."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from gongxing.domains.land.actions.drawing import LONGEST_SHAPE, draw_parcel
from gongxing.domains.land.models import SHAPE_FIELDS, Parcel
from gongxing.domains.land.overlaps import named, overlaps
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.shape import Shape, parse_shape
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting


@require_POST
def overlaps_json(request: HttpRequest, key: int) -> JsonResponse:
    """POST shape ("" for the parcel as it stands, which a line is to cut): ``{"text": …}``, empty where saving will not be refused for a neighbour's sake. Writes
    nothing."""
    actor = acting(request)
    row = visible_row(ledger_named("land.parcel"), actor, key)
    assert isinstance(row, Parcel)
    if not allowed(draw_parcel, actor, row):
        raise Denied("draw", "land.parcel")
    text = request.POST.get("shape", "")[:LONGEST_SHAPE]
    try:
        shape = parse_shape(text) if text else Shape(*(getattr(row, name) for name in SHAPE_FIELDS))
    except Fault as fault:
        return JsonResponse({"text": sentence(fault)})
    found = overlaps(shape, row, actor, today()) if shape.wkb else ()
    sold = [one for one in found if one.sold]
    if sold:
        return JsonResponse({"text": sentence(Fault("draw.sold_twice", names=named(sold)))})
    return JsonResponse({"text": sentence(Fault("draw.overlaps", names=named(found))) if found else ""})

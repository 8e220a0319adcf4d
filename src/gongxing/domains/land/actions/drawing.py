"""Parcels on the map: a shape drawn or mended, a parcel cut in two by a line, and the last of these taken back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.cutting import Cut, cut, line_of, shared
from gongxing.domains.land.measures import area_mu
from gongxing.domains.land.models import SHAPE_FIELDS, Building, Check, Parcel
from gongxing.domains.land.overlaps import named, overlaps
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import Net, field_value, net_of
from gongxing.kernel.audit.write import Ctx, cell_text
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.shape import Shape, geometry, parse_shape
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused

PARCEL, DRAW, SPLIT, UNDO = "land.parcel", "land.draw_parcel", "land.split_parcel", "land.undo_drawing"
LONGEST_SHAPE, LONGEST_NUMBER, MOST_SUFFIXES, LEAST_WORDS = 400_000, 40, 99, 6
OVERLAP_WHY = Ask(_("重叠的理由"), required=False, long=True, max_length=300, help=_("只有和相邻地块重叠、又确要这样保存时才填：两次测量的界线为什么不一致，以哪份成果为准。"))  # fmt: skip
"""Edges of different surveys may overlap: then somebody says in writing which of them holds."""
DIVIDED = ("land_mu", "price_wan", "levelling_wan")
"""Amounts that are divided with the ground."""
WORKED_OUT = frozenset({"state", "idle_on", "conformity", "geo_mu"})
"""What the system itself works out again after a write: such an entry is nobody's change."""
NOT_KEPT = frozenset({"id", "version", "number", "geo_mu", "conformity", *SHAPE_FIELDS, *DIVIDED})
KEPT = tuple(one.name for one in Parcel._meta.concrete_fields if one.name not in NOT_KEPT)
"""What both parcels have of the one they come from."""


def can_split(parcel: Parcel) -> bool:
    """Whether a parcel may be cut: it is drawn, nobody has a contract for it, and it was not taken back."""
    return (
        bool(parcel.shape)
        and parcel.contract_on is None
        and parcel.reclaimed_on is None
        and parcel.splittable is not False
    )


@action(label=_("画图形"), permission="land.parcel.draw", on=Parcel, icon="polygon", why="optional")
def draw_parcel(
    ctx: Ctx,
    *,
    parcel: Parcel,
    shape: Annotated[
        str,
        Ask(_("图形"), long=True, max_length=LONGEST_SHAPE, help=_("在地图上画，或写界址点：经度 纬度，一行一点。")),
    ],
    overlap_why: Annotated[str, OVERLAP_WHY] = "",
) -> Parcel:
    """Give a parcel its shape, or another one: the area on the map follows, what was found against plans no longer holds. Refused for crossing lines,
    for a place outside the country, where the area of the papers reads as another unit, and where it takes more of a neighbour than the tolerance without a
    written reason."""
    try:
        found = parse_shape(shape)
    except Fault as fault:
        raise Refused([FieldFault("shape", fault)]) from fault
    values: dict[str, Any] = dict(zip(SHAPE_FIELDS, found, strict=True))
    register = ledger_named(PARCEL)
    faults = register.check(values, parcel)
    if faults:
        raise Refused([FieldFault("shape", one.fault) for one in faults])
    if found.wkb == parcel.shape:
        raise Refused([FieldFault("shape", Fault("draw.same"))])
    _keep_apart(ctx, parcel, found, "shape", overlap_why)
    _forget_checks(ctx, [parcel.pk])
    return ctx.update(parcel, **{**register.derive(values, parcel), "conformity": Parcel.Conformity.UNKNOWN})


@action(
    label=_("分割地块"), permission="land.parcel.draw", on=Parcel, icon="arrows-split", why="optional", when=can_split,
    confirm=_("原编号不再使用，两块各加 -1、-2；面积、价款和平整费用按图形面积分。建筑归到所在的一块，企业、征拆单元、承诺和延误留在较大的一块上，办完请核对。"),
)  # fmt: skip
def split_parcel(
    ctx: Ctx,
    *,
    parcel: Parcel,
    line: Annotated[str, Ask(_("分割线"), long=True, max_length=20_000, help=_("在地图上画，或写各点：经度 纬度，一行一点，两头都要出地块。"))],
    least_mu: Annotated[Decimal | None, Ask(_("每块至少"), unit="亩", required=False, minimum=Decimal(0), help=_("空着不限。"))] = None,
    overlap_why: Annotated[str, OVERLAP_WHY] = "",
) -> Parcel:  # fmt: skip
    """Cut a parcel in two along a line. The larger piece keeps the row with the number and «-1», the other is a new row with «-2»; areas and money
    are divided by the ground and sum to what they were. Refused where the line does not make exactly two pieces or one of them is too small, and where the
    parcel overlaps a neighbour, without a written reason: two rows would carry the fault on."""
    try:
        found = cut(parcel.shape, line_of(line))
    except Fault as fault:
        raise Refused([FieldFault("line", fault)]) from fault
    areas = [area_mu(piece.wkb) or Decimal(0) for piece in (found.first, found.second)]
    least = max(least_mu or Decimal(0), Decimal("0.01"))
    if areas[1] < least:
        raise Refused([FieldFault("line", Fault("split.too_small", area=str(areas[1]), least=str(least)))])
    whole = Shape(*(getattr(parcel, name) for name in SHAPE_FIELDS))
    _keep_apart(ctx, parcel, whole, "line", overlap_why)
    numbers = _free_numbers(parcel.number)
    parts = {name: shared(getattr(parcel, name), found.share) for name in DIVIDED}
    other = Parcel(
        number=numbers[1], geo_mu=areas[1], conformity=Parcel.Conformity.UNKNOWN, **{name: getattr(parcel, name) for name in KEPT},
        **_fields(found.second), **{name: pair[1] for name, pair in parts.items()},
    )  # fmt: skip
    _forget_checks(ctx, [parcel.pk])
    ctx.create(other)
    ctx.update(
        parcel, number=numbers[0], geo_mu=areas[0], conformity=Parcel.Conformity.UNKNOWN, **_fields(found.first),
        **{name: pair[0] for name, pair in parts.items()},
    )  # fmt: skip
    _share_buildings(ctx, parcel, other, found)
    return other


def _keep_apart(ctx: Ctx, parcel: Parcel, shape: Shape, field: str, reason: str) -> None:
    """Raises Refused where the shape takes more of a neighbour than the tolerance, and nobody wrote why; with a contract on both sides always. A reason is kept
    in the trail beside the neighbours."""
    found = overlaps(shape, parcel, ctx.actor, today())
    if not found:
        return
    sold = [one for one in found if one.sold]
    if sold:
        raise Refused([FieldFault(field, Fault("draw.sold_twice", names=named(sold)))])
    said = reason.strip()
    if not said:
        raise Refused([FieldFault(field, Fault("draw.overlaps", names=named(found)))])
    if sum(sign.isalnum() for sign in said) < LEAST_WORDS:
        raise Refused([FieldFault("overlap_why", Fault("rating.reason_short", n=str(LEAST_WORDS)))])
    ctx.note(parcel, overlap=named(found), overlap_why=said)


def _fields(shape: Shape) -> dict[str, Any]:
    return dict(zip(SHAPE_FIELDS, shape, strict=True))


def _free_numbers(number: str) -> tuple[str, str]:
    """The two next free numbers under this one. Raises Refused where they would be too long."""
    stem = f"{number}-"
    if len(stem) + 2 > LONGEST_NUMBER:
        raise Refused([FieldFault("", Fault("split.number_long", number=number))])
    taken = set(Parcel.objects.filter(number__startswith=stem).values_list("number", flat=True))
    free = [f"{stem}{n}" for n in range(1, MOST_SUFFIXES) if f"{stem}{n}" not in taken][:2]
    if len(free) < 2:
        raise Refused([FieldFault("", Fault("split.number_long", number=number))])
    return free[0], free[1]


def _forget_checks(ctx: Ctx, keys: Iterable[int]) -> None:
    """What was found of these parcels against plans was found of other shapes."""
    ctx.delete_many(list(Check.objects.filter(parcel__in=list(keys))))


def _share_buildings(ctx: Ctx, parcel: Parcel, other: Parcel, found: Cut) -> None:
    """Buildings that are drawn go with the ground they stand on."""
    ground = geometry(found.second.wkb)
    for building in Building.objects.filter(parcel=parcel).exclude(shape=""):
        if ground.contains(geometry(building.shape).representative_point()):
            ctx.update(building, parcel=other)


# -- taking back ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """The last drawing or splitting of a parcel and what it did to parcels and buildings. ``other`` is the parcel a split made."""

    verb: str
    tx: str
    effects: tuple[Net, ...]
    other: int | None


def last_drawn(parcel: Parcel) -> Drawn | None:
    """The last drawing of this parcel, where nobody changed it since. A few queries."""
    own = Entry.objects.filter(ledger=PARCEL, row=parcel.pk)
    last = next((one for one in own.order_by("-id")[:20] if not _derived(one)), None)
    if last is None or last.verb not in (DRAW, SPLIT) or _kind(last) != "change":
        return None
    effects = tuple(one for one in net_of(last.tx) if one.ledger in (PARCEL, "land.building"))
    made = next((one.row for one in effects if one.ledger == PARCEL and one.new), None)
    return Drawn(last.verb, last.tx, effects, made)


def _kind(entry: Entry) -> str:
    return str(json.loads(entry.body)["kind"])


def _derived(entry: Entry) -> bool:
    body = json.loads(entry.body)
    return body["kind"] not in ("add", "delete") and WORKED_OUT.issuperset(body["cells"])


@action(label=_("撤回画图或分割"), permission="land.parcel.draw", on=Parcel, icon="arrow-back-up", why="optional")
def undo_drawing(ctx: Ctx, *, parcel: Parcel) -> Parcel:
    """Take the last drawing or splitting of this parcel back: shape, number and amounts are as they were, the parcel a split made goes, its buildings
    come back. Refused where there is none, or where somebody has since changed one of the two parcels or hung something on the new one."""
    drawn = last_drawn(parcel)
    if drawn is None:
        raise Refused([FieldFault("", Fault("draw.nothing_to_undo", number=parcel.number))])
    other = None if drawn.other is None else Parcel.objects.select_for_update().filter(pk=drawn.other).first()
    if drawn.other is not None:
        _untouched(other, drawn)
    for net in drawn.effects:
        if net.ledger == "land.building":
            _back(ctx, Building.objects.filter(pk=net.row).first(), net)
    if other is not None:
        _let_go(ctx, other)
    net = next(one for one in drawn.effects if one.ledger == PARCEL and one.row == parcel.pk)
    _forget_checks(ctx, [parcel.pk])
    _back(ctx, parcel, net, conformity=Parcel.Conformity.UNKNOWN)
    return parcel


def _untouched(other: Parcel | None, drawn: Drawn) -> None:
    """Raises Refused where the new parcel is gone, was changed since, or was itself cut."""
    entries = Entry.objects.filter(ledger=PARCEL, row=drawn.other or 0).exclude(tx=drawn.tx)
    if other is None or any(not _derived(one) for one in entries):
        raise Refused([FieldFault("", Fault("draw.other_changed", number=other.number if other else "—"))])


def _back(ctx: Ctx, row: Row | None, net: Net, **more: Any) -> None:
    """Give a row the values it had before. Raises Refused where it no longer has those it was given."""
    model = apps.get_model(net.ledger)
    written = {name: text for name, text in net.after.items() if name not in WORKED_OUT}
    if row is None or any(
        (cell_text(getattr(row, field_of(model, name).attname)) or None) != (text or None)
        for name, text in written.items()
    ):
        raise Refused([FieldFault("", Fault("draw.other_changed", number=net.title))])
    values = {name: field_value(model, name, text) for name, text in net.before.items() if name not in more}
    ctx.update(row, **values, **more)


def _let_go(ctx: Ctx, other: Parcel) -> None:
    _forget_checks(ctx, [other.pk])
    hanging = [
        str(found.model._meta.verbose_name)
        for found in (other.buildings.all(), other.occupants.all(), other.clearances.all(), other.delays.all(), other.commitments.all())
        if found.exists()
    ]  # fmt: skip
    if hanging:
        raise Refused([FieldFault("", Fault("draw.other_used", number=other.number, what="、".join(hanging)))])
    ctx.delete(other)

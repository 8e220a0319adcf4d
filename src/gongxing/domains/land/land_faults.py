"""Faults of the parcels of a place: what overlaps, what leaves a gap, what is drawn twice or crosses itself, and which land was sold twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.conforming import county_plane
from gongxing.domains.land.models import Parcel
from gongxing.domains.land.pictures import Drawn, Picture, picture
from gongxing.engines.overlay import Fault, Limits, Parcels, Tolerance, survey

SHARED = ("duplicate", "overlap", "thin_overlap")
LABELS: Mapping[str, str | Promise] = {
    "sold_twice": _("一地两卖"), "self_crossing": _("自相交"), "empty": _("空图形"), "missing": _("空图形"), "not_area": _("不是面"), "not_finite": _("坐标无效"),
    "off_the_map": _("坐标太远"), "sliver": _("细碎图形"), "duplicate": _("重复"), "overlap": _("重叠"), "thin_overlap": _("细缝重叠"), "gap": _("缝隙"),
}  # fmt: skip
TO_DO: Mapping[str, str | Promise] = {
    "sold_twice": _("先停办后续手续，核对两份合同和电子监管号，按在先的权利处理，再改图形。"),
    "self_crossing": _("在地图上重画边线，或用界址点成果重新导入。"),
    "empty": _("重新导入图形。"), "missing": _("重新导入图形。"), "not_area": _("图形要是面，请重新导入。"), "not_finite": _("坐标不是数，请重新导入。"),
    "off_the_map": _("核对坐标系和带号，重新导入。"), "sliver": _("核对是不是分割时留下的，是的并回相邻地块。"),
    "duplicate": _("两块画在同一处，核对是不是同一宗地登记了两次，留一条。"), "overlap": _("按界址点成果核对是谁的边线，改另一块。"),
    "thin_overlap": _("多半是两次测量的误差，统一用一条界线。"), "gap": _("按界址点成果核对，统一用一条界线；确有边角地的另登记。"),
}  # fmt: skip
TONES: Mapping[str, str] = {"sold_twice": "bad", "self_crossing": "bad", "overlap": "bad", "duplicate": "bad", "thin_overlap": "warn", "gap": "warn", "sliver": "warn"}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One fault: what it is, which parcels, how large, why it counts as sold twice, and what to do."""

    kind: str
    label: str
    tone: str
    parcels: tuple[Parcel, ...]
    area_m2: float
    width_m: float
    why: str
    to_do: str
    fault: Fault | None

    def picture(self, name: str) -> Picture | None:
        """The parcels with the piece that is wrong; nothing for a fault without a place."""
        shapes = [Drawn("parcel" if n == 0 else "other", one.shape) for n, one in enumerate(self.parcels) if one.shape]
        if self.fault is None or self.fault.kind in ("missing", "empty", "not_finite", "off_the_map"):
            return None
        if self.fault.kind == "self_crossing":
            spot = (
                [] if self.fault.at is None else [Drawn("piece", shapely.Point(self.fault.at).buffer(1e-7), ring=True)]
            )
        else:
            spot = [Drawn("piece", self.fault.wkb, ring=True)]
        alt = _t("%(label)s：%(numbers)s") % {
            "label": self.label,
            "numbers": _t("、").join(one.number for one in self.parcels),
        }
        return picture([*shapes, *spot], alt, name)


@dataclass(frozen=True)
class Looked:
    """All faults, land sold twice first, and how many parcels were looked at."""

    checked: int
    undrawn: int
    faults: tuple[Shown, ...]

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        found: dict[str, int] = {}
        for one in self.faults:
            found[one.kind] = found.get(one.kind, 0) + 1
        return found


def look(parcels: Sequence[Parcel], tolerance: Tolerance) -> Looked:
    """Survey parcels; land that was taken back is left out, as it is sold again. No query but one for the plane."""
    standing = [one for one in parcels if one.state != Parcel.State.TAKEN_BACK]
    drawn = {str(one.pk): one for one in standing if one.shape}
    shapes = [shapely.from_wkb(one.shape, on_invalid="ignore") for one in drawn.values()]
    found = survey(Parcels(list(drawn), shapes), Limits(tolerance), county_plane()) if drawn else None
    shown = [_shown(one, tuple(drawn[key] for key in one.keys)) for one in found.faults] if found is not None else []
    shown += _same_number(standing, shown)
    shown.sort(key=lambda one: one.kind != "sold_twice")
    return Looked(len(drawn), len(standing) - len(drawn), tuple(shown))


def _shown(fault: Fault, parcels: tuple[Parcel, ...]) -> Shown:
    why = _twice(parcels) if fault.kind in ("duplicate", "overlap") else ""
    kind = "sold_twice" if why else fault.kind
    return Shown(kind, str(LABELS[kind]), TONES.get(kind, "warn"), parcels, fault.area_m2, fault.width_m, why, str(TO_DO[kind]), fault)  # fmt: skip


def _twice(parcels: Sequence[Parcel]) -> str:
    """Why two overlapping parcels are the same land sold twice, or ""."""
    one, other = parcels[0], parcels[1]
    if one.supervision_no and one.supervision_no == other.supervision_no:
        return _t("两块的电子监管号相同：%(no)s") % {"no": one.supervision_no}
    if one.contract_on is not None and other.contract_on is not None:
        return _t("两块都签了合同：%(one)s 和 %(other)s") % {"one": one.contract_on, "other": other.contract_on}
    return ""


def _same_number(parcels: Sequence[Parcel], shown: Sequence[Shown]) -> list[Shown]:
    """One supervision number on parcels that do not overlap."""
    told = {one.parcels[0].supervision_no for one in shown if one.kind == "sold_twice"}
    of: dict[str, list[Parcel]] = {}
    for one in parcels:
        if one.supervision_no and one.supervision_no not in told:
            of.setdefault(one.supervision_no, []).append(one)
    return [
        Shown("sold_twice", str(LABELS["sold_twice"]), "bad", tuple(own), 0.0, 0.0, _t("图形不重叠，但电子监管号相同：%(no)s") % {"no": number}, str(_("核对监管号，填错的改正。")), None)
        for number, own in sorted(of.items())
        if len(own) > 1
    ]  # fmt: skip

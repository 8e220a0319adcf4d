"""The conformity of a parcel as Word: the verdict, a table of all layers, and for each that is touched its zones, its picture and what has to be done."""

from pathlib import Path

from django.utils.translation import gettext as _

from gongxing.domains.land.conform_show import Line, Sheet
from gongxing.domains.land.pictures import Picture
from gongxing.kernel.clock import today
from gongxing.kernel.documents.layout import (
    ANNEX,
    FANG,
    SMALL,
    SONG,
    TITLE,
    centred,
    heading,
    line,
    new_document,
    page,
    page_number,
    picture,
    saved,
    table,
)
from gongxing.kernel.documents.typeset import typeset
from gongxing.kernel.org.actor import Actor

TEMPLATE = Path(__file__).resolve().parent / "templates" / "land" / "picture.typ"
WIDTH, TALL, SHARP = ANNEX.room[0], 75, 216.0


def conformity_word(sheet: Sheet, actor: Actor) -> bytes:
    """The report as .docx bytes: of layers whose lines the reader may not see the result only, as on the page."""
    parcel = sheet.parcel
    document = new_document()
    page(document.sections[0], ANNEX)
    page_number(document.sections[0])
    centred(document, _("地块规划符合性核对表"), SONG, TITLE, bold=True)
    centred(document, " ".join(filter(None, (parcel.number, parcel.name))), FANG, SMALL)
    line(document, _("结论：%(said)s。") % {"said": sheet.headline}, SMALL)
    if sheet.stale:
        line(document, _("核对以后图层或图形改过，请重新核对后再用本表。"), SMALL)
    facts = [(_("地块"), parcel.number, _("图上面积"), sheet.area or "—"), (_("坐落"), parcel.place or "—", _("核对日期"), sheet.checked_on.isoformat() if sheet.checked_on else "—")]  # fmt: skip
    table(document, (), facts, (20, 60, 22, 58), (False,) * 4, WIDTH)
    heading(document, _("一、各图层结论"), 1)
    head = (_("图层"), _("版本和机关"), _("规则和依据"), _("结论"), _("面积（平方米）"), _("亩"), _("占地块（%）"))
    rows = [_row(one) for one in sheet.lines]
    table(document, head, rows, (32, 36, 40, 16, 22, 16, 16), (False, False, False, False, True, True, True), WIDTH, fine=True)  # fmt: skip
    touched = [one for one in sheet.lines if one.verdict in ("conflict", "adjust")]
    if touched:
        heading(document, _("二、冲突和需调整的部分"), 1)
    for one in touched:
        _detail(document, one)
    heading(document, _("三、说明") if touched else _("二、说明"), 1)
    for text in _notes(sheet):
        line(document, text, SMALL)
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    line(document, _("制表：%(post)s　%(day)s") % {"post": post, "day": today().isoformat()}, SMALL, indent=False)
    return saved(document)


def _row(one: Line) -> tuple[str, ...]:
    layer = one.layer
    version = "\n".join((layer.edition, layer.authority, _("数据日期 %(day)s") % {"day": layer.dated.isoformat()}))
    marks = [one.rule, layer.document or _("没有写依据"), *([_("未核实")] if layer.unverified else [])]
    slivers = [_("碎屑 %(m2)s 平方米不计") % {"m2": one.slivers}] if one.slivers else []
    return (layer.name, version, "\n".join(marks), "\n".join([one.label, *slivers]), one.area_m2, one.mu, one.share)


def _detail(document: object, one: Line) -> None:
    heading(document, _("%(layer)s：%(label)s") % {"layer": one.layer.name, "label": one.label}, 2)
    said = _("涉及 %(m2)s 平方米，合 %(mu)s 亩，占地块 %(share)s%%。") % {
        "m2": one.area_m2,
        "mu": one.mu,
        "share": one.share,
    }
    line(document, f"{said}{_('容差：%(words)s。') % {'words': one.tolerance}}", SMALL)
    if one.hidden:
        line(document, _("本图层边界不公开，这里只给结果。"), SMALL)
    elif one.zones:
        head = (_("范围"), _("分类"), _("规则"), _("面积（平方米）"), _("亩"))
        table(document, head, [(z.name, z.zone_class, z.rule, z.m2, z.mu) for z in one.zones], (50, 40, 36, 26, 20), (False, False, False, True, True), WIDTH, fine=True)  # fmt: skip
    if one.picture is not None:
        picture(document, png_of(one.picture), WIDTH, TALL, one.picture.alt)
    line(document, _("要办的：%(words)s") % {"words": one.to_do}, SMALL)


def png_of(drawn: Picture) -> bytes:
    """A picture as PNG for paper."""
    data = {"width": drawn.width, "height": drawn.height, "alt": drawn.alt}
    return typeset(TEMPLATE, data, {"map.svg": drawn.paper}, "png", SHARP)


def _notes(sheet: Sheet) -> list[str]:
    found = [
        _("面积按图形在等积投影上量算；同一处压在几个范围上的只算一次，按最严的规则。"),
        _("容差：图层没有写的，%(words)s%(marks)s。")
        % {
            "words": sheet.tolerance,
            "marks": _("（%(marks)s）") % {"marks": _("、").join(sheet.marks)} if sheet.marks else "",
        },
    ]
    if sheet.missing:
        found.append(_("没有加载的图层：%(names)s。这些没有核对。") % {"names": _("、").join(sheet.missing)})
    if sheet.blank:
        found.append(_("没有图形的图层：%(names)s。这些没有核对。") % {"names": _("、").join(sheet.blank)})
    found.append(_("本表供研究使用，以主管部门出具的意见为准。"))
    return found

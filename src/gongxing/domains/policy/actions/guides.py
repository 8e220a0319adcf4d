"""Adding the shipped lines of an official list, and a person's decision in which class of the catalogue a project is."""

from enum import Enum
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.guides import ref_of, shipped
from gongxing.domains.policy.models import GuideItem
from gongxing.domains.policy.screening import EXISTING, NEAR, NOT_LISTED, REASON, screen, title_of
from gongxing.domains.projects.facts import existing_capacity
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

Catalogue = Project.Catalogue
LEAST_REASON, ROOM, NAMED = 6, 200, 3
LISTED = (Catalogue.ENCOURAGED, Catalogue.RESTRICTED, Catalogue.ELIMINATED)
DECIDABLE = tuple((str(one.value), one.label) for one in (*LISTED, Catalogue.PERMITTED))


@action(label=_("载入随附条目"), permission="policy.guideitem.import", icon="package-import", why="optional")
def load_shipped(
    ctx: Ctx, *, book: Annotated[GuideItem.Book, Ask(_("清单"))] = GuideItem.Book.BOND
) -> int:  # fmt: skip
    """Add the few lines of a list that are shipped, with their document and how well they were read. Lines that are there stay as they are."""
    rows = shipped(book)
    if not rows:
        raise Refused([FieldFault("book", Fault("guide.nothing_shipped", book=str(book.label)))])
    for row in rows:
        ref = ref_of(row["book"], row["edition"], row["category"], row["number"])
        ctx.create(
            GuideItem(
                ref=ref, book=row["book"], edition=row["edition"], category=row["category"], number=row["number"], sector=row["sector"],
                text=row["text_zh"], words=[one for one in row["words"].split("/") if one], starts_on=row.valid_from, ends_on=row.valid_to,
                source=row["document"], checked=row.status,
            )
        )  # fmt: skip
    return len(rows)


class Decided(Enum):
    """The classes a person may decide on; 未判定 is none."""

    ENCOURAGED = "encouraged"
    PERMITTED = "permitted"
    RESTRICTED = "restricted"
    ELIMINATED = "eliminated"

    @property
    def label(self) -> str:
        """As the register of projects calls it."""
        return str(Catalogue(self.value).label)


@action(
    label=_("判定产业目录类别"),
    permission="projects.project.decide",
    on=Project,
    icon="checklist",
    why="",
    bulk=True,
    confirm=_("系统只找相近的条目，类别由人对照目录原文判定。"),
)
def decide_catalogue(
    ctx: Ctx,
    *,
    project: Project,
    category: Annotated[Decided, Ask(_("类别"))],
    item: Annotated[
        int | None, Ask(_("目录条目"), target="policy.guideitem", help=_("鼓励、限制、淘汰类要选条目。目录没有载入的，在下面写条目号。"))
    ] = None,
    number: Annotated[
        str, Ask(_("条目号和内容"), required=False, max_length=120, help=_("照目录原文写，如 限制类 七、3。"))
    ] = "",
    reason: Annotated[
        str,
        Ask(_("理由"), required=False, long=True, max_length=300, help=_("限制类的现有产能改造，写明现有产能和改造内容；有相近的限制、淘汰条目而判得更宽的，写明为什么不是。")),
    ] = "",
) -> None:  # fmt: skip
    """Say in which class of the guidance catalogue a project is, and by which line. Restricted and eliminated projects are stopped at the gates with
    the line shown; the upgrade of restricted capacity that is there already passes with its reason. Milder than a line that seems to be met, the
    decision needs its reason; reason and lines stay in the trail."""
    kind, faults = Catalogue(category.value), []
    row = GuideItem.objects.filter(pk=item).first() if item is not None else None
    if row is not None:
        faults += _item_faults(row, kind)
    listed = kind in LISTED
    if listed and row is None and not number.strip():
        faults.append(FieldFault("item", Fault("catalogue.item_needed", category=str(kind.label))))
    if kind == Catalogue.PERMITTED and (row is not None or number.strip()):
        faults.append(FieldFault("item", Fault("catalogue.permitted_unlisted")))
    upgrade = kind == Catalogue.RESTRICTED and existing_capacity(project)
    near = [one for one in screen(project).stricter(kind) if row is None or one.line.pk != row.pk]
    titles = "、".join(one.title for one in near[:NAMED])
    short = sum(sign.isalnum() for sign in reason) < LEAST_REASON
    if short and near:
        faults.append(FieldFault("reason", Fault("catalogue.why_not", item=titles, category=str(kind.label))))
    elif short and upgrade:
        faults.append(FieldFault("reason", Fault("catalogue.upgrade_reason")))
    if faults:
        raise Refused(faults)
    said = title_of(row) if row is not None else number.strip()
    if upgrade:
        said = _told(said, EXISTING + reason.strip())
    elif not listed:
        said = NOT_LISTED + (reason.strip() or _t("对照目录没有相近条目"))
    ctx.update(project, catalogue=kind, catalogue_item=said[:ROOM], moved_on=today())
    told = {"near": NEAR + "；".join(one.title for one in near) if near else "", "reason": REASON + reason.strip() if reason.strip() else ""}  # fmt: skip
    if any(told.values()):
        ctx.note(project, **{name: text for name, text in told.items() if text})


def _told(title: str, reason: str) -> str:
    """Both in the cell; the line is shortened before the reason."""
    return f"{title[: max(20, ROOM - len(reason) - 1)]}；{reason}"


def _item_faults(row: GuideItem, kind: Catalogue) -> list[FieldFault]:
    if row.book != GuideItem.Book.CATALOGUE:
        return [FieldFault("item", Fault("catalogue.other_book", book=row.get_book_display()))]
    if kind != Catalogue.PERMITTED and row.category != kind.value:
        return [
            FieldFault(
                "item", Fault("catalogue.other_category", item=title_of(row), category=row.get_category_display())
            )
        ]
    day = today()
    if (row.starts_on is not None and row.starts_on > day) or (row.ends_on is not None and row.ends_on < day):
        return [FieldFault("item", Fault("catalogue.item_over", item=title_of(row)))]
    return []

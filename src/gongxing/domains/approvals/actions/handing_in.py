"""A material of a case handed in as a file: by an account, or by whoever holds the key of the project's page."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.intake import STATE, fault
from gongxing.domains.approvals.actions.keys import applicant
from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.keys import is_open
from gongxing.domains.approvals.models import Case, CaseKey, Material
from gongxing.domains.projects.evidence import media_type_of
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused

LEDGER, BY_KEY = "approvals.material", "approvals.hand_in_by_key"
LARGEST_KEY, ZERO, HEAD = Decimal(2**63 - 1), Decimal(0), 16
MOST_FILES = 300
"""Files of one case. The desk reads each of them; what is more belongs into one volume."""
SHUT = (STATE.DECIDED, STATE.DELIVERED, STATE.REFUSED, STATE.WITHDRAWN)
FileNumber = Annotated[
    int,
    Ask(_("文件编号"), minimum=ZERO, maximum=LARGEST_KEY, help=_("在办件页上传后得到。")),
]


def files_of(case: Case) -> int:
    """How many files were handed in for a case."""
    return StoredFile.objects.filter(ledger=LEDGER, row__in=case.materials.values_list("pk", flat=True)).count()


def check_room(case: Case) -> None:
    """A case that is decided or over takes nothing more, and none more than ``MOST_FILES``. Raises Refused."""
    if case.state in SHUT:
        raise fault("file", "case.hand_in_over", state=str(case.get_state_display()))
    if files_of(case) >= MOST_FILES:
        raise fault("file", "case.files_most", most=MOST_FILES)


@action(label=_("交材料"), permission="approvals.material.hand_in", icon="upload", why="optional")
def hand_in(
    ctx: Ctx,
    *,
    material: Annotated[int, Ask(_("材料"), minimum=ZERO, maximum=LARGEST_KEY, help=_("材料页地址里的数字。"))],
    file: FileNumber,
) -> Material:
    """The file of a material is handed in by an account (an enterprise's own for its own cases); the desk is told."""
    rows = Material.objects.filter(pk=material)
    if not visible(rows, ctx.actor).exists():
        raise fault("material", "reference.unknown", text=str(material))
    if not restrict(rows, reach(ctx.actor, "hand_in", LEDGER)).exists():
        raise Denied("hand_in", LEDGER)
    row = rows.select_for_update().get()
    _take(ctx, row, StoredFile.objects.filter(pk=file, user_id=ctx.actor.user_id).first())
    return row


def hand_in_by_key(key: CaseKey, material_id: int, file: int) -> None:
    """The same by the key of the project's page: a material of this project, no other. Raises LookupError (no such material under this key), Refused."""
    with writing(applicant(key), BY_KEY, "") as ctx:
        fresh = CaseKey.objects.filter(pk=key.pk).first()
        material = (
            Material.objects.select_for_update()
            .filter(pk=material_id, case__project_id=key.project_id)
            .first()
        )  # fmt: skip
        if fresh is None or not is_open(fresh, today()) or material is None:
            raise LookupError(f"{LEDGER} {material_id}")
        _take(ctx, material, StoredFile.objects.filter(pk=file, user_id=ctx.actor.user_id).first())


def _take(ctx: Ctx, material: Material, stored: StoredFile | None) -> None:
    """The file becomes the material's, the day is noted, the desk told. An earlier file stays; what the desk wrote about it stays too, until the desk
    changes it. The case is locked first, so that two at once do not both become the last file there is room for."""
    case = Case.objects.select_for_update(of=("self",)).select_related("project", "post").get(pk=material.case_id)
    check_room(case)
    if stored is None or stored.ledger or not path_of(stored).is_file():
        raise fault("file", "evidence.gone")
    with path_of(stored).open("rb") as opened:
        head = opened.read(HEAD)
    try:
        media_type_of(stored.name, head, stored.size)
    except Fault as found:
        raise Refused([FieldFault("file", found)]) from found
    ctx.update(material, handed_on=today(), file_id=stored.pk, file_name=stored.name[:200])
    ctx.note(material, file=stored.name, sha256=stored.sha256)
    StoredFile.objects.filter(pk=stored.pk).update(ledger=LEDGER, row=material.pk, expires_at=None)
    item = item_names(case.rules_on).get(case.item, case.item)
    notify(
        key=f"approvals.hand_in:{stored.pk}",
        title=_t("交来材料：%(material)s（%(item)s）") % {"material": material.name, "item": item},
        why=_t("“%(project)s”的申请人从办件页交来，请核对。") % {"project": case.project.name[:80]},
        url=ledger_named(LEDGER).row_url(material.pk),
        post_id=case.post_id,
    )
